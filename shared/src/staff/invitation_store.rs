//! SQL for invitations to the staff.

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    db::{self, Param, Sql, Transaction},
    ids::{BusinessId, StaffMemberId, UserId},
};

/// An invitation about to be sent.
pub(super) struct Invitation<'a> {
    pub(super) business: BusinessId,
    pub(super) staff: StaffMemberId,
    pub(super) email: &'a str,
    pub(super) token_hash: Vec<u8>,
    pub(super) created_at: Timestamp,
    pub(super) expires_at: Timestamp,
}

/// Invites, in place of an earlier invitation to the same entry. `false` if the address is on the staff already.
pub(super) async fn invite(tx: &Transaction<'_>, invitation: &Invitation<'_>) -> Result<bool, db::Error> {
    let sql = "
        insert into staff_invitations (business_id, staff_id, email, token_hash, created_at, expires_at)
        select $1, $2, $3, $4, $5, $6
        where not exists (
            select from staff_members join users on users.id = staff_members.user_id
            where staff_members.business_id = $1 and staff_members.retired_at is null and users.email = $3)
        on conflict (staff_id) do update
            set email = excluded.email, token_hash = excluded.token_hash, created_at = excluded.created_at,
                expires_at = excluded.expires_at";
    let Invitation { business, staff, email, token_hash, created_at, expires_at } = invitation;
    let params: [&dyn Param; 6] = [business, staff, email, token_hash, created_at, expires_at];
    Ok(tx.execute(sql, &params).await? > 0)
}

/// The address that was invited to an entry, if one was.
pub(super) async fn invited(on: &impl Sql, staff: StaffMemberId) -> Result<Option<String>, db::Error> {
    let row = on.row("select email::text from staff_invitations where staff_id = $1", &[&staff]).await?;
    Ok(row.map(|row| row.get(0)))
}

/// A business, as far as it takes to go there.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Place {
    pub(super) id: BusinessId,
    slug: String,
    name: String,
}

/// An invitation that nobody has accepted yet.
pub(super) struct Open {
    pub(super) staff: StaffMemberId,
    pub(super) expires_at: Timestamp,
    pub(super) is_for_caller: bool,
    pub(super) place: Place,
}

/// The invitation with this token, and whether it is the caller's. Its entry is locked until the transaction ends.
pub(super) async fn open(
    tx: &Transaction<'_>,
    token_hash: &Vec<u8>,
    caller: UserId,
) -> Result<Option<Open>, db::Error> {
    let sql = "
        select staff_members.id, staff_invitations.expires_at,
               staff_invitations.email = (select users.email from users where users.id = $2),
               businesses.id, businesses.slug, businesses.name
        from staff_invitations
        join staff_members on staff_members.id = staff_invitations.staff_id
        join businesses on businesses.id = staff_members.business_id
        where staff_invitations.token_hash = $1 and staff_members.user_id is null
          and staff_members.retired_at is null and businesses.retired_at is null
        for no key update of staff_members";
    let row = tx.row(sql, &[token_hash, &caller]).await?;
    Ok(row.map(|row| Open {
        staff: row.get(0),
        expires_at: row.get(1),
        is_for_caller: row.get(2),
        place: Place { id: row.get(3), slug: row.get(4), name: row.get(5) },
    }))
}

/// Uses an invitation up. `false` if that, or another invitation in its stead, has happened meanwhile.
pub(super) async fn use_up(
    tx: &Transaction<'_>,
    staff: StaffMemberId,
    token_hash: &Vec<u8>,
) -> Result<bool, db::Error> {
    let sql = "delete from staff_invitations where staff_id = $1 and token_hash = $2";
    Ok(tx.execute(sql, &[&staff, token_hash]).await? > 0)
}

/// Makes a locked entry somebody's.
pub(super) async fn join(
    tx: &Transaction<'_>,
    staff: StaffMemberId,
    user: UserId,
    now: Timestamp,
) -> Result<(), db::Error> {
    let sql = "update staff_members set user_id = $2, updated_at = $3 where id = $1";
    tx.execute(sql, &[&staff, &user, &now]).await.map(drop)
}
