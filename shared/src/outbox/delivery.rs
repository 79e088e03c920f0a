//! Delivery: any number of processes take what is due, each message by one of them. A message that was sent but not
//! marked, because its process ended in between, is sent again under the same id, by which its receiver knows it.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use serde_json::Value;
use tokio::{task::JoinSet, time::Instant};
use tracing::Instrument;
use utoipa::ToSchema;

use super::composing::{self, Draft};
use crate::{
    app::App,
    db::{self, Param, Sql},
    host::Background,
    ids::OutboxId,
    mail::MailError,
};

/// How many are claimed, and sent at the same time.
const BATCH: i64 = 10;
/// How long a claim keeps others off: much longer than sending takes at [`mail::PATIENCE`](crate::mail::PATIENCE).
const LEASE: SignedDuration = SignedDuration::from_mins(2);
/// After so many attempts a message is given up: with the backoff below, about two days.
const ATTEMPTS: i32 = 18;
const FIRST_PAUSE: SignedDuration = SignedDuration::from_secs(30);
const LONGEST_PAUSE: SignedDuration = SignedDuration::from_hours(8);

/// What became of the messages that were due.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Delivered {
    /// Left.
    pub sent: u32,
    /// Not sent, because there was nothing to say any more, or nobody to say it to.
    pub dropped: u32,
    /// Will be tried again.
    pub postponed: u32,
    /// Will not.
    pub given_up: u32,
}

/// Delivers what is due once the response is on its way.
pub fn deliver_after(background: &Background, app: &App) {
    let app = app.clone();
    background.spawn(async move {
        if let Err(error) = deliver_due(&app).await {
            tracing::error!(error = &error as &dyn std::error::Error, "the outbox could not be read");
        }
    });
}

/// Delivers everything that is due. Any number may run at once: each message is claimed by one.
///
/// # Errors
/// If the outbox cannot be read or written. Failed deliveries are no error: they are tried again.
pub async fn deliver_due(app: &App) -> Result<Delivered, db::Error> {
    deliver_until(app, None).await
}

/// As [`deliver_due`], beginning with nothing more after some instant.
///
/// # Errors
/// As [`deliver_due`].
pub async fn deliver_until(app: &App, end: Option<Instant>) -> Result<Delivered, db::Error> {
    let mut delivered = Delivered::default();
    while end.is_none_or(|end| Instant::now() < end) {
        let claimed = claim(app).await?;
        if claimed.is_empty() {
            break;
        }
        let mut batch = JoinSet::new();
        for message in claimed {
            let app = app.clone();
            batch.spawn(async move { deliver(&app, &message).await }.in_current_span());
        }
        for outcome in batch.join_all().await {
            match outcome? {
                Outcome::Sent => delivered.sent += 1,
                Outcome::Dropped => delivered.dropped += 1,
                Outcome::Postponed => delivered.postponed += 1,
                Outcome::GivenUp => delivered.given_up += 1,
            }
        }
    }
    Ok(delivered)
}

/// A message that is ours to deliver until the lease ends.
pub(super) struct Claimed {
    pub(super) id: OutboxId,
    pub(super) payload: Value,
    pub(super) created_at: Timestamp,
    /// A later message says how things stand.
    pub(super) superseded: bool,
    /// This one included.
    attempts: i32,
}

async fn claim(app: &App) -> Result<Vec<Claimed>, db::Error> {
    let sql = "
        update outbox set attempts = attempts + 1, due_at = $2
        where id in (select id from outbox where finished_at is null and due_at <= $1
                     order by due_at limit $3 for update skip locked)
        returning id, payload, created_at, attempts,
                  exists (select from outbox later where later.thread = outbox.thread and later.number > outbox.number)";
    let now = app.now();
    let rows = app.connection().await?.rows(sql, &[&now, &(now + LEASE), &BATCH]).await?;
    let claimed = rows.iter().map(|row| Claimed {
        id: row.get(0),
        payload: row.get(1),
        created_at: row.get(2),
        attempts: row.get(3),
        superseded: row.get(4),
    });
    Ok(claimed.collect())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Sent,
    Dropped,
    Postponed,
    GivenUp,
}

/// Where the database fails, the message keeps its claim, and is due again when that ends.
async fn deliver(app: &App, message: &Claimed) -> Result<Outcome, db::Error> {
    let sent = match composing::compose(app, message).await? {
        Draft::Mail(mail) => app.mailer().send(message.id, &mail, app.clock()).await,
        Draft::Sms(sms) => app.texter().send(message.id, &sms, app.clock()).await,
        Draft::Needless => return record(app, message, Outcome::Dropped, None).await,
        Draft::Unreadable => Err(MailError::Unwritable("the notice cannot be read".into())),
    };
    let Err(error) = sent else { return record(app, message, Outcome::Sent, None).await };
    let outcome = if error.is_permanent() || message.attempts >= ATTEMPTS {
        Outcome::GivenUp
    } else {
        Outcome::Postponed
    };
    let (id, attempts, finished) = (message.id, message.attempts, outcome == Outcome::GivenUp);
    if error.is_about_us() {
        tracing::error!(%id, attempts, finished, %error, "a message is refused because of our own settings");
    } else {
        tracing::warn!(%id, attempts, finished, %error, "a message did not leave");
    }
    record(app, message, outcome, Some(error)).await
}

async fn record(
    app: &App,
    message: &Claimed,
    outcome: Outcome,
    error: Option<MailError>,
) -> Result<Outcome, db::Error> {
    let now = app.now();
    let finished = outcome != Outcome::Postponed;
    let asked = error.as_ref().and_then(|error| error.retry_after(now)).unwrap_or_default();
    let due = now + pause_after(message.attempts).max(asked.min(LONGEST_PAUSE));
    let error = error.map(|error| error.to_string());
    // Whoever was so slow that others have claimed the message since has no say any more.
    let sql = "
        update outbox
        set finished_at = case when $3 then $2 end,
            payload = case when not $3 then payload end,
            due_at = $4,
            error = $5
        where id = $1 and attempts = $6 and finished_at is null";
    let params: [&dyn Param; 6] = [&message.id, &now, &finished, &due, &error, &message.attempts];
    app.connection().await?.execute(sql, &params).await?;
    Ok(outcome)
}

/// Doubles with every attempt; half of it is random, so that what failed together does not return together.
fn pause_after(attempts: i32) -> SignedDuration {
    let doublings = u32::try_from(attempts - 1).unwrap_or_default().min(16);
    let full = (FIRST_PAUSE * 2_i32.pow(doublings)).min(LONGEST_PAUSE);
    full.mul_f64(rand::random_range(0.5..1.0))
}
