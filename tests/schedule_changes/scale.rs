//! However many bookings a change affects, it takes as many statements, and goes by indexes.

use serde_json::{Value, json};

use super::{confirming, salon_of};
use crate::support::{ExplainingServer, Logs, Person, Salon, TestApp};

/// Visits of an hour, so many a day from the third of March on.
async fn fill(app: &TestApp, salon: &Salon, customer: &Person, staff: &str, bookings: i64) {
    let sql = "
        insert into appointments (id, business_id, service_id, staff_id, customer_id, status, starts_at, ends_at, busy_from,
                                  busy_to, price_minor, price_currency, created_at, updated_at)
        select gen_random_uuid(), business_id, $1::text::uuid, id, $2::text::uuid, 'confirmed', at, at + interval '1 hour',
               at, at + interval '1 hour', 12000, 'PLN', created_at, created_at
        from staff_members, generate_series(0, $4::int8 - 1) n,
             lateral (select timestamptz '2026-03-03 08:00Z' + n / 5 * interval '1 day' + n % 5 * interval '1 hour')
                 times (at)
        where id = $3::text::uuid and extract(isodow from at) < 8";
    let database = app.database.connect().await;
    let booked = database.execute(sql, &[&salon.service, &customer.id, &staff, &bookings]).await.unwrap();
    assert_eq!(i64::try_from(booked).unwrap(), bookings);
}

/// How many statements a request takes, and what it is answered.
async fn counted(by: &Person, path: &str, body: &Value) -> (u64, Value) {
    let logs = Logs::counting();
    let answer = by.post(path, body).await.expect(200);
    (logs.statements()[0], answer)
}

/// How many statements looking and deciding take for so many bookings, of which some are moved, some cancelled.
async fn statements(bookings: i64) -> (u64, u64) {
    let app = TestApp::start().await;
    let salon = confirming(&app).staff(2).on_days(0..7).create().await;
    let (anna, staff) = (app.person("anna").await, salon.staff().await);
    fill(&app, &salon, &anna, &staff[0], bookings).await;
    let change = json!({ "staff_leaving": { "staff_id": staff[0], "from": "2026-03-03" } });
    let path = salon.path("schedule-changes/");
    let proposed = json!({ "change": change });
    let mut choices = Vec::new();
    let mut looked = 0;
    for page in 1..=(bookings + 99) / 100 {
        let path = format!("{path}preview/?page_size=100&page={page}");
        let (statements, answer) = counted(&salon.owner, &path, &proposed).await;
        looked = statements;
        assert_eq!(answer["count"], bookings);
        for (index, item) in answer["results"].as_array().unwrap().iter().enumerate() {
            let id = &item["appointment"]["id"];
            assert_eq!(item["staff_ids"], json!([staff[1]]));
            choices.push(match index % 3 {
                0 => json!({ "appointment_id": id, "choice": "cancel" }),
                1 => json!({ "appointment_id": id, "choice": "keep" }),
                _ => json!({ "appointment_id": id, "choice": "move", "staff_id": staff[1] }),
            });
        }
    }
    let (decided, answer) =
        counted(&salon.owner, &path, &json!({ "change": change, "choices": choices })).await;
    assert_eq!(i64::try_from(answer["appointments"].as_array().unwrap().len()).unwrap(), bookings);
    (looked, decided)
}

#[tokio::test]
async fn as_many_statements_for_many_bookings_as_for_few() {
    let few = statements(5).await;
    assert_eq!(few, statements(200).await);
    println!("{few:?}");
    assert!(few.0 <= 16 && few.1 <= 40, "{few:?}");
}

#[tokio::test]
async fn a_preview_asks_as_much_for_two_months_and_twenty_staff_as_for_a_day_and_two() {
    let app = TestApp::start().await;
    let anna = app.person("anna").await;
    let mut counts = Vec::new();
    for (name, staff, last) in [("Mały salon", 2, "2026-03-03"), ("Wielki salon", 20, "2026-05-03")] {
        let owner = app.person(&format!("owner-{staff}")).await;
        let salon = confirming(&app).named(name).staff(staff).on_days(0..7).create_for(owner).await;
        let staff = salon.staff().await;
        let path = salon.path("schedule-changes/preview/?page_size=100");
        for member in &staff {
            super::book(&salon, &anna, member, "2026-03-03", "10:00").await;
        }
        let closed = json!({ "date_override": { "first_date": "2026-03-03", "last_date": last } });
        let (of_all, answer) = counted(&salon.owner, &path, &json!({ "change": closed })).await;
        assert_eq!(answer["count"], staff.len());
        let away =
            json!({ "time_off": { "staff_id": staff[0], "starts_at": "2026-03-03", "ends_at": last } });
        let (of_one, answer) = counted(&salon.owner, &path, &json!({ "change": away })).await;
        assert_eq!(answer["count"], 1);
        counts.push((of_all, of_one));
    }
    assert_eq!(counts[0], counts[1]);
}

#[tokio::test]
async fn of_more_than_anybody_decides_about_at_once_one_is_told() {
    let app = TestApp::start().await;
    let (salon, anna, staff) = salon_of(&app, 1).await;
    let days = json!(
        (0..7)
            .map(|day| json!({ "day_of_week": day, "open_time": "09:00", "close_time": "17:00" }))
            .collect::<Vec<_>>()
    );
    salon.owner.post(&salon.path("opening-hours/bulk-update/"), &days).await.expect(200);
    fill(&app, &salon, &anna, &staff[0], 501).await;
    let leaving = json!({ "staff_leaving": { "staff_id": staff[0], "from": "2026-03-03" } });
    super::apply(&salon, &leaving, &json!([])).await.refused(409, "CONFLICT");
    let found = super::preview(&salon, &salon.owner, &leaving).await.expect(200);
    assert_eq!(found["count"], 501);
}

/// Others, who are not looked at: of this business those that are over, and of another those to come.
const MUCH: &str = "
    insert into appointments (id, business_id, service_id, staff_id, status, starts_at, ends_at, busy_from, busy_to,
                              price_minor, price_currency, created_at, updated_at, is_nobodys)
    select gen_random_uuid(), case when n % 2 = 0 then business_id else md5((n % 500)::text)::uuid end,
           services.id, md5((n % 900)::text)::uuid, 'completed', at, at + interval '1 hour', at, at + interval '1 hour', 12000,
           'PLN', at, at, true
    from services, generate_series(1, 100000) n,
         lateral (select timestamptz '2026-03-01 08:00Z' - n * interval '20 minutes') times (at)";

#[tokio::test]
async fn what_is_over_is_not_read() {
    let server = ExplainingServer::start();
    let app = server.app(&[]).await;
    let salon = confirming(&app).staff(2).on_days(0..7).create().await;
    let (anna, staff) = (app.person("anna").await, salon.staff().await);
    fill(&app, &salon, &anna, &staff[0], 10).await;
    server.fill(&app, MUCH).await;

    let leaving = json!({ "staff_leaving": { "staff_id": staff[0], "from": "2026-03-03" } });
    let ((), plans) = server
        .plans_of(async {
            let found = super::preview(&salon, &salon.owner, &leaving).await.expect(200);
            assert_eq!(found["count"], 10);
            let affected = found["results"].as_array().unwrap().iter();
            let choices: Value = affected
                .map(|item| json!({ "appointment_id": item["appointment"]["id"], "choice": "move", "staff_id": staff[1] }))
                .collect();
            super::apply(&salon, &leaving, &choices).await.expect(200);
        })
        .await;
    plans.read_none_whole(&["appointments"]);
    plans.use_all(&["appointments_of_business"]);
}
