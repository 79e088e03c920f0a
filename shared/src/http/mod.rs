//! What all routes share: the layers around them, the error envelope, extractors, bodies and pages.
//! Nothing here knows a capability.

pub mod answer;
mod change;
mod code;
mod cors;
pub mod csv;
pub mod error;
pub mod extract;
pub mod form;
mod headers;
mod id_list;
pub mod layers;
pub mod origin;
pub mod page;
mod public;

pub use answer::{Created, Current, Done, NoContent, ResetContent, Said, Toggled};
pub use change::{Change, Patch, Put};
pub use code::Code;
pub use csv::{CsvBody, CsvFile, CsvTable};
pub use error::ApiError;
pub use extract::{Params, Path};
pub use form::{Body, Field, Form, FromForm, ListBody, OptionalBody};
pub use id_list::Ids;
pub use public::{Freshness, Public, Seen};

/// What a handler returns.
pub type ApiResult<T> = Result<T, ApiError>;
