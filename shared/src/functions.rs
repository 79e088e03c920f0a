//! The functions: which routes each of them serves. One binary in `api/` per entry; `cargo dev` and the tests serve
//! them all in one process.

use std::process::ExitCode;

use axum::Router;

use crate::{
    accounts::{self, auth_routes, user_routes},
    app::{App, StartError},
    appointments, audit, availability, businesses,
    clock::Clock,
    config::Config,
    cron, customers, host, hours, intake, integrations, locations, logging, meta,
    openapi::{self, Operation},
    resources, reviews, schedule_changes, services, staff, waitlist,
};

/// A function's name, as in `api/NAME.rs` and in `vercel.json`, and its routes.
pub type Function = (&'static str, fn() -> Router<App>);

/// Sign-in.
pub const AUTH: Function = ("auth", auth_routes);
/// The caller's own account.
pub const USERS: Function = ("users", user_routes);
/// Discovery.
pub const BUSINESSES: Function = ("businesses", businesses::routes);
/// What owners manage.
pub const MANAGEMENT: Function = ("management", management);
/// What owners and staff say about time, and whom they give it to.
pub const SCHEDULE: Function = ("schedule", schedule);
/// Free times.
pub const AVAILABILITY: Function = ("availability", availability::routes);
/// Bookings.
pub const APPOINTMENTS: Function = ("appointments", bookings);
/// Several visits at once.
pub const VISITS: Function = ("visits", visits);
/// Changes of the schedule with what becomes of bookings, and who waits for time to become free.
pub const CHANGES: Function = ("changes", changes);
/// What others report to us.
pub const INTEGRATIONS: Function = ("integrations", integrations::routes);
/// What time brings.
pub const CRON: Function = ("cron", cron::routes);
/// Health, and what is nobody's.
pub const META: Function = ("meta", meta_and_document);

/// Every function there is.
pub const ALL: [Function; 12] = [
    AUTH,
    USERS,
    BUSINESSES,
    MANAGEMENT,
    SCHEDULE,
    CHANGES,
    AVAILABILITY,
    APPOINTMENTS,
    VISITS,
    INTEGRATIONS,
    CRON,
    META,
];

/// What each function's routes do, for the document of the API. The programs do not refer to it.
#[must_use]
pub fn operations() -> Vec<(&'static str, Vec<Operation>)> {
    vec![
        (AUTH.0, accounts::auth_operations()),
        (USERS.0, accounts::user_operations()),
        (MANAGEMENT.0, businesses::owner_operations()),
        (BUSINESSES.0, businesses::operations()),
        (MANAGEMENT.0, services::operations()),
        (MANAGEMENT.0, services::add_on_operations()),
        (MANAGEMENT.0, services::offer_operations()),
        (SCHEDULE.0, locations::operations()),
        (SCHEDULE.0, resources::operations()),
        (SCHEDULE.0, customers::operations()),
        (SCHEDULE.0, intake::operations()),
        (CHANGES.0, schedule_changes::operations()),
        (MANAGEMENT.0, staff::operations()),
        (SCHEDULE.0, hours::operations()),
        (MANAGEMENT.0, reviews::operations()),
        (MANAGEMENT.0, audit::operations()),
        (AVAILABILITY.0, availability::operations()),
        (APPOINTMENTS.0, appointments::operations()),
        (APPOINTMENTS.0, appointments::guest_operations()),
        (VISITS.0, appointments::several_operations()),
        (CHANGES.0, waitlist::operations()),
        (INTEGRATIONS.0, integrations::operations()),
        (CRON.0, cron::operations()),
        (META.0, meta::operations()),
    ]
}

/// A function's whole program: reads the environment, then serves until it is told to stop.
#[must_use]
pub fn run((name, routes): Function) -> ExitCode {
    host::run(name, || {
        let config = Config::from_environment()?;
        logging::start(&config);
        let app = App::new(config, Clock::system())?;
        Ok::<_, StartError>(app.router(routes()))
    })
}

fn meta_and_document() -> Router<App> {
    meta::routes().merge(openapi::routes())
}

fn bookings() -> Router<App> {
    waitlist::looked_after(appointments::routes().merge(appointments::guest_routes()))
}

fn visits() -> Router<App> {
    waitlist::looked_after(appointments::several_routes())
}

fn changes() -> Router<App> {
    waitlist::looked_after(schedule_changes::routes().merge(waitlist::routes()))
}

fn management() -> Router<App> {
    businesses::owner_routes()
        .merge(services::routes())
        .merge(services::add_on_routes())
        .merge(services::offer_routes())
        .merge(staff::routes())
        .merge(reviews::routes())
        .merge(audit::routes())
}

fn schedule() -> Router<App> {
    hours::routes()
        .merge(locations::routes())
        .merge(resources::routes())
        .merge(customers::routes())
        .merge(intake::routes())
}
