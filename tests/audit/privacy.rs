//! Who reads it, and what is not in it.

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{hire, latest, read};
use crate::support::TestApp;

#[tokio::test]
async fn another_business_is_nothing_to_its_owner() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let rival = app.salon().named("Konkurencja").create().await;
    rival.owner.get(&salon.path("audit/")).await.refused(403, "PERMISSION_DENIED");
    // Asked of their own about the other's things, there is nothing.
    assert_eq!(read(&rival, &format!("subject_id={}", salon.service)).await, Vec::<Value>::new());
    assert_eq!(read(&rival, &format!("actor_id={}", salon.owner.id)).await, Vec::<Value>::new());
    salon.owner.get("/api/businesses/nowhere/audit/").await.refused(404, "BUSINESS_NOT_FOUND");
}

#[tokio::test]
async fn what_somebody_did_stays_without_them() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let (anna, marta) = (app.person("anna").await, app.person("marta").await);
    hire(&salon, &marta, true).await;
    salon.book(&anna, "2026-03-03", "10:00").await.expect(201);
    let rename = json!({ "name": "Golenie" });
    marta.patch(&salon.path(&format!("services/{}/", salon.service)), &rename).await.expect(200);
    assert_eq!(latest(&salon, "service").await["actor"]["name"], "marta");
    // What happens to a visit at one instant has no order.
    app.later(SignedDuration::from_secs(1)).await;
    marta.delete("/api/users/me/").await.expect(204);
    anna.delete("/api/users/me/").await.expect(204);

    let gone = |role: &str| json!({ "id": null, "name": null, "role": role });
    let changed = latest(&salon, "service").await;
    assert_eq!(
        (&changed["actor"], &changed["changes"]),
        (&gone("manager"), &json!({ "name": ["Strzyżenie", "Golenie"] }))
    );
    let visit = read(&salon, "subject=appointment").await;
    assert_eq!((&visit[1]["actor"], &visit[0]["actor"]), (&gone("customer"), &gone("system")));
    let left = latest(&salon, "staff_member").await;
    assert_eq!(left["actor"], gone("system"));
    assert_eq!(left["changes"], json!({ "user_id": null, "is_manager": [true, false] }));
    let mentions = "select count(*) from audit_entries entry where entry::text like '%' || $1 || '%'";
    for person in [&anna.id, &marta.id] {
        let found: i64 = app.database.connect().await.query_one(mentions, &[person]).await.unwrap().get(0);
        assert_eq!(found, 0);
    }
}

#[tokio::test]
async fn an_owner_who_leaves_takes_their_name_along() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    salon.owner.delete("/api/users/me/").await.expect(204);
    let database = app.database.connect().await;
    let sql =
        "select count(*), count(actor_id), count(*) filter (where actor_role = 'owner') from audit_entries";
    let row = database.query_one(sql, &[]).await.unwrap();
    let (all, named, by_the_owner): (i64, i64, i64) = (row.get(0), row.get(1), row.get(2));
    assert!(all > by_the_owner && by_the_owner > 5, "{all} {by_the_owner}");
    assert_eq!(named, 0);
}

/// What people say of themselves and of others.
const CANARIES: [&str; 7] = [
    "kanarek@example.com",
    "601 777 333",
    "ul. Ptasia 7",
    "śpiewam na zamówienie",
    "kanarek-i-papuga",
    "operacja kolana",
    "Kanarek Wolny",
];

#[tokio::test]
async fn nothing_personal_is_written_down() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let owner = &salon.owner;
    let own = format!("/api/businesses/my-business/{}/", salon.slug);
    let change = json!({
        "email": CANARIES[0], "phone_number": CANARIES[1], "address_line1": CANARIES[2], "description": CANARIES[3],
        "website_url": "https://kanarek-i-papuga.example.com", "nip": "5260250274",
    });
    owner.patch(&own, &change).await.expect(200);
    let member = json!({ "email": CANARIES[0], "display_name": CANARIES[6] });
    let member = owner.post(&salon.path("staff/"), &member).await.expect(201)["id"].clone();
    owner
        .patch(&salon.path(&format!("services/{}/", salon.service)), &json!({ "description": CANARIES[3] }))
        .await
        .expect(200);
    let away = json!({ "staff_id": member, "starts_at": "2026-03-23", "ends_at": "2026-03-23", "reason": CANARIES[5] });
    let away = owner.post(&salon.path("time-off/"), &away).await.expect(201)["id"].clone();
    let date = json!({ "staff_id": member, "first_date": "2026-03-20", "name": CANARIES[5] });
    owner.post(&salon.path("date-overrides/"), &date).await.expect(201);
    owner.delete(&salon.path(&format!("time-off/{}/", away.as_str().unwrap()))).await.expect(204);
    assert_eq!(latest(&salon, "business").await["changes"]["email"], json!(null));

    let database = app.database.connect().await;
    for row in database.query("select entry::text from audit_entries entry", &[]).await.unwrap() {
        let text: String = row.get(0);
        assert!(!CANARIES.iter().chain(&["5260250274"]).any(|canary| text.contains(canary)), "{text}");
    }
}

/// Text that may be kept: what the business calls its things, codes, and what a choice is.
const HARMLESS: [&str; 17] = [
    "add_ons.name",
    "businesses.category",
    "businesses.currency",
    "businesses.holiday_calendar",
    "businesses.name",
    "businesses.no_show_action",
    "businesses.slug",
    "businesses.staff_choice",
    "businesses.timezone",
    "intake_questions.kind",
    "locations.city",
    "locations.country",
    "locations.label",
    "resources.name",
    "services.color",
    "services.name",
    "services.price_currency",
];

#[tokio::test]
async fn text_is_kept_only_where_somebody_has_thought_about_it() {
    let app = TestApp::start().await;
    let sql = "
        select columns.table_name || '.' || columns.column_name
        from pg_trigger
        join information_schema.columns on columns.table_name = tgrelid::regclass::text
        where tgname = 'audit' and columns.table_schema = 'public'
          and (data_type in ('text', 'jsonb', 'json', 'bytea', 'ARRAY') or udt_name = 'citext')
          and column_name = any (split_part(encode(tgargs, 'escape'), '\\000', 3)::text[])
        order by 1";
    let rows = app.database.connect().await.query(sql, &[]).await.unwrap();
    let kept: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    assert_eq!(kept, HARMLESS);
}

#[tokio::test]
async fn a_column_that_is_named_exists() {
    let app = TestApp::start().await;
    let sql = "
        select tgrelid::regclass::text || '.' || kept
        from pg_trigger, unnest(split_part(encode(tgargs, 'escape'), '\\000', 3)::text[]) kept
        where tgname = 'audit' and not exists (
            select from information_schema.columns
            where table_name = tgrelid::regclass::text and column_name = kept)";
    let rows = app.database.connect().await.query(sql, &[]).await.unwrap();
    assert!(rows.is_empty(), "{:?}", rows.iter().map(|row| row.get(0)).collect::<Vec<String>>());
}
