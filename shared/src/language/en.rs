//! English.

use std::borrow::Cow;

use jiff::civil::{Date, Time};

use super::{
    Catalogue, Category, Labels, Message, News, Occasion, Reason, SeriesNames, VisitNames, Words,
    letters::grouped,
};
use crate::{http::Code, scheduling::Holiday};

pub(super) const CATALOGUE: Catalogue = Catalogue {
    days: DAYS,
    category,
    holiday,
    text,
    letter,
    labels: Labels {
        business: "With",
        service: "Service",
        time: "When",
        staff: "Staff",
        price: "Price",
        place: "Where",
        customer: "Customer",
        phone: "Telephone",
        notes: "Notes",
        reason: "Reason",
        before: "Before",
    },
    date,
    time,
    price,
};

const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

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

fn holiday(holiday: Holiday) -> &'static str {
    match holiday {
        Holiday::NewYear => "New Year's Day",
        Holiday::Epiphany => "Epiphany",
        Holiday::Easter => "Easter Sunday",
        Holiday::EasterMonday => "Easter Monday",
        Holiday::LabourDay => "Labour Day",
        Holiday::ConstitutionDay => "Constitution Day",
        Holiday::Pentecost => "Pentecost",
        Holiday::CorpusChristi => "Corpus Christi",
        Holiday::Assumption => "Assumption of Mary",
        Holiday::AllSaints => "All Saints' Day",
        Holiday::IndependenceDay => "Independence Day",
        Holiday::ChristmasEve => "Christmas Eve",
        Holiday::ChristmasDay => "Christmas Day",
        Holiday::SecondDayOfChristmas => "Second Day of Christmas",
    }
}

fn date(date: Date) -> String {
    let weekday = DAYS[usize::from(date.weekday().to_monday_zero_offset().unsigned_abs())];
    let month = MONTHS[usize::from(date.month().unsigned_abs()) - 1];
    format!("{weekday}, {} {month} {}", date.day(), date.year())
}

fn time(time: Time) -> String {
    format!("{:02}:{:02}", time.hour(), time.minute())
}

fn price(decimal: &str, currency: &str) -> String {
    format!("{currency}\u{a0}{}", grouped(decimal, ",", "."))
}

fn letter(occasion: Occasion<'_>) -> Words {
    match occasion {
        Occasion::VerificationCode { minutes } => Words {
            subject: "Your Sessly verification code".to_owned(),
            before: vec!["This code confirms your e-mail address:".to_owned()],
            link: "",
            after: vec![
                valid_for(minutes),
                "If you did not create a Sessly account, you can ignore this message.".to_owned(),
            ],
        },
        Occasion::PasswordReset { minutes } => Words {
            subject: "Your new Sessly password".to_owned(),
            before: vec!["This code lets you choose a new password:".to_owned()],
            link: "Choose a new password",
            after: vec![
                valid_for(minutes),
                "If you did not ask for a new password, you can ignore this message: the present one still works."
                    .to_owned(),
            ],
        },
        Occasion::PasswordChanged => Words {
            subject: "Your Sessly password was changed".to_owned(),
            before: vec!["The password of your Sessly account has just been changed.".to_owned()],
            link: "Choose a new password",
            after: vec![
                "If that was not you, choose a new password at once: it ends every session as well.".to_owned(),
            ],
        },
        Occasion::StaffInvitation { business } => Words {
            subject: format!("You are invited to join {business}"),
            before: vec![format!("{business} invites you to join its team on Sessly.")],
            link: "Accept the invitation",
            after: vec!["If you do not expect this invitation, you can ignore this message.".to_owned()],
        },
        Occasion::GuestCode { business, minutes } => Words {
            subject: format!("Your code to book at {business}"),
            before: vec![format!("This code completes your booking at {business}:")],
            link: "",
            after: vec![
                valid_for(minutes),
                "If you are not booking anything there, you can ignore this message.".to_owned(),
            ],
        },
        Occasion::WaitlistOffer(offer) => Words {
            subject: format!("A time has become free: {}, {}", offer.business, offer.start),
            before: vec![
                "You are on the waitlist, and a time that suits you has become free.".to_owned(),
                format!("We keep it for you until {}. After that it is offered to the next person.", offer.until),
            ],
            link: "Book it or let it go",
            after: vec!["If you let it go, you stay on the waitlist.".to_owned()],
        },
        Occasion::ForCustomer(news, visit) => for_customer(news, visit),
        Occasion::ForBusiness(news, visit) => for_business(news, visit),
        Occasion::SeriesForCustomer(news, series) => series_for_customer(news, series),
        Occasion::SeriesForBusiness(news, series) => series_for_business(news, series),
    }
}

fn valid_for(minutes: i64) -> String {
    let unit = if minutes == 1 { "minute" } else { "minutes" };
    format!("It is valid for {minutes} {unit}.")
}

fn for_customer(news: News, visit: &VisitNames<'_>) -> Words {
    let VisitNames { business, start, deadline, .. } = visit;
    let cancelled = format!("We are sorry: {business} has cancelled this appointment. You can choose another time.");
    let (subject, before) = match news {
        News::Received => (
            format!("Booking received: {business}, {start}"),
            "Your booking has been received and waits to be confirmed. We will let you know.",
        ),
        News::Confirmed => (format!("Confirmed: {business}, {start}"), "Your appointment is confirmed."),
        News::CancelledByCustomer => {
            (format!("Cancelled: {business}, {start}"), "Your appointment has been cancelled.")
        }
        News::CancelledByBusiness => (format!("Cancelled: {business}, {start}"), cancelled.as_str()),
        News::Rescheduled => {
            (format!("New time: {business}, {start}"), "Your appointment has been moved to another time.")
        }
        News::Reminder => (format!("Reminder: {business}, {start}"), "This is a reminder of your appointment."),
    };
    let mut after = Vec::new();
    if let Some(deadline) = deadline {
        after.push(format!("You can cancel or move the appointment until {deadline}."));
    }
    after.push("You can turn off messages about appointments in your account's settings.".to_owned());
    Words { subject, before: vec![before.to_owned()], link: "See the appointment", after }
}

fn for_business(news: News, visit: &VisitNames<'_>) -> Words {
    let VisitNames { customer, start, .. } = visit;
    let (subject, before) = match news {
        News::Received => (format!("New booking: {customer}, {start}"), "A new booking waits for you to confirm it."),
        News::Confirmed | News::Reminder => {
            (format!("New appointment: {customer}, {start}"), "You have a new appointment.")
        }
        News::CancelledByCustomer => {
            (format!("Cancelled: {customer}, {start}"), "The customer has cancelled this appointment.")
        }
        News::CancelledByBusiness => {
            (format!("Cancelled: {customer}, {start}"), "Your team has cancelled this appointment.")
        }
        News::Rescheduled => {
            (format!("New time: {customer}, {start}"), "This appointment has been moved to another time.")
        }
    };
    Words { subject, before: vec![before.to_owned()], link: "See the appointment", after: Vec::new() }
}

fn series_for_customer(news: News, series: &SeriesNames<'_>) -> Words {
    let SeriesNames { business, start, .. } = series;
    let (subject, before) = match news {
        News::CancelledByCustomer => (
            format!("Cancelled: {business}, appointments from {start}"),
            "These appointments of your series have been cancelled.",
        ),
        News::Confirmed => (
            format!("Confirmed: {business}, appointments from {start}"),
            "Your appointments are confirmed. Each can be moved or cancelled on its own.",
        ),
        _ => (
            format!("Booking received: {business}, appointments from {start}"),
            "Your bookings have been received and wait to be confirmed. Each can be moved or cancelled on its own.",
        ),
    };
    let after = vec!["You can turn off messages about appointments in your account's settings.".to_owned()];
    Words { subject, before: vec![before.to_owned()], link: "See the first appointment", after }
}

fn series_for_business(news: News, series: &SeriesNames<'_>) -> Words {
    let SeriesNames { customer, start, .. } = series;
    let (subject, before) = match news {
        News::CancelledByCustomer => (
            format!("Cancelled: {customer}, appointments from {start}"),
            "The customer has cancelled these appointments of a series.",
        ),
        News::Confirmed => {
            (format!("New appointments: {customer}, from {start}"), "You have a new series of appointments.")
        }
        _ => (
            format!("New bookings: {customer}, from {start}"),
            "A new series of bookings waits for you to confirm each.",
        ),
    };
    Words { subject, before: vec![before.to_owned()], link: "See the first appointment", after: Vec::new() }
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
        Code::CustomerBlocked => "You cannot book here. Please contact the business.",
        Code::IdempotencyKeyReused => "This Idempotency-Key was used for a different request.",
        Code::Conflict => "This conflicts with how things are now.",
        Code::MethodNotAllowed => "This method is not allowed here.",
        Code::UriTooLong => "The address is too long.",
        Code::HeadersTooLarge => "The headers are too large.",
        Code::PayloadTooLarge => "The request is too large.",
        Code::UnsupportedMediaType => "The content type has to be application/json.",
        Code::RateLimited => "Too many requests. Try again in a moment.",
        Code::ServiceUnavailable => "The service is unavailable for a moment. Try again.",
        Code::ServerError => "Something went wrong on our side.",
    }
}

fn reason(reason: Reason) -> &'static str {
    match reason {
        Reason::TooSoon => "In the past, or too soon to be booked.",
        Reason::BeyondHorizon => "Further ahead than can be booked yet.",
        Reason::NoSuchTime => "The clock is put forward over this time.",
        Reason::NobodyOffers => "Nobody offers this service.",
        Reason::Closed => "Closed on this date.",
        Reason::Holiday => "Closed for a public holiday.",
        Reason::NotWorking => "Not at work at this time.",
        Reason::DayOff => "Does not work on this date.",
        Reason::OutsideHours => "Outside the hours of this date.",
        Reason::OffStep => "Visits do not start at this minute.",
        Reason::EndsAfterHours => "The visit would not end within the hours.",
        Reason::Break => "In the way of a break.",
        Reason::TimeOff => "Away at this time.",
        Reason::ClassFull => "No places left.",
        Reason::Taken => "Somebody else is booked at this time.",
        Reason::Buffer => "Too close to another visit.",
        Reason::Resource => "A room or device that it needs is taken.",
    }
}

#[expect(clippy::too_many_lines, reason = "one line for each message")]
fn text(message: &Message) -> Cow<'static, str> {
    Cow::Borrowed(match message {
        Message::Code(error) => code(*error),
        Message::NotOffered(why) => reason(*why),
        Message::TooShort(least) => return format!("At least {least} characters.").into(),
        Message::TooLong(most) => return format!("At most {most} characters.").into(),
        Message::TooManyItems(most) => return format!("At most {most} items.").into(),
        Message::TooFewItems(least) => return format!("At least {least} items.").into(),
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
        Message::LocationStillOffering(services) => {
            return format!("Services take place at this location: {services}. Change or remove them first.").into();
        }
        Message::LocationStillStaffed(staff) => {
            return format!("People have working hours at this location: {staff}. Change or remove those first.").into();
        }
        Message::TooManyLocations(most) => return format!("A business has at most {most} locations.").into(),
        Message::ServiceStillBooked(upcoming) => {
            return format!(
                "This service has upcoming bookings at its location: {upcoming}. Cancel them, or wait until they are over."
            )
            .into();
        }
        Message::ResourceStillBooked(upcoming) => {
            return format!("Upcoming bookings need this resource: {upcoming}. Move or cancel them first.").into();
        }
        Message::CustomerStillBooked(upcoming) => {
            return format!("This customer has upcoming visits: {upcoming}. Cancel them, or wait until they are over.").into();
        }
        Message::NotSoManyOfThem(quantity) => return format!("There are only {quantity} of them.").into(),
        Message::StaffFull(most) => return format!("A business has at most {most} staff.").into(),
        Message::StillBooked(upcoming) => {
            return format!(
                "Your business still has bookings ahead: {upcoming}. Cancel them or hand them over first."
            )
            .into();
        }
        Message::TooManyDays(most) => return format!("At most {most} days.").into(),
        Message::UnsupportedInRule(part) => {
            return format!("{part} is not supported in a recurrence rule like this one.").into();
        }
        Message::TooManyDates(most) => return format!("At most {most} dates.").into(),
        Message::RuleTooLong(days) => {
            return format!("All dates have to lie within {days} days of the first.").into();
        }
        Message::TooManyOpenBookings(limit) => return format!("You have {limit} visits ahead here already. Book again when one of them is over.").into(),
        Message::WaitsTooOften(limit) => return format!("You are on the waitlist here {limit} times already. Leave it once to join again.").into(),
        Message::TooManyNoShows => "You have missed too many visits here to book online. Please contact the business.",
        Message::Required => "This field is required.",
        Message::Blank => "This field may not be blank.",
        Message::NotText => "This has to be text.",
        Message::NotAWholeNumber => "This has to be a whole number.",
        Message::NotABoolean => "This has to be true or false.",
        Message::NotAList => "This has to be a list.",
        Message::NotAnObject => "This has to be an object.",
        Message::NotAnId => "This is not a valid id.",
        Message::NotADate => "A date looks like 2026-01-31.",
        Message::NotALocalTime => "A date and time look like 2026-01-31T09:30, a whole day like 2026-01-31.",
        Message::NotATime => "A time looks like 09:30.",
        Message::NotAnEmail => "Enter a valid e-mail address.",
        Message::NotAPhoneNumber => "Enter a valid phone number.",
        Message::NotAUsername => "A username is made of letters, digits and @ . + - _ only.",
        Message::NotAnAmount => "An amount looks like 120.00.",
        Message::AmountTooFine => "The amount is finer than the currency's smallest coin.",
        Message::NotACurrency => "A currency has three letters, like PLN.",
        Message::NotACategory => "There is no such category.",
        Message::NotAHolidayCalendar => "There is no such calendar of holidays.",
        Message::NotATimeZone => "There is no such time zone.",
        Message::NotACountry => "A country has two letters, like PL.",
        Message::NotASlug => "Lower-case letters, digits and single hyphens only, at most 60.",
        Message::NotAWebAddress => "A web address starts with https:// or http://.",
        Message::NotANip => "This is not a valid NIP.",
        Message::NotACoordinate => "This is not a valid coordinate.",
        Message::HalfAPoint => "Latitude and longitude belong together.",
        Message::NeedsAPoint => "This needs lat and lng.",
        Message::NotAnOrdering => "Either relevance, name, distance or rating.",
        Message::NotACustomerOrdering => "Either name or newest.",
        Message::NotAColor => "A colour looks like #a1b2c3.",
        Message::NotAStatus => "There is no such status.",
        Message::NotASubject => "Nothing of this kind is kept track of.",
        Message::NotALanguage => "We do not speak this language.",
        Message::NotUpcomingOrPast => "Either upcoming or past.",
        Message::NotANoShowAction => "Either confirm or refuse.",
        Message::NotARecurrenceRule => "This is not a recurrence rule as in RFC 5545, such as FREQ=WEEKLY;COUNT=10.",
        Message::EndlessRule => "A recurrence rule needs COUNT or UNTIL.",
        Message::NotAnOnConflict => "Either skip, stop or all_or_nothing.",
        Message::NotAStaffChoice => "Either priority, least_busy or rotation.",
        Message::HalfAGap => "The start and the length of the gap belong together.",
        Message::GapOutsideVisit => "The gap has to end before the visit does.",
        Message::NoGapWithSeats => "A visit of several customers cannot have a gap.",
        Message::NoLongerVisitWithSeats => "What is added to a visit of several customers cannot take time.",
        Message::VisitTooLong => "A visit with everything that can be added to it has to fit into 24 hours.",
        Message::PricesInAnotherCurrency => "Add-ons or staff have prices in another currency. Change those first.",
        Message::NotOneChange => "Exactly one change must be given.",
        Message::MovedNowhere => "Say when it is to be, with date and start_time, or with whom.",
        Message::NobodyToKeepItWith => "The visit cannot stay with somebody who is leaving.",
        Message::NotAChoice => "Must be one of keep, move and cancel.",
        Message::AppointmentTwice => "There is another choice for this appointment.",
        Message::ChoicesDoNotFit => {
            "The bookings that the change affects have changed. Look at them again and choose for each."
        }
        Message::TooManyBookings(most) => {
            return format!("The change affects more than {most} bookings. Make it in smaller steps.").into();
        }
        Message::NotOneOfTheAddOns => "This service has no such add-on.",
        Message::NotOneOfTheLocations => "This is not a location of this business.",
        Message::NotAtOneLocation => "This service is at another location than those before it.",
        Message::NotOneOfTheResources => "These are not all resources of this business.",
        Message::NotOnTheStaff => "This person is not on the staff of this business.",
        Message::GivenTwice => "This is given twice.",
        Message::NotAQuestionKind => "Either text, choice, yes_no or number.",
        Message::TooFewChoices => "There have to be at least two choices.",
        Message::NotOneOfTheQuestions => "This is not asked for this service.",
        Message::NotOneOfTheChoices => "This is not one of the choices.",
        Message::NotANumber => "This has to be a number.",
        Message::NoEncryptionKey => "Sensitive questions need a key for encryption, which has not been set up here.",
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
        Message::EndsBeforeStart => "The end is before the beginning.",
        Message::DateOverriddenAlready => "Some of these dates have other hours already.",
        Message::DoesNotRepeat => "This only goes with how often it repeats.",
        Message::RepeatsTooSoon => "It is not over yet when it repeats.",
        Message::NotJson => "The body is not valid JSON.",
        Message::NotCsv => "The body has to be a table as text/csv.",
        Message::NotUtf8 => "The text has to be UTF-8.",
        Message::NoNameColumn => "The first line has to name the columns, one of which is name.",
        Message::NoWayToReach => "An e-mail address or a phone number is needed.",
        Message::NotAnotherCustomer => "This is not another customer of this business.",
        Message::SlugTaken => "This address is taken.",
        Message::BadIdempotencyKey => "An Idempotency-Key has 1 to 255 visible ASCII characters.",
        Message::TooLateToCancel => "This appointment is over or already cancelled.",
        Message::TooLateToReschedule => "This appointment has begun, is over or was cancelled.",
        Message::VisitNotBegun => "The visit has not begun yet.",
        Message::PrimaryLocationStays => "The first location is the address of the business. Change it instead.",
        Message::ResourceStillNeeded => "Some services need this resource. Change them first.",
        Message::OwnerStays => "The owner's entry cannot be removed.",
        Message::EmailStays => "The e-mail address cannot be changed here.",
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
        Message::GuestCodeSent => "If the code can be sent, it is on its way.",
        Message::AppointmentCancelled => "The appointment is cancelled.",
        Message::SeriesCancelled => "What could be cancelled of the series is cancelled.",
        Message::VisitCancelled => "The visit is cancelled.",
        Message::OpeningHoursSaved => "The opening hours are saved.",
        Message::AppointmentRescheduled => "The appointment is moved.",
        Message::InvitationAccepted => "Welcome to the team.",
        Message::StaffMember => "Staff member",
    })
}
