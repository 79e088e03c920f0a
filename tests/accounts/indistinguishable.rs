//! Who has an account shows neither in what an answer says nor in how long it takes.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::{Answer, Person, TestApp};

/// How often each is asked about somebody, and about nobody.
const ROUNDS: usize = 100;

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
    /// Asks about both, over and over, in turns: the answers and how long they took.
    async fn ask(self, app: &TestApp, known: &str, unknown: &str) -> [Vec<(Answer, Duration)>; 2] {
        let mut answers = [Vec::new(), Vec::new()];
        for round in 0..2 * ROUNDS {
            // Whoever comes first in one round comes second in the next.
            let about = (round + round / 2) % 2;
            let started = Instant::now();
            let answer = app.post(self.path, &(self.body)([known, unknown][about])).await;
            answers[about].push((answer, started.elapsed()));
        }
        answers
    }
}

fn median(answers: &[(Answer, Duration)]) -> f64 {
    let mut times: Vec<Duration> = answers.iter().map(|(_, time)| *time).collect();
    times.sort_unstable();
    times[times.len() / 2].as_secs_f64()
}

#[tokio::test]
async fn what_is_said_is_the_same() {
    let app = TestApp::start().await;
    let anna = Person::register(&app, "anna").await;
    for question in [SIGN_IN, RESEND, RESET] {
        let answers = question.ask(&app, &anna.email, "nobody@example.com").await.into_iter().flatten();
        let answers: Vec<_> = answers.map(|(answer, _)| (answer.status, answer.text)).collect();
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{}: {answers:?}", question.path);
    }
}

#[tokio::test]
async fn it_takes_as_long() {
    let app = TestApp::with(&[("RATE_LIMIT_AUTH", "1000000/s")]).await;
    let (verified, unverified) = (app.person("anna").await, Person::register(&app, "ewa").await);
    for (question, known) in [(SIGN_IN, &verified), (RESEND, &unverified), (RESET, &verified)] {
        let mut ratios = Vec::new();
        // On a machine that is busy with something else, a difference may be chance once, but not every time.
        while ratios.len() < 5 && !ratios.last().is_some_and(|ratio| (0.9..=1.1).contains(ratio)) {
            let [known, unknown] = question.ask(&app, &known.email, "nobody@example.com").await;
            ratios.push(median(&known) / median(&unknown));
        }
        let last = ratios.last().unwrap();
        assert!((0.9..=1.1).contains(last), "{}, known to unknown: {ratios:?}", question.path);
    }
}
