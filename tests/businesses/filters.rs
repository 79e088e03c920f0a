//! What the list is narrowed down to and ordered by.

use reqwest::Method;
use serde_json::{Value, json};

use super::{finding::names, offer, open, opening, slug, with};
use crate::support::{Answer, Person, Salon, TestApp, keys};

/// The names on the first page.
async fn listed(app: &TestApp, query: &str) -> Vec<String> {
    let page = app.get(&format!("/api/businesses/?{query}")).await.expect(200);
    assert_eq!(page["count"], names(&page).len(), "{query}");
    names(&page).into_iter().map(str::to_owned).collect()
}

async fn open_at(owner: &Person, name: &str, latitude: &str, longitude: &str) -> Value {
    let point = with(opening(name, "Łódź"), "latitude", latitude);
    open(owner, &with(point, "longitude", longitude)).await
}

/// A salon in Łódź with its own name, opening hours and service.
async fn salon(app: &TestApp, owner: &Person, name: &str, hours: (&str, &str)) -> Salon {
    app.salon().named(name).open(hours.0, hours.1).create_for(owner.clone()).await
}

#[tokio::test]
async fn nearby_means_within_the_radius_with_the_distance_along_the_surface() {
    let app = TestApp::start().await;
    let anna = app.person("anna").await;
    open_at(&anna, "Warszawa", "52.229676", "21.012229").await;
    open_at(&anna, "Łódź", "51.759249", "19.455983").await;
    open_at(&anna, "Kraków", "50.064651", "19.944981").await;
    open(&anna, &opening("Nigdzie", "Łódź")).await;

    let from_warsaw = "lat=52.229676&lng=21.012229";
    assert_eq!(listed(&app, from_warsaw).await, ["Warszawa"]);
    assert_eq!(listed(&app, &format!("{from_warsaw}&radius_km=130")).await, ["Warszawa", "Łódź"]);
    let all =
        app.get(&format!("/api/businesses/?{from_warsaw}&radius_km=500&ordering=distance")).await.expect(200);
    assert_eq!(names(&all), ["Warszawa", "Łódź", "Kraków"]);
    // By the haversine formula: 0, 118.696 and 251.981 km.
    let distances: Vec<f64> =
        all["results"].as_array().unwrap().iter().map(|item| item["distance_km"].as_f64().unwrap()).collect();
    assert_eq!(distances, [0.0, 118.7, 251.98]);
    let without = app.get("/api/businesses/").await.expect(200);
    assert!(!keys(&without["results"][0]).contains(&"distance_km"));
}

#[tokio::test]
async fn the_globe_has_no_edges() {
    let app = TestApp::start().await;
    let anna = app.person("anna").await;
    open_at(&anna, "Wschód", "0", "179.99").await;
    open_at(&anna, "Zachód", "0", "-179.99").await;
    open_at(&anna, "Biegun", "89.99", "90").await;
    assert_eq!(listed(&app, "lat=0&lng=180&radius_km=3").await, ["Wschód", "Zachód"]);
    assert_eq!(listed(&app, "lat=0&lng=-180&radius_km=3&ordering=distance").await, ["Wschód", "Zachód"]);
    assert_eq!(listed(&app, "lat=89.99&lng=-90&radius_km=3&ordering=distance").await, ["Biegun"]);
    assert_eq!(listed(&app, "lat=0&lng=179.99&radius_km=0").await, ["Wschód"]);
}

#[tokio::test]
async fn the_parameter_that_is_wrong_is_named() {
    let app = TestApp::start().await;
    let cases = [
        ("lat=52", "lng"),
        ("lng=21", "lat"),
        ("radius_km=5", "radius_km"),
        ("lat=91&lng=21", "lat"),
        ("lat=52&lng=east", "lng"),
        ("lat=NaN&lng=21", "lat"),
        ("lat=52&lng=21&radius_km=501", "radius_km"),
        ("lat=52&lng=21&radius_km=-1", "radius_km"),
        ("lat=52&lng=21&radius_km=nan", "radius_km"),
        ("lat=52&lng=21&radius_km=inf", "radius_km"),
        ("ordering=distance", "ordering"),
        ("ordering=newest", "ordering"),
        ("ordering=-name", "ordering"),
        ("price_max=cheap", "price_max"),
        ("price_max=-1", "price_max"),
        ("open_now=maybe", "open_now"),
        ("available_on=tomorrow", "available_on"),
        ("available_on=2026-02-30", "available_on"),
        ("category=bakery", "category"),
        ("search=a%00b", "search"),
    ];
    for (query, wrong) in cases {
        let answer = app.get(&format!("/api/businesses/?{query}")).await;
        assert_eq!(answer.wrong_fields(), [wrong], "{query}");
    }
    let long = format!("/api/businesses/?city={}", "a".repeat(101));
    assert_eq!(app.get(&long).await.wrong_fields(), ["city"]);
}

#[tokio::test]
async fn parameters_that_are_empty_count_as_absent() {
    let app = TestApp::start().await;
    let anna = app.person("anna").await;
    open(&anna, &opening("Salon", "Łódź")).await;
    let empty =
        "category=&search=&city=&lat=&lng=&radius_km=&price_max=&open_now=&available_on=&ordering=&page=";
    assert_eq!(listed(&app, empty).await, ["Salon"]);
    assert_eq!(listed(&app, "search=%20&city=%20&open_now=false").await, ["Salon"]);
}

#[tokio::test]
async fn a_search_or_a_city_without_any_word_finds_nothing() {
    let app = TestApp::start().await;
    let anna = app.person("anna").await;
    open(&anna, &opening("Salon", "Łódź")).await;
    for query in ["search=!!!", "search=-&city=lodz", "city=!!!", "city=...&search=salon", "search=%27%3B--"]
    {
        assert!(listed(&app, query).await.is_empty(), "{query}");
    }
}

#[tokio::test]
async fn what_was_typed_wrong_is_found_and_what_was_typed_right_comes_first() {
    let app = TestApp::start().await;
    let anna = app.person("anna").await;
    open(&anna, &opening("Fryzjer Warszawski", "Łódź")).await;
    let spa = open(&anna, &opening("Azalia", "Łódź")).await;
    offer(&anna, &spa, "Fryzjer męski").await;
    open(&anna, &opening("Fryzjerzy", "Gdańsk")).await;
    open(&anna, &opening("Salsa", "Łódź")).await;

    // One letter wrong, missing, too many, or two that changed places.
    for typed in
        ["fryzier lodz", "fryzjr lodz", "fryzzjer lodz", "fryjzer lodz", "fryzjer lodzi", "FRYZJER Łódź"]
    {
        let query = format!("search={}", typed.replace(' ', "+"));
        assert_eq!(listed(&app, &query).await, ["Fryzjer Warszawski", "Azalia"], "{typed}");
    }
    // A word may be begun, or be the end of one.
    assert_eq!(listed(&app, "search=fryz").await, ["Fryzjer Warszawski", "Fryzjerzy", "Azalia"]);
    assert_eq!(listed(&app, "search=szawski").await, ["Fryzjer Warszawski"]);
    // Single letters between words say nothing.
    assert_eq!(listed(&app, "search=fryzjer+w+lodzi").await, ["Fryzjer Warszawski", "Azalia"]);
    assert!(listed(&app, "search=salon").await.is_empty());
    assert!(listed(&app, "search=spa").await.is_empty());
    assert_eq!(
        listed(&app, "search=fryz&ordering=name").await,
        ["Azalia", "Fryzjer Warszawski", "Fryzjerzy"]
    );
}

#[tokio::test]
async fn a_city_is_meant_by_its_whole_words_if_there_is_one() {
    let app = TestApp::start().await;
    let anna = app.person("anna").await;
    for city in ["Lublin", "Lubliniec", "Bielsko-Biała", "Zielona Góra"] {
        open(&anna, &opening(city, city)).await;
    }
    open(&anna, &opening("Salon w Lublinie", "Łódź")).await;
    open(&anna, &opening("Lublin w nazwie", "Łódź")).await;
    let cases: [(&str, &[&str]); 9] = [
        ("Lublin", &["Lublin"]),
        ("LUBLIN%20", &["Lublin"]),
        ("lubl", &["Lublin", "Lubliniec"]),
        ("bielsko", &["Bielsko-Biała"]),
        ("Bielsko%20Biala", &["Bielsko-Biała"]),
        ("zielona", &["Zielona Góra"]),
        ("zielona%20g", &["Zielona Góra"]),
        ("%C5%81%C3%93D%C5%B9", &["Lublin w nazwie", "Salon w Lublinie"]),
        ("ublin", &[]),
    ];
    for (city, expected) in cases {
        assert_eq!(listed(&app, &format!("city={city}")).await, expected, "{city}");
    }
    assert_eq!(listed(&app, "city=lodz&search=nazwie").await, ["Lublin w nazwie"]);
}

#[tokio::test]
async fn a_highest_price_is_one_that_something_on_offer_keeps_to() {
    let app = TestApp::start().await;
    let anna = app.person("anna").await;
    let made = open(&anna, &opening("Salon", "Łódź")).await;
    open(&anna, &opening("Bez cennika", "Łódź")).await;
    let path = format!("/api/businesses/{}/services/", slug(&made));
    let service = |name: &str, price: &str, currency: &str| json!({ "name": name, "duration_minutes": 30, "price_amount": price, "price_currency": currency });
    let dear = anna.post(&path, &service("Drogo", "99.99", "PLN")).await.expect(201);
    anna.post(&path, &service("Za euro", "10.00", "EUR")).await.expect(201);
    for (most, found) in [("99.99", true), ("99.999", true), ("100", true), ("99.98", false), ("0", false)] {
        assert_eq!(listed(&app, &format!("price_max={most}")).await.len(), usize::from(found), "{most}");
    }
    let dear = format!("{path}{}/", dear["id"].as_str().unwrap());
    anna.patch(&dear, &json!({ "price_amount": "49.00" })).await.expect(200);
    assert_eq!(listed(&app, "price_max=50").await, ["Salon"]);
    anna.patch(&dear, &json!({ "is_active": false })).await.expect(200);
    assert!(listed(&app, "price_max=50").await.is_empty());

    // 5,000 yen have no smaller coin.
    let yen = "update businesses set currency = 'JPY';
               update services set is_active = true, price_minor = 5000, price_currency = 'JPY'";
    app.database.connect().await.batch_execute(yen).await.unwrap();
    assert_eq!(listed(&app, "price_max=5000").await, ["Salon"]);
    assert!(listed(&app, "price_max=4999.99").await.is_empty());
}

#[tokio::test]
async fn the_best_rated_come_first_and_those_without_a_rating_last() {
    let app = TestApp::start().await;
    let anna = app.person("anna").await;
    for name in ["a", "b", "c", "d"] {
        open(&anna, &opening(name, "Łódź")).await;
    }
    let rate = "update businesses set rating_average = 4.5, rating_count = 3 where name = 'b';
                update businesses set rating_average = 4.5, rating_count = 9 where name = 'c';
                update businesses set rating_average = 4.6, rating_count = 1 where name = 'd'";
    app.database.connect().await.batch_execute(rate).await.unwrap();
    assert_eq!(listed(&app, "ordering=rating").await, ["d", "c", "b", "a"]);
    assert_eq!(listed(&app, "ordering=rating&city=lodz").await, ["d", "c", "b", "a"]);
    assert_eq!(listed(&app, "ordering=relevance").await, ["a", "b", "c", "d"]);
}

#[tokio::test]
async fn every_filter_combines_with_every_other() {
    let app = TestApp::start().await;
    let anna = app.person("anna").await;
    let build = || {
        let salon = app.salon().service("price_amount", "80").business("category", "spa");
        salon.business("city", "Łódź").business("latitude", "51.76").business("longitude", "19.46")
    };
    build().named("Masaż Zosia").create_for(anna.clone()).await;
    let one_thing_else = [
        build().named("Masaż Daleko").business("latitude", "53"),
        build().named("Masaż Inny").business("category", "beauty"),
        build().named("Masaż Drogi").service("price_amount", "81"),
        build().named("Masaż Śpioch").open("11:00", "17:00"),
        build().named("Masaż Długi").service("duration_minutes", 600),
        build().named("Masaż Zgierz").business("city", "Zgierz"),
        build().named("Sauna"),
    ];
    for other in one_thing_else {
        other.create_for(anna.clone()).await;
    }
    app.set_clock("2026-03-02T09:00:00Z").await;
    let filters = [
        "category=spa",
        "search=masaz",
        "city=lodz",
        "lat=51.76&lng=19.46&radius_km=5",
        "price_max=80",
        "open_now=true",
        "available_on=2026-03-02",
    ];
    for ordering in ["", "&ordering=distance", "&ordering=name", "&ordering=rating", "&ordering=relevance"] {
        let query = format!("{}{ordering}", filters.join("&"));
        assert_eq!(listed(&app, &query).await, ["Masaż Zosia"], "{query}");
    }
    for left_out in 0..filters.len() {
        let mut others = filters.to_vec();
        others.remove(left_out);
        let found = listed(&app, &others.join("&")).await;
        assert!(found.contains(&"Masaż Zosia".to_owned()) && found.len() == 2, "{left_out}: {found:?}");
    }
}

#[tokio::test]
async fn open_now_follows_hours_breaks_and_the_zone() {
    let app = TestApp::start().await;
    let anna = app.person("anna").await;
    app.salon().named("Warszawa").with_break("12:00", "12:30").create_for(anna.clone()).await;
    app.salon().named("Tokio").business("timezone", "Asia/Tokyo").create_for(anna.clone()).await;
    open(&anna, &opening("Bez godzin", "Łódź")).await;
    // Warsaw is an hour ahead of UTC, Tokyo nine. 2026-03-02 is a Monday.
    let cases: [(&str, &[&str]); 9] = [
        ("2026-03-02T07:59:59Z", &["Tokio"]),
        ("2026-03-02T08:00:00Z", &["Warszawa"]),
        ("2026-03-02T10:59:59Z", &["Warszawa"]),
        ("2026-03-02T11:00:00Z", &[]),
        ("2026-03-02T11:30:00Z", &["Warszawa"]),
        ("2026-03-02T15:59:59Z", &["Warszawa"]),
        ("2026-03-02T16:00:00Z", &[]),
        ("2026-03-03T00:00:00Z", &["Tokio"]),
        ("2026-03-08T12:00:00Z", &[]),
    ];
    for (now, expected) in cases {
        app.set_clock(now).await;
        assert_eq!(listed(&app, "open_now=true").await, expected, "{now}");
        assert_eq!(listed(&app, "open_now=1&city=wroclaw").await, expected, "{now}");
    }
}

#[tokio::test]
async fn open_now_follows_overrides_and_holidays() {
    let app = TestApp::start().await;
    let anna = app.person("anna").await;
    let usual = app.salon().named("Zwykły").create_for(anna.clone()).await;
    let pious =
        app.salon().named("Świąteczny").business("holiday_calendar", "PL").create_for(anna.clone()).await;
    let break_at_noon = json!([{ "start": "12:00", "end": "12:30" }]);
    let late = json!([{ "open_time": "11:00", "close_time": "20:00", "breaks": break_at_noon }]);
    let [member] = usual.staff().await.try_into().unwrap();
    for (salon, dates) in [
        // A Wednesday and a holiday; a Thursday; a Sunday; a whole day of only one of the staff.
        (&pious, json!({ "first_date": "2026-11-11", "hours": late })),
        (&usual, json!({ "first_date": "2026-11-12" })),
        (&usual, json!({ "first_date": "2026-11-15", "hours": late })),
        (&usual, json!({ "first_date": "2026-11-13", "staff_id": member })),
    ] {
        salon.owner.post(&salon.path("date-overrides/"), &dates).await.expect(201);
    }
    let cases: [(&str, &[&str]); 10] = [
        ("2026-11-10T10:30:00Z", &["Zwykły", "Świąteczny"]),
        ("2026-11-11T09:30:00Z", &["Zwykły"]),
        ("2026-11-11T10:30:00Z", &["Zwykły", "Świąteczny"]),
        ("2026-11-11T11:15:00Z", &["Zwykły"]),
        ("2026-11-11T18:59:00Z", &["Świąteczny"]),
        ("2026-11-12T10:30:00Z", &["Świąteczny"]),
        ("2026-11-13T10:30:00Z", &["Zwykły", "Świąteczny"]),
        ("2026-11-15T10:30:00Z", &["Zwykły"]),
        // Christmas Eve, also where it begins before UTC's.
        ("2026-12-24T10:30:00Z", &["Zwykły"]),
        ("2026-12-23T10:30:00Z", &["Zwykły", "Świąteczny"]),
    ];
    for (now, expected) in cases {
        app.set_clock(now).await;
        let mut found = listed(&app, "open_now=true").await;
        found.sort();
        assert_eq!(found, expected, "{now}");
    }
}

#[tokio::test]
async fn open_now_follows_clocks_that_change() {
    let app = TestApp::start().await;
    let anna = app.person("anna").await;
    app.salon().named("Nocny").on_days(0..7).open("00:30", "02:30").create_for(anna.clone()).await;
    app.salon().named("Ranny").on_days(0..7).open("02:30", "05:00").create_for(anna.clone()).await;
    let cases: [(&str, &[&str]); 6] = [
        // In spring, the clock jumps from 02:00 to 03:00: one closes and the other opens at that moment.
        ("2026-03-29T00:59:00Z", &["Nocny"]),
        ("2026-03-29T01:00:00Z", &["Ranny"]),
        // In autumn, 02:30 comes twice, and counts the first time.
        ("2026-10-25T00:29:00Z", &["Nocny"]),
        ("2026-10-25T00:30:00Z", &["Ranny"]),
        ("2026-10-25T01:15:00Z", &["Ranny"]),
        ("2026-10-25T04:00:00Z", &[]),
    ];
    for (now, expected) in cases {
        app.set_clock(now).await;
        assert_eq!(listed(&app, "open_now=true").await, expected, "{now}");
    }
}

#[tokio::test]
async fn available_on_a_date_is_who_has_a_start_left() {
    let app = TestApp::start().await;
    let anna = app.person("anna").await;
    let full = salon(&app, &anna, "Pełny", ("09:00", "11:00")).await;
    salon(&app, &anna, "Wolny", ("09:00", "11:00")).await;
    let policy = json!({ "booking_horizon_days": 1, "min_notice_minutes": 120 });
    app.salon().named("Ostrożny").business("booking_policy", policy).create_for(anna.clone()).await;
    open(&anna, &opening("Bez usług", "Łódź")).await;

    let on = |date: &str| format!("available_on={date}");
    assert_eq!(listed(&app, &on("2026-03-02")).await, ["Ostrożny", "Pełny", "Wolny"]);
    assert_eq!(listed(&app, &on("2026-03-04")).await, ["Pełny", "Wolny"]);
    for nobody in ["2026-03-01", "2026-03-08", "2028-01-03"] {
        assert!(listed(&app, &on(nobody)).await.is_empty(), "{nobody}");
    }
    let ewa = app.person("ewa").await;
    for time in ["09:00", "10:00"] {
        assert_eq!(listed(&app, &on("2026-03-04")).await, ["Pełny", "Wolny"]);
        full.book(&ewa, "2026-03-04", time).await.expect(201);
    }
    assert_eq!(listed(&app, &on("2026-03-04")).await, ["Wolny"]);
    // A shorter service would still fit nowhere; somebody else would.
    let hire = "
        with another as (
            insert into staff_members (id, business_id, display_name, created_at, updated_at)
            select gen_random_uuid(), id, 'Ola', created_at, created_at from businesses where slug = 'pelny'
            returning id, business_id)
        insert into staff_services select business_id, another.id, services.id
        from another join services using (business_id)";
    app.database.connect().await.batch_execute(hire).await.unwrap();
    assert_eq!(listed(&app, &on("2026-03-04")).await, ["Pełny", "Wolny"]);
    app.set_clock("2026-03-04T09:00:01Z").await;
    // Ten o'clock has begun. Who is open until five has starts left.
    assert_eq!(listed(&app, &on("2026-03-04")).await, ["Ostrożny"]);
}

#[tokio::test]
async fn who_is_available_comes_in_pages_whose_count_is_right() {
    let app = TestApp::start().await;
    let anna = app.person("anna").await;
    for number in 1..=5 {
        let days = if number == 3 { 1..2 } else { 0..1 };
        let name = format!("Salon {number}");
        let salon = app.salon().named(&name).on_days(days).business("latitude", format!("51.{number}"));
        salon.business("longitude", "19").create_for(anna.clone()).await;
    }
    let query = "available_on=2026-03-02&lat=51.9&lng=19&radius_km=500&ordering=distance&page_size=3";
    let first = app.get(&format!("/api/businesses/?{query}")).await.expect(200);
    assert_eq!((&first["count"], names(&first)), (&json!(4), vec!["Salon 5", "Salon 4", "Salon 2"]));
    assert!(first["results"][0]["distance_km"].as_f64().unwrap() > 40.0);
    assert!(first["next"].as_str().unwrap().ends_with("&page=2"));
    let second = app.get(&format!("/api/businesses/?{query}&page=2")).await.expect(200);
    assert_eq!((names(&second), &second["next"]), (vec!["Salon 1"], &Value::Null));
    app.get(&format!("/api/businesses/?{query}&page=3")).await.refused(404, "NOT_FOUND");
}

#[tokio::test]
async fn the_list_agrees_with_the_availability_of_each() {
    let app = TestApp::start().await;
    let anna = app.person("anna").await;
    let salons = [
        salon(&app, &anna, "Krótki", ("09:00", "09:45")).await,
        salon(&app, &anna, "W sam raz", ("09:00", "10:00")).await,
        app.salon()
            .named("Przerwa")
            .open("09:00", "10:30")
            .with_break("09:30", "10:00")
            .create_for(anna.clone())
            .await,
        app.salon().named("Zegar").on_days(0..7).open("01:30", "03:00").create_for(anna.clone()).await,
    ];
    for date in ["2026-03-02", "2026-03-08", "2026-03-29", "2026-10-25"] {
        let mut expected = Vec::new();
        for salon in &salons {
            if !salon.free(&app, date).await.is_empty() {
                expected.push(salon.slug.clone());
            }
        }
        let page = app.get(&format!("/api/businesses/?available_on={date}")).await.expect(200);
        let mut found: Vec<String> =
            page["results"].as_array().unwrap().iter().map(|item| slug(item).to_owned()).collect();
        expected.sort();
        found.sort();
        assert_eq!(found, expected, "{date}");
    }
}

#[tokio::test]
async fn a_business_is_found_by_what_it_is_now() {
    let app = TestApp::start().await;
    let anna = app.person("anna").await;
    open(&anna, &opening("Dawny", "Łódź")).await;
    let database = app.database.connect().await;
    let change = |sql: &'static str| database.batch_execute(sql);
    let counts = async || {
        let all = app.get("/api/businesses/categories/").await.expect(200);
        let all = all.as_array().unwrap().iter().map(|item| item["count"].as_i64().unwrap());
        all.collect::<Vec<_>>()
    };
    assert_eq!(counts().await, [1, 0, 0, 0, 0, 0]);
    change("update businesses set name = 'Nowy', category = 'spa'").await.unwrap();
    assert_eq!(listed(&app, "search=nowy&category=spa").await, ["Nowy"]);
    assert!(listed(&app, "search=dawny").await.is_empty());
    assert_eq!(counts().await, [0, 0, 0, 1, 0, 0]);
    change("update locations set city = 'Gdynia'").await.unwrap();
    assert_eq!(listed(&app, "city=gdynia").await, ["Nowy"]);
    assert!(listed(&app, "city=lodz").await.is_empty());
    change("update businesses set retired_at = created_at").await.unwrap();
    for query in ["", "search=nowy", "city=gdynia", "category=spa"] {
        assert!(listed(&app, query).await.is_empty(), "{query}");
    }
    assert_eq!(counts().await, [0; 6]);
}

#[tokio::test]
async fn two_who_change_a_business_at_once_do_not_undo_each_others_half() {
    let app = TestApp::start().await;
    let anna = app.person("anna").await;
    let made = open(&anna, &opening("Dawny", "Łódź")).await;
    offer(&anna, &made, "Golenie").await;
    let (mut renaming, selling) = (app.database.connect().await, app.database.connect().await);
    let renamed = renaming.transaction().await.unwrap();
    renamed.batch_execute("update businesses set name = 'Nowy'").await.unwrap();
    let sold =
        tokio::spawn(async move { selling.batch_execute("update services set name = 'Farbowanie'").await });
    // Until the other one is waiting.
    let waiting = "select count(*) from pg_locks where not granted";
    while renamed.query_one(waiting, &[]).await.unwrap().get::<_, i64>(0) == 0 {
        tokio::task::yield_now().await;
    }
    renamed.commit().await.unwrap();
    sold.await.unwrap().unwrap();
    assert_eq!(listed(&app, "search=nowy+farbowanie").await, ["Nowy"]);
}

#[tokio::test]
async fn a_service_that_is_switched_off_is_there_for_its_own_people_only() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let path = salon.path(&format!("services/{}/", salon.service));
    app.get(&path).await.expect(200);
    salon.owner.patch(&path, &json!({ "is_active": false })).await.expect(200);

    let (ewa, ola, other) = (app.person("ewa").await, app.person("ola").await, app.person("other").await);
    open(&other, &opening("Inny", "Łódź")).await;
    let employ = "
        insert into staff_members (id, business_id, user_id, display_name, created_at, updated_at)
        select gen_random_uuid(), businesses.id, users.id, 'Ola', now(), now() from businesses, users
        where businesses.slug = $1 and users.username = 'ola'";
    app.database.connect().await.execute(employ, &[&salon.slug]).await.unwrap();

    app.get(&path).await.refused(404, "SERVICE_NOT_FOUND");
    let bad_token = app.request(Method::GET, &path).header("authorization", "Bearer expired");
    Answer::read(bad_token.send().await.unwrap()).await.refused(404, "SERVICE_NOT_FOUND");
    for stranger in [&ewa, &other] {
        stranger.get(&path).await.refused(404, "SERVICE_NOT_FOUND");
    }
    for insider in [&salon.owner, &ola] {
        assert_eq!(insider.get(&path).await.expect(200)["is_active"], false);
    }
}
