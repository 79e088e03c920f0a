//! Answers as they are kept with appointments, and who is told of them.

use std::fmt;

use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use tokio_postgres::types::Json;
use utoipa::ToSchema;

use super::answer::Answered;
use crate::{
    availability::local_instant,
    db::{self, Param, Row, Sql, Transaction},
    http::ApiError,
    ids::{AppointmentId, BusinessId, CustomerId, QuestionId, UserId},
    sealing::Sealing,
};

/// Answers to be kept with appointments, sealed where they have to be.
pub struct ToKeep {
    appointments: Vec<AppointmentId>,
    questions: Vec<QuestionId>,
    texts: Vec<String>,
    positions: Vec<i32>,
    open: Vec<Option<String>>,
    sealed: Vec<Option<Vec<u8>>>,
}

impl ToKeep {
    /// These, with this appointment.
    ///
    /// # Errors
    /// `SERVICE_UNAVAILABLE` if something is to be sealed and there is no key.
    pub fn new(
        answers: &[Answered],
        appointment: AppointmentId,
        sealing: &Sealing,
    ) -> Result<Self, ApiError> {
        Self::with_all(answers, &[appointment], sealing)
    }

    /// These, with each of several appointments.
    ///
    /// # Errors
    /// Those of [`new`](Self::new).
    pub fn with_all(
        answers: &[Answered],
        appointments: &[AppointmentId],
        sealing: &Sealing,
    ) -> Result<Self, ApiError> {
        let each = || {
            appointments
                .iter()
                .flat_map(|appointment| answers.iter().map(move |answer| (*appointment, answer)))
        };
        let stored = each().map(|(appointment, answer)| answer.stored(appointment, sealing));
        let (open, sealed) = stored.collect::<Result<Vec<_>, _>>()?.into_iter().unzip();
        Ok(Self {
            appointments: each().map(|(appointment, _)| appointment).collect(),
            questions: each().map(|(_, answer)| answer.question).collect(),
            texts: each().map(|(_, answer)| answer.text.clone()).collect(),
            positions: each().map(|(_, answer)| answer.position).collect(),
            open,
            sealed,
        })
    }
}

/// Keeps answers, as far as their appointments were booked in the transaction.
///
/// # Errors
/// If the transaction is broken.
pub async fn keep(tx: &Transaction<'_>, answers: &ToKeep) -> Result<(), db::Error> {
    let ToKeep { appointments, questions, texts, positions, open, sealed } = answers;
    if questions.is_empty() {
        return Ok(());
    }
    let sql = "
        insert into intake_answers (appointment_id, question_id, question, position, value, sealed)
        select given.*
        from unnest($1, $2, $3, $4, $5, $6) as given (appointment_id, question_id, question, position, value, sealed)
        join appointments on appointments.id = given.appointment_id";
    let params: [&dyn Param; 6] = [appointments, questions, texts, positions, open, sealed];
    tx.execute(sql, &params).await.map(drop)
}

/// An answer, with the question as it was asked.
#[derive(Debug, Serialize, ToSchema)]
pub struct Answer {
    question_id: QuestionId,
    question: String,
    /// Null where it was encrypted with a key that is not there any more. `true` or `false` for yes or no.
    value: Option<String>,
    is_sensitive: bool,
    #[serde(skip)]
    sealed: Sealed,
}

/// What is sealed of an answer. Its `Debug` does not show it.
#[derive(Default)]
struct Sealed(Option<Vec<u8>>);

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

#[derive(Deserialize)]
struct StoredAnswer {
    question_id: QuestionId,
    question: String,
    value: Option<String>,
    sealed: Option<String>,
}

/// SQL for all answers of the row of `appointments`; for [`answers_from_row`].
pub const ANSWERS: &str = "
    (select coalesce(jsonb_agg(jsonb_build_object('question_id', answer.question_id, 'question', answer.question,
                                                  'value', answer.value,
                                                  'sealed', translate(encode(answer.sealed, 'base64'), E'\\n', ''))
                               order by answer.position, answer.question_id), '[]')
     from intake_answers answer where answer.appointment_id = appointments.id)";

/// Reads [`ANSWERS`]. What is sealed stays so until [`Answer::open`].
#[must_use]
pub fn answers_from_row(row: &Row, index: usize) -> Vec<Answer> {
    let Json(stored): Json<Vec<StoredAnswer>> = row.get(index);
    let read = |stored: StoredAnswer| {
        let sealed = stored.sealed.and_then(|text| STANDARD.decode(text).ok());
        Answer {
            question_id: stored.question_id,
            question: stored.question,
            value: stored.value,
            is_sensitive: sealed.is_some(),
            sealed: Sealed(sealed),
        }
    };
    stored.into_iter().map(read).collect()
}

impl Answer {
    fn from_row(row: &Row) -> Self {
        let sealed: Option<Vec<u8>> = row.get(3);
        Self {
            question_id: row.get(0),
            question: row.get(1),
            value: row.get(2),
            is_sensitive: sealed.is_some(),
            sealed: Sealed(sealed),
        }
    }

    /// The answer with what is sealed of it, as it was given with this appointment.
    #[must_use]
    pub fn open(self, appointment: AppointmentId, sealing: &Sealing) -> Self {
        let opened = |sealed: &Vec<u8>| sealing.open(sealed, &[appointment.uuid(), self.question_id.uuid()]);
        let value = self.sealed.0.as_ref().and_then(opened).or(self.value);
        Self { value, sealed: Sealed(None), ..self }
    }
}

/// What a customer answered last to a question.
#[derive(Debug, Serialize, ToSchema)]
pub struct CardAnswer {
    #[serde(flatten)]
    answer: Answer,
    /// With which appointment.
    appointment_id: AppointmentId,
    answered_at: String,
}

/// What a customer of a business answered last, question by question.
///
/// # Errors
/// If the query fails.
pub async fn latest_of(
    on: &impl Sql,
    customer: CustomerId,
    sealing: &Sealing,
) -> Result<Vec<CardAnswer>, db::Error> {
    let sql = "
        select question_id, question, value, sealed, appointment_id, created_at, timezone
        from (select distinct on (answer.question_id)
                     answer.question_id, answer.question, answer.value, answer.sealed, answer.appointment_id,
                     answer.position, appointments.created_at, businesses.timezone
              from (select appointments.id, appointments.business_id, appointments.created_at
                    from customer_accounts account
                    join appointments on appointments.customer_id = account.user_id
                                         and appointments.business_id = account.business_id
                    where account.customer_id = $1
                    union all
                    select id, business_id, created_at from appointments where card_id = $1) appointments
              join businesses on businesses.id = appointments.business_id
              join intake_answers answer on answer.appointment_id = appointments.id
              order by answer.question_id, appointments.created_at desc, appointments.id desc) latest
        order by position, question_id";
    let rows = on.rows(sql, &[&customer]).await?;
    let read = |row: &Row| {
        let appointment = row.get(4);
        let answer = Answer::from_row(row).open(appointment, sealing);
        let zone = TimeZone::get(row.get(6)).unwrap_or(TimeZone::UTC);
        CardAnswer { answer, appointment_id: appointment, answered_at: local_instant(row.get(5), &zone) }
    };
    Ok(rows.iter().map(read).collect())
}

/// An answer of somebody's own, for their own copy of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct OwnAnswer {
    appointment_id: AppointmentId,
    #[serde(flatten)]
    answer: Answer,
}

/// All that somebody ever answered.
///
/// # Errors
/// If the query fails.
pub async fn kept_about(
    on: &impl Sql,
    person: UserId,
    sealing: &Sealing,
) -> Result<Vec<OwnAnswer>, db::Error> {
    let sql = "
        select answer.question_id, answer.question, answer.value, answer.sealed, answer.appointment_id
        from appointments join intake_answers answer on answer.appointment_id = appointments.id
        where appointments.customer_id = $1
        order by appointments.starts_at, appointments.id, answer.position, answer.question_id";
    let rows = on.rows(sql, &[&person]).await?;
    let read = |row: &Row| {
        let appointment_id = row.get(4);
        OwnAnswer { appointment_id, answer: Answer::from_row(row).open(appointment_id, sealing) }
    };
    Ok(rows.iter().map(read).collect())
}

/// Forgets what somebody ever answered, and what their own businesses were told.
///
/// # Errors
/// If the transaction is broken.
pub async fn forget(tx: &Transaction<'_>, person: UserId) -> Result<(), db::Error> {
    let sql = "
        delete from intake_answers
        where appointment_id in (
            select id from appointments where customer_id = $1
            union all
            select appointments.id from businesses join appointments on appointments.business_id = businesses.id
            where businesses.owner_id = $1)";
    tx.execute(sql, &[&person]).await.map(drop)
}

/// Forgets what a business was told by one of its customers.
///
/// # Errors
/// If the transaction is broken.
pub async fn forget_customer(
    tx: &Transaction<'_>,
    business: BusinessId,
    customer: CustomerId,
) -> Result<(), db::Error> {
    let sql = "
        delete from intake_answers
        where appointment_id in (
            select appointments.id
            from customer_accounts account join appointments on appointments.customer_id = account.user_id
            where account.customer_id = $2 and appointments.business_id = $1
            union all
            select id from appointments where card_id = $2 and business_id = $1)";
    tx.execute(sql, &[&business, &customer]).await.map(drop)
}
