//! Finding a business, and everything a visitor sees of one.

use serde::Serialize;
use utoipa::ToSchema;

use super::{
    reference::BusinessRef,
    store::{self, Detail, Filter, Summary},
};
use crate::{
    app::App,
    db,
    hours::{self, OpeningHour},
    http::{
        ApiError, Code, Query,
        form::Text,
        page::{Page, PageRequest},
    },
    language::{Category, Language},
    services::{self, Service},
    staff::{self, PublicStaffMember},
};

/// More words than this are ignored: nobody types them, and each costs.
const MOST_WORDS: usize = 8;

/// The filter that a query string asks for.
pub(super) fn filter(query: &Query) -> Result<Filter, ApiError> {
    let category = query.optional::<Category>("category")?.map(Category::as_str);
    let search = query.optional::<Text<0, 200>>("search")?.unwrap_or_default();
    let words = search.as_str().split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    Ok(Filter { category, words: words.take(MOST_WORDS).map(str::to_owned).collect() })
}

/// One page of the businesses that match.
pub(super) async fn list(app: &App, filter: &Filter, page: &PageRequest) -> Result<Page<Summary>, ApiError> {
    let connection = app.connection().await?;
    let (count, results) = tokio::try_join!(
        store::count(&connection, filter),
        store::list(&connection, filter, page.limit(), page.offset()),
    )?;
    page.answer(count, results)
}

/// A business in detail form.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct FullDetail {
    #[serde(flatten)]
    business: Detail,
    opening_hours: Vec<OpeningHour>,
    services: Vec<Service>,
    staff: Vec<PublicStaffMember>,
    /// Empty until there are pictures to show.
    #[schema(value_type = Vec<String>)]
    gallery: [(); 0],
}

/// Everything a visitor sees, in one round trip.
///
/// # Errors
/// `BUSINESS_NOT_FOUND`.
pub(super) async fn detail(
    app: &App,
    business: &BusinessRef,
    language: Language,
) -> Result<FullDetail, ApiError> {
    let connection = app.connection().await?;
    let (found, opening_hours, services, staff) = tokio::try_join!(
        store::detail(&connection, business),
        hours::of(&connection, business, language),
        services::on_offer(&connection, business),
        staff::public(&connection, business),
    )
    .map_err(|error: db::Error| ApiError::from(error))?;
    let business = found.ok_or(Code::BusinessNotFound)?;
    Ok(FullDetail { business, opening_hours, services, staff, gallery: [] })
}
