//! Whether the booking policy lets somebody book, and how their booking begins.

use jiff::{SignedDuration, Timestamp};

use super::{attempt::AttemptError, status::Status, store};
use crate::{
    availability::Loaded,
    db::{self, Transaction},
    http::ApiError,
    ids::{BusinessId, UserId},
    language::Message,
    scheduling::{Admission, Policy, Record, Refused},
};

/// The status of a new booking of this customer. Where it depends on what they have booked already, nobody books for them
/// at this business until the transaction ends.
///
/// # Errors
/// `CONFLICT`, with `details` = `{"rule", "limit"}`, if the policy keeps them from booking.
pub(super) async fn admit(
    tx: &Transaction<'_>,
    loaded: &Loaded,
    customer: UserId,
    now: Timestamp,
) -> Result<Status, AttemptError> {
    let policy = &loaded.schedule.policy;
    let record = record(tx, loaded.business.id, &[policy], customer, now).await?;
    Ok(status(policy, record)?)
}

/// What some policies of a business have to know of a customer.
pub(super) async fn record(
    tx: &Transaction<'_>,
    business: BusinessId,
    policies: &[&Policy],
    customer: UserId,
    now: Timestamp,
) -> Result<Record, db::Error> {
    if policies.iter().all(|policy| policy.max_open_bookings.is_none() && policy.no_show.is_none()) {
        return Ok(Record::default());
    }
    // The same for all services of a business.
    let days = policies.iter().find_map(|policy| policy.no_show).map_or(0, |rule| rule.days);
    let since = now.checked_sub(SignedDuration::from_hours(24 * i64::from(days))).unwrap_or(Timestamp::MIN);
    store::record(tx, business, customer, since, now).await
}

/// How a booking of somebody with this record begins.
///
/// # Errors
/// Those of [`admit`].
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
