//! Every function in this process, over HTTP, with a database of its own and a clock that stands still.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

use axum::{Extension, middleware::from_fn_with_state};
use dev::{
    mailbox::{self, KeptMail},
    server,
};
use jiff::{SignedDuration, Timestamp};
use reqwest::{Client, Method, RequestBuilder};
use shared::{
    app::App,
    clock::Clock,
    config::Config,
    db::Sql,
    host::{Background, plain},
    outbox,
};
use tokio::{net::TcpListener, sync::oneshot, task::JoinSet};
use tokio_util::task::TaskTracker;

use super::{Answer, Person, SalonBuilder, TestDatabase, eventually, seen};

/// A Monday, 08:00 in Warsaw.
pub(crate) const MONDAY_MORNING: &str = "2026-03-02T07:00:00Z";

/// What the tests' tokens are signed with.
pub(crate) const SECRET: &str = "a secret of the tests, long enough to be one";

/// What the tests' sensitive answers are encrypted with.
pub(crate) const ENCRYPTION_KEY: &str = "dGhlIGtleSBvZiB0aGUgdGVzdHMsIDMyIGJ5dGVzIG8";

/// The limits on how often things may be done: off, but for the tests that are about them.
const RATE_LIMITS: [&str; 7] = [
    "RATE_LIMIT_AUTH",
    "RATE_LIMIT_REGISTRATION",
    "RATE_LIMIT_CODES_SENT",
    "RATE_LIMIT_BOOKING",
    "RATE_LIMIT_GUEST_HOLDS",
    "RATE_LIMIT_INVITATIONS",
    "RATE_LIMIT_API",
];

/// The app as its users see it, and the strings a test may pull behind it.
pub(crate) struct TestApp {
    pub(crate) base: String,
    pub(crate) http: Client,
    pub(crate) clock: Clock,
    pub(crate) state: App,
    pub(crate) database: Arc<TestDatabase>,
    mail: PathBuf,
    /// The work behind the answers so far.
    background: TaskTracker,
    _stop: oneshot::Sender<()>,
}

impl TestApp {
    pub(crate) async fn start() -> Self {
        Self::with(&[]).await
    }

    /// With some variables set otherwise.
    pub(crate) async fn with(variables: &[(&str, &str)]) -> Self {
        Self::on(Arc::new(TestDatabase::create().await), variables).await
    }

    /// On a database that others use too.
    pub(crate) async fn on(database: Arc<TestDatabase>, variables: &[(&str, &str)]) -> Self {
        let mail =
            Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("mail-{}-{}", std::process::id(), unique()));
        let url = database.url();
        let folder = mail.display().to_string();
        let mut all = HashMap::from([
            ("SESSLY_ENV", "development"),
            ("DATABASE_URL", url.as_str()),
            // As in production, on Neon.
            ("PREPARED_STATEMENTS", "on"),
            // However busy the machine is: nobody is to be sent away because others take their time.
            ("DATABASE_WAIT_SECONDS", "60"),
            ("SECRET_KEY", SECRET),
            ("ENCRYPTION_KEY", ENCRYPTION_KEY),
            ("EMAIL_LOCAL_FOLDER", folder.as_str()),
        ]);
        all.extend(RATE_LIMITS.map(|name| (name, "off")));
        all.extend(variables.iter().copied());
        let config = Config::from_variables(&|name| all.get(name).map(|value| (*value).to_owned())).unwrap();
        let clock = Clock::standing_at(MONDAY_MORNING.parse().unwrap());
        let app = App::new(config, clock.clone()).unwrap();
        let router = server::router(&app, &mail, "public".as_ref()).unwrap();
        let router = router.layer(from_fn_with_state(seen::Test::running(), seen::note));
        let background = TaskTracker::new();
        // It takes more; closed, it can be waited for.
        background.close();
        let router = router.layer(Extension(Background::tracked_by(background.clone())));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let (stop, stopped) = oneshot::channel();
        tokio::spawn(plain::serve_on(listener, router, async {
            stopped.await.ok();
        }));
        Self { base, http: Client::new(), clock, state: app, database, mail, background, _stop: stop }
    }

    /// A request as somebody who has not signed in.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.base))
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        Answer::read(self.request(Method::GET, path).send().await.unwrap()).await
    }

    pub(crate) async fn post(&self, path: &str, body: &serde_json::Value) -> Answer {
        Answer::read(self.request(Method::POST, path).json(body).send().await.unwrap()).await
    }

    /// Moves the clock, once all work behind the answers so far is done: how long it takes depends on the machine, and
    /// what is late by the clock is tried again, or not any more.
    pub(crate) async fn set_clock(&self, now: &str) {
        self.background.wait().await;
        self.clock.set(now.parse::<Timestamp>().unwrap());
    }

    /// Lets time pass, as [`set_clock`](Self::set_clock).
    pub(crate) async fn later(&self, time: SignedDuration) {
        self.background.wait().await;
        self.clock.set(self.clock.now() + time);
    }

    /// Someone with a verified account.
    pub(crate) async fn person(&self, name: &str) -> Person {
        Person::register(self, name).await.verified(self).await
    }

    /// A salon about to open.
    pub(crate) fn salon(&self) -> SalonBuilder<'_> {
        SalonBuilder::new(self)
    }

    /// What has been mailed to an address, oldest first: all that is sent behind the answers so far. Waits until there are
    /// at least so many.
    pub(crate) async fn mail_to(&self, address: &str, at_least: usize) -> Vec<KeptMail> {
        self.background.wait().await;
        eventually(&format!("{at_least} mails to {address}"), async || {
            let mut mails = mailbox::read(&self.mail).unwrap();
            mails.retain(|mail| mail.to == address);
            (mails.len() >= at_least).then_some(mails)
        })
        .await
    }

    /// Waits until no mail is on its way any more.
    pub(crate) async fn all_delivered(&self) {
        eventually("nothing on its way", async || {
            outbox::deliver_due(&self.state).await.unwrap();
            let waiting = "select from outbox where finished_at is null limit 1";
            let connection = self.state.connection().await.unwrap();
            connection.row(waiting, &[]).await.unwrap().is_none().then_some(())
        })
        .await;
    }

    /// The code in the latest mail to an address that has one. Those of one instant are in no order.
    pub(crate) async fn code_for(&self, address: &str, mails: usize) -> String {
        let mails = self.mail_to(address, mails).await;
        let mut latest_first = mails.iter().rev().filter(|mail| mail.code().is_some());
        let latest = latest_first.next().unwrap();
        let before = latest_first.next();
        assert!(
            before.is_none_or(|before| before.created_at != latest.created_at),
            "which is later? {mails:?}"
        );
        latest.code().unwrap().to_owned()
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.mail).ok();
    }
}

fn unique() -> u32 {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// Does the same thing many times at once; what came of each.
pub(crate) async fn together<T, F>(times: usize, act: impl Fn(usize) -> F) -> Vec<T>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let mut acts = JoinSet::new();
    for index in 0..times {
        acts.spawn(act(index));
    }
    acts.join_all().await
}
