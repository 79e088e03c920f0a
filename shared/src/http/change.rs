//! The bodies of requests that change what is there, PUT and PATCH. A client need not know every field there is: what it
//! leaves out stays as it is. They differ in what has to be said all the same.

use std::marker::PhantomData;

use axum::extract::{FromRequest, Request};
use serde::Serialize;

use super::{
    error::ApiError,
    form::{Form, FromForm},
};

/// Some of the fields of a `T`, to be laid over how things are now; if it is `WHOLE`, the required ones at least.
#[derive(Debug)]
pub struct Change<T, const WHOLE: bool> {
    form: Form,
    changed: PhantomData<fn() -> T>,
}

/// The body of a PATCH: any fields ([RFC 7396](https://www.rfc-editor.org/rfc/rfc7396)).
pub type Patch<T> = Change<T, false>;

/// The body of a PUT: the required fields, and others. An optional field that is left out stays as it is, as in Django
/// REST, because clients do not know of fields that are younger than they are.
pub type Put<T> = Change<T, true>;

impl<T: FromForm, const WHOLE: bool> Change<T, WHOLE> {
    /// The same without a field that says what is so already, which need not be something that could be chosen now.
    #[must_use]
    pub fn unless_same(mut self, name: &str, current: &str) -> Self {
        self.form.forget_if(name, current);
        self
    }

    /// The `T` that comes of changing `current`.
    ///
    /// # Errors
    /// As [`Form::read`].
    pub fn onto(mut self, current: &impl Serialize) -> Result<T, ApiError> {
        let to_be_said = if WHOLE { Form::required_by::<T>() } else { Vec::new() };
        self.form.fill_from(current, &to_be_said);
        self.form.read()
    }
}

impl<T, S: Send + Sync, const WHOLE: bool> FromRequest<S> for Change<T, WHOLE> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        Ok(Self { form: Form::from_request(request, state).await?, changed: PhantomData })
    }
}
