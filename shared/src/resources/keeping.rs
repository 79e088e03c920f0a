//! The rules for changing and removing resources: neither a visit to come nor a service loses what it needs.

use super::store::{self, Resource};
use crate::{
    app::App,
    businesses::Manager,
    db::Transaction,
    http::{
        ApiError, Change, Code, Form, FromForm,
        form::{Text, Whole},
    },
    ids::ResourceId,
    language::Message,
};

/// Everything an owner decides about a resource.
#[derive(Debug)]
pub(super) struct Terms {
    pub(super) name: Text<1, 200>,
    /// How many there are.
    pub(super) quantity: i32,
}

impl FromForm for Terms {
    fn from_form(form: &mut Form) -> Option<Self> {
        let name = form.required("name");
        let quantity = form.optional::<Whole<1, 100>>("quantity");
        Some(Self { name: name?, quantity: quantity?.map_or(1, Whole::get) })
    }
}

/// Adds a resource.
///
/// # Errors
/// If the database refuses.
pub(super) async fn add(app: &App, manager: &Manager, terms: &Terms) -> Result<Resource, ApiError> {
    let now = app.now();
    let mut connection = app.connection().await?;
    let tx = connection.begin_as(manager.user, now).await?;
    let made = store::insert(&tx, manager.business, ResourceId::new(now), terms, now).await?;
    let made = made.ok_or(Code::ServerError)?;
    tx.commit().await?;
    Ok(made)
}

/// Changes what is said about a resource.
///
/// # Errors
/// `NOT_FOUND`; those of reading a form; `CONFLICT` where units are to go that visits have, with how many, or that services
/// need, with which.
pub(super) async fn change<const WHOLE: bool>(
    app: &App,
    manager: &Manager,
    id: ResourceId,
    change: Change<Terms, WHOLE>,
) -> Result<Resource, ApiError> {
    let now = app.now();
    let mut connection = app.connection().await?;
    let tx = connection.begin_as(manager.user, now).await?;
    let current = store::one_to_change(&tx, manager.business, id).await?.ok_or(Code::NotFound)?;
    let terms = change.onto(&current)?;
    can_spare(app, &tx, id, terms.quantity).await?;
    let changed = store::update(&tx, id, &terms, now).await?.ok_or(Code::ServerError)?;
    tx.commit().await?;
    Ok(changed)
}

/// Removes a resource: entirely if nothing has ever occupied it, otherwise from every list.
///
/// # Errors
/// `NOT_FOUND`; `CONFLICT` while visits have it, with how many, or services need it, with which.
pub(super) async fn remove(app: &App, manager: &Manager, id: ResourceId) -> Result<(), ApiError> {
    let now = app.now();
    let mut connection = app.connection().await?;
    let tx = connection.begin_as(manager.user, now).await?;
    store::one_to_change(&tx, manager.business, id).await?.ok_or(Code::NotFound)?;
    if can_spare(app, &tx, id, 0).await? {
        store::retire(&tx, id, now).await?;
    } else {
        store::delete(&tx, id).await?;
    }
    Ok(tx.commit().await?)
}

/// Checks that only so many units of a locked resource will do. Whether anything has ever occupied it.
async fn can_spare(app: &App, tx: &Transaction<'_>, id: ResourceId, units: i32) -> Result<bool, ApiError> {
    let (needed_by, claims) =
        tokio::join!(store::needed_by(tx, id, units), store::claims(tx, id, units, app.now()));
    let (needed_by, claims) = (needed_by?, claims?);
    if claims.upcoming > 0 {
        let message = Message::ResourceStillBooked(claims.upcoming);
        return Err(ApiError::still_booked(message, claims.upcoming));
    }
    if needed_by.is_empty() {
        Ok(claims.any)
    } else {
        Err(ApiError::still_needed(Message::ResourceStillNeeded, &needed_by))
    }
}
