//! The rules for keeping questions.

use super::{
    question::{Asking, Question},
    store,
};
use crate::{
    app::App,
    businesses::Manager,
    http::{ApiError, Change, Code},
    ids::{QuestionId, ServiceId},
    language::Message,
    services,
};

/// More than this nobody answers before they can book.
const MOST_QUESTIONS: usize = 30;

/// Where there is no key, nothing is asked that would have to be encrypted.
fn can_be_kept(app: &App, asking: &Asking) -> Result<(), ApiError> {
    if asking.is_sensitive && !app.sealing().can_seal() {
        return Err(ApiError::invalid_field("is_sensitive", Message::NoEncryptionKey));
    }
    Ok(())
}

/// Adds a question to a service.
///
/// # Errors
/// `SERVICE_NOT_FOUND`; `VALIDATION_ERROR` for a sensitive one without a key; `CONFLICT` if there are too many already.
pub(super) async fn add(
    app: &App,
    manager: &Manager,
    service: ServiceId,
    asking: &Asking,
) -> Result<Question, ApiError> {
    can_be_kept(app, asking)?;
    let now = app.now();
    let id = QuestionId::new(now);
    let mut connection = app.connection().await?;
    let tx = connection.begin_as(manager.user, now).await?;
    services::locked(&tx, manager.business, service).await?;
    let (inserted, all) = tokio::join!(
        store::insert(&tx, (manager.business, service), id, asking, now),
        store::of(&tx, service)
    );
    inserted?;
    let all = all?;
    if all.len() > MOST_QUESTIONS {
        return Err(ApiError::conflict(Message::TooManyItems(MOST_QUESTIONS)));
    }
    let made = all.into_iter().find(|question| question.id == id).ok_or(Code::ServerError)?;
    tx.commit().await?;
    Ok(made)
}

/// Changes a question, for those who book from then on: answers stay as they were asked for and kept.
///
/// # Errors
/// `SERVICE_NOT_FOUND`; `NOT_FOUND`; those of reading a form; `VALIDATION_ERROR` as of [`add`].
pub(super) async fn change<const WHOLE: bool>(
    app: &App,
    manager: &Manager,
    service: ServiceId,
    id: QuestionId,
    change: Change<Asking, WHOLE>,
) -> Result<Question, ApiError> {
    let now = app.now();
    let mut connection = app.connection().await?;
    let tx = connection.begin_as(manager.user, now).await?;
    services::locked(&tx, manager.business, service).await?;
    let current = store::one(&tx, service, id).await?.ok_or(Code::NotFound)?;
    let asking = change.onto(&current)?;
    can_be_kept(app, &asking)?;
    let (updated, changed) = tokio::join!(store::update(&tx, id, &asking, now), store::one(&tx, service, id));
    updated?;
    let changed = changed?.ok_or(Code::ServerError)?;
    tx.commit().await?;
    Ok(changed)
}

/// Removes a question: entirely if nobody has answered it, otherwise from what is asked.
///
/// # Errors
/// `SERVICE_NOT_FOUND`; `NOT_FOUND`.
pub(super) async fn remove(
    app: &App,
    manager: &Manager,
    service: ServiceId,
    id: QuestionId,
) -> Result<(), ApiError> {
    let now = app.now();
    let mut connection = app.connection().await?;
    let tx = connection.begin_as(manager.user, now).await?;
    services::locked(&tx, manager.business, service).await?;
    if !store::lock_against_bookings(&tx, service, id).await? {
        return Err(Code::NotFound.into());
    }
    if store::is_answered(&tx, id).await? {
        store::retire(&tx, id, now).await?;
    } else {
        store::delete(&tx, id).await?;
    }
    Ok(tx.commit().await?)
}
