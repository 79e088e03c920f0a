//! What is booked at a time that somebody is about to take away.

use jiff::Timestamp;

use crate::{
    db::{self, Sql},
    ids::{BusinessId, StaffMemberId},
    scheduling::Span,
};

/// How many bookings that are not over yet share a part of some spans: with one staff member, or at the whole business.
/// Of a class, each seat counts.
///
/// # Errors
/// If the query fails.
pub async fn overlapping(
    on: &impl Sql,
    business: BusinessId,
    staff: Option<StaffMemberId>,
    spans: &[Span],
    now: Timestamp,
) -> Result<i64, db::Error> {
    let (starts, ends) = (spans.iter().map(|span| span.start), spans.iter().map(|span| span.end));
    let Some((first, last)) = starts.min().zip(ends.max()) else { return Ok(0) };
    // Nothing that began to be busy 72 hours earlier is still on (calendar_entries_busy_bounded).
    let sql = "
        select coalesce(sum(booked), 0)::int8 from calendar_entries
        where staff_id in (select id from staff_members where business_id = $1 and ($2 is null or id = $2))
          and busy_from > $3 - interval '72 hours' and busy_from < $4
          and ends_at > $5
          and tstzrange(starts_at, ends_at) && $6::text::tstzmultirange";
    let ranges = spans.iter().map(|span| format!("[{},{})", span.start, span.end));
    let taken = format!("{{{}}}", ranges.collect::<Vec<_>>().join(","));
    let row = on.row(sql, &[&business, &staff, &first.max(now), &last, &now, &taken]).await?;
    Ok(row.map_or(0, |row| row.get(0)))
}
