//! What an attempt to take a slot failed with.

use crate::{
    db::{self, Conflict},
    http::ApiError,
};

/// The database, which may ask for another attempt, or a refusal, which is final.
pub(super) enum AttemptError {
    Database(db::Error),
    Refused(ApiError),
}

impl AttemptError {
    /// Whether somebody else got the slot while this attempt was on its way. (An insert is told so by its result, an
    /// update only by the constraint.)
    pub(super) fn is_overlap(&self) -> bool {
        matches!(self, Self::Database(error) if error.constraint() == Some("appointments_no_overlap"))
    }
}

impl Conflict for AttemptError {
    /// After an overlap too: the next attempt sees who got it, and may find someone else free.
    fn is_conflict(&self) -> bool {
        self.is_overlap() || matches!(self, Self::Database(error) if error.is_conflict())
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
