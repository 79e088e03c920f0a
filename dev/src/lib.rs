//! What `cargo dev` is made of, and what the tests borrow from it: a private Postgres ([`postgres`]), every
//! function in one process behind the routes of `vercel.json` ([`server`]), the local mailbox ([`mailbox`]), the
//! tasks of the cron function each minute ([`cron`]) and the sample data ([`seed`]). And what those who run it need: a check before it goes live ([`check`]) and the way over from
//! the earlier version ([`import`]); and what shows that bookings stay right whatever breaks ([`stress`]).

#![warn(missing_docs)]

pub mod bench;
pub mod check;
pub mod cron;
pub mod database;
pub mod error_codes;
pub mod import;
pub mod mailbox;
pub mod neighbour;
pub mod openapi;
pub mod postgres;
pub mod routing;
pub mod seed;
pub mod server;
pub mod settings;
pub mod stress;
pub mod tested;
