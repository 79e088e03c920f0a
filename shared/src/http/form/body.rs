//! What a form is read from: the body of a request, as each kind of operation takes it.

use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
    http::{StatusCode, header::CONTENT_TYPE},
};
use serde_json::Value;

use super::{Form, FromForm};
use crate::{
    http::{ApiError, Code},
    language::Message,
};

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        match json_body(request, state).await? {
            Value::Object(values) => Ok(Self::new(values)),
            _ => Err(ApiError::invalid_input(Message::NotAnObject)),
        }
    }
}

/// The body of a request: `application/json`, an object that reads as a `T`.
#[derive(Debug)]
pub struct Body<T>(pub T);

impl<T: FromForm, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        Form::from_request(request, state).await?.read().map(Self)
    }
}

/// As [`Body`], where no body at all is as good as an empty object.
#[derive(Debug)]
pub struct OptionalBody<T>(pub T);

impl<T: FromForm, S: Send + Sync> FromRequest<S> for OptionalBody<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let (parts, body) = request.into_parts();
        let bytes = read(Request::new(body), state, Message::NotJson).await?;
        if bytes.is_empty() {
            return Form::default().read().map(Self);
        }
        let request = Request::from_parts(parts, bytes.into());
        Body::from_request(request, state).await.map(|Body(value)| Self(value))
    }
}

/// As [`Body`], for a body that is a list of at most `MOST` objects. (Each wrong one is answered with more than it
/// took to send.)
#[derive(Debug)]
pub struct ListBody<T, const MOST: usize>(pub Vec<T>);

impl<T: FromForm, S: Send + Sync, const MOST: usize> FromRequest<S> for ListBody<T, MOST> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let Value::Array(items) = json_body(request, state).await? else {
            return Err(ApiError::invalid_input(Message::NotAList));
        };
        if items.len() > MOST {
            return Err(ApiError::invalid_input(Message::TooManyItems(MOST)));
        }
        let mut form = Form::default();
        let items = form.each("", items);
        form.finish(items).map(Self)
    }
}

async fn json_body<S: Send + Sync>(request: Request, state: &S) -> Result<Value, ApiError> {
    if !is_of_type(&request, "application/json") {
        return Err(Code::UnsupportedMediaType.into());
    }
    let bytes = read(request, state, Message::NotJson).await?;
    serde_json::from_slice(&bytes).map_err(|_| ApiError::invalid_input(Message::NotJson))
}

/// Whether a body is of a media type, by its header, whatever the parameters.
pub(in crate::http) fn is_of_type(request: &Request, media_type: &str) -> bool {
    let content_type = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = content_type.unwrap_or_default().split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case(media_type)
}

/// The bytes of a body; what to say if it breaks off.
pub(in crate::http) async fn read<S: Send + Sync>(
    request: Request,
    state: &S,
    broken: Message,
) -> Result<Bytes, ApiError> {
    Bytes::from_request(request, state).await.map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Code::PayloadTooLarge.into(),
        _ => ApiError::invalid_input(broken),
    })
}
