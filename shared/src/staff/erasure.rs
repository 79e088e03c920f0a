//! What happens to someone's entries among the staff when they erase their account. The account's own rules are in
//! [`accounts`](crate::accounts).

use jiff::Timestamp;

use crate::{
    db::{self, Sql, Transaction},
    ids::UserId,
};

/// Takes a person out of their entries, and forgets invitations to their address and those they have sent. Entries stay, because others have booked with them; one that bears a name of the
/// person's gets a neutral one. So does the one in their own business, whatever it was called: nobody could rename it.
///
/// # Errors
/// If the transaction is broken.
pub async fn forget(
    tx: &Transaction<'_>,
    person: UserId,
    neutral: &str,
    now: Timestamp,
) -> Result<(), db::Error> {
    let sql = "
        with uninvited as (
            delete from staff_invitations
            where email = (select email from users where id = $1)
               or business_id in (select id from businesses where owner_id = $1)
        )
        update staff_members entry
        set user_id = null, is_manager = false, updated_at = $3,
            display_name = case
                when businesses.owner_id = $1 or exists (
                    select from unnest(array[users.first_name, users.last_name, users.username::text]) as name
                    where name <> '' and position(search_form(name) in search_form(entry.display_name)) > 0)
                then $2 else entry.display_name end
        from users, businesses
        where entry.user_id = $1 and users.id = $1 and businesses.id = entry.business_id";
    tx.execute(sql, &[&person, &neutral, &now]).await.map(drop)
}
