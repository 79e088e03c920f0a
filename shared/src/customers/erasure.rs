//! What happens to cards when someone erases their account. The account's own rules are in [`accounts`](crate::accounts).

use jiff::Timestamp;

use crate::{
    db::{self, Param, Sql, Transaction},
    ids::UserId,
};

/// Takes a person's cards away, those with the address that they have shown to be theirs included, and those that their own
/// businesses keep of others, which are nobody's from now on. A card that another account has too says of it what that account
/// says, and nothing else but whether it is blocked.
///
/// # Errors
/// If the transaction is broken.
pub async fn forget(tx: &Transaction<'_>, person: UserId, now: Timestamp) -> Result<(), db::Error> {
    let shared = "
        with other as (
            select distinct on (customer_id) customer_id, user_id
            from customer_accounts
            where customer_id in (select customer_id from customer_accounts where user_id = $1) and user_id <> $1
            order by customer_id, user_id
        )
        update customers
        set name = coalesce(nullif(trim(first_name || ' ' || last_name), ''), username::text), email = users.email::text,
            phone = users.phone, notes = '', tags = '{}', blocked_reason = '', updated_at = $2
        from other join users on users.id = other.user_id
        where customers.id = other.customer_id";
    let own = "
        delete from customers
        where id in (select mine.id
                     from (select customer_id as id from customer_accounts where user_id = $1
                           union
                           select customers.id from customers join users on email_lower = lower(users.email::text)
                           where users.id = $1 and users.email_verified_at is not null and email_lower <> '') mine
                     where not exists (select from customer_accounts other
                                       where other.customer_id = mine.id and other.user_id <> $1))
           or business_id in (select id from businesses where owner_id = $1)";
    let params: [&dyn Param; 2] = [&person, &now];
    let (shared, own) = tokio::join!(tx.execute(shared, &params), tx.execute(own, &params[..1]));
    shared?;
    own.map(drop)
}
