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

use super::{code::Code, error::ApiError, extract::Query, origin::Origin};
use crate::{app::App, openapi::schema};

const DEFAULT_SIZE: i64 = 10;
const LARGEST_SIZE: i64 = 100;
/// Deeper pages than this cost more than anybody has read.
const LAST_PAGE: i64 = 100_000;

/// Which of the pages.
#[derive(Clone, Copy, Debug)]
enum Nth {
    Number(i64),
    Last,
}

/// Which page a client asks for, and under what address its neighbours are found.
#[derive(Debug)]
pub struct PageRequest {
    page: Nth,
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
        let page = match query.text("page") {
            None => Nth::Number(1),
            Some("last") => Nth::Last,
            Some(text) => {
                Nth::Number(positive(text).filter(|page| *page <= LAST_PAGE).ok_or(Code::NotFound)?)
            }
        };
        Ok(Self {
            page,
            size: query
                .text("page_size")
                .and_then(positive)
                .map_or(DEFAULT_SIZE, |size| size.min(LARGEST_SIZE)),
            origin: Origin::of(parts, &App::from_ref(state)),
            uri: parts.uri.clone(),
        })
    }
}

/// A positive number, if it is one.
fn positive(text: &str) -> Option<i64> {
    text.trim().parse().ok().filter(|number| *number > 0)
}

/// The rows of a page, as SQL has them.
#[derive(Clone, Copy, Debug)]
pub struct Slice {
    /// For `LIMIT`.
    pub limit: i64,
    /// For `OFFSET`.
    pub offset: i64,
}

impl PageRequest {
    /// The page of what `read` gives, which says how many there are in all, and which of them are in the slice. Of the last
    /// page one knows where it is only after a first look.
    ///
    /// # Errors
    /// `NOT_FOUND` past the end. (The first page of nothing is an empty page.)
    pub async fn of<T, E, Read>(&self, read: impl Fn(Slice) -> Read) -> Result<Page<T>, ApiError>
    where
        Read: Future<Output = Result<(i64, Vec<T>), E>>,
        ApiError: From<E>,
    {
        let page = match self.page {
            Nth::Number(page) => page,
            Nth::Last => {
                let (count, results) = read(self.slice(1)).await?;
                match self.last(count) {
                    1 => return self.answer(1, count, results),
                    last => last,
                }
            }
        };
        let (count, results) = read(self.slice(page)).await?;
        self.answer(page, count, results)
    }

    fn slice(&self, page: i64) -> Slice {
        Slice { limit: self.size, offset: (page - 1) * self.size }
    }

    /// The last page of so many.
    fn last(&self, count: i64) -> i64 {
        ((count - 1) / self.size + 1).max(1)
    }

    /// Page number `page` of `count` in all.
    fn answer<T>(&self, page: i64, count: i64, results: Vec<T>) -> Result<Page<T>, ApiError> {
        let Slice { limit, offset } = self.slice(page);
        if page > 1 && offset >= count {
            return Err(Code::NotFound.into());
        }
        let next = (offset + limit < count).then(|| self.address(page + 1));
        let previous = (page > 1).then(|| self.address(page - 1));
        Ok(Page { count, next, previous, results })
    }

    /// The page of a list so short that all of it was read.
    ///
    /// # Errors
    /// As [`of`](Self::of).
    pub fn of_all<T>(&self, all: Vec<T>) -> Result<Page<T>, ApiError> {
        let count = i64::try_from(all.len()).unwrap_or(i64::MAX);
        let page = match self.page {
            Nth::Number(page) => page,
            Nth::Last => self.last(count),
        };
        let Slice { limit, offset } = self.slice(page);
        let [offset, limit] = [offset, limit].map(|n| usize::try_from(n).unwrap_or(usize::MAX));
        self.answer(page, count, all.into_iter().skip(offset).take(limit).collect())
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
