//! Where a person works, for their own copy of what is kept about them.

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    db::{self, Row, Sql},
    ids::{StaffMemberId, UserId},
};

/// Someone's place among the staff of a business.
#[derive(Debug, Serialize, ToSchema)]
pub struct Membership {
    id: StaffMemberId,
    /// The business's slug.
    business: String,
    business_name: String,
    display_name: String,
    is_manager: bool,
    is_bookable: bool,
    created_at: Timestamp,
    updated_at: Timestamp,
    retired_at: Option<Timestamp>,
}

/// Wherever someone works or has worked.
///
/// # Errors
/// If the query fails.
pub async fn memberships_of(on: &impl Sql, person: UserId) -> Result<Vec<Membership>, db::Error> {
    let sql = "
        select member.id, businesses.slug, businesses.name, member.display_name, member.is_manager, member.is_bookable,
               member.created_at, member.updated_at, member.retired_at
        from staff_members member join businesses on businesses.id = member.business_id
        where member.user_id = $1 order by member.created_at, member.id";
    let rows = on.rows(sql, &[&person]).await?;
    let membership = |row: &Row| Membership {
        id: row.get(0),
        business: row.get(1),
        business_name: row.get(2),
        display_name: row.get(3),
        is_manager: row.get(4),
        is_bookable: row.get(5),
        created_at: row.get(6),
        updated_at: row.get(7),
        retired_at: row.get(8),
    };
    Ok(rows.iter().map(membership).collect())
}

/// An invitation to the staff of a business.
#[derive(Debug, Serialize, ToSchema)]
pub struct Invited {
    /// The business's slug.
    business: String,
    business_name: String,
    created_at: Timestamp,
    expires_at: Timestamp,
}

/// The invitations to someone's mail address that wait for an answer.
///
/// # Errors
/// If the query fails.
pub async fn invitations_to(on: &impl Sql, person: UserId) -> Result<Vec<Invited>, db::Error> {
    let sql = "
        select businesses.slug, businesses.name, invitation.created_at, invitation.expires_at
        from staff_invitations invitation join businesses on businesses.id = invitation.business_id
        where invitation.email = (select email from users where id = $1)
        order by invitation.created_at, invitation.staff_id";
    let rows = on.rows(sql, &[&person]).await?;
    let invited = |row: &Row| Invited {
        business: row.get(0),
        business_name: row.get(1),
        created_at: row.get(2),
        expires_at: row.get(3),
    };
    Ok(rows.iter().map(invited).collect())
}
