//! Calling off what is still ahead of a series, all in one transaction: each visit by its own deadline, as if it were
//! cancelled alone. The customer and the business are told once.

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::{store, view::Series};
use crate::{
    app::App,
    appointments::{
        changes::may_still_cancel,
        store::Current,
        together::{self, Cancelled, Together},
    },
    db::text_enum,
    http::{ApiError, Code},
    ids::{AppointmentId, SeriesId, UserId},
    language::Message,
    outbox::{self, Notice, SeriesNews},
};

/// What became of the visits of a series that were still ahead, and the series as it is now.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::appointments) struct SeriesCancelled {
    /// Of those that had not begun and were not cancelled before, in order.
    outcomes: Vec<CancelledDate>,
    series: Series,
}

/// What became of one visit.
#[derive(Debug, Serialize, ToSchema)]
struct CancelledDate {
    appointment_id: AppointmentId,
    outcome: CancelOutcome,
    /// Why it stays, as if it were to be cancelled alone.
    error_code: Option<String>,
}

text_enum! {
    /// What became of a visit that was to be called off.
    pub(super) enum CancelOutcome {
        /// It is cancelled.
        Cancelled = "cancelled",
        /// It stays.
        Kept = "kept",
    }
}

/// Cancels what can be of a series.
///
/// # Errors
/// `NOT_FOUND`; `BAD_REQUEST` if nothing of it is ahead; `CANCELLATION_WINDOW_PASSED` if nothing can be cancelled any more.
pub(super) async fn cancel(
    app: &App,
    customer: UserId,
    series: SeriesId,
    reason: &str,
) -> Result<SeriesCancelled, ApiError> {
    let now = app.now();
    let mut connection = app.connection().await?;
    let tx = connection.begin().await?;
    let current = together::to_cancel(&tx, Together::Series(series), customer).await?;
    if current.is_empty() {
        return Err(Code::NotFound.into());
    }
    let (outcomes, cancelled) = outcomes(&current, now)?;
    let deed = Cancelled { appointments: &cancelled, by: customer, reason, at: now };
    let notice = Notice::Series { series, what: SeriesNews::CancelledByCustomer, at: now };
    let (written, told, found) = tokio::join!(
        together::cancel(&tx, &deed),
        outbox::add(&tx, now, &notice),
        store::one(&tx, series, customer)
    );
    written?;
    told?;
    let series = found?.ok_or(Code::NotFound)?;
    tx.commit().await?;
    Ok(SeriesCancelled { outcomes, series })
}

/// What becomes of each visit that is ahead, and those that are cancelled.
fn outcomes(current: &[Current], now: Timestamp) -> Result<(Vec<CancelledDate>, Vec<&Current>), ApiError> {
    let mut outcomes = Vec::new();
    let mut cancelled = Vec::new();
    let mut refusal = None;
    for visit in current.iter().filter(|visit| visit.is_ahead(now)) {
        let refused = may_still_cancel(visit, now).err();
        outcomes.push(CancelledDate {
            appointment_id: visit.id,
            outcome: if refused.is_some() { CancelOutcome::Kept } else { CancelOutcome::Cancelled },
            error_code: refused.as_ref().map(|refused| refused.code().as_str().to_owned()),
        });
        match refused {
            Some(refused) => refusal = refusal.or(Some(refused)),
            None => cancelled.push(visit),
        }
    }
    if cancelled.is_empty() {
        Err(refusal.unwrap_or_else(|| ApiError::bad_request(Message::TooLateToCancel)))
    } else {
        Ok((outcomes, cancelled))
    }
}
