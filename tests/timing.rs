//! Who has an account, and since when, shows neither in what an answer says nor in how long it takes.
//!
//! A program of its own, whose tests take turns, because what else runs would be measured too.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[expect(dead_code, unused_imports, reason = "most of it is for the stories of tests/api.rs")]
mod support;

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::sync::{Mutex, MutexGuard};

use crate::support::{Answer, Person, TestApp};

/// How often each is asked about somebody, and about nobody.
const ROUNDS: usize = 100;

const NOBODY: &str = "nobody@example.com";

/// How many times as often before a difference counts.
const PATIENCE: usize = 5;

/// The turn of one of the tests.
async fn turn() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::const_new(());
    TURN.lock().await
}

/// What is asked about an address.
#[derive(Clone, Copy)]
struct Question {
    path: &'static str,
    body: fn(&str) -> Value,
}

const SIGN_IN: Question = Question {
    path: "/api/users/login/",
    body: |email| json!({ "email": email, "password": "czarna-herbata-7" }),
};
const RESEND: Question =
    Question { path: "/api/users/verify-email/resend/", body: |email| json!({ "email": email }) };
const RESET: Question =
    Question { path: "/api/users/password-reset/", body: |email| json!({ "email": email }) };

impl Question {
    /// Asks about all of these, over and over, in turns: the answers and how long they took.
    async fn ask<const N: usize>(
        self,
        app: &TestApp,
        emails: [&str; N],
        rounds: usize,
    ) -> [Vec<(Answer, Duration)>; N] {
        let mut answers = [const { Vec::new() }; N];
        for round in 0..rounds {
            for turn in 0..N {
                // Whoever comes first in one round comes second in the next.
                let about = (N + turn - round % N) % N;
                let started = Instant::now();
                let answer = app.post(self.path, &(self.body)(emails[about])).await;
                answers[about].push((answer, started.elapsed()));
                // Mail leaves after the answer, and is not to slow down the next.
                app.all_delivered().await;
            }
        }
        answers
    }

    /// Checks that asking about the last of these takes as long as asking about any other.
    async fn takes_as_long<const N: usize>(self, app: &TestApp, emails: [&str; N], rounds: usize) {
        let mut answers = [const { Vec::new() }; N];
        let mut ratios = Vec::new();
        // Where the machine was busy with something else, what differs by chance evens out with time.
        for _ in 0..PATIENCE {
            for (all, more) in answers.iter_mut().zip(self.ask(app, emails, rounds).await) {
                all.extend(more);
            }
            let medians: Vec<f64> = answers.iter().map(|answers| median(answers)).collect();
            ratios = medians.iter().map(|median| median / medians[N - 1]).collect();
            if ratios.iter().all(|ratio| (0.9..=1.1).contains(ratio)) {
                return;
            }
        }
        panic!("{}, as long as the last takes: {ratios:?}", self.path);
    }
}

fn median(answers: &[(Answer, Duration)]) -> f64 {
    let mut times: Vec<Duration> = answers.iter().map(|(_, time)| *time).collect();
    times.sort_unstable();
    times[times.len() / 2].as_secs_f64()
}

#[tokio::test]
async fn what_is_said_is_the_same() {
    let _turn = turn().await;
    let app = TestApp::start().await;
    let anna = Person::register(&app, "anna").await;
    for question in [SIGN_IN, RESEND, RESET] {
        let answers = question.ask(&app, [&anna.email, NOBODY], ROUNDS).await.into_iter().flatten();
        let answers: Vec<_> = answers.map(|(answer, _)| (answer.status, answer.text)).collect();
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{}: {answers:?}", question.path);
    }
}

#[tokio::test]
async fn it_takes_as_long() {
    let _turn = turn().await;
    // With next to nothing limited, and with nearly every mail to the known withheld.
    for codes_sent in ["1000000/s", "5/h"] {
        let app =
            TestApp::with(&[("RATE_LIMIT_AUTH", "1000000/s"), ("RATE_LIMIT_CODES_SENT", codes_sent)]).await;
        let (verified, unverified) = (app.person("anna").await, Person::register(&app, "ewa").await);
        for (question, known) in [(SIGN_IN, &verified), (RESEND, &unverified), (RESET, &verified)] {
            question.takes_as_long(&app, [&known.email, NOBODY], ROUNDS).await;
        }
    }
}

/// Gives somebody a hash of the earlier version, of "zielona-herbata-7" if it has one iteration and of nothing otherwise.
async fn has_an_earlier_hash(app: &TestApp, person: &Person, iterations: i32) {
    let hash = format!("pbkdf2_sha256${iterations}$seasalt2$m/C8KHXIwW/C9LSQlVuF46GBwty4JxlWQdlIp0lKgng=");
    let sql = "update users set password_hash = $1 where email = $2::text::citext";
    app.database.connect().await.execute(sql, &[&hash, &person.email]).await.unwrap();
}

#[tokio::test]
async fn a_wrong_password_takes_as_long_wherever_the_account_comes_from() {
    let _turn = turn().await;
    let app = TestApp::start().await;
    let (anna, ewa, ola) = (app.person("anna").await, app.person("ewa").await, app.person("ola").await);
    has_an_earlier_hash(&app, &ewa, 20_000).await;
    has_an_earlier_hash(&app, &ola, 40_000).await;
    SIGN_IN.takes_as_long(&app, [&anna.email, &ewa.email, &ola.email, NOBODY], ROUNDS).await;
}

#[tokio::test]
async fn once_nobody_has_a_hash_of_the_earlier_version_nothing_is_slower_for_it() {
    let _turn = turn().await;
    let app = TestApp::start().await;
    let anna = app.person("anna").await;
    has_an_earlier_hash(&app, &anna, 200_000).await;
    let [with] = SIGN_IN.ask(&app, [NOBODY], 5).await;
    has_an_earlier_hash(&app, &anna, 1).await;
    let right = json!({ "email": anna.email, "password": "zielona-herbata-7" });
    app.post(SIGN_IN.path, &right).await.expect(200);
    let [without] = SIGN_IN.ask(&app, [NOBODY], 5).await;
    assert!(median(&without) < median(&with) / 2.0, "{with:?} {without:?}");
}
