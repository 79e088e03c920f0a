//! Who is told: a notice becomes one row for each of its readers, so that each mail is delivered, retried and given up
//! by itself.

use jiff::Timestamp;
use serde_json::Value;

use super::notice::Notice;
use crate::{
    db::{self, Sql, Transaction},
    ids::{AppointmentId, OutboxId, UserId},
};

/// Adds what someone is to be told, after the statements that made it true. What it says is put into words when it
/// leaves, from how things are then.
///
/// # Errors
/// If the transaction is broken.
pub async fn add(tx: &Transaction<'_>, now: Timestamp, notice: &Notice) -> Result<(), db::Error> {
    let payload = serde_json::to_value(notice).unwrap_or_default();
    match notice {
        Notice::VerificationCode { user, .. } => {
            let thread = format!("verification {user}");
            add_for_person(tx, now, &payload, Some(*user), Some(thread)).await
        }
        Notice::PasswordResetCode { user, .. } => {
            let thread = format!("password reset {user}");
            add_for_person(tx, now, &payload, Some(*user), Some(thread)).await
        }
        Notice::PasswordChanged { user } => add_for_person(tx, now, &payload, Some(*user), None).await,
        // Whoever is invited need not have an account.
        Notice::StaffInvitation { staff, .. } => {
            add_for_person(tx, now, &payload, None, Some(format!("invitation {staff}"))).await
        }
        Notice::Appointment { appointment, what } => {
            add_for_readers(tx, now, &payload, *appointment, what.concerns_business()).await
        }
    }
}

async fn add_for_person(
    tx: &Transaction<'_>,
    now: Timestamp,
    payload: &Value,
    recipient: Option<UserId>,
    thread: Option<String>,
) -> Result<(), db::Error> {
    let sql = "
        insert into outbox (id, kind, payload, recipient_id, thread, created_at, due_at)
        values ($1, 'notice', $2, $3, $4, $5, $5)";
    tx.execute(sql, &[&OutboxId::new(now), payload, &recipient, &thread, &now]).await.map(drop)
}

/// The customer, unless their account has been erased; and the business, for which its owner's account stands,
/// whichever of its addresses the mail goes to. Of what happens to a visit, each of them wants to know the latest.
async fn add_for_readers(
    tx: &Transaction<'_>,
    now: Timestamp,
    payload: &Value,
    appointment: AppointmentId,
    business_too: bool,
) -> Result<(), db::Error> {
    let sql = "
        insert into outbox (id, kind, payload, recipient_id, thread, created_at, due_at)
        select reader.row_id, 'notice', $3 || jsonb_build_object('reader', reader.name), reader.user_id,
               'visit ' || appointments.id || ' ' || reader.name, $4, $4
        from appointments
        join businesses on businesses.id = appointments.business_id
        cross join lateral (
            values ($1, 'person', appointments.customer_id), ($2, 'business', businesses.owner_id)
        ) reader (row_id, name, user_id)
        where appointments.id = $5 and reader.user_id is not null and ($6 or reader.name = 'person')";
    let [first, second] = [OutboxId::new(now), OutboxId::new(now)];
    tx.execute(sql, &[&first, &second, payload, &now, &appointment, &business_too]).await.map(drop)
}
