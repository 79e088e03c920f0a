//! Bookings that the earlier version let overlap.

use dev::import::{Kind, Report};

use super::{Move, SALON};

const TUESDAY: &str = "2026-03-03";

fn flagged(report: &Report) -> Vec<&str> {
    let flagged = report.remarks().iter().filter(|remark| remark.kind == Kind::Flagged);
    flagged.map(|remark| &remark.id[34..]).collect()
}

#[tokio::test]
async fn the_later_booking_is_kept_and_flagged() {
    let moved = Move::prepare().await;
    moved.booked(2, 3, "2026-03-03 10:30", "2026-03-03 11:30").await;
    moved.booked(1, 2, "2026-03-03 10:00", "2026-03-03 11:00").await;
    let report = moved.import().await;

    assert_eq!(flagged(&report), ["02"]);
    assert!(report.to_string().contains("overlaps 00000000-0000-4000-8000-000000000101"), "{report}");
    let mine = moved.read_as("zofia@example.com", "/api/users/appointments/").await;
    assert_eq!(mine["results"][0]["start"], "2026-03-03T10:30:00+01:00");
    assert_eq!(mine["results"][0]["status"], "confirmed");
    assert_eq!(mine["results"][0]["staff"]["display_name"], "Pracownik (2)");
    let all = moved.read_as("ola@example.com", &format!("{SALON}/appointments/")).await;
    assert_eq!(all["count"], 2);
    let remark = "select remark from imported_rows where remark <> ''";
    assert!(moved.value::<String>(remark).await.starts_with("overlaps "));
}

#[tokio::test]
async fn none_of_its_time_is_offered_and_its_line_is_nobodys_to_book() {
    let moved = Move::prepare().await;
    moved.booked(1, 2, "2026-03-03 10:00", "2026-03-03 11:00").await;
    moved.booked(2, 3, "2026-03-03 10:30", "2026-03-03 12:30").await;
    moved.import().await;
    assert_eq!(moved.free(TUESDAY).await, ["09:00", "13:00", "14:00", "15:00", "16:00"]);
    let salon = moved.app.get(&format!("{SALON}/")).await.expect(200);
    assert_eq!(salon["staff"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn time_between_two_others_is_closed_as_well() {
    let moved = Move::prepare().await;
    moved.booked(1, 2, "2026-03-03 10:00", "2026-03-03 11:00").await;
    moved.booked(2, 2, "2026-03-03 12:00", "2026-03-03 13:00").await;
    moved.booked(3, 3, "2026-03-03 09:00", "2026-03-03 14:00").await;
    let report = moved.import().await;
    assert_eq!(flagged(&report), ["03"]);
    assert_eq!(moved.free(TUESDAY).await, ["14:00", "15:00", "16:00"]);
}

#[tokio::test]
async fn three_at_once_get_a_line_each() {
    let moved = Move::prepare().await;
    for number in 1..=3 {
        moved.booked(number, 2, "2026-03-03 10:00", "2026-03-03 11:00").await;
    }
    let report = moved.import().await;
    assert_eq!(flagged(&report), ["02", "03"]);
    let lines = "select array_agg(display_name order by display_name) from staff_members where retired_at is not null";
    assert_eq!(moved.value::<Vec<String>>(lines).await, ["Pracownik (2)", "Pracownik (3)"]);
}

#[tokio::test]
async fn what_is_over_or_called_off_may_overlap_anything() {
    let moved = Move::prepare().await;
    for number in 1..=3 {
        moved.booked(number, 2, "2026-03-03 10:00", "2026-03-03 11:00").await;
    }
    moved.earlier("update businesses_appointment set status = 'CANCELLED' where id::text like '%101'").await;
    moved.earlier("update businesses_appointment set status = 'completed' where id::text like '%102'").await;
    assert_eq!(flagged(&moved.import().await), Vec::<&str>::new());
}

#[tokio::test]
async fn bookings_with_nobody_in_particular_go_to_whoever_is_free() {
    let moved = Move::prepare().await;
    moved
        .earlier(
            "insert into businesses_businessstaff (id, business_id, user_id, is_manager, created_at) values
                 ('00000000-0000-4000-8000-000000000030', '00000000-0000-4000-8000-000000000010',
                  '00000000-0000-4000-8000-000000000001', true, '2025-01-04'),
                 ('00000000-0000-4000-8000-000000000031', '00000000-0000-4000-8000-000000000010',
                  null, false, '2025-01-05')",
        )
        .await;
    for number in 1..=3 {
        moved.booked(number, 2, "2026-03-03 10:00", "2026-03-03 11:00").await;
    }
    let report = moved.import().await;
    assert_eq!(flagged(&report), ["03"], "there are two who can take it");
    assert!(!moved.free(TUESDAY).await.contains(&"10:00".to_owned()));
    let staff = "select count(distinct staff_id) from appointments";
    assert_eq!(moved.value::<i64>(staff).await, 3);
}
