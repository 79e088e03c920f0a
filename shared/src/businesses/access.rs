//! Who may do what with a business. Every route of an owner or of staff asks here first.

use super::reference::BusinessRef;
use crate::{
    accounts::{Caller, Role},
    app::App,
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

/// The business of a path, for what shapes it: services, hours, staff.
///
/// # Errors
/// `BUSINESS_NOT_FOUND`; `PERMISSION_DENIED` unless the caller owns or manages it.
pub async fn managed(app: &App, caller: &Caller, business: &BusinessRef) -> Result<BusinessId, ApiError> {
    match standing(&app.connection().await?, caller, business).await? {
        (id, Standing::Owner | Standing::Manager) => Ok(id),
        (_, Standing::Staff | Standing::Stranger) => Err(Code::PermissionDenied.into()),
    }
}

/// The business of a path, for the daily work: its appointments.
///
/// # Errors
/// `BUSINESS_NOT_FOUND`; `PERMISSION_DENIED` unless the caller works there.
pub async fn worked_at(app: &App, caller: &Caller, business: &BusinessRef) -> Result<BusinessId, ApiError> {
    match standing(&app.connection().await?, caller, business).await? {
        (id, Standing::Owner | Standing::Manager | Standing::Staff) => Ok(id),
        (_, Standing::Stranger) => Err(Code::PermissionDenied.into()),
    }
}

/// Whether somebody, if they are known at all, works at the business of a path.
///
/// # Errors
/// `BUSINESS_NOT_FOUND`.
pub async fn works_at(app: &App, caller: Option<&Caller>, business: &BusinessRef) -> Result<bool, ApiError> {
    let Some(caller) = caller else { return Ok(false) };
    let (_, standing) = standing(&app.connection().await?, caller, business).await?;
    Ok(standing != Standing::Stranger)
}

/// Looks up a business and the caller's standing there.
async fn standing(
    on: &impl Sql,
    caller: &Caller,
    business: &BusinessRef,
) -> Result<(BusinessId, Standing), ApiError> {
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
    Ok((row.get(0), standing))
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
