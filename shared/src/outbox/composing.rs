//! Wording a message when it leaves, from how things are then: nobody is told "confirmed" of what has been called off
//! since, reminded of what will not take place, or written to against their wish.

use jiff::Timestamp;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::{
    delivery::Claimed,
    notice::{Entry, Notice},
    offer_letter, series_letter, visit_letter,
};
use crate::{
    app::App,
    db::{self, Connection, Sql},
    ids::{HoldId, StaffMemberId, UserId},
    integrations::is_suppressed,
    language::{Language, Occasion},
    mail::{CalendarFile, Letter, Mail},
    sms::Sms,
};

/// What became of a message as it was put into words.
pub(super) enum Draft {
    Mail(Box<Mail>),
    Sms(Sms),
    /// There is nothing to say any more, or nobody to say it to.
    Needless,
    /// What is stored is not what we store.
    Unreadable,
}

/// Where a letter goes.
pub(super) enum To {
    Address(String),
    /// As a text message.
    Number(String),
}

/// A letter and whom it goes to.
pub(super) struct Addressed {
    pub(super) to: To,
    pub(super) language: Language,
    pub(super) letter: Letter,
    pub(super) calendar: Option<CalendarFile>,
    /// Even to addresses that bounced or complained: what someone has just asked for, or has to know of to be safe.
    pub(super) always: bool,
}

/// The mail for a claimed message.
///
/// # Errors
/// If the database fails.
pub(super) async fn compose(app: &App, message: &Claimed) -> Result<Draft, db::Error> {
    let Ok(entry) = serde_json::from_value::<Entry>(message.payload.clone()) else {
        return Ok(Draft::Unreadable);
    };
    if message.superseded {
        return Ok(Draft::Needless);
    }
    let on = app.connection().await?;
    let minutes = app.config().code_life.as_mins();
    let addressed = match entry {
        Entry::Reminder { reminder, appointment, starts_at } => {
            visit_letter::reminder(app, &on, reminder, appointment, starts_at).await?
        }
        Entry::Notice { notice, reader } => match notice {
            Notice::Appointment { appointment, what } => {
                visit_letter::news(app, &on, appointment, what, reader).await?
            }
            Notice::GuestCode { hold, code } => guest_code(app, &on, hold, code).await?,
            Notice::Visit { visit, what, .. } => {
                visit_letter::news_of_all(app, &on, visit, what, reader).await?
            }
            Notice::WaitlistOffer { hold, .. } => offer_letter::offer(app, &on, hold).await?,
            Notice::Series { series, what, at } => {
                series_letter::news(app, &on, series, what, at, reader).await?
            }
            Notice::StaffInvitation { staff, token } => invitation(app, &on, staff, &token).await?,
            // A code was made together with its message, and expires.
            Notice::VerificationCode { .. } | Notice::PasswordResetCode { .. }
                if message.created_at + app.config().code_life <= app.now() =>
            {
                None
            }
            Notice::VerificationCode { user, code } => {
                account(app, &on, user, Occasion::VerificationCode { minutes }, Some(code)).await?
            }
            Notice::PasswordResetCode { user, code } => {
                account(app, &on, user, Occasion::PasswordReset { minutes }, Some(code)).await?
            }
            Notice::PasswordChanged { user } => {
                account(app, &on, user, Occasion::PasswordChanged, None).await?
            }
        },
    };
    let Some(addressed) = addressed else { return Ok(Draft::Needless) };
    let Addressed { to, language, letter, calendar, always } = addressed;
    let to = match to {
        To::Address(to) => to,
        To::Number(to) => return Ok(Draft::Sms(Sms { to, text: letter.in_short() })),
    };
    if !always && is_suppressed(&on, app, &to).await? {
        return Ok(Draft::Needless);
    }
    Ok(letter
        .addressed_to(&to, language, calendar)
        .map_or(Draft::Unreadable, |mail| Draft::Mail(Box::new(mail))))
}

/// A letter about somebody's account; all but the one that verifies an address link to where a password is chosen.
async fn account(
    app: &App,
    on: &Connection,
    user: UserId,
    occasion: Occasion<'_>,
    code: Option<String>,
) -> Result<Option<Addressed>, db::Error> {
    let sql = "select email::text, locale from users where id = $1";
    Ok(on.row(sql, &[&user]).await?.map(|row| {
        let (to, language) = (row.get::<_, String>(0), language_of(row.get(1)));
        let link = match occasion {
            Occasion::VerificationCode { .. } => None,
            _ => Some(page(app, "reset-password", "email", &to)),
        };
        let letter = Letter { words: language.letter(occasion), code, facts: Vec::new(), link };
        Addressed { to: To::Address(to), language, letter, calendar: None, always: true }
    }))
}

/// To who wants to book what is held, while it is and the code is good.
async fn guest_code(
    app: &App,
    on: &Connection,
    hold: HoldId,
    code: String,
) -> Result<Option<Addressed>, db::Error> {
    let sql = "
        select guest_codes.email, businesses.name, guest_codes.locale, guest_codes.expires_at, guest_codes.phone,
               guest_codes.by_sms
        from guest_codes join holds on holds.id = hold_id join businesses on businesses.id = business_id
        where hold_id = $1 and guest_codes.expires_at > $2";
    Ok(on.row(sql, &[&hold, &app.now()]).await?.map(|row| {
        let (business, language) = (row.get::<_, String>(1), language_of(row.get(2)));
        let to = if row.get(5) { To::Number(row.get(4)) } else { To::Address(row.get(0)) };
        let left = row.get::<_, Timestamp>(3).duration_since(app.now()).as_mins().max(1);
        let words = language.letter(Occasion::GuestCode { business: &business, minutes: left });
        let letter = Letter { words, code: Some(code), facts: Vec::new(), link: None };
        Addressed { to, language, letter, calendar: None, always: true }
    }))
}

async fn invitation(
    app: &App,
    on: &Connection,
    staff: StaffMemberId,
    token: &str,
) -> Result<Option<Addressed>, db::Error> {
    // In the language of the invited, if they have an account; else in the owner's.
    let sql = "
        select staff_invitations.email::text, businesses.name, coalesce(invited.locale, owners.locale)
        from staff_invitations
        join staff_members on staff_members.id = staff_invitations.staff_id and staff_members.retired_at is null
        join businesses on businesses.id = staff_invitations.business_id
        join users owners on owners.id = businesses.owner_id
        left join users invited on invited.email = staff_invitations.email
        where staff_invitations.staff_id = $1 and staff_invitations.expires_at > $2
          and businesses.retired_at is null";
    Ok(on.row(sql, &[&staff, &app.now()]).await?.map(|row| {
        let (to, business, language) = (row.get(0), row.get::<_, String>(1), language_of(row.get(2)));
        let words = language.letter(Occasion::StaffInvitation { business: &business });
        let link = Some(page(app, "staff-invitation", "token", token));
        let letter = Letter { words, code: None, facts: Vec::new(), link };
        Addressed { to: To::Address(to), language, letter, calendar: None, always: false }
    }))
}

pub(super) fn language_of(locale: &str) -> Language {
    Language::from_tag(locale).unwrap_or_default()
}

fn page(app: &App, name: &str, parameter: &str, value: &str) -> String {
    let base = &app.config().frontend_base_url;
    format!("{base}/{name}?{parameter}={}", utf8_percent_encode(value, NON_ALPHANUMERIC))
}
