//! `/api/businesses/{slug}/staff/{id}/hours/`.

use axum::{Json, extract::State};

use super::{
    entry::{Entry, MOST},
    places, store,
    view::StaffHours,
};
use crate::{
    accounts::VerifiedCaller,
    app::App,
    businesses::{self, BusinessRef},
    hours::change,
    http::{ApiError, ApiResult, Code, ListBody, Path},
    ids::StaffMemberId,
    language::Language,
    openapi::api,
    scheduling::{OwnHours, StaffWeek},
    staff,
};

api! {
    /// Routes of the function `schedule`.
    pub(in crate::hours) fn routes, operations; "Working time";

    "/api/businesses/{business}/staff/{member}/hours" {
        /// A staff member's own weekly hours
        ///
        /// On dates on which none of them are valid they work when the business is open.
        get list: WorksThere;
        /// Replace all of a staff member's own weekly hours
        ///
        /// With an empty list they work when the business is open. What has a `location_id` counts for services there; where
        /// all that is valid on a date is elsewhere, they are off. Intervals that are valid at once may not overlap:
        /// `details` has the places of two that do. Staff set their own where the business's `staff_set_own_hours` says
        /// so.
        put replace: WorksThere, [Conflict];
    }
}

fn shown(all: &[OwnHours], language: Language) -> Json<Vec<StaffHours>> {
    Json(all.iter().map(|own| StaffHours::new(own, language)).collect())
}

async fn list(
    State(app): State<App>,
    language: Language,
    VerifiedCaller(caller): VerifiedCaller,
    Path((business, member)): Path<(BusinessRef, StaffMemberId)>,
) -> ApiResult<Json<Vec<StaffHours>>> {
    let business = businesses::worked_at(&app, &caller, &business).await?;
    let connection = app.connection().await?;
    let (is_member, hours) = tokio::try_join!(
        staff::is_member(&connection, business, member),
        store::of(&connection, business, member)
    )?;
    if !is_member {
        return Err(Code::StaffNotFound.into());
    }
    Ok(shown(&hours, language))
}

async fn replace(
    State(app): State<App>,
    language: Language,
    VerifiedCaller(caller): VerifiedCaller,
    Path((business, member)): Path<(BusinessRef, StaffMemberId)>,
    ListBody(entries): ListBody<Entry, MOST>,
) -> ApiResult<Json<Vec<StaffHours>>> {
    let colleague = businesses::colleague(&app, &caller, &business).await?;
    let business = colleague.business;
    let mut connection = app.connection().await?;
    if !staff::is_member(&connection, business, member).await? {
        return Err(Code::StaffNotFound.into());
    }
    colleague.may_set_hours_of(Some(member))?;
    let hours: Vec<OwnHours> = entries.into_iter().map(|Entry(own)| own).collect();
    places::check(&connection, business, &hours).await?;
    StaffWeek::new(hours.clone()).map_err(|(first, second)| ApiError::overlapping_hours(first, second))?;
    let now = app.now();
    let tx = change::begin(&mut connection, business, colleague.user, now).await?;
    store::replace(&tx, business, member, &hours, now).await?;
    let kept = store::of(&tx, business, member).await?;
    tx.commit().await?;
    Ok(shown(&kept, language))
}
