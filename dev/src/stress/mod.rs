//! `cargo dev stress`: two server processes and a database, all of which get killed, under customers and guests who book, hold,
//! wait, move and cancel, and owners who change staff, hours and rooms and rearrange bookings. Afterwards the tables say
//! whether everything is as it must be ([`checks`], [`offers`]) and as everyone was told.

pub mod checks;

pub mod offers;

mod calls;
mod comparison;
mod customer;
mod deeds;
mod disturbance;
mod guest;
mod ledger;
mod manager;
mod rearranging;
mod server;
mod several;
mod waiting;
mod world;

use std::{
    env, fmt, fs, mem,
    path::{Path, PathBuf},
    process,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use anyhow::{Context, bail, ensure};
use jiff::{ToSpan, tz::TimeZone};
use shared::clock::Clock;
use tokio::{
    task::{JoinSet, spawn_blocking},
    time::{Instant, sleep},
};

use self::{
    calls::{Calls, locked},
    customer::Customer,
    deeds::Deeds,
    disturbance::{Killed, Victims, deadlocks, let_holds_expire},
    guest::{Codes, Guest},
    ledger::{Lapses, Ledgers},
    manager::Manager,
    server::ServerProcess,
    world::{Person, Place},
};
use crate::{
    database::{Database, connect},
    postgres::Cluster,
    seed::Dice,
};

pub use server::{COMMAND as SERVER_COMMAND, serve};

/// How often what is killed.
#[derive(Clone, Copy, Debug)]
pub struct Kills {
    /// One of both servers, every so often.
    pub servers_every: Duration,
    /// The database.
    pub database_every: Duration,
}

/// What is to be done.
#[derive(Clone, Debug)]
pub struct Plan {
    /// `cargo dev` as a program.
    pub program: PathBuf,
    /// How long.
    pub time: Duration,
    /// What the random choices depend on. (In which order requests arrive, it does not say.)
    pub seed: u64,
    /// How many customers act at once.
    pub customers: usize,
    /// What is killed.
    pub kills: Kills,
}

impl Plan {
    /// The plan that options of the command ask for.
    ///
    /// # Errors
    /// If they are none.
    pub fn of_options(options: &[&str]) -> anyhow::Result<Self> {
        let kills = Kills { servers_every: Duration::from_secs(5), database_every: Duration::from_secs(37) };
        let time = Duration::from_mins(10);
        let mut plan = Self { program: env::current_exe()?, time, seed: 1, customers: 12, kills };
        for option in options.chunks(2) {
            match option {
                ["--minutes", minutes] => {
                    plan.time = Duration::from_mins(minutes.parse().context("--minutes takes a number")?);
                }
                ["--seed", seed] => plan.seed = seed.parse().context("--seed takes a number")?,
                _ => bail!("stress takes --minutes and --seed, each with a number"),
            }
        }
        Ok(plan)
    }
}

/// What everyone shares who acts.
struct Stage {
    calls: Calls,
    places: Vec<Place>,
    /// When things are booked: few dates, so that many want the same.
    dates: Vec<String>,
    deeds: Mutex<Deeds>,
    lapses: Mutex<Lapses>,
    codes: Codes,
    stop: AtomicBool,
}

/// What has happened, and what is wrong.
pub struct Summary {
    stage: Arc<Stage>,
    time: Duration,
    killed: Killed,
    appointments: usize,
    holds: usize,
    waits: usize,
    changes: usize,
    /// Everything that must not be.
    pub violations: Vec<String>,
    /// What Postgres says of deadlocks. It ends one of both, which the server repeats: nobody notices but by the time it
    /// takes.
    pub deadlocks: Vec<String>,
}

impl Summary {
    /// How many appointments were acknowledged.
    #[must_use]
    pub fn appointments(&self) -> usize {
        self.appointments
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (total, seconds) = (self.stage.calls.total(), self.time.as_secs_f64());
        #[expect(clippy::cast_precision_loss, reason = "nobody makes that many requests")]
        let rate = total as f64 / seconds;
        write!(f, "{}", self.stage.calls)?;
        writeln!(f, "\n{total} requests in {seconds:.0} s, {rate:.0} a second.")?;
        let Killed { servers, database } = self.killed;
        writeln!(f, "Killed: servers {servers} times, the database {database} times.")?;
        let Self { appointments, holds, waits, changes, .. } = self;
        writeln!(
            f,
            "Acknowledged: {appointments} appointments, {holds} holds, {waits} waits, {changes} changes."
        )?;
        for violation in &self.violations {
            writeln!(f, "VIOLATION {violation}")?;
        }
        for deadlock in &self.deadlocks {
            writeln!(f, "DEADLOCK {deadlock}")?;
        }
        writeln!(f, "{} violations, {} deadlocks.", self.violations.len(), self.deadlocks.len())
    }
}

/// The command.
///
/// # Errors
/// If it cannot be carried out, or anything is not as it must be.
pub async fn command(options: &[&str]) -> anyhow::Result<()> {
    let plan = Plan::of_options(options)?;
    println!("For {} s, with seed {} …", plan.time.as_secs(), plan.seed);
    let summary = run(&plan).await?;
    print!("{summary}");
    let is_right = summary.violations.is_empty() && summary.deadlocks.is_empty();
    ensure!(is_right, "not everything is as it must be");
    Ok(())
}

/// A folder that is removed when this is dropped.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).ok();
    }
}

/// Carries a plan out.
///
/// # Errors
/// If there is no Postgres, or something cannot be started.
pub async fn run(plan: &Plan) -> anyhow::Result<Summary> {
    let mail = Folder(env::temp_dir().join(format!("sessly-stress-{}", process::id())));
    let cluster = spawn_blocking(|| Cluster::start(&[])).await??;
    let url = cluster.url("postgres");
    Database::at(url.clone()).migrate().await?;
    connect(&url).await?.batch_execute(offers::OBSERVE).await?;
    let start = async |program: &Path| ServerProcess::start(program, &url, &mail.0).await;
    let servers = [start(&plan.program).await?, start(&plan.program).await?];
    let calls = Calls::to([servers[0].base.clone(), servers[1].base.clone()])?;
    let places = world::open(&calls).await?;
    let mut people = Vec::new();
    for index in 0..plan.customers {
        people.push(Person::register(&calls, &format!("customer-{index}")).await?);
    }
    let (deeds, lapses, stop) = (Mutex::default(), Mutex::default(), AtomicBool::new(false));
    let codes = Codes::in_mails(mail.0.clone());
    let stage = Arc::new(Stage { calls, places, dates: dates()?, deeds, lapses, codes, stop });
    let victims = Victims { servers, cluster, killed: Killed::default() };

    let begun = Instant::now();
    let (ledgers, victims) = act(plan, &stage, people, victims, &url).await?;
    let time = begun.elapsed();
    let violations = violations(&stage, &ledgers, &url).await?;
    Ok(Summary {
        time,
        killed: victims.killed,
        appointments: ledgers.appointments(),
        holds: ledgers.holds().count(),
        waits: ledgers.customers.iter().map(|ledger| ledger.waits.len()).sum(),
        changes: ledgers.changes.iter().filter(|change| change.is_certain).count(),
        deadlocks: deadlocks(victims.cluster.log_file())?,
        violations,
        stage,
    })
}

/// Far enough ahead that nothing begins meanwhile, and everything may still be cancelled.
fn dates() -> anyhow::Result<Vec<String>> {
    let today = TimeZone::UTC.to_datetime(Clock::system().now()).date();
    (3..5).map(|days| Ok(today.checked_add(days.days())?.to_string())).collect()
}

/// Lets everyone act for as long as planned, and waits until they have their answers.
async fn act(
    plan: &Plan,
    stage: &Arc<Stage>,
    people: Vec<Person>,
    victims: Victims,
    url: &str,
) -> anyhow::Result<(Ledgers, Victims)> {
    let dice = |index: usize| Dice::of(plan.seed.wrapping_mul(1000).wrapping_add(index as u64));
    let mut customers = JoinSet::new();
    for (index, person) in people.into_iter().enumerate() {
        customers.spawn(Customer::new(stage, index, person, dice(index)).act());
    }
    let mut guests = JoinSet::new();
    for index in 0..plan.customers.div_ceil(4) {
        guests.spawn(Guest::new(stage, index, dice(700 + index)).act());
    }
    let mut managers = JoinSet::new();
    for place in 0..stage.places.len() {
        managers.spawn(Manager::new(stage, place, dice(500 + place)).act());
    }
    let lapsing = tokio::spawn(let_holds_expire(Arc::clone(stage), url.to_owned()));
    let killer = tokio::spawn(victims.kill(Arc::clone(stage), plan.kills, dice(999)));
    sleep(plan.time).await;
    stage.stop.store(true, Ordering::Relaxed);
    let victims = killer.await??;
    let (customers, guests) = (customers.join_all().await, guests.join_all().await);
    let changes = managers.join_all().await.into_iter().flatten().collect();
    lapsing.await?;
    Ok((Ledgers { customers, guests, changes }, victims))
}

async fn violations(stage: &Stage, ledgers: &Ledgers, url: &str) -> anyhow::Result<Vec<String>> {
    let database = connect(url).await?;
    let lapses = mem::take(&mut *locked(&stage.lapses));
    let deeds = mem::take(&mut *locked(&stage.deeds));
    let mut found = checks::violations(&database).await?;
    found.extend(comparison::violations(&database, ledgers, &deeds, &lapses, Clock::system().now()).await?);
    found.extend(offers::violations(stage, &database, &ledgers.customers).await?);
    found.extend(stage.calls.violations());
    Ok(found)
}
