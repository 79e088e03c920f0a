//! `/api/businesses/{slug}/schedule-changes/`.

use axum::{Json, extract::State};

use super::{
    change::Change,
    preview::{self, AffectedBooking},
};
use crate::{
    accounts::VerifiedCaller,
    app::App,
    businesses::BusinessRef,
    http::{
        ApiResult, Body, Path,
        page::{Page, PageRequest},
    },
    openapi::api,
};

api! {
    /// Routes of the function `schedule`.
    pub fn routes, operations; "Schedule changes";

    "/api/businesses/{business}/schedule-changes/preview" {
        /// What a change would do to bookings
        ///
        /// `change` has one of `opening_hours` (as for `opening-hours/bulk-update/`), `staff_hours` (`staff_id` and
        /// `hours`, as for `staff/{id}/hours/`), `date_override`, `time_off` (as for their own endpoints),
        /// `staff_leaving` and `service_retired`. The answer has the bookings to come that could not take place as
        /// they are, the earliest first, each with who else could take it at the same time. Nothing is changed.
        post preview: WorksThere, [Conflict, StaffNotFound, ServiceNotFound];
    }
}

async fn preview(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    Path(business): Path<BusinessRef>,
    page: PageRequest,
    Body(change): Body<Change>,
) -> ApiResult<Json<Page<AffectedBooking>>> {
    let proposer = change.proposer(&app, &caller, &business).await?;
    preview::preview(&app, &proposer, &change, &page).await.map(Json)
}
