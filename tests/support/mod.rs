//! How a test begins: an app with a database of its own and a clock that stands still, people who have signed in, a salon
//! that is open.

mod answer;
mod app;
mod chaos;
mod contended;
mod course;
mod database;
mod dice;
mod eventually;
mod logs;
mod person;
mod pgbouncer;
mod plans;
mod process;
mod routes;
mod salon;
pub(crate) mod seen;
mod sentry;
mod told;

pub(crate) use answer::{Answer, keys};
pub(crate) use app::{ENCRYPTION_KEY, SECRET, TestApp, together};
pub(crate) use chaos::{ChaosProxy, Mishap};
pub(crate) use contended::Contended;
pub(crate) use course::Course;
pub(crate) use database::TestDatabase;
pub(crate) use dice::Dice;
pub(crate) use eventually::eventually;
pub(crate) use logs::Logs;
pub(crate) use person::{PASSWORD, Person, with_body};
pub(crate) use pgbouncer::PgBouncer;
pub(crate) use plans::{ExplainingServer, Plans};
pub(crate) use process::{FunctionProcess, listening_at};
pub(crate) use routes::{NOWHERE, serve_routes};
pub(crate) use salon::{Salon, SalonBuilder};
pub(crate) use sentry::{Mood, Received, SentryServer};
