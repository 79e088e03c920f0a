//! How one type's schema stands in another's: by reference under its name, or, for a list, in place.

use utoipa::{
    ToSchema,
    openapi::{
        Ref, RefOr, Schema,
        schema::{ArrayBuilder, ObjectBuilder, Type},
    },
};

/// The name that utoipa gives every list, of whatever.
const LIST: &str = "Vec";

/// The schema to put where a `T` stands.
#[must_use]
pub fn reference<T: ToSchema>() -> RefOr<Schema> {
    match T::name().as_ref() {
        LIST => T::schema(),
        name => Ref::from_schema_name(name).into(),
    }
}

/// A list of `T`.
#[must_use]
pub fn list_of<T: ToSchema>() -> RefOr<Schema> {
    ArrayBuilder::new().items(reference::<T>()).into()
}

/// Adds the schema of `T`, if it has a name, and all it refers to.
pub fn collect<T: ToSchema>(schemas: &mut Vec<(String, RefOr<Schema>)>) {
    T::schemas(schemas);
    if T::name() != LIST {
        schemas.push((T::name().into_owned(), T::schema()));
    }
}

/// What to call a type made of `T`.
#[must_use]
pub fn element_name<T: ToSchema>() -> String {
    match T::name().as_ref() {
        LIST => {
            // `alloc::vec::Vec<shared::hours::store::OpeningHour>`
            let full = std::any::type_name::<T>().trim_end_matches('>');
            let element = full.rsplit("::").next().unwrap_or(full);
            format!("{element}List")
        }
        name => name.to_owned(),
    }
}

/// A string of this format.
#[must_use]
pub fn text(format: &str) -> RefOr<Schema> {
    let format = utoipa::openapi::SchemaFormat::Custom(format.to_owned());
    ObjectBuilder::new().schema_type(Type::String).format(Some(format)).into()
}
