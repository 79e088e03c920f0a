//! Answers whose status is part of their type, so that a handler's signature says it.

use std::borrow::Cow;

use axum::{
    Json,
    http::{StatusCode, header::CACHE_CONTROL},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        RefOr, Schema,
        schema::{ObjectBuilder, Type},
    },
};

use crate::{
    language::{Language, Message},
    openapi::schema::{collect, element_name, reference},
};

/// Something was made: 201 with it.
#[derive(Debug)]
pub struct Created<T>(pub T);

impl<T: Serialize> IntoResponse for Created<T> {
    fn into_response(self) -> Response {
        (StatusCode::CREATED, Json(self.0)).into_response()
    }
}

/// Something that is true only now: 200 with it, never to be kept.
#[derive(Debug)]
pub struct Current<T>(pub T);

impl<T: Serialize> IntoResponse for Current<T> {
    fn into_response(self) -> Response {
        ([(CACHE_CONTROL, "no-store")], Json(self.0)).into_response()
    }
}

/// Done, and nothing to say: 204.
#[derive(Clone, Copy, Debug)]
pub struct NoContent;

impl IntoResponse for NoContent {
    fn into_response(self) -> Response {
        StatusCode::NO_CONTENT.into_response()
    }
}

/// Done, and the client is to start afresh: 205.
#[derive(Clone, Copy, Debug)]
pub struct ResetContent;

impl IntoResponse for ResetContent {
    fn into_response(self) -> Response {
        StatusCode::RESET_CONTENT.into_response()
    }
}

/// Something was made by asking for it once, 201, or undone by asking again, 200.
#[derive(Debug)]
pub enum Toggled<T> {
    /// It is there now.
    Made(T),
    /// It is there no longer.
    Undone(T),
}

impl<T: Serialize> IntoResponse for Toggled<T> {
    fn into_response(self) -> Response {
        match self {
            Self::Made(answer) => Created(answer).into_response(),
            Self::Undone(answer) => Json(answer).into_response(),
        }
    }
}

/// `{"success": true, "message"}`: done, and what to tell the person.
#[derive(Debug, Serialize, ToSchema)]
pub struct Said {
    #[schema(value_type = bool, default = true)]
    success: bool,
    message: Cow<'static, str>,
}

impl Said {
    /// Says it in the caller's language.
    pub fn new(message: &Message, language: Language) -> Json<Self> {
        Json(Self { success: true, message: message.text(language) })
    }
}

/// `{"success": true, "data"}`: done, what came of it, and perhaps what to tell the person.
#[derive(Debug, Serialize)]
pub struct Done<T> {
    success: bool,
    data: T,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Cow<'static, str>>,
}

impl<T> Done<T> {
    /// Without a message.
    pub fn with(data: T) -> Json<Self> {
        Json(Self { success: true, data, message: None })
    }

    /// With a message, in the caller's language.
    pub fn saying(data: T, message: &Message, language: Language) -> Json<Self> {
        Json(Self { success: true, data, message: Some(message.text(language)) })
    }
}

impl<T: ToSchema> PartialSchema for Done<T> {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .property("success", ObjectBuilder::new().schema_type(Type::Boolean))
            .property("data", reference::<T>())
            .property("message", ObjectBuilder::new().schema_type(Type::String))
            .required("success")
            .required("data")
            .into()
    }
}

impl<T: ToSchema> ToSchema for Done<T> {
    fn name() -> Cow<'static, str> {
        format!("{}Done", element_name::<T>()).into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        collect::<T>(schemas);
    }
}
