//! Changing a business and retiring it. Bookings keep their instants whatever is changed: in another time zone they
//! show another time of day, and only new ones follow the new terms.

use serde::Serialize;
use utoipa::ToSchema;

use super::{
    access::Manager,
    creation::Opening,
    discovery::{self, FullDetail},
    own_store::{self, Internals},
    policy::BusinessPolicy,
    store::{self, Place},
};
use crate::{
    app::App,
    appointments::{self, Scope},
    http::{ApiError, Change, Code},
    ids::BusinessId,
    language::{Language, Message},
    locations::Shown,
    staff,
};

/// A business in detail form, with what only those who manage it see.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OwnDetail {
    #[serde(flatten)]
    detail: FullDetail,
    #[serde(flatten)]
    internals: Internals,
}

/// Everything about a business, for those who manage it.
///
/// # Errors
/// `BUSINESS_NOT_FOUND`.
pub(super) async fn detail(
    app: &App,
    business: BusinessId,
    language: Language,
) -> Result<OwnDetail, ApiError> {
    let internals = own_store::internals(&app.connection().await?, business).await?;
    let internals = internals.ok_or(Code::BusinessNotFound)?;
    let detail = discovery::detail(app, &business.into(), Shown::Everywhere, language).await?;
    Ok(OwnDetail { detail, internals })
}

/// Changes what is said about a business.
///
/// # Errors
/// `BUSINESS_NOT_FOUND`; those of reading a form; `PERMISSION_DENIED` if a manager changes the booking policy;
/// `CONFLICT` if the slug is taken.
pub(super) async fn change<const WHOLE: bool>(
    app: &App,
    manager: &Manager,
    change: Change<Opening, WHOLE>,
) -> Result<(), ApiError> {
    let now = app.now();
    let mut connection = app.connection().await?;
    let tx = connection.begin_as(manager.user, now).await?;
    store::lock(&tx, manager.business).await?;
    let kept = own_store::kept(&tx, manager.business).await?.ok_or(Code::BusinessNotFound)?;
    let said = change.unless_same("slug", &kept.slug).onto(&kept)?;
    let policy = match said.policy {
        Some(policy) if policy != kept.booking_policy && !manager.is_owner => {
            return Err(Code::PermissionDenied.into());
        }
        Some(policy) => policy,
        // Said to be null.
        None if manager.is_owner => BusinessPolicy::default(),
        None => kept.booking_policy,
    };
    // A slug somebody is just about to choose for a new business is not free either.
    if let Some(slug) = &said.slug
        && store::free_slug(&tx, slug, 1).await?.is_none()
    {
        return Err(ApiError::conflict(Message::SlugTaken));
    }
    let place = Place::primary(kept.location, &said.address);
    let (written, agreed, located) = tokio::join!(
        own_store::update(&tx, manager.business, &said, now),
        store::set_policy(&tx, manager.business, &policy),
        store::locate(&tx, manager.business, &place),
    );
    written?;
    agreed?;
    located?;
    Ok(tx.commit().await?)
}

/// Closes a business for good: it is gone from sight, nobody works there any more, its appointments stay.
///
/// # Errors
/// `CONFLICT`, with how many, while it has bookings to come.
pub(super) async fn retire(app: &App, owner: &Manager) -> Result<(), ApiError> {
    let (business, now) = (owner.business, app.now());
    let mut connection = app.connection().await?;
    let tx = connection.begin_as(owner.user, now).await?;
    if !own_store::lock_against_bookings(&tx, business).await? {
        return Err(Code::BusinessNotFound.into());
    }
    let upcoming = appointments::upcoming(&tx, Scope::Business(business), now).await?;
    if upcoming > 0 {
        return Err(ApiError::still_booked(Message::BusinessStillBooked(upcoming), upcoming));
    }
    own_store::retire(&tx, business, now).await?;
    staff::retire_all(&tx, business, now).await?;
    Ok(tx.commit().await?)
}
