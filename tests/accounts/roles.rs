//! What someone is: it follows from what they have to do with businesses that are open.

use serde_json::{Value, json};

use super::{register, wish};
use crate::support::{Person, TestApp};

/// Role, whether they are a specialist, and the slug of their business.
async fn standing(person: &Person) -> Value {
    let me = person.get("/api/users/me/").await.expect(200);
    json!([me["role"], me["is_specialist"], me["business"]["slug"]])
}

async fn execute(app: &TestApp, sql: &str) {
    app.database.connect().await.batch_execute(sql).await.unwrap();
}

#[tokio::test]
async fn a_hint_when_registering_grants_nothing() {
    let app = TestApp::start().await;
    for (name, hint) in [("anna", json!(true)), ("ewa", json!("yes")), ("ola", json!(null))] {
        let mut wish = wish(name);
        wish["is_specialist"] = hint;
        let user = &register(&app, &wish).await.expect(201)["user"];
        assert_eq!((&user["role"], &user["is_specialist"]), (&json!("customer"), &json!(false)));
    }
}

#[tokio::test]
async fn an_owner_is_one_for_as_long_as_the_business_is_open() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    assert_eq!(standing(&salon.owner).await, json!(["business_owner", true, salon.slug]));
    execute(&app, "update businesses set retired_at = now()").await;
    assert_eq!(standing(&salon.owner).await, json!(["customer", false, null]));
}

#[tokio::test]
async fn staff_are_staff_for_as_long_as_they_work_there() {
    let app = TestApp::start().await;
    app.salon().staff(2).create().await;
    let anna = app.person("anna").await;
    assert_eq!(standing(&anna).await, json!(["customer", false, null]));
    let hire = format!("update staff_members set user_id = '{}' where display_name = 'Osoba 2'", anna.id);
    execute(&app, &hire).await;
    assert_eq!(standing(&anna).await, json!(["staff", true, null]));
    execute(&app, "update businesses set retired_at = now()").await;
    assert_eq!(standing(&anna).await, json!(["customer", false, null]));
    execute(&app, "update businesses set retired_at = null; update staff_members set retired_at = now()")
        .await;
    assert_eq!(standing(&anna).await, json!(["customer", false, null]));
}

#[tokio::test]
async fn whoever_owns_one_business_and_works_at_another_is_an_owner() {
    let app = TestApp::start().await;
    let own = app.salon().named("Własny").create().await;
    app.salon().named("U innych").create_for(app.person("ewa").await).await;
    let hire = format!(
        "insert into staff_members (id, business_id, user_id, display_name, created_at, updated_at)
         select gen_random_uuid(), id, '{}', 'Fotel', now(), now() from businesses where slug = 'u-innych'",
        own.owner.id
    );
    execute(&app, &hire).await;
    assert_eq!(standing(&own.owner).await, json!(["business_owner", true, own.slug]));
}
