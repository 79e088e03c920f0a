//! Many seats left and taken at once, by whoever has made everybody else wait before: [`guard_business`](super::guard_business)
//! and [`businesses::lock_to_rearrange`](crate::businesses::lock_to_rearrange). So nobody is quicker, and it takes as many
//! statements for many as for one. The constraints stand all the same.

use std::collections::HashMap;

use jiff::Timestamp;

use super::Seat;
use crate::{
    db::{self, Param, Sql, Transaction},
    ids::{CalendarEntryId, ResourceId, ServiceId, StaffMemberId},
    scheduling::Span,
};

/// A unit of a resource that an entry needs.
#[derive(Clone, Copy, Debug)]
pub struct Unit {
    /// Which entry.
    pub entry: CalendarEntryId,
    /// Of which resource.
    pub resource: ResourceId,
    /// Which unit, the first being number 1.
    pub unit: u16,
    /// When.
    pub busy: Span,
}

/// Takes seats and claims, and says at which entry each seat is; nothing, if one of them is not free. In a class that there is
/// none yet, the first opens it and the others join.
///
/// # Errors
/// If the transaction is broken.
pub async fn rearrange(
    tx: &Transaction<'_>,
    seats: &[Seat<'_>],
    claims: &[Unit],
) -> Result<Option<Vec<CalendarEntryId>>, db::Error> {
    let (joining, opening): (Vec<&Seat<'_>>, Vec<&Seat<'_>>) = seats.iter().partition(|seat| seat.joins);
    let (opened, joined, claimed) =
        tokio::join!(open_all(tx, &opening), join_all(tx, &joining), claim_all(tx, claims));
    let (opened, joined, claimed) = (opened?, joined?, claimed?);
    if opened != opening.len() || claimed != claims.len() {
        return Ok(None);
    }
    let entry = |seat: &Seat<'_>| {
        let class = (seat.staff, seat.service, seat.times.start, seat.times.end);
        if seat.joins { joined.get(&class).copied() } else { Some(seat.id) }
    };
    Ok(seats.iter().map(entry).collect())
}

async fn open_all(tx: &Transaction<'_>, seats: &[&Seat<'_>]) -> Result<usize, db::Error> {
    if seats.is_empty() {
        return Ok(0);
    }
    let sql = "
        insert into calendar_entries (id, business_id, service_id, staff_id, starts_at, ends_at, busy_from, busy_to,
                                      gap_from, gap_to, capacity)
        select seat.*
        from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
            as seat (id, business_id, service_id, staff_id, starts_at, ends_at, busy_from, busy_to, gap_from, gap_to, capacity)
        join services on services.id = seat.service_id and services.retired_at is null
        join staff_members on staff_members.id = seat.staff_id and staff_members.retired_at is null
        on conflict do nothing";
    let params: [&dyn Param; 11] = [
        &column(seats, |seat| seat.id),
        &column(seats, |seat| seat.business),
        &column(seats, |seat| seat.service),
        &column(seats, |seat| seat.staff),
        &column(seats, |seat| seat.times.start),
        &column(seats, |seat| seat.times.end),
        &column(seats, |seat| seat.times.busy.start),
        &column(seats, |seat| seat.times.busy.end),
        &column(seats, |seat| seat.times.gap.map(|gap| gap.start)),
        &column(seats, |seat| seat.times.gap.map(|gap| gap.end)),
        &column(seats, Seat::capacity),
    ];
    Ok(usize::try_from(tx.execute(sql, &params).await?).unwrap_or(usize::MAX))
}

fn column<'a, T>(seats: &[&'a Seat<'a>], value: impl Fn(&'a Seat<'a>) -> T) -> Vec<T> {
    seats.iter().map(|seat| value(seat)).collect()
}

/// A class: with whom, of what, from when to when.
type Class = (StaffMemberId, ServiceId, Timestamp, Timestamp);

async fn join_all(
    tx: &Transaction<'_>,
    seats: &[&Seat<'_>],
) -> Result<HashMap<Class, CalendarEntryId>, db::Error> {
    if seats.is_empty() {
        return Ok(HashMap::new());
    }
    let sql = "
        update calendar_entries set booked = booked + class.seats
        from (select staff_id, service_id, starts_at, ends_at, count(*)::int as seats
              from unnest($1, $2, $3, $4) as seat (staff_id, service_id, starts_at, ends_at)
              group by staff_id, service_id, starts_at, ends_at) as class
        where calendar_entries.staff_id = class.staff_id
          and busy_from between class.starts_at - interval '72 hours' and class.starts_at
          and calendar_entries.service_id = class.service_id and calendar_entries.starts_at = class.starts_at
          and calendar_entries.ends_at = class.ends_at and booked + class.seats <= capacity
        returning calendar_entries.staff_id, calendar_entries.service_id, calendar_entries.starts_at,
                  calendar_entries.ends_at, calendar_entries.id";
    let staff: Vec<StaffMemberId> = seats.iter().map(|seat| seat.staff).collect();
    let services: Vec<ServiceId> = seats.iter().map(|seat| seat.service).collect();
    let starts: Vec<Timestamp> = seats.iter().map(|seat| seat.times.start).collect();
    let ends: Vec<Timestamp> = seats.iter().map(|seat| seat.times.end).collect();
    let rows = tx.rows(sql, &[&staff, &services, &starts, &ends]).await?;
    let class = |row: &db::Row| ((row.get(0), row.get(1), row.get(2), row.get(3)), row.get(4));
    Ok(rows.iter().map(class).collect())
}

async fn claim_all(tx: &Transaction<'_>, claims: &[Unit]) -> Result<usize, db::Error> {
    if claims.is_empty() {
        return Ok(0);
    }
    let sql = "
        insert into resource_claims (entry_id, resource_id, unit, busy_from, busy_to)
        select claim.*
        from unnest($1, $2, $3, $4, $5) as claim (entry_id, resource_id, unit, busy_from, busy_to)
        join resources on resources.id = claim.resource_id and resources.retired_at is null
        on conflict do nothing";
    let entries: Vec<CalendarEntryId> = claims.iter().map(|claim| claim.entry).collect();
    let resources: Vec<ResourceId> = claims.iter().map(|claim| claim.resource).collect();
    let units: Vec<i16> = claims.iter().map(|claim| i16::try_from(claim.unit).unwrap_or(i16::MAX)).collect();
    let from: Vec<Timestamp> = claims.iter().map(|claim| claim.busy.start).collect();
    let to: Vec<Timestamp> = claims.iter().map(|claim| claim.busy.end).collect();
    let claimed = tx.execute(sql, &[&entries, &resources, &units, &from, &to]).await?;
    Ok(usize::try_from(claimed).unwrap_or(usize::MAX))
}
