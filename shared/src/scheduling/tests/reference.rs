//! The rules once more, slow and by definition: watch the wall clock minute by minute, tick on paper the minutes that
//! are taken, and ask of every minute of a visit. What it does not use is the engine's code, beyond its plain data.

use std::{collections::BTreeMap, ops::Range};

use jiff::{
    SignedDuration, Timestamp,
    civil::{Date, DateTime, Time},
    tz::TimeZone,
};

use super::salon::{Person, Salon, every_minute, resource, staff};
use crate::{
    ids::StaffMemberId,
    scheduling::{Hours, MinuteOfDay, Offer, Rule, Slot, Span, Times, Visit},
};

const MINUTE: SignedDuration = SignedDuration::from_mins(1);

/// One date at a salon, as somebody saw it who stood before the clock with everyone's diaries.
pub(super) struct Reference<'salon> {
    salon: &'salon Salon,
    date: Date,
    /// Every reading later than all before it, with its instant. A repeated hour gives no new readings.
    readings: BTreeMap<DateTime, Timestamp>,
    shifts: Vec<Shift>,
    /// Of each of the team.
    diaries: Vec<Diary>,
    /// When each unit of each resource is taken.
    units: Vec<Vec<Sheet>>,
    earliest: Timestamp,
    last_date: Date,
}

/// One interval of opening hours.
struct Shift {
    opens: i16,
    closes: i16,
    open: Sheet,
    breaks: Sheet,
}

/// What a staff member does when.
struct Diary {
    away: Sheet,
    with_somebody: Sheet,
    /// That, and the time around it.
    occupied: Sheet,
}

impl<'salon> Reference<'salon> {
    pub(super) fn new(salon: &'salon Salon, date: Date) -> Self {
        let Salon { zone, policy, now, .. } = salon;
        let mut reference = Self {
            salon,
            date,
            readings: watch_clock(zone, date),
            shifts: Vec::new(),
            diaries: Vec::new(),
            units: Vec::new(),
            earliest: *now + MINUTE * i32::try_from(policy.min_notice_minutes).expect("some days"),
            last_date: zone.to_datetime(*now).date()
                + SignedDuration::from_hours(24 * i64::from(policy.booking_horizon_days)),
        };
        reference.shifts = reference.shifts();
        reference.diaries = reference.diaries();
        let sheets = |units: &Vec<Vec<Span>>| units.iter().map(|taken| Sheet::of(date, taken)).collect();
        reference.units = salon.resources.iter().map(|kind| sheets(&kind.units)).collect();
        reference
    }

    fn shifts(&self) -> Vec<Shift> {
        let span = |from, until| Span { start: self.reached(from), end: self.reached(until) };
        let today = self.salon.open.iter().filter(|(weekday, _)| *weekday == self.date.weekday());
        let shift = |(_, hours): &(_, Hours)| Shift {
            opens: hours.opens().into(),
            closes: hours.closes().into(),
            open: Sheet::of(self.date, &[span(hours.opens(), hours.closes())]),
            breaks: Sheet::of(
                self.date,
                &hours.breaks().iter().map(|pause| span(pause.start, pause.end)).collect::<Vec<_>>(),
            ),
        };
        today.map(shift).collect()
    }

    fn diaries(&self) -> Vec<Diary> {
        let spans = |person: &Person, of: fn(Times) -> Span| {
            person.entries.iter().flat_map(|entry| cut(of(entry.times), entry.times.gap)).collect::<Vec<_>>()
        };
        let diary = |person: &Person| Diary {
            away: Sheet::of(self.date, &person.away),
            with_somebody: Sheet::of(self.date, &spans(person, stay)),
            occupied: Sheet::of(self.date, &spans(person, |times| times.busy)),
        };
        self.salon.team.iter().map(diary).collect()
    }

    /// Every slot of the date, in order.
    pub(super) fn slots(&self) -> Vec<Slot> {
        every_minute().filter_map(|time| self.verdict(time).ok()).collect()
    }

    /// The slot at `time`, or the rule that stands between it and whoever comes nearest to offering it.
    pub(super) fn verdict(&self, time: MinuteOfDay) -> Result<Slot, Rule> {
        if let Some(rule) = self.rules_for_all(time).into_iter().next() {
            return Err(rule);
        }
        let mut offers = Vec::new();
        let mut refusals = Vec::new();
        for person in 0..self.salon.team.len() {
            match self.rules_with(person, time).first() {
                None => offers.push(self.offer(person, time)),
                Some(rule) => refusals.push(*rule),
            }
        }
        if offers.is_empty() {
            return Err(refusals.into_iter().max().unwrap_or(Rule::NobodyOffers));
        }
        Ok(Slot { date: self.date, time, start: self.reached(time), offers })
    }

    /// Per staff member, every rule against a start.
    pub(super) fn explanation(&self, time: MinuteOfDay) -> Vec<(StaffMemberId, Vec<Rule>)> {
        let person = |(id, index)| {
            let mut rules = self.rules_for_all(time);
            if !rules.contains(&Rule::NoSuchTime) {
                rules.extend(self.rules_with(index, time));
            }
            (id, rules)
        };
        (0..).map(staff).zip(0..self.salon.team.len()).map(person).collect()
    }

    /// What does not depend on who takes the visit.
    fn rules_for_all(&self, time: MinuteOfDay) -> Vec<Rule> {
        let mut rules = Vec::new();
        rules.extend((self.reached(time) < self.earliest).then_some(Rule::TooSoon));
        rules.extend((self.date > self.last_date).then_some(Rule::BeyondHorizon));
        rules.extend((!self.readings.contains_key(&self.wall(time))).then_some(Rule::NoSuchTime));
        rules
    }

    /// What does, at a time that the clock shows.
    fn rules_with(&self, person: usize, time: MinuteOfDay) -> Vec<Rule> {
        let times = self.times(person, time);
        let with_customer = cut(stay(times), times.gap);
        let shift = self.shifts.iter().find(|shift| (shift.opens..shift.closes).contains(&time.into()));
        let mut rules = Vec::new();
        match shift {
            None if self.shifts.is_empty() => rules.push(Rule::Closed),
            None => rules.push(Rule::OutsideHours),
            Some(shift) => {
                let off_step = i32::from(i16::from(time) - shift.opens) % self.step(person) != 0;
                rules.extend(off_step.then_some(Rule::OffStep));
                rules.extend((!shift.open.is_full(stay(times))).then_some(Rule::EndsAfterHours));
                rules.extend((!shift.breaks.is_blank(&with_customer)).then_some(Rule::Break));
            }
        }
        let diary = &self.diaries[person];
        rules.extend((!diary.away.is_blank(&with_customer)).then_some(Rule::TimeOff));
        if let Some(seats_left) = self.seats_left(person, times) {
            rules.extend((seats_left == 0).then_some(Rule::ClassFull));
            return rules;
        }
        if !diary.with_somebody.is_blank(&with_customer) {
            rules.push(Rule::Taken);
        } else if !diary.occupied.is_blank(&cut(times.busy, times.gap)) {
            rules.push(Rule::Buffer);
        }
        for ((id, kind), units) in (0..).map(resource).zip(&self.salon.resources).zip(&self.units) {
            let free = units.iter().filter(|unit| unit.is_blank(&[times.busy])).count();
            rules.extend((free < kind.needed.into()).then_some(Rule::Resource(id)));
        }
        rules
    }

    /// If there is a class at this very time: how many can still come.
    fn seats_left(&self, person: usize, times: Times) -> Option<u32> {
        let same_time = |class: Times| (class.start, class.end) == (times.start, times.end);
        let mut entries = self.salon.team[person].entries.iter();
        entries.find_map(|entry| entry.seats_left.filter(|_| same_time(entry.times)))
    }

    fn offer(&self, person: usize, time: MinuteOfDay) -> Offer {
        let times = self.times(person, time);
        let (_, id) = (0..).map(staff).enumerate().nth(person).expect("endless");
        let class = self.seats_left(person, times);
        let seats_left = class.unwrap_or(self.salon.capacity);
        Offer { staff: id, times, seats_left, joins: class.is_some() }
    }

    fn step(&self, person: usize) -> i32 {
        let Visit { duration, buffer_before, buffer_after, step, .. } =
            self.salon.visit_with(&self.salon.team[person]);
        let whole = i32::from(buffer_before) + i32::from(duration.get()) + i32::from(buffer_after);
        step.map_or(whole, |step| step.get().into())
    }

    fn times(&self, person: usize, time: MinuteOfDay) -> Times {
        times(self.salon.visit_with(&self.salon.team[person]), self.reached(time))
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
    let from = noon(date) - SignedDuration::from_hours(30);
    let mut readings = BTreeMap::new();
    for instant in (0..60 * 60).map(|minute| from + MINUTE * minute) {
        let reading = zone.to_datetime(instant);
        if readings.last_key_value().is_none_or(|(latest, _)| reading > *latest) {
            readings.insert(reading, instant);
        }
    }
    readings
}

fn noon(date: Date) -> Timestamp {
    TimeZone::UTC.to_timestamp(date.at(12, 0, 0, 0)).expect("tests keep to this century")
}

/// When a visit is that starts at an instant.
pub(super) fn times(visit: Visit, start: Timestamp) -> Times {
    let end = start + MINUTE * visit.duration.get().into();
    let gap = visit.gap.map(|gap| {
        let from = start + MINUTE * gap.start.get().into();
        Span { start: from, end: from + MINUTE * gap.length.get().into() }
    });
    Times {
        start,
        end,
        busy: Span {
            start: start - MINUTE * visit.buffer_before.into(),
            end: end + MINUTE * visit.buffer_after.into(),
        },
        gap: gap.filter(|gap| gap.end < end),
    }
}

fn stay(times: Times) -> Span {
    Span { start: times.start, end: times.end }
}

/// What is left of `whole` on both sides of a gap.
fn cut(whole: Span, gap: Option<Span>) -> Vec<Span> {
    match gap {
        None => vec![whole],
        Some(gap) => vec![Span { end: gap.start, ..whole }, Span { start: gap.end, ..whole }],
    }
}

/// A sheet of paper with a box for every minute of the days around a date: as far as visits and their buffers reach.
struct Sheet {
    first: Timestamp,
    ticked: Vec<bool>,
}

impl Sheet {
    /// With a tick in every minute that one of the spans has part of.
    fn of(date: Date, spans: &[Span]) -> Self {
        let around = SignedDuration::from_hours(72);
        let mut sheet = Self { first: noon(date) - around, ticked: vec![false; 2 * 72 * 60] };
        for span in spans {
            let boxes = sheet.boxes(*span);
            sheet.ticked[boxes].fill(true);
        }
        sheet
    }

    fn is_blank(&self, spans: &[Span]) -> bool {
        spans.iter().all(|span| !self.ticked[self.boxes(*span)].contains(&true))
    }

    fn is_full(&self, span: Span) -> bool {
        !self.ticked[self.boxes(span)].contains(&false)
    }

    fn boxes(&self, span: Span) -> Range<usize> {
        if span.start >= span.end {
            return 0..0;
        }
        let seconds = |instant: Timestamp| instant.as_second() - self.first.as_second();
        let to_box = |minute: i64| usize::try_from(minute).unwrap_or(0).min(self.ticked.len());
        to_box(seconds(span.start).div_euclid(60))..to_box((seconds(span.end) + 59).div_euclid(60))
    }
}
