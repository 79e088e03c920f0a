//! What the calendars have around some time, for the engine to work around.

use std::collections::HashMap;

use jiff::Timestamp;

use crate::{
    db::{self, Instant, Param, Row, Sql},
    ids::{BusinessId, CalendarEntryId, ResourceId, ServiceId, StaffMemberId},
    scheduling::{DateRange, Entry, Span, Spans, Times},
};

/// An entry of a staff member's calendar.
#[derive(Clone, Copy, Debug)]
pub struct Occupied {
    /// When it is.
    pub times: Times,
    /// If it has more than one seat: what it is a class of, and how many more can come.
    pub class: Option<(ServiceId, u32)>,
}

impl Occupied {
    /// As somebody sees it who asks about a service.
    #[must_use]
    pub fn to(&self, service: ServiceId) -> Entry {
        let joinable = self.class.filter(|(of, _)| *of == service);
        Entry { times: self.times, seats_left: joinable.map(|(_, seats_left)| seats_left) }
    }
}

/// Reads a row of `read`, but for the first column.
impl From<&Row> for Occupied {
    fn from(row: &Row) -> Self {
        let instant = |index| row.get::<_, Option<Instant>>(index).map(|Instant(at)| at);
        let (Instant(start), Instant(end)) = (row.get(1), row.get(2));
        let busy = Span { start: instant(3).unwrap_or(start), end: instant(4).unwrap_or(end) };
        let gap = instant(5).zip(instant(6)).map(|(start, end)| Span { start, end });
        let seats_left = |left: i32| u32::try_from(left).unwrap_or(0);
        let class = row.get::<_, Option<ServiceId>>(7).map(|service| (service, seats_left(row.get(8))));
        Self { times: Times { start, end, busy, gap }, class }
    }
}

/// What occupies each of those who offer any of some services, as far as it can be in the way of their visits on some dates; as
/// if the seat `leaving` were free, which is about to be left for another. Holds that have expired occupy nothing.
///
/// # Errors
/// If the query fails.
pub async fn occupied(
    on: &impl Sql,
    services: &[ServiceId],
    dates: DateRange,
    now: Timestamp,
    leaving: Option<CalendarEntryId>,
) -> Result<HashMap<StaffMemberId, Vec<Occupied>>, db::Error> {
    let staff = format!(
        "(select staff_services.staff_id from staff_services where staff_services.service_id = {ANY})"
    );
    read(on, [&staff, THESE], &services, dates, now, leaving).await
}

/// The same for all staff and all services of several businesses.
///
/// # Errors
/// If the query fails.
pub async fn occupied_at(
    on: &impl Sql,
    businesses: &[BusinessId],
    dates: DateRange,
    now: Timestamp,
) -> Result<HashMap<StaffMemberId, Vec<Occupied>>, db::Error> {
    let staff = format!("(select id from staff_members where business_id = {ANY} and retired_at is null)");
    read(on, [&staff, ALL], &businesses, dates, now, None).await
}

/// SQL for what `$1` lists. Without the subquery, Postgres looks how many there are, and for the sake of that plans anew each
/// time, which takes longer than all the rest.
const ANY: &str = "any((select $1)::uuid[])";

/// The columns of `services` by which it is known which services' visits are meant, by `$1`.
const THESE: &str = "id";
const ALL: &str = "business_id";

/// SQL for `around`: the time that visits to some services can occupy from one date (`$2`) until before another (`$3`). Visits
/// begin and end within hours, so that only their buffers reach into the dates around ([`DateRange::window`] is the same for
/// one service); three hours more, in case Postgres and we have different time zone data.
fn around(services: &str) -> String {
    format!(
        "with around as materialized (
             select min($2::timestamp at time zone timezone - make_interval(mins => buffer_before_minutes))
                        - interval '3 hours' as starts,
                    max($3::timestamp at time zone timezone + make_interval(mins => buffer_minutes))
                        + interval '3 hours' as ends
             from (select (select timezone from businesses where businesses.id = business_id) as timezone,
                          buffer_before_minutes, buffer_minutes
                   from services where services.{services} = {ANY} offset 0) asked)"
    )
}

/// `staff` is SQL for who, by `$1`, and `services` one of [`THESE`] and [`ALL`].
async fn read(
    on: &impl Sql,
    [staff, services]: [&str; 2],
    param: &dyn Param,
    dates: DateRange,
    now: Timestamp,
    leaving: Option<CalendarEntryId>,
) -> Result<HashMap<StaffMemberId, Vec<Occupied>>, db::Error> {
    // Nothing occupies more than 72 hours (calendar_entries_busy_bounded), so nothing that began earlier is still on: that
    // bounds the index range from below. What most entries do not have is null: two months of a hundred staff are sixty
    // thousand, and each column that is there costs both sides.
    let sql = format!(
        "{}
         select staff_id, starts_at, ends_at, nullif(busy_from, starts_at), nullif(busy_to, ends_at), gap_from, gap_to,
                case when capacity > 1 then service_id end, case when capacity > 1 then capacity - taken end
         from (
             select calendar_entries.*,
                    booked - coalesce(expired.seats, 0) - case when id = $5 then 1 else 0 end as taken
             from calendar_entries
             left join (select entry_id, count(*)::int as seats from holds where expires_at <= $4 group by entry_id)
                 as expired on expired.entry_id = calendar_entries.id
             where staff_id in {staff}
               and busy_from < (select ends from around) and busy_to > (select starts from around)
               and busy_from > (select starts - interval '72 hours' from around)) as entries
         where taken > 0",
        around(services)
    );
    let mut of_staff = HashMap::<StaffMemberId, Vec<Occupied>>::new();
    let params: [&dyn Param; 5] = [param, &dates.first, &dates.end(), &now, &leaving];
    on.each(&sql, &params, |row| of_staff.entry(row.get(0)).or_default().push(Occupied::from(&row))).await?;
    Ok(of_staff)
}

/// When each unit of the resources that any of some services needs is taken, as far as it can be in the way of their visits on
/// some dates; the first unit being number 1.
///
/// # Errors
/// If the query fails.
pub async fn units(
    on: &impl Sql,
    services: &[ServiceId],
    dates: DateRange,
    now: Timestamp,
    leaving: Option<CalendarEntryId>,
) -> Result<HashMap<ResourceId, Vec<Spans>>, db::Error> {
    let resources =
        format!("resources.id in (select resource_id from service_resources where service_id = {ANY})");
    read_units(on, [&resources, THESE], &services, dates, now, leaving).await
}

/// The same of all resources of several businesses.
///
/// # Errors
/// If the query fails.
pub async fn units_at(
    on: &impl Sql,
    businesses: &[BusinessId],
    dates: DateRange,
    now: Timestamp,
) -> Result<HashMap<ResourceId, Vec<Spans>>, db::Error> {
    let resources = format!("resources.business_id = {ANY} and resources.retired_at is null");
    read_units(on, [&resources, ALL], &businesses, dates, now, None).await
}

/// `resources` is SQL for which, by `$1`, and `services` as above. A resource is there once for each time that one of its units is taken, or once.
async fn read_units(
    on: &impl Sql,
    [resources, services]: [&str; 2],
    param: &dyn Param,
    dates: DateRange,
    now: Timestamp,
    leaving: Option<CalendarEntryId>,
) -> Result<HashMap<ResourceId, Vec<Spans>>, db::Error> {
    let sql = format!(
        "{}
         select resources.id, resources.quantity, claims.unit, claims.busy_from, claims.busy_to
         from resources
         left join (resource_claims claims join calendar_entries on calendar_entries.id = claims.entry_id)
             on claims.resource_id = resources.id
             and claims.busy_from < (select ends from around) and claims.busy_to > (select starts from around)
             and claims.busy_from > (select starts - interval '72 hours' from around)
             and calendar_entries.booked
                 > (select count(*) from holds where holds.entry_id = claims.entry_id and holds.expires_at <= $4)
                   + case when claims.entry_id = $5 then 1 else 0 end
         where {resources}",
        around(services)
    );
    let mut taken = HashMap::<ResourceId, Vec<Vec<Span>>>::new();
    let params: [&dyn Param; 5] = [param, &dates.first, &dates.end(), &now, &leaving];
    on.each(&sql, &params, |row| {
        let units = taken.entry(row.get(0)).or_default();
        units.resize(usize::try_from(row.get::<_, i32>(1)).unwrap_or(0), Vec::new());
        if let Some(unit) = row.get::<_, Option<i16>>(2) {
            let (Instant(start), Instant(end)) = (row.get(3), row.get(4));
            let unit = usize::from(unit.unsigned_abs()).checked_sub(1).and_then(|index| units.get_mut(index));
            if let Some(spans) = unit {
                spans.push(Span { start, end });
            }
        }
    })
    .await?;
    let spans = |units: Vec<Vec<Span>>| units.into_iter().map(Spans::from_iter).collect();
    Ok(taken.into_iter().map(|(resource, units)| (resource, spans(units))).collect())
}
