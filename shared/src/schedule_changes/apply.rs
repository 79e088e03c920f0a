//! Making a change together with what is to become of bookings: all of it, or nothing. While it is made nobody books at the
//! business, and who had found something free before looks again afterwards, so that no booking is left without its time
//! that nobody has decided about.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    affected::{consequences, range},
    change::{Change, Proposer},
    choice::{Choices, Decision, Fate, MOST},
    rearrangement::{ALTERNATIVE_DAYS, Rearrangement, rearrange},
};
use crate::{
    app::App,
    appointments::{self, Affected, AttemptError, MOST_LOOKS},
    availability::{Outlook, Placing, local_instant},
    businesses, calendar,
    db::Transaction,
    http::{ApiError, Code},
    ids::{AppointmentId, CalendarEntryId, StaffMemberId, VisitId},
    language::Message,
    outbox::{self, Happening, Notice},
    scheduling::Span,
    services, staff,
};

/// A change that has been made.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AppliedChange {
    /// What has become of each booking that it affected, the earliest first.
    appointments: Vec<Rearranged>,
}

/// What has become of a booking.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RearrangedBooking)]
struct Rearranged {
    appointment_id: AppointmentId,
    choice: Fate,
    /// With whom it is now; of one that is cancelled, was.
    staff_id: StaffMemberId,
    /// When it is now; of one that is cancelled, was.
    start: String,
    end: String,
}

/// Makes a change, and moves, cancels and keeps bookings as chosen.
///
/// # Errors
/// Those of [`consequences`] and [`rearrange`]; `CONFLICT` with the bookings that it affects and nothing is chosen for, and
/// those chosen for that it does not affect; those of the endpoint of its kind.
pub(super) async fn apply(
    app: &App,
    proposer: &Proposer,
    decision: &Decision,
) -> Result<AppliedChange, ApiError> {
    for _ in 0..MOST_LOOKS {
        let made =
            app.db().retrying("change the schedule", || Box::pin(attempt(app, proposer, decision))).await?;
        if let Some(applied) = made {
            return Ok(applied);
        }
    }
    Err(Code::SlotUnavailable.into())
}

/// One attempt; nothing, where somebody has just left a class that others were to come to, for which nobody waits.
async fn attempt(
    app: &App,
    proposer: &Proposer,
    decision: &Decision,
) -> Result<Option<AppliedChange>, AttemptError> {
    let now = app.now();
    let Decision { change, choices } = decision;
    let mut connection = app.connection().await?;
    let tx = connection.begin_as(proposer.user, now).await?;
    calendar::guard_business(&tx, proposer.business).await?;
    businesses::lock_to_rearrange(&tx, proposer.business, now).await?;
    let found = consequences(&tx, proposer, change, now).await?;
    let mut outlook = found.outlook;
    let ids: Vec<AppointmentId> = found.affected.into_iter().map(|(id, _)| id).collect();
    let affected = locked(&tx, &mut outlook, &ids, choices, now).await?;
    let rearrangement = rearrange(&mut outlook, &affected, choices, now)?;
    let answer = answer(&rearrangement, &outlook);
    if !rearranged(&tx, &rearrangement, proposer, now).await? {
        return Ok(None);
    }
    made(&tx, change, proposer, now).await?;
    outbox::add_all(&tx, now, &notices(&rearrangement)).await?;
    tx.commit().await?;
    Ok(Some(answer))
}

/// The seats of the bookings that are affected, kept from other changes, if there is a choice for each; and what is booked
/// around them and where they are to go.
async fn locked(
    tx: &Transaction<'_>,
    outlook: &mut Outlook,
    ids: &[AppointmentId],
    choices: &Choices,
    now: Timestamp,
) -> Result<Vec<Affected>, AttemptError> {
    if ids.len() > MOST {
        let most = i64::try_from(MOST).unwrap_or(i64::MAX);
        return Err(ApiError::conflict(Message::TooManyBookings(most)).into());
    }
    // Before any calendar is touched: who cancels one of them has it, and waits for nothing but the calendar.
    appointments::lock_affected(tx, ids).await?;
    let affected = appointments::seats_of(tx, outlook.terms.id, ids, now).await?;
    choices.are_for(&affected.iter().map(|booking| booking.id).collect::<Vec<_>>())?;
    let date = |booking: &Affected| outlook.zone.to_datetime(booking.booked.times.start).date();
    let targets = choices.moves().filter_map(|(_, target)| Some(target.start?.0));
    let dates: Vec<Date> = affected.iter().map(date).chain(targets).collect();
    if let Some((first, last)) = dates.iter().min().zip(dates.iter().max()) {
        outlook.look_at(tx, range(*first, *last, ALTERNATIVE_DAYS), now).await?;
    }
    Ok(affected)
}

/// Writes down where bookings are from now on, if all of them find their seats.
async fn rearranged(
    tx: &Transaction<'_>,
    found: &Rearrangement<'_>,
    proposer: &Proposer,
    now: Timestamp,
) -> Result<bool, AttemptError> {
    let left: Vec<CalendarEntryId> = found.moved.iter().map(|(from, _)| from.booked.entry).collect();
    let seats: Vec<_> = found.moved.iter().map(|(_, to)| to.seat).collect();
    let claims: Vec<_> = found.moved.iter().flat_map(|(_, to)| to.claims.iter().copied()).collect();
    if let Some(around) = Span::around(seats.iter().map(|seat| seat.times.busy)) {
        let staff: Vec<StaffMemberId> = seats.iter().map(|seat| seat.staff).collect();
        let resources: Vec<_> = claims.iter().map(|claim| claim.resource).collect();
        calendar::release_expired(tx, &staff, &resources, around, now).await?;
    }
    let (cancelled, released) = tokio::join!(
        appointments::cancel_all(tx, &found.cancelled, proposer.user, now),
        calendar::release_all(tx, &left)
    );
    cancelled?;
    released?;
    let Some(entries) = calendar::rearrange(tx, &seats, &claims).await? else { return Ok(false) };
    let moves: Vec<_> = found.moved.iter().map(|(from, _)| *from).zip(entries).collect();
    appointments::move_all(tx, &moves, proposer.user, now).await?;
    Ok(true)
}

/// Makes the change itself, as the endpoint of its kind would.
async fn made(
    tx: &Transaction<'_>,
    change: &Change,
    proposer: &Proposer,
    now: Timestamp,
) -> Result<(), ApiError> {
    match (change, &proposer.manager) {
        (Change::Hours(hours), _) => hours.write(tx, proposer.business, now).await,
        (Change::Removal(staff), Some(manager)) => staff::remove_in(tx, manager, *staff, now).await,
        (Change::Retirement(service), Some(_)) => {
            services::retire_in(tx, proposer.business, *service, now).await
        }
        (Change::Removal(_) | Change::Retirement(_), None) => Err(Code::PermissionDenied.into()),
    }
}

/// What customers and the business are told: of parts of one visit that are cancelled for one reason, at once.
fn notices(found: &Rearrangement<'_>) -> Vec<Notice> {
    let notice = |appointment, what| Notice::Appointment { appointment, what };
    let mut notices: Vec<Notice> =
        found.moved.iter().map(|(booking, _)| notice(booking.id, Happening::Rescheduled)).collect();
    let what = Happening::CancelledByBusiness;
    let mut parts: BTreeMap<(VisitId, &str), Vec<AppointmentId>> = BTreeMap::new();
    for (booking, reason) in &found.cancelled {
        match booking.visit {
            Some(visit) => parts.entry((visit, reason)).or_default().push(booking.id),
            None => notices.push(notice(booking.id, what)),
        }
    }
    notices.extend(parts.into_iter().filter_map(|((visit, _), parts)| match *parts {
        [] => None,
        [part] => Some(notice(part, what)),
        [appointment, ..] => Some(Notice::Visit { visit, appointment, what }),
    }));
    notices
}

fn answer(found: &Rearrangement<'_>, outlook: &Outlook) -> AppliedChange {
    let at = |instant| local_instant(instant, &outlook.zone);
    let stayed = |booking: &Affected, choice| Rearranged {
        appointment_id: booking.id,
        choice,
        staff_id: booking.booked.staff,
        start: at(booking.booked.times.start),
        end: at(booking.booked.times.end),
    };
    let moved = |(booking, Placing { seat, .. }): &(&Affected, Placing)| Rearranged {
        appointment_id: booking.id,
        choice: Fate::Move,
        staff_id: seat.staff,
        start: at(seat.times.start),
        end: at(seat.times.end),
    };
    let mut appointments: Vec<Rearranged> = found.moved.iter().map(moved).collect();
    appointments.extend(found.kept.iter().map(|booking| stayed(booking, Fate::Keep)));
    appointments.extend(found.cancelled.iter().map(|(booking, _)| stayed(booking, Fate::Cancel)));
    appointments
        .sort_by(|one, other| (&one.start, one.appointment_id).cmp(&(&other.start, other.appointment_id)));
    AppliedChange { appointments }
}
