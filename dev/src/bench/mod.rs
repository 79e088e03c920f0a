//! `cargo dev bench`: how fast the functions are, at ten thousand and at five million appointments: each as it is deployed,
//! in a process of its own, on a Postgres beside it that keeps what it is told. Prints the tables of `docs/PERFORMANCE.md`.
//!
//! The machine measures itself, the clients are on it too, and it is never alone: what means something is what is
//! compared within one run, and CPU time rather than time.

mod engine;
mod function;
mod load;
mod pgbench;
mod plans;
mod population;
mod prepared;
mod report;
mod scenarios;
mod server_log;
mod statements;
mod usage;

use std::{fs, time::Duration};

use anyhow::{Context, bail};
use jiff::tz::TimeZone;
use shared::{clock::Clock, functions};
use tokio::task::spawn_blocking;

use self::{
    function::Function,
    load::{Measured, Requests},
    population::{LARGE, Population, SMALL},
    report::Table,
    scenarios::{Asking, CUSTOMERS, Scenario},
    usage::cpu_of_family,
};
use crate::{
    database::connect,
    postgres::{Data, Server},
    settings::Folder,
};

/// How many ask at once where throughput is measured.
const CLIENTS: usize = 8;

/// How long each scenario is measured.
#[derive(Clone, Copy, Debug)]
struct Times {
    warm_up: Duration,
    crowd: Duration,
    alone: Duration,
}

impl Times {
    fn of_seconds(seconds: u64) -> Self {
        let crowd = Duration::from_secs(seconds);
        Self { warm_up: crowd / 5, crowd, alone: crowd / 2 }
    }
}

/// What a scenario took.
struct Taken {
    name: &'static str,
    budget: Option<f64>,
    crowd: Measured,
    alone: Measured,
    /// CPU milliseconds of a request.
    function: f64,
    database: f64,
    statements: u64,
    /// Resident memory of the function afterwards, in MB.
    resident: f64,
}

/// The command.
///
/// # Errors
/// If an option is none, something is not built, or an answer is not the one that was to be measured.
pub async fn command(options: &[&str]) -> anyhow::Result<()> {
    let (mut populations, mut seconds, mut only) = (vec![SMALL, LARGE], 5, "");
    for option in options.chunks(2) {
        match option {
            ["--seconds", text] => seconds = text.parse().context("--seconds takes a number")?,
            ["--size", "small"] => populations = vec![SMALL],
            ["--size", "large"] => populations = vec![LARGE],
            ["--only", text] => only = *text,
            _ => bail!(
                "bench takes --seconds N, --size small or large, and --only and a part of a request's name"
            ),
        }
    }
    let folder = Folder::of_checkout().benchmark();
    let server = spawn_blocking(move || Server::start(&folder, Data::Keep)).await??;
    if only.is_empty() {
        spawn_blocking(engine::print).await??;
        report::starts(&starts(&server, populations[0]).await?);
    }
    for population in populations {
        measure(&server, population, Times::of_seconds(seconds), only).await?;
    }
    spawn_blocking(move || server.stop()).await?
}

/// A function's size in MB, milliseconds until it answers without and with the database, and its memory then.
pub(super) struct Start {
    name: &'static str,
    size: f64,
    first: f64,
    first_from_database: f64,
    resident: f64,
}

/// Starts each function several times.
async fn starts(server: &Server, population: Population) -> anyhow::Result<Vec<Start>> {
    let url = population.database(server).await?;
    spawn_blocking(move || {
        functions::ALL.iter().map(|(name, _)| start(name, &url)).collect::<anyhow::Result<Vec<_>>>()
    })
    .await?
}

fn start(name: &'static str, url: &str) -> anyhow::Result<Start> {
    /// Answered by each function itself, and after it has counted the request.
    const NOWHERE: &str = "/api/nowhere/";
    let (mut first, mut first_from_database, mut resident) = (Vec::new(), Vec::new(), 0.0);
    for _ in 0..15 {
        let function = Function::start(name, url)?;
        first.push(function.first_answer("/")?.as_secs_f64() * 1000.0);
        first_from_database.push(function.first_answer(NOWHERE)?.as_secs_f64() * 1000.0);
        resident = function.resident();
    }
    let median = |mut times: Vec<f64>| {
        times.sort_by(f64::total_cmp);
        times[times.len() / 2]
    };
    #[expect(clippy::cast_precision_loss, reason = "no program is that large")]
    let size = fs::metadata(Function::program(name)?)?.len() as f64 / 1e6;
    let (first, first_from_database) = (median(first), median(first_from_database));
    Ok(Start { name, size, first, first_from_database, resident })
}

async fn measure(server: &Server, population: Population, times: Times, only: &str) -> anyhow::Result<()> {
    let url = population.database(server).await?;
    let database = connect(&url).await?;
    population::clear(&database).await?;
    let today = TimeZone::get("Europe/Warsaw")?.to_datetime(Clock::system().now()).date();
    let (signed_in, owner) = tokens(&url, population).await?;
    let mut asking = Asking { population, tokens: signed_in, owner, guest_code: String::new(), today };

    let mut table = Table::of(population);
    for scenario in scenarios::ALL.into_iter().filter(|scenario| scenario.name.contains(only)) {
        eprintln!("{} …", scenario.name);
        scenario.uses.make(&url, &mut asking).await?;
        let compared = scenario.name == scenarios::BOOKING.name;
        let taken = take(server, &url, &asking, scenario, times).await?;
        let rate = taken.crowd.per_second();
        table.add(taken);
        if compared {
            let alike = pgbench::run(server, &url, &asking, CLIENTS, times.crowd).await?;
            table.compare_booking(rate, alike);
            // What pgbench has booked nobody has been told of: the next function would do that as well.
            population::clear(&database).await?;
            (asking.tokens, asking.owner) = tokens(&url, population).await?;
        }
    }
    table.print();
    if only.is_empty() {
        plans::print(server, &url, &mut asking).await?;
    }
    population::clear(&database).await
}

/// Measures a scenario.
async fn take(
    server: &Server,
    url: &str,
    asking: &Asking,
    scenario: Scenario,
    times: Times,
) -> anyhow::Result<Taken> {
    let Scenario { name, function, budget, .. } = scenario;
    let mut function = Function::start(function, url)?;
    let requests = Requests::new(function.base(), asking.clone(), scenario);
    function.until_it_listens().await?;
    requests.run(CLIENTS, times.warm_up).await.with_context(|| name.to_owned())?;
    function.statements()?;
    let before = (function.cpu(), cpu_of_family(server.process_id()));
    let crowd = requests.run(CLIENTS, times.crowd).await.with_context(|| name.to_owned())?;
    let used = (function.cpu() - before.0, cpu_of_family(server.process_id()) - before.1);
    let alone = requests.run(1, times.alone).await.with_context(|| name.to_owned())?;
    #[expect(clippy::cast_precision_loss, reason = "nobody makes that many requests")]
    let each = |seconds: f64| seconds * 1000.0 / crowd.requests as f64;
    Ok(Taken {
        name,
        budget,
        function: each(used.0),
        database: each(used.1),
        statements: function.statements()?,
        resident: function.resident(),
        crowd,
        alone,
    })
}

/// Signs the customers in, and the owner of the busy businesses.
async fn tokens(url: &str, population: Population) -> anyhow::Result<(Vec<String>, String)> {
    let function = Function::start("auth", url)?;
    function.until_it_listens().await?;
    let sign_in = async |user| {
        let answer = load::ask(&function.base(), scenarios::sign_in(user)).await?;
        anyhow::Ok(answer["access"].as_str().context("nobody was signed in")?.to_owned())
    };
    let mut tokens = Vec::new();
    for customer in 0..CUSTOMERS as u64 {
        tokens.push(sign_in(customer).await?);
    }
    Ok((tokens, sign_in(population.owner_of_busy()).await?))
}
