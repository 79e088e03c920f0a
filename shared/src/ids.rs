//! Typed identifiers: a `StaffMemberId` cannot be passed where a `ServiceId` is wanted. All are
//! UUIDs of version 7 ([RFC 9562](https://www.rfc-editor.org/rfc/rfc9562)), which sort by creation.

use std::{fmt, str::FromStr};

use jiff::Timestamp;
use postgres_types::{FromSql, ToSql};
use serde::{Deserialize, Serialize};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{RefOr, Schema},
};
use uuid::{NoContext, Uuid};

use crate::openapi::schema;

/// A version 7 UUID for something created at `now`.
fn uuid_v7(now: Timestamp) -> Uuid {
    let seconds = now.as_second().unsigned_abs();
    let nanos = now.subsec_nanosecond().unsigned_abs();
    Uuid::new_v7(uuid::Timestamp::from_unix(NoContext, seconds, nanos))
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, FromSql, ToSql)]
        #[serde(transparent)]
        #[postgres(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// A new id for something created at `now`.
            #[must_use]
            pub fn new(now: Timestamp) -> Self {
                Self(uuid_v7(now))
            }

            /// The id as a plain UUID, for where kinds of ids meet.
            #[must_use]
            pub fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                schema::text("uuid")
            }
        }

        impl ToSchema for $name {}

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::try_parse(text).map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }
    )*};
}

ids! {
    /// A person with an account.
    UserId;
    /// One sign-in on one device.
    SessionId;
    /// One link in a session's line of refresh tokens.
    RefreshTokenId;
    /// A code sent by mail.
    CodeId;
    /// A salon, practice or studio.
    BusinessId;
    /// A place where a business is.
    LocationId;
    /// Something that can be booked.
    ServiceId;
    /// Something that can be added to a service.
    AddOnId;
    /// A room, a chair, a device that services need.
    ResourceId;
    /// Someone who works at a business.
    StaffMemberId;
    /// One interval of a business's weekly opening hours.
    OpeningHourId;
    /// One interval of a staff member's own weekly hours.
    StaffHoursId;
    /// Dates with other hours than by the week.
    DateOverrideId;
    /// Time that a staff member is away.
    TimeOffId;
    /// A booked visit.
    AppointmentId;
    /// Several appointments in a row that were booked as one.
    VisitId;
    /// Something that was done at a business: a change of an appointment, or of anything else.
    AuditEntryId;
    /// What that was done to, of whatever kind.
    SubjectId;
    /// One change of an appointment's status.
    HistoryEntryId;
    /// Something that occupies a staff member.
    CalendarEntryId;
    /// Visits that were booked at once by a rule.
    SeriesId;
    /// A seat kept for a customer for some minutes.
    HoldId;
    /// Somebody's wait for time at a business.
    WaitlistEntryId;
    /// A customer's card at a business.
    CustomerId;
    /// Something that is asked of whoever books a service.
    QuestionId;
    /// A message in the outbox.
    OutboxId;
}
