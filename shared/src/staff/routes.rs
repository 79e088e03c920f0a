//! `/api/businesses/{slug}/staff/`, and where invitations to it are accepted.

use axum::{
    Json, Router,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde_json::{Value, json};

use super::{
    entry::NewMember,
    invitations::{self, Acceptance, Invitee},
    member::{self, StaffMember},
    store, team,
};
use crate::{
    accounts::VerifiedCaller,
    app::App,
    businesses::{self, BusinessRef},
    db::Sql,
    host::Background,
    http::{ApiError, ApiResult, Body, Code, Form, OptionalBody, Path, page::PageRequest},
    ids::StaffMemberId,
    language::{Language, Message},
    outbox,
};

/// Routes of the function `management`.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/api/businesses/staff-invitations/accept", post(accept))
        .route("/api/businesses/{business}/staff", get(list).post(add))
        .route(
            "/api/businesses/{business}/staff/{member}",
            get(one).put(replace).patch(change).delete(remove),
        )
        .route("/api/businesses/{business}/staff/{member}/invite", post(invite))
}

/// Whoever calls, if anyone does: a token that is no good counts as none where everyone may read.
type Anyone = Result<VerifiedCaller, ApiError>;

/// Whether the caller is shown the staff as a colleague.
async fn is_colleague(on: &impl Sql, caller: Anyone, business: &BusinessRef) -> ApiResult<bool> {
    match caller {
        Ok(VerifiedCaller(caller)) => businesses::works_at(on, &caller, business).await,
        Err(_) => Ok(false),
    }
}

/// What colleagues see is nobody else's, whatever cache it comes past.
fn among_colleagues(body: impl IntoResponse) -> Response {
    ([(header::CACHE_CONTROL, "private, no-store")], body).into_response()
}

async fn list(
    State(app): State<App>,
    caller: Anyone,
    Path(business): Path<BusinessRef>,
    page: PageRequest,
) -> ApiResult<Response> {
    let connection = app.connection().await?;
    if is_colleague(&connection, caller, &business).await? {
        let all = member::all(&connection, &business).await?;
        return Ok(among_colleagues(page.of_all(all).map(Json)?));
    }
    let (exists, all) =
        tokio::try_join!(businesses::exists(&connection, &business), store::public(&connection, &business))?;
    if !exists {
        return Err(Code::BusinessNotFound.into());
    }
    Ok(page.of_all(all).map(Json)?.into_response())
}

async fn one(
    State(app): State<App>,
    caller: Anyone,
    Path((business, member)): Path<(BusinessRef, StaffMemberId)>,
) -> ApiResult<Response> {
    let connection = app.connection().await?;
    if is_colleague(&connection, caller, &business).await? {
        let found = member::one(&connection, &business, member).await?;
        return Ok(among_colleagues(Json(found.ok_or(Code::StaffNotFound)?)));
    }
    let found = store::public_one(&connection, &business, member).await?;
    Ok(Json(found.ok_or(Code::StaffNotFound)?).into_response())
}

async fn add(
    State(app): State<App>,
    background: Background,
    VerifiedCaller(caller): VerifiedCaller,
    Path(business): Path<BusinessRef>,
    Body(new): Body<NewMember>,
) -> ApiResult<(StatusCode, Json<StaffMember>)> {
    let manager = businesses::manager(&app, &caller, &business).await?;
    let added = team::add(&app, &manager, &new).await?;
    outbox::deliver_after(&background, &app);
    Ok((StatusCode::CREATED, Json(added)))
}

async fn replace(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    Path((business, member)): Path<(BusinessRef, StaffMemberId)>,
    form: Form,
) -> ApiResult<Json<StaffMember>> {
    let manager = businesses::manager(&app, &caller, &business).await?;
    team::replace(&app, &manager, member, form).await.map(Json)
}

async fn change(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    Path((business, member)): Path<(BusinessRef, StaffMemberId)>,
    form: Form,
) -> ApiResult<Json<StaffMember>> {
    let manager = businesses::manager(&app, &caller, &business).await?;
    team::change(&app, &manager, member, form).await.map(Json)
}

async fn remove(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    Path((business, member)): Path<(BusinessRef, StaffMemberId)>,
) -> ApiResult<StatusCode> {
    let manager = businesses::manager(&app, &caller, &business).await?;
    team::remove(&app, &manager, member).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn invite(
    State(app): State<App>,
    background: Background,
    VerifiedCaller(caller): VerifiedCaller,
    Path((business, member)): Path<(BusinessRef, StaffMemberId)>,
    OptionalBody(invitee): OptionalBody<Invitee>,
) -> ApiResult<Json<StaffMember>> {
    let manager = businesses::manager(&app, &caller, &business).await?;
    let entry = invitations::invite(&app, &manager, member, &invitee).await?;
    outbox::deliver_after(&background, &app);
    Ok(Json(entry))
}

async fn accept(
    State(app): State<App>,
    language: Language,
    VerifiedCaller(caller): VerifiedCaller,
    Body(acceptance): Body<Acceptance>,
) -> ApiResult<Json<Value>> {
    let data = invitations::accept(&app, &caller, &acceptance).await?;
    let message = Message::InvitationAccepted.text(language);
    Ok(Json(json!({ "success": true, "data": data, "message": message })))
}
