//! [`Schedule`]: everything that decides which starts are offered, and the questions asked of it.

use std::{borrow::Cow, convert::Infallible, ops::ControlFlow};

use jiff::{Timestamp, civil::Date, tz::TimeZone};

use super::{
    Calendar, DateRange, Explained, Hours, MinuteOfDay, Offer, Opening, OwnTime, Policy, Resource, Rule,
    Slot, Spans, Visit,
    diary::{Diary, Found},
    local_day::LocalDay,
    workday::{Grid, Shift},
};
use crate::ids::{ResourceId, StaffMemberId};

/// Somebody who can take the visit.
#[derive(Clone, Debug)]
pub struct StaffMember {
    /// Who.
    pub id: StaffMemberId,
    /// How long it takes them.
    pub visit: Visit,
    /// Hours of their own.
    pub own: OwnTime,
    /// When they are away although they would work.
    pub away: Spans,
    /// What they are occupied with, complete for [`DateRange::window`].
    pub calendar: Calendar,
}

/// The bookable time of one service at one business.
#[derive(Clone, Debug)]
pub struct Schedule {
    /// The business's zone: every date and wall-clock time is meant in it.
    pub zone: TimeZone,
    /// When the business is open.
    pub opening: Opening,
    /// On what terms it can be booked.
    pub policy: Policy,
    /// How many can come to one visit: more than 1 make it a class.
    pub capacity: u32,
    /// Who can take the visit, in order of preference.
    pub staff: Vec<StaffMember>,
    /// What it needs beside them; complete for the same window.
    pub resources: Vec<Resource>,
}

/// One date, and the hours of the business on it.
pub(super) struct Day<'a> {
    local: LocalDay<'a>,
    hours: &'a [Hours],
    /// Of whoever works when the business is open.
    shifts: Result<Vec<Shift>, Rule>,
}

/// A staff member on a date on which they work.
struct Working<'a> {
    staff: &'a StaffMember,
    shifts: Cow<'a, [Shift]>,
    diary: Diary<'a>,
    /// Whatever was against an earlier start is against all before this one.
    not_before: Timestamp,
}

impl Schedule {
    /// Every start offered on `date`, in order.
    #[must_use]
    pub fn slots_on(&self, date: Date, now: Timestamp) -> Vec<Slot> {
        self.slots(&self.day(date), now).collect()
    }

    /// Their times alone, for which one offer of each is enough.
    #[must_use]
    pub fn times_on(&self, date: Date, now: Timestamp) -> Vec<MinuteOfDay> {
        self.starts(&self.day(date), now, |time, _, offers| offers.next().map(|_| time)).collect()
    }

    /// The slots of a day, as far as somebody wants to know.
    fn slots<'a>(&'a self, day: &'a Day<'_>, now: Timestamp) -> impl Iterator<Item = Slot> + use<'a> {
        let date = day.local.date();
        // Reused, so that each slot keeps no more than it has.
        let mut all = Vec::new();
        self.starts(day, now, move |time, start, offers| {
            all.clear();
            all.extend(offers);
            (!all.is_empty()).then(|| Slot { date, time, start, offers: all.clone() })
        })
    }

    /// What somebody sees in the offers of each of a day's starts.
    fn starts<'a, T, See>(
        &'a self,
        day: &'a Day<'_>,
        now: Timestamp,
        mut see: See,
    ) -> impl Iterator<Item = T> + use<'a, T, See>
    where
        See: FnMut(MinuteOfDay, Timestamp, &mut dyn Iterator<Item = Offer>) -> Option<T>,
    {
        let earliest = self.policy.earliest_start(now);
        let can_be_booked = !self.is_beyond_horizon(day.local.date(), now);
        let staff = if can_be_booked { &self.staff[..] } else { &[] };
        let working = |staff| {
            let diary = Diary::from(day.local.reached(MinuteOfDay::MIDNIGHT), staff);
            Some(Working { staff, shifts: Self::shifts(staff, day).ok()?, diary, not_before: earliest })
        };
        let mut team: Vec<Working<'_>> = staff.iter().filter_map(working).collect();
        starts_of(team.iter().flat_map(Working::grids)).into_iter().filter_map(move |time| {
            let start = day.local.shown(time).filter(|start| *start >= earliest)?;
            see(time, start, &mut team.iter_mut().filter_map(|working| self.offer(working, time, start)))
        })
    }

    /// What somebody offers at one of the day's starts, which have to be asked about in order.
    fn offer(&self, working: &mut Working<'_>, time: MinuteOfDay, start: Timestamp) -> Option<Offer> {
        let Working { staff, shifts, diary, not_before } = working;
        if start < *not_before {
            return None;
        }
        let shift = shift_at(shifts, time).filter(|shift| shift.is_on_grid(time, staff.visit.step()))?;
        match self.judge(staff, diary, Some(shift), start, |_, until| ControlFlow::Break(until)) {
            ControlFlow::Continue(offer) => offer,
            ControlFlow::Break(until) => {
                *not_before = until;
                None
            }
        }
    }

    /// The slot at `time` on `date` if it is offered, otherwise the rule that whoever comes nearest to offering it
    /// would have to break.
    ///
    /// # Errors
    /// The rule.
    pub fn check(&self, date: Date, time: MinuteOfDay, now: Timestamp) -> Result<Slot, Rule> {
        let mut refusal = Rule::NobodyOffers;
        let mut offers = Vec::new();
        let day = self.day(date);
        let start = match self.start(&day, time, now, ControlFlow::Break) {
            ControlFlow::Break(rule) => return Err(rule),
            ControlFlow::Continue(start) => start.ok_or(Rule::NoSuchTime)?,
        };
        for staff in &self.staff {
            match self.ask(staff, &day, time, start, ControlFlow::Break) {
                ControlFlow::Continue(offer) => offers.extend(offer),
                ControlFlow::Break(rule) => refusal = refusal.max(rule),
            }
        }
        if offers.is_empty() { Err(refusal) } else { Ok(Slot { date, time, start, offers }) }
    }

    /// Takes an offer, as if it were booked: what is asked from now on is answered with it in the way. Which units of the
    /// resources it has.
    pub fn take(&mut self, offer: &Offer) -> Vec<(ResourceId, u16)> {
        let staff = self.staff.iter_mut().find(|staff| staff.id == offer.staff);
        if let Some(StaffMember { calendar, .. }) = staff {
            if offer.joins {
                calendar.join(offer.times);
                return Vec::new();
            }
            let seats_left = (self.capacity > 1).then(|| self.capacity - 1);
            calendar.add(offer.times, seats_left);
        }
        let units = |resource: &mut Resource| {
            resource.take(offer.times.busy).into_iter().map(|unit| (resource.id, unit)).collect::<Vec<_>>()
        };
        self.resources.iter_mut().flat_map(units).collect()
    }

    /// Who can take a visit whose start has been agreed on already, otherwise the rule that whoever comes nearest would have
    /// to break. The rules about which starts are offered do not count for it: notice, horizon and grid.
    ///
    /// # Errors
    /// The rule.
    pub fn agreed(&self, start: Timestamp) -> Result<Vec<Offer>, Rule> {
        let local = self.zone.to_datetime(start);
        let (day, time) = (self.day(local.date()), MinuteOfDay::of(local.time()));
        let mut refusal = Rule::NobodyOffers;
        let mut offers = Vec::new();
        for staff in &self.staff {
            let object = |rule| match rule {
                Rule::OffStep => ControlFlow::Continue(()),
                rule => ControlFlow::Break(rule),
            };
            match self.ask(staff, &day, time, start, object) {
                ControlFlow::Continue(offer) => offers.extend(offer),
                ControlFlow::Break(rule) => refusal = refusal.max(rule),
            }
        }
        if offers.is_empty() { Err(refusal) } else { Ok(offers) }
    }

    /// Why a start is not offered: per staff member every rule that is against it, in the order of [`Rule`], resources in
    /// theirs.
    #[must_use]
    pub fn explain(&self, date: Date, time: MinuteOfDay, now: Timestamp) -> Vec<Explained> {
        let day = self.day(date);
        let mut of_all = Vec::new();
        let ControlFlow::Continue(start) = self.start(&day, time, now, collect(&mut of_all));
        let explained = self.staff.iter().map(|staff| {
            let mut rules = of_all.clone();
            if let Some(start) = start {
                let _ = self.ask(staff, &day, time, start, collect(&mut rules));
            }
            Explained { staff: staff.id, times: start.and_then(|start| staff.visit.times(start)), rules }
        });
        explained.collect()
    }

    /// The `limit` offered starts on `dates` that are nearest to `time` on `date`, in order. Of two equally
    /// near ones, the earlier is preferred.
    #[must_use]
    pub fn nearest(
        &self,
        date: Date,
        time: MinuteOfDay,
        dates: DateRange,
        limit: usize,
        now: Timestamp,
    ) -> Vec<Slot> {
        let mut slots = self.by_nearness(date, time, dates, now);
        slots.truncate(limit);
        slots.sort_unstable_by_key(|slot| slot.start);
        slots
    }

    /// All starts offered on `dates`, those first that are nearest to `time` on `date`; of two equally near ones, the
    /// earlier.
    pub(super) fn by_nearness(
        &self,
        date: Date,
        time: MinuteOfDay,
        dates: DateRange,
        now: Timestamp,
    ) -> Vec<Slot> {
        let wanted = LocalDay::new(&self.zone, date).reached(time);
        let mut slots: Vec<Slot> = dates.dates().flat_map(|date| self.slots_on(date, now)).collect();
        // Stable, so that the earlier of two equally near stays first.
        slots.sort_by_key(|slot| slot.start.duration_since(wanted).abs());
        slots
    }

    /// The first start offered on `dates`.
    #[must_use]
    pub fn next(&self, dates: DateRange, now: Timestamp) -> Option<Slot> {
        dates.dates().find_map(|date| self.slots(&self.day(date), now).next())
    }

    pub(super) fn day(&self, date: Date) -> Day<'_> {
        let local = LocalDay::new(&self.zone, date);
        let opening = self.opening.on(date);
        let shifts = opening.map(|hours| hours.iter().map(|hours| Shift::new(hours, &local)).collect());
        Day { local, hours: opening.unwrap_or_default(), shifts }
    }

    /// When a staff member works on a day. Cut for each person alone: ranges of several people merged before cutting
    /// would offer time nobody has.
    fn shifts<'day>(staff: &StaffMember, day: &'day Day<'_>) -> Result<Cow<'day, [Shift]>, Rule> {
        let business = day.shifts.as_deref().map_err(|rule| *rule)?;
        let Some(own) = staff.own.on(day.local.date()) else { return Ok(Cow::Borrowed(business)) };
        let pairs = day.hours.iter().flat_map(|hours| own.iter().map(move |own| (hours, *own)));
        let shifts: Vec<Shift> =
            pairs.filter_map(|(hours, own)| Shift::of_both(hours, own, &day.local)).collect();
        if shifts.is_empty() { Err(Rule::DayOff) } else { Ok(Cow::Owned(shifts)) }
    }

    /// The starts of everybody's grid on a day, in order, offered or not.
    pub(super) fn grid(&self, day: &Day<'_>) -> Vec<Timestamp> {
        let shifts = self.staff.iter().filter_map(|staff| Some((staff, Self::shifts(staff, day).ok()?)));
        let grids = shifts.flat_map(|(staff, shifts)| grids(staff, &shifts).collect::<Vec<_>>());
        starts_of(grids).into_iter().filter_map(|time| day.local.shown(time)).collect()
    }

    /// Who offers an instant of a day to somebody who is there already: on the grid or, if that is not asked for, at any
    /// minute that the clock shows, except that a class is not opened where others would not find it.
    pub(super) fn offers_at(
        &self,
        day: &Day<'_>,
        start: Timestamp,
        is_on_grid: bool,
        now: Timestamp,
    ) -> Vec<Offer> {
        let time = MinuteOfDay::of(self.zone.to_datetime(start).time());
        if self.start(day, time, now, ControlFlow::Break) != ControlFlow::Continue(Some(start)) {
            return Vec::new();
        }
        let offer = |staff| {
            let mut off_step = false;
            let object = |rule| {
                off_step |= rule == Rule::OffStep;
                if rule == Rule::OffStep && !is_on_grid {
                    ControlFlow::Continue(())
                } else {
                    ControlFlow::Break(())
                }
            };
            let ControlFlow::Continue(Some(offer)) = self.ask(staff, day, time, start, object) else {
                return None;
            };
            (!off_step || self.capacity == 1 || offer.joins).then_some(offer)
        };
        self.staff.iter().filter_map(offer).collect()
    }

    /// When the clock shows `time`, objecting to what does not depend on who takes the visit.
    fn start<Stop>(
        &self,
        day: &Day<'_>,
        time: MinuteOfDay,
        now: Timestamp,
        mut object: impl FnMut(Rule) -> ControlFlow<Stop>,
    ) -> ControlFlow<Stop, Option<Timestamp>> {
        if day.local.reached(time) < self.policy.earliest_start(now) {
            object(Rule::TooSoon)?;
        }
        if self.is_beyond_horizon(day.local.date(), now) {
            object(Rule::BeyondHorizon)?;
        }
        let start = day.local.shown(time);
        if start.is_none() {
            object(Rule::NoSuchTime)?;
        }
        ControlFlow::Continue(start)
    }

    /// Whether a staff member offers any start at all, on the grid or not.
    fn ask<Stop>(
        &self,
        staff: &StaffMember,
        day: &Day<'_>,
        time: MinuteOfDay,
        start: Timestamp,
        mut object: impl FnMut(Rule) -> ControlFlow<Stop>,
    ) -> ControlFlow<Stop, Option<Offer>> {
        let shifts = Self::shifts(staff, day);
        let shift = match &shifts {
            Ok(shifts) => shift_at(shifts, time).ok_or(Rule::OutsideHours),
            Err(rule) => Err(*rule),
        };
        match shift {
            Ok(shift) if shift.is_on_grid(time, staff.visit.step()) => {}
            Ok(_) => object(Rule::OffStep)?,
            Err(rule) => object(rule)?,
        }
        self.judge(staff, &mut Diary::from(start, staff), shift.ok(), start, |rule, _| object(rule))
    }

    /// The one place that decides whether a staff member can take a visit that starts at an instant: in a shift, unless
    /// there is none and that was objected to. `object` says of each rule that is against it whether to go on looking; it is
    /// also told until when the rule is against every later start as well, so that those need not be asked about.
    fn judge<Stop>(
        &self,
        staff: &StaffMember,
        diary: &mut Diary<'_>,
        shift: Option<&Shift>,
        start: Timestamp,
        mut object: impl FnMut(Rule, Timestamp) -> ControlFlow<Stop>,
    ) -> ControlFlow<Stop, Option<Offer>> {
        let Some(times) = staff.visit.times(start) else {
            // Time itself is over before the visit is.
            object(Rule::EndsAfterHours, start)?;
            return ControlFlow::Continue(None);
        };
        diary.turn_to(times);
        if let Some(closing) = shift.map(Shift::closing).filter(|closing| times.end > *closing) {
            object(Rule::EndsAfterHours, closing)?;
        }
        if let Some(until) = times.blocked_until(times.at_work(), |span| shift?.break_in(span)) {
            object(Rule::Break, until)?;
        }
        if let Some(until) = diary.away_until(times) {
            object(Rule::TimeOff, until)?;
        }
        let offer = |seats_left, joins| Offer { staff: staff.id, times, seats_left, joins };
        match diary.at(times) {
            // Who comes to a class that others come to needs no other room.
            Found::Class(seats_left) => {
                if seats_left == 0 {
                    object(Rule::ClassFull, start)?;
                }
                return ControlFlow::Continue(Some(offer(seats_left, true)));
            }
            Found::Visit(until) => object(Rule::Taken, until)?,
            Found::Buffer(until) => object(Rule::Buffer, until)?,
            Found::Nothing => {}
        }
        for resource in &self.resources {
            if !resource.has_room(times.busy) {
                object(Rule::Resource(resource.id), start)?;
            }
        }
        ControlFlow::Continue(Some(offer(self.capacity, false)))
    }

    fn is_beyond_horizon(&self, date: Date, now: Timestamp) -> bool {
        date > self.policy.last_date(&self.zone, now)
    }
}

impl Working<'_> {
    fn grids(&self) -> impl Iterator<Item = Grid> {
        grids(self.staff, &self.shifts)
    }
}

fn grids(staff: &StaffMember, shifts: &[Shift]) -> impl Iterator<Item = Grid> {
    let step = staff.visit.step();
    shifts.iter().map(move |shift| shift.grid(step))
}

/// All of their starts, in order.
fn starts_of(grids: impl Iterator<Item = Grid>) -> Vec<MinuteOfDay> {
    in_order(in_order(grids).into_iter().flat_map(Grid::starts))
}

fn shift_at(shifts: &[Shift], time: MinuteOfDay) -> Option<&Shift> {
    shifts.iter().find(|shift| shift.contains(time))
}

/// Each of them once.
fn in_order<T: Ord>(items: impl Iterator<Item = T>) -> Vec<T> {
    let mut items: Vec<T> = items.collect();
    items.sort_unstable();
    items.dedup();
    items
}

/// Takes note of every rule and goes on.
fn collect(rules: &mut Vec<Rule>) -> impl FnMut(Rule) -> ControlFlow<Infallible> {
    |rule| {
        rules.push(rule);
        ControlFlow::Continue(())
    }
}
