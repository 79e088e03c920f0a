//! Changing hours of whatever kind, one at a time.

use jiff::Timestamp;

use crate::{
    businesses,
    db::{self, Connection, Transaction},
    ids::{BusinessId, UserId},
};

/// Opens a transaction on somebody's behalf in which nobody else changes the business's hours. Without that, two who did would each see
/// half of what the other wrote, or wait for each other at the constraint against overlaps.
pub(super) async fn begin(
    connection: &mut Connection,
    business: BusinessId,
    actor: UserId,
    now: Timestamp,
) -> Result<Transaction<'_>, db::Error> {
    let tx = connection.begin_as(actor, now).await?;
    businesses::lock(&tx, business).await?;
    Ok(tx)
}
