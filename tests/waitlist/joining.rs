//! Who can wait for what, and who sees it.

use serde_json::json;

use super::{DATE, app, ask, full_salon, join};

#[tokio::test]
async fn who_waits_sees_it_and_so_does_the_business() {
    let app = app().await;
    let (anna, ben) = (app.person("anna").await, app.person("ben").await);
    let (salon, _) = full_salon(&app, &anna).await;
    let more = json!({ "date_to": "2026-03-05", "time_from": "9:00", "time_to": "9:30" });
    let entry = ask(&salon, &ben, more).await.expect(201);
    let shown = json!({
        "id": entry["id"], "business": salon.slug, "business_name": "Złote Nożyczki", "service_id": salon.service,
        "service_name": "Strzyżenie", "staff_id": null, "add_on_ids": [], "date_from": DATE, "date_to": "2026-03-05",
        "time_from": "09:00", "time_to": "09:30", "timezone": "Europe/Warsaw", "created_at": "2026-03-02T08:00:00+01:00",
        "offer": null,
    });
    assert_eq!(entry, shown);
    let own = join(&salon, &anna, json!({ "staff_id": salon.staff().await[0] })).await;

    let of_ben = ben.get("/api/users/waitlist/").await.expect(200);
    assert_eq!((&of_ben["count"], &of_ben["results"][0]), (&json!(1), &shown));
    let of_salon = salon.owner.get(&salon.path("waitlist/?page_size=1")).await.expect(200);
    assert_eq!((&of_salon["count"], of_salon["results"].as_array().unwrap().len()), (&json!(2), 1));
    let first = &of_salon["results"][0];
    assert_eq!((&first["id"], &first["customer_id"]), (&entry["id"], &json!(ben.id)));
    assert_eq!(first["customer_email"], "ben@example.com");
    ben.get(&salon.path("waitlist/")).await.refused(403, "PERMISSION_DENIED");

    for stranger in [&ben, &salon.owner] {
        stranger.get(&own).await.refused(404, "NOT_FOUND");
        stranger.delete(&own).await.refused(404, "NOT_FOUND");
    }
    anna.delete(&own).await.expect(204);
    anna.get(&own).await.refused(404, "NOT_FOUND");
    let at_salon = salon.path(&format!("waitlist/{}/", entry["id"].as_str().unwrap()));
    let other = app.salon().named("Inny salon").create().await;
    let elsewhere = other.path(&format!("waitlist/{}/", entry["id"].as_str().unwrap()));
    other.owner.delete(&elsewhere).await.refused(404, "NOT_FOUND");
    salon.owner.delete(&at_salon).await.expect(204);
    salon.owner.delete(&at_salon).await.refused(404, "NOT_FOUND");
    assert_eq!(ben.get("/api/users/waitlist/").await.expect(200)["count"], 0);
    let audit = salon.owner.get(&salon.path("audit/?subject=waitlist_entry")).await.expect(200);
    assert_eq!((&audit["count"], &audit["results"][0]["action"]), (&json!(1), &json!("removed")));
}

#[tokio::test]
async fn nobody_waits_for_what_they_cannot_have() {
    let app = app().await;
    let anna = app.person("anna").await;
    let (salon, _) = full_salon(&app, &anna).await;
    let other = app.salon().named("Inny salon").create().await;
    for (more, field) in [
        (json!({ "date_to": "2026-03-02" }), "date_to"),
        (json!({ "date_to": "2026-04-03" }), "date_to"),
        (json!({ "date_from": "2027-03-03", "date_to": "2027-03-03" }), "date_to"),
        (json!({ "time_from": "12:00", "time_to": "11:59" }), "time_to"),
        (json!({ "time_from": "noon" }), "time_from"),
        (json!({ "add_on_ids": [salon.service] }), "add_on_ids"),
    ] {
        assert_eq!(ask(&salon, &anna, more.clone()).await.wrong_fields(), [field], "{more}");
    }
    let past = json!({ "date_from": "2026-03-01", "date_to": "2026-03-01" });
    ask(&salon, &anna, past).await.refused(400, "PAST_BOOKING");
    let service = json!({ "service_id": other.service });
    ask(&salon, &anna, service).await.refused(404, "SERVICE_NOT_FOUND");
    let staff = json!({ "staff_id": other.staff().await[0] });
    ask(&salon, &anna, staff).await.refused(404, "STAFF_NOT_FOUND");
    anna.post(
        "/api/businesses/nowhere/waitlist/",
        &json!({
            "service_id": salon.service, "date_from": DATE, "date_to": DATE,
        }),
    )
    .await
    .refused(404, "BUSINESS_NOT_FOUND");

    for _ in 0..5 {
        join(&salon, &anna, json!({})).await;
    }
    let refused = ask(&salon, &anna, json!({})).await;
    refused.refused(409, "CONFLICT");
    let details = json!({ "rule": "max_waitlist_entries", "limit": 5 });
    assert_eq!(refused.json()["details"], details);
    // Elsewhere they can; and here again, once the days are over.
    join(&other, &anna, json!({})).await;
    app.set_clock("2026-03-04T08:00:00+01:00").await;
    let anna = anna.signed_in_again(&app).await;
    assert_eq!(anna.get("/api/users/waitlist/").await.expect(200)["count"], 0);
    join(&salon, &anna, json!({ "date_from": "2026-03-04", "date_to": "2026-03-04" })).await;
}

#[tokio::test]
async fn whom_a_business_has_blocked_does_not_wait_there() {
    let app = app().await;
    let (anna, ben) = (app.person("anna").await, app.person("ben").await);
    let (salon, booked) = full_salon(&app, &anna).await;
    let waiting = join(&salon, &anna, json!({})).await;
    let card = salon.owner.get(&salon.path("customers/")).await.expect(200)["results"][0].clone();
    let block = |word: &str| salon.path(&format!("customers/{}/{word}/", card["id"].as_str().unwrap()));
    salon.owner.post(&block("block"), &json!({})).await.expect(200);
    ask(&salon, &anna, json!({})).await.refused(403, "CUSTOMER_BLOCKED");
    // Nor are they offered what they wait for already, until they are let in again.
    let after = join(&salon, &ben, json!({})).await;
    super::cancel(&anna, &booked).await;
    assert_eq!(super::offer(&app, &anna, &waiting).await, json!(null));
    let offer = super::offer(&app, &ben, &after).await;
    assert_eq!(offer["start_time"], "10:00");
    super::decline(&salon, &ben, &offer).await;
    salon.owner.post(&block("unblock"), &json!({})).await.expect(200);
    assert_eq!(super::offer(&app, &anna, &waiting).await["start_time"], "10:00");
}

#[tokio::test]
async fn who_leaves_sessly_leaves_every_list() {
    let app = app().await;
    let (anna, ben, cem) = (app.person("anna").await, app.person("ben").await, app.person("cem").await);
    let (salon, booked) = full_salon(&app, &anna).await;
    let of_ben = join(&salon, &ben, json!({})).await;
    let of_cem = join(&salon, &cem, json!({})).await;
    super::cancel(&anna, &booked).await;
    assert_eq!(super::offer(&app, &ben, &of_ben).await["start_time"], "10:00");
    let export = ben.get("/api/users/me/export/").await.expect(200);
    assert_eq!(export["waitlist"][0]["offered"], json!(["2026-03-03T09:00:00Z"]));
    assert_eq!(export["holds"].as_array().unwrap().len(), 1);
    ben.delete("/api/users/me/").await.expect(204);
    // What was kept for them is the next one's.
    let list = salon.owner.get(&salon.path("waitlist/")).await.expect(200);
    assert_eq!((&list["count"], &list["results"][0]["customer_id"]), (&json!(1), &json!(cem.id)));
    assert_eq!(super::offer(&app, &cem, &of_cem).await["start_time"], "10:00");
}
