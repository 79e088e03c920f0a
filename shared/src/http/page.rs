//! Paged lists: `?page=&page_size=` in, `{"count","next","previous","results"}` out.

use std::borrow::Cow;

use axum::{
    extract::{FromRef, FromRequestParts},
    http::{Uri, request::Parts},
};
use serde::Serialize;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        RefOr, Schema, SchemaFormat,
        schema::{ObjectBuilder, SchemaType, Type},
    },
};

use super::{code::Code, error::ApiError, extract::Query, form::Whole, origin::Origin};
use crate::{app::App, openapi::schema};

const DEFAULT_SIZE: i32 = 10;
const LARGEST_SIZE: i32 = 100;
/// Deeper pages than this cost more than anybody has read.
const LAST_PAGE: i32 = 100_000;

/// Which page a client asks for, and under what address its neighbours are found.
#[derive(Debug)]
pub struct PageRequest {
    page: i64,
    size: i64,
    origin: Origin,
    uri: Uri,
}

impl<S: Send + Sync> FromRequestParts<S> for PageRequest
where
    App: FromRef<S>,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let query = Query::from_request_parts(parts, state).await?;
        let page =
            query.optional::<Whole<1, LAST_PAGE>>("page").map_err(|_| ApiError::new(Code::NotFound))?;
        let size = query.optional::<Whole<1, { i32::MAX }>>("page_size")?;
        Ok(Self {
            page: page.map_or(1, Whole::get).into(),
            size: size.map_or(DEFAULT_SIZE, Whole::get).min(LARGEST_SIZE).into(),
            origin: Origin::of(parts, &App::from_ref(state)),
            uri: parts.uri.clone(),
        })
    }
}

impl PageRequest {
    /// For SQL's `LIMIT`.
    #[must_use]
    pub fn limit(&self) -> i64 {
        self.size
    }

    /// For SQL's `OFFSET`.
    #[must_use]
    pub fn offset(&self) -> i64 {
        (self.page - 1) * self.size
    }

    /// The page of `results`, out of `count` in all.
    ///
    /// # Errors
    /// `NOT_FOUND` past the end. (The first page of nothing is an empty page.)
    pub fn answer<T>(&self, count: i64, results: Vec<T>) -> Result<Page<T>, ApiError> {
        if self.page > 1 && self.offset() >= count {
            return Err(Code::NotFound.into());
        }
        let next = (self.offset() + self.size < count).then(|| self.address(self.page + 1));
        let previous = (self.page > 1).then(|| self.address(self.page - 1));
        Ok(Page { count, next, previous, results })
    }

    /// The page of a list so short that all of it was read.
    ///
    /// # Errors
    /// As [`answer`](Self::answer).
    pub fn of_all<T>(&self, all: Vec<T>) -> Result<Page<T>, ApiError> {
        let count = i64::try_from(all.len()).unwrap_or(i64::MAX);
        let [offset, limit] = [self.offset(), self.limit()].map(|n| usize::try_from(n).unwrap_or(usize::MAX));
        self.answer(count, all.into_iter().skip(offset).take(limit).collect())
    }

    fn address(&self, page: i64) -> String {
        let others = self.uri.query().unwrap_or_default().split('&');
        let others = others.filter(|pair| !pair.is_empty() && *pair != "page" && !pair.starts_with("page="));
        let query: Vec<String> = others.map(str::to_owned).chain([format!("page={page}")]).collect();
        // Whichever form was asked for: the layers have trimmed the slash that paths are written with.
        format!("{}{}/?{}", self.origin, self.uri.path(), query.join("&"))
    }
}

impl<T: ToSchema> PartialSchema for Page<T> {
    fn schema() -> RefOr<Schema> {
        let address = || {
            let kinds = SchemaType::from_iter([Type::String, Type::Null]);
            let format = SchemaFormat::Custom("uri".to_owned());
            ObjectBuilder::new().schema_type(kinds).format(Some(format))
        };
        ObjectBuilder::new()
            .property("count", ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(0)))
            .property("next", address())
            .property("previous", address())
            .property("results", schema::list_of::<T>())
            .required("count")
            .required("next")
            .required("previous")
            .required("results")
            .into()
    }
}

impl<T: ToSchema> ToSchema for Page<T> {
    fn name() -> Cow<'static, str> {
        format!("{}Page", T::name()).into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schema::collect::<T>(schemas);
    }
}

impl<T> Page<T> {
    /// The same page, of what its items become.
    #[must_use]
    pub fn map<U>(self, become_what: impl FnMut(T) -> U) -> Page<U> {
        let Self { count, next, previous, results } = self;
        Page { count, next, previous, results: results.into_iter().map(become_what).collect() }
    }
}

/// One page of a list.
#[derive(Debug, Serialize)]
pub struct Page<T> {
    /// How many there are on all pages.
    pub count: i64,
    /// The next page's address, if there is one.
    pub next: Option<String>,
    /// The previous page's address, if there is one.
    pub previous: Option<String>,
    /// This page's items.
    pub results: Vec<T>,
}
