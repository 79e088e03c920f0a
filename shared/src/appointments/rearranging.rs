//! Many appointments of a business at once, for whoever changes the time they are in: which there are, and moving and
//! cancelling them in as many statements as one takes.

use std::collections::HashMap;

use jiff::Timestamp;

use super::{
    rescheduling_store::{self, Move},
    status::Status,
    view::{Appointment, Audience, OwnAppointment},
};
use crate::{
    availability::Booked,
    db::{self, Param, Row, Sql, Transaction},
    ids::{
        AppointmentId, BusinessId, CalendarEntryId, HistoryEntryId, LocationId, ResourceId, ServiceId,
        StaffMemberId, UserId, VisitId,
    },
    scheduling::{Span, Times},
    sealing::Sealing,
};

/// Which of a business's appointments.
#[derive(Clone, Copy, Debug)]
pub struct Among {
    /// Those with one staff member only.
    pub staff: Option<StaffMemberId>,
    /// Those of one service only.
    pub service: Option<ServiceId>,
    /// Those that start within some time.
    pub starts: Span,
}

/// An appointment that has not begun, as far as time is concerned.
#[derive(Clone, Copy, Debug)]
pub struct Upcoming {
    /// Which.
    pub id: AppointmentId,
    /// With whom.
    pub staff: StaffMemberId,
    /// Where; `None`: at the business's primary location.
    pub location: Option<LocationId>,
    /// When.
    pub times: Times,
}

/// Pending and confirmed appointments that start after `now`, the earliest first; at most so many.
///
/// # Errors
/// If the query fails.
pub async fn ahead_at(
    on: &impl Sql,
    business: BusinessId,
    among: &Among,
    now: Timestamp,
    most: i64,
) -> Result<Vec<Upcoming>, db::Error> {
    let sql = "
        select ahead.id, ahead.staff_id, services.location_id, ahead.starts_at, ahead.ends_at, ahead.busy_from,
               ahead.busy_to, ahead.gap_from, ahead.gap_to
        from appointments ahead join services on services.id = ahead.service_id
        where ahead.business_id = $1 and ahead.status in ('pending', 'confirmed') and ahead.starts_at > $2
          and ahead.starts_at >= $3 and ahead.starts_at < $4 and ($5 is null or ahead.staff_id = $5)
          and ($6 is null or ahead.service_id = $6)
        order by ahead.starts_at, ahead.id limit $7";
    let params: [&dyn Param; 7] =
        [&business, &now, &among.starts.start, &among.starts.end, &among.staff, &among.service, &most];
    let rows = on.rows(sql, &params).await?;
    let read = |row: &Row| Upcoming {
        id: row.get(0),
        staff: row.get(1),
        location: row.get(2),
        times: times(row, 3),
    };
    Ok(rows.iter().map(read).collect())
}

/// Reads when a visit starts and ends, what it occupies, and its gap; the first of which is the row's column `first`.
fn times(row: &Row, first: usize) -> Times {
    let gap = row.get::<_, Option<Timestamp>>(first + 4).zip(row.get(first + 5));
    Times {
        start: row.get(first),
        end: row.get(first + 1),
        busy: Span { start: row.get(first + 2), end: row.get(first + 3) },
        gap: gap.map(|(start, end)| Span { start, end }),
    }
}

/// An appointment that a change affects.
#[derive(Clone, Debug)]
pub struct Affected {
    /// Which.
    pub id: AppointmentId,
    /// How far it has come.
    pub status: Status,
    /// Where it is.
    pub booked: Booked,
    /// The visit of several services that it was booked as a part of.
    pub visit: Option<VisitId>,
}

/// The seats that some of a business's appointments have, in the order of their starts.
///
/// # Errors
/// If the query fails.
pub async fn seats_of(
    on: &impl Sql,
    business: BusinessId,
    ids: &[AppointmentId],
    now: Timestamp,
) -> Result<Vec<Affected>, db::Error> {
    let sql = "
        select appointments.id, appointments.status, appointments.service_id, appointments.staff_id,
               appointments.starts_at, appointments.ends_at, appointments.busy_from, appointments.busy_to,
               appointments.gap_from, appointments.gap_to, entry.id,
               entry.booked - (select count(*) from holds where entry_id = entry.id and expires_at <= $3)::int,
               array(select resource_id from resource_claims where entry_id = entry.id order by resource_id, unit),
               array(select unit from resource_claims where entry_id = entry.id order by resource_id, unit),
               (select coalesce(sum(duration_minutes), 0)::int4 from appointment_add_ons
                where appointment_id = appointments.id),
               appointments.visit_id
        from appointments join calendar_entries entry on entry.id = appointments.entry_id
        where appointments.business_id = $1 and appointments.id = any($2)
          and appointments.status in ('pending', 'confirmed')
        order by appointments.starts_at, appointments.id";
    let rows = on.rows(sql, &[&business, &ids, &now]).await?;
    Ok(rows.iter().map(affected).collect())
}

fn affected(row: &Row) -> Affected {
    let (resources, units): (Vec<ResourceId>, Vec<i16>) = (row.get(12), row.get(13));
    let booked = Booked {
        service: row.get(2),
        staff: row.get(3),
        times: times(row, 4),
        entry: row.get(10),
        taken: row.get::<_, i32>(11).unsigned_abs(),
        units: resources.into_iter().zip(units.into_iter().map(i16::unsigned_abs)).collect(),
        longer_by: u16::try_from(row.get::<_, i32>(14)).unwrap_or(u16::MAX),
    };
    Affected { id: row.get(0), status: row.get(1), booked, visit: row.get(15) }
}

/// Makes others wait who want to change these appointments, until the transaction ends.
///
/// # Errors
/// If the transaction is broken.
pub async fn lock_affected(tx: &Transaction<'_>, ids: &[AppointmentId]) -> Result<(), db::Error> {
    let sql = "select from appointments where id = any($1) order by id for update";
    tx.execute(sql, &[&ids]).await.map(drop)
}

/// Some of a business's appointments as those who work there see them.
///
/// # Errors
/// If the query fails.
pub async fn own_forms(
    on: &impl Sql,
    business: BusinessId,
    ids: &[AppointmentId],
    sealing: &Sealing,
) -> Result<HashMap<AppointmentId, OwnAppointment>, db::Error> {
    let audience = Audience::Business(business);
    let sql = format!("{} where appointments.id = any($1) and {} = $2", audience.select(), audience.column());
    let rows = on.rows(&sql, &[&ids, &audience.id()]).await?;
    let read = |row: &Row| Appointment::from_row(row, audience);
    let own = |read: Appointment| (read.id(), OwnAppointment::new(read, sealing));
    Ok(rows.iter().map(read).map(own).collect())
}

/// Moves locked appointments to the time of entries whose seats they have taken, and records it.
///
/// # Errors
/// If the transaction is broken.
pub async fn move_all(
    tx: &Transaction<'_>,
    moves: &[(&Affected, CalendarEntryId)],
    actor: UserId,
    now: Timestamp,
) -> Result<(), db::Error> {
    let step = |(from, entry): &(&Affected, CalendarEntryId)| Move {
        id: from.id,
        entry: *entry,
        from: from.booked.times.start,
    };
    rescheduling_store::move_to(tx, &moves.iter().map(step).collect::<Vec<_>>(), Some(actor), now).await
}

/// Cancels locked appointments on the business's side, each for its reason, and records it.
///
/// # Errors
/// If the transaction is broken.
pub async fn cancel_all(
    tx: &Transaction<'_>,
    cancelled: &[(&Affected, &str)],
    actor: UserId,
    now: Timestamp,
) -> Result<(), db::Error> {
    let sql = "
        with wanted as (
            select * from unnest($1, $2, $3, $4) as wanted (id, reason, was, history_id)
        ), cancelled as (
            update appointments
            set status = 'cancelled', updated_at = $6, cancelled_at = $6, cancelled_by = 'business',
                cancellation_reason = wanted.reason
            from wanted where appointments.id = wanted.id
        )
        insert into appointment_history (id, appointment_id, from_status, to_status, actor_id, reason, at)
        select history_id, id, was, 'cancelled', $5, reason, $6 from wanted";
    let ids: Vec<AppointmentId> = cancelled.iter().map(|(from, _)| from.id).collect();
    let reasons: Vec<&str> = cancelled.iter().map(|(_, reason)| *reason).collect();
    let was: Vec<&str> = cancelled.iter().map(|(from, _)| from.status.as_str()).collect();
    let history: Vec<HistoryEntryId> = cancelled.iter().map(|_| HistoryEntryId::new(now)).collect();
    tx.execute(sql, &[&ids, &reasons, &was, &history, &actor, &now]).await.map(drop)
}
