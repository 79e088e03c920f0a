//! The database: a small pool of connections, opened when first needed; one way to run a statement
//! ([`Sql`]) and one to open a transaction ([`Connection::begin_as`] where it changes what is audited, else
//! [`Connection::begin`]), repeated when Postgres asks for that by [`Db::retrying`].

mod actor;
pub mod constraints;
mod error;
mod instant;
#[cfg(feature = "migrate")]
pub mod migrations;
mod param;
pub mod schema;
mod sql;
mod text_enum;
mod url;

use std::{pin::Pin, time::Duration};

use actor::OnBehalfOf;
use deadpool_postgres::{
    ClientWrapper, Hook, HookError, Manager, ManagerConfig, Metrics, Pool, RecyclingMethod, Runtime, Timeouts,
};
use jiff::Timestamp;
use tokio::time::timeout;
use tokio_postgres::NoTls;
use tokio_postgres_rustls::MakeRustlsConnect;

pub use actor::{Actor, SAY_WHO};
pub use error::Error;
pub use instant::Instant;
pub use param::Param;
pub use sql::Sql;
pub(crate) use text_enum::text_enum;
pub use tokio_postgres::Row;
pub use url::{DatabaseUrl, UrlError};

/// Connections per process. Functions are many and small; Postgres' connections are not.
const POOL_SIZE: usize = 4;
/// How long a connection may have been idle to be used again unseen.
const TRUSTED_IDLE: Duration = Duration::from_secs(5);
/// How long an idle connection may take to show that it lives.
const VERIFY_WITHIN: Duration = Duration::from_secs(1);
/// How often a transaction is tried again when Postgres says it lost a conflict.
const ATTEMPTS: u32 = 5;

/// How many statements a connection keeps prepared. There are fewer, but for searches, which are put together.
const MOST_PREPARED: usize = 200;

/// Whether connections keep the statements they have run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Statements {
    /// Prepared, under a name. Wants a connection that is one's own until it ends, or a pooler that sees to it.
    Prepared,
    /// Each is read and planned anew, which works everywhere.
    Unnamed,
}

/// A handle to the database. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Db {
    pool: Pool,
    statements: Statements,
}

impl Db {
    /// A pool for this address. Opens no connection yet.
    ///
    /// # Errors
    /// If the pool cannot be built.
    pub fn new(url: &DatabaseUrl, statements: Statements, wait: Duration) -> Result<Self, Error> {
        let recycling = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let manager = match url.tls() {
            Some(tls) => Manager::from_config(url.settings(), MakeRustlsConnect::new(tls), recycling),
            None => Manager::from_config(url.settings(), NoTls, recycling),
        };
        let pool = Pool::builder(manager)
            .max_size(POOL_SIZE)
            .pre_recycle(Hook::async_fn(verify_if_idle))
            .runtime(Runtime::Tokio1)
            .timeouts(Timeouts { wait: Some(wait), create: Some(wait), recycle: Some(wait) })
            .build()?;
        Ok(Self { pool, statements })
    }

    /// A connection of one's own, given back when dropped.
    ///
    /// # Errors
    /// If none comes free or none can be opened in time.
    pub async fn connection(&self) -> Result<Connection, Error> {
        let client = self.pool.get().await?;
        if client.statement_cache.size() > MOST_PREPARED {
            client.statement_cache.clear();
        }
        Ok(Connection { client, statements: self.statements })
    }

    /// Runs `transact`, which opens and commits a transaction of its own, as long as [`Retries`] say so.
    ///
    /// # Errors
    /// Those of `transact`; the last conflict once the attempts are used up.
    pub async fn retrying<T, E, F>(&self, name: &'static str, mut transact: impl FnMut() -> F) -> Result<T, E>
    where
        F: Future<Output = Result<T, E>>,
        E: Conflict,
    {
        let mut retries = Retries::of(name);
        loop {
            match transact().await {
                Err(error) if retries.again(&error).await => {}
                outcome => return outcome,
            }
        }
    }
}

/// Attempts at a transaction, which is tried again whenever Postgres ends it for the sake of another (serialization
/// failure, deadlock), with growing, random pauses.
#[derive(Debug)]
pub struct Retries {
    name: &'static str,
    /// Those that were made, with the one that is being made.
    attempts: u32,
}

impl Retries {
    /// For a transaction that the log calls so.
    #[must_use]
    pub fn of(name: &'static str) -> Self {
        Self { name, attempts: 1 }
    }

    /// Whether what failed with this is to be tried again, after a pause that is over then.
    pub async fn again(&mut self, error: &impl Conflict) -> bool {
        let again = error.is_conflict() && self.attempts < ATTEMPTS;
        if again {
            tracing::warn!(transaction = self.name, attempt = self.attempts, "lost a conflict, trying again");
            let most = 10 << self.attempts;
            tokio::time::sleep(Duration::from_millis(rand::random_range(1..most))).await;
            self.attempts += 1;
        }
        again
    }
}

/// A suspended function's sockets are dead when it wakes: a connection that has been idle is tried before use. One
/// that was just used is not, which saves a round trip.
fn verify_if_idle<'a>(
    client: &'a mut ClientWrapper,
    metrics: &'a Metrics,
) -> Pin<Box<dyn Future<Output = Result<(), HookError>> + Send + 'a>> {
    Box::pin(async move {
        if metrics.last_used() <= TRUSTED_IDLE {
            return Ok(());
        }
        match timeout(VERIFY_WITHIN, client.check_connection()).await {
            Ok(outcome) => outcome.map_err(HookError::Backend),
            Err(_) => Err(HookError::message("the connection is silent")),
        }
    })
}

/// An error that may say: the same again could succeed.
pub trait Conflict {
    /// Whether Postgres ended the transaction for the sake of another.
    fn is_conflict(&self) -> bool;
}

impl Conflict for Error {
    fn is_conflict(&self) -> bool {
        self.is_serialization_conflict()
    }
}

/// A connection out of the pool.
#[derive(Debug)]
pub struct Connection {
    client: deadpool_postgres::Client,
    statements: Statements,
}

impl Connection {
    /// Opens a transaction; dropped without [`commit`](Transaction::commit) it is rolled back.
    ///
    /// # Errors
    /// If the connection is broken.
    pub async fn begin(&mut self) -> Result<Transaction<'_>, Error> {
        let inner = self.client.transaction().await?;
        Ok(Transaction { inner, statements: self.statements, behalf: None })
    }

    /// The same on somebody's behalf, who is then named in the audit. Said along with the first statement, so that it
    /// takes no time.
    ///
    /// # Errors
    /// If the connection is broken.
    pub async fn begin_as(
        &mut self,
        actor: impl Into<Actor>,
        now: Timestamp,
    ) -> Result<Transaction<'_>, Error> {
        let behalf = Some(OnBehalfOf::new(actor.into(), now));
        Ok(Transaction { behalf, ..self.begin().await? })
    }
}

/// An open transaction.
#[derive(Debug)]
pub struct Transaction<'a> {
    inner: deadpool_postgres::Transaction<'a>,
    statements: Statements,
    behalf: Option<OnBehalfOf>,
}

impl Transaction<'_> {
    async fn say_who(&self) -> Result<(), Error> {
        match &self.behalf {
            Some(behalf) => behalf.say(&self.inner).await,
            None => Ok(()),
        }
    }

    /// Makes it true.
    ///
    /// # Errors
    /// If it could not be committed, or if the connection broke first, in which case it may have been.
    pub async fn commit(self) -> Result<(), Error> {
        Ok(self.inner.commit().await?)
    }
}
