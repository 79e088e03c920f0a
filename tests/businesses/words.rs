//! The words that searches know, and when they are forgotten.

use serde_json::Value;
use shared::cron::{self, Task};

use super::{offer, open, opening, slug};
use crate::support::{Person, TestApp};

/// How many words are forgotten: for typing errors, and of cities.
async fn clean_up(app: &TestApp) -> (u64, u64) {
    let removed = cron::run(&app.state, &[Task::Cleanup]).await.unwrap().removed.unwrap();
    (removed.vocabulary, removed.city_words)
}

async fn known(app: &TestApp, table: &str) -> Vec<String> {
    let sql = format!("select distinct word from {table} order by word");
    app.database.connect().await.query(&sql, &[]).await.unwrap().iter().map(|row| row.get(0)).collect()
}

/// How many a search with a typing error finds.
async fn count(app: &TestApp, search: &str) -> Value {
    app.get(&format!("/api/businesses/?search={search}")).await.expect(200)["count"].clone()
}

/// A studio in Gdynia that shaves with a razor, and its owner.
async fn barber(app: &TestApp) -> (Person, Value) {
    let owner = app.person("anna").await;
    let studio = open(&owner, &opening("Studio Fala", "Gdynia")).await;
    offer(&owner, &studio, "Golenie brzytwa").await;
    (owner, studio)
}

/// The studio has a razor no more.
async fn give_up(owner: &Person, studio: &Value) {
    let services = owner.get(&format!("/api/businesses/{}/services/", slug(studio))).await.expect(200);
    let service = services["results"][0]["id"].as_str().unwrap();
    owner.delete(&format!("/api/businesses/{}/services/{service}/", slug(studio))).await.expect(204);
}

#[tokio::test]
async fn words_are_forgotten_when_the_last_business_that_had_them_has_gone() {
    let app = TestApp::start().await;
    let (owner, studio) = barber(&app).await;
    let neighbour = app.person("ewa").await;
    open(&neighbour, &opening("Studio Morze", "Sopot")).await;
    assert_eq!(clean_up(&app).await, (0, 0));
    assert_eq!(count(&app, "brzytfa").await, 1);

    give_up(&owner, &studio).await;
    assert_eq!(clean_up(&app).await, (2, 0), "golenie, brzytwa");
    assert_eq!(known(&app, "vocabulary").await, ["fala", "gdynia", "morze", "sopot", "studio"]);

    let id = studio["id"].as_str().unwrap();
    owner.delete(&format!("/api/businesses/my-business/{id}/")).await.expect(204);
    assert_eq!(clean_up(&app).await, (2, 1), "fala and gdynia");
    assert_eq!(known(&app, "vocabulary").await, ["morze", "sopot", "studio"]);
    assert_eq!(known(&app, "city_words").await, ["sopot"]);
    assert_eq!(count(&app, "studjo").await, 1);
}

#[tokio::test]
async fn thousands_are_forgotten_batch_by_batch_and_those_that_are_used_stay() {
    let app = TestApp::start().await;
    barber(&app).await;
    let many = "insert into vocabulary (word)
                select translate(md5(n::text), '0123456789', 'ghijklmnop') from generate_series(1, 7000) n";
    app.database.connect().await.batch_execute(many).await.unwrap();
    let mut forgotten = 0;
    // By lot: a run ends when it finds none, and there may be none where it looks.
    for _ in 0..100 {
        forgotten += clean_up(&app).await.0;
        if forgotten == 7000 {
            break;
        }
    }
    assert_eq!(forgotten, 7000);
    assert_eq!(known(&app, "vocabulary").await, ["brzytwa", "fala", "gdynia", "golenie", "studio"]);
}

#[tokio::test]
async fn a_word_that_somebody_just_needs_again_is_not_forgotten() {
    let app = TestApp::start().await;
    let (owner, studio) = barber(&app).await;
    give_up(&owner, &studio).await;

    // It is there, and nobody has it yet whom the clean-up can see.
    let mut elsewhere = app.database.connect().await;
    let adding = elsewhere.transaction().await.unwrap();
    let offering = "insert into services (id, business_id, name, duration_minutes, price_minor, price_currency, created_at, updated_at)
               select gen_random_uuid(), id, 'Brzytwa', 30, 5000, 'PLN', now(), now() from businesses";
    adding.batch_execute(offering).await.unwrap();
    assert_eq!(clean_up(&app).await, (0, 0));
    adding.commit().await.unwrap();
    clean_up(&app).await;
    assert_eq!(count(&app, "brzytfa").await, 1);
}

#[tokio::test]
async fn who_waits_for_a_clean_up_adds_the_words_that_it_forgot() {
    let app = TestApp::start().await;
    let (owner, studio) = barber(&app).await;
    give_up(&owner, &studio).await;
    let mut elsewhere = app.database.connect().await;
    let cleaning = elsewhere.transaction().await.unwrap();
    let forget =
        "lock table vocabulary in share row exclusive mode; delete from vocabulary where word = 'brzytwa'";
    cleaning.batch_execute(forget).await.unwrap();
    let adding = tokio::spawn(async move { offer(&owner, &studio, "Brzytwa").await });
    app.database.waiting(1).await;
    cleaning.commit().await.unwrap();
    adding.await.unwrap();
    assert_eq!(count(&app, "brzytfa").await, 1);
}
