//! `/api/businesses/{slug}/appointments/series/` and `/api/users/appointments/series/`.

use axum::{Json, extract::State};

use super::{
    booking,
    cancelling::{self, SeriesCancelled},
    store,
    view::{Series, SeriesPreview},
    wish::SeriesWish,
};
use crate::{
    accounts::VerifiedCaller,
    app::App,
    appointments::{idempotency::IdempotencyKey, routes::Reason},
    businesses::BusinessRef,
    host::Background,
    http::{ApiResult, Body, Code, Created, Current, Done, OptionalBody, Path},
    ids::SeriesId,
    language::{Language, Message},
    outbox,
};

pub(in crate::appointments) async fn book(
    State(app): State<App>,
    background: Background,
    VerifiedCaller(caller): VerifiedCaller,
    Path(business): Path<BusinessRef>,
    IdempotencyKey(key): IdempotencyKey,
    Body(wish): Body<SeriesWish>,
) -> ApiResult<Created<Series>> {
    let series = booking::book(&app, caller.user, &business, &wish, key.as_deref()).await?;
    outbox::deliver_after(&background, &app);
    Ok(Created(series))
}

pub(in crate::appointments) async fn preview(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    Path(business): Path<BusinessRef>,
    Body(wish): Body<SeriesWish>,
) -> ApiResult<Current<SeriesPreview>> {
    booking::preview(&app, caller.user, &business, &wish).await.map(Current)
}

pub(in crate::appointments) async fn mine(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    Path(id): Path<SeriesId>,
) -> ApiResult<Json<Series>> {
    let found = store::one(&app.connection().await?, id, caller.user).await?;
    Ok(Json(found.ok_or(Code::NotFound)?))
}

pub(in crate::appointments) async fn cancel_mine(
    State(app): State<App>,
    background: Background,
    language: Language,
    VerifiedCaller(caller): VerifiedCaller,
    Path(id): Path<SeriesId>,
    OptionalBody(Reason(reason)): OptionalBody<Reason>,
) -> ApiResult<Json<Done<SeriesCancelled>>> {
    let cancelled = cancelling::cancel(&app, caller.user, id, reason.as_str()).await?;
    outbox::deliver_after(&background, &app);
    Ok(Done::saying(cancelled, &Message::SeriesCancelled, language))
}
