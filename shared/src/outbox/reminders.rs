//! Reminders: nobody causes them but time. Whoever looks finds the confirmed visits that are near and whose customers
//! have not been reminded; the table `reminders` sees to it that nobody is reminded twice of the same time.
//!
//! A reminder that comes late is still sent, until the next one, or the visit, has come near: the daily reminder up to
//! two hours before, the other up to the start. Nobody is reminded of what they were told of a moment ago: a quarter
//! of the reminder's own distance has to lie between.
//!
//! Of a visit of several services, the reminder of its first part is for all that are on the same day.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{
    db::{self, Param, Sql},
    ids::OutboxId,
};

/// How many are written by one statement.
const BATCH: i64 = 500;

/// A kind of reminder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reminder {
    /// A day before.
    #[serde(rename = "reminder_24h")]
    DayBefore,
    /// Two hours before.
    #[serde(rename = "reminder_2h")]
    HoursBefore,
}

impl Reminder {
    /// Both.
    pub const ALL: [Self; 2] = [Self::DayBefore, Self::HoursBefore];

    /// As it is stored.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::DayBefore => "reminder_24h",
            Self::HoursBefore => "reminder_2h",
        }
    }

    /// How long before the visit it is due.
    #[must_use]
    pub fn distance(self) -> SignedDuration {
        match self {
            Self::DayBefore => SignedDuration::from_hours(24),
            Self::HoursBefore => SignedDuration::from_hours(2),
        }
    }

    /// How long before the visit it is no longer worth sending.
    fn latest(self) -> SignedDuration {
        match self {
            Self::DayBefore => Self::HoursBefore.distance(),
            Self::HoursBefore => SignedDuration::ZERO,
        }
    }
}

/// Puts the reminders of this kind that are due into the outbox; how many, and whether there may be more.
///
/// # Errors
/// If the statement fails.
pub async fn remind(on: &impl Sql, reminder: Reminder, now: Timestamp) -> Result<(u64, bool), db::Error> {
    let sql = "
        with near as (
            select id, customer_id, starts_at from appointments
            where status = 'confirmed' and starts_at > $1 and starts_at <= $2
              and (customer_id is not null
                   or exists (select from customers card
                              where card.id = card_id and (card.email <> '' or card.phone_shown_at is not null)))
              and greatest(created_at, confirmed_at, moved_at) <= $3
              and not exists (select from reminders
                              where reminders.appointment_id = appointments.id and reminders.kind = $4
                                and reminders.starts_at = appointments.starts_at)
              and not exists (select from appointments earlier
                              where earlier.visit_id = appointments.visit_id and earlier.status = 'confirmed'
                                and earlier.starts_at < appointments.starts_at
                                and earlier.starts_at > appointments.starts_at - interval '24 hours')
            order by starts_at limit $5
        ), due as (
            insert into reminders (appointment_id, kind, starts_at)
            select id, $4, starts_at from near
            on conflict do nothing
            returning appointment_id
        ), numbered as (
            select near.*, row_number() over () as place from near join due on due.appointment_id = near.id
        )
        insert into outbox (id, kind, payload, recipient_id, created_at, due_at)
        select ($6)[place::int], 'notice',
               jsonb_build_object('reminder', $4::text, 'appointment', id, 'starts_at', starts_at), customer_id, $7, $7
        from numbered";
    let ids: Vec<OutboxId> = (0..BATCH).map(|_| OutboxId::new(now)).collect();
    let (after, until) = (now + reminder.latest(), now + reminder.distance());
    let told_by = now - reminder.distance() / 4;
    let params: [&dyn Param; 7] = [&after, &until, &told_by, &reminder.as_str(), &BATCH, &ids, &now];
    let written = on.execute(sql, &params).await?;
    Ok((written, written == BATCH.unsigned_abs()))
}
