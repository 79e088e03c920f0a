//! What was booked for somebody without an account becomes their account's, once they have shown that the address or the
//! number on the card is theirs, and not before: anybody can register with anybody's address.

use crate::{
    db::{self, Param, Sql, Transaction},
    ids::{CustomerId, UserId},
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
    hand_over(tx, THEIRS, &[&person]).await.map(drop)
}

/// Gives an account what has been booked since for cards that are its own: by whom has shown their address to be theirs without
/// signing in.
///
/// # Errors
/// If the transaction is broken.
pub async fn catch_up(tx: &Transaction<'_>, person: UserId) -> Result<(), db::Error> {
    let sql = "
        update appointments set customer_id = $1, card_id = null
        where card_id in (select card.id
                          from customer_accounts link
                          join customers card on card.id = link.customer_id
                          join users on users.id = link.user_id
                          where link.user_id = $1 and users.email_verified_at is not null
                            and card.email_lower = lower(users.email::text))";
    tx.execute(sql, &[&person]).await.map(drop)
}

/// Gives an account what was booked for a card without an address, and the card, if it has none at that business. `false` if
/// the card has an address: whoever shows that to be theirs gets it anyway.
///
/// # Errors
/// If the transaction is broken.
pub async fn claim(tx: &Transaction<'_>, card: CustomerId, person: UserId) -> Result<bool, db::Error> {
    hand_over(tx, "id = $2 and email = ''", &[&person, &card]).await
}

/// Gives somebody, who is `$1`, the cards of which a condition is true; whether there are any.
async fn hand_over(tx: &Transaction<'_>, theirs: &str, params: &[&dyn Param]) -> Result<bool, db::Error> {
    // Bookings for these cards wait, and then find the account; those under way are waited for. In one order, as in merging.
    // `$1` is there because a statement that is given a value has to mention it.
    let alone = format!("select $1::uuid from customers where {theirs} order by id for update");
    let link = format!(
        "insert into customer_accounts (user_id, business_id, customer_id)
         select distinct on (business_id) $1, business_id, id from customers
         where {theirs} and exists (select from appointments where card_id = customers.id)
         order by business_id, created_at, id
         on conflict do nothing"
    );
    // Of doubles, and where they have another card already.
    let rest = format!(
        "update appointments set customer_id = $1, card_id = null
         where card_id in (select id from customers where {theirs})"
    );
    let (alone, linked, taken) =
        tokio::join!(tx.rows(&alone, params), tx.execute(&link, params), tx.execute(&rest, params));
    let any = !alone?.is_empty();
    linked?;
    taken?;
    Ok(any)
}
