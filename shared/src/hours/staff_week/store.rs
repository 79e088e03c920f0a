//! SQL for staff members' own weekly hours.

use jiff::{Timestamp, civil::Date};
use serde_json::{Value, json};

use crate::{
    db::{self, Param, Row, Sql, Transaction},
    hours::interval,
    ids::{BusinessId, StaffHoursId, StaffMemberId, UserId},
    scheduling::OwnHours,
};

fn select(matching: &str) -> String {
    format!(
        "select staff_id, day_of_week, lower(valid), upper(valid) - 1, {}, location_id
         from staff_hours where {matching} order by day_of_week, lower(valid) nulls first, open_minute",
        interval::COLUMNS
    )
}

/// Reads weekday, first and last date and [`interval::COLUMNS`], the first of which is the row's column `first`, and from
/// another column where it is. Anything but what the constraints allow is left out.
pub(in crate::hours) fn own_hours(row: &Row, first: usize, location: usize) -> Option<OwnHours> {
    Some(OwnHours {
        weekday: interval::weekday(row, first)?,
        hours: interval::hours(row, first + 3)?,
        valid_from: row.get(first + 1),
        valid_until: row.get(first + 2),
        location: row.get(location),
    })
}

/// All hours of one staff member, in the order of the week.
pub(super) async fn of(
    on: &impl Sql,
    business: BusinessId,
    member: StaffMemberId,
) -> Result<Vec<OwnHours>, db::Error> {
    let sql = select("business_id = $1 and staff_id = $2");
    Ok(on.rows(&sql, &[&business, &member]).await?.iter().filter_map(|row| own_hours(row, 1, 7)).collect())
}

/// All hours of a person's entries among the staff, and whose they are.
pub(super) async fn about(
    on: &impl Sql,
    person: UserId,
) -> Result<Vec<(StaffMemberId, OwnHours)>, db::Error> {
    let sql =
        select("(business_id, staff_id) in (select business_id, id from staff_members where user_id = $1)");
    let rows = on.rows(&sql, &[&person]).await?;
    Ok(rows.iter().filter_map(|row| Some((row.get(0), own_hours(row, 1, 7)?))).collect())
}

/// Puts these in the place of all there were; what stays the same is left alone.
pub(in crate::hours) async fn replace(
    tx: &Transaction<'_>,
    business: BusinessId,
    member: StaffMemberId,
    hours: &[OwnHours],
    now: Timestamp,
) -> Result<(), db::Error> {
    let wanted = "
        with wanted as (
            select id, day_of_week, open_minute, close_minute, breaks::int4multirange as breaks,
                   daterange(valid_from, valid_until, '[]') as valid, location_id
            from jsonb_to_recordset($3) as entry (
                id uuid, day_of_week int2, open_minute int2, close_minute int2, breaks text, valid_from date,
                valid_until date, location_id uuid))";
    let same =
        "(staff_hours.day_of_week, staff_hours.open_minute, staff_hours.close_minute, staff_hours.breaks,
                 staff_hours.valid)
                = (wanted.day_of_week, wanted.open_minute, wanted.close_minute, wanted.breaks, wanted.valid)
            and staff_hours.location_id is not distinct from wanted.location_id";
    let clear = format!(
        "{wanted} delete from staff_hours
         where business_id = $1 and staff_id = $2 and not exists (select from wanted where {same})"
    );
    let insert = format!(
        "{wanted} insert into staff_hours (business_id, staff_id, id, day_of_week, open_minute, close_minute, breaks, valid,
                                        location_id)
         select $1, $2, id, day_of_week, open_minute, close_minute, breaks, valid, location_id from wanted
         where not exists (select from staff_hours where business_id = $1 and staff_id = $2 and {same})"
    );
    let rows: Value = hours.iter().map(|own| row(own, now)).collect();
    let params: [&dyn Param; 3] = [&business, &member, &rows];
    let (cleared, inserted) = tokio::join!(tx.execute(&clear, &params), tx.execute(&insert, &params));
    cleared?;
    inserted.map(drop)
}

fn row(own: &OwnHours, now: Timestamp) -> Value {
    let (open_minute, close_minute, breaks) = interval::columns(&own.hours);
    let date = |date: Option<Date>| date.map(|date| date.to_string());
    json!({
        "id": StaffHoursId::new(now),
        "day_of_week": own.weekday.to_monday_zero_offset(),
        "open_minute": open_minute,
        "close_minute": close_minute,
        "breaks": breaks,
        "valid_from": date(own.valid_from),
        "valid_until": date(own.valid_until),
        "location_id": own.location,
    })
}
