//! What those who run this see of it: a log line per request, and reports of panics, failures and slow requests to Sentry.
//! What a request typed, its path and its query are in neither; a route's template stands for them.
//!
//! `layer` is around everything else, and gathers what others noted in the record of the request: the router its route,
//! `accounts` its user, `db` its statements, `http` what failed, the panic hook where.

mod layer;
mod panics;
mod record;
mod report;
mod sentry;

pub(crate) use layer::{Watch, note_route, watch};
pub(crate) use record::{Failure, Record};
pub(crate) use sentry::Sentry;
