//! Whether the booking policy lets somebody book, and how their booking begins.

use jiff::{SignedDuration, Timestamp};

use super::{attempt::AttemptError, status::Status, store};
use crate::{
    availability::Loaded,
    customers::Party,
    db::Transaction,
    http::ApiError,
    language::Message,
    scheduling::{Admission, Record, Refused},
};

/// The status of a new booking of this customer. Where it depends on what they have booked already, nobody books for them
/// at this business until the transaction ends.
///
/// # Errors
/// `CONFLICT`, with `details` = `{"rule", "limit"}`, if the policy keeps them from booking.
pub(super) async fn admit(
    tx: &Transaction<'_>,
    loaded: &Loaded,
    customer: Party,
    now: Timestamp,
) -> Result<Status, AttemptError> {
    let policy = &loaded.schedule.policy;
    let record = if policy.max_open_bookings.is_none() && policy.no_show.is_none() {
        Record::default()
    } else {
        let days = policy.no_show.map_or(0, |rule| rule.days);
        let since =
            now.checked_sub(SignedDuration::from_hours(24 * i64::from(days))).unwrap_or(Timestamp::MIN);
        store::record(tx, loaded.business.id, customer, since, now).await?
    };
    match policy.admits(&record) {
        Ok(Admission::Confirmed) => Ok(Status::Confirmed),
        Ok(Admission::Pending) => Ok(Status::Pending),
        Err(Refused::TooManyOpen { limit }) => {
            Err(ApiError::against_policy(Message::TooManyOpenBookings(limit), "max_open_bookings", limit)
                .into())
        }
        Err(Refused::NoShows { limit }) => {
            Err(ApiError::against_policy(Message::TooManyNoShows, "no_show", limit).into())
        }
    }
}
