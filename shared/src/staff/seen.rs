//! Reads that everyone may make, and that show colleagues more.

use axum::{
    Json,
    http::header::CACHE_CONTROL,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{RefOr, Schema, schema::AnyOfBuilder},
};

use super::{member::StaffMember, store::PublicStaffMember};
use crate::{
    http::{Freshness, Public},
    openapi::{
        Operation, Output,
        schema::{collect, reference},
    },
};

/// A staff member, as much as the caller may see of them.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum SeenMember {
    ByColleagues(StaffMember),
    ByEveryone(PublicStaffMember),
}

impl PartialSchema for SeenMember {
    fn schema() -> RefOr<Schema> {
        let forms =
            AnyOfBuilder::new().item(reference::<StaffMember>()).item(reference::<PublicStaffMember>());
        Schema::from(forms.build()).into()
    }
}

impl ToSchema for SeenMember {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        collect::<StaffMember>(schemas);
        collect::<PublicStaffMember>(schemas);
    }
}

/// An answer that everyone gets alike, or that is for colleagues only.
pub(super) enum Seen<T> {
    ByColleagues(T),
    ByEveryone(T),
}

impl<T: Serialize> IntoResponse for Seen<T> {
    /// What colleagues see is nobody else's, whatever cache it comes past.
    fn into_response(self) -> Response {
        match self {
            Self::ByColleagues(body) => ([(CACHE_CONTROL, "no-store")], Json(body)).into_response(),
            Self::ByEveryone(body) => Public(Freshness::BUSINESS, body).into_response(),
        }
    }
}

impl<T: ToSchema> Output for Seen<T> {
    fn describe(operation: &mut Operation) {
        Public::<T>::describe(operation);
    }
}
