//! Which database: the one `DATABASE_URL` names, or an embedded server's.

use std::env;

use anyhow::{Context, bail};
use jiff::Timestamp;
use shared::{
    accounts::Passwords,
    config::Secret,
    db::{DatabaseUrl, migrations},
};
use tokio_postgres::Client;

use crate::{
    postgres::{Data, Server},
    seed::{self, Hashes, Outcome},
    settings::Folder,
};

/// What the embedded server calls it.
const NAME: &str = "sessly";

/// A database to work with. An embedded server stops when this is dropped.
pub struct Database {
    url: String,
    /// For migrations: not pooled.
    direct_url: String,
    server: Option<Server>,
}

impl Database {
    /// The database that `DATABASE_URL` names, else that of the embedded server, which is started.
    ///
    /// # Errors
    /// If the embedded server cannot be had, or is in use.
    pub async fn open(folder: &Folder, fresh: bool) -> anyhow::Result<Self> {
        if let Some(named) = Self::named() {
            if fresh {
                bail!(
                    "--fresh starts over with the embedded Postgres; it does not touch the database of DATABASE_URL"
                );
            }
            return Ok(named);
        }
        let data = if fresh { Data::Wipe } else { Data::Keep };
        let path = folder.postgres();
        let server = tokio::task::spawn_blocking(move || Server::start(&path, data)).await??;
        let url = server.url(NAME);
        create_if_absent(&server.url("postgres"), NAME).await?;
        Ok(Self { direct_url: url.clone(), url, server: Some(server) })
    }

    /// As [`open`](Self::open), but where a running `cargo dev` has an embedded server, that one.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub async fn join(folder: &Folder) -> anyhow::Result<Self> {
        if let Some(named) = Self::named() {
            return Ok(named);
        }
        match Server::url_of_running(&folder.postgres(), NAME)? {
            Some(url) => Ok(Self::at(url)),
            None => Self::open(folder, false).await,
        }
    }

    /// The database of `DATABASE_URL`.
    fn named() -> Option<Self> {
        let named = Self::at(variable("DATABASE_URL")?);
        Some(match variable("DATABASE_URL_UNPOOLED") {
            Some(direct_url) => Self { direct_url, ..named },
            None => named,
        })
    }

    /// A database that somebody else runs.
    #[must_use]
    pub fn at(url: String) -> Self {
        Self { direct_url: url.clone(), url, server: None }
    }

    /// The address for functions.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Whether the server is ours.
    #[must_use]
    pub fn is_embedded(&self) -> bool {
        self.server.is_some()
    }

    /// Brings the schema up to date. The names of the migrations that were applied.
    ///
    /// # Errors
    /// If one fails.
    pub async fn migrate(&self) -> anyhow::Result<Vec<String>> {
        let url = DatabaseUrl::parse(&self.direct_url)?;
        migrations::run(&url).await.context("the migrations could not be run")
    }

    /// A connection of one's own, by the direct address.
    ///
    /// # Errors
    /// If the server does not answer.
    pub async fn connect(&self) -> anyhow::Result<Client> {
        connect(&self.direct_url).await
    }

    /// Loads the sample data, unless it is there. A database in real use is left alone: the sample's passwords are
    /// public.
    ///
    /// # Errors
    /// If it cannot be written.
    pub async fn seed(&self, now: Timestamp) -> anyhow::Result<Seeded> {
        let mut client = self.connect().await?;
        let sql = "select exists (select from users) and not exists (select from users where email = $1)";
        if client.query_one(sql, &[&seed::OWNER_EMAIL]).await?.get(0) {
            return Ok(Seeded::InRealUse);
        }
        let passwords = Passwords::default();
        let hash = async |password: &str| {
            passwords.hash(password.to_owned()).await.map_err(|error| anyhow::anyhow!("{error}"))
        };
        let hashes = Hashes {
            owner: hash(seed::OWNER_PASSWORD).await?,
            customer: hash(seed::CUSTOMER_PASSWORD).await?,
            nobody: hash(&Secret::random_text()).await?,
        };
        Ok(match seed::load(&mut client, now, &hashes).await? {
            Outcome::Loaded => Seeded::Now,
            Outcome::AlreadyThere => Seeded::Before,
        })
    }

    /// Stops an embedded server and waits until it is gone.
    ///
    /// # Errors
    /// If it does not stop.
    pub async fn close(self) -> anyhow::Result<()> {
        match self.server {
            Some(server) => tokio::task::spawn_blocking(move || server.stop()).await?,
            None => Ok(()),
        }
    }
}

/// What [`Database::seed`] found or did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seeded {
    /// The sample data has just been loaded.
    Now,
    /// It was there.
    Before,
    /// There are people who are not the sample's; nothing was changed.
    InRealUse,
}

fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

/// A connection of one's own.
///
/// # Errors
/// If the address is none or the server does not answer.
pub async fn connect(url: &str) -> anyhow::Result<Client> {
    let client = migrations::connect(&DatabaseUrl::parse(url)?).await;
    client.context("the database does not answer")
}

async fn create_if_absent(admin_url: &str, name: &str) -> anyhow::Result<()> {
    let client = connect(admin_url).await?;
    let there =
        client.query_one("select exists (select from pg_database where datname = $1)", &[&name]).await?;
    if !there.get::<_, bool>(0) {
        client.batch_execute(&format!("create database {name}")).await?;
    }
    Ok(())
}
