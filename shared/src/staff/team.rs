//! Hiring, changing and removing staff. Managers do it too, but only the owner makes and unmakes managers, and the
//! owner's own entry is nobody else's business.

use jiff::Timestamp;

use super::{
    entry::{Entry, NewMember, ServiceIds, Terms, Who},
    invitations,
    member::{self, Joining, Lock, StaffMember, Standing},
};
use crate::{
    app::App,
    appointments::{self, Scope},
    businesses::{self, Manager},
    calendar,
    db::{Sql, Transaction},
    http::{ApiError, Change, Code},
    ids::{BusinessId, StaffMemberId},
    language::Message,
};

/// More than this work at no business; every list of staff is read whole.
const MOST_STAFF: i64 = 200;

/// Adds somebody to the staff; who is invited gets a mail once the response is on its way.
///
/// # Errors
/// `PERMISSION_DENIED` if a manager makes another; `VALIDATION_ERROR` for an unknown person or service; `CONFLICT` if
/// they are on the staff or invited already, or there is no more room; `RATE_LIMITED` after too many invitations.
pub(super) async fn add(app: &App, manager: &Manager, new: &NewMember) -> Result<StaffMember, ApiError> {
    if new.terms.is_manager && !manager.is_owner {
        return Err(Code::PermissionDenied.into());
    }
    let now = app.now();
    let business = manager.business;
    let mut connection = app.connection().await?;
    let tx = connection.begin_as(manager.user, now).await?;
    businesses::lock(&tx, business).await?;
    if member::count(&tx, business).await? >= MOST_STAFF {
        return Err(ApiError::conflict(Message::StaffFull(MOST_STAFF)));
    }
    let called = new.called();
    let joining = Joining {
        id: StaffMemberId::new(now),
        business,
        user: if let Who::Person(user) = new.who { Some(user) } else { None },
        display_name: called.as_deref(),
        terms: &new.terms,
        now,
    };
    if !member::insert(&tx, &joining).await? {
        return Err(ApiError::invalid_field("user_id", Message::NoSuchPerson));
    }
    offer(&tx, business, joining.id, &new.terms).await?;
    match &new.who {
        Who::Invited(email) => invitations::send(&tx, app, manager, joining.id, email.as_str()).await?,
        Who::Person(_) | Who::NameOnly => {}
    }
    finish(tx, business, joining.id).await
}

/// Changes what is said about somebody on the staff.
///
/// # Errors
/// `STAFF_NOT_FOUND`; those of reading a form; `PERMISSION_DENIED` if a manager makes or unmakes one, or touches the
/// owner's entry; `VALIDATION_ERROR` for an unknown service.
pub(super) async fn change<const WHOLE: bool>(
    app: &App,
    manager: &Manager,
    id: StaffMemberId,
    change: Change<Entry, WHOLE>,
) -> Result<StaffMember, ApiError> {
    let business = manager.business;
    let mut connection = app.connection().await?;
    let tx = connection.begin_as(manager.user, app.now()).await?;
    let current = member::lock(&tx, business, id, Lock::Changes).await?.ok_or(Code::StaffNotFound)?;
    if current.is_owner && !manager.is_owner {
        return Err(Code::PermissionDenied.into());
    }
    let member = member::one(&tx, &business.into(), id).await?.ok_or(Code::StaffNotFound)?;
    let Entry { display_name, mut terms } = change.onto(&member)?;
    // Owners manage whatever is said.
    terms.is_manager |= current.is_owner;
    if terms.is_manager != current.is_manager && !manager.is_owner {
        return Err(Code::PermissionDenied.into());
    }
    member::update(&tx, id, display_name.as_str(), &terms, app.now()).await?;
    offer(&tx, business, id, &terms).await?;
    finish(tx, business, id).await
}

/// Removes somebody: entirely if they never had an appointment, otherwise from every list.
///
/// # Errors
/// `STAFF_NOT_FOUND`; `PERMISSION_DENIED` if a manager removes a manager or the owner; `CONFLICT` for the owner's
/// entry, and, with how many, while they have bookings to come.
pub(super) async fn remove(app: &App, manager: &Manager, id: StaffMemberId) -> Result<(), ApiError> {
    let now = app.now();
    let mut connection = app.connection().await?;
    let tx = connection.begin_as(manager.user, now).await?;
    remove_in(&tx, manager, id, now).await?;
    Ok(tx.commit().await?)
}

/// The same as a part of what else is done on the manager's behalf.
///
/// # Errors
/// Those of `remove`.
pub async fn remove_in(
    tx: &Transaction<'_>,
    manager: &Manager,
    id: StaffMemberId,
    now: Timestamp,
) -> Result<(), ApiError> {
    let business = manager.business;
    let (kept, current) = tokio::join!(
        calendar::lock_all_with(tx, business, id),
        member::lock(tx, business, id, Lock::Bookings)
    );
    kept?;
    may_leave(manager, current?)?;
    let upcoming = appointments::upcoming(tx, Scope::Staff(business, id), now).await?;
    if upcoming > 0 {
        return Err(ApiError::still_booked(Message::StaffStillBooked(upcoming), upcoming));
    }
    appointments::drop_holds_with(tx, id).await?;
    if appointments::any(tx, business, id).await? {
        member::retire(tx, id, now).await?;
    } else {
        member::delete(tx, id).await?;
    }
    Ok(())
}

/// Whether a manager could remove somebody who has no bookings to come.
///
/// # Errors
/// Those of `remove` but for the bookings.
pub async fn check_removal(on: &impl Sql, manager: &Manager, id: StaffMemberId) -> Result<(), ApiError> {
    may_leave(manager, member::standing(on, manager.business, id, None).await?)
}

fn may_leave(manager: &Manager, entry: Option<Standing>) -> Result<(), ApiError> {
    let entry = entry.ok_or(Code::StaffNotFound)?;
    may_decide_on(manager, &entry)?;
    if entry.is_owner { Err(ApiError::conflict(Message::OwnerStays)) } else { Ok(()) }
}

/// Only the owner decides who is a manager.
pub(super) fn may_decide_on(manager: &Manager, entry: &Standing) -> Result<(), ApiError> {
    if manager.is_owner || !(entry.is_manager || entry.is_owner) {
        Ok(())
    } else {
        Err(Code::PermissionDenied.into())
    }
}

async fn offer(
    tx: &Transaction<'_>,
    business: BusinessId,
    id: StaffMemberId,
    terms: &Terms,
) -> Result<(), ApiError> {
    let services = terms.services.as_ref().map(ServiceIds::as_slice);
    if member::offer(tx, business, id, services).await? {
        Ok(())
    } else {
        Err(ApiError::invalid_field("service_ids", Message::NotOneOfTheServices))
    }
}

/// Reads an entry as it has become, and makes it so.
pub(super) async fn finish(
    tx: Transaction<'_>,
    business: BusinessId,
    id: StaffMemberId,
) -> Result<StaffMember, ApiError> {
    let member = member::one(&tx, &business.into(), id).await?.ok_or(Code::StaffNotFound)?;
    tx.commit().await?;
    Ok(member)
}
