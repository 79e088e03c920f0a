//! The outbox: what must leave because of a change is a row written in the change's transaction, and
//! delivered after it. A failed delivery never fails the request that caused it.
//!
//! `addressing` turns a [`Notice`] into one row per reader, `reminders` adds those that nobody causes but time,
//! `composing` words a row when it leaves, `delivery` sees it out.

mod addressing;
mod composing;
mod delivery;
mod notice;
mod offer_letter;
mod recipient;
mod reminders;
mod series_letter;
mod visit;
mod visit_letter;

pub use addressing::{add, add_all, add_for_nobody};
pub use delivery::{Delivered, deliver_after, deliver_due, deliver_until};
pub use notice::{Happening, Notice, SeriesNews};
pub use recipient::{Waiting, forget, waiting_for};
pub use reminders::{Reminder, remind};
