//! Path and query extractors whose refusals have our shape; axum's own are forbidden by this
//! module's existence: use these.

use std::collections::HashMap;

use axum::{
    extract::{FromRequestParts, RawPathParams},
    http::request::Parts,
};
use serde_json::{Value, json};

use super::{
    code::Code,
    error::ApiError,
    form::{Form, FromForm},
    headers::Spoken,
};
use crate::{host::Background, language::Language};

/// The request's path parameters, in order, as text. What one of them means (a slug, an id) is for
/// [`PathParameter`] to say.
#[derive(Debug)]
pub struct Path<T>(pub T);

/// Something a path parameter can be. One that does not parse cannot exist either: 404.
pub trait PathParameter: Sized {
    /// What the client is told when there is none.
    const ABSENT: Code;

    /// Reads the decoded parameter.
    fn from_parameter(text: &str) -> Option<Self>;

    /// The JSON Schema of the parameter.
    #[must_use]
    fn schema() -> Value {
        json!({ "type": "string", "format": "uuid" })
    }
}

impl<S: Send + Sync, A: PathParameter> FromRequestParts<S> for Path<A> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let raw = raw_parameters(parts, state).await?;
        Ok(Self(parameter(&raw, 0)?))
    }
}

impl<S: Send + Sync, A: PathParameter, B: PathParameter> FromRequestParts<S> for Path<(A, B)> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let raw = raw_parameters(parts, state).await?;
        Ok(Self((parameter(&raw, 0)?, parameter(&raw, 1)?)))
    }
}

impl<S: Send + Sync, A: PathParameter, B: PathParameter, C: PathParameter> FromRequestParts<S>
    for Path<(A, B, C)>
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let raw = raw_parameters(parts, state).await?;
        Ok(Self((parameter(&raw, 0)?, parameter(&raw, 1)?, parameter(&raw, 2)?)))
    }
}

async fn raw_parameters<S: Send + Sync>(parts: &mut Parts, state: &S) -> Result<RawPathParams, ApiError> {
    RawPathParams::from_request_parts(parts, state).await.map_err(|_| Code::NotFound.into())
}

fn parameter<T: PathParameter>(raw: &RawPathParams, index: usize) -> Result<T, ApiError> {
    let text = raw.iter().nth(index).map(|(_, value)| value);
    text.and_then(T::from_parameter).ok_or_else(|| T::ABSENT.into())
}

macro_rules! id_parameters {
    ($($id:ty: $absent:ident),*) => {$(
        impl PathParameter for $id {
            const ABSENT: Code = Code::$absent;

            fn from_parameter(text: &str) -> Option<Self> {
                text.parse().ok()
            }
        }
    )*};
}
id_parameters!(
    crate::ids::AddOnId: NotFound,
    crate::ids::AppointmentId: AppointmentNotFound,
    crate::ids::CustomerId: NotFound,
    crate::ids::DateOverrideId: NotFound,
    crate::ids::OpeningHourId: NotFound,
    crate::ids::HoldId: NotFound,
    crate::ids::LocationId: NotFound,
    crate::ids::SeriesId: NotFound,
    crate::ids::VisitId: NotFound,
    crate::ids::QuestionId: NotFound,
    crate::ids::ResourceId: NotFound,
    crate::ids::SessionId: NotFound,
    crate::ids::ServiceId: ServiceNotFound,
    crate::ids::StaffMemberId: StaffNotFound,
    crate::ids::TimeOffId: NotFound,
    crate::ids::WaitlistEntryId: NotFound
);

/// The query string's parameters. The last of several with one name counts; empty ones count as
/// absent, which is how forms send a filter that is not set.
#[derive(Debug, Default)]
pub(super) struct Query(HashMap<String, String>);

impl<S: Send + Sync> FromRequestParts<S> for Query {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let query = axum::extract::Query::<HashMap<String, String>>::try_from_uri(&parts.uri)
            // Whatever the bytes, they are read as some text.
            .map_err(ApiError::internal)?;
        Ok(Self(query.0.into_iter().filter(|(_, value)| !value.is_empty()).collect()))
    }
}

impl Query {
    /// A parameter, if it is there.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }
}

/// The query string, read as a body would be into a `T`.
#[derive(Debug)]
pub struct Params<T>(pub T);

impl<T: FromForm, S: Send + Sync> FromRequestParts<S> for Params<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let Query(parameters) = Query::from_request_parts(parts, state).await?;
        let values = parameters.into_iter().map(|(name, text)| (name, Value::String(text)));
        Form::new(values.collect()).read().map(Self)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Background {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        // Every host gives one.
        parts.extensions.get::<Self>().cloned().ok_or_else(|| Code::ServerError.into())
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Language {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let language = Self::of_request(&parts.headers);
        if let Some(spoken) = parts.extensions.get::<Spoken>() {
            spoken.note(language);
        }
        Ok(language)
    }
}
