//! What somebody waits for, for their own copy.

use jiff::{Timestamp, civil::Date};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    db::{self, Row, Sql},
    ids::{ServiceId, StaffMemberId, UserId, WaitlistEntryId},
};

/// Something that a person waits for.
#[derive(Debug, Serialize, ToSchema)]
pub struct KeptWait {
    id: WaitlistEntryId,
    /// The business's slug.
    business: String,
    service_id: ServiceId,
    staff_id: Option<StaffMemberId>,
    date_from: Date,
    date_to: Date,
    created_at: Timestamp,
    /// The starts that they were offered.
    offered: Vec<Timestamp>,
}

/// What a person waits for, oldest first.
///
/// # Errors
/// If the query fails.
pub async fn kept_about(on: &impl Sql, person: UserId) -> Result<Vec<KeptWait>, db::Error> {
    let sql = "
        select entry.id, businesses.slug, entry.service_id, entry.staff_id, entry.first_day, entry.last_day, entry.created_at,
               array(select starts_at from waitlist_offers where entry_id = entry.id order by starts_at)
        from waitlist_entries entry join businesses on businesses.id = entry.business_id
        where entry.customer_id = $1 order by entry.number";
    let rows = on.rows(sql, &[&person]).await?;
    let kept = |row: &Row| KeptWait {
        id: row.get(0),
        business: row.get(1),
        service_id: row.get(2),
        staff_id: row.get(3),
        date_from: row.get(4),
        date_to: row.get(5),
        created_at: row.get(6),
        offered: row.get(7),
    };
    Ok(rows.iter().map(kept).collect())
}
