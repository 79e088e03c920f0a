//! Another password: `change-password/`, `password-reset/` and `password-reset/confirm/`.

use axum::{Json, extract::State};

use super::{
    super::{
        caller::VerifiedCaller,
        password_change::{self, Change, Reset},
    },
    EmailOnly,
};
use crate::{
    app::App,
    host::Background,
    http::{ApiResult, Body, Said},
    language::{Language, Message},
    limits::Address,
    outbox,
};

pub(super) async fn change(
    State(app): State<App>,
    language: Language,
    VerifiedCaller(caller): VerifiedCaller,
    background: Background,
    from: Address,
    Body(change): Body<Change>,
) -> ApiResult<Json<Said>> {
    password_change::change(&app, &caller, change, from).await?;
    outbox::deliver_after(&background, &app);
    Ok(Said::new(&Message::PasswordChanged, language))
}

pub(super) async fn ask_for_reset(
    State(app): State<App>,
    language: Language,
    background: Background,
    Body(EmailOnly(email)): Body<EmailOnly>,
) -> ApiResult<Json<Said>> {
    password_change::ask(&app, email.as_str()).await?;
    outbox::deliver_after(&background, &app);
    Ok(Said::new(&Message::CodeSentIfKnown, language))
}

pub(super) async fn reset(
    State(app): State<App>,
    language: Language,
    background: Background,
    from: Address,
    Body(reset): Body<Reset>,
) -> ApiResult<Json<Said>> {
    password_change::reset(&app, reset, from).await?;
    outbox::deliver_after(&background, &app);
    Ok(Said::new(&Message::PasswordChanged, language))
}
