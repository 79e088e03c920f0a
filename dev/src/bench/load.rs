//! Clients that ask again as soon as they are answered.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::ensure;
use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::Value;
use tokio::{task::JoinSet, time::sleep};

use super::{
    function::CLIENT,
    scenarios::{Asking, Scenario},
};

/// A request of a kind, the n-th of them.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) token: Option<String>,
    pub(super) body: Option<Value>,
}

impl Request {
    pub(super) fn get(path: String) -> Self {
        Self { method: Method::GET, path, token: None, body: None }
    }

    pub(super) fn post(path: String, body: Value) -> Self {
        Self::of(Method::POST, path, body)
    }

    pub(super) fn of(method: Method, path: String, body: Value) -> Self {
        Self { method, path, token: None, body: Some(body) }
    }

    pub(super) fn with(self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..self }
    }

    /// On its way to a function, as a caller's.
    fn to(self, client: &Client, base: &str, caller: &str) -> RequestBuilder {
        let Self { method, path, token, body } = self;
        let mut request = client.request(method, format!("{base}{path}")).header(CLIENT, caller);
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        request
    }
}

/// The requests of a scenario, and what they are to be answered with.
pub(super) struct Requests {
    pub(super) base: String,
    pub(super) asking: Asking,
    pub(super) scenario: Scenario,
    next: AtomicU64,
}

/// What came of it.
#[derive(Clone, Debug, Default)]
pub(super) struct Measured {
    pub(super) requests: u64,
    pub(super) seconds: f64,
    /// In milliseconds, in order.
    times: Vec<f64>,
}

impl Measured {
    pub(super) fn per_second(&self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "nobody makes that many requests")]
        let requests = self.requests as f64;
        requests / self.seconds
    }

    /// The time within which so many of a hundred were answered, in milliseconds.
    pub(super) fn percentile(&self, percent: usize) -> f64 {
        let last = self.times.len().saturating_sub(1);
        self.times.get(last * percent / 100).copied().unwrap_or_default()
    }
}

impl Requests {
    pub(super) fn new(base: String, asking: Asking, scenario: Scenario) -> Arc<Self> {
        Arc::new(Self { base, asking, scenario, next: AtomicU64::new(0) })
    }

    fn nth(&self, n: u64) -> Request {
        (self.scenario.nth)(&self.asking, n)
    }

    /// So many clients, for so long.
    pub(super) async fn run(self: &Arc<Self>, clients: usize, time: Duration) -> anyhow::Result<Measured> {
        let stop = Arc::new(AtomicBool::new(false));
        let mut running = JoinSet::new();
        let begun = Instant::now();
        for _ in 0..clients {
            running.spawn(Arc::clone(self).client(Arc::clone(&stop)));
        }
        sleep(time).await;
        stop.store(true, Ordering::Relaxed);
        let mut measured = Measured::default();
        let mut answers = BTreeMap::<u16, u64>::new();
        while let Some(client) = running.join_next().await {
            let (times, statuses) = client??;
            measured.times.extend(times);
            for (status, number) in statuses {
                *answers.entry(status).or_default() += number;
            }
        }
        measured.seconds = begun.elapsed().as_secs_f64();
        measured.times.sort_by(f64::total_cmp);
        measured.requests = answers.values().sum();
        let wanted = answers.get(&self.scenario.status).copied().unwrap_or_default();
        ensure!(wanted + 1 >= measured.requests, "{}: answered {answers:?}", self.scenario.name);
        Ok(measured)
    }

    async fn client(
        self: Arc<Self>,
        stop: Arc<AtomicBool>,
    ) -> anyhow::Result<(Vec<f64>, BTreeMap<u16, u64>)> {
        let client = client()?;
        let (mut times, mut statuses) = (Vec::new(), BTreeMap::new());
        while !stop.load(Ordering::Relaxed) {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            let caller = format!("10.{}.{}.{}", number >> 16 & 255, number >> 8 & 255, number & 255);
            let request = self.nth(number).to(&client, &self.base, &caller);
            let begun = Instant::now();
            let response = request.send().await?;
            let status = response.status().as_u16();
            response.bytes().await?;
            times.push(begun.elapsed().as_secs_f64() * 1000.0);
            *statuses.entry(status).or_default() += 1;
        }
        Ok((times, statuses))
    }
}

/// One request whose answer matters.
pub(super) async fn ask(base: &str, request: Request) -> anyhow::Result<Value> {
    let response = send(base, request).await?;
    ensure!(response.status().is_success(), "{} answered {}", response.url(), response.status());
    Ok(response.json().await?)
}

/// One request.
pub(super) async fn send(base: &str, request: Request) -> anyhow::Result<Response> {
    Ok(request.to(&client()?, base, "192.0.2.1").send().await?)
}

fn client() -> reqwest::Result<Client> {
    Client::builder().no_proxy().build()
}
