//! Where all the bookings that a change affects are to be, found in memory before anything is written: first all leave
//! their seats that do not stay, so that two may change places, then each takes what the engine says somebody offers.

use std::collections::HashMap;

use jiff::Timestamp;

use super::{
    affected::range,
    choice::{Choice, Choices, Target},
};
use crate::{
    appointments::Affected,
    availability::{Outlook, Placing, local_instant},
    http::{ApiError, Code},
    scheduling::{MinuteOfDay, Offer, Rule, Schedule},
};

/// How many other starts a refusal names, and how many days away they may lie.
const ALTERNATIVES: usize = 5;
pub(super) const ALTERNATIVE_DAYS: u16 = 7;

/// What becomes of bookings.
#[derive(Debug, Default)]
pub(super) struct Rearrangement<'a> {
    pub(super) kept: Vec<&'a Affected>,
    pub(super) moved: Vec<(&'a Affected, Placing)>,
    /// Each with the reason.
    pub(super) cancelled: Vec<(&'a Affected, &'a str)>,
}

/// Finds a place for everyone who is to be moved, one after the other in the order in which they were chosen.
///
/// # Errors
/// `PAST_BOOKING`, `SERVICE_NOT_FOUND`, `STAFF_NOT_FOUND`, as for moving one; `SLOT_UNAVAILABLE` with the booking there is no
/// place for, and the nearest free starts.
pub(super) fn rearrange<'a>(
    outlook: &mut Outlook,
    affected: &'a [Affected],
    choices: &'a Choices,
    now: Timestamp,
) -> Result<Rearrangement<'a>, ApiError> {
    let mut found = Rearrangement::default();
    for booking in affected {
        match choices.of(booking.id) {
            Some(Choice::Move(_)) => {}
            Some(Choice::Cancel(reason)) => found.cancelled.push((booking, reason.as_str())),
            Some(Choice::Keep) | None => {
                found.kept.push(booking);
                continue;
            }
        }
        outlook.leave(&booking.booked);
    }
    let bookings: HashMap<_, _> = affected.iter().map(|booking| (booking.id, booking)).collect();
    for (id, target) in choices.moves() {
        let Some(booking) = bookings.get(&id) else { continue };
        let service = booking.booked.service;
        let schedule = outlook.schedule(service, booking.booked.longer_by).ok_or(Code::ServiceNotFound)?;
        let (schedule, offer) = place(schedule, booking, target, now)?;
        found.moved.push((booking, outlook.take(service, &offer, &schedule, now)));
    }
    Ok(found)
}

/// With whom it can be there: whoever it is with, if they are free, else the first who is.
fn place(
    mut schedule: Schedule,
    booking: &Affected,
    target: Target,
    now: Timestamp,
) -> Result<(Schedule, Offer), ApiError> {
    if let Some(wanted) = target.staff {
        schedule.staff.retain(|member| member.id == wanted);
        if schedule.staff.is_empty() {
            return Err(Code::StaffNotFound.into());
        }
    }
    let booked = &booking.booked;
    let local = schedule.zone.to_datetime(booked.times.start);
    let agreed = (local.date(), MinuteOfDay::of(local.time()));
    let (date, time) = target.start.unwrap_or(agreed);
    let offers = if (date, time) == agreed {
        schedule.agreed(booked.times.start)
    } else {
        schedule.check(date, time, now).map(|slot| slot.offers)
    };
    let offers = match offers {
        Ok(offers) => offers,
        Err(Rule::TooSoon) => return Err(Code::PastBooking.into()),
        Err(_) => {
            let nearest =
                schedule.nearest(date, time, range(date, date, ALTERNATIVE_DAYS), ALTERNATIVES, now);
            let starts: Vec<String> =
                nearest.iter().map(|slot| local_instant(slot.start, &schedule.zone)).collect();
            return Err(ApiError::no_place_for(booking.id, &starts));
        }
    };
    let preferred = offers.iter().find(|offer| offer.staff == booked.staff).or(offers.first());
    let offer = *preferred.ok_or(Code::SlotUnavailable)?;
    Ok((schedule, offer))
}
