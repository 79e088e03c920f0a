//! Who is told: a notice becomes one row for each of its readers, so that each mail is delivered, retried and given up
//! by itself.

use jiff::Timestamp;
use serde_json::Value;

use super::notice::Notice;
use crate::{
    db::{self, Sql, Transaction},
    ids::{AppointmentId, OutboxId},
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
    let (mut personal, mut visits) = (Personal::default(), Visits::default());
    for notice in notices {
        let payload = serde_json::to_value(notice).unwrap_or_default();
        match notice {
            Notice::Appointment { appointment, what } | Notice::Visit { appointment, what, .. } => {
                visits.push(now, payload, *appointment, what.concerns_business());
            }
            notice => personal.push(now, payload, thread(notice)),
        }
    }
    personal.add(tx, now).await?;
    visits.add(tx, now).await
}

/// What a notice with one reader is about, where only the latest message about it counts; else nothing.
fn thread(notice: &Notice) -> String {
    match notice {
        Notice::VerificationCode { user, .. } => format!("verification {user}"),
        Notice::PasswordResetCode { user, .. } => format!("password reset {user}"),
        Notice::StaffInvitation { staff, .. } => format!("invitation {staff}"),
        Notice::PasswordChanged { .. } | Notice::Appointment { .. } | Notice::Visit { .. } => String::new(),
    }
}

/// Notices with one reader, as columns.
#[derive(Default)]
struct Personal {
    ids: Vec<OutboxId>,
    payloads: Vec<Value>,
    /// Empty where no later message stands for an earlier one.
    threads: Vec<String>,
}

impl Personal {
    fn push(&mut self, now: Timestamp, payload: Value, thread: String) {
        self.ids.push(OutboxId::new(now));
        self.payloads.push(payload);
        self.threads.push(thread);
    }

    async fn add(&self, tx: &Transaction<'_>, now: Timestamp) -> Result<(), db::Error> {
        if self.ids.is_empty() {
            return Ok(());
        }
        // Not everyone has an account: those who are invited, and those who do not exist.
        let sql = "
            insert into outbox (id, kind, payload, recipient_id, thread, created_at, due_at)
            select message.id, 'notice', payload,
                   (select users.id from users where users.id = (payload ->> 'user')::uuid), nullif(thread, ''), $4, $4
            from unnest($1, $2, $3) as message (id, payload, thread)";
        tx.execute(sql, &[&self.ids, &self.payloads, &self.threads, &now]).await.map(drop)
    }
}

/// News of visits, as columns.
#[derive(Default)]
struct Visits {
    to_customers: Vec<OutboxId>,
    to_businesses: Vec<OutboxId>,
    payloads: Vec<Value>,
    appointments: Vec<AppointmentId>,
    concern_business: Vec<bool>,
}

impl Visits {
    fn push(&mut self, now: Timestamp, payload: Value, appointment: AppointmentId, concerns_business: bool) {
        self.to_customers.push(OutboxId::new(now));
        self.to_businesses.push(OutboxId::new(now));
        self.payloads.push(payload);
        self.appointments.push(appointment);
        self.concern_business.push(concerns_business);
    }

    /// For the customer, unless their account has been erased; and for the business, for which its owner's account
    /// stands, whichever of its addresses the mail goes to. Each of them wants to know the latest of a visit.
    async fn add(&self, tx: &Transaction<'_>, now: Timestamp) -> Result<(), db::Error> {
        if self.appointments.is_empty() {
            return Ok(());
        }
        let sql = "
            insert into outbox (id, kind, payload, recipient_id, thread, created_at, due_at)
            select reader.row_id, 'notice', message.payload || jsonb_build_object('reader', reader.name),
                   reader.user_id,
                   'visit ' || coalesce(message.payload ->> 'visit', appointments.id::text) || ' ' || reader.name, $6, $6
            from unnest($1, $2, $3, $4, $5)
                as message (to_customer, to_business, payload, appointment_id, concerns_business)
            join appointments on appointments.id = message.appointment_id
            join businesses on businesses.id = appointments.business_id
            cross join lateral (
                values (to_customer, 'person', appointments.customer_id, true),
                       (to_business, 'business', businesses.owner_id, concerns_business)
            ) reader (row_id, name, user_id, is_told)
            where reader.user_id is not null and reader.is_told";
        let Self { to_customers, to_businesses, payloads, appointments, concern_business } = self;
        tx.execute(sql, &[to_customers, to_businesses, payloads, appointments, concern_business, &now])
            .await
            .map(drop)
    }
}
