//! What `cargo dev` is made of, and what the tests borrow from it: a private Postgres ([`postgres`]), every
//! function in one process behind the routes of `vercel.json` ([`server`]), the local mailbox ([`mailbox`]), the
//! tasks of the cron function each minute ([`cron`]) and the sample data ([`seed`]).

#![warn(missing_docs)]

pub mod cron;
pub mod database;
pub mod mailbox;
pub mod neighbour;
pub mod openapi;
pub mod postgres;
pub mod routing;
pub mod seed;
pub mod server;
pub mod settings;
pub mod tested;
