//! What can go wrong with the database, and what that means.

use tokio_postgres::error::SqlState;

/// A failure of the database, of the way to it, or a statement it refused.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The pool could not be built.
    #[error("the connection pool could not be built")]
    Build(#[from] deadpool_postgres::BuildError),
    /// No connection could be had in time.
    #[error("no database connection")]
    Pool(#[from] deadpool_postgres::PoolError),
    /// A statement failed.
    #[error("a statement failed: {}", without_contents(.0))]
    Statement(tokio_postgres::Error),
}

impl From<tokio_postgres::Error> for Error {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Statement(error)
    }
}

/// What went wrong, fit for a log: without the detail that Postgres adds, which quotes rows, and so addresses and
/// password hashes. For the same reason the driver's error is not given as a source, and of a value that Postgres cannot
/// take (class 22) only the code is told.
fn without_contents(error: &tokio_postgres::Error) -> String {
    match error.as_db_error() {
        Some(refused) if refused.code().code().starts_with("22") => {
            format!("{} bad value", refused.code().code())
        }
        Some(refused) => {
            let constraint = refused.constraint().map(|name| format!(" ({name})")).unwrap_or_default();
            format!("{} {}{constraint}", refused.code().code(), refused.message())
        }
        None => match std::error::Error::source(error) {
            Some(source) => format!("{error}: {source}"),
            None => error.to_string(),
        },
    }
}

impl Error {
    fn statement(&self) -> Option<&tokio_postgres::Error> {
        match self {
            Self::Statement(error) => Some(error),
            Self::Build(_) | Self::Pool(_) => None,
        }
    }

    fn sql_state(&self) -> Option<&SqlState> {
        self.statement()?.code()
    }

    /// The name of the constraint that a statement would have broken.
    #[must_use]
    pub fn constraint(&self) -> Option<&str> {
        self.statement()?.as_db_error()?.constraint()
    }

    /// Whether Postgres ended the transaction for the sake of another.
    #[must_use]
    pub fn is_serialization_conflict(&self) -> bool {
        let states = [SqlState::T_R_SERIALIZATION_FAILURE, SqlState::T_R_DEADLOCK_DETECTED];
        self.sql_state().is_some_and(|state| states.contains(state))
    }

    /// Whether somebody else holds a lock that was not waited for, or not for longer.
    #[must_use]
    pub fn is_locked(&self) -> bool {
        self.sql_state() == Some(&SqlState::LOCK_NOT_AVAILABLE)
    }

    /// Whether the database is away, going, coming, full or too slow: nothing the statement did.
    #[must_use]
    pub fn is_outage(&self) -> bool {
        let Some(error) = self.statement() else { return true };
        let Some(state) = error.code() else {
            // No answer from the server at all: the connection broke.
            return error.is_closed()
                || std::error::Error::source(error)
                    .is_some_and(<dyn std::error::Error>::is::<std::io::Error>);
        };
        let class = state.code().get(..2).unwrap_or_default();
        // 08 connection, 53 resources, 57 operator intervention (shutdown, start-up, timeout), 58 system.
        matches!(class, "08" | "53" | "57" | "58")
            || *state == SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT
            || self.is_locked()
            || self.is_serialization_conflict()
    }
}
