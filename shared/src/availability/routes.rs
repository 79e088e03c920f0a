//! `/api/businesses/{slug}/availability/`.

use std::iter;

use axum::extract::State;
use jiff::{Timestamp, civil::Date};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    AddOns, Wanted,
    explain::{self, Explanation},
    load, local_instant, next,
    visits::{self as several, Answer as VisitAvailability},
};
use crate::{
    accounts::MaybeCaller,
    app::App,
    businesses::{self, BusinessRef},
    http::{ApiResult, Current, Form, FromForm, Params, Path, form::Whole},
    ids::{ServiceId, StaffMemberId},
    language::Language,
    openapi::api,
    scheduling::{DateRange, Schedule, Slot},
};

api! {
    /// The routes of the function `availability`.
    pub fn routes, operations; "Discovery";

    "/api/businesses/{business}/availability" {
        /// Free starts of a service
        ///
        /// On one date or, with `days`, on so many from there. A start is bookable exactly when it is offered here.
        get availability: Anyone, [ServiceNotFound, StaffNotFound];
    }
    "/api/businesses/{business}/availability/visits" {
        /// Free starts of several services in a row
        ///
        /// Of two to five services in their order, with `max_wait_minutes` at most between one and the next. `staff_ids` has a
        /// place for each service, empty for anyone; so has `add_on_ids`, with semicolons between services. A start is bookable
        /// as a visit exactly when it is offered here.
        get visits: Anyone, [ServiceNotFound, StaffNotFound];
    }
    "/api/businesses/{business}/availability/next" {
        /// The next start that can be booked
        ///
        /// Of a service, or of whatever is offered first at the business's first location, or at that with the `location_id`; within
        /// two months from today.
        get next_start: Anyone, [ServiceNotFound, StaffNotFound, NotFound];
    }
    "/api/businesses/{business}/availability/explain" {
        /// Why a start is not offered
        ///
        /// Every rule that is against it, per staff member, as the engine that lists and books starts sees it. Those who
        /// work there are also told which appointments and resources; others learn nothing that concerns other people.
        get explain: Anyone, [ServiceNotFound, StaffNotFound];
    }
}

/// What someone wants to know.
struct Question {
    service: ServiceId,
    date: Date,
    staff: Option<StaffMemberId>,
    days: Option<Whole<1, 62>>,
    verbose: bool,
    add_ons: AddOns,
}

impl FromForm for Question {
    fn from_form(form: &mut Form) -> Option<Self> {
        let service = form.required("service_id");
        let date = form.required("date");
        let staff = form.optional("staff_id");
        let days = form.optional("days");
        let verbose = form.or("verbose", false);
        let add_ons = form.or("add_on_ids", AddOns::default());
        Some(Self {
            service: service?,
            date: date?,
            staff: staff?,
            days: days?,
            verbose: verbose?,
            add_ons: add_ons?,
        })
    }
}

/// The free starts of one date.
#[derive(Clone, Serialize, ToSchema)]
struct Day {
    date: Date,
    /// `HH:MM`, in the business's zone.
    slots: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    slots_detail: Option<Vec<SlotDetail>>,
}

#[derive(Clone, Serialize, ToSchema)]
struct SlotDetail {
    time: String,
    start: String,
    /// When the visit is over with the first of `staff_ids`. Where the service takes others another time, it is over
    /// earlier or later with them: with `staff_id`, it is said of that one.
    end: String,
    /// Who is free for it, in the business's order: not necessarily the one whom somebody gets who does not mind.
    staff_ids: Vec<StaffMemberId>,
}

impl Day {
    fn brief(schedule: &Schedule, date: Date, now: Timestamp) -> Self {
        let times = schedule.times_on(date, now);
        Self { date, slots: times.iter().map(ToString::to_string).collect(), slots_detail: None }
    }

    fn verbose(schedule: &Schedule, date: Date, now: Timestamp) -> Self {
        let slots = schedule.slots_on(date, now);
        let detail = |slot: &Slot| SlotDetail {
            time: slot.time.to_string(),
            start: local_instant(slot.start, &schedule.zone),
            end: local_instant(slot.end(), &schedule.zone),
            staff_ids: slot.staff().collect(),
        };
        let times = slots.iter().map(|slot| slot.time.to_string()).collect();
        Self { date, slots: times, slots_detail: Some(slots.iter().map(detail).collect()) }
    }
}

#[derive(Serialize, ToSchema)]
struct Availability {
    service_id: ServiceId,
    /// The date that was asked for.
    #[serde(flatten)]
    first: Day,
    /// It and the following ones, if `days` was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    days: Option<Vec<Day>>,
}

async fn next_start(
    State(app): State<App>,
    Path(business): Path<BusinessRef>,
    Params(question): Params<next::Question>,
) -> ApiResult<Current<next::Answer>> {
    next::at(&app, &business, &question).await.map(Current)
}

async fn visits(
    State(app): State<App>,
    Path(business): Path<BusinessRef>,
    Params(question): Params<several::Question>,
) -> ApiResult<Current<VisitAvailability>> {
    several::starts(&app, &business, &question).await.map(Current)
}

async fn explain(
    State(app): State<App>,
    language: Language,
    MaybeCaller(caller): MaybeCaller,
    Path(business): Path<BusinessRef>,
    Params(question): Params<explain::Question>,
) -> ApiResult<Current<Explanation>> {
    let works_there = businesses::works_at(&app.connection().await?, caller.as_ref(), &business).await?;
    explain::explain(&app, &business, &question, language, works_there).await.map(Current)
}

async fn availability(
    State(app): State<App>,
    Path(business): Path<BusinessRef>,
    Params(question): Params<Question>,
) -> ApiResult<Current<Availability>> {
    let Question { service, date: first, staff, days, verbose, add_ons } = question;
    let length = days.and_then(|days| u16::try_from(days.get()).ok()).unwrap_or(1);
    let dates = DateRange { first, days: length };
    let now = app.now();
    let wanted = Wanted {
        business: &business,
        service,
        only: staff,
        dates,
        add_ons: add_ons.as_slice(),
        longer_by: 0,
        leaving: None,
    };
    let schedule = load(&app.connection().await?, &wanted, now).await?.schedule;
    let listed = if verbose { Day::verbose } else { Day::brief };
    let day = |date| listed(&schedule, date, now);
    let first = day(first);
    let all = || iter::once(first.clone()).chain(dates.dates().skip(1).map(day)).collect();
    let days = days.is_some().then(all);
    Ok(Current(Availability { service_id: service, first, days }))
}
