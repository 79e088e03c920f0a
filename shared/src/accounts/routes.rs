//! `/api/users/`: registration, codes, sign-in, tokens (function `auth`) and the caller's own account
//! (function `users`).

use axum::{
    Json, Router,
    extract::State,
    http::{HeaderMap, StatusCode, header::USER_AGENT},
    routing::{get, post},
};
use serde::Serialize;
use serde_json::{Value, json};

use super::{
    caller::Caller,
    fields::{Email, Password},
    passwords::Passwords,
    registration::{self, Registration},
    sessions::{self, TokenPair},
    store::{self, User},
    tokens::RefreshField,
};
use crate::{
    app::App,
    host::Background,
    http::{ApiResult, Body, Code, Form, FromForm, OptionalBody, form::Text},
    language::{Language, Message},
    outbox,
};

/// The routes of the function `auth`.
pub fn auth_routes() -> Router<App> {
    Router::new()
        .route("/api/users/register", post(register))
        .route("/api/users/verify-email", post(verify_email))
        .route("/api/users/verify-email/resend", post(resend_code))
        .route("/api/users/login", post(login))
        .route("/api/users/token/refresh", post(refresh))
        .route("/api/users/logout", post(logout))
}

/// The routes of the function `users`.
pub fn user_routes() -> Router<App> {
    Router::new().route("/api/users/me", get(me))
}

#[derive(Serialize)]
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
) -> ApiResult<(StatusCode, Json<SignedIn>)> {
    let (user, tokens) = registration::register(&app, registration, language, user_agent(&headers)).await?;
    outbox::deliver_after(&background, &app);
    Ok((StatusCode::CREATED, Json(SignedIn { user, tokens })))
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
    Body(VerifyEmail { email, code }): Body<VerifyEmail>,
) -> ApiResult<Json<Value>> {
    registration::verify(&app, &email, code.as_str()).await?;
    Ok(done(&Message::EmailVerified, language))
}

struct EmailOnly(Email);

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
) -> ApiResult<Json<Value>> {
    registration::resend(&app, &email).await?;
    outbox::deliver_after(&background, &app);
    Ok(done(&Message::CodeSentIfUnverified, language))
}

fn done(message: &Message, language: Language) -> Json<Value> {
    Json(json!({ "success": true, "message": message.text(language) }))
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
    headers: HeaderMap,
    Body(Login { identifier, password }): Body<Login>,
) -> ApiResult<Json<SignedIn>> {
    let found = store::user_to_sign_in(&app.connection().await?, identifier.as_str()).await?;
    let (user, hash) = found.unzip();
    let password = password.into_text();
    let right = app.passwords().verify(password.clone(), hash.clone()).await?;
    let user = user.filter(|_| right).ok_or(Code::InvalidCredentials)?;
    if !user.email_verified {
        return Err(Code::EmailNotVerified.into());
    }
    let renewed = match hash.filter(|hash| Passwords::is_outdated(hash)) {
        Some(old) => Some((old, app.passwords().hash(password).await?)),
        None => None,
    };
    let mut connection = app.connection().await?;
    let tx = connection.begin().await?;
    if let Some((old, new)) = renewed {
        store::renew_hash(&tx, user.id, &old, &new).await?;
    }
    let tokens = sessions::start(&tx, &app, user.id, user_agent(&headers)).await?;
    tx.commit().await?;
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
) -> ApiResult<StatusCode> {
    let connection = app.connection().await?;
    match token.and_then(|token| token.0) {
        Some(secret) => sessions::sign_out(&connection, caller.bearer(), &secret, app.now()).await?,
        None => sessions::revoke(&connection, caller.session, app.now()).await?,
    }
    Ok(StatusCode::RESET_CONTENT)
}

async fn me(State(app): State<App>, caller: Caller) -> ApiResult<Json<User>> {
    let user = store::user(&app.connection().await?, caller.user).await?;
    Ok(Json(user.ok_or(Code::InvalidToken)?))
}
