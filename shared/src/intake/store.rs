//! SQL for questions.

use jiff::Timestamp;

use super::question::{Asking, COLUMNS, Question};
use crate::{
    db::{self, Param, Sql, Transaction},
    ids::{BusinessId, QuestionId, ServiceId},
};

/// What is asked of whoever books a service, in the business's order.
///
/// # Errors
/// If the query fails.
pub async fn of(on: &impl Sql, service: ServiceId) -> Result<Vec<Question>, db::Error> {
    let sql = format!(
        "select {COLUMNS} from intake_questions where service_id = $1 and retired_at is null order by position, id"
    );
    Ok(on.rows(&sql, &[&service]).await?.iter().map(Question::from).collect())
}

/// One of them.
pub(super) async fn one(
    on: &impl Sql,
    service: ServiceId,
    id: QuestionId,
) -> Result<Option<Question>, db::Error> {
    let sql = format!(
        "select {COLUMNS} from intake_questions where service_id = $1 and id = $2 and retired_at is null"
    );
    Ok(on.row(&sql, &[&service, &id]).await?.as_ref().map(Question::from))
}

/// Adds one to a locked service.
pub(super) async fn insert(
    tx: &Transaction<'_>,
    (business, service): (BusinessId, ServiceId),
    id: QuestionId,
    asking: &Asking,
    now: Timestamp,
) -> Result<(), db::Error> {
    let sql = "
        insert into intake_questions (id, business_id, service_id, text, kind, choices, is_required, is_sensitive, position,
                                      created_at, updated_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)";
    let Asking { text, kind, choices, is_required, is_sensitive, position } = asking;
    let (text, kind) = (text.as_str(), kind.as_str());
    let params: [&dyn Param; 10] =
        [&id, &business, &service, &text, &kind, choices, is_required, is_sensitive, position, &now];
    tx.execute(sql, &params).await.map(drop)
}

/// Changes one of a locked service.
pub(super) async fn update(
    tx: &Transaction<'_>,
    id: QuestionId,
    asking: &Asking,
    now: Timestamp,
) -> Result<(), db::Error> {
    let sql = "
        update intake_questions
        set text = $2, kind = $3, choices = $4, is_required = $5, is_sensitive = $6, position = $7, updated_at = $8
        where id = $1";
    let Asking { text, kind, choices, is_required, is_sensitive, position } = asking;
    let (text, kind) = (text.as_str(), kind.as_str());
    let params: [&dyn Param; 8] = [&id, &text, &kind, choices, is_required, is_sensitive, position, &now];
    tx.execute(sql, &params).await.map(drop)
}

/// Makes bookings that answer it wait until the transaction ends, and then find out how it ended. Whether there is one.
pub(super) async fn lock_against_bookings(
    tx: &Transaction<'_>,
    service: ServiceId,
    id: QuestionId,
) -> Result<bool, db::Error> {
    let sql =
        "select from intake_questions where service_id = $1 and id = $2 and retired_at is null for update";
    Ok(tx.row(sql, &[&service, &id]).await?.is_some())
}

/// Whether anybody has ever answered it.
pub(super) async fn is_answered(tx: &Transaction<'_>, id: QuestionId) -> Result<bool, db::Error> {
    let sql = "select exists (select from intake_answers where question_id = $1)";
    Ok(tx.row(sql, &[&id]).await?.is_some_and(|row| row.get(0)))
}

/// Deletes a locked one that nobody has answered.
pub(super) async fn delete(tx: &Transaction<'_>, id: QuestionId) -> Result<(), db::Error> {
    tx.execute("delete from intake_questions where id = $1", &[&id]).await.map(drop)
}

/// Asks a locked one no more; answers stay.
pub(super) async fn retire(tx: &Transaction<'_>, id: QuestionId, now: Timestamp) -> Result<(), db::Error> {
    let sql = "update intake_questions set retired_at = $2, updated_at = $2 where id = $1";
    tx.execute(sql, &[&id, &now]).await.map(drop)
}
