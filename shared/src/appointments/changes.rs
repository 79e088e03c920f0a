//! Changes of status: only as [`Status::may_become`] allows, each recorded with who and when.

use jiff::{SignedDuration, Timestamp};

use super::{
    status::Status,
    store::{self, Change, Current},
    view::{Appointment, Audience},
};
use crate::{
    app::App,
    http::{ApiError, Code},
    ids::{AppointmentId, BusinessId, UserId},
    language::Message,
};

/// The business confirms or cancels.
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
    let allowed = |current: &Current, _| match current.status {
        from if from.may_become(to) => Ok(()),
        from => Err(ApiError::invalid_transition(from, to)),
    };
    let step = Step { audience: Audience::Business(business), actor, by: "business", to, reason };
    change(app, id, &step, allowed).await
}

/// The customer cancels.
///
/// # Errors
/// `APPOINTMENT_NOT_FOUND`; `BAD_REQUEST` if it is over or already cancelled; `CANCELLATION_WINDOW_PASSED`.
pub(super) async fn cancel_by_customer(
    app: &App,
    customer: UserId,
    id: AppointmentId,
    reason: &str,
) -> Result<Appointment, ApiError> {
    let to = Status::Cancelled;
    let step = Step { audience: Audience::Customer(customer), actor: customer, by: "customer", to, reason };
    change(app, id, &step, may_still_cancel).await
}

fn may_still_cancel(current: &Current, now: Timestamp) -> Result<(), ApiError> {
    let notice = SignedDuration::from_mins(current.cancellation_deadline_minutes.into());
    if !current.status.may_become(Status::Cancelled) || current.starts_at <= now {
        Err(ApiError::bad_request(Message::TooLateToCancel))
    } else if current.starts_at.duration_since(now) < notice {
        Err(Code::CancellationWindowPassed.into())
    } else {
        Ok(())
    }
}

/// Who changes what into what, and why.
struct Step<'a> {
    audience: Audience,
    actor: UserId,
    by: &'static str,
    to: Status,
    reason: &'a str,
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
    let (written, changed) = tokio::join!(store::change(&tx, &change), store::one(&tx, id, step.audience));
    written?;
    let changed = changed?.ok_or(Code::AppointmentNotFound)?;
    tx.commit().await?;
    Ok(changed)
}
