//! The states of an appointment, and which may follow which.

use crate::{db::text_enum, http::form::choice_fields};

text_enum! {
    /// The state of an appointment. Pending and confirmed ones occupy time.
    pub enum Status {
        /// Booked, waiting for the business.
        Pending = "pending",
        /// Agreed.
        Confirmed = "confirmed",
        /// Over.
        Completed = "completed",
        /// Called off.
        Cancelled = "cancelled",
        /// The customer did not come.
        NoShow = "no_show",
    }
}

impl Status {
    /// Whether the contract's diagram has an arrow from here to there.
    #[must_use]
    pub fn may_become(self, next: Self) -> bool {
        matches!(
            (self, next),
            (Self::Pending, Self::Confirmed | Self::Cancelled)
                | (Self::Confirmed, Self::Completed | Self::Cancelled | Self::NoShow)
        )
    }
}

choice_fields!(Status: NotAStatus);

#[cfg(test)]
mod tests {
    use super::Status::{Cancelled, Completed, Confirmed, NoShow, Pending};

    #[test]
    fn nothing_leaves_an_end_state_and_nothing_stays_where_it_is() {
        let all = [Pending, Confirmed, Completed, Cancelled, NoShow];
        for from in all {
            assert!(!from.may_become(from));
            assert!(!from.may_become(Pending));
            for to in all {
                assert!(!from.may_become(to) || matches!(from, Pending | Confirmed), "{from:?} to {to:?}");
            }
        }
    }
}
