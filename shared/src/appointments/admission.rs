//! Whether the booking policy lets somebody book, and how their booking begins.

use std::slice;

use jiff::{SignedDuration, Timestamp};

use super::{attempt::AttemptError, status::Status, store};
use crate::{
    availability::Loaded,
    customers::Party,
    db::{self, Transaction},
    http::ApiError,
    language::Message,
    scheduling::{Admission, Policy, Record, Refused},
};

/// The status of a new booking of this customer. Where it depends on what they have booked already, nobody books for them
/// at this business until the transaction ends.
///
/// # Errors
/// Those of [`status`].
pub(super) async fn admit(
    tx: &Transaction<'_>,
    loaded: &Loaded,
    customer: Party,
    now: Timestamp,
) -> Result<Status, AttemptError> {
    let record = record(tx, slice::from_ref(loaded), customer, now).await?;
    Ok(status(&loaded.schedule.policy, record)?)
}

/// What the policies of some services of a business want to know of this customer, who is then locked as for [`admit`].
pub(super) async fn record(
    tx: &Transaction<'_>,
    loaded: &[Loaded],
    customer: Party,
    now: Timestamp,
) -> Result<Record, db::Error> {
    // The same business for all, and the same rule about missed visits for all of its services.
    let Some(first) = loaded.first() else { return Ok(Record::default()) };
    let policies = || loaded.iter().map(|loaded| &loaded.schedule.policy);
    if policies().all(|policy| policy.max_open_bookings.is_none() && policy.no_show.is_none()) {
        return Ok(Record::default());
    }
    let days = policies().find_map(|policy| policy.no_show).map_or(0, |rule| rule.days);
    let since = now.checked_sub(SignedDuration::from_hours(24 * i64::from(days))).unwrap_or(Timestamp::MIN);
    store::record(tx, first.business.id, customer, since, now).await
}

/// The status of a new booking of somebody with this record.
///
/// # Errors
/// `CONFLICT`, with `details` = `{"rule", "limit"}`, if the policy keeps them from booking.
pub(super) fn status(policy: &Policy, record: Record) -> Result<Status, ApiError> {
    match policy.admits(&record) {
        Ok(Admission::Confirmed) => Ok(Status::Confirmed),
        Ok(Admission::Pending) => Ok(Status::Pending),
        Err(Refused::TooManyOpen { limit }) => {
            Err(ApiError::against_policy(Message::TooManyOpenBookings(limit), "max_open_bookings", limit))
        }
        Err(Refused::NoShows { limit }) => {
            Err(ApiError::against_policy(Message::TooManyNoShows, "no_show", limit))
        }
    }
}
