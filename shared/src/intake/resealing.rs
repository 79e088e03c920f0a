//! After a change of keys: what the key before has sealed is sealed anew, so that it can be dropped.

use crate::{
    app::App,
    db::{self, Param, Row, Sql},
    ids::{AppointmentId, QuestionId},
};

/// Seals up to so many answers anew that the key before has sealed; how many. Nothing where no key is being changed.
///
/// # Errors
/// If a query fails.
pub async fn reseal(app: &App, most: i64) -> Result<Option<u64>, db::Error> {
    let Some(prefix) = app.sealing().previous_prefix() else { return Ok(None) };
    let mut connection = app.connection().await?;
    let tx = connection.begin().await?;
    let find = "
        select appointment_id, question_id, sealed from intake_answers
        where substring(sealed for 5) = $1
        limit $2 for update skip locked";
    let rows = tx.rows(find, &[&prefix, &most]).await?;
    let anew = |row: &Row| {
        let (appointment, question): (AppointmentId, QuestionId) = (row.get(0), row.get(1));
        let of = [appointment.uuid(), question.uuid()];
        let sealed = app.sealing().seal(&app.sealing().open(row.get(2), &of)?, &of)?;
        Some((appointment, (question, sealed)))
    };
    let (appointments, rest): (Vec<AppointmentId>, Vec<_>) = rows.iter().filter_map(anew).unzip();
    let (questions, sealed): (Vec<QuestionId>, Vec<Option<Vec<u8>>>) =
        rest.into_iter().map(|(question, sealed)| (question, Some(sealed))).unzip();
    let write = "
        update intake_answers answer set sealed = given.sealed
        from unnest($1, $2, $3) as given (appointment_id, question_id, sealed)
        where answer.appointment_id = given.appointment_id and answer.question_id = given.question_id";
    let params: [&dyn Param; 3] = [&appointments, &questions, &sealed];
    let done = tx.execute(write, &params).await?;
    tx.commit().await?;
    Ok(Some(done))
}
