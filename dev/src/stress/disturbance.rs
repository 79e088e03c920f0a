//! What breaks meanwhile: a server, the database; and holds that have had their time.

use std::{
    path::Path,
    sync::{Arc, atomic::Ordering},
};

use reqwest::Method;
use tokio::{
    task::spawn_blocking,
    time::{Duration, Instant, sleep},
};

use super::{
    Kills, Stage,
    calls::{Call, Part, locked},
    server::{CRON_SECRET, ServerProcess},
};
use crate::{database::connect, postgres::Cluster, seed::Dice};

/// How much of the log is told about a deadlock: who waited for whom, and their statements.
const LINES: usize = 25;

/// What gets killed, and what has been.
pub(super) struct Victims {
    pub(super) servers: [ServerProcess; 2],
    pub(super) cluster: Cluster,
    pub(super) killed: Killed,
}

/// How often what was killed.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Killed {
    pub(super) servers: u32,
    pub(super) database: u32,
}

impl Victims {
    /// Kills and starts again until it is time to stop. In the end everything runs.
    pub(super) async fn kill(
        mut self,
        stage: Arc<Stage>,
        kills: Kills,
        mut dice: Dice,
    ) -> anyhow::Result<Self> {
        let begun = Instant::now();
        let (mut next_server, mut next_database) = (kills.servers_every, kills.database_every);
        while !stage.stop.load(Ordering::Relaxed) {
            sleep(Duration::from_millis(50)).await;
            if begun.elapsed() >= next_server {
                self.kill_server(&stage, dice.index(2)).await?;
                next_server = begun.elapsed() + kills.servers_every;
            }
            if begun.elapsed() >= next_database {
                self = self.kill_database(&stage).await?;
                next_database = begun.elapsed() + kills.database_every;
            }
        }
        Ok(self)
    }

    async fn kill_server(&mut self, stage: &Stage, index: usize) -> anyhow::Result<()> {
        stage.calls.outage_begins(Part::Server(index));
        self.servers[index].kill()?;
        sleep(Duration::from_millis(200)).await;
        self.servers[index].restart().await?;
        stage.calls.outage_ends();
        self.killed.servers += 1;
        Ok(())
    }

    async fn kill_database(mut self, stage: &Stage) -> anyhow::Result<Self> {
        stage.calls.outage_begins(Part::Database);
        self.cluster = spawn_blocking(move || {
            let mut cluster = self.cluster;
            cluster.kill()?;
            std::thread::sleep(Duration::from_millis(500));
            cluster.restart()?;
            anyhow::Ok(cluster)
        })
        .await??;
        stage.calls.outage_ends();
        self.killed.database += 1;
        Ok(self)
    }
}

/// Takes the time from holds, because the shortest is a minute, and has cron clear up what is over.
pub(super) async fn let_holds_expire(stage: Arc<Stage>, database_url: String) {
    let mut requests = 0;
    while !stage.stop.load(Ordering::Relaxed) {
        sleep(Duration::from_secs(2)).await;
        // Not while the database is away.
        expire_some(&stage, &database_url).await.ok();
        requests += 1;
        for (kind, task) in
            [("clear up", "cleanup"), ("look at waitlists", "waitlist"), ("deliver", "messages")]
        {
            if requests % 3 == 0 || task == "waitlist" {
                let (method, path) = (Method::POST, format!("/api/cron/{task}/"));
                let call = Call { kind, method, path, token: Some(CRON_SECRET), key: None, body: None };
                stage.calls.ask(requests, &call).await;
            }
        }
    }
}

async fn expire_some(stage: &Stage, database_url: &str) -> anyhow::Result<()> {
    let database = connect(database_url).await?;
    let chosen = database.query("select id::text from holds where random() < 0.4", &[]).await?;
    // What becomes free by time is noted in advance, for the time it was to be.
    let sql = "
        with lapsed as (
            update holds set created_at = created_at - interval '1 hour', expires_at = expires_at - interval '1 hour'
            where id = (select id from holds where id = $1::text::uuid for update skip locked)
            returning business_id, starts_at, ends_at, expires_at)
        select note_free_time(business_id, starts_at, ends_at, expires_at) from lapsed";
    for row in chosen {
        let id: String = row.get(0);
        // Before it happens, so that none lapses of which nobody knows.
        locked(&stage.lapses).holds.insert(id.clone());
        // One by one, without waiting: no deadlock is ours.
        database.query(sql, &[&id]).await?;
    }
    Ok(())
}

/// What the database's log has about deadlocks, one text for each.
pub(super) fn deadlocks(log: &Path) -> anyhow::Result<Vec<String>> {
    let log = std::fs::read_to_string(log)?;
    let lines: Vec<&str> = log.lines().collect();
    let found = lines.iter().enumerate().filter(|(_, line)| line.contains("deadlock detected"));
    Ok(found
        .map(|(at, _)| lines[at..].iter().take(LINES).copied().collect::<Vec<_>>().join("\n  "))
        .collect())
}
