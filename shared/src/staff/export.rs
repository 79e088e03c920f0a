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
