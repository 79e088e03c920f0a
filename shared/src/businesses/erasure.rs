//! What happens to a business when its owner erases their account. The account's own rules are in
//! [`accounts`](crate::accounts).

use jiff::Timestamp;

use crate::{
    db::{self, Sql, Transaction},
    ids::{BusinessId, UserId},
};

/// A business that someone owns.
pub struct OwnBusiness {
    /// Which.
    pub id: BusinessId,
    /// What it is called in paths.
    pub slug: String,
}

/// Someone's businesses, retired ones included. Others who want to change one, or book there, wait until the transaction
/// ends.
///
/// # Errors
/// If the transaction is broken.
pub async fn lock_all_of(tx: &Transaction<'_>, owner: UserId) -> Result<Vec<OwnBusiness>, db::Error> {
    let sql = "select id, slug from businesses where owner_id = $1 order by id for update";
    let rows = tx.rows(sql, &[&owner]).await?;
    Ok(rows.iter().map(|row| OwnBusiness { id: row.get(0), slug: row.get(1) }).collect())
}

/// Retires what someone owns and leaves it to nobody. Its name and city stay, because its customers have been there; how
/// to reach it goes, because that is how to reach the owner.
///
/// # Errors
/// If the transaction is broken.
pub async fn forget_owner(tx: &Transaction<'_>, owner: UserId, now: Timestamp) -> Result<(), db::Error> {
    let sql = "
        with closed as (
            update businesses
            set owner_id = null, retired_at = coalesce(retired_at, $2), updated_at = $2,
                description = '', email = '', phone_number = '', website_url = '', nip = '', logo_url = null
            where owner_id = $1
            returning id
        )
        update locations
        set address_line1 = '-', address_line2 = '', postal_code = '-', latitude = null, longitude = null, telephone = ''
        where business_id in (select id from closed)";
    tx.execute(sql, &[&owner, &now]).await.map(drop)
}
