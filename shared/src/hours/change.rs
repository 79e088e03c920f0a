//! Changing hours of whatever kind, one at a time.

use crate::{
    businesses,
    db::{self, Connection, Transaction},
    ids::BusinessId,
};

/// Opens a transaction in which nobody else changes the business's hours. Without that, two who did would each see
/// half of what the other wrote, or wait for each other at the constraint against overlaps.
pub(super) async fn begin(
    connection: &mut Connection,
    business: BusinessId,
) -> Result<Transaction<'_>, db::Error> {
    let tx = connection.begin().await?;
    businesses::lock(&tx, business).await?;
    Ok(tx)
}
