//! What mails are about, for a language's file to put into words.

/// A mail's words, before they are laid out.
#[derive(Debug)]
pub(crate) struct Words {
    /// One line.
    pub(crate) subject: String,
    /// Paragraphs before the facts or the code.
    pub(crate) before: Vec<String>,
    /// What the link says; empty where there is none.
    pub(crate) link: &'static str,
    /// Paragraphs after them.
    pub(crate) after: Vec<String>,
}

/// Why someone is written to.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Occasion<'a> {
    /// With the code that verifies an address.
    VerificationCode {
        /// How long it is valid.
        minutes: i64,
    },
    /// With the code that lets them choose a new password.
    PasswordReset {
        /// How long it is valid.
        minutes: i64,
    },
    /// Their password was changed.
    PasswordChanged,
    /// A business asks them to join its staff.
    StaffInvitation {
        /// Its name.
        business: &'a str,
    },
    /// Time that they wait for is kept for them.
    WaitlistOffer(&'a OfferNames<'a>),
    /// News of a visit, for the one who comes.
    ForCustomer(News, &'a VisitNames<'a>),
    /// News of a visit, for the business.
    ForBusiness(News, &'a VisitNames<'a>),
    /// News of visits of a series, for the one who comes.
    SeriesForCustomer(News, &'a SeriesNames<'a>),
    /// News of visits of a series, for the business.
    SeriesForBusiness(News, &'a SeriesNames<'a>),
}

/// What there is to say of a visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum News {
    /// Booked; the business has yet to agree.
    Received,
    /// Booked and agreed.
    Confirmed,
    /// Called off by the customer.
    CancelledByCustomer,
    /// Called off by the business.
    CancelledByBusiness,
    /// Moved to another time.
    Rescheduled,
    /// Near.
    Reminder,
}

/// What a visit's news names in passing.
#[derive(Clone, Copy, Debug)]
pub(crate) struct VisitNames<'a> {
    pub(crate) business: &'a str,
    pub(crate) customer: &'a str,
    /// When it begins, in the reader's language.
    pub(crate) start: &'a str,
    /// Until when the customer may call it off, in the reader's language; none if they may not any more.
    pub(crate) deadline: Option<&'a str>,
}

/// What an offer to somebody who waits names in passing.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OfferNames<'a> {
    pub(crate) business: &'a str,
    /// When the visit would begin, in the reader's language.
    pub(crate) start: &'a str,
    /// Until when it is kept for them, in the reader's language.
    pub(crate) until: &'a str,
}

/// What news of a series names in passing.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SeriesNames<'a> {
    pub(crate) business: &'a str,
    pub(crate) customer: &'a str,
    /// When the first of the visits begins, in the reader's language.
    pub(crate) start: &'a str,
}

/// What a visit's facts are called.
pub(crate) struct Labels {
    pub(crate) business: &'static str,
    pub(crate) service: &'static str,
    pub(crate) time: &'static str,
    pub(crate) staff: &'static str,
    pub(crate) price: &'static str,
    pub(crate) place: &'static str,
    pub(crate) customer: &'static str,
    pub(crate) phone: &'static str,
    pub(crate) notes: &'static str,
    pub(crate) reason: &'static str,
    /// When it was to be before it was moved.
    pub(crate) before: &'static str,
}

/// Digits in groups of three: `1200.00` → `1 200,00`.
pub(super) fn grouped(decimal: &str, separator: &str, point: &str) -> String {
    let (whole, fraction) = decimal.split_once('.').unwrap_or((decimal, ""));
    let mut text = String::new();
    for (index, digit) in whole.char_indices() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            text.push_str(separator);
        }
        text.push(digit);
    }
    if fraction.is_empty() { text } else { text + point + fraction }
}
