//! `/api/businesses/{slug}/availability/`.

use axum::{Json, Router, extract::State, http::header, response::IntoResponse, routing::get};
use jiff::{civil::Date, tz::TimeZone};
use serde::Serialize;

use super::{load, local_instant};
use crate::{
    app::App,
    businesses::BusinessRef,
    http::{ApiResult, Path, Query, form::Whole},
    ids::{ServiceId, StaffMemberId},
    scheduling::{DateRange, Slot},
};

/// The routes of the function `availability`.
pub fn routes() -> Router<App> {
    Router::new().route("/api/businesses/{business}/availability", get(availability))
}

/// The free starts of one date.
#[derive(Serialize)]
struct Day {
    date: Date,
    /// `HH:MM`, in the business's zone.
    slots: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    slots_detail: Option<Vec<SlotDetail>>,
}

#[derive(Serialize)]
struct SlotDetail {
    time: String,
    start: String,
    end: String,
    staff_ids: Vec<StaffMemberId>,
}

impl Day {
    fn new(date: Date, slots: Vec<Slot>, zone: &TimeZone, verbose: bool) -> Self {
        let times = slots.iter().map(|slot| slot.time.to_string()).collect();
        let detail = |slot: Slot| SlotDetail {
            time: slot.time.to_string(),
            start: local_instant(slot.start, zone),
            end: local_instant(slot.end, zone),
            staff_ids: slot.staff,
        };
        Self { date, slots: times, slots_detail: verbose.then(|| slots.into_iter().map(detail).collect()) }
    }
}

#[derive(Serialize)]
struct Availability {
    service_id: ServiceId,
    /// The date that was asked for.
    #[serde(flatten)]
    first: Day,
    /// It and the following ones, if `days` was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    days: Option<Vec<Day>>,
}

async fn availability(
    State(app): State<App>,
    Path(business): Path<BusinessRef>,
    query: Query,
) -> ApiResult<impl IntoResponse> {
    let service: ServiceId = query.required("service_id")?;
    let first: Date = query.required("date")?;
    let staff: Option<StaffMemberId> = query.optional("staff_id")?;
    let days = query.optional::<Whole<1, 62>>("days")?.map(Whole::get);
    let verbose = query.flag("verbose");

    let dates = DateRange { first, days: days.and_then(|days| u16::try_from(days).ok()).unwrap_or(1) };
    let schedule = load(&app.connection().await?, &business, service, staff, dates).await?.schedule;
    let now = app.now();
    let day = |date| Day::new(date, schedule.slots_on(date, now), &schedule.zone, verbose);
    let answer = Availability {
        service_id: service,
        first: day(first),
        days: days.is_some().then(|| dates.dates().map(day).collect()),
    };
    // Someone who is about to book must not be shown what was free a while ago.
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(answer)))
}
