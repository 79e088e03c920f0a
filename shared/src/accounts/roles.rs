//! What people are here as, once they work somewhere else or no longer.

use jiff::Timestamp;

use crate::{
    db::{self, Param, Sql, Transaction},
    ids::UserId,
};

/// Makes people what they are by what they own and where they work. Administrators stay what they are.
///
/// # Errors
/// If the transaction is broken.
pub async fn settle_roles(tx: &Transaction<'_>, people: &[UserId], now: Timestamp) -> Result<(), db::Error> {
    // One after the other, in a statement of its own: the second one then sees what the first one's transaction did.
    let lock = "select from users where id = any($1) order by id for no key update";
    let settle = "
        update users set role = settled.role, updated_at = $2
        from (select id,
                     case when exists (select from businesses where owner_id = users.id and retired_at is null)
                          then 'business_owner'
                          when exists (select from staff_members where user_id = users.id and retired_at is null)
                          then 'staff'
                          else 'customer' end as role
              from users where id = any($1)) settled
        where users.id = settled.id and users.role <> 'admin' and users.role <> settled.role";
    let params: [&dyn Param; 2] = [&people, &now];
    let (locked, settled) = tokio::join!(tx.execute(lock, &params[..1]), tx.execute(settle, &params));
    locked?;
    settled.map(drop)
}
