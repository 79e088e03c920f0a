//! What a handler's arguments and its answer say about the operation it serves.

use axum::{
    Json,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
};
use serde_json::{Value, json};
use utoipa::{
    ToSchema,
    openapi::{RefOr, Schema},
};

use super::{operation::Operation, schema};
use crate::{
    accounts::{Caller, MaybeCaller, VerifiedCaller},
    app::App,
    host::Background,
    http::{
        ApiError, Body, Change, Code, Created, CsvBody, CsvFile, Current, Form, FromForm, ListBody,
        NoContent, OptionalBody, Params, Path, Public, ResetContent, Seen, Toggled, csv,
        extract::PathParameter, page::PageRequest,
    },
    language::Language,
    limits::Address,
};

/// An argument of a handler.
pub trait Input {
    /// Adds what it means for clients.
    fn describe(operation: &mut Operation);
}

/// What a handler answers with.
pub trait Output {
    /// Adds the statuses and bodies of its answers.
    fn describe(operation: &mut Operation);
}

/// A handler, with its arguments as a tuple.
pub trait Handler<Arguments> {
    /// Adds all that its signature says.
    fn describe(&self, operation: &mut Operation);
}

macro_rules! handlers {
    ($(($($input:ident),*))*) => {$(
        impl<Function, Answer, Out, $($input),*> Handler<($($input,)*)> for Function
        where
            Function: Fn($($input),*) -> Answer,
            Answer: Future<Output = Out>,
            Out: Output,
            $($input: Input,)*
        {
            fn describe(&self, operation: &mut Operation) {
                $($input::describe(operation);)*
                Out::describe(operation);
            }
        }
    )*};
}
handlers!(()(A)(A, B)(A, B, C)(A, B, C, D)(A, B, C, D, E)(A, B, C, D, E, F)(A, B, C, D, E, F, G)(
    A, B, C, D, E, F, G, H
));

macro_rules! silent_inputs {
    ($($input:ty),*) => {$(
        impl Input for $input {
            fn describe(_: &mut Operation) {}
        }
    )*};
}
// (What is taken as bytes is described in words.)
silent_inputs!(Address, Background, Bytes, HeaderMap, MaybeCaller);

impl Input for State<App> {
    fn describe(operation: &mut Operation) {
        operation.can_refuse(Code::ServiceUnavailable);
    }
}

impl Input for Language {
    fn describe(operation: &mut Operation) {
        let tags: Vec<&str> = Self::ALL.iter().map(|language| language.tag()).collect();
        let says = format!("The language to be answered in, of {}", tags.join(", "));
        operation.takes_header("Accept-Language", &says, &json!({ "type": "string" }));
    }
}

impl Input for Caller {
    fn describe(operation: &mut Operation) {
        operation.needs_sign_in();
    }
}

impl Input for VerifiedCaller {
    fn describe(operation: &mut Operation) {
        operation.needs_sign_in();
        operation.can_refuse(Code::EmailNotVerified);
    }
}

impl<T: FromForm> Input for Body<T> {
    fn describe(operation: &mut Operation) {
        operation.takes_body(&Form::describe::<T>(), true);
    }
}

impl<T: FromForm> Input for OptionalBody<T> {
    fn describe(operation: &mut Operation) {
        operation.takes_body(&Form::describe::<T>(), false);
    }
}

impl<T: FromForm, const MOST: usize> Input for ListBody<T, MOST> {
    fn describe(operation: &mut Operation) {
        let list = json!({ "type": "array", "maxItems": MOST, "items": Form::describe::<T>() });
        operation.takes_body(&list, true);
    }
}

impl<T: FromForm, const WHOLE: bool> Input for Change<T, WHOLE> {
    fn describe(operation: &mut Operation) {
        let mut object = Form::describe::<T>();
        object["description"] = json!("What is left out stays as it is.");
        if !WHOLE && object.as_object_mut().and_then(|object| object.remove("required")).is_some() {
            // They may be left out, but not be null.
            operation.can_refuse(Code::RequiredField);
        }
        operation.takes_body(&object, true);
    }
}

impl Input for CsvBody {
    fn describe(operation: &mut Operation) {
        operation.takes_table(csv::CSV);
    }
}

impl<T: FromForm> Input for Params<T> {
    fn describe(operation: &mut Operation) {
        operation.takes_query(&Form::describe::<T>());
    }
}

impl Input for PageRequest {
    fn describe(operation: &mut Operation) {
        let size = "At most 100 are given. What is no positive number counts as not given.";
        operation.heeds_query(&json!({ "properties": {
            "page": { "anyOf": [{ "type": "integer", "minimum": 1 }, { "const": "last" }], "default": 1 },
            "page_size": { "type": "integer", "minimum": 1, "default": 10, "description": size },
        } }));
        operation.can_refuse(Code::NotFound);
    }
}

impl<A: PathParameter> Input for Path<A> {
    fn describe(operation: &mut Operation) {
        describe_path_parameter::<A>(operation);
    }
}

impl<A: PathParameter, B: PathParameter> Input for Path<(A, B)> {
    fn describe(operation: &mut Operation) {
        describe_path_parameter::<A>(operation);
        describe_path_parameter::<B>(operation);
    }
}

impl<A: PathParameter, B: PathParameter, C: PathParameter> Input for Path<(A, B, C)> {
    fn describe(operation: &mut Operation) {
        describe_path_parameter::<A>(operation);
        describe_path_parameter::<B>(operation);
        describe_path_parameter::<C>(operation);
    }
}

fn describe_path_parameter<T: PathParameter>(operation: &mut Operation) {
    operation.takes_path_parameter(&T::schema());
    operation.can_refuse(T::ABSENT);
}

impl<T: Output> Output for Result<T, ApiError> {
    fn describe(operation: &mut Operation) {
        T::describe(operation);
    }
}

impl<T: ToSchema> Output for Json<T> {
    fn describe(operation: &mut Operation) {
        let schema = named::<T>(operation);
        operation.answers(200, Some(("application/json", schema)));
    }
}

impl<T: ToSchema> Output for Current<T> {
    fn describe(operation: &mut Operation) {
        Json::<T>::describe(operation);
    }
}

impl<T: ToSchema> Output for Public<T> {
    fn describe(operation: &mut Operation) {
        let says = "The `ETag` of the answer that the client has; 304 if it is still the same";
        operation.takes_header("If-None-Match", says, &json!({ "type": "string" }));
        Json::<T>::describe(operation);
        operation.answers(StatusCode::NOT_MODIFIED.as_u16(), None);
    }
}

impl<T: ToSchema> Output for Seen<T> {
    fn describe(operation: &mut Operation) {
        Public::<T>::describe(operation);
    }
}

impl<T: ToSchema> Output for Created<T> {
    fn describe(operation: &mut Operation) {
        let schema = named::<T>(operation);
        operation.answers(201, Some(("application/json", schema)));
    }
}

impl Output for CsvFile {
    fn describe(operation: &mut Operation) {
        operation.answers(200, Some((csv::CSV, json!({ "type": "string" }))));
    }
}

impl Output for NoContent {
    fn describe(operation: &mut Operation) {
        operation.answers(StatusCode::NO_CONTENT.as_u16(), None);
    }
}

impl Output for ResetContent {
    fn describe(operation: &mut Operation) {
        operation.answers(StatusCode::RESET_CONTENT.as_u16(), None);
    }
}

impl<T: ToSchema> Output for Toggled<T> {
    fn describe(operation: &mut Operation) {
        Created::<T>::describe(operation);
        Json::<T>::describe(operation);
    }
}

/// A reference to a type's schema, which is added to the operation with all it refers to.
fn named<T: ToSchema>(operation: &mut Operation) -> Value {
    let mut schemas = Vec::new();
    schema::collect::<T>(&mut schemas);
    let json = |schema: RefOr<Schema>| serde_json::to_value(schema).unwrap_or_default();
    operation.schemas.extend(schemas.into_iter().map(|(name, schema)| (name, json(schema))));
    json(schema::reference::<T>())
}
