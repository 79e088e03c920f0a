//! What is kept about a person's appointments, for their own copy of it.

use std::collections::HashMap;

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    series::{self, KeptSeries},
    status::Status,
    view::{Appointment, Audience},
};
use crate::{
    db::{self, Row, Sql},
    ids::{AppointmentId, HoldId, StaffMemberId, UserId},
};

/// Everything there is about a person's appointments.
#[derive(Debug, Serialize, ToSchema)]
pub struct Kept {
    appointments: Vec<AppointmentWithHistory>,
    /// What they did to appointments, their own or, as staff, others'.
    appointment_changes: Vec<StatusChange>,
    /// What they booked by a rule.
    series: Vec<KeptSeries>,
    /// Which requests to book were made to be repeatable, and what came of them.
    idempotency_keys: Vec<RepeatableRequest>,
    /// What is kept for them until they book it.
    holds: Vec<KeptTime>,
}

#[derive(Debug, Serialize, ToSchema)]
struct AppointmentWithHistory {
    #[serde(flatten)]
    appointment: Appointment,
    history: Vec<StatusChange>,
}

/// One change of status.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct StatusChange {
    appointment_id: AppointmentId,
    /// Null for the booking itself.
    from: Option<Status>,
    to: Status,
    reason: String,
    at: Timestamp,
    /// Whether this person did it.
    by_you: bool,
}

impl From<&Row> for StatusChange {
    fn from(row: &Row) -> Self {
        Self {
            appointment_id: row.get(0),
            from: row.get(1),
            to: row.get(2),
            reason: row.get(3),
            at: row.get(4),
            by_you: row.get(5),
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
struct RepeatableRequest {
    key: String,
    appointment_id: AppointmentId,
    created_at: Timestamp,
    expires_at: Timestamp,
}

#[derive(Debug, Serialize, ToSchema)]
struct KeptTime {
    id: HoldId,
    /// The business's slug.
    business: String,
    staff_id: StaffMemberId,
    starts_at: Timestamp,
    ends_at: Timestamp,
    created_at: Timestamp,
    expires_at: Timestamp,
}

/// All of it, in one round trip.
///
/// # Errors
/// If a query fails.
pub async fn kept_about(on: &impl Sql, person: UserId) -> Result<Kept, db::Error> {
    let (appointments, changes, series, idempotency_keys, holds) = tokio::try_join!(
        appointments(on, person),
        changes(on, person),
        series::kept_about(on, person),
        keys(on, person),
        holds(on, person)
    )?;
    let mut histories = HashMap::<AppointmentId, Vec<StatusChange>>::new();
    for change in &changes {
        histories.entry(change.appointment_id).or_default().push(change.clone());
    }
    let with_history = |appointment: Appointment| {
        let history = histories.remove(&appointment.id()).unwrap_or_default();
        AppointmentWithHistory { appointment, history }
    };
    Ok(Kept {
        appointments: appointments.into_iter().map(with_history).collect(),
        appointment_changes: changes.into_iter().filter(|change| change.by_you).collect(),
        series,
        idempotency_keys,
        holds,
    })
}

async fn appointments(on: &impl Sql, customer: UserId) -> Result<Vec<Appointment>, db::Error> {
    let sql = format!(
        "{} where appointments.customer_id = $1 order by appointments.starts_at, appointments.id",
        Audience::Customer(customer).select()
    );
    let rows = on.rows(&sql, &[&customer]).await?;
    Ok(rows.iter().map(|row| Appointment::from_row(row, Audience::Customer(customer))).collect())
}

/// Changes of their own appointments, by whomever, and their own changes of anybody's.
async fn changes(on: &impl Sql, person: UserId) -> Result<Vec<StatusChange>, db::Error> {
    let sql = "
        select appointment_id, from_status, to_status, reason, at, actor_id is not distinct from $1
        from appointment_history
        where actor_id = $1 or appointment_id in (select id from appointments where customer_id = $1)
        order by at, id";
    let rows = on.rows(sql, &[&person]).await?;
    Ok(rows.iter().map(StatusChange::from).collect())
}

async fn keys(on: &impl Sql, person: UserId) -> Result<Vec<RepeatableRequest>, db::Error> {
    let sql = "
        select key, appointment_id, created_at, expires_at from idempotency_keys
        where user_id = $1 order by created_at, key";
    let rows = on.rows(sql, &[&person]).await?;
    let once = |row: &Row| RepeatableRequest {
        key: row.get(0),
        appointment_id: row.get(1),
        created_at: row.get(2),
        expires_at: row.get(3),
    };
    Ok(rows.iter().map(once).collect())
}

async fn holds(on: &impl Sql, person: UserId) -> Result<Vec<KeptTime>, db::Error> {
    let sql = "
        select holds.id, businesses.slug, holds.staff_id, holds.starts_at, holds.ends_at, holds.created_at,
               holds.expires_at
        from holds join businesses on businesses.id = holds.business_id
        where holds.customer_id = $1
           or exists (select from waitlist_entries where id = holds.waitlist_entry_id and customer_id = $1)
        order by holds.created_at, holds.id";
    let rows = on.rows(sql, &[&person]).await?;
    let kept = |row: &Row| KeptTime {
        id: row.get(0),
        business: row.get(1),
        staff_id: row.get(2),
        starts_at: row.get(3),
        ends_at: row.get(4),
        created_at: row.get(5),
        expires_at: row.get(6),
    };
    Ok(rows.iter().map(kept).collect())
}
