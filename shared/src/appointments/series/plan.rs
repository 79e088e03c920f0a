//! What becomes of each date of a series, as far as the schedule knows: each judged as if it alone were booked, after those
//! before it. Pure; whether what is planned is still free is for the database to say.

use std::cmp::Reverse;

use jiff::{Timestamp, ToSpan, civil::Date};

use super::wish::OnConflict;
use crate::{
    appointments::{
        admission,
        status::Status,
        wanted::{ALTERNATIVE_DAYS, ALTERNATIVES},
    },
    availability::{Loaded, local_instant},
    http::{ApiError, Code},
    ids::{ResourceId, StaffMemberId},
    scheduling::{DateRange, MinuteOfDay, Occurrence, Offer, Record, Rule, Schedule, Slot},
};

/// What a date comes to.
pub(super) enum Verdict {
    /// It can be had.
    Free(Place),
    /// As if it had been booked alone.
    Refused(ApiError),
    /// The clock jumps over its time, so that it is none of the series.
    NoSuchTime,
    /// It comes after one that could not be booked, where that ends the series.
    NotTried,
}

/// A start that can be had.
pub(super) struct Place {
    pub(super) offer: Offer,
    /// How the appointment begins.
    pub(super) status: Status,
    /// Which units of the resources it is to have.
    pub(super) units: Vec<(ResourceId, u16)>,
}

/// A date of a series, and what it comes to.
pub(super) struct Planned {
    pub(super) date: Date,
    pub(super) start: Option<Timestamp>,
    pub(super) verdict: Verdict,
}

impl Planned {
    pub(super) fn place(&self) -> Option<&Place> {
        match &self.verdict {
            Verdict::Free(place) => Some(place),
            _ => None,
        }
    }

    fn refusal(&self) -> Option<&ApiError> {
        match &self.verdict {
            Verdict::Refused(refusal) => Some(refusal),
            _ => None,
        }
    }
}

/// What a plan is made from.
pub(super) struct Planning<'a> {
    pub(super) loaded: &'a Loaded,
    pub(super) occurrences: &'a [Occurrence],
    pub(super) time: MinuteOfDay,
    pub(super) on_conflict: OnConflict,
    pub(super) now: Timestamp,
}

impl Planning<'_> {
    /// The dates that are offered, each as if there were no others.
    pub(super) fn slots(&self) -> Vec<Slot> {
        let exist = self.occurrences.iter().filter(|occurrence| occurrence.start.is_some());
        let slots = exist.map(|occurrence| self.loaded.schedule.check(occurrence.date, self.time, self.now));
        slots.filter_map(Result::ok).collect()
    }

    /// What becomes of each date, of a customer of whom the business knows this. The first of the staff in this order who is
    /// free has a date.
    pub(super) fn plan(&self, staff: &[StaffMemberId], mut record: Record) -> Plan {
        let mut schedule = self.loaded.schedule.clone();
        let mut dates: Vec<Planned> = Vec::with_capacity(self.occurrences.len());
        for Occurrence { date, start } in self.occurrences.iter().copied() {
            let stopped =
                self.on_conflict == OnConflict::Stop && dates.iter().any(|date| date.refusal().is_some());
            let verdict = match start {
                _ if stopped => Verdict::NotTried,
                None => Verdict::NoSuchTime,
                Some(_) => match self.judge(&mut schedule, staff, date, record) {
                    Ok(place) => {
                        record.open_bookings = record.open_bookings.saturating_add(1);
                        Verdict::Free(place)
                    }
                    Err(refusal) => Verdict::Refused(refusal),
                },
            };
            dates.push(Planned { date, start, verdict });
        }
        let mut plan = Plan { dates };
        plan.offer_alternatives(&schedule, self);
        plan
    }

    fn judge(
        &self,
        schedule: &mut Schedule,
        staff: &[StaffMemberId],
        date: Date,
        record: Record,
    ) -> Result<Place, ApiError> {
        let slot = schedule.check(date, self.time, self.now).map_err(|rule| match rule {
            Rule::TooSoon => Code::PastBooking.into(),
            _ => ApiError::slot_unavailable(&[]),
        })?;
        let status = admission::status(&schedule.policy, record)?;
        let place =
            |offer: &&Offer| staff.iter().position(|member| *member == offer.staff).unwrap_or(staff.len());
        let offer = *slot.offers.iter().min_by_key(place).ok_or(Code::ServerError)?;
        Ok(Place { offer, status, units: schedule.take(&offer) })
    }
}

/// The staff in the order in which a series prefers them: whoever is preferred, then who is free on most of its dates, so
/// that as many as can be are with the same; then in the order given.
pub(super) fn by_dates(
    mut order: Vec<StaffMemberId>,
    slots: &[Slot],
    preferred: Option<StaffMemberId>,
) -> Vec<StaffMemberId> {
    let free =
        |member: StaffMemberId| slots.iter().filter(|slot| slot.staff().any(|free| free == member)).count();
    order.sort_by_cached_key(|member| Reverse((Some(*member) == preferred, free(*member))));
    order
}

/// What becomes of each date, in order.
pub(super) struct Plan {
    pub(super) dates: Vec<Planned>,
}

impl Plan {
    pub(super) fn places(&self) -> impl Iterator<Item = &Place> {
        self.dates.iter().filter_map(Planned::place)
    }

    /// Why nothing is booked, if nothing is.
    pub(super) fn refusal(&self, on_conflict: OnConflict) -> Option<ApiError> {
        let refusal = self.dates.iter().find_map(Planned::refusal);
        let nothing = self.places().next().is_none();
        match refusal {
            Some(refusal) if nothing || on_conflict == OnConflict::AllOrNothing => Some(refusal.clone()),
            // Dates on which there is no such time.
            None if nothing => Some(ApiError::slot_unavailable(&[])),
            _ => None,
        }
    }

    /// Takes out what others were quicker with, by whether each of the [`places`](Self::places) was to be had; and which of
    /// those are no longer wanted for that.
    pub(super) fn without(&mut self, taken: &[bool], on_conflict: OnConflict) -> Vec<bool> {
        let mut kept = Vec::with_capacity(taken.len());
        let mut taken = taken.iter();
        let mut stopped = false;
        for date in self.dates.iter_mut().filter(|date| date.place().is_some()) {
            let has = taken.next().is_some_and(|taken| *taken);
            kept.push(has && !stopped);
            if stopped {
                date.verdict = Verdict::NotTried;
            } else if !has {
                date.verdict = Verdict::Refused(ApiError::slot_unavailable(&[]));
                stopped = on_conflict == OnConflict::Stop;
            }
        }
        kept
    }

    /// The nearest free starts for each date that is not offered, once the others are taken.
    fn offer_alternatives(&mut self, schedule: &Schedule, planning: &Planning<'_>) {
        for date in &mut self.dates {
            let Verdict::Refused(refusal) = &mut date.verdict else { continue };
            if refusal.code() != Code::SlotUnavailable {
                continue;
            }
            let days = around(date.date, date.date);
            let nearest = schedule.nearest(date.date, planning.time, days, ALTERNATIVES, planning.now);
            let starts: Vec<String> =
                nearest.iter().map(|slot| local_instant(slot.start, &schedule.zone)).collect();
            *refusal = ApiError::slot_unavailable(&starts);
        }
    }
}

/// The dates on which alternatives to any from one date to another may be.
pub(super) fn around(first: Date, last: Date) -> DateRange {
    let days = last.since(first).map_or(0, |between| between.get_days());
    DateRange {
        first: first.checked_sub(i32::from(ALTERNATIVE_DAYS).days()).unwrap_or(first),
        days: u16::try_from(days).unwrap_or(u16::MAX).saturating_add(2 * ALTERNATIVE_DAYS + 1),
    }
}
