//! Taking seats and leaving them. Whoever takes one waits for nobody but those who are taking the same time just then:
//! entries are inserted with ON CONFLICT DO NOTHING, because waiting for the conflict as an error deadlocks under
//! contention.

use jiff::Timestamp;

use crate::{
    db::{self, Sql, Transaction},
    ids::{BusinessId, CalendarEntryId, ResourceId, ServiceId, StaffMemberId},
    scheduling::{Resource, Span, Times},
};

/// A seat that somebody wants: time of a staff member, or one of several in a class.
#[derive(Clone, Copy, Debug)]
pub struct Seat<'a> {
    /// The entry there will be, unless it is a seat in a class that there is.
    pub id: CalendarEntryId,
    /// At which business.
    pub business: BusinessId,
    /// When the business last said otherwise, as far as whoever found the seat free knows. Said anew meanwhile, it is not
    /// there.
    pub as_of: Timestamp,
    /// Of what.
    pub service: ServiceId,
    /// With whom.
    pub staff: StaffMemberId,
    /// When.
    pub times: Times,
    /// How many seats there are: 1, unless it is a class.
    pub capacity: u32,
    /// Whether others have opened the class already.
    pub joins: bool,
    /// What a new entry needs beside the staff member.
    pub resources: &'a [Resource],
}

impl Seat<'_> {
    pub(super) fn capacity(&self) -> i32 {
        i32::try_from(self.capacity).unwrap_or(i32::MAX)
    }
}

/// What came of taking a seat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taking {
    /// It is taken, at this entry.
    Done(CalendarEntryId),
    /// Somebody else has it, or the business, the service or the staff member is gone. The transaction is good for an
    /// attempt with another.
    Occupied,
    /// A resource is missing. The transaction keeps what it has claimed from others until it ends, and so must not wait for
    /// anybody else.
    NoRoom,
}

/// Takes a seat.
///
/// # Errors
/// If the transaction is broken.
pub async fn take(tx: &Transaction<'_>, seat: &Seat<'_>) -> Result<Taking, db::Error> {
    if seat.capacity == 1 && !seat.joins {
        return open(tx, seat).await;
    }
    // Two who are the first to come both find no class to join; the one who waits for the other finds it then.
    for _ in 0..2 {
        if let Some(joined) = join(tx, seat).await? {
            return Ok(Taking::Done(joined));
        }
        let opened = open(tx, seat).await?;
        if opened != Taking::Occupied {
            return Ok(opened);
        }
    }
    Ok(Taking::Occupied)
}

/// Takes one more seat of a class.
async fn join(tx: &Transaction<'_>, seat: &Seat<'_>) -> Result<Option<CalendarEntryId>, db::Error> {
    // The business before the class, as whoever opens one has it: who changes both waits for none who has one.
    let sql = "
        with place as (select from businesses where id = $5 and updated_at = $6 for key share)
        update calendar_entries set booked = booked + 1
        from place
        where staff_id = $1 and busy_from between $3 - interval '72 hours' and $3
          and service_id = $2 and starts_at = $3 and ends_at = $4 and booked < capacity
        returning id";
    let Seat { staff, service, times, business, as_of, .. } = seat;
    let row = tx.row(sql, &[staff, service, &times.start, &times.end, business, as_of]).await?;
    Ok(row.map(|row| row.get(0)))
}

/// Adds an entry, with the resources it needs.
async fn open(tx: &Transaction<'_>, seat: &Seat<'_>) -> Result<Taking, db::Error> {
    let sql = "
        insert into calendar_entries (id, business_id, service_id, staff_id, starts_at, ends_at, busy_from, busy_to,
                                      gap_from, gap_to, capacity)
        select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11
        from businesses, services, staff_members
        where businesses.id = $2 and businesses.retired_at is null and businesses.updated_at = $12
          and services.id = $3 and services.retired_at is null
          and staff_members.id = $4 and staff_members.retired_at is null
        for key share
        on conflict do nothing";
    let id = seat.id;
    let Times { start, end, busy, gap } = seat.times;
    let (gap_from, gap_to) = (gap.map(|gap| gap.start), gap.map(|gap| gap.end));
    let opened = tx
        .execute(
            sql,
            &[
                &id,
                &seat.business,
                &seat.service,
                &seat.staff,
                &start,
                &end,
                &busy.start,
                &busy.end,
                &gap_from,
                &gap_to,
                &seat.capacity(),
                &seat.as_of,
            ],
        )
        .await?;
    if opened == 0 {
        return Ok(Taking::Occupied);
    }
    // In one order, so that two of whom one does not guard them, of an earlier release, do not wait for each other.
    let mut resources: Vec<&Resource> = seat.resources.iter().collect();
    resources.sort_by_key(|resource| resource.id);
    for resource in resources {
        if !claim(tx, id, resource, busy).await? {
            return Ok(Taking::NoRoom);
        }
    }
    Ok(Taking::Done(id))
}

/// Claims as many units of a resource as are needed. Which ones were free when the schedule was loaded is where to begin.
async fn claim(
    tx: &Transaction<'_>,
    entry: CalendarEntryId,
    resource: &Resource,
    busy: Span,
) -> Result<bool, db::Error> {
    let sql = "
        insert into resource_claims (entry_id, resource_id, unit, busy_from, busy_to)
        select $1, id, $3, $4, $5 from resources where id = $2 and retired_at is null and quantity >= $3
        for key share
        on conflict do nothing";
    let mut claimed = 0;
    for unit in resource.free_units(busy) {
        if claimed == resource.needed {
            break;
        }
        let unit = i16::try_from(unit).unwrap_or(i16::MAX);
        let inserted = tx.execute(sql, &[&entry, &resource.id, &unit, &busy.start, &busy.end]).await?;
        claimed += u16::from(inserted > 0);
    }
    Ok(claimed == resource.needed)
}

/// Leaves a seat: the last one takes the entry with it.
///
/// # Errors
/// If the transaction is broken.
pub async fn release(tx: &Transaction<'_>, entry: CalendarEntryId) -> Result<(), db::Error> {
    tx.execute("select release_seat($1)", &[&entry]).await.map(drop)
}

/// Drops the holds that have expired of those in the way of a visit with any of these staff, or with the resources that
/// it needs; all of them under [`guard`](super::guard).
///
/// # Errors
/// If the transaction is broken.
pub async fn release_expired(
    tx: &Transaction<'_>,
    staff: &[StaffMemberId],
    resources: &[ResourceId],
    around: Span,
    now: Timestamp,
) -> Result<(), db::Error> {
    // Without waiting: who has one locked is about to drop it too.
    let sql = "
        delete from holds where id in (
            select holds.id
            from holds join calendar_entries on calendar_entries.id = holds.entry_id
            where holds.expires_at <= $5
              and calendar_entries.busy_from < $4 and calendar_entries.busy_to > $3
              and (calendar_entries.staff_id = any($1)
                   or exists (select from resource_claims
                              where entry_id = calendar_entries.id and resource_id = any($2)))
            for update of holds skip locked)";
    tx.execute(sql, &[&staff, &resources, &around.start, &around.end, &now]).await.map(drop)
}
