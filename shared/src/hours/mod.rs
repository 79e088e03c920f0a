//! When a business is open and its staff work: weekly opening hours, of a location too (`opening`), weekly hours of a staff member's own
//! (`staff_week`), other hours on single dates (`overrides`), time off (`time_off`) and public holidays (`holidays`). Each
//! has what clients see and set (`routes`), what they type (`entry`) and how it is kept (`store`). `working_time` loads all of
//! them as the types of [`scheduling`](crate::scheduling), which says what comes of them together.

mod bookings;
mod change;
mod erasure;
mod export;
mod filter;
mod holidays;
mod interval;
mod opening;
mod overrides;
mod proposal;
mod staff_week;
mod time_off;
mod working_time;

use axum::Router;

use crate::{app::App, openapi::Operation};

pub use erasure::forget;
pub use export::{KeptWorkingTime, kept_about};
pub use opening::{OpeningHour, shown_at};
pub use proposal::Proposal;
pub use working_time::{WorkingTime, working_time, working_time_at};

/// Routes of the function `schedule`.
pub fn routes() -> Router<App> {
    opening::routes()
        .merge(opening::routes_at_location())
        .merge(staff_week::routes())
        .merge(overrides::routes())
        .merge(time_off::routes())
        .merge(holidays::routes())
}

/// What those routes do, for the document.
#[must_use]
pub fn operations() -> Vec<Operation> {
    let all = [
        opening::operations(),
        opening::operations_at_location(),
        staff_week::operations(),
        overrides::operations(),
        time_off::operations(),
        holidays::operations(),
    ];
    all.into_iter().flatten().collect()
}
