//! Which bookings a change leaves without their time: those that could take place by the hours there are, and could not by
//! those there would be. The engine says so of both.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};

use super::change::{Change, Proposer};
use crate::{
    appointments::{self, Upcoming},
    availability::Outlook,
    db::Sql,
    hours::WorkingTime,
    http::ApiError,
    ids::{AppointmentId, LocationId, StaffMemberId},
    language::Message,
    scheduling::{DateRange, Rule, Schedule, Visit},
};

/// How many days from today on are looked at: nobody books further ahead.
const DAYS: u16 = 1100;
/// How many bookings ahead a change may have to be compared with.
const MOST_AHEAD: i64 = 20_000;

/// A business as it would be with a change, and the bookings that would be left without their time, the earliest first.
pub(super) struct Consequences {
    pub(super) outlook: Outlook,
    /// Each with the rule that would be against it.
    pub(super) affected: Vec<(AppointmentId, Rule)>,
}

/// What a change would come to, by how things stand.
///
/// # Errors
/// Those of [`Change::check`]; `BUSINESS_NOT_FOUND`; `CONFLICT` if it cannot be made, or where more is booked than can be
/// looked through.
pub(super) async fn consequences(
    on: &impl Sql,
    proposer: &Proposer,
    change: &Change,
    now: Timestamp,
) -> Result<Consequences, ApiError> {
    let business = proposer.business;
    let today = TimeZone::UTC.to_datetime(now).date();
    let dates = DateRange { first: today.yesterday().unwrap_or(today), days: DAYS };
    let among = change.among();
    let (known, outlook, ahead) = tokio::join!(
        change.check(on, proposer),
        Outlook::load(on, business, dates),
        appointments::ahead_at(on, business, &among, now, MOST_AHEAD + 1)
    );
    known?;
    let (mut outlook, ahead) = (outlook?, ahead?);
    if i64::try_from(ahead.len()).unwrap_or(i64::MAX) > MOST_AHEAD {
        return Err(ApiError::conflict(Message::TooManyBookings(MOST_AHEAD)));
    }
    let before = outlook.hours().clone();
    change.onto(&mut outlook)?;
    let affected = match change {
        Change::Hours(_) => by_hours(&outlook, &before, &ahead),
        // Whatever hours they are in.
        Change::Removal(_) | Change::Retirement(_) => {
            ahead.iter().map(|booked| (booked.id, Rule::NobodyOffers)).collect()
        }
    };
    Ok(Consequences { outlook, affected })
}

/// Those that other hours than `before` leave without their time.
fn by_hours(outlook: &Outlook, before: &WorkingTime, ahead: &[Upcoming]) -> Vec<(AppointmentId, Rule)> {
    let Some(dates) = dates_of(ahead, &outlook.zone) else { return Vec::new() };
    let mut staff = HashMap::<(StaffMemberId, Option<LocationId>), [Schedule; 2]>::new();
    let lost = ahead.iter().filter_map(|booked| {
        let visit = Visit::booked(booked.times);
        let whose = (booked.staff, booked.location);
        let schedules = staff.entry(whose).or_insert_with(|| {
            [before, outlook.hours()].map(|hours| outlook.alone(hours, whose, visit, dates))
        });
        let [before, after] = schedules.each_mut().map(|schedule| {
            schedule.staff.iter_mut().for_each(|member| member.visit = visit);
            schedule.agreed(booked.times.start)
        });
        before.ok()?;
        after.err().map(|rule| (booked.id, rule))
    });
    lost.collect()
}

/// The dates that some bookings, which are in order, are on.
fn dates_of(ahead: &[Upcoming], zone: &TimeZone) -> Option<DateRange> {
    let date = |booked: &Upcoming| zone.to_datetime(booked.times.start).date();
    Some(range(date(ahead.first()?), date(ahead.last()?), 0))
}

/// From one date to another, and so many days around.
pub(super) fn range(first: Date, last: Date, around: u16) -> DateRange {
    let days = SignedDuration::from_hours(24 * i64::from(around));
    let first = first.checked_sub(days).unwrap_or(first);
    let until = last.checked_add(days).unwrap_or(last);
    let between = until.duration_since(first).as_hours() / 24;
    DateRange { first, days: u16::try_from(between).unwrap_or(u16::MAX - 1) + 1 }
}
