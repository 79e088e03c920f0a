//! Marking businesses to find them again.

use jiff::SignedDuration;
use serde_json::json;

use crate::support::{Answer, Person, TestApp, keys, together};

const FAVORITES: &str = "/api/users/favorites/";

async fn toggle(person: &Person, business: &str) -> Answer {
    person.post(&format!("{FAVORITES}{business}/"), &json!({})).await
}

async fn names(person: &Person) -> Vec<String> {
    let list = person.get(FAVORITES).await.expect(200);
    let names = list.as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap().to_owned());
    names.collect()
}

#[tokio::test]
async fn a_favourite_is_the_business_in_list_form_and_once_more() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let anna = app.person("anna").await;
    assert_eq!(anna.get(FAVORITES).await.expect(200), json!([]));
    toggle(&anna, &salon.slug).await.expect(201);

    let mut listed = app.get("/api/businesses/").await.expect(200)["results"][0].clone();
    let mut favorite = anna.get(FAVORITES).await.expect(200)[0].clone();
    assert_eq!(favorite["business"], listed);
    listed["business"] = listed.clone();
    listed["created_at"] = "2026-03-02T08:00:00+01:00".into();
    assert_eq!(favorite, listed);
    favorite.as_object_mut().unwrap().remove("business");
    assert_eq!(keys(&favorite).len(), 21);
}

#[tokio::test]
async fn a_second_time_it_is_a_favourite_no_longer() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let id = app.get(&salon.path("")).await.expect(200)["id"].as_str().unwrap().to_owned();
    let anna = app.person("anna").await;
    // By slug or by id, it is the same business.
    let added = toggle(&anna, &salon.slug).await.expect(201);
    assert_eq!(added, json!({ "detail": "Dodano do ulubionych.", "is_favorite": true }));
    let removed = toggle(&anna, &id).await.expect(200);
    assert_eq!(removed, json!({ "detail": "Usunięto z ulubionych.", "is_favorite": false }));
    assert!(names(&anna).await.is_empty());
    toggle(&anna, &id).await.expect(201);
    assert_eq!(names(&anna).await.len(), 1);
}

#[tokio::test]
async fn the_latest_favourite_comes_first_and_nobody_elses_at_all() {
    let app = TestApp::start().await;
    let anna = app.person("anna").await;
    for name in ["Pierwszy", "Drugi", "Ostatni"] {
        let salon = app.salon().named(name).create_for(app.person(name).await).await;
        toggle(&anna, &salon.slug).await.expect(201);
        app.later(SignedDuration::from_mins(1)).await;
    }
    assert_eq!(names(&anna).await, ["Ostatni", "Drugi", "Pierwszy"]);
    assert!(names(&app.person("ewa").await).await.is_empty());
}

#[tokio::test]
async fn a_business_that_is_gone_is_no_favourite() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let anna = app.person("anna").await;
    toggle(&anna, &salon.slug).await.expect(201);
    let retire = "update businesses set retired_at = now()";
    app.database.connect().await.execute(retire, &[]).await.unwrap();
    assert!(names(&anna).await.is_empty());
    toggle(&anna, &salon.slug).await.refused(404, "BUSINESS_NOT_FOUND");
    for none in ["nothing-here", "019500a0-0000-7000-8000-000000000000", "%C5%BC"] {
        toggle(&anna, none).await.refused(404, "BUSINESS_NOT_FOUND");
    }
}

#[tokio::test]
async fn every_toggle_counts_however_many_come_at_once() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let anna = app.person("anna").await;
    for (times, at_last) in [(15, true), (15, false), (16, false)] {
        let answers = together(times, |_| {
            let (anna, slug) = (anna.clone(), salon.slug.clone());
            async move { toggle(&anna, &slug).await.status.as_u16() }
        })
        .await;
        let [added, removed] =
            [201, 200].map(|wanted| answers.iter().filter(|status| **status == wanted).count());
        assert_eq!(added + removed, times, "{answers:?}");
        assert!(added.abs_diff(removed) <= 1, "{answers:?}");
        assert_eq!(names(&anna).await.len(), usize::from(at_last));
    }
}

#[tokio::test]
async fn favourites_are_for_those_who_have_verified_their_address() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let path = format!("{FAVORITES}{}/", salon.slug);
    app.get(FAVORITES).await.refused(401, "UNAUTHORIZED");
    app.post(&path, &json!({})).await.refused(401, "UNAUTHORIZED");
    let anna = Person::register(&app, "anna").await;
    anna.get(FAVORITES).await.refused(403, "EMAIL_NOT_VERIFIED");
    anna.post(&path, &json!({})).await.refused(403, "EMAIL_NOT_VERIFIED");
}
