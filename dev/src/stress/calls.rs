//! Requests at whichever server, and a record of what came of each.

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use reqwest::{Client, Method};
use serde_json::Value;
use tokio::time::{Instant, sleep};

/// How long after an outage its consequences may still be felt: a request waits for a connection, a server for its pool.
const AFTERMATH: Duration = Duration::from_secs(10);

/// What came back.
#[derive(Debug)]
pub(super) enum Answer {
    /// It was done.
    Done(Value),
    /// It was refused, and nothing was changed.
    Refused(u16, String),
    /// Nobody knows whether it was done: no answer, or 5xx.
    Unknown,
}

/// A request.
#[derive(Clone, Debug)]
pub(super) struct Call<'a> {
    /// What it is counted as.
    pub(super) kind: &'static str,
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) token: Option<&'a str>,
    /// The idempotency key.
    pub(super) key: Option<&'a str>,
    pub(super) body: Option<Value>,
}

/// What may be away: one of the servers, whose clients get no answer, or the database, without which a server answers 503.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Server(usize),
    Database,
}

/// A time during which requests may fail.
struct Outage {
    of: Part,
    began: Instant,
    ended: Option<Instant>,
}

/// A request that was not answered, or with 5xx, and whose absence would excuse that.
struct Trouble {
    missed: Part,
    began: Instant,
    ended: Instant,
    what: String,
}

/// The way to both servers.
pub(super) struct Calls {
    http: Client,
    bases: [String; 2],
    counts: Mutex<BTreeMap<(&'static str, String), u64>>,
    outages: Mutex<Vec<Outage>>,
    troubles: Mutex<Vec<Trouble>>,
    wrong: Mutex<Vec<String>>,
}

impl Calls {
    pub(super) fn to(bases: [String; 2]) -> anyhow::Result<Self> {
        let http = Client::builder().timeout(Duration::from_secs(30)).build()?;
        Ok(Self {
            http,
            bases,
            counts: Mutex::default(),
            outages: Mutex::default(),
            troubles: Mutex::default(),
            wrong: Mutex::default(),
        })
    }

    /// Asks one of the servers.
    pub(super) async fn ask(&self, server: usize, call: &Call<'_>) -> Answer {
        let began = Instant::now();
        let server = server % 2;
        let url = format!("{}{}", self.bases[server], call.path);
        let mut request = self.http.request(call.method.clone(), url);
        if let Some(token) = call.token {
            request = request.bearer_auth(token);
        }
        if let Some(key) = call.key {
            request = request.header("Idempotency-Key", key);
        }
        if let Some(body) = &call.body {
            request = request.json(body);
        }
        let Ok(response) = request.send().await else { return self.unanswered(server, call, began) };
        let (status, retry) = (response.status(), response.headers().contains_key("retry-after"));
        let Ok(text) = response.text().await else { return self.unanswered(server, call, began) };
        let body: Value = serde_json::from_str(&text).unwrap_or_default();
        if status.is_success() {
            self.count(call.kind, status.as_str().to_owned());
            return Answer::Done(body);
        }
        let code = body["error_code"].as_str().unwrap_or("without a code").to_owned();
        self.count(call.kind, format!("{} {code}", status.as_u16()));
        if !status.is_server_error() {
            return Answer::Refused(status.as_u16(), code);
        }
        if status.as_u16() != 503 || !retry {
            self.wrong(format!("{} answered {status}: {text}", call.kind));
        }
        self.trouble(Part::Database, began, format!("{} answered {status}", call.kind));
        Answer::Unknown
    }

    /// Asks until it is known whether it was done, at one server and the other.
    pub(super) async fn insist(&self, server: usize, call: &Call<'_>) -> Answer {
        for attempt in 0.. {
            match self.ask(server + attempt, call).await {
                Answer::Unknown => sleep(Duration::from_millis(100)).await,
                known => return known,
            }
        }
        Answer::Unknown
    }

    fn unanswered(&self, server: usize, call: &Call<'_>, began: Instant) -> Answer {
        self.count(call.kind, "no answer".to_owned());
        self.trouble(Part::Server(server), began, format!("{} was not answered", call.kind));
        Answer::Unknown
    }

    fn count(&self, kind: &'static str, outcome: String) {
        *locked(&self.counts).entry((kind, outcome)).or_default() += 1;
    }

    fn trouble(&self, missed: Part, began: Instant, what: String) {
        locked(&self.troubles).push(Trouble { missed, began, ended: Instant::now(), what });
    }

    /// Notes something that must never happen.
    pub(super) fn wrong(&self, what: String) {
        locked(&self.wrong).push(what);
    }

    /// From now on requests may fail.
    pub(super) fn outage_begins(&self, of: Part) {
        locked(&self.outages).push(Outage { of, began: Instant::now(), ended: None });
    }

    /// The latest outage is over.
    pub(super) fn outage_ends(&self) {
        if let Some(outage) = locked(&self.outages).last_mut() {
            outage.ended = Some(Instant::now());
        }
    }

    /// What went wrong that must not, and whatever failed while nothing was the matter.
    pub(super) fn violations(&self) -> Vec<String> {
        let (outages, troubles) = (locked(&self.outages), locked(&self.troubles));
        let excused = |trouble: &&Trouble| {
            outages.iter().any(|outage| {
                trouble.missed == outage.of
                    && trouble.ended >= outage.began
                    && outage.ended.is_none_or(|ended| trouble.began <= ended + AFTERMATH)
            })
        };
        let mut wrong = locked(&self.wrong).clone();
        let unexcused = troubles.iter().filter(|trouble| !excused(trouble));
        wrong.extend(unexcused.map(|trouble| format!("without an outage: {}", trouble.what)));
        wrong
    }

    /// How many requests were made.
    pub(super) fn total(&self) -> u64 {
        locked(&self.counts).values().sum()
    }
}

impl fmt::Display for Calls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for ((kind, outcome), times) in locked(&self.counts).iter() {
            writeln!(f, "  {kind:<24} {outcome:<36} {times:>7}")?;
        }
        Ok(())
    }
}

/// What is in a mutex, whatever happened to those who had it.
pub(super) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
