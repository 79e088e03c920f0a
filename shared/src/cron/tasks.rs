//! The tasks and what they report. A run begins nothing more after [`BUDGET`], so that it ends within the time that a
//! request has; what is left is the next run's.

use std::time::Duration;

use serde::Serialize;
use tokio::time::Instant;
use utoipa::ToSchema;

use super::cleanup::{self, Removed};
use crate::{
    app::App,
    appointments,
    db::{self, text_enum},
    http::ApiError,
    intake,
    outbox::{self, Delivered, Reminder},
    waitlist,
};

/// How long a run begins new work. A batch of mail begun at its end takes [`mail::PATIENCE`](crate::mail::PATIENCE), and
/// a request has twice that.
const BUDGET: Duration = Duration::from_secs(6);

text_enum! {
    /// Something that is done from time to time.
    pub enum Task {
        /// Completes visits that are over.
        Completion = "completion",
        /// Deletes what nobody needs any more.
        Cleanup = "cleanup",
        /// Offers what has become free to those who wait for it.
        Waitlist = "waitlist",
        /// Writes the reminders that are due, and delivers what is in the outbox.
        Messages = "messages",
    }
}

impl Task {
    /// All of them, the quickest first; and messages last, which others write.
    pub const ALL: [Self; 4] = [Self::Completion, Self::Cleanup, Self::Waitlist, Self::Messages];
}

/// What a run did. What was not asked for is absent.
#[derive(Debug, Default, Serialize, ToSchema)]
#[schema(as = CronReport)]
pub struct Report {
    /// Visits that were completed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub completed: Option<u64>,
    /// Offers that were made to those who wait.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offers: Option<u64>,
    /// Reminders that were written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reminders: Option<Reminders>,
    /// What became of the messages that were due.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outbox: Option<Delivered>,
    /// What was deleted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub removed: Option<Removed>,
    /// Answers that were sealed anew, while `ENCRYPTION_KEY_PREVIOUS` is set: once there are none, it can go.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resealed: Option<u64>,
}

/// Reminders by kind.
#[derive(Clone, Copy, Debug, Default, Serialize, ToSchema)]
pub struct Reminders {
    /// A day before.
    pub reminder_24h: u64,
    /// Two hours before.
    pub reminder_2h: u64,
}

/// Does the tasks one after the other. One that fails does not keep the others from being done.
///
/// # Errors
/// The first failure, once all have had their turn.
pub async fn run(app: &App, tasks: &[Task]) -> Result<Report, ApiError> {
    let end = Instant::now() + BUDGET;
    let mut report = Report::default();
    let mut failure = None;
    for task in tasks {
        if let Err(error) = run_one(app, *task, end, &mut report).await {
            tracing::error!(?task, cause = error.cause(), "a task failed");
            failure.get_or_insert(error);
        }
    }
    failure.map_or(Ok(report), Err)
}

async fn run_one(app: &App, task: Task, end: Instant, report: &mut Report) -> Result<(), ApiError> {
    match task {
        Task::Completion => report.completed = Some(complete(app, end).await?),
        Task::Waitlist => report.offers = Some(waitlist::offer_due(app, Some(end)).await?),
        Task::Messages => {
            let (reminders, delivered) = messages(app, end).await?;
            report.reminders = Some(reminders);
            report.outbox = Some(delivered);
        }
        Task::Cleanup => {
            let (removed, resealed) = clean_up(app, end).await?;
            report.removed = Some(removed);
            report.resealed = resealed;
        }
    }
    Ok(())
}

async fn clean_up(app: &App, end: Instant) -> Result<(Removed, Option<u64>), db::Error> {
    let removed = cleanup::run(app, end).await?;
    let mut resealed = None;
    while Instant::now() < end {
        let batch = intake::reseal(app, cleanup::BATCH).await?;
        resealed = batch.map(|batch| batch + resealed.unwrap_or(0));
        if batch.is_none_or(|batch| batch < cleanup::BATCH.unsigned_abs()) {
            break;
        }
    }
    Ok((removed, resealed))
}

async fn complete(app: &App, end: Instant) -> Result<u64, db::Error> {
    let mut completed = 0;
    while Instant::now() < end {
        let (more, unfinished) = appointments::complete_past(&app.connection().await?, app.now()).await?;
        completed += more;
        if !unfinished {
            break;
        }
    }
    Ok(completed)
}

async fn messages(app: &App, end: Instant) -> Result<(Reminders, Delivered), db::Error> {
    let mut written = Reminders::default();
    for reminder in Reminder::ALL {
        let count = match reminder {
            Reminder::DayBefore => &mut written.reminder_24h,
            Reminder::HoursBefore => &mut written.reminder_2h,
        };
        while Instant::now() < end {
            let (more, unfinished) = outbox::remind(&app.connection().await?, reminder, app.now()).await?;
            *count += more;
            if !unfinished {
                break;
            }
        }
    }
    Ok((written, outbox::deliver_until(app, Some(end)).await?))
}
