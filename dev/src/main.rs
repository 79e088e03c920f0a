//! `cargo dev`: everything on one machine, in one command. `cargo dev -- --help` lists the rest.

use std::{
    env,
    io::ErrorKind,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::Path,
    process::{Command, ExitCode},
};

use anyhow::{Context, bail, ensure};
use dev::{
    bench,
    check::{self, Level, Variables},
    cron,
    database::{self, Database, Seeded},
    error_codes, import, neighbour, openapi,
    postgres::Binaries,
    seed, server,
    settings::{self, Folder},
    stress, tested,
};
use shared::{app::App, clock::Clock, config::Secret, host::plain, logging};
use tokio::net::TcpListener;

const HELP: &str = "\
cargo dev                serve every function at http://127.0.0.1:3000, on a Postgres of its own
cargo dev -- --fresh     the same, starting over with new sample data
cargo dev migrate        bring the database's schema up to date
cargo dev seed           load the sample data (changes nothing if it is there)
cargo dev psql           open the database in psql
cargo dev secret         print a new secret, fit for SECRET_KEY or CRON_SECRET

cargo dev check-deploy [--env-file FILE]
                         look through a deployment's variables (the shell's, or those of a file) and its
                         database for what is missing, weak or forgotten; fails if anything is
cargo dev import-django --from URL [--dry-run]
                         copy people, businesses and bookings from a database of the earlier version,
                         or only say what would be copied (docs/MIGRATING_FROM_DJANGO.md)

cargo dev openapi        write docs/openapi.json from the code
cargo dev error-codes    write docs/ERROR_CODES.md from the code
cargo dev tested         write docs/TESTED.md from what the tests have seen (--check: compare)

cargo dev stress [--minutes 10] [--seed 1]
                         book, hold, move and cancel at two servers while they and their database are
                         killed, then look through the tables; fails if anything is wrong

cargo dev bench [--seconds 5] [--size small|large] [--only TEXT]
                         measure the functions at ten thousand and five million appointments; only means
                         something of what was built with --release (docs/PERFORMANCE.md)

PORT and HOST change the address. DATABASE_URL uses an existing database instead of the
embedded Postgres. Data is kept in .sessly/, which git ignores.
";

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match arguments.as_slice() {
        [] => serve(false).await,
        ["--fresh"] => serve(true).await,
        ["migrate"] => migrate().await,
        ["seed"] => load_sample().await,
        ["psql"] => psql().await,
        ["secret"] => {
            println!("{}", Secret::random_text());
            Ok(())
        }
        ["error-codes"] => error_codes::write(),
        ["check-deploy", options @ ..] => check_deploy(options).await,
        ["import-django", options @ ..] => import_django(options).await,
        ["openapi"] => openapi::write(),
        ["tested"] => tested::write(),
        ["tested", "--check"] => tested::check(),
        ["bench", options @ ..] => bench::command(options).await,
        ["stress", options @ ..] => stress::command(options).await,
        // What the stress test starts; of no use to people.
        [stress::SERVER_COMMAND] => stress::serve().await,
        ["--help" | "-h" | "help"] => {
            print!("{HELP}");
            Ok(())
        }
        other => Err(anyhow::anyhow!("there is no command `{}`\n\n{HELP}", other.join(" "))),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("cargo dev: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn serve(fresh: bool) -> anyhow::Result<()> {
    let stop = plain::stop_signal()?;
    // First of all, so that a taken port is told at once.
    let listener = listen().await?;
    let folder = Folder::of_checkout();
    if fresh && folder.mail().exists() {
        std::fs::remove_dir_all(folder.mail()).context("the local mailbox cannot be emptied")?;
    }
    let database = Database::open(&folder, fresh).await?;
    let served = serve_on(listener, &folder, &database, stop).await;
    database.close().await?;
    served
}

async fn serve_on(
    listener: TcpListener,
    folder: &Folder,
    database: &Database,
    stop: impl Future<Output = ()> + Send + 'static,
) -> anyhow::Result<()> {
    let clock = Clock::system();
    database.migrate().await?;
    let seeded = database.seed(clock.now()).await?;
    let config = settings::config(database.url(), folder, &folder.secret()?)?;
    logging::start(&config);
    let app = App::new(config, clock)?;
    let router = server::router(&app, &folder.mail(), &settings::checkout().join("public"))?;
    announce(listener.local_addr()?, database, seeded);
    let _until_the_end = cron::every_minute(&app);
    plain::serve_on(listener, router, stop).await;
    println!("Stopped.");
    Ok(())
}

async fn listen() -> anyhow::Result<TcpListener> {
    let host = match env::var("HOST") {
        Ok(host) => host.parse::<IpAddr>().context("HOST is not an IP address")?,
        Err(_) => Ipv4Addr::LOCALHOST.into(),
    };
    let port = match env::var("PORT") {
        Ok(port) => port.parse().context("PORT is not a port number")?,
        Err(_) => 3000,
    };
    let address = SocketAddr::new(host, port);
    match TcpListener::bind(address).await {
        Err(error) if error.kind() == ErrorKind::AddrInUse => {
            bail!("port {port} is in use by {}; PORT=… chooses another", neighbour::at(address))
        }
        listener => listener.with_context(|| format!("cannot listen on {address}")),
    }
}

fn announce(address: SocketAddr, database: &Database, seeded: Seeded) {
    println!("\nSessly is running. Ctrl-C stops it.\n");
    println!("  API         http://{address}/api/businesses/");
    println!("  Mail        http://{address}/dev/mail");
    match seeded {
        Seeded::Now | Seeded::Before => {
            println!("  Owner       {} / {}", seed::OWNER_EMAIL, seed::OWNER_PASSWORD);
            println!("  Customer    {} / {}", seed::CUSTOMER_EMAIL, seed::CUSTOMER_PASSWORD);
        }
        Seeded::InRealUse => println!("  (The database is in use, so no sample data was loaded.)"),
    }
    if database.is_embedded() {
        println!("  Database    {}   (cargo dev psql)", database.url());
    } else {
        println!("  Database    the one of DATABASE_URL");
    }
    println!();
}

async fn migrate() -> anyhow::Result<()> {
    let database = Database::join(&Folder::of_checkout()).await?;
    match database.migrate().await?.as_slice() {
        [] => println!("The schema is up to date."),
        applied => applied.iter().for_each(|name| println!("Applied {name}.")),
    }
    database.close().await
}

async fn load_sample() -> anyhow::Result<()> {
    let database = Database::join(&Folder::of_checkout()).await?;
    database.migrate().await?;
    match database.seed(Clock::system().now()).await? {
        Seeded::Now => println!("The sample data is loaded."),
        Seeded::Before => println!("The sample data is there already."),
        Seeded::InRealUse => bail!("the database is in use; the sample's accounts have public passwords"),
    }
    database.close().await
}

async fn psql() -> anyhow::Result<()> {
    let psql = Binaries::locate()?
        .client("psql")
        .context("psql is not on this machine: install a Postgres client")?;
    let database = Database::join(&Folder::of_checkout()).await?;
    let status = Command::new(psql).arg(database.url()).status().context("psql could not be started");
    database.close().await?;
    let status = status?;
    ensure!(status.success(), "psql ended with {status}");
    Ok(())
}

async fn check_deploy(options: &[&str]) -> anyhow::Result<()> {
    let variables = match options {
        [] => Variables::of_process(),
        ["--env-file", file] => {
            Variables::of_file(Path::new(file)).with_context(|| format!("{file} is no file of variables"))?
        }
        _ => bail!("check-deploy takes nothing, or --env-file and a file"),
    };
    let findings = check::check(&variables).await;
    print!("{findings}");
    let (errors, warnings) = (findings.count(Level::Error), findings.count(Level::Warning));
    println!("\n{errors} errors, {warnings} warnings.");
    ensure!(errors == 0, "this must not go live");
    Ok(())
}

async fn import_django(options: &[&str]) -> anyhow::Result<()> {
    let (from, dry_run) = match options {
        ["--from", from] => (from, false),
        ["--from", from, "--dry-run"] | ["--dry-run", "--from", from] => (from, true),
        _ => bail!("import-django takes --from and the earlier version's database, and perhaps --dry-run"),
    };
    let database = Database::join(&Folder::of_checkout()).await?;
    let copied = async {
        let mut from = database::connect(from).await.context("--from cannot be used")?;
        let mut into = database.connect().await?;
        import::import(&mut from, &mut into, Clock::system().now(), dry_run).await
    };
    let report = copied.await;
    database.close().await?;
    print!("{}", report?);
    println!("\n{}", if dry_run { "A dry run: nothing was changed." } else { "Done." });
    Ok(())
}
