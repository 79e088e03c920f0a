//! `/api/businesses/{slug}/holidays/`: the public holidays on which a business is closed unless it says otherwise.

use axum::extract::State;
use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;

use super::overrides::of_business;
use crate::{
    app::App,
    businesses::{self, BusinessRef},
    http::{ApiError, ApiResult, Code, Form, Freshness, FromForm, Params, Path, Public, form::Whole},
    language::Language,
    openapi::api,
    scheduling::{DateRange, HolidayCalendar},
};

api! {
    /// Routes of the function `schedule`.
    pub(super) fn routes, operations; "Working time";

    "/api/businesses/{business}/holidays" {
        /// The public holidays of a year
        ///
        /// By the business's `holiday_calendar`; none if it keeps no holidays. It is closed on them, unless an override
        /// of its own opens it.
        get list: Anyone;
    }
}

/// Which year.
struct Question {
    year: i16,
}

impl FromForm for Question {
    fn from_form(form: &mut Form) -> Option<Self> {
        let year = form.required::<Whole<2011, 2999>>("year")?;
        Some(Self { year: i16::try_from(year.get()).ok()? })
    }
}

/// A public holiday.
#[derive(Debug, Serialize, ToSchema)]
struct HolidayItem {
    date: Date,
    /// In the caller's language.
    name: &'static str,
    /// Whether the business is open all the same.
    is_open: bool,
}

async fn list(
    State(app): State<App>,
    language: Language,
    Path(business): Path<BusinessRef>,
    Params(Question { year }): Params<Question>,
) -> ApiResult<Public<Vec<HolidayItem>>> {
    let connection = app.connection().await?;
    let first = Date::new(year, 1, 1).map_err(ApiError::internal)?;
    let dates = DateRange { first, days: first.days_in_year().unsigned_abs() };
    let (terms, changed) = tokio::try_join!(
        async { Ok(businesses::terms(&connection, &business).await?) },
        of_business(&connection, &business, dates)
    )?;
    let calendar = terms.ok_or(Code::BusinessNotFound)?.holidays;
    let holidays = calendar.into_iter().flat_map(|calendar: HolidayCalendar| calendar.in_year(year));
    let items = holidays.map(|(date, holiday)| HolidayItem {
        date,
        name: language.holiday_name(holiday),
        is_open: changed.on(date).is_some_and(|instead| !instead.hours().is_empty()),
    });
    Ok(Public(Freshness::BUSINESS, items.collect()))
}
