//! `/api/businesses/{slug}/visits/` and `/api/users/visits/`.

use axum::{Json, extract::State};

use super::{
    super::{idempotency::IdempotencyKey, routes::Reason, view::VisitInFull},
    booking, cancelling, store,
    wish::VisitWish,
};
use crate::{
    accounts::VerifiedCaller,
    app::App,
    businesses::BusinessRef,
    host::Background,
    http::{ApiResult, Body, Code, Created, Done, OptionalBody, Path},
    ids::VisitId,
    language::{Language, Message},
    outbox,
};

pub(in crate::appointments) async fn book(
    State(app): State<App>,
    background: Background,
    VerifiedCaller(caller): VerifiedCaller,
    Path(business): Path<BusinessRef>,
    IdempotencyKey(key): IdempotencyKey,
    Body(wish): Body<VisitWish>,
) -> ApiResult<Created<VisitInFull>> {
    let visit = booking::book(&app, caller.user, &business, &wish, key.as_deref()).await?;
    outbox::deliver_after(&background, &app);
    Ok(Created(visit))
}

pub(in crate::appointments) async fn mine(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    Path(id): Path<VisitId>,
) -> ApiResult<Json<VisitInFull>> {
    let found = store::one(&app.connection().await?, id, caller.user).await?;
    Ok(Json(found.ok_or(Code::NotFound)?))
}

pub(in crate::appointments) async fn cancel_mine(
    State(app): State<App>,
    background: Background,
    language: Language,
    VerifiedCaller(caller): VerifiedCaller,
    Path(id): Path<VisitId>,
    OptionalBody(Reason(reason)): OptionalBody<Reason>,
) -> ApiResult<Json<Done<VisitInFull>>> {
    let visit = cancelling::cancel(&app, caller.user, id, reason.as_str()).await?;
    outbox::deliver_after(&background, &app);
    Ok(Done::saying(visit, &Message::VisitCancelled, language))
}
