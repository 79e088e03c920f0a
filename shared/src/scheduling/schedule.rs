//! [`Schedule`]: everything that decides which starts are offered, and the questions asked of it.

use std::{borrow::Cow, collections::BTreeMap, convert::Infallible, ops::ControlFlow};

use jiff::{Timestamp, civil::Date, tz::TimeZone};

use super::{
    Calendar, DateRange, Explained, Hours, MinuteOfDay, Offer, Opening, OwnTime, Policy, Resource, Rule,
    Slot, Spans, Visit, calendar::Found, local_day::LocalDay, workday::Shift,
};
use crate::ids::StaffMemberId;

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
struct Day<'a> {
    local: LocalDay<'a>,
    hours: &'a [Hours],
    /// Of whoever works when the business is open.
    shifts: Result<Vec<Shift>, Rule>,
}

impl Schedule {
    /// Every start offered on `date`, in order.
    #[must_use]
    pub fn slots_on(&self, date: Date, now: Timestamp) -> Vec<Slot> {
        if self.is_beyond_horizon(date, now) {
            return Vec::new();
        }
        let day = self.day(date);
        let earliest = self.policy.earliest_start(now);
        let mut slots = BTreeMap::new();
        for staff in &self.staff {
            let Ok(shifts) = Self::shifts(staff, &day) else { continue };
            for shift in shifts.iter() {
                for time in shift.starts(staff.visit.step()) {
                    let Some(start) = day.local.shown(time) else { continue };
                    if start < earliest {
                        continue;
                    }
                    let first_objection = |_| ControlFlow::Break(());
                    if let ControlFlow::Continue(Some(offer)) =
                        self.judge(staff, Some(shift), start, first_objection)
                    {
                        let slot =
                            || Slot { date, time, start, offers: Vec::with_capacity(self.staff.len()) };
                        slots.entry(time).or_insert_with(slot).offers.push(offer);
                    }
                }
            }
        }
        slots.into_values().collect()
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
        let wanted = LocalDay::new(&self.zone, date).reached(time);
        let mut slots: Vec<Slot> = dates.dates().flat_map(|date| self.slots_on(date, now)).collect();
        // Stable, so that the earlier of two equally near stays first.
        slots.sort_by_key(|slot| slot.start.duration_since(wanted).abs());
        slots.truncate(limit);
        slots.sort_unstable_by_key(|slot| slot.start);
        slots
    }

    /// The first start offered on `dates`.
    #[must_use]
    pub fn next(&self, dates: DateRange, now: Timestamp) -> Option<Slot> {
        dates.dates().find_map(|date| self.slots_on(date, now).into_iter().next())
    }

    fn day(&self, date: Date) -> Day<'_> {
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
            Ok(shifts) => shifts.iter().find(|shift| shift.contains(time)).ok_or(Rule::OutsideHours),
            Err(rule) => Err(*rule),
        };
        match shift {
            Ok(shift) if shift.is_on_grid(time, staff.visit.step()) => {}
            Ok(_) => object(Rule::OffStep)?,
            Err(rule) => object(rule)?,
        }
        self.judge(staff, shift.ok(), start, object)
    }

    /// The one place that decides whether a staff member can take a visit that starts at an instant: in a shift, unless
    /// there is none and that was objected to. `object` says of each rule that is against it whether to go on looking.
    fn judge<Stop>(
        &self,
        staff: &StaffMember,
        shift: Option<&Shift>,
        start: Timestamp,
        mut object: impl FnMut(Rule) -> ControlFlow<Stop>,
    ) -> ControlFlow<Stop, Option<Offer>> {
        let Some(times) = staff.visit.times(start) else {
            // Time itself is over before the visit is.
            object(Rule::EndsAfterHours)?;
            return ControlFlow::Continue(None);
        };
        if shift.is_some_and(|shift| !shift.lasts_until(times.end)) {
            object(Rule::EndsAfterHours)?;
        }
        if shift.is_some_and(|shift| times.at_work().any(|span| shift.has_break_in(span))) {
            object(Rule::Break)?;
        }
        if !times.at_work().all(|span| staff.away.leave_free(span)) {
            object(Rule::TimeOff)?;
        }
        let offer = |seats_left, joins| Offer { staff: staff.id, times, seats_left, joins };
        match staff.calendar.at(times) {
            // Who comes to a class that others come to needs no other room.
            Found::Class(seats_left) => {
                if seats_left == 0 {
                    object(Rule::ClassFull)?;
                }
                return ControlFlow::Continue(Some(offer(seats_left, true)));
            }
            Found::Visit => object(Rule::Taken)?,
            Found::Buffer => object(Rule::Buffer)?,
            Found::Nothing => {}
        }
        for resource in &self.resources {
            if !resource.has_room(times.busy) {
                object(Rule::Resource(resource.id))?;
            }
        }
        ControlFlow::Continue(Some(offer(self.capacity, false)))
    }

    fn is_beyond_horizon(&self, date: Date, now: Timestamp) -> bool {
        date > self.policy.last_date(&self.zone, now)
    }
}

/// Takes note of every rule and goes on.
fn collect(rules: &mut Vec<Rule>) -> impl FnMut(Rule) -> ControlFlow<Infallible> {
    |rule| {
        rules.push(rule);
        ControlFlow::Continue(())
    }
}
