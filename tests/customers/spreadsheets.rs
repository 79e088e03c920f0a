//! Customers out of and into spreadsheets.

use reqwest::{Method, header::CONTENT_TYPE};
use serde_json::{Value, json};

use super::{DATE, add, found, names, path, without_account};
use crate::support::{Answer, Salon, TestApp};

async fn import(salon: &Salon, query: &str, table: impl Into<String>) -> Answer {
    let path = salon.path(&format!("customers/import/{query}"));
    salon.owner.post_table(&path, &table.into()).await
}

fn outcomes(report: &Value) -> Vec<(u64, &str)> {
    let lines = report["lines"].as_array().unwrap().iter();
    lines.map(|line| (line["line"].as_u64().unwrap(), line["outcome"].as_str().unwrap())).collect()
}

const TABLE: &str = "\u{feff}Name;Email;Phone;Notes;Tags;Colour\r
Anna Nowak;anna@example.com;+48 601 234 567;\"uczulona;\r\nlubi kawę\";vip, stała;red\r
Jan Kowal;;602 345 678;;;\r
;ola@example.com;;;;\r
Ewa;;;;;\r
Zła;nie-adres;1;;;\r
A. Nowak;ANNA@example.com;;inne;nowa;\r
";

#[tokio::test]
async fn each_line_is_told_what_came_of_it_and_the_same_file_can_come_again() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let rehearsal = import(&salon, "?dry_run=true", TABLE).await.expect(200);
    assert_eq!((&rehearsal["dry_run"], &rehearsal["created"]), (&json!(true), &json!(2)));
    assert_eq!(rehearsal["lines"][0]["customer_id"], json!(null));
    assert!(found(&salon, "").await.is_empty());

    let report = import(&salon, "", TABLE).await.expect(200);
    let expected =
        [(2, "created"), (4, "created"), (5, "refused"), (6, "refused"), (7, "refused"), (8, "updated")];
    assert_eq!(outcomes(&report), expected);
    assert_eq!(outcomes(&rehearsal), expected);
    let counts = ["created", "updated", "unchanged", "refused"].map(|name| report[name].as_u64().unwrap());
    assert_eq!(counts, [2, 1, 0, 3]);
    assert_eq!(report["lines"][2]["errors"], json!({ "name": ["To pole jest wymagane."] }));
    let reach = json!({ "email": ["Potrzebny jest adres e-mail albo numer telefonu."] });
    assert_eq!(report["lines"][3]["errors"], reach);
    assert_eq!(crate::support::keys(&report["lines"][4]["errors"]), ["email", "phone"]);

    let cards = found(&salon, "").await;
    assert_eq!(names(&salon, "").await, ["Anna Nowak", "Jan Kowal"]);
    assert_eq!(cards[0]["id"], report["lines"][0]["customer_id"]);
    assert_eq!(cards[0]["id"], report["lines"][5]["customer_id"]);
    assert_eq!(
        (&cards[0]["notes"], &cards[0]["tags"]),
        (&json!("uczulona;\r\nlubi kawę"), &json!(["vip", "stała", "nowa"]))
    );
    assert_eq!(cards[0]["phone"], "+48 601 234 567");

    let again = import(&salon, "", TABLE).await.expect(200);
    let counts = ["created", "updated", "unchanged", "refused"].map(|name| again[name].as_u64().unwrap());
    assert_eq!(counts, [0, 0, 3, 3]);
    assert_eq!(found(&salon, "").await, cards);
}

#[tokio::test]
async fn an_import_completes_cards_and_replaces_nothing() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let by_phone =
        add(&salon, json!({ "name": "Pani Ewa", "phone": "601-234-567", "notes": "stara notatka" })).await;
    let family =
        add(&salon, json!({ "name": "Jan", "email": "jan@example.com", "phone": "602 345 678" })).await;
    let table =
        "name,email,phone,notes\nEwa Maj,ewa@example.com,601 234 567,nowa\nOla,ola@example.com,602345678,\n";
    let report = import(&salon, "", table).await.expect(200);
    assert_eq!(outcomes(&report), [(2, "updated"), (3, "created")]);
    let ewa = salon.owner.get(&path(&salon, &by_phone)).await.expect(200);
    assert_eq!((&ewa["name"], &ewa["email"]), (&json!("Pani Ewa"), &json!("ewa@example.com")));
    assert_eq!((&ewa["phone"], &ewa["notes"]), (&json!("601-234-567"), &json!("stara notatka")));
    assert_eq!(salon.owner.get(&path(&salon, &family)).await.expect(200)["email"], "jan@example.com");
}

#[tokio::test]
async fn what_was_exported_can_be_imported_and_no_cell_is_a_formula() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    add(&salon, json!({ "name": "=HYPERLINK(\"http://zly.example\")", "phone": "+48 601 234 567", "notes": "-1\n\"a\", b" })).await;
    add(&salon, json!({ "name": "Łucja", "email": "lucja@example.com", "tags": ["a b", "vip"] })).await;
    let answer = salon.owner.get(&salon.path("customers/export/")).await;
    assert_eq!(answer.header("content-type"), Some("text/csv; charset=utf-8"));
    assert_eq!(answer.header("content-disposition"), Some("attachment; filename=\"customers.csv\""));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let file = answer.headers.len();
    assert!(file > 0 && answer.status == 200, "{answer:?}");
    let text = &answer.text;
    assert!(text.contains("\"'=HYPERLINK(\"\"http://zly.example\"\")\",,'+48 601 234 567"), "{text}");
    assert!(text.contains("Łucja,lucja@example.com,,\"a b, vip\","), "{text}");

    let other = app.salon().named("Konkurencja").create_for(app.person("rival").await).await;
    let report = import(&other, "", text.as_str()).await.expect(200);
    assert_eq!(report["created"], 2, "{report}");
    let contact = |cards: Vec<Value>| -> Vec<Value> {
        let fields = ["name", "email", "phone", "notes", "tags"];
        cards.iter().map(|card| fields.iter().map(|field| card[field].clone()).collect()).collect()
    };
    assert_eq!(contact(found(&other, "").await), contact(found(&salon, "").await));
    assert_eq!(import(&salon, "", text.as_str()).await.expect(200)["unchanged"], 2);
}

#[tokio::test]
async fn a_line_has_the_visits_that_its_card_has() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    let other = app.salon().named("Konkurencja").create_for(app.person("rival").await).await;
    let (anna, ewa) = (app.person("anna").await, app.person("ewa").await);
    for (salon, person, date, time) in [
        (&salon, &anna, DATE, "09:00"),
        (&salon, &anna, DATE, "10:00"),
        (&salon, &ewa, DATE, "11:00"),
        (&other, &anna, DATE, "12:00"),
        (&salon, &anna, "2026-03-05", "09:00"),
    ] {
        salon.book(person, date, time).await.expect(201);
    }
    let card = add(&salon, json!({ "name": "Halina" })).await;
    for time in ["13:00", "14:00"] {
        without_account::book(&salon, &card, time).await;
    }
    add(&salon, json!({ "name": "Nikt" })).await;
    let cards = found(&salon, "").await;
    let [kept, double] = [0, 1].map(|nth| &cards[nth]);
    salon
        .owner
        .post(&format!("{}merge/", path(&salon, double)), &json!({ "into": kept["id"] }))
        .await
        .expect(200);
    let database = app.database.connect().await;
    let over = "
        update appointments set status = 'completed', completed_at = now(),
               price_currency = case when starts_at = '2026-03-03 10:00+01' then 'EUR' else price_currency end
        where starts_at < '2026-03-03 14:00+01'";
    let missed = "update appointments set status = 'no_show' where starts_at = '2026-03-03 14:00+01'";
    for sql in [over, missed] {
        database.batch_execute(sql).await.unwrap();
    }

    let cards = found(&salon, "").await;
    let spent = json!([{ "amount": "120.00", "currency": "EUR" }, { "amount": "240.00", "currency": "PLN" }]);
    assert_eq!((&cards[0]["visits"], &cards[0]["spent"]), (&json!(3), &spent));
    assert_eq!(cards[0]["user_ids"].as_array().unwrap().len(), 2);
    let visits: Vec<_> = cards.iter().map(|card| (&card["visits"], &card["no_shows"])).collect();
    assert_eq!(visits[1..], [(&json!(1), &json!(1)), (&json!(0), &json!(0))]);
    let exported = salon.owner.get(&salon.path("customers/export/")).await.text;
    let lines: Vec<&str> = exported.lines().skip(1).collect();
    let said: Vec<String> = cards.iter().map(visits_of).collect();
    assert_eq!(lines.len(), said.len());
    for (line, said) in lines.iter().zip(said) {
        assert!(line.ends_with(&said), "{line} has not {said}");
    }
}

/// What a line says of a card's visits.
fn visits_of(card: &Value) -> String {
    let spent = card["spent"].as_array().unwrap().iter();
    let spent: Vec<_> =
        spent.map(|spent| [text(&spent["amount"]), text(&spent["currency"])].join(" ")).collect();
    let spent = if spent.len() > 1 { format!("\"{}\"", spent.join(", ")) } else { spent.concat() };
    format!(",{},{},{spent},{}", card["visits"], card["no_shows"], text(&card["last_visit_at"]))
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

#[tokio::test]
async fn what_is_no_table_of_customers_is_refused_whole() {
    let app = TestApp::start().await;
    let salon = app.salon().create().await;
    import(&salon, "", "email,phone\na@example.com,\n").await.refused(400, "INVALID_INPUT");
    import(&salon, "", "").await.refused(400, "INVALID_INPUT");
    import(&salon, "", format!("name,email\n{}", "a,a@example.com\n".repeat(5001)))
        .await
        .refused(400, "INVALID_INPUT");
    import(&salon, "", "x".repeat(1024 * 1024 + 1)).await.refused(413, "PAYLOAD_TOO_LARGE");
    let path = salon.path("customers/import/");
    let json = salon.owner.post(&path, &json!({ "name": "A" })).await;
    json.refused(415, "UNSUPPORTED_MEDIA_TYPE");
    assert_eq!(json.json()["message"], "Treść musi być tabelą w formacie text/csv.");
    let latin = salon.owner.request(Method::POST, &path).header(CONTENT_TYPE, "text/csv; charset=latin1");
    let latin = latin.body(b"name,email\n\xa3ucja,a@example.com\n".to_vec());
    Answer::read(latin.send().await.unwrap()).await.refused(400, "INVALID_INPUT");
    assert_eq!(import(&salon, "?dry_run=maybe", "name\n").await.wrong_fields(), ["dry_run"]);
    assert_eq!(import(&salon, "", "name,email\n").await.expect(200)["lines"], json!([]));
    assert!(found(&salon, "").await.is_empty());
}
