//! What can be added to a service: what owners say about it, and the rules for keeping it.

use serde::Serialize;
use utoipa::ToSchema;

use super::{add_on_store as store, changes::locked, lengths};
use crate::{
    app::App,
    appointments,
    businesses::Manager,
    db::Transaction,
    http::{
        ApiError, Change, Code, Form, FromForm,
        form::{Text, Whole},
    },
    ids::{AddOnId, ServiceId},
    language::Message,
    money::{Amount, Currency},
};

/// More than this can be added to no service: all of it is shown with the service.
const MOST_ADD_ONS: usize = 50;

/// Something that can be added to a service.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AddOn {
    pub(super) id: AddOnId,
    pub(super) name: String,
    /// How much longer it makes the visit.
    pub(super) duration_minutes: i32,
    /// How much dearer.
    pub(super) price_amount: String,
    /// The service's.
    pub(super) price_currency: String,
    /// Where it stands among the others.
    pub(super) position: i32,
    /// Whether it can be added at present.
    pub(super) is_active: bool,
}

/// Everything an owner decides about an add-on.
#[derive(Debug)]
pub(super) struct Extra {
    pub(super) name: Text<1, 200>,
    pub(super) duration: i32,
    price: Option<Amount>,
    pub(super) position: i32,
    pub(super) is_active: bool,
}

impl FromForm for Extra {
    fn from_form(form: &mut Form) -> Option<Self> {
        let name = form.required("name");
        let duration = form.optional::<Whole<0, 1440>>("duration_minutes");
        let price = form.optional("price_amount");
        let position = form.optional::<Whole<0, 1000>>("position");
        let is_active = form.or("is_active", true);
        Some(Self {
            name: name?,
            duration: duration?.map_or(0, Whole::get),
            price: price?,
            position: position?.map_or(0, Whole::get),
            is_active: is_active?,
        })
    }
}

impl Extra {
    /// What it costs, in minor units of the service's currency.
    fn price_minor(&self, currency: Currency) -> Result<i64, ApiError> {
        let Some(price) = self.price else { return Ok(0) };
        let fine = || ApiError::invalid_field("price_amount", Message::AmountTooFine);
        price.in_minor_units(currency).ok_or_else(fine)
    }
}

/// Adds something that can be added.
///
/// # Errors
/// `SERVICE_NOT_FOUND`; `VALIDATION_ERROR` for what does not fit the service; `CONFLICT` if there is too much already.
pub(super) async fn add(
    app: &App,
    manager: &Manager,
    service: ServiceId,
    extra: &Extra,
) -> Result<AddOn, ApiError> {
    let (business, now) = (manager.business, app.now());
    let id = AddOnId::new(now);
    let mut connection = app.connection().await?;
    let tx = connection.begin_as(manager.user, now).await?;
    let currency = locked(&tx, business, service).await?.currency();
    let price = extra.price_minor(currency)?;
    let (inserted, all) =
        tokio::join!(store::insert(&tx, business, service, id, extra, price, now), store::of(&tx, service),);
    inserted?;
    if all?.len() > MOST_ADD_ONS {
        return Err(ApiError::conflict(Message::TooManyItems(MOST_ADD_ONS)));
    }
    finish(tx, service, id).await
}

/// Changes what is said about an add-on.
///
/// # Errors
/// `SERVICE_NOT_FOUND`; `NOT_FOUND`; those of reading a form; `VALIDATION_ERROR` for what does not fit the service.
pub(super) async fn change<const WHOLE: bool>(
    app: &App,
    manager: &Manager,
    service: ServiceId,
    id: AddOnId,
    change: Change<Extra, WHOLE>,
) -> Result<AddOn, ApiError> {
    let (business, now) = (manager.business, app.now());
    let mut connection = app.connection().await?;
    let tx = connection.begin_as(manager.user, now).await?;
    let currency = locked(&tx, business, service).await?.currency();
    let current = store::one(&tx, service, id).await?.ok_or(Code::NotFound)?;
    let extra = change.onto(&current)?;
    store::update(&tx, id, &extra, extra.price_minor(currency)?, now).await?;
    finish(tx, service, id).await
}

/// Removes an add-on: entirely if no appointment has it, otherwise from every list.
///
/// # Errors
/// `SERVICE_NOT_FOUND`; `NOT_FOUND`.
pub(super) async fn remove(
    app: &App,
    manager: &Manager,
    service: ServiceId,
    id: AddOnId,
) -> Result<(), ApiError> {
    let (business, now) = (manager.business, app.now());
    let mut connection = app.connection().await?;
    let tx = connection.begin_as(manager.user, now).await?;
    locked(&tx, business, service).await?;
    if !store::lock_against_bookings(&tx, service, id).await? {
        return Err(Code::NotFound.into());
    }
    if appointments::have_add_on(&tx, id).await? {
        store::retire(&tx, id, now).await?;
    } else {
        store::delete(&tx, id).await?;
    }
    Ok(tx.commit().await?)
}

/// Checks that an add-on fits its service, and keeps it.
async fn finish(tx: Transaction<'_>, service: ServiceId, id: AddOnId) -> Result<AddOn, ApiError> {
    let (lengths, add_on) = tokio::join!(lengths::lengths(&tx, service), store::one(&tx, service, id));
    if let Some((_, message)) = lengths?.ok_or(Code::ServerError)?.misfit() {
        return Err(ApiError::invalid_field("duration_minutes", message));
    }
    let add_on = add_on?.ok_or(Code::ServerError)?;
    tx.commit().await?;
    Ok(add_on)
}
