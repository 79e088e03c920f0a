//! Taking many seats of one service at once, each at a time of its own: as many statements for fifty as for two. Comes under
//! [`guard`](super::guard) of all the staff and resources, because whoever takes a second seat has the first meanwhile.

use std::collections::HashMap;

use jiff::Timestamp;

use super::Seat;
use crate::{
    db::{self, Param, Sql, Transaction},
    ids::{CalendarEntryId, ResourceId, StaffMemberId},
};

/// A unit of a resource that a seat needs: for which of the seats, which resource, and the unit's number.
#[derive(Clone, Copy, Debug)]
pub struct Claim {
    /// The place of the seat.
    pub seat: usize,
    /// Of what.
    pub resource: ResourceId,
    /// Which.
    pub unit: u16,
}

/// Takes seats, all at one business, of one service and of the same capacity. The entry of each that is taken, in order.
///
/// # Errors
/// If the transaction is broken.
pub async fn take_all(
    tx: &Transaction<'_>,
    seats: &[Seat<'_>],
    claims: &[Claim],
) -> Result<Vec<Option<CalendarEntryId>>, db::Error> {
    let mut entries = vec![None; seats.len()];
    let mut opened = Vec::new();
    // As with one: who finds no class to join, and cannot open it because somebody has just done so, finds it then.
    let turns = if seats.iter().any(|seat| seat.capacity > 1) { 2 } else { 1 };
    for _ in 0..turns {
        join(tx, seats, &mut entries).await?;
        opened.extend(open(tx, seats, &mut entries).await?);
    }
    let without_room = claim(tx, seats, claims, &entries, &opened).await?;
    release_all(tx, &without_room).await?;
    Ok(entries.into_iter().map(|entry| entry.filter(|entry| !without_room.contains(entry))).collect())
}

/// Leaves seats that were taken after all.
///
/// # Errors
/// If the transaction is broken.
pub async fn release_all(tx: &Transaction<'_>, entries: &[CalendarEntryId]) -> Result<(), db::Error> {
    if entries.is_empty() {
        return Ok(());
    }
    tx.execute("select release_seat(id) from unnest($1) as entry (id)", &[&entries]).await.map(drop)
}

/// Seats that have no entry yet, as columns.
struct Missing {
    places: Vec<usize>,
    ids: Vec<CalendarEntryId>,
    staff: Vec<StaffMemberId>,
    starts: Vec<Timestamp>,
    ends: Vec<Timestamp>,
}

impl Missing {
    fn of(seats: &[Seat<'_>], entries: &[Option<CalendarEntryId>]) -> Self {
        let missing =
            || (0..).zip(seats).zip(entries).filter(|(_, entry)| entry.is_none()).map(|(seat, _)| seat);
        Self {
            places: missing().map(|(place, _)| place).collect(),
            ids: missing().map(|(_, seat)| seat.id).collect(),
            staff: missing().map(|(_, seat)| seat.staff).collect(),
            starts: missing().map(|(_, seat)| seat.times.start).collect(),
            ends: missing().map(|(_, seat)| seat.times.end).collect(),
        }
    }

    /// Notes the entry of the seat that was to have the id `wanted`.
    fn found(
        &self,
        wanted: CalendarEntryId,
        entry: CalendarEntryId,
        entries: &mut [Option<CalendarEntryId>],
    ) {
        let index = self.ids.iter().position(|id| *id == wanted);
        let place = index.and_then(|index| self.places.get(index));
        if let Some(found) = place.and_then(|place| entries.get_mut(*place)) {
            *found = Some(entry);
        }
    }
}

/// One more seat of each class that others have opened.
async fn join(
    tx: &Transaction<'_>,
    seats: &[Seat<'_>],
    entries: &mut [Option<CalendarEntryId>],
) -> Result<(), db::Error> {
    let missing = Missing::of(seats, entries);
    let Some(seat) = seats.first().filter(|seat| seat.capacity > 1 && !missing.ids.is_empty()) else {
        return Ok(());
    };
    let sql = "
        with place as (select from businesses where id = $6 and updated_at = $7 for key share)
        update calendar_entries set booked = booked + 1
        from place, unnest($2, $3, $4, $5) as wanted (id, staff_id, starts_at, ends_at)
        where calendar_entries.staff_id = wanted.staff_id
          and busy_from between wanted.starts_at - interval '72 hours' and wanted.starts_at
          and service_id = $1 and calendar_entries.starts_at = wanted.starts_at
          and calendar_entries.ends_at = wanted.ends_at and booked < capacity
        returning wanted.id, calendar_entries.id";
    let Missing { ids, staff, starts, ends, .. } = &missing;
    let params: [&dyn Param; 7] = [&seat.service, ids, staff, starts, ends, &seat.business, &seat.as_of];
    for row in tx.rows(sql, &params).await? {
        missing.found(row.get(0), row.get(1), entries);
    }
    Ok(())
}

/// An entry for each seat whose time is free, in one order, whoever asks; those that there are now.
async fn open(
    tx: &Transaction<'_>,
    seats: &[Seat<'_>],
    entries: &mut [Option<CalendarEntryId>],
) -> Result<Vec<CalendarEntryId>, db::Error> {
    let missing = Missing::of(seats, entries);
    let Some(seat) = seats.first().filter(|_| !missing.ids.is_empty()) else { return Ok(Vec::new()) };
    let sql = "
        insert into calendar_entries (id, business_id, service_id, staff_id, starts_at, ends_at, busy_from, busy_to,
                                      gap_from, gap_to, capacity)
        select wanted.id, $1, $2, wanted.staff_id, wanted.starts_at, wanted.ends_at, wanted.busy_from, wanted.busy_to,
               wanted.gap_from, wanted.gap_to, $3
        from unnest($4, $5, $6, $7, $8, $9, $10, $11)
            as wanted (id, staff_id, starts_at, ends_at, busy_from, busy_to, gap_from, gap_to)
        join businesses on businesses.id = $1 and businesses.retired_at is null and businesses.updated_at = $12
        join services on services.id = $2 and services.retired_at is null
        join staff_members on staff_members.id = wanted.staff_id and staff_members.retired_at is null
        order by wanted.staff_id, wanted.starts_at
        for key share of businesses, services, staff_members
        on conflict do nothing
        returning id";
    let Missing { places, ids, staff, starts, ends } = &missing;
    let times = || places.iter().filter_map(|place| seats.get(*place)).map(|seat| seat.times);
    let busy_from: Vec<Timestamp> = times().map(|times| times.busy.start).collect();
    let busy_to: Vec<Timestamp> = times().map(|times| times.busy.end).collect();
    let gap_from: Vec<Option<Timestamp>> = times().map(|times| times.gap.map(|gap| gap.start)).collect();
    let gap_to: Vec<Option<Timestamp>> = times().map(|times| times.gap.map(|gap| gap.end)).collect();
    let capacity = seat.capacity();
    let params: [&dyn Param; 12] = [
        &seat.business,
        &seat.service,
        &capacity,
        ids,
        staff,
        starts,
        ends,
        &busy_from,
        &busy_to,
        &gap_from,
        &gap_to,
        &seat.as_of,
    ];
    let opened: Vec<CalendarEntryId> = tx.rows(sql, &params).await?.iter().map(|row| row.get(0)).collect();
    for id in &opened {
        missing.found(*id, *id, entries);
    }
    Ok(opened)
}

/// Claims the units that the opened entries need; those entries that did not get all of theirs.
async fn claim(
    tx: &Transaction<'_>,
    seats: &[Seat<'_>],
    claims: &[Claim],
    entries: &[Option<CalendarEntryId>],
    opened: &[CalendarEntryId],
) -> Result<Vec<CalendarEntryId>, db::Error> {
    if opened.is_empty() || seats.first().is_none_or(|seat| seat.resources.is_empty()) {
        return Ok(Vec::new());
    }
    let entry_at =
        |place: usize| entries.get(place).copied().flatten().filter(|entry| opened.contains(entry));
    let wanted = || {
        claims
            .iter()
            .filter_map(|claim| Some((entry_at(claim.seat)?, seats.get(claim.seat)?.times.busy, *claim)))
    };
    let sql = "
        insert into resource_claims (entry_id, resource_id, unit, busy_from, busy_to)
        select wanted.entry_id, resources.id, wanted.unit, wanted.busy_from, wanted.busy_to
        from unnest($1, $2, $3, $4, $5) as wanted (entry_id, resource_id, unit, busy_from, busy_to)
        join resources on resources.id = wanted.resource_id and resources.retired_at is null
                          and resources.quantity >= wanted.unit
        order by wanted.resource_id, wanted.unit, wanted.busy_from
        for key share of resources
        on conflict do nothing
        returning entry_id";
    let ids: Vec<CalendarEntryId> = wanted().map(|(entry, ..)| entry).collect();
    let resources: Vec<ResourceId> = wanted().map(|(.., claim)| claim.resource).collect();
    let units: Vec<i16> = wanted().map(|(.., claim)| i16::try_from(claim.unit).unwrap_or(i16::MAX)).collect();
    let from: Vec<Timestamp> = wanted().map(|(_, busy, _)| busy.start).collect();
    let to: Vec<Timestamp> = wanted().map(|(_, busy, _)| busy.end).collect();
    let rows = tx.rows(sql, &[&ids, &resources, &units, &from, &to]).await?;
    let mut claimed = HashMap::<CalendarEntryId, u16>::new();
    for row in &rows {
        *claimed.entry(row.get(0)).or_default() += 1;
    }
    let has_all = |(entry, seat): &(CalendarEntryId, &Seat<'_>)| {
        let needed: u16 = seat.resources.iter().map(|resource| resource.needed).sum();
        claimed.get(entry).copied().unwrap_or(0) == needed
    };
    let opened = (0..).zip(seats).filter_map(|(place, seat)| Some((entry_at(place)?, seat)));
    Ok(opened.filter(|opened| !has_all(opened)).map(|(entry, _)| entry).collect())
}
