//! What was booked for somebody without an account becomes their account's, once they have shown that the address on the card
//! is theirs, and not before: anybody can register with anybody's address.

use crate::{
    db::{self, Param, Sql, Transaction},
    ids::UserId,
};

/// Gives somebody whose address has been verified what was booked for cards with that address, those that are blocked
/// included, and the cards, at businesses where they have none.
///
/// # Errors
/// If the transaction is broken.
pub async fn adopt(tx: &Transaction<'_>, person: UserId) -> Result<(), db::Error> {
    const THEIRS: &str = "
        email_lower <> ''
        and email_lower = (select lower(email::text) from users where id = $1 and email_verified_at is not null)";
    // Bookings for these cards wait, and then find the account; those under way are waited for. In one order, as in merging.
    let alone = format!("select from customers where {THEIRS} order by id for update");
    let link = format!(
        "insert into customer_accounts (user_id, business_id, customer_id)
         select distinct on (business_id) $1, business_id, id from customers
         where {THEIRS} and exists (select from appointments where card_id = customers.id)
         order by business_id, created_at, id
         on conflict do nothing"
    );
    // Of doubles, and where they have another card already.
    let rest = format!(
        "update appointments set customer_id = $1, card_id = null
         where card_id in (select id from customers where {THEIRS})"
    );
    let params: [&dyn Param; 1] = [&person];
    let (alone, linked, taken) =
        tokio::join!(tx.execute(&alone, &params), tx.execute(&link, &params), tx.execute(&rest, &params),);
    alone?;
    linked?;
    taken.map(drop)
}
