//! Calling a whole visit off.

use super::{
    super::{
        changes::may_still_cancel,
        status::Status,
        store::Current,
        together::{self, Cancelled, Together},
        view::VisitInFull,
    },
    store,
};
use crate::{
    app::App,
    http::{ApiError, Code},
    ids::{UserId, VisitId},
    language::Message,
    outbox::{self, Happening, Notice},
};

/// The customer cancels all parts that are not cancelled yet, or none.
///
/// # Errors
/// `NOT_FOUND`; `BAD_REQUEST` if any of them has begun or none is left; `CANCELLATION_WINDOW_PASSED` if it has for any.
pub(super) async fn cancel(
    app: &App,
    customer: UserId,
    id: VisitId,
    reason: &str,
) -> Result<VisitInFull, ApiError> {
    let now = app.now();
    let mut connection = app.connection().await?;
    let tx = connection.begin().await?;
    let parts = together::to_cancel(&tx, Together::Visit(id), customer).await?;
    if parts.is_empty() {
        return Err(Code::NotFound.into());
    }
    let open: Vec<&Current> = parts.iter().filter(|part| part.status.may_become(Status::Cancelled)).collect();
    let Some(first) = open.first() else { return Err(ApiError::bad_request(Message::TooLateToCancel)) };
    open.iter().try_for_each(|part| may_still_cancel(part, now))?;
    let deed = Cancelled { appointments: &open, by: customer, reason, at: now };
    let notice = Notice::Visit { visit: id, appointment: first.id, what: Happening::CancelledByCustomer };
    let (written, told, cancelled) = tokio::join!(
        together::cancel(&tx, &deed),
        outbox::add(&tx, now, &notice),
        store::one(&tx, id, customer),
    );
    written?;
    told?;
    let cancelled = cancelled?.ok_or(Code::NotFound)?;
    tx.commit().await?;
    Ok(cancelled)
}
