//! `/api/users/`: registration, codes, sign-in, tokens and passwords (function `auth`), and the caller's own account,
//! sessions and favourites (function `users`). Here are the tables of both, and what leads to being signed in.

mod devices;
mod favorites;
mod me;
mod passwords;

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, header::USER_AGENT},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    caller::Caller,
    codes::Answer,
    fields::{Email, Password},
    registration::{self, Registration},
    sessions::{self, TokenPair},
    sign_in::{self, Attempt},
    store::User,
    tokens::RefreshField,
};
use crate::{
    app::App,
    host::Background,
    http::{ApiResult, Body, Created, Form, FromForm, OptionalBody, ResetContent, Said, form::Text},
    language::{Language, Message},
    limits::Address,
    openapi::api,
    outbox,
};

api! {
    /// The routes of the function `auth`.
    pub fn auth_routes, auth_operations; "Accounts";

    "/api/users/register" {
        /// Make an account
        ///
        /// And mail a code that verifies the address. Until then, the tokens reach the own account and nothing else.
        post register: Anyone, [EmailAlreadyExists, UsernameAlreadyExists];
    }
    "/api/users/verify-email" {
        /// Verify the address with the mailed code
        post verify_email: Anyone, [
            InvalidVerificationCode, VerificationCodeExpired, VerificationCodeUsed, EmailAlreadyVerified,
        ];
    }
    "/api/users/verify-email/resend" {
        /// Mail another code
        ///
        /// The answer is the same whether or not there is such an account.
        post resend_code: Anyone;
    }
    "/api/users/login" {
        /// Sign in
        ///
        /// With `email` or `username`, either of which may hold either.
        post login: Anyone, [InvalidCredentials, EmailNotVerified];
    }
    "/api/users/token/refresh" {
        /// The next pair of tokens
        ///
        /// The refresh token that was sent stays valid until the one that follows it is used; used again after that,
        /// it ends the session.
        post refresh: Anyone, [InvalidToken, TokenExpired, EmailNotVerified];
    }
    "/api/users/logout" {
        /// Sign out
        ///
        /// Ends the session of the `refresh` token, or without one the session that asks.
        post logout: SignedIn;
    }
    "/api/users/change-password" {
        /// Change the password
        ///
        /// Every other session ends.
        put passwords::change: Verified, [WrongPassword];
        /// Change the password
        ///
        /// As with PUT.
        post passwords::change: Verified, [WrongPassword];
    }
    "/api/users/password-reset" {
        /// Mail a code to choose a new password with
        ///
        /// The answer is the same, and takes as long, whether or not there is such an account.
        post passwords::ask_for_reset: Anyone;
    }
    "/api/users/password-reset/confirm" {
        /// Choose a new password with the mailed code
        ///
        /// Every session ends, and the address is verified.
        post passwords::reset: Anyone, [InvalidVerificationCode, VerificationCodeExpired, VerificationCodeUsed];
    }
}

api! {
    /// The routes of the function `users`.
    pub fn user_routes, user_operations; "Own account";

    "/api/users/me" {
        /// The own account
        get me::me: SignedIn;
        /// Change the profile and preferences
        ///
        /// What is not mentioned stays, inside `preferences` too.
        patch me::change: SignedIn, [UsernameAlreadyExists, RequiredField];
        /// Erase the account
        ///
        /// Visits ahead are cancelled, past ones stay without a name, an own business is closed. Refused while the own
        /// business has bookings ahead, with `details` = `{"business", "upcoming"}`. A `password` that is sent has to
        /// be right.
        delete me::erase: SignedIn, [WrongPassword, Conflict];
    }
    "/api/users/me/export" {
        /// Everything stored about oneself, as one document
        get me::export: Verified;
    }
    "/api/users/sessions" {
        /// Where one is signed in
        get devices::list: Verified;
    }
    "/api/users/sessions/{session}" {
        /// End a session
        delete devices::end: Verified;
    }
    "/api/users/favorites" {
        /// One's favourites, the latest first
        get favorites::list: Verified;
    }
    "/api/users/favorites/{business}" {
        /// Make a business a favourite, or no longer
        post favorites::toggle: Verified;
    }
}

#[derive(Serialize, ToSchema)]
struct SignedIn {
    user: User,
    #[serde(flatten)]
    tokens: TokenPair,
}

async fn register(
    State(app): State<App>,
    language: Language,
    background: Background,
    headers: HeaderMap,
    Body(registration): Body<Registration>,
) -> ApiResult<Created<SignedIn>> {
    let (user, tokens) = registration::register(&app, registration, language, user_agent(&headers)).await?;
    outbox::deliver_after(&background, &app);
    Ok(Created(SignedIn { user, tokens }))
}

fn user_agent(headers: &HeaderMap) -> &str {
    headers.get(USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

struct VerifyEmail {
    email: Email,
    code: Text<1, 32>,
}

impl FromForm for VerifyEmail {
    fn from_form(form: &mut Form) -> Option<Self> {
        let email = form.required("email");
        let code = form.required("code");
        Some(Self { email: email?, code: code? })
    }
}

async fn verify_email(
    State(app): State<App>,
    language: Language,
    from: Address,
    Body(VerifyEmail { email, code }): Body<VerifyEmail>,
) -> ApiResult<Json<Said>> {
    registration::verify(&app, &Answer { email: &email, digits: code.as_str(), from }).await?;
    Ok(Said::new(&Message::EmailVerified, language))
}

/// Where a code is asked for. What cannot be an address is nobody's, and answered like any that is.
struct EmailOnly(Text<1, 254>);

impl FromForm for EmailOnly {
    fn from_form(form: &mut Form) -> Option<Self> {
        form.required("email").map(Self)
    }
}

async fn resend_code(
    State(app): State<App>,
    language: Language,
    background: Background,
    Body(EmailOnly(email)): Body<EmailOnly>,
) -> ApiResult<Json<Said>> {
    registration::resend(&app, email.as_str()).await?;
    outbox::deliver_after(&background, &app);
    Ok(Said::new(&Message::CodeSentIfUnverified, language))
}

struct Login {
    identifier: Text<1, 254>,
    password: Password,
}

impl FromForm for Login {
    fn from_form(form: &mut Form) -> Option<Self> {
        let email = form.unless_empty("email");
        let username = form.unless_empty("username");
        let password = form.required("password");
        let identifier = match (email?, username?) {
            (Some(identifier), _) | (None, Some(identifier)) => Some(identifier),
            (None, None) => form.refuse("email", Message::Required),
        };
        Some(Self { identifier: identifier?, password: password? })
    }
}

async fn login(
    State(app): State<App>,
    from: Address,
    headers: HeaderMap,
    Body(Login { identifier, password }): Body<Login>,
) -> ApiResult<Json<SignedIn>> {
    let attempt =
        Attempt { identifier: identifier.as_str(), password, from, user_agent: user_agent(&headers) };
    let (user, tokens) = sign_in::sign_in(&app, attempt).await?;
    Ok(Json(SignedIn { user, tokens }))
}

struct Refresh(RefreshField);

impl FromForm for Refresh {
    fn from_form(form: &mut Form) -> Option<Self> {
        form.required("refresh").map(Self)
    }
}

async fn refresh(State(app): State<App>, Body(Refresh(token)): Body<Refresh>) -> ApiResult<Json<TokenPair>> {
    sessions::refresh(&app, token.0).await.map(Json)
}

struct Logout(Option<RefreshField>);

impl FromForm for Logout {
    fn from_form(form: &mut Form) -> Option<Self> {
        form.optional("refresh").map(Self)
    }
}

async fn logout(
    State(app): State<App>,
    caller: Caller,
    OptionalBody(Logout(token)): OptionalBody<Logout>,
) -> ApiResult<ResetContent> {
    let connection = app.connection().await?;
    match token.and_then(|token| token.0) {
        Some(secret) => sessions::sign_out(&connection, caller.bearer(), &secret, app.now()).await?,
        None => sessions::revoke(&connection, caller.session, app.now()).await?,
    }
    Ok(ResetContent)
}
