//! What people may change about themselves.

use super::{
    fields::{PersonName, Phone, Username},
    preferences::Chosen,
    store::{self, User},
};
use crate::{
    app::App,
    http::{ApiError, Code, Form, FromForm, Patch, form::Text},
    ids::UserId,
    language::{Language, Message},
};

/// Someone's profile as it is to be. What they may not choose (a role, a verified address…) is not here, and so is ignored.
pub(super) struct Profile {
    pub(super) username: Username,
    /// Not to be changed here; clients that send the whole profile back send it too.
    email: Text<0, 254>,
    pub(super) first_name: PersonName,
    pub(super) last_name: PersonName,
    pub(super) phone: Phone,
    locale: Language,
    preferences: Chosen,
}

impl FromForm for Profile {
    fn from_form(form: &mut Form) -> Option<Self> {
        let username = form.required("username");
        let email = form.or("email", Text::default());
        let first_name = form.or("first_name", PersonName::default());
        let last_name = form.or("last_name", PersonName::default());
        let phone = form.or("phone", Phone::default());
        let locale = form.or("locale", Language::default());
        let preferences = form.object("preferences");
        Some(Self {
            username: username?,
            email: email?,
            first_name: first_name?,
            last_name: last_name?,
            phone: phone?,
            locale: locale?,
            preferences: preferences?.unwrap_or_default(),
        })
    }
}

impl Profile {
    /// The language has two names, `locale` and `preferences.language`. The one that differs from how things are
    /// counts, and if both do, the first.
    fn language(&self, current: Language) -> Language {
        match self.preferences.language {
            Some(preferred) if self.locale == current => preferred,
            _ => self.locale,
        }
    }
}

/// Changes what the patch mentions.
///
/// # Errors
/// `VALIDATION_ERROR`, also for another address; `USERNAME_ALREADY_EXISTS`.
pub(super) async fn change(app: &App, user: UserId, patch: Patch<Profile>) -> Result<User, ApiError> {
    let now = app.now();
    let mut connection = app.connection().await?;
    let tx = connection.begin().await?;
    let current = store::user_to_change(&tx, user).await?.ok_or(Code::InvalidToken)?;
    let profile = patch.onto(&current)?;
    if !profile.email.as_str().eq_ignore_ascii_case(&current.email) {
        return Err(ApiError::invalid_field("email", Message::EmailStays));
    }
    let language = profile.language(current.locale);
    let preferences = profile.preferences.after(current.stored_preferences, now);
    store::update(&tx, user, &profile, language, preferences, now).await?;
    let changed = store::user(&tx, user).await?.ok_or(Code::InvalidToken)?;
    tx.commit().await?;
    Ok(changed)
}
