//! Calling a whole visit off.

use futures_util::future::try_join_all;

use super::{
    super::{
        changes::may_still_cancel,
        status::Status,
        store::{self as appointments, Change},
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
    let parts = store::to_change(&tx, id, customer).await?;
    if parts.is_empty() {
        return Err(Code::NotFound.into());
    }
    let mut open: Vec<_> =
        parts.iter().filter(|(_, part)| part.status.may_become(Status::Cancelled)).collect();
    open.sort_by_key(|(_, part)| part.starts_at);
    let Some((first, _)) = open.first() else { return Err(ApiError::bad_request(Message::TooLateToCancel)) };
    open.iter().try_for_each(|(_, part)| may_still_cancel(part, now))?;
    let change = |part: &Status, appointment| Change {
        id: appointment,
        from: *part,
        to: Status::Cancelled,
        actor: customer,
        by: "customer",
        reason,
        at: now,
    };
    let changes: Vec<Change<'_>> = open.iter().map(|(id, part)| change(&part.status, *id)).collect();
    let notice = Notice::Visit { visit: id, appointment: *first, what: Happening::CancelledByCustomer };
    let (written, told, cancelled) = tokio::join!(
        try_join_all(changes.iter().map(|change| appointments::change(&tx, change))),
        outbox::add(&tx, now, &notice),
        store::one(&tx, id, customer),
    );
    written?;
    told?;
    let cancelled = cancelled?.ok_or(Code::NotFound)?;
    tx.commit().await?;
    Ok(cancelled)
}
