//! The rules for keeping cards.

use super::{
    store,
    terms::{Reason, Terms},
    view::Customer,
};
use crate::{
    app::App,
    businesses::Manager,
    http::{ApiError, Change, Code},
    ids::CustomerId,
    intake,
    language::Message,
};

/// Adds the card of somebody who has not booked here.
pub(super) async fn add(app: &App, manager: &Manager, terms: &Terms) -> Result<Customer, ApiError> {
    let now = app.now();
    let id = CustomerId::new(now);
    let mut connection = app.connection().await?;
    let tx = connection.begin_as(manager.user, now).await?;
    let (inserted, made) = tokio::join!(
        store::insert(&tx, manager.business, id, terms, now),
        store::one(&tx, manager.business, id, now)
    );
    inserted?;
    let made = made?.ok_or(Code::ServerError)?;
    tx.commit().await?;
    Ok(made)
}

/// Changes what is said on a card.
///
/// # Errors
/// `NOT_FOUND`; those of reading a form.
pub(super) async fn change<const WHOLE: bool>(
    app: &App,
    manager: &Manager,
    id: CustomerId,
    change: Change<Terms, WHOLE>,
) -> Result<Customer, ApiError> {
    let now = app.now();
    let mut connection = app.connection().await?;
    let tx = connection.begin_as(manager.user, now).await?;
    let current = store::one_to_change(&tx, manager.business, id, now).await?.ok_or(Code::NotFound)?;
    let terms = change.onto(&current)?;
    let (updated, changed) =
        tokio::join!(store::update(&tx, id, &terms, now), store::one(&tx, manager.business, id, now));
    updated?;
    let changed = changed?.ok_or(Code::ServerError)?;
    tx.commit().await?;
    Ok(changed)
}

/// Keeps a customer from booking. What they have booked stays, and is for the business to cancel.
///
/// # Errors
/// `NOT_FOUND`.
pub(super) async fn block(
    app: &App,
    manager: &Manager,
    id: CustomerId,
    Reason(reason): &Reason,
) -> Result<Customer, ApiError> {
    let now = app.now();
    let mut connection = app.connection().await?;
    let tx = connection.begin_as(manager.user, now).await?;
    let (blocked, card) = tokio::join!(
        store::block(&tx, manager.business, id, reason.as_str(), now),
        store::one(&tx, manager.business, id, now)
    );
    blocked?;
    let card = card?.ok_or(Code::NotFound)?;
    tx.commit().await?;
    Ok(card)
}

/// Lets a customer book again.
///
/// # Errors
/// `NOT_FOUND`.
pub(super) async fn unblock(app: &App, manager: &Manager, id: CustomerId) -> Result<Customer, ApiError> {
    let now = app.now();
    let mut connection = app.connection().await?;
    let tx = connection.begin_as(manager.user, now).await?;
    let (unblocked, card) = tokio::join!(
        store::unblock(&tx, manager.business, id, now),
        store::one(&tx, manager.business, id, now)
    );
    unblocked?;
    let card = card?.ok_or(Code::NotFound)?;
    tx.commit().await?;
    Ok(card)
}

/// Forgets what is said about a customer, and what they answered. What they booked stays theirs; should they book again, they have a new card.
///
/// # Errors
/// `NOT_FOUND`; `CONFLICT` while they have visits ahead, with how many.
pub(super) async fn remove(app: &App, manager: &Manager, id: CustomerId) -> Result<(), ApiError> {
    let now = app.now();
    let mut connection = app.connection().await?;
    let tx = connection.begin_as(manager.user, now).await?;
    let card = store::one_to_change(&tx, manager.business, id, now).await?.ok_or(Code::NotFound)?;
    if card.upcoming() > 0 {
        let message = Message::CustomerStillBooked(card.upcoming());
        return Err(ApiError::still_booked(message, card.upcoming()));
    }
    let (answers, card) =
        tokio::join!(intake::forget_customer(&tx, manager.business, id), store::delete(&tx, id));
    answers?;
    card?;
    Ok(tx.commit().await?)
}
