//! The library every Sessly function links.
//!
//! A request goes one way: [`host`] → router → [`http`] layers → a capability's routes → its rules → its
//! store → Postgres ([`db`]), and back. Routes know HTTP, stores know SQL, rules know neither. A capability may
//! use another's public functions, never its SQL.
//!
//! - Capabilities: [`accounts`], [`businesses`], [`services`], [`resources`], [`staff`], [`locations`], [`hours`], [`calendar`],
//!   [`availability`], [`appointments`], [`waitlist`], [`schedule_changes`], [`audit`], [`reviews`], [`integrations`], [`cron`], [`meta`]; which function serves which is in [`functions`].
//! - The engine: [`scheduling`], pure: data and an instant in, slots out.
//! - How often what may be done: [`limits`]. What those who run this see of it: [`monitoring`], [`logging`].
//! - What leaves: [`outbox`], [`mail`] and [`sms`], over [`outgoing`] and [`tls`].
//! - How it is described: [`openapi`].
//! - What all share: [`app`], [`config`], [`clock`], [`ids`], [`money`], [`language`].

#![warn(missing_docs)]

pub mod accounts;
pub mod app;
pub mod appointments;
pub mod audit;
pub mod availability;
pub mod businesses;
pub mod calendar;
pub mod clock;
pub mod config;
pub mod cron;
pub mod customers;
pub mod db;
pub mod functions;
pub mod host;
pub mod hours;
pub mod http;
pub mod ids;
pub mod intake;
pub mod integrations;
pub mod language;
pub mod limits;
pub mod locations;
pub mod logging;
pub mod mail;
pub mod meta;
pub mod money;
pub mod monitoring;
pub mod openapi;
pub mod outbox;
pub mod outgoing;
pub mod resources;
pub mod reviews;
pub mod schedule_changes;
pub mod scheduling;
pub mod sealing;
pub mod services;
pub mod sms;
pub mod staff;
pub mod tls;
pub mod waitlist;
