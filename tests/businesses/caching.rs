//! What caches may keep, and for how long.

use reqwest::{Method, StatusCode};
use serde_json::json;

use super::{offer, open, opening};
use crate::support::{Answer, TestApp};

/// Every public read of a business that exists.
const PUBLIC: [&str; 9] = [
    "/api/businesses/",
    "/api/businesses/?search=salon&page_size=1",
    "/api/businesses/categories/",
    "/api/businesses/salon/",
    "/api/businesses/salon/locations/",
    "/api/businesses/salon/services/",
    "/api/businesses/salon/staff/",
    "/api/businesses/salon/opening-hours/",
    "/api/businesses/salon/reviews/",
];

async fn ask(app: &TestApp, method: Method, path: &str, headers: &[(&str, &str)]) -> Answer {
    let request = headers
        .iter()
        .fold(app.request(method, path), |request, (name, value)| request.header(*name, *value));
    Answer::read(request.send().await.unwrap()).await
}

async fn app_with_a_salon() -> (TestApp, crate::support::Person) {
    let app = TestApp::start().await;
    let anna = app.person("anna").await;
    open(&anna, &opening("Salon", "Łódź")).await;
    (app, anna)
}

#[tokio::test]
async fn public_reads_may_be_kept_for_a_stated_while_and_are_confirmed_by_their_tag() {
    let (app, anna) = app_with_a_salon().await;
    let staff = app.get("/api/businesses/salon/staff/").await.expect(200);
    let member = format!("/api/businesses/salon/staff/{}/", staff["results"][0]["id"].as_str().unwrap());
    let haircut = json!({ "name": "Strzyżenie", "duration_minutes": 60, "price_amount": "100" });
    let service = anna.post("/api/businesses/services/", &haircut).await.expect(201);
    let service = service["id"].as_str().unwrap();
    let [add_ons, offered_by, questions] =
        ["add-ons", "staff", "questions"].map(|of| format!("/api/businesses/salon/services/{service}/{of}/"));
    let locations = app.get("/api/businesses/salon/locations/").await.expect(200);
    let location = locations["results"][0]["id"].as_str().unwrap();
    let there = format!("/api/businesses/salon/services/?location_id={location}");
    let location = format!("/api/businesses/salon/locations/{location}/");
    let week = format!("{location}opening-hours/");
    let of_one = [member.as_str(), &location, &week, &there, &add_ons, &offered_by, &questions];
    for path in PUBLIC.into_iter().chain(of_one) {
        let first = app.get(path).await;
        first.expect(200);
        let kept = first.header("cache-control").unwrap();
        let expected = match path {
            "/api/businesses/categories/" => "public, max-age=0, s-maxage=300, stale-while-revalidate=300",
            list if list.starts_with("/api/businesses/?") || list == "/api/businesses/" => {
                "public, max-age=0, s-maxage=60, stale-while-revalidate=60"
            }
            _ => "public, max-age=0, s-maxage=30, stale-while-revalidate=30",
        };
        assert_eq!(kept, expected, "{path}");
        let varies: Vec<&str> =
            first.headers.get_all("vary").iter().map(|value| value.to_str().unwrap()).collect();
        let varies = varies.join(", ").to_lowercase();
        let speaks = ["categories/", "salon/", "opening-hours/"].iter().any(|end| path.ends_with(end));
        assert_eq!(varies.contains("accept-language"), speaks, "{path}: {varies}");
        assert!(varies.contains("origin") && varies.contains("authorization"), "{path}: {varies}");

        let tag = first.header("etag").unwrap();
        let strong = tag.strip_prefix("W/").unwrap();
        let several = format!("\"other\", {tag}");
        for known in [tag, strong, &several, "*"] {
            for method in [Method::GET, Method::HEAD] {
                let again = ask(&app, method, path, &[("if-none-match", known)]).await;
                assert_eq!(
                    (again.status, again.text.as_str()),
                    (StatusCode::NOT_MODIFIED, ""),
                    "{path} {known}"
                );
                for name in ["etag", "cache-control"] {
                    assert_eq!(again.header(name), first.header(name), "{path}");
                }
                assert_eq!(
                    again.headers.get_all("vary").iter().count(),
                    first.headers.get_all("vary").iter().count()
                );
                assert_eq!(again.header("content-type"), None);
            }
        }
        let head = ask(&app, Method::HEAD, path, &[]).await;
        assert_eq!((head.status, head.header("etag"), head.text.as_str()), (StatusCode::OK, Some(tag), ""));
        let other = ask(&app, Method::GET, path, &[("if-none-match", "W/\"other\"")]).await;
        assert_eq!(other.expect(200), first.json());
    }
}

#[tokio::test]
async fn a_change_by_the_owner_changes_the_tag() {
    let (app, anna) = app_with_a_salon().await;
    let paths = ["/api/businesses/", "/api/businesses/salon/", "/api/businesses/salon/services/"];
    let mut tags = Vec::new();
    for path in paths {
        tags.push(app.get(path).await.header("etag").unwrap().to_owned());
    }
    offer(&anna, &json!({ "slug": "salon" }), "Strzyżenie").await;
    for (path, tag) in paths.iter().zip(&tags) {
        let answer = ask(&app, Method::GET, path, &[("if-none-match", tag)]).await;
        answer.expect(200);
        assert_ne!(answer.header("etag"), Some(tag.as_str()), "{path}");
    }
}

#[tokio::test]
async fn each_language_has_a_tag_of_its_own() {
    let (app, _) = app_with_a_salon().await;
    let path = "/api/businesses/categories/";
    let polish = app.get(path).await;
    let tag = polish.header("etag").unwrap();
    let english = ask(&app, Method::GET, path, &[("accept-language", "en"), ("if-none-match", tag)]).await;
    assert_eq!(english.expect(200)[0]["name"], "Hairdressers");
    assert_ne!(english.header("etag"), Some(tag));
}

#[tokio::test]
async fn an_answer_to_a_token_is_not_kept_whatever_the_token_is_worth() {
    let (app, anna) = app_with_a_salon().await;
    let good = format!("Bearer {}", anna.access);
    for path in PUBLIC {
        for token in [good.as_str(), "Bearer expired", "Basic YTpi"] {
            let answer = ask(&app, Method::GET, path, &[("authorization", token)]).await;
            answer.expect(200);
            assert_eq!(answer.header("cache-control"), Some("no-store"), "{path}");
        }
    }
}

#[tokio::test]
async fn what_the_time_of_day_changes_is_kept_for_seconds() {
    let (app, _) = app_with_a_salon().await;
    for query in ["open_now=true", "available_on=2026-03-02", "open_now=1&search=salon"] {
        let answer = app.get(&format!("/api/businesses/?{query}")).await;
        answer.expect(200);
        assert_eq!(answer.header("cache-control"), Some("public, max-age=0, s-maxage=15"), "{query}");
    }
}

#[tokio::test]
async fn nothing_else_is_for_caches() {
    let (app, anna) = app_with_a_salon().await;
    let service = offer(&anna, &json!({ "slug": "salon" }), "Strzyżenie").await;
    let id = service["id"].as_str().unwrap();
    let free = app.get(&format!("/api/businesses/salon/availability/?service_id={id}&date=2026-03-02")).await;
    free.expect(200);
    assert_eq!((free.header("cache-control"), free.header("etag")), (Some("no-store"), None));
    let refusals = [
        "/api/businesses/nobody/",
        "/api/businesses/nobody/reviews/",
        "/api/businesses/?page=9",
        "/api/businesses/?ordering=newest",
    ];
    for path in refusals {
        let refused = ask(&app, Method::GET, path, &[("if-none-match", "*")]).await;
        assert!(refused.status.is_client_error(), "{path}");
        assert_eq!(refused.header("cache-control"), Some("no-store"), "{path}");
    }
    let others = [
        app.get(&format!("/api/businesses/salon/services/{id}/")).await,
        anna.get("/api/users/me/").await,
        anna.get("/api/businesses/services/").await,
        anna.get("/api/businesses/salon/appointments/").await,
    ];
    for answer in others {
        answer.expect(200);
        assert!(!answer.header("cache-control").unwrap_or_default().contains("public"), "{answer:?}");
    }
}

#[tokio::test]
async fn a_business_that_nobody_has_reviewed_has_an_empty_page() {
    let (app, _) = app_with_a_salon().await;
    let empty = json!({ "count": 0, "next": null, "previous": null, "results": [] });
    assert_eq!(app.get("/api/businesses/salon/reviews/").await.expect(200), empty);
    app.get("/api/businesses/salon/reviews/?page=2").await.refused(404, "NOT_FOUND");
    app.get("/api/businesses/nobody/reviews/").await.refused(404, "BUSINESS_NOT_FOUND");
}
