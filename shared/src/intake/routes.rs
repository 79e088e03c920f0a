//! `/api/businesses/{slug}/services/{service}/questions/`.

use axum::{Json, extract::State};

use super::{
    keeping,
    question::{Asking, Question},
    store,
};
use crate::{
    accounts::{MaybeCaller, VerifiedCaller},
    app::App,
    businesses::{self, BusinessRef},
    http::{
        ApiResult, Body, Code, Created, NoContent, Patch, Path, Seen,
        page::{Page, PageRequest},
    },
    ids::{QuestionId, ServiceId},
    openapi::api,
    services,
};

api! {
    /// Routes of the function `schedule`.
    pub fn routes, operations; "Intake";

    "/api/businesses/{business}/services/{service}/questions" {
        /// What is asked of whoever books a service
        ///
        /// In the order in which it is to be asked. A booking answers by `answers`.
        get list: Anyone;
        /// Ask something
        ///
        /// Answers to sensitive questions are kept encrypted, for which the deployment needs a key.
        post create: Manages, [Conflict];
    }
    "/api/businesses/{business}/services/{service}/questions/{question}" {
        /// One question
        get one: Anyone;
        /// Change some of a question
        ///
        /// For bookings from then on: answers stay as they were given, to the question as it was asked.
        patch change: Manages;
        /// Ask something no more
        ///
        /// Answers stay.
        delete remove: Manages;
    }
}

async fn list(
    State(app): State<App>,
    MaybeCaller(caller): MaybeCaller,
    Path((business, service)): Path<(BusinessRef, ServiceId)>,
    page: PageRequest,
) -> ApiResult<Seen<Page<Question>>> {
    let connection = app.connection().await?;
    let by_colleague = services::seen(&connection, caller.as_ref(), &business, service).await?;
    let questions = page.of_all(store::of(&connection, service).await?)?;
    Ok(if by_colleague { Seen::ByColleagues(questions) } else { Seen::ByEveryone(questions) })
}

async fn one(
    State(app): State<App>,
    MaybeCaller(caller): MaybeCaller,
    Path((business, service, id)): Path<(BusinessRef, ServiceId, QuestionId)>,
) -> ApiResult<Json<Question>> {
    let connection = app.connection().await?;
    services::seen(&connection, caller.as_ref(), &business, service).await?;
    let found = store::one(&connection, service, id).await?;
    Ok(Json(found.ok_or(Code::NotFound)?))
}

async fn create(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    Path((business, service)): Path<(BusinessRef, ServiceId)>,
    Body(asking): Body<Asking>,
) -> ApiResult<Created<Question>> {
    let manager = businesses::manager(&app, &caller, &business).await?;
    keeping::add(&app, &manager, service, &asking).await.map(Created)
}

async fn change(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    Path((business, service, id)): Path<(BusinessRef, ServiceId, QuestionId)>,
    patch: Patch<Asking>,
) -> ApiResult<Json<Question>> {
    let manager = businesses::manager(&app, &caller, &business).await?;
    keeping::change(&app, &manager, service, id, patch).await.map(Json)
}

async fn remove(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    Path((business, service, id)): Path<(BusinessRef, ServiceId, QuestionId)>,
) -> ApiResult<NoContent> {
    let manager = businesses::manager(&app, &caller, &business).await?;
    keeping::remove(&app, &manager, service, id).await?;
    Ok(NoContent)
}
