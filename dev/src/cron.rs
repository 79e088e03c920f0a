//! What Vercel's cron and an external trigger do for a deployment: on this machine, every minute.

use std::time::Duration;

use shared::{
    app::App,
    cron::{self, Task},
};
use tokio::{
    task::JoinSet,
    time::{MissedTickBehavior, interval},
};

const EVERY: Duration = Duration::from_mins(1);

/// Does every task now and each minute, until the returned set is dropped.
#[must_use]
pub fn every_minute(app: &App) -> JoinSet<()> {
    let app = app.clone();
    let mut running = JoinSet::new();
    running.spawn(async move {
        let mut minutes = interval(EVERY);
        minutes.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            minutes.tick().await;
            // What fails is logged there, and tried again in a minute.
            cron::run(&app, &Task::ALL).await.ok();
        }
    });
    running
}
