//! `/api/businesses/my-business/` and `/api/businesses/me/`: a business as its owner and managers see and change it.

use axum::{Json, Router, extract::State, http::StatusCode, routing::get};
use serde_json::{Value, json};

use super::{
    access::{self, Manager},
    management::{self, OwnDetail},
    own_store::{self, OwnSummary},
    reference::BusinessRef,
    routes::create,
};
use crate::{
    accounts::VerifiedCaller,
    app::App,
    appointments,
    http::{
        ApiResult, Form, Path,
        page::{Page, PageRequest},
    },
    language::Language,
};

/// Routes of the function `management`.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/api/businesses/my-business", get(list).post(create))
        .route("/api/businesses/my-business/{business}", get(one).put(replace).patch(change).delete(retire))
        .route("/api/businesses/my-business/{business}/stats", get(stats))
        .route("/api/businesses/me", get(own).put(replace_own).patch(change_own))
}

async fn list(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    page: PageRequest,
) -> ApiResult<Json<Page<OwnSummary>>> {
    let connection = app.connection().await?;
    let (count, businesses) =
        own_store::owned_by(&connection, caller.user, page.limit(), page.offset()).await?;
    page.answer(count, businesses).map(Json)
}

async fn one(
    State(app): State<App>,
    language: Language,
    VerifiedCaller(caller): VerifiedCaller,
    Path(business): Path<BusinessRef>,
) -> ApiResult<Json<OwnDetail>> {
    let business = access::managed(&app, &caller, &business).await?;
    management::detail(&app, business, language).await.map(Json)
}

async fn replace(
    State(app): State<App>,
    language: Language,
    VerifiedCaller(caller): VerifiedCaller,
    Path(business): Path<BusinessRef>,
    form: Form,
) -> ApiResult<Json<OwnDetail>> {
    let manager = access::manager(&app, &caller, &business).await?;
    management::replace(&app, &manager, form).await?;
    management::detail(&app, manager.business, language).await.map(Json)
}

async fn change(
    State(app): State<App>,
    language: Language,
    VerifiedCaller(caller): VerifiedCaller,
    Path(business): Path<BusinessRef>,
    form: Form,
) -> ApiResult<Json<OwnDetail>> {
    let manager = access::manager(&app, &caller, &business).await?;
    management::change(&app, &manager, form).await?;
    management::detail(&app, manager.business, language).await.map(Json)
}

async fn retire(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    Path(business): Path<BusinessRef>,
) -> ApiResult<StatusCode> {
    let business = access::owned(&app, &caller, &business).await?;
    management::retire(&app, business).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn stats(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    Path(business): Path<BusinessRef>,
) -> ApiResult<Json<Value>> {
    let business = access::managed(&app, &caller, &business).await?;
    let data = appointments::stats(&app.connection().await?, business, app.now()).await?;
    Ok(Json(json!({ "success": true, "data": data })))
}

/// The caller as the owner of the business at `me`.
async fn owner(app: &App, VerifiedCaller(caller): VerifiedCaller) -> ApiResult<Manager> {
    let business = access::own(&app.connection().await?, &caller).await?;
    Ok(Manager { business, user: caller.user, is_owner: true })
}

async fn own(
    State(app): State<App>,
    language: Language,
    caller: VerifiedCaller,
) -> ApiResult<Json<OwnDetail>> {
    let owner = owner(&app, caller).await?;
    management::detail(&app, owner.business, language).await.map(Json)
}

async fn replace_own(
    State(app): State<App>,
    language: Language,
    caller: VerifiedCaller,
    form: Form,
) -> ApiResult<Json<OwnDetail>> {
    let owner = owner(&app, caller).await?;
    management::replace(&app, &owner, form).await?;
    management::detail(&app, owner.business, language).await.map(Json)
}

async fn change_own(
    State(app): State<App>,
    language: Language,
    caller: VerifiedCaller,
    form: Form,
) -> ApiResult<Json<OwnDetail>> {
    let owner = owner(&app, caller).await?;
    management::change(&app, &owner, form).await?;
    management::detail(&app, owner.business, language).await.map(Json)
}
