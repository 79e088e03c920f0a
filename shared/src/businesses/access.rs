//! Who may do what with a business. Every route of an owner or of staff asks here first.

use super::reference::BusinessRef;
use crate::{
    accounts::{Caller, Role},
    db::Sql,
    http::{ApiError, Code},
    ids::BusinessId,
};

/// What a caller is to a business.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    Owner,
    Manager,
    Staff,
    Stranger,
}

/// A business, and the caller's standing there.
#[derive(Clone, Debug)]
pub struct Managed {
    /// Which.
    pub id: BusinessId,
    standing: Standing,
}

impl Managed {
    /// For what shapes the business: services, hours, staff.
    ///
    /// # Errors
    /// `PERMISSION_DENIED` unless the caller owns or manages it.
    pub fn as_manager(self) -> Result<BusinessId, ApiError> {
        match self.standing {
            Standing::Owner | Standing::Manager => Ok(self.id),
            Standing::Staff | Standing::Stranger => Err(Code::PermissionDenied.into()),
        }
    }

    /// For the daily work: its appointments.
    ///
    /// # Errors
    /// `PERMISSION_DENIED` unless the caller works there.
    pub fn as_staff(self) -> Result<BusinessId, ApiError> {
        match self.standing {
            Standing::Stranger => Err(Code::PermissionDenied.into()),
            Standing::Owner | Standing::Manager | Standing::Staff => Ok(self.id),
        }
    }
}

/// Looks up a business and the caller's standing there.
///
/// # Errors
/// `BUSINESS_NOT_FOUND`.
pub async fn manage(on: &impl Sql, caller: &Caller, business: &BusinessRef) -> Result<Managed, ApiError> {
    let sql = "
        select businesses.id, businesses.owner_id = $3, member.is_manager
        from businesses
        left join staff_members member
            on member.business_id = businesses.id and member.user_id = $3 and member.retired_at is null
        where (businesses.slug = $1 or businesses.id = $2) and businesses.retired_at is null";
    let row = on.row(sql, &[&business.slug(), &business.id(), &caller.user]).await?;
    let row = row.ok_or(Code::BusinessNotFound)?;
    let standing = match (row.get(1), row.get::<_, Option<bool>>(2)) {
        (true, _) => Standing::Owner,
        (false, _) if caller.role == Role::Admin => Standing::Owner,
        (false, Some(true)) => Standing::Manager,
        (false, Some(false)) => Standing::Staff,
        (false, None) => Standing::Stranger,
    };
    Ok(Managed { id: row.get(0), standing })
}

/// The business the caller owns, for paths that name none.
///
/// # Errors
/// `BUSINESS_NOT_FOUND` if the caller owns none.
pub async fn own(on: &impl Sql, caller: &Caller) -> Result<BusinessId, ApiError> {
    let sql = "
        select id from businesses where owner_id = $1 and retired_at is null
        order by created_at, id limit 1";
    let row = on.row(sql, &[&caller.user]).await?;
    Ok(row.ok_or(Code::BusinessNotFound)?.get(0))
}
