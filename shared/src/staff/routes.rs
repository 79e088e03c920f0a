//! `/api/businesses/{slug}/staff/`, and where invitations to it are accepted.

use axum::{Json, extract::State};

use super::{
    entry::{Entry, NewMember},
    invitations::{self, Acceptance, Accepted, Invitee},
    member::{self, StaffMember},
    seen::SeenMember,
    store, team,
};
use crate::{
    accounts::{MaybeCaller, VerifiedCaller},
    app::App,
    businesses::{self, BusinessRef},
    host::Background,
    http::{
        ApiResult, Body, Code, Created, Done, NoContent, OptionalBody, Params, Patch, Path, Put, Seen,
        page::{Page, PageRequest},
    },
    ids::StaffMemberId,
    language::{Language, Message},
    locations::{Asked, Shown},
    openapi::api,
    outbox,
};

api! {
    /// Routes of the function `management`.
    pub fn routes, operations; "Staff";

    "/api/businesses/staff-invitations/accept" {
        /// Accept an invitation to the staff
        ///
        /// With the token from the mail, by whoever has the address that it went to. It works once.
        post accept: Verified, [
            InvalidVerificationCode, VerificationCodeExpired, PermissionDenied, Conflict,
        ];
    }
    "/api/businesses/{business}/staff" {
        /// Who works there
        ///
        /// Of a business in several places, who offers something at the first one; with `location_id`, at that one. Those who work
        /// there too see everybody unless they ask for one, with addresses, usernames and open invitations.
        get list: Anyone;
        /// Add somebody to the staff
        ///
        /// By `user_id`, by an `email` that is invited, or by a `display_name` only. Only owners add managers.
        post add: Manages, [Conflict, RequiredField];
    }
    "/api/businesses/{business}/staff/{member}" {
        /// One of the staff
        get one: Anyone;
        /// Say anew who one of the staff is
        ///
        /// Only owners make and unmake managers.
        put replace: Manages;
        /// Change some of what is said about one of the staff
        patch change: Manages;
        /// Remove somebody from the staff
        ///
        /// Refused while they have bookings to come: `details` says how many. Past appointments stay.
        delete remove: Manages, [Conflict];
    }
    "/api/businesses/{business}/staff/{member}/invite" {
        /// Invite somebody to an entry of the staff
        ///
        /// Whoever was invited before, if no address is given. An earlier invitation is void.
        post invite: Manages, [Conflict, RequiredField];
    }
}

async fn list(
    State(app): State<App>,
    MaybeCaller(caller): MaybeCaller,
    Path(business): Path<BusinessRef>,
    Params(Asked(location)): Params<Asked>,
    page: PageRequest,
) -> ApiResult<Seen<Page<SeenMember>>> {
    let connection = app.connection().await?;
    let has = businesses::has(&connection, &business, location);
    if businesses::works_at(&connection, caller.as_ref(), &business).await? {
        let all = member::all(&connection, &business, Shown::to_colleagues(location));
        let (has, all) = tokio::try_join!(has, all)?;
        if !has {
            return Err(Code::NotFound.into());
        }
        let all = all.into_iter().map(SeenMember::ByColleagues).collect();
        return page.of_all(all).map(Seen::ByColleagues);
    }
    let (has, all) = tokio::try_join!(has, store::public(&connection, &business, Shown::At(location)))?;
    if !has {
        return Err(businesses::nowhere(&connection, &business).await);
    }
    page.of_all(all.into_iter().map(SeenMember::ByEveryone).collect()).map(Seen::ByEveryone)
}

async fn one(
    State(app): State<App>,
    MaybeCaller(caller): MaybeCaller,
    Path((business, member)): Path<(BusinessRef, StaffMemberId)>,
) -> ApiResult<Seen<SeenMember>> {
    let connection = app.connection().await?;
    if businesses::works_at(&connection, caller.as_ref(), &business).await? {
        let found = member::one(&connection, &business, member).await?;
        return Ok(Seen::ByColleagues(SeenMember::ByColleagues(found.ok_or(Code::StaffNotFound)?)));
    }
    let found = store::public_one(&connection, &business, member).await?;
    Ok(Seen::ByEveryone(SeenMember::ByEveryone(found.ok_or(Code::StaffNotFound)?)))
}

async fn add(
    State(app): State<App>,
    background: Background,
    VerifiedCaller(caller): VerifiedCaller,
    Path(business): Path<BusinessRef>,
    Body(new): Body<NewMember>,
) -> ApiResult<Created<StaffMember>> {
    let manager = businesses::manager(&app, &caller, &business).await?;
    let added = team::add(&app, &manager, &new).await?;
    outbox::deliver_after(&background, &app);
    Ok(Created(added))
}

async fn replace(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    Path((business, member)): Path<(BusinessRef, StaffMemberId)>,
    put: Put<Entry>,
) -> ApiResult<Json<StaffMember>> {
    let manager = businesses::manager(&app, &caller, &business).await?;
    team::change(&app, &manager, member, put).await.map(Json)
}

async fn change(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    Path((business, member)): Path<(BusinessRef, StaffMemberId)>,
    patch: Patch<Entry>,
) -> ApiResult<Json<StaffMember>> {
    let manager = businesses::manager(&app, &caller, &business).await?;
    team::change(&app, &manager, member, patch).await.map(Json)
}

async fn remove(
    State(app): State<App>,
    VerifiedCaller(caller): VerifiedCaller,
    Path((business, member)): Path<(BusinessRef, StaffMemberId)>,
) -> ApiResult<NoContent> {
    let manager = businesses::manager(&app, &caller, &business).await?;
    team::remove(&app, &manager, member).await?;
    Ok(NoContent)
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
) -> ApiResult<Json<Done<Accepted>>> {
    let accepted = invitations::accept(&app, &caller, &acceptance).await?;
    Ok(Done::saying(accepted, &Message::InvitationAccepted, language))
}
