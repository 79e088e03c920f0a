//! What the calendars have around some time, for the engine to work around.

use jiff::Timestamp;

use crate::{
    db::{self, Param, Row, Sql},
    ids::{BusinessId, CalendarEntryId, ResourceId, ServiceId, StaffMemberId},
    scheduling::{Entry, Span, Times},
};

/// An entry of a staff member's calendar.
#[derive(Clone, Copy, Debug)]
pub struct Occupied {
    /// Whose.
    pub staff: StaffMemberId,
    /// What they do then.
    pub service: ServiceId,
    /// When it is.
    pub times: Times,
    /// How many more can come to it.
    pub seats_left: u32,
    /// Whether it has more than one seat.
    pub is_class: bool,
}

impl Occupied {
    /// As somebody sees it who asks about a service.
    #[must_use]
    pub fn to(&self, service: ServiceId) -> Entry {
        let joinable = self.is_class && self.service == service;
        Entry { times: self.times, seats_left: joinable.then_some(self.seats_left) }
    }
}

impl From<&Row> for Occupied {
    fn from(row: &Row) -> Self {
        let gap = row.get::<_, Option<Timestamp>>(6).zip(row.get(7)).map(|(start, end)| Span { start, end });
        let (capacity, taken): (i32, i32) = (row.get(8), row.get(9));
        Self {
            staff: row.get(0),
            service: row.get(1),
            times: Times {
                start: row.get(2),
                end: row.get(3),
                busy: Span { start: row.get(4), end: row.get(5) },
                gap,
            },
            seats_left: u32::try_from(capacity - taken).unwrap_or(0),
            is_class: capacity > 1,
        }
    }
}

/// What occupies those who offer a service, around some time; as if the seat `leaving` were free, which is about to be
/// left for another. Holds that have expired occupy nothing.
///
/// # Errors
/// If the query fails.
pub async fn occupied(
    on: &impl Sql,
    service: ServiceId,
    around: Span,
    now: Timestamp,
    leaving: Option<CalendarEntryId>,
) -> Result<Vec<Occupied>, db::Error> {
    let staff = "(select staff_services.staff_id from staff_services where staff_services.service_id = $1)";
    read(on, staff, &service, around, now, leaving).await
}

/// The same for all staff of several businesses.
///
/// # Errors
/// If the query fails.
pub async fn occupied_at(
    on: &impl Sql,
    businesses: &[BusinessId],
    around: Span,
    now: Timestamp,
) -> Result<Vec<Occupied>, db::Error> {
    let staff = "(select id from staff_members where business_id = any($1) and retired_at is null)";
    read(on, staff, &businesses, around, now, None).await
}

/// `staff` is SQL for who, by `$1`.
async fn read(
    on: &impl Sql,
    staff: &str,
    param: &dyn Param,
    around: Span,
    now: Timestamp,
    leaving: Option<CalendarEntryId>,
) -> Result<Vec<Occupied>, db::Error> {
    // Nothing occupies more than 72 hours (calendar_entries_busy_bounded), so nothing that began earlier is still on: that
    // bounds the index range from below.
    let sql = format!(
        "select * from (
             select staff_id, service_id, starts_at, ends_at, busy_from, busy_to, gap_from, gap_to, capacity,
                    booked - coalesce(expired.seats, 0) - case when id = $5 then 1 else 0 end as taken
             from calendar_entries
             left join (select entry_id, count(*)::int as seats from holds where expires_at <= $4 group by entry_id)
                 as expired on expired.entry_id = calendar_entries.id
             where staff_id in {staff}
               and busy_from < $3 and busy_from > $2 - interval '72 hours' and busy_to > $2) as entries
         where taken > 0"
    );
    let rows = on.rows(&sql, &[param, &around.start, &around.end, &now, &leaving]).await?;
    Ok(rows.iter().map(Occupied::from).collect())
}

/// When the units of the resources that a service needs are taken, around some time.
///
/// # Errors
/// If the query fails.
pub async fn claims(
    on: &impl Sql,
    service: ServiceId,
    around: Span,
    now: Timestamp,
    leaving: Option<CalendarEntryId>,
) -> Result<Vec<(ResourceId, u16, Span)>, db::Error> {
    let resources = "(select resource_id from service_resources where service_id = $1)";
    read_claims(on, resources, &service, around, now, leaving).await
}

/// The same for all resources of several businesses.
///
/// # Errors
/// If the query fails.
pub async fn claims_at(
    on: &impl Sql,
    businesses: &[BusinessId],
    around: Span,
    now: Timestamp,
) -> Result<Vec<(ResourceId, u16, Span)>, db::Error> {
    let resources = "(select id from resources where business_id = any($1) and retired_at is null)";
    read_claims(on, resources, &businesses, around, now, None).await
}

async fn read_claims(
    on: &impl Sql,
    resources: &str,
    param: &dyn Param,
    around: Span,
    now: Timestamp,
    leaving: Option<CalendarEntryId>,
) -> Result<Vec<(ResourceId, u16, Span)>, db::Error> {
    let sql = format!(
        "select claims.resource_id, claims.unit, claims.busy_from, claims.busy_to
         from resource_claims claims join calendar_entries on calendar_entries.id = claims.entry_id
         where claims.resource_id in {resources}
           and claims.busy_from < $3 and claims.busy_from > $2 - interval '72 hours' and claims.busy_to > $2
           and calendar_entries.booked
               > (select count(*) from holds where holds.entry_id = claims.entry_id and holds.expires_at <= $4)
                 + case when claims.entry_id = $5 then 1 else 0 end"
    );
    let rows = on.rows(&sql, &[param, &around.start, &around.end, &now, &leaving]).await?;
    let claim = |row: &Row| {
        let unit = row.get::<_, i16>(1).unsigned_abs();
        (row.get(0), unit, Span { start: row.get(2), end: row.get(3) })
    };
    Ok(rows.iter().map(claim).collect())
}
