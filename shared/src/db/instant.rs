//! [`Instant`]: a point in time as it is read where there are tens of thousands of them.

use std::error::Error;

use jiff::Timestamp;
use postgres_types::{FromSql, Type, accepts};

/// Postgres counts from 2000-01-01T00:00Z on; in microseconds.
const EPOCH: i64 = 946_684_800_000_000;

/// A `timestamptz`. The driver reads one by adding a span of any kind to the year 2000, which takes several times as long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Instant(pub Timestamp);

impl<'a> FromSql<'a> for Instant {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        let since_2000 = i64::from_be_bytes(raw.try_into()?);
        let since_1970 = since_2000.checked_add(EPOCH).ok_or("an instant without an end")?;
        Ok(Self(Timestamp::from_microsecond(since_1970)?))
    }

    accepts!(TIMESTAMPTZ);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn is_what_the_driver_reads(micros in any::<i64>(), near in -4_000_000_000_000_000..4_000_000_000_000_000_i64) {
            for micros in [micros, near] {
                let raw = micros.to_be_bytes();
                let theirs = Timestamp::from_sql(&Type::TIMESTAMPTZ, &raw).ok();
                let ours = Instant::from_sql(&Type::TIMESTAMPTZ, &raw).ok();
                prop_assert_eq!(ours.map(|Instant(at)| at), theirs);
            }
        }
    }
}
