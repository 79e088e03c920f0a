//! Which Postgres type each Rust type is sent as. Naming the types up front lets a statement run
//! unnamed and in one round trip, which also is what PgBouncer in transaction mode can carry.

use jiff::{
    Timestamp,
    civil::{Date, DateTime},
};
use serde_json::Value;
use tokio_postgres::types::{ToSql, Type};
use uuid::Uuid;

use crate::ids::{
    AddOnId, AppointmentId, BusinessId, CalendarEntryId, CodeId, CustomerId, DateOverrideId, HistoryEntryId,
    HoldId, LocationId, OpeningHourId, OutboxId, QuestionId, RefreshTokenId, ResourceId, SeriesId, ServiceId,
    SessionId, StaffHoursId, StaffMemberId, SubjectId, TimeOffId, UserId, VisitId, WaitlistEntryId,
};

/// A value that can be a statement's parameter.
pub trait Param: ToSql + Sync {
    /// The type it is sent as.
    fn sql_type(&self) -> Type;
}

macro_rules! params {
    ($($ty:ty => $sql:ident, $array:ident;)*) => {$(
        impl Param for $ty {
            fn sql_type(&self) -> Type {
                Type::$sql
            }
        }

        impl Param for Option<$ty> {
            fn sql_type(&self) -> Type {
                Type::$sql
            }
        }

        impl Param for Vec<$ty> {
            fn sql_type(&self) -> Type {
                Type::$array
            }
        }

        impl Param for Vec<Option<$ty>> {
            fn sql_type(&self) -> Type {
                Type::$array
            }
        }

        impl Param for &[$ty] {
            fn sql_type(&self) -> Type {
                Type::$array
            }
        }
    )*};
}

// Text goes untyped, so that Postgres takes it as whatever stands opposite: as `text` it would be
// compared with a `citext` column case by case.
params! {
    &str => UNKNOWN, TEXT_ARRAY;
    String => UNKNOWN, TEXT_ARRAY;
    bool => BOOL, BOOL_ARRAY;
    i16 => INT2, INT2_ARRAY;
    i32 => INT4, INT4_ARRAY;
    i64 => INT8, INT8_ARRAY;
    f64 => FLOAT8, FLOAT8_ARRAY;
    Timestamp => TIMESTAMPTZ, TIMESTAMPTZ_ARRAY;
    Date => DATE, DATE_ARRAY;
    DateTime => TIMESTAMP, TIMESTAMP_ARRAY;
    Value => JSONB, JSONB_ARRAY;
    Vec<u8> => BYTEA, BYTEA_ARRAY;
    Uuid => UUID, UUID_ARRAY;
    UserId => UUID, UUID_ARRAY;
    SessionId => UUID, UUID_ARRAY;
    RefreshTokenId => UUID, UUID_ARRAY;
    CodeId => UUID, UUID_ARRAY;
    BusinessId => UUID, UUID_ARRAY;
    LocationId => UUID, UUID_ARRAY;
    ServiceId => UUID, UUID_ARRAY;
    AddOnId => UUID, UUID_ARRAY;
    StaffMemberId => UUID, UUID_ARRAY;
    OpeningHourId => UUID, UUID_ARRAY;
    StaffHoursId => UUID, UUID_ARRAY;
    DateOverrideId => UUID, UUID_ARRAY;
    TimeOffId => UUID, UUID_ARRAY;
    AppointmentId => UUID, UUID_ARRAY;
    HistoryEntryId => UUID, UUID_ARRAY;
    OutboxId => UUID, UUID_ARRAY;
    CalendarEntryId => UUID, UUID_ARRAY;
    SeriesId => UUID, UUID_ARRAY;
    HoldId => UUID, UUID_ARRAY;
    ResourceId => UUID, UUID_ARRAY;
    SubjectId => UUID, UUID_ARRAY;
    CustomerId => UUID, UUID_ARRAY;
    QuestionId => UUID, UUID_ARRAY;
    WaitlistEntryId => UUID, UUID_ARRAY;
    VisitId => UUID, UUID_ARRAY;
}
