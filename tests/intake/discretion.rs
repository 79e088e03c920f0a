//! Answers are nobody's but the business's and the customer's: no mail, log, report or message on its way tells them, and
//! sensitive ones are nowhere in the database to be read.

use reqwest::Method;
use serde_json::json;
use shared::config::LogFormat;
use tracing::level_filters::LevelFilter;

use super::{DATE, ask, said};
use crate::support::{Answer, Logs, Mood, SentryServer, TestApp};

const OPEN: &str = "kanarek-otwarty";
const SEALED: &str = "kanarek-wrażliwy";

/// Every column that can hold a text, those of bytes as the text they may be.
async fn everything(app: &TestApp) -> Vec<(String, String)> {
    let database = app.database.connect().await;
    let tables = "
        select table_name::text from information_schema.tables
        where table_schema = 'public' and table_type = 'BASE TABLE'";
    let mut all = Vec::new();
    for row in database.query(tables, &[]).await.unwrap() {
        let table: String = row.get(0);
        let rows = format!("select coalesce(string_agg(t::text, ' '), '') from {table} t");
        let mut text: String = database.query_one(&rows, &[]).await.unwrap().get(0);
        if table == "intake_answers" {
            let bytes = "select coalesce(string_agg(encode(sealed, 'escape'), ' '), '') from intake_answers";
            text.push_str(database.query_one(bytes, &[]).await.unwrap().get(0));
        }
        all.push((table, text));
    }
    all
}

#[tokio::test]
async fn no_mail_log_report_or_message_has_an_answer() {
    let sentry = SentryServer::start(Mood::Takes).await;
    let dsn = sentry.dsn();
    let app = TestApp::with(&[("SENTRY_DSN", dsn.as_str()), ("SENTRY_TRACES_SAMPLE_RATE", "1")]).await;
    let salon = app.salon().create().await;
    let anna = app.person("anna").await;
    let open = ask(&salon, json!({ "text": "Włosy?", "kind": "text" })).await;
    let sealed = ask(&salon, json!({ "text": "Uczulenia?", "kind": "text", "is_sensitive": true })).await;
    let logs = Logs::keep(LogFormat::Json, LevelFilter::TRACE);
    let answers = json!([said(&open, OPEN), said(&sealed, SEALED)]);
    let send = async |time: &str, answers: &serde_json::Value| {
        let mut wish = salon.wish(DATE, time);
        wish["answers"] = answers.clone();
        let request =
            anna.request(Method::POST, &salon.path("appointments/")).header("Idempotency-Key", time);
        Answer::read(request.json(&wish).send().await.unwrap()).await
    };
    let booked = send("10:00", &answers).await.expect(201);
    send("10:00", &answers).await.expect(201);
    // Refused, in every way there is.
    send("10:00", &json!([said(&sealed, SEALED)])).await.refused(422, "IDEMPOTENCY_KEY_REUSED");
    send("03:00", &answers).await.refused(409, "SLOT_UNAVAILABLE");
    send("12:00", &json!([said(&sealed, json!([SEALED])), said(OPEN, SEALED)])).await.wrong_fields();
    let path = salon.path(&format!("appointments/{}/", booked["id"].as_str().unwrap()));
    salon.owner.post(&format!("{path}confirm/"), &json!({})).await.expect(200);
    salon.owner.get(&path).await.expect(200);
    anna.get("/api/users/me/export/").await.expect(200);
    // The database refuses the row, which Postgres quotes.
    let refusal = "alter table intake_answers add constraint nobody check (question = '') not valid";
    app.database.connect().await.batch_execute(refusal).await.unwrap();
    send("14:00", &answers).await.refused(500, "SERVER_ERROR");

    let mut told: Vec<String> = vec![logs.text()];
    told.extend(sentry.wait_for(3).await.into_iter().map(|envelope| envelope.text));
    for (address, mails) in [(&anna.email, 3), (&salon.owner.email, 2)] {
        for mail in app.mail_to(address, mails).await {
            told.extend([mail.subject, mail.text, mail.html]);
        }
    }
    assert!(told.len() > 15, "{}", told.len());
    for text in &told {
        assert!(!text.contains(OPEN) && !text.contains(SEALED), "{text}");
        // Escaped, as JSON may have it.
        assert!(!text.contains("kanarek"), "{text}");
    }
    for (table, text) in everything(&app).await {
        assert!(!text.contains(SEALED) && !text.contains("kanarek-wra"), "{table}");
        assert!(table == "intake_answers" || !text.contains(OPEN), "{table}");
    }
}
