//! Finding a business.

use std::collections::HashSet;

use reqwest::Method;
use serde_json::{Value, json};

use super::{LIST_FORM, offer, open, opening, with};
use crate::support::{Answer, TestApp, keys};

pub(super) fn names(page: &Value) -> Vec<&str> {
    page["results"].as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap()).collect()
}

/// The names a search finds.
async fn found(app: &TestApp, words: &str) -> Vec<String> {
    let encoded: Vec<String> = words.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let page = app.get(&format!("/api/businesses/?search={}", encoded.concat())).await.expect(200);
    names(&page).into_iter().map(str::to_owned).collect()
}

async fn open_detail(app: &TestApp, slug: &str) -> Value {
    app.get(&format!("/api/businesses/{slug}/")).await.expect(200)
}

#[tokio::test]
async fn the_list_comes_in_pages_that_name_their_neighbours() {
    let app = TestApp::start().await;
    let anna = app.person("anna").await;
    for number in 10..23 {
        open(&anna, &opening(&format!("Salon {number}"), "Łódź")).await;
    }
    open(&anna, &with(opening("Gabinet", "Łódź"), "category", "doctor")).await;

    let first = app.get("/api/businesses/?category=hairdresser&search=%C5%81%C3%B3d%C5%BA").await.expect(200);
    assert_eq!(keys(&first), ["count", "next", "previous", "results"]);
    assert_eq!(keys(&first["results"][0]), LIST_FORM);
    assert_eq!((&first["count"], names(&first).len()), (&json!(13), 10));
    assert_eq!(first["previous"], Value::Null);
    let next = first["next"].as_str().unwrap();
    let expected =
        format!("{}/api/businesses/?category=hairdresser&search=%C5%81%C3%B3d%C5%BA&page=2", app.base);
    assert_eq!(next, expected);

    let second = app.get(next.strip_prefix(&app.base).unwrap()).await.expect(200);
    assert_eq!(names(&second), ["Salon 20", "Salon 21", "Salon 22"]);
    assert_eq!(second["next"], Value::Null);
    let previous = second["previous"].as_str().unwrap();
    assert_eq!(
        app.get(previous.strip_prefix(&app.base).unwrap()).await.expect(200)["results"],
        first["results"]
    );

    let middle = app.get("/api/businesses/?page=2&page_size=5").await.expect(200);
    assert_eq!(middle["next"], format!("{}/api/businesses/?page_size=5&page=3", app.base));
    assert_eq!(middle["previous"], format!("{}/api/businesses/?page_size=5&page=1", app.base));
}

#[tokio::test]
async fn pages_that_do_not_exist_are_not_found() {
    let app = TestApp::start().await;
    assert_eq!(
        app.get("/api/businesses/").await.expect(200),
        json!({
            "count": 0, "next": null, "previous": null, "results": [],
        })
    );
    for page in ["2", "0", "-1", "abc", "1.5", "99999999999999999999", "100001", "first"] {
        app.get(&format!("/api/businesses/?page={page}")).await.refused(404, "NOT_FOUND");
    }
    app.get("/api/businesses/?page=").await.expect(200);
}

#[tokio::test]
async fn the_last_page_is_called_so_and_a_size_that_is_none_is_the_usual_one() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let paged = [
        app.get("/api/businesses/?page=last").await,
        app.get("/api/businesses/?page=last&available_on=2026-03-03").await,
        salon.owner.get("/api/businesses/my-business/?page=last").await,
        salon.owner.get("/api/users/appointments/?page=last").await,
        salon.owner.get(&salon.path("services/?page=last")).await,
        app.get(&salon.path("reviews/?page=last")).await,
    ];
    for (page, count) in paged.into_iter().zip([1, 1, 1, 0, 1, 0]) {
        let page = page.expect(200);
        assert_eq!(
            (&page["count"], &page["next"], &page["previous"]),
            (&json!(count), &Value::Null, &Value::Null)
        );
        assert_eq!(page["results"].as_array().unwrap().len(), count);
    }

    for name in 1..=10 {
        let service = json!({ "name": format!("Usługa {name}"), "duration_minutes": 30, "price_amount": 30 });
        salon.owner.post(&salon.path("services/"), &service).await.expect(201);
    }
    for list in
        ["services/?page_size=4&page=", "opening-hours/?page_size=3&page="].map(|list| salon.path(list))
    {
        let last = app.get(&format!("{list}last")).await.expect(200);
        assert_eq!(last, app.get(&format!("{list}3")).await.expect(200));
        assert!(last["previous"].as_str().unwrap().ends_with("page=2"), "{last}");
    }
    for size in ["0", "-1", "many", "1.5", ""] {
        let page = app.get(&salon.path(&format!("services/?page_size={size}"))).await.expect(200);
        assert_eq!(page["results"].as_array().unwrap().len(), 10, "{size}");
    }
    let all = app.get(&salon.path("services/?page_size=99999999999")).await.expect(200);
    assert_eq!(all["results"].as_array().unwrap().len(), 11);
}

#[tokio::test]
async fn a_page_holds_a_hundred_at_most() {
    let app = TestApp::start().await;
    let anna = app.person("anna").await;
    open(&anna, &opening("Salon", "Łódź")).await;
    let copies = "
        with copies as (
            insert into businesses (id, owner_id, name, slug, category, timezone, currency, created_at, updated_at)
            select gen_random_uuid(), owner_id, name, slug || '-' || number, category, timezone, currency, created_at,
                   updated_at
            from businesses, generate_series(2, 101) number
            returning id)
        insert into locations (id, business_id, address_line1, city, postal_code)
        select gen_random_uuid(), id, 'ul. Prosta 1', 'Łódź', '90-001' from copies";
    app.database.connect().await.batch_execute(copies).await.unwrap();
    let page = app.get("/api/businesses/?page_size=1000").await.expect(200);
    assert_eq!((&page["count"], names(&page).len()), (&json!(101), 100));
    let ids: HashSet<String> =
        page["results"].as_array().unwrap().iter().map(|item| item["id"].to_string()).collect();
    let last = app.get("/api/businesses/?page_size=1000&page=2").await.expect(200);
    assert_eq!(names(&last).len(), 1);
    assert!(!ids.contains(&last["results"][0]["id"].to_string()));
}

#[tokio::test]
async fn the_list_is_narrowed_by_category() {
    let app = TestApp::start().await;
    let anna = app.person("anna").await;
    open(&anna, &opening("Fryzjer", "Łódź")).await;
    open(&anna, &with(opening("Masaż", "Łódź"), "category", "spa")).await;
    assert_eq!(names(&app.get("/api/businesses/?category=spa").await.expect(200)), ["Masaż"]);
    assert_eq!(app.get("/api/businesses/?category=fitness").await.expect(200)["count"], 0);
    assert_eq!(names(&app.get("/api/businesses/?category=").await.expect(200)), ["Fryzjer", "Masaż"]);
    assert_eq!(app.get("/api/businesses/?category=bakery").await.wrong_fields(), ["category"]);
}

#[tokio::test]
async fn a_search_reads_name_city_and_services_and_forgives() {
    let app = TestApp::start().await;
    let anna = app.person("anna").await;
    let hair = open(&anna, &opening("Fryzjer Złote Nożyczki", "Łódź")).await;
    offer(&anna, &hair, "Strzyżenie męskie").await;
    let nails = open(&anna, &with(opening("Studio Piękna", "Kraków"), "category", "beauty")).await;
    let manicure = offer(&anna, &nails, "Manicure hybrydowy").await;

    let (hair, nails) = (["Fryzjer Złote Nożyczki"], ["Studio Piękna"]);
    let cases: [(&str, &[&str]); 14] = [
        ("fryzjer", &hair),
        ("FRYZJER", &hair),
        ("zlote nozyczki", &hair),
        ("ŁÓDŹ", &hair),
        ("lodz", &hair),
        ("strzyzenie", &hair),
        ("fryzier lodz", &hair),
        ("krakow manicure", &nails),
        ("piekna", &nails),
        ("manikure", &nails),
        ("fryzjer krakow", &[]),
        ("hydraulik", &[]),
        ("100% _", &[]),
        ("o'brien\\", &[]),
    ];
    for (words, expected) in cases {
        assert_eq!(found(&app, words).await, expected, "{words}");
    }
    assert_eq!(found(&app, " ").await.len(), 2);

    let service = format!("/api/businesses/studio-piekna/services/{}/", manicure["id"].as_str().unwrap());
    anna.patch(&service, &json!({ "is_active": false })).await.expect(200);
    assert!(found(&app, "manicure").await.is_empty());
    assert_eq!(
        app.get(&format!("/api/businesses/?search={}", "a".repeat(201))).await.wrong_fields(),
        ["search"]
    );
}

#[tokio::test]
async fn categories_are_listed_in_the_callers_language_with_their_counts() {
    let app = TestApp::start().await;
    let anna = app.person("anna").await;
    for name in ["Jeden", "Dwa"] {
        open(&anna, &with(opening(name, "Łódź"), "category", "spa")).await;
    }
    let polish = app.get("/api/businesses/categories/").await.expect(200);
    let slugs: Vec<&str> =
        polish.as_array().unwrap().iter().map(|item| item["slug"].as_str().unwrap()).collect();
    assert_eq!(slugs, ["hairdresser", "doctor", "beauty", "spa", "fitness", "other"]);
    assert_eq!(polish[0], json!({ "slug": "hairdresser", "name": "Fryzjerzy", "count": 0 }));
    assert_eq!(polish[3]["count"], 2);
    let request = app.request(Method::GET, "/api/businesses/categories/").header("accept-language", "en-GB");
    let english = Answer::read(request.send().await.unwrap()).await.expect(200);
    assert_eq!(english[0]["name"], "Hairdressers");
}

#[tokio::test]
async fn a_business_is_found_by_slug_and_by_id_in_either_case() {
    let app = TestApp::start().await;
    let anna = app.person("anna").await;
    let made = open(&anna, &opening("U Anny", "Łódź")).await;
    let id = made["id"].as_str().unwrap();
    for name in ["u-anny", "U-ANNY", id, &id.to_uppercase()] {
        assert_eq!(open_detail(&app, name).await, made);
        assert_eq!(app.get(&format!("/api/businesses/{name}/services/")).await.expect(200)["count"], 0);
    }
    let strangers = ["nobody", "019b5c2e-0000-7000-8000-000000000000", "u%20anny", "..%2fu-anny", "u_anny"];
    for name in strangers {
        app.get(&format!("/api/businesses/{name}/")).await.refused(404, "BUSINESS_NOT_FOUND");
        app.get(&format!("/api/businesses/{name}/services/")).await.refused(404, "BUSINESS_NOT_FOUND");
        app.get(&format!("/api/businesses/{name}/opening-hours/")).await.refused(404, "BUSINESS_NOT_FOUND");
    }
}

#[tokio::test]
async fn a_trailing_slash_makes_no_difference() {
    let app = TestApp::start().await;
    let anna = app.person("anna").await;
    for (path, name) in [("/api/businesses", "Jeden"), ("/api/businesses/my-business", "Dwa")] {
        anna.post(path, &opening(name, "Łódź")).await.expect(201);
    }
    let paths = [
        "/api/businesses",
        "/api/businesses/categories",
        "/api/businesses/jeden",
        "/api/businesses/jeden/services",
    ];
    for path in paths {
        assert_eq!(app.get(path).await.expect(200), app.get(&format!("{path}/")).await.expect(200), "{path}");
    }
    let page = app.get("/api/businesses?page_size=1").await.expect(200);
    assert_eq!(page["next"], app.get("/api/businesses/?page_size=1").await.expect(200)["next"]);
}

#[tokio::test]
async fn a_stored_token_that_is_bad_does_not_hide_what_everyone_may_see() {
    let app = TestApp::start().await;
    for path in ["/api/businesses/", "/api/businesses/categories/"] {
        for token in ["Bearer expired", "Bearer ", "Basic YTpi", "nonsense"] {
            let request = app.request(Method::GET, path).header("authorization", token);
            Answer::read(request.send().await.unwrap()).await.expect(200);
        }
    }
}

#[tokio::test]
async fn links_name_an_allowed_host_whatever_the_caller_claims() {
    let first = TestApp::start().await;
    let anna = first.person("anna").await;
    for name in ["Jeden", "Dwa"] {
        open(&anna, &opening(name, "Łódź")).await;
    }
    let cases = [
        ("api.example.com,localhost", "api.example.com", "https://api.example.com/"),
        ("api.example.com,localhost", "API.example.com", "https://api.example.com/"),
        ("api.example.com,localhost", "localhost:8443", "https://localhost:8443/"),
        ("api.example.com,localhost", "evil.example", "https://api.example.com/"),
        ("api.example.com,localhost", "api.example.com:@evil.example", "https://api.example.com/"),
        ("api.example.com,localhost", "api.example.com.evil.example", "https://api.example.com/"),
        (".example.com", "salon.example.com", "https://salon.example.com/"),
        (".example.com", "evilexample.com", "https://example.com/"),
        (".example.com", "evil.example/?.example.com", "https://example.com/"),
    ];
    for (allowed, host, expected) in cases {
        let production =
            [("SESSLY_ENV", "production"), ("ALLOWED_HOSTS", allowed), ("EMAIL_HOST", "127.0.0.1")];
        let app = TestApp::on(first.database.clone(), &production).await;
        let request = app.request(Method::GET, "/api/businesses/?page_size=1").header("host", host);
        // What a proxy would say of the caller, anybody can say.
        let request = request.header("x-forwarded-host", "evil.example").header("x-forwarded-proto", "http");
        let page = Answer::read(request.send().await.unwrap()).await.expect(200);
        let next = page["next"].as_str().unwrap().to_lowercase();
        assert!(next.starts_with(expected), "{host}: {next}");
    }
}
