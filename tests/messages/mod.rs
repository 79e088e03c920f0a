//! What people are told, in which words, by which way, and when time alone is the reason.

mod accounts;
mod calendar;
mod cron;
mod once;
mod provider;
mod providers;
mod reminders;
mod texts;
mod visits;
mod webhooks;

use dev::mailbox::KeptMail;
use serde_json::Value;
use shared::{
    ids::AppointmentId,
    outbox::{self, Delivered, Happening, Notice},
};

use crate::support::{Person, Salon, TestApp};

/// A visit on 3 March at ten, in the database: what is told of it is no matter of how it came about.
async fn visit(app: &TestApp, salon: &Salon, customer: &Person, status: &str) -> AppointmentId {
    visit_at(app, salon, customer, status, "2026-03-03T10:00:00+01:00").await
}

async fn visit_at(
    app: &TestApp,
    salon: &Salon,
    customer: &Person,
    status: &str,
    start: &str,
) -> AppointmentId {
    let now = app.clock.now();
    let (id, start) = (AppointmentId::new(now), start.parse::<jiff::Timestamp>().unwrap());
    let sql = "
        insert into appointments (id, business_id, service_id, staff_id, customer_id, status, starts_at, ends_at,
                                  busy_from, busy_to, price_minor, price_currency, notes, created_at, updated_at,
                                  confirmed_at)
        select $1, businesses.id, services.id,
               (select id from staff_members where business_id = businesses.id order by position limit 1),
               $2::text::uuid, $3::text, $4::timestamptz, $4::timestamptz + interval '1 hour', $4::timestamptz,
               $4::timestamptz + interval '1 hour', 12000, 'PLN', 'Krótko po bokach', $5::timestamptz, $5::timestamptz,
               case when $3::text = 'confirmed' then $5::timestamptz end
        from services join businesses on businesses.id = services.business_id
        where services.id = $6::text::uuid";
    let connection = app.database.connect().await;
    connection.execute(sql, &[&id, &customer.id, &status, &start, &now, &salon.service]).await.unwrap();
    id
}

/// Changes a visit by SQL, and tells of it in the same transaction.
async fn happens(app: &TestApp, id: AppointmentId, what: Happening) {
    let change = match what {
        Happening::Booked => "set notes = notes",
        Happening::Confirmed => "set status = 'confirmed', confirmed_at = $2",
        Happening::CancelledByCustomer => {
            "set status = 'cancelled', cancelled_at = $2, cancelled_by = 'customer'"
        }
        Happening::CancelledByBusiness => {
            "set status = 'cancelled', cancelled_at = $2, cancelled_by = 'business', cancellation_reason = 'Awaria prądu'"
        }
        Happening::Rescheduled => {
            "set starts_at = starts_at + interval '1 day', ends_at = ends_at + interval '1 day',
                 busy_from = busy_from + interval '1 day', busy_to = busy_to + interval '1 day'"
        }
    };
    let sql = format!(
        "with changed as (update appointments {change}, updated_at = $2 where id = $1)
         insert into appointment_history (id, appointment_id, to_status, at, old_starts_at)
         select gen_random_uuid(), id, status, $2, case when $3 then starts_at end from appointments where id = $1"
    );
    let moves = what == Happening::Rescheduled;
    let now = app.clock.now();
    app.database.connect().await.execute(&sql, &[&id, &now, &moves]).await.unwrap();
    tell(app, &Notice::Appointment { appointment: id, what }).await;
}

async fn tell(app: &TestApp, notice: &Notice) {
    let mut connection = app.state.connection().await.unwrap();
    let tx = connection.begin().await.unwrap();
    outbox::add(&tx, app.clock.now(), notice).await.unwrap();
    tx.commit().await.unwrap();
}

async fn deliver(app: &TestApp) -> Delivered {
    outbox::deliver_due(&app.state).await.unwrap()
}

/// The mails to an address whose subject begins like this.
async fn mails_about(app: &TestApp, address: &str, subject: &str) -> Vec<KeptMail> {
    let mut mails = app.mail_to(address, 0).await;
    mails.retain(|mail| mail.subject.starts_with(subject));
    mails
}

/// The only one of them.
async fn mail_about(app: &TestApp, address: &str, subject: &str) -> KeptMail {
    let [mail] = mails_about(app, address, subject).await.try_into().unwrap();
    mail
}

/// Sets a column of an account.
async fn set(app: &TestApp, person: &Person, column: &str, value: &str) {
    let cast = if column == "preferences" { "::text::jsonb" } else { "" };
    let sql = format!("update users set {column} = $2{cast} where id = $1::text::uuid");
    app.database.connect().await.execute(&sql, &[&person.id, &value]).await.unwrap();
}

/// What a query yields, as JSON.
async fn stored(app: &TestApp, query: &str) -> Value {
    let sql = format!("select coalesce(jsonb_agg(to_jsonb(found)), '[]') from ({query}) found");
    app.database.connect().await.query_one(&sql, &[]).await.unwrap().get(0)
}
