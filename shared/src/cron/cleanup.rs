//! Clearing up: rows that nobody needs any more, in batches that keep no lock for long.

use serde::Serialize;
use tokio::time::Instant;
use utoipa::ToSchema;

use super::words::{OF_CITIES, VOCABULARY};
use crate::{
    app::App,
    db::{self, Actor, Sql},
};

/// How many rows one statement deletes.
pub(super) const BATCH: i64 = 2000;

/// Declares what is deleted: a table, and by which of its rows; `$1` is the present, `$2` how many at most.
macro_rules! sweeps {
    ($($(#[$doc:meta])* $table:ident $sql:literal;)*) => {
        /// How many rows of each table were deleted.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
        pub struct Removed {
            $($(#[$doc])* pub $table: u64,)*
            /// Words that mistyped ones may mean, once no business has them any more.
            pub vocabulary: u64,
            /// Words of cities, once no business is in one of that name any more.
            pub city_words: u64,
        }

        /// Deletes everything that has had its time, as far as there is time.
        ///
        /// # Errors
        /// If a statement fails.
        pub(super) async fn run(app: &App, end: Instant) -> Result<Removed, db::Error> {
            let mut removed = Removed::default();
            $(removed.$table = sweep(app, $sql, end).await?;)*
            removed.vocabulary = VOCABULARY.forget_unused(app, end).await?;
            removed.city_words = OF_CITIES.forget_unused(app, end).await?;
            Ok(removed)
        }
    };
}

sweeps! {
    /// Codes, a day after they expired: until then their owner is told so.
    one_time_codes "
        delete from one_time_codes where id in (
            select id from one_time_codes where expires_at < $1 - interval '1 day' limit $2)";
    /// Sessions, a week after they ended, with their refresh tokens.
    sessions "
        delete from sessions where id in (
            (select id from sessions where expires_at < $1 - interval '7 days' limit $2)
            union
            (select id from sessions where revoked_at < $1 - interval '7 days' limit $2))";
    /// Refresh tokens of living sessions, a week after they expired. Deleting one deletes its successors, so the first
    /// that stays becomes the first of its line.
    refresh_tokens "
        with dead as (
            select id from refresh_tokens where expires_at < $1 - interval '7 days' order by expires_at limit $2
        ), freed as (
            update refresh_tokens set predecessor_id = null
            where predecessor_id in (select id from dead) and id not in (select id from dead)
        )
        delete from refresh_tokens where id in (select id from dead)";
    /// Idempotency keys that have expired.
    idempotency_keys "
        delete from idempotency_keys where (user_id, key) in (
            select user_id, key from idempotency_keys where expires_at <= $1 limit $2)";
    /// Holds that have expired; nobody waits for that, for they count as free already, and that waits for nobody.
    holds "
        delete from holds where id in (
            select holds.id from holds join calendar_entries on calendar_entries.id = holds.entry_id
            where holds.expires_at <= $1 order by holds.id limit $2 for update skip locked)";
    /// Waits for days that are over.
    waitlist_entries "
        delete from waitlist_entries where id in (
            select id from waitlist_entries where last_day < ($1::timestamptz at time zone 'UTC')::date - 1
            limit $2 for update skip locked)";
    /// Invitations to join a staff, a month after they expired: until then whoever follows one is told so.
    staff_invitations "
        delete from staff_invitations where staff_id in (
            select staff_id from staff_invitations where expires_at < $1 - interval '30 days' limit $2)";
    /// Counters of rate limits that are back at nothing.
    rate_limits "
        delete from rate_limits where key in (select key from rate_limits where arrives_at < $1 limit $2)";
    /// Messages, 30 days after they left or were given up.
    outbox "
        delete from outbox where id in (
            select id from outbox where finished_at < $1 - interval '30 days' limit $2)";
    /// Reminders of visits that have begun.
    reminders "
        delete from reminders where (appointment_id, kind, starts_at) in (
            select appointment_id, kind, starts_at from reminders where starts_at < $1 limit $2)";
    /// What providers reported, after 90 days. (Whom not to write to stays.)
    mail_events "
        delete from mail_events where (provider, event_id) in (
            select provider, event_id from mail_events where occurred_at < $1 - interval '90 days' limit $2)";
    /// Tokens of signatures that are too old by now in any case.
    webhook_tokens "
        delete from webhook_tokens where token_hash in (
            select token_hash from webhook_tokens where seen_at < $1 - interval '1 day' limit $2)";
}

async fn sweep(app: &App, sql: &str, end: Instant) -> Result<u64, db::Error> {
    let mut removed = 0;
    while Instant::now() < end {
        let (now, mut connection) = (app.now(), app.connection().await?);
        let tx = connection.begin_as(Actor::System, now).await?;
        let batch = tx.execute(sql, &[&now, &BATCH]).await?;
        tx.commit().await?;
        removed += batch;
        if batch < BATCH.unsigned_abs() {
            break;
        }
    }
    Ok(removed)
}
