//! The rules once more, slow and by definition: watch the wall clock minute by minute and ask of every
//! minute.

use std::{
    collections::{BTreeMap, BTreeSet},
    num::NonZeroU16,
};

use jiff::{
    SignedDuration, Timestamp,
    civil::{Date, DateTime, Time},
    tz::TimeZone,
};

use super::salon::{Offer, Salon, every_minute, staff};
use crate::{
    ids::StaffMemberId,
    scheduling::{MinuteOfDay, Rule, Span},
};

const MINUTE: SignedDuration = SignedDuration::from_mins(1);

/// One date at a salon, as somebody saw it who stood before the clock with a list of the minutes worked.
pub(super) struct Reference<'salon> {
    salon: &'salon Salon,
    date: Date,
    /// Every reading later than all before it, with its instant. A repeated hour gives no new readings.
    readings: BTreeMap<DateTime, Timestamp>,
    shifts: Vec<Shift>,
    earliest: Timestamp,
    last_date: Date,
}

/// A [`Rule`], as coarse as this reference tells them apart.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Refused {
    TooSoon,
    BeyondHorizon,
    NoSuchTime,
    NotOffered,
    Taken,
}

impl From<Rule> for Refused {
    fn from(rule: Rule) -> Self {
        match rule {
            Rule::TooSoon => Self::TooSoon,
            Rule::BeyondHorizon => Self::BeyondHorizon,
            Rule::NoSuchTime => Self::NoSuchTime,
            Rule::Taken | Rule::Buffer => Self::Taken,
            _ => Self::NotOffered,
        }
    }
}

/// One interval of opening hours.
struct Shift {
    opens: i16,
    closes: i16,
    /// The instants at which a minute begins that is open and not part of a break.
    worked: BTreeSet<Timestamp>,
}

impl<'salon> Reference<'salon> {
    pub(super) fn new(salon: &'salon Salon, date: Date) -> Self {
        let Salon { zone, limits, now, .. } = salon;
        let mut reference = Self {
            salon,
            date,
            readings: watch_clock(zone, date),
            shifts: Vec::new(),
            earliest: *now + SignedDuration::from_mins(limits.min_notice_minutes.into()),
            last_date: zone.to_datetime(*now).date()
                + SignedDuration::from_hours(24 * i64::from(limits.horizon_days)),
        };
        reference.shifts = salon
            .open
            .iter()
            .filter(|(weekday, _)| *weekday == date.weekday())
            .map(|(_, hours)| {
                let reached = |minute| reference.reached(minute);
                let mut worked: BTreeSet<_> =
                    minutes(reached(hours.opens()), reached(hours.closes())).collect();
                for pause in hours.breaks() {
                    worked.retain(|minute| !(reached(pause.start)..reached(pause.end)).contains(minute));
                }
                Shift { opens: hours.opens().into(), closes: hours.closes().into(), worked }
            })
            .collect();
        reference
    }

    /// When a visit at `time` starts and who is free for it, or why there is none.
    pub(super) fn verdict(&self, time: MinuteOfDay) -> Result<(Timestamp, Vec<StaffMemberId>), Refused> {
        if self.reached(time) < self.earliest {
            return Err(Refused::TooSoon);
        }
        if self.date > self.last_date {
            return Err(Refused::BeyondHorizon);
        }
        let Salon { visit, busy, .. } = self.salon;
        let start = *self.readings.get(&self.wall(time)).ok_or(Refused::NoSuchTime)?;
        let end = start + MINUTE * visit.duration.get().into();
        let step = visit.step.map_or(visit.duration.get() + visit.buffer_after, NonZeroU16::get);
        let time = i16::from(time);
        let fits = |shift: &Shift| {
            (shift.opens..shift.closes).contains(&time)
                && i32::from(time - shift.opens) % i32::from(step) == 0
                && minutes(start, end).all(|minute| shift.worked.contains(&minute))
        };
        if busy.is_empty() || !self.shifts.iter().any(fits) {
            return Err(Refused::NotOffered);
        }
        let until = end + MINUTE * visit.buffer_after.into();
        let free: Vec<StaffMemberId> = (0..)
            .zip(busy)
            .filter(|(_, busy)| minutes(start, until).all(|minute| is_untouched(minute, busy)))
            .map(|(index, _)| staff(index))
            .collect();
        if free.is_empty() { Err(Refused::Taken) } else { Ok((start, free)) }
    }

    /// The times with a slot, in order.
    pub(super) fn offered(&self) -> Vec<Offer> {
        every_minute()
            .filter_map(|time| self.verdict(time).ok().map(|(start, staff)| (time, start, staff)))
            .collect()
    }

    fn wall(&self, time: MinuteOfDay) -> DateTime {
        self.date.to_datetime(Time::midnight()) + MINUTE * i16::from(time).into()
    }

    /// The first instant at which the clock shows `time` or later.
    pub(super) fn reached(&self, time: MinuteOfDay) -> Timestamp {
        let (_, instant) =
            self.readings.range(self.wall(time)..).next().expect("the watch outlasts the date");
        *instant
    }
}

/// Watches from well before the date begins anywhere on Earth until well after it has ended everywhere.
fn watch_clock(zone: &TimeZone, date: Date) -> BTreeMap<DateTime, Timestamp> {
    let noon = TimeZone::UTC.to_timestamp(date.at(12, 0, 0, 0)).expect("tests keep to this century");
    let mut readings = BTreeMap::new();
    for instant in minutes(noon - SignedDuration::from_hours(30), noon + SignedDuration::from_hours(30)) {
        let reading = zone.to_datetime(instant);
        if readings.last_key_value().is_none_or(|(latest, _)| reading > *latest) {
            readings.insert(reading, instant);
        }
    }
    readings
}

fn minutes(start: Timestamp, end: Timestamp) -> impl Iterator<Item = Timestamp> {
    std::iter::successors(Some(start), |minute| Some(*minute + MINUTE))
        .take_while(move |minute| *minute < end)
}

fn is_untouched(minute: Timestamp, busy: &[Span]) -> bool {
    busy.iter().all(|span| {
        let is_empty = span.start == span.end;
        is_empty || span.end <= minute || minute + MINUTE <= span.start
    })
}
