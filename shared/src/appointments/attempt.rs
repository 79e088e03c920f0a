//! What an attempt to take a slot failed with.

use crate::{
    db::{self, Conflict},
    http::ApiError,
};

/// Does what an attempt has to do once, along with the first offer it tries: before that, it would be one more round trip.
pub(super) async fn with_the_first(
    place: usize,
    work: impl Future<Output = Result<(), db::Error>>,
) -> Result<(), db::Error> {
    if place == 0 { work.await } else { Ok(()) }
}

/// The database, which may ask for another attempt, or a refusal, which is final.
#[derive(Debug)]
pub enum AttemptError {
    /// It may.
    Database(db::Error),
    /// It is.
    Refused(ApiError),
}

impl Conflict for AttemptError {
    fn is_conflict(&self) -> bool {
        matches!(self, Self::Database(error) if error.is_conflict())
    }
}

impl From<db::Error> for AttemptError {
    fn from(error: db::Error) -> Self {
        Self::Database(error)
    }
}

impl From<ApiError> for AttemptError {
    fn from(error: ApiError) -> Self {
        Self::Refused(error)
    }
}

impl From<AttemptError> for ApiError {
    fn from(error: AttemptError) -> Self {
        match error {
            AttemptError::Database(error) => error.into(),
            AttemptError::Refused(error) => error,
        }
    }
}
