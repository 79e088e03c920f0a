//! [`Schedule`]: everything that decides which starts are offered, and the three questions asked of it.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};

use super::{
    DateRange, Hours, MinuteOfDay, Refusal, Slot, Span, StaffCalendar, Visit, WeeklyHours,
    local_day::LocalDay,
};

/// How shortly before and how far ahead visits can be booked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The least time between booking and start.
    pub min_notice_minutes: u32,
    /// The last date that can be booked, counted from today in the business's zone; 0 is today only.
    pub horizon_days: u32,
}

/// The bookable time of one service at one business.
#[derive(Clone, Debug)]
pub struct Schedule {
    /// The business's zone: every date and wall-clock time is meant in it.
    pub zone: TimeZone,
    /// When the business is open.
    pub hours: WeeklyHours,
    /// What is booked.
    pub visit: Visit,
    /// How early and how late it can be booked.
    pub limits: Limits,
    /// Who can take the visit, in order of preference. Their busy spans cover at least [`DateRange::window`].
    pub staff: Vec<StaffCalendar>,
}

impl Schedule {
    /// Every start offered on `date`, in order.
    #[must_use]
    pub fn slots_on(&self, date: Date, now: Timestamp) -> Vec<Slot> {
        if self.is_beyond_horizon(date, now) {
            return Vec::new();
        }
        let day = LocalDay::new(&self.zone, date);
        let earliest = self.earliest_start(now);
        let mut offered = BTreeMap::new();
        for staff in &self.staff {
            for slot in self.working_slots(staff, &day) {
                if slot.start >= earliest && staff.is_free(slot.busy) {
                    let slot = offered.entry(slot.time).or_insert(slot);
                    slot.staff.push(staff.id());
                }
            }
        }
        offered.into_values().collect()
    }

    /// The slot at `time` on `date` if it is offered, otherwise the reason why not.
    pub fn check(&self, date: Date, time: MinuteOfDay, now: Timestamp) -> Result<Slot, Refusal> {
        self.slots_on(date, now)
            .into_iter()
            .find(|slot| slot.time == time)
            .ok_or_else(|| self.refusal(date, time, now))
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

    /// What `staff` could take on `day` if they had no appointments yet. Cut for each person alone: ranges of
    /// several people merged before cutting would offer time nobody has.
    fn working_slots(&self, staff: &StaffCalendar, day: &LocalDay) -> impl Iterator<Item = Slot> {
        self.working_hours(staff, day.date()).iter().flat_map(|hours| self.cut(hours, day))
    }

    /// The working time of a staff member on `date`: for everyone, the business's opening hours.
    fn working_hours(&self, _staff: &StaffCalendar, date: Date) -> &[Hours] {
        self.hours.on(date)
    }

    /// The slots on the grid from opening whose visit ends by closing and leaves the breaks alone.
    fn cut(&self, hours: &Hours, day: &LocalDay) -> impl Iterator<Item = Slot> {
        let closing = day.reached(hours.closes());
        let breaks: Vec<Span> = hours
            .breaks()
            .iter()
            .map(|pause| Span { start: day.reached(pause.start), end: day.reached(pause.end) })
            .collect();
        hours
            .opens()
            .steps_until(hours.closes(), self.visit.step())
            .filter_map(|time| self.slot(day, time))
            .filter(move |slot| {
                slot.end <= closing && !breaks.iter().any(|pause| pause.overlaps(slot.visit()))
            })
    }

    /// The slot at `time`, with nobody entered as free for it.
    fn slot(&self, day: &LocalDay, time: MinuteOfDay) -> Option<Slot> {
        let start = day.shown(time)?;
        let end = self.visit.end(start)?;
        let busy = Span { start, end: self.visit.end_of_buffer(end)? };
        Some(Slot { date: day.date(), time, start, end, busy, staff: Vec::new() })
    }

    /// Why [`Self::slots_on`] does not offer this start.
    fn refusal(&self, date: Date, time: MinuteOfDay, now: Timestamp) -> Refusal {
        let day = LocalDay::new(&self.zone, date);
        let somebody_works = || {
            self.staff.iter().flat_map(|staff| self.working_slots(staff, &day)).any(|slot| slot.time == time)
        };
        if day.reached(time) < self.earliest_start(now) {
            Refusal::TooSoon
        } else if self.is_beyond_horizon(date, now) {
            Refusal::BeyondHorizon
        } else if day.shown(time).is_none() {
            Refusal::NoSuchTime
        } else if somebody_works() {
            Refusal::Taken
        } else {
            Refusal::NotOffered
        }
    }

    fn earliest_start(&self, now: Timestamp) -> Timestamp {
        let notice = SignedDuration::from_mins(self.limits.min_notice_minutes.into());
        now.checked_add(notice).unwrap_or(Timestamp::MAX)
    }

    fn is_beyond_horizon(&self, date: Date, now: Timestamp) -> bool {
        let today = self.zone.to_datetime(now).date();
        let horizon = SignedDuration::from_hours(24 * i64::from(self.limits.horizon_days));
        date.duration_since(today) > horizon
    }
}
