//! Copying again.

use dev::import::{Counts, Kind};

use super::{Move, SALON};

const EVERYTHING: &str = "
    select md5(string_agg(row::text, ',' order by row::text)) from (
        select users::text from users union all select businesses::text from businesses
        union all select services::text from services union all select staff_members::text from staff_members
        union all select opening_hours::text from opening_hours union all select appointments::text from appointments
        union all select staff_services::text from staff_services
        union all select appointment_history::text from appointment_history) as everything (row)";

#[tokio::test]
async fn a_second_run_takes_nothing_and_changes_nothing() {
    let moved = Move::prepare().await;
    moved.booked(1, 2, "2026-03-03 10:00", "2026-03-03 11:00").await;
    moved.booked(2, 3, "2026-03-03 10:30", "2026-03-03 11:30").await;
    moved.import().await;
    let before = moved.value::<String>(EVERYTHING).await;
    let report = moved.import().await;
    assert_eq!(report.counts("users_user"), Counts { taken: 0, before: 3, refused: 0 });
    assert_eq!(report.counts("businesses_appointment"), Counts { taken: 0, before: 2, refused: 0 });
    assert_eq!(moved.value::<String>(EVERYTHING).await, before);
}

#[tokio::test]
async fn what_is_new_since_is_taken_and_what_has_changed_since_is_not() {
    let moved = Move::prepare().await;
    moved.import().await;
    moved.booked(1, 2, "2026-03-03 10:00", "2026-03-03 11:00").await;
    moved.earlier("update users_user set first_name = 'Hanna' where username = 'anna'").await;
    moved
        .earlier(
            "insert into businesses_businessservice (id, business_id, name) values
             ('00000000-0000-4000-8000-000000000021', '00000000-0000-4000-8000-000000000010', 'Farbowanie')",
        )
        .await;
    let report = moved.import().await;
    assert_eq!(report.counts("businesses_appointment").taken, 1);
    assert_eq!(report.counts("businesses_businessservice"), Counts { taken: 1, before: 1, refused: 0 });
    let salon = moved.app.get(&format!("{SALON}/")).await.expect(200);
    assert_eq!(salon["staff"][0]["service_ids"].as_array().unwrap().len(), 2, "who works there offers it");
    assert_eq!(moved.value::<String>("select first_name from users where username = 'anna'").await, "Anna");
}

#[tokio::test]
async fn what_was_deleted_here_does_not_come_back() {
    let moved = Move::prepare().await;
    moved.booked(1, 2, "2026-03-03 10:00", "2026-03-03 11:00").await;
    moved.import().await;
    let ours = moved.app.database.connect().await;
    ours.batch_execute(
        "delete from opening_hours where day_of_week = 0; delete from users where username = 'anna'",
    )
    .await
    .unwrap();
    moved.booked(2, 2, "2026-03-04 10:00", "2026-03-04 11:00").await;
    let report = moved.import().await;
    assert_eq!(moved.value::<i64>("select count(*) from opening_hours").await, 6);
    assert_eq!(moved.value::<i64>("select count(*) from users").await, 2);
    // The new booking of somebody who has been erased is a booking without a customer.
    assert_eq!(report.counts("businesses_appointment").taken, 1);
    let remarks: Vec<_> = report.remarks().iter().map(|remark| (remark.kind, remark.text.as_str())).collect();
    assert_eq!(remarks, [(Kind::Changed, "its customer is not here: it has none now")]);
}

#[tokio::test]
async fn favourites_come_and_one_that_was_forgotten_here_does_not_come_back() {
    let moved = Move::prepare().await;
    moved
        .earlier(
            "insert into users_user_favorite_businesses (user_id, business_id)
             select id, '00000000-0000-4000-8000-000000000010' from users_user where username in ('anna', 'zofia')",
        )
        .await;
    assert_eq!(moved.import().await.counts("users_user_favorite_businesses").taken, 2);
    let favourites = moved.read_as("anna@example.com", "/api/users/favorites/").await;
    assert_eq!(favourites[0]["slug"], "zlote-nozyczki");

    let forget = "delete from favorites where user_id = '00000000-0000-4000-8000-000000000002'";
    moved.app.database.connect().await.batch_execute(forget).await.unwrap();
    let again = moved.import().await.counts("users_user_favorite_businesses");
    assert_eq!(again, Counts { taken: 0, before: 2, refused: 0 });
    assert_eq!(moved.value::<i64>("select count(*) from favorites").await, 1);
}
