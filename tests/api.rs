//! Black-box tests: real HTTP, real Postgres. `support` tells the stories' beginnings; each other module is
//! one capability.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod accounts;
mod appointments;
mod audit;
mod availability;
mod businesses;
mod canaries;
mod checking;
mod customers;
mod errors;
mod examples;
mod guests;
mod headers;
mod hosting;
mod importing;
mod intake;
mod limits;
mod locations;
mod mail;
mod messages;
mod monitoring;
mod openapi;
mod opening_hours;
mod outage;
mod pooled;
mod races;
mod resources;
mod roles;
mod sample_data;
mod schedule_changes;
mod scheduling;
mod series;
mod services;
mod staff;
mod support;
mod visits;
mod waitlist;
mod walk;
mod working_time;
