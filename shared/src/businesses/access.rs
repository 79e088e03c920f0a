//! Who may do what with a business. Every route of an owner or of staff asks here first. The rights are written down
//! in `docs/ROLES.md`.

use super::reference::BusinessRef;
use crate::{
    accounts::Caller,
    app::App,
    db::Sql,
    http::{ApiError, Code},
    ids::{BusinessId, StaffMemberId, UserId},
};

/// What a caller is to a business.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    Owner,
    Manager,
    Staff,
    Stranger,
}

/// Someone who shapes a business: its owner, or a manager, who may do less.
#[derive(Clone, Copy, Debug)]
pub struct Manager {
    /// Which business.
    pub business: BusinessId,
    /// Who.
    pub user: UserId,
    /// Whether it is theirs.
    pub is_owner: bool,
}

/// The business of a path and who the caller is there, where owners may do more than managers.
///
/// # Errors
/// `BUSINESS_NOT_FOUND`; `PERMISSION_DENIED` unless the caller owns or manages it.
pub async fn manager(app: &App, caller: &Caller, business: &BusinessRef) -> Result<Manager, ApiError> {
    let found = standing(&app.connection().await?, caller, business).await?;
    match found.standing {
        Standing::Owner | Standing::Manager => Ok(Manager {
            business: found.business,
            user: caller.user,
            is_owner: found.standing == Standing::Owner,
        }),
        Standing::Staff | Standing::Stranger => Err(Code::PermissionDenied.into()),
    }
}

/// The business of a path, for what shapes it: services, hours, numbers.
///
/// # Errors
/// Those of [`manager`].
pub async fn managed(app: &App, caller: &Caller, business: &BusinessRef) -> Result<BusinessId, ApiError> {
    Ok(manager(app, caller, business).await?.business)
}

/// The caller as the owner of the business of a path, for what only owners may do.
///
/// # Errors
/// `BUSINESS_NOT_FOUND`; `PERMISSION_DENIED` unless the caller owns it.
pub async fn owned(app: &App, caller: &Caller, business: &BusinessRef) -> Result<Manager, ApiError> {
    let manager = manager(app, caller, business).await?;
    if manager.is_owner { Ok(manager) } else { Err(Code::PermissionDenied.into()) }
}

/// The business of a path, for the daily work: its appointments.
///
/// # Errors
/// `BUSINESS_NOT_FOUND`; `PERMISSION_DENIED` unless the caller works there.
pub async fn worked_at(app: &App, caller: &Caller, business: &BusinessRef) -> Result<BusinessId, ApiError> {
    Ok(colleague(app, caller, business).await?.business)
}

/// Someone who works at a business.
#[derive(Clone, Copy, Debug)]
pub struct Colleague {
    /// Which business.
    pub business: BusinessId,
    /// Who.
    pub user: UserId,
    manages: bool,
    /// Their own entry among the staff.
    entry: Option<StaffMemberId>,
    staff_set_own_hours: bool,
}

impl Colleague {
    /// Whether they may say when somebody works, or, without a staff member, when the business is open.
    ///
    /// # Errors
    /// `PERMISSION_DENIED` unless they manage the business, or it lets its staff do so and they are meant.
    pub fn may_set_hours_of(&self, member: Option<StaffMemberId>) -> Result<(), ApiError> {
        let own = self.staff_set_own_hours && member.is_some() && member == self.entry;
        if self.manages || own { Ok(()) } else { Err(Code::PermissionDenied.into()) }
    }

    /// With whom they may book for a customer who wants this staff member, or does not mind: managers with anyone, others with
    /// themselves.
    ///
    /// # Errors
    /// `PERMISSION_DENIED`.
    pub fn may_book_with(&self, member: Option<StaffMemberId>) -> Result<Option<StaffMemberId>, ApiError> {
        if self.manages {
            Ok(member)
        } else if self.entry.is_some() && member.is_none_or(|member| Some(member) == self.entry) {
            Ok(self.entry)
        } else {
            Err(Code::PermissionDenied.into())
        }
    }
}

/// The business of a path and who the caller is there, for what staff may do for themselves.
///
/// # Errors
/// `BUSINESS_NOT_FOUND`; `PERMISSION_DENIED` unless the caller works there.
pub async fn colleague(app: &App, caller: &Caller, business: &BusinessRef) -> Result<Colleague, ApiError> {
    let found = standing(&app.connection().await?, caller, business).await?;
    if found.standing == Standing::Stranger {
        return Err(Code::PermissionDenied.into());
    }
    Ok(Colleague {
        business: found.business,
        user: caller.user,
        manages: matches!(found.standing, Standing::Owner | Standing::Manager),
        entry: found.entry,
        staff_set_own_hours: found.staff_set_own_hours,
    })
}

/// Whether somebody, if they are known at all, works at the business of a path.
///
/// # Errors
/// `BUSINESS_NOT_FOUND`.
pub async fn works_at(
    on: &impl Sql,
    caller: Option<&Caller>,
    business: &BusinessRef,
) -> Result<bool, ApiError> {
    let Some(caller) = caller else { return Ok(false) };
    Ok(standing(on, caller, business).await?.standing != Standing::Stranger)
}

/// A business, and what a caller is there.
struct Found {
    business: BusinessId,
    standing: Standing,
    entry: Option<StaffMemberId>,
    staff_set_own_hours: bool,
}

/// Looks up a business and the caller's standing there.
async fn standing(on: &impl Sql, caller: &Caller, business: &BusinessRef) -> Result<Found, ApiError> {
    let sql = "
        select businesses.id, businesses.owner_id = $3, member.is_manager, member.id, businesses.staff_set_own_hours
        from businesses
        left join staff_members member
            on member.business_id = businesses.id and member.user_id = $3 and member.retired_at is null
        where (businesses.slug = $1 or businesses.id = $2) and businesses.retired_at is null";
    let row = on.row(sql, &[&business.slug(), &business.id(), &caller.user]).await?;
    let row = row.ok_or(Code::BusinessNotFound)?;
    let standing = match (row.get(1), row.get::<_, Option<bool>>(2)) {
        (true, _) => Standing::Owner,
        (false, _) if caller.is_admin => Standing::Owner,
        (false, Some(true)) => Standing::Manager,
        (false, Some(false)) => Standing::Staff,
        (false, None) => Standing::Stranger,
    };
    Ok(Found { business: row.get(0), standing, entry: row.get(3), staff_set_own_hours: row.get(4) })
}

/// The caller as the owner of their business, for paths that name none.
///
/// # Errors
/// `BUSINESS_NOT_FOUND` if the caller owns none.
pub async fn own(on: &impl Sql, caller: &Caller) -> Result<Manager, ApiError> {
    let sql = "
        select id from businesses where owner_id = $1 and retired_at is null
        order by created_at, id limit 1";
    let row = on.row(sql, &[&caller.user]).await?;
    let business = row.ok_or(Code::BusinessNotFound)?.get(0);
    Ok(Manager { business, user: caller.user, is_owner: true })
}
