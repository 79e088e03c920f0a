//! The start that somebody wants, for a new appointment or for one that is to be moved, and what is offered instead
//! when it cannot be had.

use jiff::{Timestamp, ToSpan, civil::Date};

use crate::{
    app::App,
    availability::{self, Loaded, local_instant},
    businesses::BusinessRef,
    db::Sql,
    http::{ApiError, Code},
    ids::{AddOnId, CalendarEntryId, ServiceId, StaffMemberId},
    intake::{self, Question},
    scheduling::{DateRange, MinuteOfDay, Rule, Schedule, Slot},
};

/// How many other starts a refusal names, and how many days before and after the wanted date they may lie: a week, so
/// that the same weekday is among them.
pub(super) const ALTERNATIVES: usize = 5;
pub(super) const ALTERNATIVE_DAYS: u16 = 7;

/// How often whoever wants a slot looks for somebody who is free, where others keep being quicker.
pub const MOST_LOOKS: usize = 4;

/// A start of a service.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted<'a> {
    pub(super) business: &'a BusinessRef,
    pub(super) service: ServiceId,
    pub(super) date: Date,
    pub(super) time: MinuteOfDay,
    /// `None`: with anyone who offers it.
    pub(super) staff: Option<StaffMemberId>,
    pub(super) add_ons: &'a [AddOnId],
    /// What was added to it before, in minutes.
    pub(super) longer_by: u16,
    /// The seat that is left for it, and does not stand in its way.
    pub(super) leaving: Option<CalendarEntryId>,
    /// For its customers' terms do not count: how long before the visit, and how far ahead.
    pub(super) by_business: bool,
}

impl Wanted<'_> {
    /// The wanted slot, if it is offered as things stand now.
    ///
    /// # Errors
    /// `PAST_BOOKING`; `SLOT_UNAVAILABLE` with the nearest free starts; those of [`availability::load`].
    pub(super) async fn find(&self, app: &App) -> Result<(Loaded, Slot), ApiError> {
        let (loaded, slot, _) = self.look(app, false).await?;
        Ok((loaded, slot))
    }

    /// The same, with what is asked of whoever books it.
    ///
    /// # Errors
    /// Those of [`find`](Self::find).
    pub(super) async fn find_with_questions(
        &self,
        app: &App,
    ) -> Result<(Loaded, Slot, Vec<Question>), ApiError> {
        self.look(app, true).await
    }

    async fn look(&self, app: &App, asks: bool) -> Result<(Loaded, Slot, Vec<Question>), ApiError> {
        let now = app.now();
        let (mut loaded, questions) = {
            let connection = app.connection().await?;
            let questions = async {
                let none = Vec::new();
                if asks { Ok(intake::questions_of(&connection, self.service).await?) } else { Ok(none) }
            };
            tokio::try_join!(self.load_dates(&connection, self.date.into(), now), questions)?
        };
        match self.ask(&mut loaded.schedule, |schedule| schedule.check(self.date, self.time, now)) {
            Ok(slot) => Ok((loaded, slot, questions)),
            Err(Rule::TooSoon) => Err(Code::PastBooking.into()),
            Err(_) => self.refuse(app).await,
        }
    }

    /// The schedule of some dates, whichever is wanted.
    ///
    /// # Errors
    /// Those of [`availability::load`].
    pub(super) async fn load_dates(
        &self,
        on: &impl Sql,
        dates: DateRange,
        now: Timestamp,
    ) -> Result<Loaded, ApiError> {
        let Self { business, service, staff, add_ons, longer_by, leaving, .. } = *self;
        let wanted =
            availability::Wanted { business, service, only: staff, dates, add_ons, longer_by, leaving };
        availability::load(on, &wanted, now).await
    }

    /// Asks a schedule on the terms of who wants to know, and leaves it as it was: its policy is kept with what is booked.
    fn ask<T>(&self, schedule: &mut Schedule, about: impl FnOnce(&Schedule) -> T) -> T {
        if !self.by_business {
            return about(schedule);
        }
        let agreed = schedule.policy.clone();
        schedule.policy = agreed.for_the_business();
        let told = about(schedule);
        schedule.policy = agreed;
        told
    }

    /// The refusal, with the nearest starts that are free as things stand now.
    ///
    /// # Errors
    /// Always: `SLOT_UNAVAILABLE`, or what the slot turns out to be gone with.
    pub(super) async fn refuse<T>(&self, app: &App) -> Result<T, ApiError> {
        let dates = around(self.date);
        let now = app.now();
        let mut schedule = self.load_dates(&app.connection().await?, dates, now).await?.schedule;
        let nearest = self
            .ask(&mut schedule, |schedule| schedule.nearest(self.date, self.time, dates, ALTERNATIVES, now));
        let alternatives: Vec<String> =
            nearest.iter().map(|slot| local_instant(slot.start, &schedule.zone)).collect();
        Err(ApiError::slot_unavailable(&alternatives))
    }
}

/// The dates that are searched for other starts.
pub(super) fn around(date: Date) -> DateRange {
    let first = date.checked_sub(i32::from(ALTERNATIVE_DAYS).days()).unwrap_or(date);
    DateRange { first, days: 2 * ALTERNATIVE_DAYS + 1 }
}
