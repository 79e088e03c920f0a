//! `/api/businesses/`: list, categories, detail, and creation.

use axum::extract::State;

use super::{
    categories::{self, CategoryItem},
    creation::{self, Opening},
    discovery::{self, FullDetail},
    filter::Filter,
    reference::BusinessRef,
    search::Listed,
};
use crate::{
    accounts::VerifiedCaller,
    app::App,
    http::{
        ApiResult, Body, Created, Freshness, Params, Path, Public,
        page::{Page, PageRequest},
    },
    language::Language,
    locations::{Asked, Shown},
    openapi::api,
};

api! {
    /// The routes of the function `businesses`.
    pub fn routes, operations; "Discovery";

    "/api/businesses" {
        /// Find businesses
        ///
        /// All filters combine. A list has at most 1,000 businesses, except that a whole category is listed to its end;
        /// who wants to see others asks more exactly. `search` reads name, city and services and forgives typing errors;
        /// `lat` and `lng` find what is within `radius_km`, 50 if not given, and add `distance_km`. The order is by
        /// relevance when searching and by name otherwise.
        get list: Anyone;
        /// Open a business
        ///
        /// Who opens one owns it, and takes bookings there.
        post create: Verified, [Conflict];
    }
    "/api/businesses/categories" {
        /// The categories, with how many businesses each has
        get list_categories: Anyone;
    }
    "/api/businesses/{business}" {
        /// Everything a visitor sees of a business
        ///
        /// Of one in several places, what there is at the first one: its address, services, and who offers them. With
        /// `location_id`, what there is at that one. `locations` has them all.
        get detail: Anyone, [NotFound];
    }
}

async fn list(
    State(app): State<App>,
    Params(filter): Params<Filter>,
    page: PageRequest,
) -> ApiResult<Public<Page<Listed>>> {
    let found = discovery::list(&app, &filter, &page).await?;
    Ok(Public(discovery::freshness(&filter), found))
}

async fn list_categories(State(app): State<App>, language: Language) -> ApiResult<Public<Vec<CategoryItem>>> {
    let items = categories::all(&app.connection().await?, language).await?;
    Ok(Public(Freshness::NUMBERS, items))
}

async fn detail(
    State(app): State<App>,
    language: Language,
    Path(business): Path<BusinessRef>,
    Params(Asked(location)): Params<Asked>,
) -> ApiResult<Public<FullDetail>> {
    let detail = discovery::detail(&app, &business, Shown::At(location), language).await?;
    Ok(Public(Freshness::BUSINESS, detail))
}

/// Opens a business, at this path and at the owners' own.
pub(super) async fn create(
    State(app): State<App>,
    language: Language,
    VerifiedCaller(caller): VerifiedCaller,
    Body(opening): Body<Opening>,
) -> ApiResult<Created<FullDetail>> {
    let id = creation::open(&app, &caller, &opening).await?;
    let detail = discovery::detail(&app, &BusinessRef::from(id), Shown::Everywhere, language).await?;
    Ok(Created(detail))
}
