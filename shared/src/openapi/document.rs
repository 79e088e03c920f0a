//! The document as a whole.

use serde_json::{Map, Value, json};

use super::operation::Operation;
use crate::http::Code;

const DESCRIPTION: &str = "\
Booking for hairdressers, doctors, beauty salons and spas: customers find a business, see when it is free and book; \
owners run their calendar, staff, services and hours.

Every path works with and without its trailing slash. Every answer of status 400 and above has the body `Error`; what \
each `error_code` means is in ERROR_CODES.md. Whatever the path, an address of more than 8 KiB is refused with 414, headers \
of more than 32 KiB or more than 100 with 431. Instants are RFC 3339 with the business's UTC offset, dates and times the \
business's own, money a decimal string with its currency.";

/// The document that describes these operations, with examples by the operations' names.
///
/// # Panics
/// If two operations share a name, which is a defect.
#[must_use]
pub fn document(operations: &[Operation], examples: &Value) -> Value {
    let mut paths = Map::new();
    let mut schemas = Map::from_iter([("Error".to_owned(), error_schema())]);
    let mut tags: Vec<&str> = Vec::new();
    for operation in operations {
        let path = paths.entry(operation.path()).or_insert_with(|| json!({}));
        path[operation.method] = operation.object(&examples[operation.id()]);
        for (name, schema) in &operation.schemas {
            let earlier = schemas.insert(name.clone(), schema.clone());
            assert!(earlier.is_none_or(|earlier| earlier == *schema), "two schemas are called {name}");
        }
        if !tags.contains(&operation.tag) {
            tags.push(operation.tag);
        }
    }
    let tags: Vec<Value> = tags.into_iter().map(|name| json!({ "name": name })).collect();
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Sessly",
            "version": env!("CARGO_PKG_VERSION"),
            "description": DESCRIPTION,
            "license": { "name": "MIT", "identifier": "MIT" },
        },
        "servers": [{ "url": "/" }],
        "tags": tags,
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "access": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "JWT",
                    "description": "The `access` token of signing in or refreshing.",
                },
            },
        },
    })
}

/// The envelope of every refusal.
fn error_schema() -> Value {
    let codes: Vec<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
    json!({
        "type": "object",
        "required": ["success", "error_code", "message", "details", "detail"],
        "properties": {
            "success": { "const": false },
            "error_code": { "type": "string", "enum": codes },
            "message": { "type": "string", "description": "What to tell a person, in their language." },
            "details": {
                "type": ["object", "null"],
                "description": "Field → messages, or facts that belong to the code.",
            },
            "detail": { "type": "string", "description": "The message again." },
        },
    })
}
