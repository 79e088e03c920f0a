//! `/api/businesses/{slug}/locations/{id}/opening-hours/`: the week of one location, all of it at once.

use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    entry::Entry,
    plan,
    store::{self, OpeningHour},
};
use crate::{
    accounts::VerifiedCaller,
    app::App,
    businesses::{self, BusinessRef},
    db::Sql,
    hours::change,
    http::{ApiResult, Code, Freshness, ListBody, NoContent, Path, Public},
    ids::LocationId,
    language::Language,
    openapi::api,
};

/// More intervals than a week has.
const MOST: usize = 70;

api! {
    /// Routes of the function `schedule`.
    pub(in crate::hours) fn routes, operations; "Opening hours";

    "/api/businesses/{business}/locations/{location}/opening-hours" {
        /// The week's opening hours of a location
        ///
        /// Its own, or the business's if it has none; the primary location always has the business's.
        get week: Anyone;
        /// Set the whole week of a location
        ///
        /// A day that is not among them is closed. Of the primary location they are the business's own hours, which every
        /// location has that has none of its own. What stays the same keeps its id.
        put replace: Manages, [Conflict];
        /// Let a location have the business's hours again
        ///
        /// Nothing happens to the primary one's, which are the business's.
        delete give_up: Manages;
    }
}

/// When a location is open.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LocationHours)]
struct Week {
    /// Whether they are the location's own, and not the business's.
    is_own: bool,
    /// In the order of the week.
    opening_hours: Vec<OpeningHour>,
}

/// The week of a location, in one round trip.
async fn of(
    on: &impl Sql,
    business: &BusinessRef,
    location: LocationId,
    language: Language,
) -> ApiResult<Week> {
    let (known, own, common) = tokio::try_join!(
        businesses::is_primary(on, business, location),
        store::at(on, business, Some(location), language),
        store::of(on, business, language),
    )?;
    known.ok_or(Code::NotFound)?;
    let is_own = !own.is_empty();
    Ok(Week { is_own, opening_hours: if is_own { own } else { common } })
}

async fn week(
    State(app): State<App>,
    language: Language,
    Path((business, location)): Path<(BusinessRef, LocationId)>,
) -> ApiResult<Public<Week>> {
    let week = of(&app.connection().await?, &business, location, language).await?;
    Ok(Public(Freshness::BUSINESS, week))
}

async fn replace(
    State(app): State<App>,
    language: Language,
    VerifiedCaller(caller): VerifiedCaller,
    Path((business, location)): Path<(BusinessRef, LocationId)>,
    ListBody(entries): ListBody<Entry, MOST>,
) -> ApiResult<Json<Week>> {
    let manager = businesses::manager(&app, &caller, &business).await?;
    let now = app.now();
    let mut connection = app.connection().await?;
    let tx = change::begin(&mut connection, manager.business, manager.user, now).await?;
    let named = manager.business.into();
    let is_primary = businesses::is_primary(&tx, &named, location).await?.ok_or(Code::NotFound)?;
    let secondary = (!is_primary).then_some(location);
    plan::set_week(&tx, manager.business, secondary, entries, now).await?;
    let week = of(&tx, &named, location, language).await?;
    tx.commit().await?;
    Ok(Json(week))
}

async fn give_up(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    Path((business, location)): Path<(BusinessRef, LocationId)>,
) -> ApiResult<NoContent> {
    let manager = businesses::manager(&app, &caller, &business).await?;
    let mut connection = app.connection().await?;
    let tx = change::begin(&mut connection, manager.business, manager.user, app.now()).await?;
    businesses::is_primary(&tx, &manager.business.into(), location).await?.ok_or(Code::NotFound)?;
    store::clear_at(&tx, manager.business, location).await?;
    tx.commit().await?;
    Ok(NoContent)
}
