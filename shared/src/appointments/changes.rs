//! Changes of status: only as [`Status::may_become`] allows, each recorded with who and when.

use jiff::Timestamp;

use super::{
    status::Status,
    store::{self, Change, Current},
    view::{Appointment, Audience},
};
use crate::{
    app::App,
    customers::Party,
    http::{ApiError, Code},
    ids::{AppointmentId, BusinessId, UserId},
    language::Message,
    outbox::{self, Happening, Notice},
};

/// The business confirms or cancels, or says how the visit went, which it can from its start on.
///
/// # Errors
/// `APPOINTMENT_NOT_FOUND`, `INVALID_STATUS_TRANSITION`.
pub(super) async fn by_business(
    app: &App,
    business: BusinessId,
    actor: UserId,
    id: AppointmentId,
    to: Status,
    reason: &str,
) -> Result<Appointment, ApiError> {
    let step = Step {
        audience: Audience::Business(business),
        actor: Some(actor),
        by: "business",
        to,
        reason,
        what: match to {
            Status::Confirmed => Some(Happening::Confirmed),
            Status::Cancelled => Some(Happening::CancelledByBusiness),
            Status::Pending | Status::Completed | Status::NoShow => None,
        },
    };
    change(app, id, &step, |current, now| business_may(current, to, now)).await
}

fn business_may(current: &Current, to: Status, now: Timestamp) -> Result<(), ApiError> {
    let from = current.status;
    if !from.may_become(to) {
        Err(ApiError::invalid_transition(from, to))
    } else if matches!(to, Status::Completed | Status::NoShow) && current.starts_at > now {
        Err(ApiError::not_begun(from, to))
    } else {
        Ok(())
    }
}

/// The customer cancels.
///
/// # Errors
/// `APPOINTMENT_NOT_FOUND`; `BAD_REQUEST` if it is over or already cancelled; `CANCELLATION_WINDOW_PASSED`.
pub(super) async fn cancel_by_customer(
    app: &App,
    customer: Party,
    id: AppointmentId,
    reason: &str,
) -> Result<Appointment, ApiError> {
    let step = Step {
        audience: customer.into(),
        actor: customer.account(),
        by: "customer",
        to: Status::Cancelled,
        reason,
        what: Some(Happening::CancelledByCustomer),
    };
    change(app, id, &step, may_still_cancel).await
}

/// Whether the customer can still cancel it.
///
/// # Errors
/// `BAD_REQUEST` if it has begun, is over or already cancelled; `CANCELLATION_WINDOW_PASSED`.
pub(super) fn may_still_cancel(current: &Current, now: Timestamp) -> Result<(), ApiError> {
    if !current.is_ahead(now) {
        Err(ApiError::bad_request(Message::TooLateToCancel))
    } else if !current.policy.may_cancel(current.starts_at, now) {
        Err(Code::CancellationWindowPassed.into())
    } else {
        Ok(())
    }
}

/// Who changes what into what, and why.
struct Step<'a> {
    audience: Audience,
    actor: Option<UserId>,
    by: &'static str,
    to: Status,
    reason: &'a str,
    /// What people are told of it.
    what: Option<Happening>,
}

async fn change(
    app: &App,
    id: AppointmentId,
    step: &Step<'_>,
    allowed: impl Fn(&Current, Timestamp) -> Result<(), ApiError>,
) -> Result<Appointment, ApiError> {
    let now = app.now();
    let mut connection = app.connection().await?;
    let tx = connection.begin().await?;
    let current = store::to_change(&tx, id, step.audience).await?.ok_or(Code::AppointmentNotFound)?;
    allowed(&current, now)?;
    let change = Change {
        id,
        from: current.status,
        to: step.to,
        actor: step.actor,
        by: step.by,
        reason: step.reason,
        at: now,
    };
    let tell = async {
        match step.what {
            Some(what) => outbox::add(&tx, now, &Notice::Appointment { appointment: id, what }).await,
            None => Ok(()),
        }
    };
    let (written, told, changed) =
        tokio::join!(store::change(&tx, &change), tell, store::one(&tx, id, step.audience));
    written?;
    told?;
    let changed = changed?.ok_or(Code::AppointmentNotFound)?;
    tx.commit().await?;
    Ok(changed)
}
