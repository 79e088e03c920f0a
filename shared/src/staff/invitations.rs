//! Inviting people to the staff by e-mail. The mail's token is random, kept as a hash, good for two weeks and for one
//! use, by whoever has the address that was invited. Nothing tells whether anybody with that address has an account.
//!
//! Those mails go to people who have not asked for any. How many one user has sent in a day is limited, at whichever of
//! their businesses; and of open invitations a business has no more than entries in its staff.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::SignedDuration;
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

use super::{
    invitation_store::{self as store, Invitation},
    member::{self, Lock, StaffMember},
    team,
};
use crate::{
    accounts::{Caller, Email},
    app::App,
    businesses::Manager,
    db::Transaction,
    http::{ApiError, Code, Field, Form, FromForm, form::text_of},
    ids::{StaffMemberId, UserId},
    language::Message,
    limits::{self, Counted},
    outbox::{self, Notice},
};

const VALID: SignedDuration = SignedDuration::from_hours(14 * 24);

/// What proves an invitation: 256 bits that nobody can guess.
pub(super) struct Token([u8; 32]);

impl Token {
    /// What is stored. The token is random, so a plain hash is as good as a slow one.
    fn hash(&self) -> Vec<u8> {
        Sha256::digest(self.0).to_vec()
    }
}

/// A token as a body's field: any text, of which one that cannot be a token is simply not valid.
pub(super) struct TokenField(Option<Token>);

impl Field for TokenField {
    fn parse(value: &Value) -> Result<Self, Message> {
        let bytes = URL_SAFE_NO_PAD.decode(&*text_of(value)?).ok().and_then(|bytes| bytes.try_into().ok());
        Ok(Self(bytes.map(Token)))
    }
}

/// What accepts an invitation.
pub(super) struct Acceptance(TokenField);

impl FromForm for Acceptance {
    fn from_form(form: &mut Form) -> Option<Self> {
        form.required("token").map(Self)
    }
}

/// Whom to invite; `None`: whoever was invited before.
pub(super) struct Invitee(Option<Email>);

impl FromForm for Invitee {
    fn from_form(form: &mut Form) -> Option<Self> {
        form.unless_empty("email").map(Self)
    }
}

/// Invites somebody to a locked entry; an earlier invitation to it is void.
///
/// # Errors
/// `CONFLICT` if the address is on the staff, or invited, already; `RATE_LIMITED`.
pub(super) async fn send(
    tx: &Transaction<'_>,
    app: &App,
    manager: &Manager,
    staff: StaffMemberId,
    email: &str,
) -> Result<(), ApiError> {
    let (now, business) = (app.now(), manager.business);
    let token = Token(rand::random());
    let invitation = Invitation {
        business,
        staff,
        email,
        token_hash: token.hash(),
        created_at: now,
        expires_at: now + VALID,
    };
    if !store::invite(tx, &invitation).await? {
        return Err(ApiError::conflict(Message::AlreadyOnStaff));
    }
    count(tx, app, manager.user).await?;
    let token = URL_SAFE_NO_PAD.encode(token.0);
    Ok(outbox::add(tx, now, &Notice::StaffInvitation { staff, token }).await?)
}

/// Counts an invitation, unless the transaction comes to nothing.
async fn count(tx: &Transaction<'_>, app: &App, by: UserId) -> Result<(), ApiError> {
    let Some(rate) = app.config().rate_limits.invitations else { return Ok(()) };
    let standing = limits::take(tx, &Counted::Invitations(by).at(rate, app.keys()), app.now()).await?;
    if standing.allowed { Ok(()) } else { Err(ApiError::rate_limited(standing)) }
}

/// Invites somebody to an entry that is nobody's yet, once more or for the first time.
///
/// # Errors
/// `STAFF_NOT_FOUND`; `PERMISSION_DENIED` if a manager would let somebody become one; `REQUIRED_FIELD` if nobody was
/// invited before and no address is given; `CONFLICT` if somebody has joined, and as in [`send`].
pub(super) async fn invite(
    app: &App,
    manager: &Manager,
    id: StaffMemberId,
    Invitee(email): &Invitee,
) -> Result<StaffMember, ApiError> {
    let mut connection = app.connection().await?;
    let tx = connection.begin_as(manager.user, app.now()).await?;
    let entry = member::lock(&tx, manager.business, id, Lock::Changes).await?.ok_or(Code::StaffNotFound)?;
    team::may_decide_on(manager, &entry)?;
    if entry.user.is_some() {
        return Err(ApiError::conflict(Message::AlreadyJoined));
    }
    let email = match email {
        Some(email) => Some(email.as_str().to_owned()),
        None => store::invited(&tx, id).await?,
    };
    let email = email.ok_or_else(|| ApiError::invalid_field("email", Message::Required))?;
    send(&tx, app, manager, id, &email).await?;
    team::finish(tx, manager.business, id).await
}

/// Where somebody works from now on, and as what.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Accepted {
    business: store::Place,
    staff: StaffMember,
}

/// Makes the entry that a token was sent for the caller's.
///
/// # Errors
/// `INVALID_VERIFICATION_CODE` if there is no such invitation any more; `VERIFICATION_CODE_EXPIRED`;
/// `PERMISSION_DENIED` if it is for another address; `CONFLICT` if the caller is on the staff already.
pub(super) async fn accept(
    app: &App,
    caller: &Caller,
    Acceptance(TokenField(token)): &Acceptance,
) -> Result<Accepted, ApiError> {
    let void = || ApiError::invitation_refused(Code::InvalidVerificationCode, Message::InvitationInvalid);
    let hash = token.as_ref().map(Token::hash).ok_or_else(void)?;
    let now = app.now();
    let mut connection = app.connection().await?;
    let tx = connection.begin_as(caller.user, now).await?;
    let open = store::open(&tx, &hash, caller.user).await?.ok_or_else(void)?;
    if !open.is_for_caller {
        return Err(ApiError::invitation_refused(Code::PermissionDenied, Message::InvitationForAnother));
    }
    if open.expires_at <= now {
        return Err(ApiError::invitation_refused(Code::VerificationCodeExpired, Message::InvitationExpired));
    }
    if !store::use_up(&tx, open.staff, &hash).await? {
        return Err(void());
    }
    store::join(&tx, open.staff, caller.user, now).await?;
    let staff = team::finish(tx, open.place.id, open.staff).await?;
    Ok(Accepted { business: open.place, staff })
}
