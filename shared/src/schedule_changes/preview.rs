//! What a change would do, before it is made: each booking it leaves without its time, who else could take it then, and
//! where else it could be.

use std::collections::HashMap;

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    affected::{Consequences, consequences, range},
    change::{Change, Proposer},
};
use crate::{
    app::App,
    appointments::{self, Affected, OwnAppointment},
    availability::{self, NextStart, Outlook},
    db::Connection,
    http::{
        ApiError,
        page::{Page, PageRequest},
    },
    ids::{AppointmentId, StaffMemberId},
    language::Reason,
    scheduling::{MinuteOfDay, Rule},
};

/// How many other starts are named where nobody is free, and how many days away they may lie.
const ALTERNATIVES: usize = 3;
const ALTERNATIVE_DAYS: u16 = 7;

/// A booking that a change would leave without its time.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AffectedBooking {
    appointment: OwnAppointment,
    /// What would be against it.
    reason: Reason,
    /// Who could take it at the same time, in the business's order, were no other booking moved.
    staff_ids: Vec<StaffMemberId>,
    /// If nobody could: the nearest starts within a week at which somebody could.
    alternatives: Vec<NextStart>,
}

/// One page of the bookings that a change would leave without their time, the earliest first.
///
/// # Errors
/// Those of [`consequences`]; `NOT_FOUND` past the end.
pub(super) async fn preview(
    app: &App,
    proposer: &Proposer,
    change: &Change,
    page: &PageRequest,
) -> Result<Page<AffectedBooking>, ApiError> {
    let now = app.now();
    let connection = app.connection().await?;
    let found = consequences(&connection, proposer, change, now).await?;
    let Consequences { mut outlook, affected } = found;
    let page = page.of_all(affected)?;
    let ids: Vec<AppointmentId> = page.results.iter().map(|(id, _)| *id).collect();
    let (seats, mut forms) = look_at(app, &connection, &mut outlook, &ids, now).await?;
    let described = |(id, rule): (AppointmentId, Rule)| {
        let seat = seats.iter().find(|seat| seat.id == id)?;
        let (staff_ids, alternatives) = elsewhere(&mut outlook, seat, now);
        let reason = availability::in_full(rule);
        Some(AffectedBooking { appointment: forms.remove(&id)?, reason, staff_ids, alternatives })
    };
    let Page { count, next, previous, results } = page;
    // Without those that were moved or cancelled between both looks.
    let results = results.into_iter().filter_map(described).collect();
    Ok(Page { count, next, previous, results })
}

/// Loads what matters for some appointments: their seats, what else is booked around them, and how they are shown.
async fn look_at(
    app: &App,
    connection: &Connection,
    outlook: &mut Outlook,
    ids: &[AppointmentId],
    now: Timestamp,
) -> Result<(Vec<Affected>, HashMap<AppointmentId, OwnAppointment>), ApiError> {
    let business = outlook.terms.id;
    let (seats, forms) = tokio::try_join!(
        appointments::seats_of(connection, business, ids, now),
        appointments::own_forms(connection, business, ids, app.sealing())
    )?;
    let date = |seat: &Affected| outlook.zone.to_datetime(seat.booked.times.start).date();
    if let Some((first, last)) = seats.first().map(date).zip(seats.last().map(date)) {
        outlook.look_at(connection, range(first, last, ALTERNATIVE_DAYS), now).await?;
    }
    Ok((seats, forms))
}

/// Who else could take a visit at its time; if nobody, where else it could be.
fn elsewhere(outlook: &mut Outlook, seat: &Affected, now: Timestamp) -> (Vec<StaffMemberId>, Vec<NextStart>) {
    let booked = &seat.booked;
    let schedule = outlook.if_left(booked, |outlook| outlook.schedule(booked.service, booked.longer_by));
    let Some(schedule) = schedule else { return (Vec::new(), Vec::new()) };
    if let Ok(offers) = schedule.agreed(booked.times.start) {
        return (offers.iter().map(|offer| offer.staff).collect(), Vec::new());
    }
    let local = schedule.zone.to_datetime(booked.times.start);
    let (date, time) = (local.date(), MinuteOfDay::of(local.time()));
    let dates = range(date, date, ALTERNATIVE_DAYS);
    let nearest = schedule.nearest(date, time, dates, ALTERNATIVES, now);
    let start = |slot| NextStart::new(booked.service, slot, &schedule.zone);
    (Vec::new(), nearest.iter().map(start).collect())
}
