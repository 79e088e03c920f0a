//! The rules for adding, changing and giving up locations: the primary one stays, and no service loses where it takes place.

use super::{place::Location, store};
use crate::{
    accounts::Phone,
    app::App,
    businesses::{self, Address, Manager, Place},
    db::Transaction,
    http::{ApiError, Change, Code, Form, FromForm, form::Text},
    ids::LocationId,
    language::Message,
};

/// How many locations a business has at most.
const MOST_LOCATIONS: i64 = 50;

/// Everything an owner says about a location.
#[derive(Debug)]
pub(super) struct Terms {
    name: Text<0, 200>,
    phone_number: Phone,
    address: Address,
}

impl FromForm for Terms {
    fn from_form(form: &mut Form) -> Option<Self> {
        let name = form.or("name", Text::default());
        let phone_number = form.or("phone_number", Phone::default());
        let address = Address::from_form(form);
        Some(Self { name: name?, phone_number: phone_number?, address: address? })
    }
}

/// Adds a location.
///
/// # Errors
/// `CONFLICT` if there are too many already.
pub(super) async fn add(app: &App, manager: &Manager, terms: &Terms) -> Result<Location, ApiError> {
    let (business, now) = (manager.business, app.now());
    let id = LocationId::new(now);
    let mut connection = app.connection().await?;
    let tx = connection.begin_as(manager.user, now).await?;
    businesses::lock(&tx, business).await?;
    if store::number_of(&tx, business).await? >= MOST_LOCATIONS {
        return Err(ApiError::conflict(Message::TooManyLocations(MOST_LOCATIONS)));
    }
    save(tx, manager, id, false, terms).await
}

/// Changes what is said about a location; of the primary one, that is the business's own address.
///
/// # Errors
/// `NOT_FOUND`; those of reading a form.
pub(super) async fn change<const WHOLE: bool>(
    app: &App,
    manager: &Manager,
    id: LocationId,
    change: Change<Terms, WHOLE>,
) -> Result<Location, ApiError> {
    let mut connection = app.connection().await?;
    let tx = connection.begin_as(manager.user, app.now()).await?;
    let current = locked(&tx, manager, id).await?;
    let terms = change.onto(&current)?;
    save(tx, manager, id, current.is_primary(), &terms).await
}

/// A location that nobody else changes, or puts a service at, until the transaction ends.
async fn locked(tx: &Transaction<'_>, manager: &Manager, id: LocationId) -> Result<Location, ApiError> {
    let named = manager.business.into();
    let (locked, found) = tokio::join!(businesses::lock(tx, manager.business), store::one(tx, &named, id));
    locked?;
    Ok(found?.ok_or(Code::NotFound)?)
}

async fn save(
    tx: Transaction<'_>,
    manager: &Manager,
    id: LocationId,
    is_primary: bool,
    terms: &Terms,
) -> Result<Location, ApiError> {
    let own = Some((terms.name.as_str(), terms.phone_number.as_str()));
    let place = Place { id, is_primary, address: &terms.address, own };
    let named = manager.business.into();
    let (located, saved) =
        tokio::join!(businesses::locate(&tx, manager.business, &place), store::one(&tx, &named, id));
    located?;
    let saved = saved?.ok_or(Code::NotFound)?;
    tx.commit().await?;
    Ok(saved)
}

/// Gives up a location.
///
/// # Errors
/// `NOT_FOUND`; `CONFLICT` for the primary one, and as long as services take place or people have hours there, with how many.
pub(super) async fn give_up(app: &App, manager: &Manager, id: LocationId) -> Result<(), ApiError> {
    let now = app.now();
    let mut connection = app.connection().await?;
    let tx = connection.begin_as(manager.user, now).await?;
    if locked(&tx, manager, id).await?.is_primary() {
        return Err(ApiError::conflict(Message::PrimaryLocationStays));
    }
    let (services, staff) = tokio::join!(
        store::services_at(&tx, manager.business, id),
        store::staff_at(&tx, manager.business, id, now)
    );
    let (services, staff) = (services?, staff?);
    if services > 0 {
        return Err(ApiError::still_offering(services));
    }
    if staff > 0 {
        return Err(ApiError::still_staffed(staff));
    }
    store::retire(&tx, id, now).await?;
    Ok(tx.commit().await?)
}
