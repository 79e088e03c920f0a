//! The booking policy: on what terms a service can be booked, moved and cancelled. One pure object, which customers see
//! before they book and which is kept with their appointment, so that what was agreed then holds whatever the business
//! changes later. Reading it from the database and counting what a customer has booked happen elsewhere.

use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::db::text_enum;

/// The longest horizon that a business can have, in days.
const LONGEST_HORIZON: u32 = 1095;

/// The terms on which a service can be booked. Its JSON is what clients see and what is kept with appointments: read back,
/// what an older version did not know is as usual, and what a newer one added does not matter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Policy {
    /// Whether bookings are confirmed at once.
    pub auto_confirm: bool,
    /// The least time between booking and start.
    pub min_notice_minutes: u32,
    /// The last date that can be booked, counted from today in the business's zone; 0 is today only.
    pub booking_horizon_days: u32,
    /// How long before the start a customer can still cancel.
    pub cancellation_deadline_minutes: u32,
    /// How long before the start a customer can still move the visit.
    pub reschedule_deadline_minutes: u32,
    /// How many visits a customer can have ahead at the business.
    pub max_open_bookings: Option<u32>,
    /// What comes of not coming.
    pub no_show: Option<NoShowRule>,
}

/// What happens to bookings of those who did not come before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct NoShowRule {
    /// From so many missed visits on.
    pub limit: u32,
    /// Within so many days.
    pub days: u32,
    /// What happens then.
    pub action: NoShowAction,
}

text_enum! {
    /// What happens to bookings of those who have missed too many visits.
    pub enum NoShowAction {
        /// They wait to be confirmed.
        Confirm = "confirm",
        /// They are refused.
        Refuse = "refuse",
    }
}

/// What one service has otherwise than the rest of its business; `None` where nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct PolicyOverrides {
    /// Whether bookings are confirmed at once.
    pub auto_confirm: Option<bool>,
    /// The least time between booking and start.
    pub min_notice_minutes: Option<u32>,
    /// The last date that can be booked, counted from today.
    pub booking_horizon_days: Option<u32>,
    /// How long before the start a customer can still cancel.
    pub cancellation_deadline_minutes: Option<u32>,
    /// How long before the start a customer can still move the visit.
    pub reschedule_deadline_minutes: Option<u32>,
    /// How many visits a customer who books this can have ahead at the business.
    pub max_open_bookings: Option<u32>,
}

/// What a business knows of a customer who wants to book.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// Pending and confirmed visits ahead.
    pub open_bookings: u32,
    /// Visits missed within [`NoShowRule::days`].
    pub no_shows: u32,
}

/// How a booking begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    /// It is settled.
    Confirmed,
    /// It waits for the business to confirm it.
    Pending,
}

/// Why somebody cannot book.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// They have as many visits ahead as they can.
    TooManyOpen {
        /// How many that is.
        limit: u32,
    },
    /// They have missed too many.
    NoShows {
        /// How many that is.
        limit: u32,
    },
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            auto_confirm: false,
            min_notice_minutes: 0,
            booking_horizon_days: 365,
            cancellation_deadline_minutes: 0,
            reschedule_deadline_minutes: 0,
            max_open_bookings: None,
            no_show: None,
        }
    }
}

impl Default for NoShowRule {
    fn default() -> Self {
        Self { limit: 1, days: 365, action: NoShowAction::Confirm }
    }
}

impl Policy {
    /// The least time between booking and start.
    #[must_use]
    pub fn notice(&self) -> SignedDuration {
        minutes(self.min_notice_minutes)
    }

    /// The earliest start that can be booked.
    #[must_use]
    pub fn earliest_start(&self, now: Timestamp) -> Timestamp {
        now.checked_add(self.notice()).unwrap_or(Timestamp::MAX)
    }

    /// The last date that can be booked.
    #[must_use]
    pub fn last_date(&self, zone: &TimeZone, now: Timestamp) -> Date {
        let today = zone.to_datetime(now).date();
        let horizon = SignedDuration::from_hours(24 * i64::from(self.booking_horizon_days));
        today.checked_add(horizon).unwrap_or(Date::MAX)
    }

    /// The terms on which the business books for its customers: at any notice, and as far ahead as any business lets book.
    #[must_use]
    pub fn for_the_business(&self) -> Self {
        Self { min_notice_minutes: 0, booking_horizon_days: LONGEST_HORIZON, ..self.clone() }
    }

    /// Whether a customer can still cancel a visit.
    #[must_use]
    pub fn may_cancel(&self, starts_at: Timestamp, now: Timestamp) -> bool {
        starts_at.duration_since(now) >= minutes(self.cancellation_deadline_minutes)
    }

    /// Whether a customer can still move a visit.
    #[must_use]
    pub fn may_reschedule(&self, starts_at: Timestamp, now: Timestamp) -> bool {
        starts_at.duration_since(now) >= minutes(self.reschedule_deadline_minutes)
    }

    /// How a booking of somebody with this record begins.
    ///
    /// # Errors
    /// Why they cannot book.
    pub fn admits(&self, record: &Record) -> Result<Admission, Refused> {
        if let Some(limit) = self.max_open_bookings
            && record.open_bookings >= limit
        {
            return Err(Refused::TooManyOpen { limit });
        }
        let unreliable = self.no_show.filter(|rule| record.no_shows >= rule.limit);
        if let Some(NoShowRule { action: NoShowAction::Refuse, limit, .. }) = unreliable {
            return Err(Refused::NoShows { limit });
        }
        let settled = self.auto_confirm && unreliable.is_none();
        Ok(if settled { Admission::Confirmed } else { Admission::Pending })
    }

    /// The policy for a service that has some of it otherwise. Where both deadlines are one, as they are unless a business
    /// says otherwise, they stay one.
    #[must_use]
    pub fn with(&self, overrides: &PolicyOverrides) -> Self {
        let cancellation = overrides.cancellation_deadline_minutes;
        let are_one = self.reschedule_deadline_minutes == self.cancellation_deadline_minutes;
        let reschedule = overrides.reschedule_deadline_minutes.or(cancellation.filter(|_| are_one));
        Self {
            auto_confirm: overrides.auto_confirm.unwrap_or(self.auto_confirm),
            min_notice_minutes: overrides.min_notice_minutes.unwrap_or(self.min_notice_minutes),
            booking_horizon_days: overrides.booking_horizon_days.unwrap_or(self.booking_horizon_days),
            cancellation_deadline_minutes: cancellation.unwrap_or(self.cancellation_deadline_minutes),
            reschedule_deadline_minutes: reschedule.unwrap_or(self.reschedule_deadline_minutes),
            max_open_bookings: overrides.max_open_bookings.or(self.max_open_bookings),
            no_show: self.no_show,
        }
    }
}

fn minutes(minutes: u32) -> SignedDuration {
    SignedDuration::from_mins(minutes.into())
}

#[cfg(test)]
mod tests;
