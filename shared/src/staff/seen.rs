//! A staff member as colleagues see them, or as everyone does.

use serde::Serialize;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{RefOr, Schema, schema::AnyOfBuilder},
};

use super::{member::StaffMember, store::PublicStaffMember};
use crate::openapi::schema::{collect, reference};

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
