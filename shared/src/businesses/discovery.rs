//! Finding a business, and everything a visitor sees of one.

use jiff::{Timestamp, civil::Date};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    filter::Filter,
    reference::BusinessRef,
    search::{self, Listed},
    store,
    view::{self, Detail},
};
use crate::{
    app::App,
    availability,
    db::{self, Sql},
    hours::{self, OpeningHour},
    http::{
        ApiError, Freshness,
        page::{Page, PageRequest},
    },
    language::Language,
    locations::Shown,
    services::{self, Service},
    staff::{self, PublicStaffMember},
};

/// One page of the businesses that match.
pub(super) async fn list(app: &App, filter: &Filter, page: &PageRequest) -> Result<Page<Listed>, ApiError> {
    let (connection, now) = (app.connection().await?, app.now());
    let listed = if let Some(date) = filter.available_on {
        with_starts_on(&connection, filter, date, page, now).await?
    } else {
        page.of(|slice| search::page(&connection, filter, slice, now)).await?
    };
    if !filter.next_available {
        return Ok(listed);
    }
    let places: Vec<_> = listed.results.iter().map(Listed::place).collect();
    let mut next = availability::next_starts(&connection, &places, now).await?;
    Ok(listed.map(|listed| {
        let start = next.remove(&listed.place().1);
        listed.with_next(start)
    }))
}

/// What the database finds, then what the engine has a start for, then what clients see of those on the page.
async fn with_starts_on(
    on: &impl Sql,
    filter: &Filter,
    date: Date,
    page: &PageRequest,
    now: Timestamp,
) -> Result<Page<Listed>, ApiError> {
    let mut found = search::all(on, filter, now).await?;
    let places: Vec<_> = found.iter().map(|found| found.place).collect();
    let offering = availability::offering(on, &places, date, now).await?;
    found.retain(|found| offering.contains(&found.place.1));
    let page = page.of_all(found)?;
    let results = search::some(on, &page.results).await?;
    Ok(Page { count: page.count, next: page.next, previous: page.previous, results })
}

/// How long a page of the list stays as it is.
pub(super) fn freshness(filter: &Filter) -> Freshness {
    let moves = filter.open_now || filter.available_on.is_some() || filter.next_available;
    if moves { Freshness::MOMENT } else { Freshness::LIST }
}

/// A business in detail form.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct FullDetail {
    #[serde(flatten)]
    business: Detail,
    opening_hours: Vec<OpeningHour>,
    services: Vec<Service>,
    staff: Vec<PublicStaffMember>,
    /// Empty until there are pictures to show.
    #[schema(value_type = Vec<String>)]
    gallery: [(); 0],
}

/// Everything a visitor sees, in one round trip.
///
/// # Errors
/// `BUSINESS_NOT_FOUND`; `NOT_FOUND` for a location that it does not have.
pub(super) async fn detail(
    app: &App,
    business: &BusinessRef,
    shown: Shown,
    language: Language,
) -> Result<FullDetail, ApiError> {
    let connection = app.connection().await?;
    let (found, opening_hours, services, staff) = tokio::try_join!(
        view::detail(&connection, business, shown),
        hours::shown_at(&connection, business, shown.location(), language),
        services::on_offer(&connection, business, shown),
        staff::public(&connection, business, shown),
    )
    .map_err(|error: db::Error| ApiError::from(error))?;
    match found {
        Some(business) => Ok(FullDetail { business, opening_hours, services, staff, gallery: [] }),
        None => Err(store::nowhere(&connection, business).await),
    }
}
