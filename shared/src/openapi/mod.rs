//! The API described as [OpenAPI 3.1](https://spec.openapis.org/oas/v3.1.0.html), from the code that serves it.
//!
//! A capability declares its routes with `api!`, which gives each a line about what it does, who may ([`Policy`]) and
//! which codes it refuses with beyond those that its extractors imply. What a handler takes and gives says the rest
//! (`handler`): bodies and queries are described by the very code that parses them
//! ([`Form::describe`](crate::http::Form::describe)), answers by the types that are serialized.
//!
//! The functions do not carry any of this: nothing they run refers to it, and the linker leaves it out. They serve
//! [`DOCUMENT`], which is kept in `docs/` and which a test keeps current.

mod document;
mod handler;
mod operation;
mod page;
pub mod schema;

pub use document::document;
pub use handler::{Handler, Input, Output};
pub use operation::{Operation, Policy};
pub use page::routes;

/// The document as it is served: `docs/openapi.json`, which `cargo dev -- openapi` writes. The functions carry it
/// compressed.
pub const DOCUMENT: &str = include_str!("../../../docs/openapi.json");

/// Declares the routes of a group once, as a router for the functions and as descriptions for the document:
///
/// ```text
/// api! {
///     /// Routes of the function `users`.
///     pub fn user_routes, user_operations; "Accounts";
///
///     "/api/users/me" {
///         /// The caller's account
///         ///
///         /// Whatever else is worth knowing.
///         get me: SignedIn;
///         /// Change the profile
///         patch change_me: Verified, [UsernameAlreadyExists];
///     }
/// }
/// ```
macro_rules! api {
    (
        $(#[$meta:meta])*
        pub fn $routes:ident, $operations:ident; $tag:literal;
        $($path:literal { $(
            $(#[doc = $text:literal])+
            $method:ident $handler:path: $policy:ident $(, [$($code:ident),+ $(,)?])?;
        )+ })+
    ) => {
        $(#[$meta])*
        pub fn $routes() -> axum::Router<$crate::app::App> {
            axum::Router::new()
                $(.route($path, axum::routing::MethodRouter::new()$(.$method($handler))+))+
        }

        /// What those routes do, for the document.
        #[must_use]
        pub fn $operations() -> Vec<$crate::openapi::Operation> {
            vec![$($(
                $crate::openapi::Operation::new(
                    $tag,
                    stringify!($method),
                    $path,
                    $crate::openapi::Policy::$policy,
                    &[$($text),+],
                )
                .refusing(&[$($($crate::http::Code::$code),+)?])
                .served_by(&$handler),
            )+)+]
        }
    };
}

pub(crate) use api;
