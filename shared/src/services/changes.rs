//! Adding, changing and removing services. Changes of one service, of its add-ons and of who offers it wait for each other
//! on its row, so that all that is said about it fits together.

use std::collections::HashMap;

use jiff::Timestamp;

use super::{
    lengths, store,
    terms::Terms,
    view::{Need, Service},
};
use crate::{
    app::App,
    appointments::{self, Scope},
    businesses::{self, Manager},
    db::Transaction,
    http::{ApiError, Change, Code, form::FieldErrors},
    ids::{BusinessId, LocationId, ResourceId, ServiceId},
    language::Message,
    staff,
};

/// Adds a service, offered by everyone who takes bookings until the owner says otherwise.
///
/// # Errors
/// `VALIDATION_ERROR` for a location or resource that is not the business's own.
pub(super) async fn add(app: &App, manager: &Manager, terms: &Terms) -> Result<Service, ApiError> {
    let (business, now) = (manager.business, app.now());
    let id = ServiceId::new(now);
    let mut connection = app.connection().await?;
    let tx = connection.begin_as(manager.user, now).await?;
    let named = business.into();
    let (inserted, units, offered, made) = tokio::join!(
        store::insert(&tx, business, id, terms, now),
        store::set_needs(&tx, business, id, &terms.needs),
        staff::all_offer(&tx, business, id),
        store::one(&tx, &named, id),
    );
    inserted?;
    check_needs(&terms.needs, &units?)?;
    offered?;
    let made = made?.ok_or(Code::ServerError)?;
    tx.commit().await?;
    Ok(made)
}

/// Changes what is said about a service.
///
/// # Errors
/// `SERVICE_NOT_FOUND`; those of reading a form; `VALIDATION_ERROR` for a location or resource that is not the business's
/// own, and for what does not fit the service's add-ons and staff; `CONFLICT`, with how many, for another location while it
/// has bookings to come.
pub(super) async fn change<const WHOLE: bool>(
    app: &App,
    manager: &Manager,
    service: ServiceId,
    change: Change<Terms, WHOLE>,
) -> Result<Service, ApiError> {
    let (business, now) = (manager.business, app.now());
    let mut connection = app.connection().await?;
    let tx = connection.begin_as(manager.user, now).await?;
    // Before the service, as whoever changes a schedule has them: it may come to moving.
    businesses::lock(&tx, business).await?;
    let current = locked(&tx, business, service).await?;
    let terms = change.onto(&current)?;
    if terms.location != current.location() {
        may_move(&tx, business, &current, terms.location, now).await?;
    }
    let named = business.into();
    let (updated, units, lengths, changed) = tokio::join!(
        store::update(&tx, business, service, &terms, now),
        store::set_needs(&tx, business, service, &terms.needs),
        lengths::lengths(&tx, service),
        store::one(&tx, &named, service),
    );
    updated?;
    check_needs(&terms.needs, &units?)?;
    let lengths = lengths?.ok_or(Code::ServerError)?;
    if let Some((field, message)) = lengths.misfit() {
        return Err(ApiError::invalid_field(field, message));
    }
    if lengths.has_other_prices && terms.price_currency != current.currency() {
        return Err(ApiError::invalid_field("price_currency", Message::PricesInAnotherCurrency));
    }
    let changed = changed?.ok_or(Code::ServerError)?;
    tx.commit().await?;
    Ok(changed)
}

/// Takes a service off the list; its appointments stay.
///
/// # Errors
/// `SERVICE_NOT_FOUND`.
pub(super) async fn retire(app: &App, manager: &Manager, service: ServiceId) -> Result<(), ApiError> {
    let now = app.now();
    let mut connection = app.connection().await?;
    let tx = connection.begin_as(manager.user, now).await?;
    retire_in(&tx, manager.business, service, now).await?;
    Ok(tx.commit().await?)
}

/// The same as a part of what else is done on somebody's behalf.
///
/// # Errors
/// `SERVICE_NOT_FOUND`.
pub async fn retire_in(
    tx: &Transaction<'_>,
    business: BusinessId,
    service: ServiceId,
    now: Timestamp,
) -> Result<(), ApiError> {
    if !store::retire(tx, business, service, now).await? {
        return Err(Code::ServiceNotFound.into());
    }
    Ok(())
}

/// Checks that a service can move to another location, and lets nobody book it meanwhile by how it was: an appointment is
/// where its service is, and people would come to the wrong place.
async fn may_move(
    tx: &Transaction<'_>,
    business: BusinessId,
    service: &Service,
    to: Option<LocationId>,
    now: Timestamp,
) -> Result<(), ApiError> {
    let terms = businesses::terms(tx, &business.into()).await?.ok_or(Code::BusinessNotFound)?;
    if terms.location_of(service.location()) == terms.location_of(to) {
        return Ok(());
    }
    businesses::lock_to_rearrange(tx, business, now).await?;
    let upcoming = appointments::upcoming(tx, Scope::Service(business, service.id()), now).await?;
    if upcoming > 0 {
        return Err(ApiError::still_booked(Message::ServiceStillBooked(upcoming), upcoming));
    }
    Ok(())
}

/// Checks that what is needed is there, in so many units.
fn check_needs(needs: &[Need], units: &HashMap<ResourceId, i32>) -> Result<(), ApiError> {
    let mut errors = FieldErrors::new();
    for (index, need) in needs.iter().enumerate() {
        let (field, message) = match units.get(&need.resource_id) {
            Some(units) if need.quantity <= *units => continue,
            Some(units) => ("quantity", Message::NotSoManyOfThem(*units)),
            None => ("resource_id", Message::NotOneOfTheResources),
        };
        errors.insert(format!("resources.{index}.{field}"), vec![message]);
    }
    if errors.is_empty() { Ok(()) } else { Err(ApiError::validation(errors)) }
}

/// A service on which nothing else changes until the transaction ends.
///
/// # Errors
/// `SERVICE_NOT_FOUND`.
pub async fn locked(
    tx: &Transaction<'_>,
    business: BusinessId,
    service: ServiceId,
) -> Result<Service, ApiError> {
    Ok(store::one_to_change(tx, business, service).await?.ok_or(Code::ServiceNotFound)?)
}
