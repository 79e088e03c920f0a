//! `/api/businesses/{slug}/schedule-changes/`.

use axum::{Json, extract::State};

use super::{
    apply::{self, AppliedChange},
    change::Change,
    choice::Decision,
    preview::{self, AffectedBooking},
};
use crate::{
    accounts::VerifiedCaller,
    app::App,
    businesses::BusinessRef,
    host::Background,
    http::{
        ApiResult, Body, Path,
        page::{Page, PageRequest},
    },
    openapi::api,
    outbox,
};

api! {
    /// Routes of the function `schedule`.
    pub fn routes, operations; "Schedule changes";

    "/api/businesses/{business}/schedule-changes" {
        /// Make a change, and move or cancel the bookings it affects
        ///
        /// `change` as for the preview. `choices` has one for each booking that it affects: `keep`, `cancel` (with a
        /// `reason`, if there is one), or `move` with `staff_id`, with `date` and `start_time`, or with both; nobody who
        /// leaves at once keeps any. All of it happens, or nothing: where bookings have come or gone since the preview it
        /// is 409 `CONFLICT`, and `details` has those that nothing is chosen for (`missing`) and those that are not
        /// affected (`unaffected`). Bookings may change places. Customers are told.
        post apply: WorksThere, [Conflict, StaffNotFound, ServiceNotFound, PastBooking, SlotUnavailable];
    }
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

async fn apply(
    State(app): State<App>,
    background: Background,
    VerifiedCaller(caller): VerifiedCaller,
    Path(business): Path<BusinessRef>,
    Body(decision): Body<Decision>,
) -> ApiResult<Json<AppliedChange>> {
    let proposer = decision.change.proposer(&app, &caller, &business).await?;
    let applied = apply::apply(&app, &proposer, &decision).await?;
    outbox::deliver_after(&background, &app);
    Ok(Json(applied))
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
