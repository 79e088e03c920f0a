//! English.

use std::borrow::Cow;

use super::{Catalogue, Category, Message};
use crate::{http::Code, mail::Words};

pub(super) const CATALOGUE: Catalogue = Catalogue {
    days: ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
    category,
    text,
    verification_mail,
    password_reset_mail,
};

fn category(category: Category) -> &'static str {
    match category {
        Category::Hairdresser => "Hairdressers",
        Category::Doctor => "Doctors",
        Category::Beauty => "Beauty salons",
        Category::Spa => "Spa and massage",
        Category::Fitness => "Fitness",
        Category::Other => "Other",
    }
}

fn verification_mail(minutes: i64) -> Words {
    Words {
        subject: "Your Sessly verification code",
        before: "This code confirms your e-mail address:",
        after: format!(
            "It is valid for {minutes} minutes. If you did not create a Sessly account, you can ignore this message."
        ),
    }
}

fn password_reset_mail(minutes: i64) -> Words {
    Words {
        subject: "Your new Sessly password",
        before: "This code lets you choose a new password:",
        after: format!(
            "It is valid for {minutes} minutes. If you did not ask for a new password, you can ignore this message: the present one still works."
        ),
    }
}

fn code(code: Code) -> &'static str {
    match code {
        Code::InvalidCredentials => "Wrong e-mail, username or password.",
        Code::WrongPassword => "The current password is wrong.",
        Code::InvalidToken => "The token is not valid.",
        Code::TokenExpired => "The token has expired.",
        Code::Unauthorized => "Please sign in.",
        Code::EmailAlreadyExists => "An account with this e-mail address already exists.",
        Code::UsernameAlreadyExists => "This username is taken.",
        Code::EmailNotVerified => "Please verify your e-mail address first.",
        Code::PermissionDenied => "You are not allowed to do this.",
        Code::ValidationError => "Some fields are not right.",
        Code::InvalidInput => "The request could not be read.",
        Code::RequiredField => "This field is required.",
        Code::BadRequest => "The request is not right.",
        Code::SlotUnavailable => "This time is not available.",
        Code::PastBooking => "It is too late to book this time.",
        Code::ServiceNotFound => "There is no such service.",
        Code::BusinessNotFound => "There is no such business.",
        Code::AppointmentNotFound => "There is no such appointment.",
        Code::StaffNotFound => "There is no such staff member.",
        Code::NotFound => "There is nothing here.",
        Code::InvalidVerificationCode => "The code is not right.",
        Code::VerificationCodeExpired => "The code has expired. Ask for a new one.",
        Code::VerificationCodeUsed => "The code has already been used.",
        Code::EmailAlreadyVerified => "This e-mail address is already verified.",
        Code::InvalidStatusTransition => "The appointment's status does not allow this.",
        Code::CancellationWindowPassed => "It is too late to cancel or move this appointment.",
        Code::IdempotencyKeyReused => "This Idempotency-Key was used for a different request.",
        Code::Conflict => "This conflicts with how things are now.",
        Code::MethodNotAllowed => "This method is not allowed here.",
        Code::PayloadTooLarge => "The request is too large.",
        Code::UnsupportedMediaType => "The content type has to be application/json.",
        Code::RateLimited => "Too many requests. Try again in a moment.",
        Code::ServiceUnavailable => "The service is unavailable for a moment. Try again.",
        Code::ServerError => "Something went wrong on our side.",
    }
}

fn text(message: &Message) -> Cow<'static, str> {
    Cow::Borrowed(match message {
        Message::Code(error) => code(*error),
        Message::TooShort(least) => return format!("At least {least} characters.").into(),
        Message::TooLong(most) => return format!("At most {most} characters.").into(),
        Message::TooManyItems(most) => return format!("At most {most} items.").into(),
        Message::OutOfRange(from, to) => return format!("A number from {from} to {to}.").into(),
        Message::BusinessStillBooked(upcoming) => {
            return format!(
                "The business has upcoming bookings: {upcoming}. Cancel them, or wait until they are over."
            )
            .into();
        }
        Message::StaffStillBooked(upcoming) => {
            return format!(
                "This person has upcoming bookings: {upcoming}. Move them to somebody else or cancel them."
            )
            .into();
        }
        Message::StaffFull(most) => return format!("A business has at most {most} staff.").into(),
        Message::StillBooked(upcoming) => {
            return format!(
                "Your business still has bookings ahead: {upcoming}. Cancel them or hand them over first."
            )
            .into();
        }
        Message::Required => "This field is required.",
        Message::Blank => "This field may not be blank.",
        Message::NotText => "This has to be text.",
        Message::NotAWholeNumber => "This has to be a whole number.",
        Message::NotABoolean => "This has to be true or false.",
        Message::NotAList => "This has to be a list.",
        Message::NotAnObject => "This has to be an object.",
        Message::NotAnId => "This is not a valid id.",
        Message::NotADate => "A date looks like 2026-01-31.",
        Message::NotATime => "A time looks like 09:30.",
        Message::NotAnEmail => "Enter a valid e-mail address.",
        Message::NotAPhoneNumber => "Enter a valid phone number.",
        Message::NotAUsername => "A username is made of letters, digits and @ . + - _ only.",
        Message::NotAnAmount => "An amount looks like 120.00.",
        Message::AmountTooFine => "The amount is finer than the currency's smallest coin.",
        Message::NotACurrency => "A currency has three letters, like PLN.",
        Message::NotACategory => "There is no such category.",
        Message::NotATimeZone => "There is no such time zone.",
        Message::NotACountry => "A country has two letters, like PL.",
        Message::NotASlug => "Lower-case letters, digits and single hyphens only, at most 60.",
        Message::NotAWebAddress => "A web address starts with https:// or http://.",
        Message::NotANip => "This is not a valid NIP.",
        Message::NotACoordinate => "This is not a valid coordinate.",
        Message::HalfAPoint => "Latitude and longitude belong together.",
        Message::NeedsAPoint => "This needs lat and lng.",
        Message::NotAnOrdering => "Either relevance, name, distance or rating.",
        Message::NotAColor => "A colour looks like #a1b2c3.",
        Message::NotAStatus => "There is no such status.",
        Message::NotALanguage => "We do not speak this language.",
        Message::NotUpcomingOrPast => "Either upcoming or past.",
        Message::ControlCharacter => "There is a character in it that is not allowed.",
        Message::ReservedSlug => "This address is reserved.",
        Message::NoSuchPerson => "There is no such person.",
        Message::NotOneOfTheServices => "These are not all services of this business.",
        Message::PasswordTooShort => "The password needs at least 8 characters.",
        Message::PasswordOnlyDigits => "The password may not consist of digits only.",
        Message::PasswordCommon => "This password is too common.",
        Message::PasswordLikeName => "The password is too similar to your name or address.",
        Message::PasswordsDiffer => "The passwords do not match.",
        Message::ClosesBeforeOpening => "Closing has to be after opening.",
        Message::HoursMissing => "An open day needs opening and closing times.",
        Message::BreakOutsideHours => "Breaks have to lie within the opening hours and may not overlap.",
        Message::OpeningHoursOverlap => "These hours overlap with others on the same day.",
        Message::DayTwice => "This day is given twice.",
        Message::NotJson => "The body is not valid JSON.",
        Message::BadQuery => "The query string could not be read.",
        Message::SlugTaken => "This address is taken.",
        Message::BadIdempotencyKey => "An Idempotency-Key has 1 to 255 visible ASCII characters.",
        Message::TooLateToCancel => "This appointment is over or already cancelled.",
        Message::TooLateToReschedule => "This appointment has begun, is over or was cancelled.",
        Message::VisitNotBegun => "The visit has not begun yet.",
        Message::OwnerStays => "The owner's entry cannot be removed.",
        Message::AlreadyOnStaff => "This person is on the staff or invited already.",
        Message::AlreadyJoined => "This person has joined already.",
        Message::InvitationInvalid => "This invitation is not valid any more. Ask for a new one.",
        Message::InvitationExpired => "This invitation has expired. Ask for a new one.",
        Message::InvitationForAnother => {
            "This invitation is for another e-mail address. Sign in with the account that has it."
        }
        Message::EmailVerified => "Your e-mail address is verified.",
        Message::CodeSentIfUnverified => {
            "If there is an unverified account with this address, a code is on its way."
        }
        Message::CodeSentIfKnown => "If there is an account with this address, a code is on its way.",
        Message::PasswordChanged => "Your password is changed.",
        Message::FavoriteAdded => "Added to your favourites.",
        Message::FavoriteRemoved => "Removed from your favourites.",
        Message::AppointmentCancelled => "The appointment is cancelled.",
        Message::OpeningHoursSaved => "The opening hours are saved.",
        Message::AppointmentRescheduled => "The appointment is moved.",
        Message::InvitationAccepted => "Welcome to the team.",
        Message::StaffMember => "Staff member",
    })
}
