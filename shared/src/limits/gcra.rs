//! The generic cell rate algorithm. Of each counter one instant is kept: when it would be empty again. Every attempt
//! moves it on by a step (the period divided by the count), and it may not lie further ahead than the period. That
//! allows the whole count at once, and then one per step.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header::RETRY_AFTER};
use jiff::{SignedDuration, Timestamp};

use super::Bucket;
use crate::{
    accounts::{Bearer, LIVE_SESSION},
    config::Rate,
    db::{self, Sql},
};

/// The headers that tell a client how it stands.
pub(crate) const HEADERS: [HeaderName; 3] = [
    HeaderName::from_static("ratelimit-limit"),
    HeaderName::from_static("ratelimit-remaining"),
    HeaderName::from_static("ratelimit-reset"),
];

/// How a counter stands after an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Standing {
    pub(crate) allowed: bool,
    limit: u32,
    /// How many more are allowed right now.
    remaining: i64,
    /// Seconds until all are.
    reset: i64,
    /// Seconds until the next is, after a refusal.
    retry_after: i64,
}

impl Standing {
    /// `empty_at`: when the counter will be empty.
    fn new(allowed: bool, rate: Rate, now: Timestamp, empty_at: Timestamp) -> Self {
        let (period, step) = (rate.period.as_micros(), step(rate).as_micros());
        let filled = empty_at.duration_since(now).as_micros();
        let seconds = |micros: i128| i64::try_from((micros.max(0) + 999_999) / 1_000_000).unwrap_or(i64::MAX);
        Self {
            allowed,
            limit: rate.count,
            remaining: i64::try_from((period - filled).max(0) / step).unwrap_or(0).min(rate.count.into()),
            reset: seconds(filled),
            retry_after: seconds(filled + step - period).max(1),
        }
    }

    /// The headers for any answer.
    pub(crate) fn headers(self) -> impl Iterator<Item = (HeaderName, HeaderValue)> {
        HEADERS.into_iter().zip([self.limit.into(), self.remaining.into(), self.reset.into()])
    }

    /// The header that a refusal has besides.
    pub(crate) fn retry_after(self) -> (HeaderName, HeaderValue) {
        (RETRY_AFTER, self.retry_after.into())
    }

    /// Writes the headers into an answer that does not have its own.
    pub(super) fn write(self, headers: &mut HeaderMap) {
        for (name, value) in self.headers() {
            headers.entry(name).or_insert(value);
        }
    }
}

/// By how much an attempt fills a counter.
fn step(rate: Rate) -> SignedDuration {
    rate.period / i32::try_from(rate.count).unwrap_or(i32::MAX)
}

/// Who is counted: for someone with a live session the first counter, for anybody else the second.
pub(crate) struct Whose<'a> {
    pub(crate) bearer: Option<Bearer>,
    pub(crate) signed_in: &'a Bucket,
    pub(crate) otherwise: &'a Bucket,
}

/// Counts an attempt, if it is allowed.
///
/// # Errors
/// If the database cannot be asked.
pub(crate) async fn take(on: &impl Sql, bucket: &Bucket, now: Timestamp) -> Result<Standing, db::Error> {
    take_as(on, &Whose { bearer: None, signed_in: bucket, otherwise: bucket }, now).await
}

/// Counts an attempt of someone whose session is looked up in the same statement: a token that was revoked, or
/// stolen since, uses up nothing of its former owner's.
///
/// # Errors
/// If the database cannot be asked.
pub(crate) async fn take_as(on: &impl Sql, whose: &Whose<'_>, now: Timestamp) -> Result<Standing, db::Error> {
    // A refused attempt updates nothing, and so returns nothing: what stands is then read as it was when the statement
    // began.
    let sql = format!(
        "with counter as (
            select case when exists (select {LIVE_SESSION}) then $4 else $5 end as key
        ), taken as (
            insert into rate_limits as kept (key, arrives_at)
            select key, $6 from counter
            on conflict (key) do update
                set arrives_at = greatest(kept.arrives_at, $3) + ($6 - $3)
                where kept.arrives_at <= $7
            returning arrives_at
        )
        select true, arrives_at from taken
        union all
        select false, arrives_at from rate_limits join counter using (key) where not exists (select from taken)"
    );
    let rate = whose.otherwise.rate;
    let (session, user) = whose.bearer.map(|bearer| (bearer.session, bearer.user)).unzip();
    let (one, full) = (now + step(rate), now + rate.period);
    let latest = full - step(rate);
    let row = on
        .row(&sql, &[&session, &user, &now, &whose.signed_in.key, &whose.otherwise.key, &one, &latest])
        .await?;
    let (allowed, empty_at) = row.map_or((false, full), |row| (row.get(0), row.get(1)));
    Ok(Standing::new(allowed, rate, now, empty_at))
}

/// Takes back an attempt that was allowed.
///
/// # Errors
/// If the database cannot be asked.
pub(crate) async fn give_back(on: &impl Sql, bucket: &Bucket, now: Timestamp) -> Result<(), db::Error> {
    let sql = "update rate_limits set arrives_at = arrives_at - ($3 - $2) where key = $1";
    on.execute(sql, &[&bucket.key, &now, &(now + step(bucket.rate))]).await.map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::constant(1_772_434_800, 0);

    fn standing(allowed: bool, filled_millis: i64) -> Standing {
        let rate = Rate { count: 5, period: SignedDuration::from_mins(1) };
        Standing::new(allowed, rate, NOW, NOW + SignedDuration::from_millis(filled_millis))
    }

    #[test]
    fn the_headers_are_whole_numbers_on_the_safe_side() {
        let first = standing(true, 12_000);
        assert_eq!((first.remaining, first.reset), (4, 12));
        let last = standing(true, 60_000);
        assert_eq!((last.remaining, last.reset), (0, 60));
        let refused = standing(false, 59_400);
        assert_eq!((refused.remaining, refused.reset, refused.retry_after), (0, 60, 12));
        // A moment too early: a client that waits for no time at all would be refused again.
        assert_eq!(standing(false, 48_001).retry_after, 1);
    }

    #[test]
    fn a_rate_that_does_not_divide_its_period_allows_its_whole_count() {
        let rate = Rate { count: 7, period: SignedDuration::from_mins(1) };
        let filled = |times: i32| Standing::new(true, rate, NOW, NOW + step(rate) * times);
        assert_eq!([filled(1).remaining, filled(7).remaining], [6, 0]);
        assert!(step(rate) * 7 <= rate.period && step(rate) * 8 > rate.period);
    }
}
