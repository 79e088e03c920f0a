//! Black-box tests: real HTTP, real Postgres. `support` tells the stories' beginnings; each other module is
//! one capability.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod appointments;
mod availability;
mod hosting;
mod outage;
mod pooled;
mod races;
mod sample_data;
mod staff;
mod support;
