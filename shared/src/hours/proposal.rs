//! A change of hours that is looked at before it is made: what it would come to in memory, and the same written down, by
//! the code that the endpoints of its kind use.

use jiff::{
    SignedDuration, Timestamp,
    civil::{Date, Time},
};

use super::{
    opening, overrides, staff_week, time_off,
    working_time::{Unfit, WorkingTime},
};
use crate::{
    db::{Sql, Transaction},
    http::{ApiError, Code, Form, FromForm},
    ids::{BusinessId, DateOverrideId, StaffMemberId, TimeOffId},
    language::Message,
    scheduling::{OwnHours, Repeat, StaffWeek, TimeOff},
    staff,
};

/// Other hours than there are.
pub struct Proposal(Kind);

enum Kind {
    /// Whole days of the business's week; those not mentioned stay.
    Days(Vec<opening::Entry>),
    /// All of a staff member's own week.
    Week(StaffMemberId, Vec<OwnHours>),
    Override(overrides::Entry),
    TimeOff(time_off::Entry),
}

/// A staff member's whole week.
struct Week {
    staff: StaffMemberId,
    hours: Vec<staff_week::Entry>,
}

impl FromForm for Week {
    fn from_form(form: &mut Form) -> Option<Self> {
        let staff = form.required("staff_id");
        let hours = form.list("hours", staff_week::MOST);
        Some(Self { staff: staff?, hours: hours? })
    }
}

impl Proposal {
    /// What a form says of hours, of whatever kind: as `opening_hours`, `staff_hours`, `date_override` and `time_off`.
    pub fn all_from(form: &mut Form) -> Option<Vec<Self>> {
        let days = form.list::<opening::Entry>("opening_hours", 7);
        let week = form.object::<Week>("staff_hours");
        let dates = form.object("date_override");
        let away = form.object("time_off");
        let days = days?;
        if let Some(twice) = opening::day_twice(&days) {
            return form.refuse(&format!("opening_hours.{twice}.day_of_week"), Message::DayTwice);
        }
        let days = (!days.is_empty()).then_some(Kind::Days(days));
        let week = week?.map(|Week { staff, hours }| {
            Kind::Week(staff, hours.into_iter().map(|staff_week::Entry(own)| own).collect())
        });
        let kinds = [days, week, dates?.map(Kind::Override), away?.map(Kind::TimeOff)];
        Some(kinds.into_iter().flatten().map(Self).collect())
    }

    /// That somebody is away for good from a date on: week after week.
    #[must_use]
    pub fn away_from(staff: StaffMemberId, first: Date) -> Self {
        let starts = first.to_datetime(Time::midnight());
        let ends = starts.saturating_add(SignedDuration::from_hours(7 * 24));
        let time = TimeOff { starts, ends, repeats: Some(Repeat { every_weeks: 1, until: None }) };
        Self(Kind::TimeOff(time_off::Entry { staff, time, reason: String::new() }))
    }

    /// Whose hours they are; `None`: the business's, which everybody's depend on.
    #[must_use]
    pub fn staff(&self) -> Option<StaffMemberId> {
        match &self.0 {
            Kind::Days(_) => None,
            Kind::Week(staff, _) => Some(*staff),
            Kind::Override(entry) => entry.staff,
            Kind::TimeOff(entry) => Some(entry.staff),
        }
    }

    /// The first and the last date on which it makes a difference, where it is not for good.
    #[must_use]
    pub fn dates(&self) -> (Option<Date>, Option<Date>) {
        match &self.0 {
            Kind::Days(_) | Kind::Week(..) => (None, None),
            Kind::Override(entry) => (Some(entry.dates.first()), Some(entry.dates.last())),
            Kind::TimeOff(entry) => {
                let once = entry.time.repeats.is_none().then(|| entry.time.ends.date());
                (Some(entry.time.starts.date()), once)
            }
        }
    }

    /// Refuses hours at what is no location of the business.
    ///
    /// # Errors
    /// `VALIDATION_ERROR`.
    pub async fn check(&self, on: &impl Sql, business: BusinessId) -> Result<(), ApiError> {
        match &self.0 {
            Kind::Week(_, own) => {
                let checked = staff_week::check(on, business, own).await;
                checked.map_err(|error| error.within("change.staff_hours.hours"))
            }
            Kind::Days(_) | Kind::Override(_) | Kind::TimeOff(_) => Ok(()),
        }
    }

    /// The hours as they would be.
    ///
    /// # Errors
    /// `CONFLICT` as writing it would be: hours that overlap, a date that is overridden already.
    pub fn onto(&self, business: BusinessId, hours: &mut WorkingTime) -> Result<(), ApiError> {
        match &self.0 {
            Kind::Days(entries) => {
                for entry in entries {
                    hours.set_day(business, entry.day_of_week, |breaks| {
                        entry.clone().keeping(breaks.iter()).hours
                    });
                }
                Ok(())
            }
            Kind::Week(staff, own) => {
                hours.set_week(*staff, week(own)?);
                Ok(())
            }
            Kind::Override(entry) => {
                let added = hours.add_override(business, entry.staff, entry.dates.clone());
                added.map_err(|Unfit| ApiError::conflict(Message::DateOverriddenAlready))
            }
            Kind::TimeOff(entry) => {
                hours.add_time_off(entry.staff, entry.time);
                Ok(())
            }
        }
    }

    /// Makes it so, in a transaction in which nobody else changes the business's hours.
    ///
    /// # Errors
    /// `STAFF_NOT_FOUND`; those of [`onto`](Self::onto).
    pub async fn write(
        &self,
        tx: &Transaction<'_>,
        business: BusinessId,
        now: Timestamp,
    ) -> Result<(), ApiError> {
        if let Some(staff) = self.staff()
            && !staff::is_member(tx, business, staff).await?
        {
            return Err(Code::StaffNotFound.into());
        }
        match &self.0 {
            Kind::Days(entries) => opening::set(tx, business, None, entries.clone(), now).await?,
            Kind::Week(staff, own) => {
                week(own)?;
                staff_week::replace(tx, business, *staff, own, now).await?;
            }
            Kind::Override(entry) => {
                overrides::insert(tx, business, DateOverrideId::new(now), entry, now).await?;
            }
            Kind::TimeOff(entry) => time_off::insert(tx, business, TimeOffId::new(now), entry, now).await?,
        }
        Ok(())
    }
}

fn week(own: &[OwnHours]) -> Result<StaffWeek, ApiError> {
    StaffWeek::new(own.to_vec()).map_err(|(first, second)| ApiError::overlapping_hours(first, second))
}
