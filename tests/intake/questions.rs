//! Keeping questions.

use serde_json::json;

use super::{DATE, ask, book, place, said};
use crate::support::{TestApp, keys};

#[tokio::test]
async fn a_manager_asks_changes_and_asks_no_more() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let allergies = json!({ "text": " Uczulenia? ", "kind": "text", "is_required": true, "position": 2 });
    let made = salon.owner.post(&place(&salon), &allergies).await.expect(201);
    assert_eq!(keys(&made), ["choices", "id", "is_required", "is_sensitive", "kind", "position", "text"]);
    assert_eq!((&made["text"], &made["choices"]), (&json!("Uczulenia?"), &json!([])));
    assert_eq!((&made["is_required"], &made["is_sensitive"]), (&json!(true), &json!(false)));
    let path = format!("{}{}/", place(&salon), made["id"].as_str().unwrap());
    assert_eq!(app.get(&path).await.expect(200), made);

    let hair = json!({ "text": "Włosy?", "kind": "choice", "choices": ["krótkie", "długie"], "position": 1 });
    let hair = salon.owner.post(&place(&salon), &hair).await.expect(201);
    let listed = app.get(&place(&salon)).await.expect(200);
    assert_eq!((&listed["count"], &listed["results"]), (&json!(2), &json!([hair, made])));
    app.get(&format!("{}?page=2", place(&salon))).await.refused(404, "NOT_FOUND");

    let changed = salon.owner.patch(&path, &json!({ "kind": "yes_no", "position": 0 })).await.expect(200);
    assert_eq!((&changed["text"], &changed["kind"]), (&json!("Uczulenia?"), &json!("yes_no")));
    assert_eq!(app.get(&place(&salon)).await.expect(200)["results"][0], changed);
    salon.owner.delete(&path).await.expect(204);
    app.get(&path).await.refused(404, "NOT_FOUND");
    salon.owner.patch(&path, &json!({})).await.refused(404, "NOT_FOUND");
    salon.owner.delete(&path).await.refused(404, "NOT_FOUND");
}

#[tokio::test]
async fn wrong_fields_are_named_and_there_are_not_too_many() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    for (body, wrong) in [
        (json!({ "text": "", "kind": "essay" }), &["kind", "text"][..]),
        (json!({ "text": "a".repeat(501), "kind": "text", "position": -1 }), &["position", "text"]),
        (json!({ "text": "A?", "kind": "choice" }), &["choices"]),
        (json!({ "text": "A?", "kind": "choice", "choices": ["a"] }), &["choices"]),
        (json!({ "text": "A?", "kind": "choice", "choices": ["a", "a"] }), &["choices"]),
        (json!({ "text": "A?", "kind": "choice", "choices": ["a", " "] }), &["choices"]),
        (json!({ "text": "A?", "kind": "text", "choices": "a, b" }), &["choices"]),
    ] {
        assert_eq!(salon.owner.post(&place(&salon), &body).await.wrong_fields(), wrong, "{body}");
    }
    salon.owner.post(&place(&salon), &json!({ "text": "A?" })).await.refused(400, "REQUIRED_FIELD");
    let question = json!({ "text": "A?", "kind": "text", "choices": ["left over"] });
    for _ in 0..30 {
        assert_eq!(salon.owner.post(&place(&salon), &question).await.expect(201)["choices"], json!([]));
    }
    salon.owner.post(&place(&salon), &question).await.refused(409, "CONFLICT");
    assert_eq!(app.get(&place(&salon)).await.expect(200)["count"], 30);
}

#[tokio::test]
async fn another_salons_questions_are_out_of_reach() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let rival = app.salon().named("Konkurencja").create_for(app.person("rival").await).await;
    let question = ask(&salon, json!({ "text": "A?", "kind": "text" })).await;
    let there = format!("{}{question}/", place(&rival));
    rival.owner.get(&there).await.refused(404, "NOT_FOUND");
    rival.owner.patch(&there, &json!({})).await.refused(404, "NOT_FOUND");
    rival.owner.delete(&there).await.refused(404, "NOT_FOUND");
    let of_ours = rival.path(&format!("services/{}/questions/", salon.service));
    rival
        .owner
        .post(&of_ours, &json!({ "text": "A?", "kind": "text" }))
        .await
        .refused(404, "SERVICE_NOT_FOUND");
    rival.owner.patch(&format!("{of_ours}{question}/"), &json!({})).await.refused(404, "SERVICE_NOT_FOUND");
    app.get(&of_ours).await.refused(404, "SERVICE_NOT_FOUND");
}

#[tokio::test]
async fn what_is_asked_no_more_stays_with_what_was_answered() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let anna = app.person("anna").await;
    let question = ask(&salon, json!({ "text": "Uczulenia?", "kind": "text", "is_required": true })).await;
    let booked = book(&salon, &anna, "10:00", json!([said(&question, "lateks")])).await.expect(201);
    salon.owner.delete(&format!("{}{question}/", place(&salon))).await.expect(204);
    assert_eq!(app.get(&place(&salon)).await.expect(200)["count"], 0);
    salon.book(&anna, DATE, "12:00").await.expect(201);
    let refused = book(&salon, &anna, "14:00", json!([said(&question, "orzechy")])).await;
    assert_eq!(refused.wrong_fields(), ["answers.0.question_id"]);
    let path = salon.path(&format!("appointments/{}/", booked["id"].as_str().unwrap()));
    assert_eq!(salon.owner.get(&path).await.expect(200)["answers"][0]["value"], "lateks");
}
