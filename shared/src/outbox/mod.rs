//! The outbox: what must leave because of a change is a row written in the change's transaction, and
//! delivered after it. A failed delivery never fails the request that caused it.

mod notice;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::{
    app::App,
    db::{self, Param, Sql, Transaction},
    host::Background,
    ids::{OutboxId, UserId},
    language::Language,
    mail::{Mail, MailError, Words},
};

pub use notice::{Happening, Notice};

/// How many are claimed at once.
const BATCH: i64 = 10;
/// How long a claim keeps others off: longer than a batch takes at [`mail::PATIENCE`](crate::mail::PATIENCE) each.
const LEASE: SignedDuration = SignedDuration::from_mins(2);
/// After so many attempts a message is given up: with the backoff below, about two days.
const ATTEMPTS: i32 = 18;
const FIRST_PAUSE: SignedDuration = SignedDuration::from_secs(30);
const LONGEST_PAUSE: SignedDuration = SignedDuration::from_hours(8);

/// Adds what someone is to be told. What it says is put into words when it leaves, from how things are then.
///
/// # Errors
/// If the transaction is broken.
pub async fn add(tx: &Transaction<'_>, now: Timestamp, notice: &Notice) -> Result<(), db::Error> {
    let sql = "insert into outbox (id, kind, payload, created_at, due_at) values ($1, 'notice', $2, $3, $3)";
    let payload = serde_json::to_value(notice).unwrap_or_default();
    tx.execute(sql, &[&OutboxId::new(now), &payload, &now]).await.map(drop)
}

/// Adds a notice to someone who does not exist. It takes as long as any other, and nothing comes of it.
///
/// # Errors
/// If the transaction is broken.
pub async fn add_for_nobody(tx: &Transaction<'_>, now: Timestamp, notice: &Notice) -> Result<(), db::Error> {
    add(tx, now, notice).await
}

/// Adds several at once.
///
/// # Errors
/// If the transaction is broken.
pub async fn add_all(tx: &Transaction<'_>, now: Timestamp, notices: &[Notice]) -> Result<(), db::Error> {
    let sql = "
        insert into outbox (id, kind, payload, created_at, due_at)
        select id, 'notice', payload, $3, $3 from unnest($1, $2) as message (id, payload)";
    let ids: Vec<OutboxId> = notices.iter().map(|_| OutboxId::new(now)).collect();
    let payloads: Vec<Value> =
        notices.iter().map(|notice| serde_json::to_value(notice).unwrap_or_default()).collect();
    tx.execute(sql, &[&ids, &payloads, &now]).await.map(drop)
}

/// Calls back what is on its way to someone who is being erased, in the words of older versions too.
///
/// # Errors
/// If the transaction is broken.
pub async fn forget(tx: &Transaction<'_>, user: UserId) -> Result<(), db::Error> {
    let sql = "
        delete from outbox
        where finished_at is null
          and (payload ->> 'user' = $1::uuid::text
               or lower(payload ->> 'to') = (select lower(email::text) from users where id = $1))";
    tx.execute(sql, &[&user]).await.map(drop)
}

/// What is on its way to someone.
#[derive(Debug, Serialize, ToSchema)]
pub struct Waiting {
    /// What it is about; what it says may be a secret until it arrives.
    about: String,
    created_at: Timestamp,
    due_at: Timestamp,
}

/// What is on its way to someone, oldest first.
///
/// # Errors
/// If the query fails.
pub async fn waiting_for(on: &impl Sql, user: UserId) -> Result<Vec<Waiting>, db::Error> {
    let sql = "
        select payload ->> 'notice', created_at, due_at from outbox
        where finished_at is null and kind = 'notice' and payload ->> 'user' = $1::uuid::text
        order by created_at, id";
    let rows = on.rows(sql, &[&user]).await?;
    Ok(rows
        .iter()
        .map(|row| Waiting { about: row.get(0), created_at: row.get(1), due_at: row.get(2) })
        .collect())
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
pub async fn deliver_due(app: &App) -> Result<(), db::Error> {
    loop {
        let claimed = claim(app).await?;
        if claimed.is_empty() {
            return Ok(());
        }
        for message in claimed {
            let outcome = deliver(app, &message).await;
            record(app, &message, outcome).await?;
        }
    }
}

struct Claimed {
    id: OutboxId,
    payload: Value,
    /// This one included.
    attempts: i32,
}

async fn claim(app: &App) -> Result<Vec<Claimed>, db::Error> {
    let sql = "
        update outbox set attempts = attempts + 1, due_at = $2
        where id in (select id from outbox where finished_at is null and due_at <= $1
                     order by due_at limit $3 for update skip locked)
        returning id, payload, attempts";
    let now = app.now();
    let rows = app.connection().await?.rows(sql, &[&now, &(now + LEASE), &BATCH]).await?;
    Ok(rows.iter().map(|row| Claimed { id: row.get(0), payload: row.get(1), attempts: row.get(2) }).collect())
}

async fn deliver(app: &App, message: &Claimed) -> Result<(), MailError> {
    let notice: Notice =
        serde_json::from_value(message.payload.clone()).map_err(|e| MailError::Unwritable(e.into()))?;
    let Some(mail) = words(app, &notice).await.map_err(|e| MailError::Unwritable(e.into()))? else {
        return Ok(());
    };
    app.mailer().send(message.id, &mail, app.clock()).await
}

/// The mail for a notice; none if there is nobody to tell any more.
async fn words(app: &App, notice: &Notice) -> Result<Option<Mail>, db::Error> {
    let (user, code, words): (_, _, fn(Language, i64) -> Words) = match notice {
        Notice::VerificationCode { user, code } => (user, code, Language::verification_mail),
        Notice::PasswordResetCode { user, code } => (user, code, Language::password_reset_mail),
        _ => return Ok(None),
    };
    let sql = "select email::text, locale from users where id = $1";
    let row = app.connection().await?.row(sql, &[user]).await?;
    Ok(row.map(|row| {
        let language = Language::from_tag(row.get(1)).unwrap_or_default();
        Mail::code(row.get(0), code, words(language, app.config().code_life.as_mins()), language)
    }))
}

async fn record(app: &App, message: &Claimed, outcome: Result<(), MailError>) -> Result<(), db::Error> {
    let now = app.now();
    let (error, finished) = match &outcome {
        Ok(()) => (None, true),
        Err(error) => (Some(error.to_string()), error.is_permanent() || message.attempts >= ATTEMPTS),
    };
    if let Err(error) = outcome {
        tracing::warn!(id = %message.id, attempts = message.attempts, finished, %error, "a message did not leave");
    }
    // Whoever was so slow that others have claimed the message since has no say any more.
    let sql = "
        update outbox
        set finished_at = case when $3 then $2 end,
            payload = case when not $3 then payload end,
            due_at = $4,
            error = $5
        where id = $1 and attempts = $6 and finished_at is null";
    let due = now + pause_after(message.attempts);
    let params: [&dyn Param; 6] = [&message.id, &now, &finished, &due, &error, &message.attempts];
    app.connection().await?.execute(sql, &params).await.map(drop)
}

/// Doubles with every attempt; half of it is random, so that what failed together does not return together.
fn pause_after(attempts: i32) -> SignedDuration {
    let doublings = u32::try_from(attempts - 1).unwrap_or_default().min(16);
    let full = (FIRST_PAUSE * 2_i32.pow(doublings)).min(LONGEST_PAUSE);
    full.mul_f64(rand::random_range(0.5..1.0))
}
