//! Who is told: a notice becomes one row for each of its readers, so that each mail is delivered, retried and given up
//! by itself.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::notice::Notice;
use crate::{
    db::{self, Sql, Transaction},
    ids::OutboxId,
};

/// Adds what someone is to be told, after the statements that made it true. What it says is put into words when it
/// leaves, from how things are then.
///
/// # Errors
/// If the transaction is broken.
pub async fn add(tx: &Transaction<'_>, now: Timestamp, notice: &Notice) -> Result<(), db::Error> {
    add_all(tx, now, std::slice::from_ref(notice)).await
}

/// Adds a notice to someone who does not exist. It takes as long as any other, and nothing comes of it.
///
/// # Errors
/// If the transaction is broken.
pub async fn add_for_nobody(tx: &Transaction<'_>, now: Timestamp, notice: &Notice) -> Result<(), db::Error> {
    add(tx, now, notice).await
}

/// Adds several at once.
///
/// # Errors
/// If the transaction is broken.
pub async fn add_all(tx: &Transaction<'_>, now: Timestamp, notices: &[Notice]) -> Result<(), db::Error> {
    let (mut personal, mut visits, mut series) = (Vec::new(), Vec::new(), Vec::new());
    for notice in notices {
        let id = || OutboxId::new(now);
        match notice {
            Notice::Appointment { appointment, what } | Notice::Visit { appointment, what, .. } => {
                visits.push(json!({
                    "to_customer": id(), "to_business": id(), "payload": notice, "appointment_id": appointment,
                    "concerns_business": what.concerns_business(),
                }));
            }
            Notice::Series { series: id_of, .. } => series.push(json!({
                "to_customer": id(), "to_business": id(), "payload": notice, "series_id": id_of,
            })),
            notice => personal.push(json!({ "id": id(), "payload": notice, "thread": thread(notice) })),
        }
    }
    add_personal(tx, now, personal).await?;
    add_of_visits(tx, now, visits).await?;
    add_of_series(tx, now, series).await
}

/// What a notice with one reader is about, where only the latest message about it counts.
fn thread(notice: &Notice) -> Option<String> {
    match notice {
        Notice::VerificationCode { user, .. } => Some(format!("verification {user}")),
        Notice::PasswordResetCode { user, .. } => Some(format!("password reset {user}")),
        Notice::StaffInvitation { staff, .. } => Some(format!("invitation {staff}")),
        Notice::GuestCode { hold, .. } => Some(format!("guest code {hold}")),
        Notice::WaitlistOffer { entry, .. } => Some(format!("waitlist {entry}")),
        Notice::PasswordChanged { .. }
        | Notice::Appointment { .. }
        | Notice::Visit { .. }
        | Notice::Series { .. } => None,
    }
}

/// Messages as JSON, and the function that reads them. Of arrays, Postgres looks how many elements they have, and for the sake
/// of one plans anew each time, which takes longer than to insert it. One by itself it knows to be one.
fn to_read(mut messages: Vec<Value>) -> (&'static str, Value) {
    match messages.pop() {
        Some(only) if messages.is_empty() => ("jsonb_to_record", only),
        last => ("jsonb_to_recordset", messages.into_iter().chain(last).collect()),
    }
}

/// Notices with one reader.
async fn add_personal(tx: &Transaction<'_>, now: Timestamp, messages: Vec<Value>) -> Result<(), db::Error> {
    if messages.is_empty() {
        return Ok(());
    }
    // Not everyone has an account: those who are invited, and those who do not exist.
    let (read, messages) = to_read(messages);
    let sql = format!(
        "
        insert into outbox (id, kind, payload, recipient_id, thread, created_at, due_at)
        select message.id, 'notice', payload,
               (select users.id from users where users.id = (payload ->> 'user')::uuid), thread, $2, $2
        from {read}($1) as message (id uuid, payload jsonb, thread text)"
    );
    tx.execute(&sql, &[&messages, &now]).await.map(drop)
}

/// News of visits: for the customer, unless their account has been erased, or they have none, left no address and
/// have shown no number to be theirs; and for the
/// business, for which its owner's account stands, whichever of its addresses the mail goes to. Each of them wants to know
/// the latest of a visit.
async fn add_of_visits(tx: &Transaction<'_>, now: Timestamp, messages: Vec<Value>) -> Result<(), db::Error> {
    if messages.is_empty() {
        return Ok(());
    }
    let (read, messages) = to_read(messages);
    let sql = format!(
        "
        insert into outbox (id, kind, payload, recipient_id, thread, created_at, due_at)
        select reader.row_id, 'notice', message.payload || jsonb_build_object('reader', reader.name),
               reader.user_id,
               'visit ' || coalesce(message.payload ->> 'visit', appointments.id::text) || ' ' || reader.name, $2, $2
        from {read}($1) as message
            (to_customer uuid, to_business uuid, payload jsonb, appointment_id uuid, concerns_business boolean)
        join appointments on appointments.id = message.appointment_id
        join businesses on businesses.id = appointments.business_id
        cross join lateral (
            values (to_customer, 'person', appointments.customer_id,
                    appointments.customer_id is not null
                    or exists (select from customers card
                               where card.id = appointments.card_id
                                 and (card.email <> '' or card.phone_shown_at is not null))),
                   (to_business, 'business', businesses.owner_id,
                    businesses.owner_id is not null and concerns_business)
        ) reader (row_id, name, user_id, is_told)
        where reader.is_told"
    );
    tx.execute(&sql, &[&messages, &now]).await.map(drop)
}

/// News of series, for the same as of a visit. Later news is of other visits of a series, and does not stand for earlier.
async fn add_of_series(tx: &Transaction<'_>, now: Timestamp, messages: Vec<Value>) -> Result<(), db::Error> {
    if messages.is_empty() {
        return Ok(());
    }
    let (read, messages) = to_read(messages);
    let sql = format!(
        "
        insert into outbox (id, kind, payload, recipient_id, created_at, due_at)
        select reader.row_id, 'notice', message.payload || jsonb_build_object('reader', reader.name),
               reader.user_id, $2, $2
        from {read}($1) as message (to_customer uuid, to_business uuid, payload jsonb, series_id uuid)
        join series on series.id = message.series_id
        join businesses on businesses.id = series.business_id
        cross join lateral (
            values (to_customer, 'person', series.customer_id), (to_business, 'business', businesses.owner_id)
        ) reader (row_id, name, user_id)
        where reader.user_id is not null"
    );
    tx.execute(&sql, &[&messages, &now]).await.map(drop)
}
