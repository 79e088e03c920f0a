//! What people are told of.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::reminders::Reminder;
use crate::ids::{AppointmentId, HoldId, SeriesId, StaffMemberId, UserId, VisitId, WaitlistEntryId};

/// Something that someone is to be told. Holds what happened and to what; names, times and words are looked up when
/// it leaves.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "notice", rename_all = "snake_case")]
pub enum Notice {
    /// The code that verifies an address.
    VerificationCode {
        /// Whose address.
        user: UserId,
        /// Six digits.
        code: String,
    },
    /// The code that lets someone choose a new password.
    PasswordResetCode {
        /// Who asked.
        user: UserId,
        /// Six digits.
        code: String,
    },
    /// The password was changed, by whatever way.
    PasswordChanged {
        /// Whose.
        user: UserId,
    },
    /// A business asks someone to join its staff.
    StaffInvitation {
        /// The entry that waits for them; it knows the address.
        staff: StaffMemberId,
        /// What the link in the mail proves the invitation with.
        token: String,
    },
    /// The code by which a guest shows that an address is theirs.
    GuestCode {
        /// What they want to book; it knows the address.
        hold: HoldId,
        /// Six digits.
        code: String,
    },
    /// What somebody waits for has become free, and is held for them.
    WaitlistOffer {
        /// Who waits.
        user: UserId,
        /// For what.
        entry: WaitlistEntryId,
        /// What is held.
        hold: HoldId,
    },
    /// Something happened to an appointment.
    Appointment {
        /// To which.
        appointment: AppointmentId,
        /// What.
        what: Happening,
    },
    /// Something happened to all appointments of a visit.
    Visit {
        /// To which.
        visit: VisitId,
        /// One of them, which says whom it concerns.
        appointment: AppointmentId,
        /// What.
        what: Happening,
    },
    /// Something happened to several visits of a series at once.
    Series {
        /// To which.
        series: SeriesId,
        /// What.
        what: SeriesNews,
        /// When.
        at: Timestamp,
    },
}

/// What can happen to several visits of a series at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SeriesNews {
    /// They were booked.
    Booked,
    /// The customer called them off.
    CancelledByCustomer,
}

/// What can happen to an appointment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Happening {
    /// It was booked.
    Booked,
    /// The business agreed.
    Confirmed,
    /// The customer called it off.
    CancelledByCustomer,
    /// The business called it off.
    CancelledByBusiness,
    /// It was moved to another time.
    Rescheduled,
}

impl Happening {
    /// Whether the business is told as well: of everything but its own yes.
    pub(super) fn concerns_business(self) -> bool {
        self != Self::Confirmed
    }
}

/// One row of the outbox: one message to one reader.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Entry {
    /// That a visit is near; there is one customer, so no reader is named.
    Reminder {
        /// Which of the two.
        reminder: Reminder,
        /// Of which visit.
        appointment: AppointmentId,
        /// When it was to begin as this was written.
        starts_at: Timestamp,
    },
    /// What happened.
    Notice {
        /// What.
        #[serde(flatten)]
        notice: Notice,
        /// To whom it is told.
        #[serde(default)]
        reader: Reader,
    },
}

/// On whose side of the matter a reader is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Reader {
    /// The person the matter is about; of a visit, its customer.
    #[default]
    Person,
    /// The business.
    Business,
}
