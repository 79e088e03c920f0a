//! What providers report of our mail, each event once however often it is told; and whom we do not write to because
//! of it.

use jiff::Timestamp;
use uuid::Uuid;

use crate::{
    accounts::mac,
    app::App,
    db::{self, Param, Sql, Transaction},
    http::{ApiError, Code},
};

/// What became of a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Bounce,
    Complaint,
    Dropped,
}

impl Kind {
    fn as_str(self) -> &'static str {
        match self {
            Self::Bounce => "bounce",
            Self::Complaint => "complaint",
            Self::Dropped => "dropped",
        }
    }
}

/// An event as a provider reports it.
#[derive(Debug)]
pub(super) struct Event {
    pub(super) provider: &'static str,
    pub(super) id: String,
    pub(super) kind: Kind,
    /// The message in the outbox.
    pub(super) message: Option<Uuid>,
    /// The address that is not to be written to again.
    pub(super) suppresses: Option<String>,
    pub(super) at: Timestamp,
}

/// Records what has not been recorded before; how many that were. A token that has been seen is refused.
///
/// # Errors
/// `UNAUTHORIZED` if the token has been used.
pub(super) async fn record(app: &App, events: &[Event], token: Option<&str>) -> Result<u64, ApiError> {
    let mut connection = app.connection().await?;
    let tx = connection.begin().await?;
    if let Some(token) = token
        && !claim(&tx, token, app.now()).await?
    {
        return Err(Code::Unauthorized.into());
    }
    let (recorded, suppressed) = tokio::join!(insert(&tx, events), suppress(&tx, app, events));
    let recorded = recorded?;
    suppressed?;
    tx.commit().await?;
    Ok(recorded)
}

/// `false` if the token has been used.
async fn claim(tx: &Transaction<'_>, token: &str, now: Timestamp) -> Result<bool, db::Error> {
    let sql = "insert into webhook_tokens (token_hash, seen_at) values ($1, $2) on conflict do nothing";
    let hash = mac(b"webhook token", &[token.as_bytes()]).to_vec();
    Ok(tx.execute(sql, &[&hash, &now]).await? > 0)
}

async fn insert(tx: &Transaction<'_>, events: &[Event]) -> Result<u64, db::Error> {
    let sql = "
        insert into mail_events (provider, event_id, kind, outbox_id, occurred_at)
        select provider, event_id, kind, nullif(message, '')::uuid, at
        from unnest($1, $2, $3, $4, $5) as event (provider, event_id, kind, message, at)
        where length(event_id) between 1 and 255
        on conflict do nothing";
    let providers: Vec<&str> = events.iter().map(|event| event.provider).collect();
    let ids: Vec<&str> = events.iter().map(|event| event.id.as_str()).collect();
    let kinds: Vec<&str> = events.iter().map(|event| event.kind.as_str()).collect();
    let messages: Vec<String> =
        events.iter().map(|event| event.message.map(|id| id.to_string()).unwrap_or_default()).collect();
    let times: Vec<Timestamp> = events.iter().map(|event| event.at).collect();
    let params: [&dyn Param; 5] = [&providers, &ids, &kinds, &messages, &times];
    tx.execute(sql, &params).await
}

async fn suppress(tx: &Transaction<'_>, app: &App, events: &[Event]) -> Result<(), db::Error> {
    let sql = "
        insert into mail_suppressions (address_hash, kind, at)
        select distinct on (address_hash) address_hash, kind, at
        from unnest($1, $2, $3) as event (address_hash, kind, at)
        order by address_hash, kind = 'complaint' desc, at desc
        on conflict (address_hash) do update
            set at = greatest(mail_suppressions.at, excluded.at),
                kind = case when mail_suppressions.kind = 'complaint' then 'complaint' else excluded.kind end";
    let (mut hashes, mut kinds, mut times) = (Vec::new(), Vec::new(), Vec::new());
    for event in events {
        let hash = event
            .suppresses
            .as_ref()
            .and_then(|address| app.keys().address_hashes(address).into_iter().next());
        if let Some(hash) = hash {
            hashes.push(hash);
            kinds.push(event.kind.as_str());
            times.push(event.at);
        }
    }
    tx.execute(sql, &[&hashes, &kinds, &times]).await.map(drop)
}

/// Whether an address is not to be written to. Whoever has verified it since a bounce receives mail there after all.
pub(crate) async fn is_suppressed(on: &impl Sql, app: &App, address: &str) -> Result<bool, db::Error> {
    let sql = "
        select exists (
            select from mail_suppressions
            where address_hash = any($1)
              and not (kind = 'bounce' and exists (
                  select from users where users.email = $2 and users.email_verified_at > mail_suppressions.at)))";
    let hashes = app.keys().address_hashes(address);
    Ok(on.row(sql, &[&hashes, &address]).await?.is_some_and(|row| row.get(0)))
}
