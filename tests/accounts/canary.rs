//! Nothing that says who someone was is left anywhere once they have erased their account.

use jiff::SignedDuration;
use reqwest::{Method, header::USER_AGENT};
use serde_json::{Value, json};

use super::{log_in, refresh};
use crate::support::{Answer, PASSWORD, Person, Salon, TestApp};

/// What Kanaria says of herself, each of which is looked for in the end.
const CANARIES: [&str; 15] = [
    "kanaria",
    "Żółtodziób",
    "601 777 333",
    "dzwonić po osiemnastej",
    "nie zdążę na dziewiątą",
    "pisk-w-kluczu",
    "Klatka/7.0",
    "gniazdo@example.com",
    "22 777 33 44",
    "kanarki-i-papugi.example.com",
    "ul. Ptasia 7",
    "śpiewam na zamówienie",
    "uczulona na pióra",
    "stała-kanarzyca",
    "gubi piórka",
];

/// Every place in which any of the canaries is: table, column, text.
async fn found(app: &TestApp) -> Vec<String> {
    let database = app.database.connect().await;
    let columns = "
        select table_name::text, column_name::text from information_schema.columns
        where table_schema = 'public'
          and (data_type in ('text', 'character varying', 'json', 'jsonb', 'ARRAY') or udt_name = 'citext')
        order by 1, 2";
    let columns = database.query(columns, &[]).await.unwrap();
    assert!(columns.len() > 50, "{}", columns.len());
    let mut found = Vec::new();
    for column in columns {
        let (table, column): (String, String) = (column.get(0), column.get(1));
        let texts = format!("select {column}::text from {table} where {column} is not null");
        for row in database.query(&texts, &[]).await.unwrap() {
            let text: String = row.get(0);
            let lower = text.to_lowercase();
            if CANARIES.iter().any(|canary| lower.contains(&canary.to_lowercase())) {
                found.push(format!("{table}.{column}: {text}"));
            }
        }
    }
    found
}

/// Registers, verifies, names herself, and signs in with a device that gives itself away.
async fn settle_in(app: &TestApp) -> Person {
    let kanaria = app.person("kanaria").await;
    let names = json!({
        "first_name": "Kanaria", "last_name": "Żółtodziób", "phone": "601 777 333",
        "preferences": { "marketing_consent": true },
    });
    kanaria.patch("/api/users/me/", &names).await.expect(200);
    let body = json!({ "username": kanaria.name, "password": PASSWORD });
    let login = app.request(Method::POST, "/api/users/login/").header(USER_AGENT, "Klatka/7.0").json(&body);
    let phone = kanaria.holding(&Answer::read(login.send().await.unwrap()).await.expect(200));
    phone.holding(&refresh(app, &phone.refresh).await.expect(200))
}

/// Books with notes and a key, cancels with a reason, and is cancelled on with one.
async fn visit(salon: &Salon, kanaria: &Person) {
    for (time, key) in
        [("09:00", "pisk-w-kluczu"), ("11:00", "drugi"), ("13:00", "trzeci"), ("15:00", "czwarty")]
    {
        let mut wish = salon.wish("2026-03-03", time);
        wish["notes"] = "dzwonić po osiemnastej".into();
        let request =
            kanaria.request(Method::POST, &salon.path("appointments/")).header("Idempotency-Key", key);
        let booked = Answer::read(request.json(&wish).send().await.unwrap()).await.expect(201);
        let id = booked["id"].as_str().unwrap();
        let reason = json!({ "reason": "Kanaria pisze: nie zdążę na dziewiątą" });
        match time {
            "09:00" => drop(
                kanaria.post(&format!("/api/users/appointments/{id}/cancel/"), &reason).await.expect(200),
            ),
            "11:00" => {
                let cancel = salon.path(&format!("appointments/{id}/cancel/"));
                salon.owner.post(&cancel, &reason).await.expect(200);
            }
            _ => {}
        }
    }
    let cards = salon.owner.get(&salon.path("customers/?search=kanaria")).await.expect(200);
    let card = salon.path(&format!("customers/{}/", cards["results"][0]["id"].as_str().unwrap()));
    let note = json!({ "notes": "Kanaria jest uczulona na pióra.", "tags": ["stała-kanarzyca"] });
    salon.owner.patch(&card, &note).await.expect(200);
    salon.owner.post(&format!("{card}block/"), &json!({ "reason": "gubi piórka" })).await.expect(200);
    kanaria.post(&format!("/api/users/favorites/{}/", salon.slug), &json!({})).await.expect(201);
}

/// Opens a business of her own, at which somebody books and is cancelled on, and works at another.
async fn work(app: &TestApp, salon: &Salon, kanaria: &Person) {
    let own = app
        .salon()
        .named("Złota klatka")
        .business("email", "gniazdo@example.com")
        .business("phone_number", "22 777 33 44")
        .business("website_url", "https://kanarki-i-papugi.example.com")
        .business("address_line1", "ul. Ptasia 7")
        .business("description", "Śpiewam na zamówienie.")
        .business("nip", "5260250274")
        .create_for(kanaria.clone())
        .await;
    let ewa = app.person("ewa").await;
    let booked = own.book(&ewa, "2026-03-03", "10:00").await.expect(201);
    let cancel = own.path(&format!("appointments/{}/cancel/", booked["id"].as_str().unwrap()));
    kanaria.post(&cancel, &json!({ "reason": "nie zdążę na dziewiątą" })).await.expect(200);
    let hire = "
        insert into staff_members (id, business_id, user_id, display_name, created_at, updated_at)
        select gen_random_uuid(), id, $1::text::uuid, 'Kanaria Ż.', now(), now() from businesses where slug = $2";
    app.database.connect().await.execute(hire, &[&kanaria.id, &salon.slug]).await.unwrap();
}

/// Asks for codes, and lets messages pile up.
async fn forget_the_password(app: &TestApp, kanaria: &Person) {
    app.later(SignedDuration::from_mins(1)).await;
    app.post("/api/users/password-reset/", &json!({ "email": kanaria.email })).await.expect(200);
    app.code_for(&kanaria.email, 2).await;
    let change = json!({ "old_password": PASSWORD, "new_password": "zielona-herbata-8" });
    kanaria.put("/api/users/change-password/", &change).await.expect(200);
    let waiting: [Value; 2] = [
        json!({ "notice": "password_changed", "user": kanaria.id }),
        json!({ "to": "Kanaria@example.com", "subject": "kanaria", "text": "Kanaria", "html": "" }),
    ];
    for (payload, kind) in waiting.iter().zip(["notice", "mail"]) {
        let sql = "insert into outbox (id, kind, payload, created_at, due_at)
                   values (gen_random_uuid(), $2, $1, now(), now() + interval '100 years')";
        app.database.connect().await.execute(sql, &[payload, &kind]).await.unwrap();
    }
}

#[tokio::test]
async fn no_canary_is_left() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let kanaria = settle_in(&app).await;
    visit(&salon, &kanaria).await;
    work(&app, &salon, &kanaria).await;
    forget_the_password(&app, &kanaria).await;
    // Two of her visits are over, one is yet to come.
    app.set_clock("2026-03-03T13:30:00Z").await;
    let login = json!({ "email": kanaria.email, "password": "zielona-herbata-8" });
    let kanaria = kanaria.holding(&log_in(&app, &login).await.expect(200));

    let before = found(&app).await;
    for canary in CANARIES {
        let somewhere = before.iter().any(|place| place.to_lowercase().contains(&canary.to_lowercase()));
        assert!(somewhere, "{canary} was nowhere to begin with");
    }
    kanaria.delete("/api/users/me/").await.expect(204);
    assert_eq!(found(&app).await, Vec::<String>::new());

    let id = format!("select count(*) from outbox where payload::text like '%{}%'", kanaria.id);
    let mentions: i64 = app.database.connect().await.query_one(&id, &[]).await.unwrap().get(0);
    assert_eq!(mentions, 0);
}
