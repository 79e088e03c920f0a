//! What cannot be taken, or not as it was.

use super::Move;

/// What is said about one table's rows, by the end of their ids.
async fn said(moved: &Move, table: &str) -> Vec<String> {
    let report = moved.import().await;
    let remarks = report.remarks().iter().filter(|remark| remark.table == table);
    remarks.map(|remark| format!("{:?} {}: {}", remark.kind, &remark.id[34..], remark.text)).collect()
}

#[tokio::test]
async fn people_of_whom_there_can_be_only_one_or_none_are_named() {
    let moved = Move::prepare().await;
    moved
        .earlier(
            "insert into users_user (id, username, email, password, role, is_active, date_joined)
             select ('00000000-0000-4000-8000-0000000000' || number)::uuid, username, email, password, role, active,
                    '2025-06-01'::timestamptz + number::int * interval '1 day'
             from (values
                 ('40', 'anna2', 'ANNA@Example.com', '!', 'customer', true),
                 ('41', 'Anna', 'inna.anna@example.com', '!', 'customer', true),
                 ('42', 'nobody', '', '!', 'customer', true),
                 ('43', 'gone', 'gone@example.com', '!', 'customer', false),
                 ('44', 'bcrypt', 'bcrypt@example.com', 'bcrypt_sha256$$2b$12$x', 'customer', true),
                 ('45', 'eve', 'eve@example.com', '!', 'admin', true),
                 ('46', 'odd', 'odd@example.com', '!', 'wizard', true)
             ) as person (number, username, email, password, role, active)",
        )
        .await;
    assert_eq!(
        said(&moved, "users_user").await,
        [
            "NotTaken 40: its e-mail address is that of users_user 00000000-0000-4000-8000-000000000002",
            "Changed 41: its username differs from another one only in case, or is taken: a number was added",
            "NotTaken 42: it has no usable e-mail address",
            "NotTaken 43: the account is deactivated",
            "Changed 44: its password hash is of a kind we cannot verify: the password has to be reset",
            "Changed 45: it has the role admin without being a superuser: taken as a customer",
        ]
    );
    let username = "select username::text from users where email = 'inna.anna@example.com'";
    assert_eq!(moved.value::<String>(username).await, "Anna-2");
    assert_eq!(moved.value::<i64>("select count(*) from users where role = 'admin'").await, 0);
}

#[tokio::test]
async fn businesses_are_made_fit_and_each_change_is_named() {
    let moved = Move::prepare().await;
    moved
        .earlier(
            "insert into businesses_business (id, owner_id, name, slug, category, timezone, website_url, email, country,
                                              postal_code, latitude, created_at)
             values ('00000000-0000-4000-8000-000000000050', '00000000-0000-4000-8000-000000000001', 'Me', 'me',
                     'Barber', 'Mars/Olympus', 'javascript:alert(1)', 'nie ma', 'Germany', '', 52.1, '2025-03-01'),
                    ('00000000-0000-4000-8000-000000000051', '00000000-0000-4000-8000-000000000001', 'Złote',
                     'Zlote_Nozyczki', 'spa', 'europe/warsaw', 'zlote.pl', '', 'Polska', '50-066', null, '2025-03-02')",
        )
        .await;
    assert_eq!(
        said(&moved, "businesses_business").await,
        [
            r#"Changed 50: its slug "me" cannot be one here, or is taken: it is "me-1" now"#,
            r#"Changed 50: there is no category "Barber": taken as other"#,
            "Changed 50: its e-mail address is none: left out",
            "Changed 50: its web address is none: left out",
            r#"Changed 50: there is no time zone "Mars/Olympus": taken as Europe/Warsaw"#,
            r#"Changed 50: its postal_code is empty: "-" stands there now"#,
            "Changed 50: its coordinates are none: left out",
            r#"Changed 50: "GERMANY" is no country code: taken as PL"#,
            r#"Changed 51: its slug "Zlote_Nozyczki" cannot be one here, or is taken: it is "zlote-nozyczki-2" now"#,
            "Changed 51: its web address is none: https:// was put before it",
        ]
    );
}

#[tokio::test]
async fn hours_that_make_no_sense_are_left_out() {
    let moved = Move::prepare().await;
    moved
        .earlier(
            "insert into businesses_businessopeninghour (id, business_id, day_of_week, is_closed, open_time, close_time)
             select ('ffffffff-0000-4000-8000-0000000000' || number)::uuid, '00000000-0000-4000-8000-000000000010',
                    day, closed, opens::time, closes::time
             from (values ('60', 0, false, '16:00', '18:00'), ('61', 1, false, '22:00', '02:00'),
                          ('62', 7, false, '09:00', '17:00'), ('63', 2, false, null, null), ('64', 3, true, null, null),
                          ('65', 4, false, '18:00:30', '00:00')) as hours (number, day, closed, opens, closes)",
        )
        .await;
    assert_eq!(
        said(&moved, "businesses_businessopeninghour").await,
        [
            "NotTaken 61: it closes before it opens, or overnight",
            "NotTaken 62: its day is not 0 to 6",
            "NotTaken 63: it is open, but has no open_time",
            "Changed 65: it closes at 00:00: taken as the midnight that ends the day",
            "NotTaken 60: it overlaps other hours of the same day",
            "NotTaken 64: it overlaps other hours of the same day",
        ]
    );
}

#[tokio::test]
async fn services_of_no_use_are_taken_inactive() {
    let moved = Move::prepare().await;
    moved
        .earlier(
            "insert into businesses_businessservice (id, business_id, name, price_amount, duration_minutes, price_currency)
             select ('00000000-0000-4000-8000-0000000000' || number)::uuid, '00000000-0000-4000-8000-000000000010',
                    'Usługa ' || number, price::numeric, minutes, currency
             from (values ('70', '-5', 60, 'PLN'), ('71', '9.995', 60, 'PLN'), ('72', '10', 0, 'PLN'),
                          ('73', 'NaN', 60, 'PLN'), ('74', '10', 60, 'zł')) as service (number, price, minutes, currency)",
        )
        .await;
    let no_use = "its price is of no use: taken as 0 and inactive; set one and activate it";
    assert_eq!(
        said(&moved, "businesses_businessservice").await,
        [
            &format!("Changed 70: {no_use}"),
            &format!("Changed 71: {no_use}"),
            "Changed 72: it takes 0 minutes: taken as 5 and inactive",
            &format!("Changed 73: {no_use}"),
            &format!("Changed 74: {no_use}"),
        ]
    );
    assert_eq!(moved.value::<i64>("select count(*) from services where is_active").await, 1);
}

#[tokio::test]
async fn appointments_of_no_use_are_left_out_and_others_mended() {
    let moved = Move::prepare().await;
    for number in 1..=6 {
        moved
            .booked(number, 2, &format!("2026-03-0{number} 10:00"), &format!("2026-03-0{number} 11:00"))
            .await;
    }
    moved
        .earlier(
            "update businesses_appointment set status = 'dreamt' where id::text like '%101';
             update businesses_appointment set \"end\" = start where id::text like '%102';
             update businesses_appointment set service_id = null where id::text like '%103';
             update businesses_appointment set \"end\" = start + interval '4 days' where id::text like '%104';
             update businesses_appointment set notes = repeat('ż', 501), price_amount = -1 where id::text like '%105'",
        )
        .await;
    assert_eq!(
        said(&moved, "businesses_appointment").await,
        [
            r#"NotTaken 01: there is no status "dreamt""#,
            "NotTaken 02: it does not end after it starts",
            "NotTaken 03: its service was not taken",
            "NotTaken 04: it takes more than three days",
            "Changed 05: its price is of no use: taken as what its service costs",
            "Changed 05: its notes has more than 500 characters: cut off",
        ]
    );
    assert_eq!(moved.value::<i64>("select count(*) from appointments").await, 2);
}

#[tokio::test]
async fn what_belongs_to_something_that_was_not_taken_is_not_taken_either() {
    let moved = Move::prepare().await;
    moved.booked(1, 2, "2026-03-03 10:00", "2026-03-03 11:00").await;
    moved.earlier("update users_user set is_active = false where username = 'ola'").await;
    let report = moved.import().await;
    for (table, refused) in [
        ("users_user", 1),
        ("businesses_business", 1),
        ("businesses_businessopeninghour", 7),
        ("businesses_businessservice", 1),
        ("businesses_appointment", 1),
    ] {
        assert_eq!(report.counts(table).refused, refused, "{table}");
    }
    assert_eq!(moved.value::<i64>("select count(*) from businesses").await, 0);
}
