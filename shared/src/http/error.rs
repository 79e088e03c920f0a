//! The one error that clients see.
//!
//! Handlers and rules return [`ApiError`], made by the small constructors below (one per thing that
//! can go wrong, named as a client would name it); stores return [`db::Error`], which `?` turns into
//! one. A constraint that the database refused to break becomes the client's error in one table,
//! [`db::constraints`].
//!
//! An `ApiError` knows no language and no request. [`layers`](super::layers) writes the envelope,
//! in the caller's language, and logs the cause with the request id.

use std::{error::Error as StdError, fmt, mem, sync::Arc};

use axum::{
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::{
    code::Code,
    form::{FieldErrors, told},
};
use crate::{
    appointments::Status,
    db,
    ids::AppointmentId,
    language::{Language, Message},
    limits::Standing,
};

/// What stands under `details`.
#[derive(Clone, Debug)]
enum Details {
    None,
    Fields(FieldErrors),
    Facts(Map<String, Value>),
}

/// A refusal or failure, on its way to the client.
#[derive(Clone, Debug)]
pub struct ApiError(Box<Parts>);

#[derive(Clone, Debug)]
struct Parts {
    code: Code,
    message: Message,
    details: Details,
    headers: Vec<(HeaderName, HeaderValue)>,
    /// For the log, never for the client.
    cause: Option<Arc<dyn StdError + Send + Sync>>,
}

impl ApiError {
    /// An error with its code's own message, and no details.
    #[must_use]
    pub fn new(code: Code) -> Self {
        let header = match code {
            Code::InvalidToken | Code::TokenExpired => {
                Some((header::WWW_AUTHENTICATE, HeaderValue::from_static(r#"Bearer error="invalid_token""#)))
            }
            Code::InvalidCredentials | Code::Unauthorized => {
                Some((header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer")))
            }
            Code::ServiceUnavailable => Some((header::RETRY_AFTER, HeaderValue::from_static("2"))),
            _ => None,
        };
        Self(Box::new(Parts {
            code,
            message: Message::Code(code),
            details: Details::None,
            headers: header.into_iter().collect(),
            cause: None,
        }))
    }

    pub(super) fn with_message(mut self, message: Message) -> Self {
        self.0.message = message;
        self
    }

    fn with_details(mut self, details: Details) -> Self {
        self.0.details = details;
        self
    }

    /// Adds one of the facts that belong to the code.
    fn with_fact(mut self, name: &str, value: impl Into<Value>) -> Self {
        let mut facts = match mem::replace(&mut self.0.details, Details::None) {
            Details::Facts(facts) => facts,
            Details::None | Details::Fields(_) => Map::new(),
        };
        facts.insert(name.to_owned(), value.into());
        self.with_details(Details::Facts(facts))
    }

    fn with_cause(mut self, cause: impl StdError + Send + Sync + 'static) -> Self {
        self.0.cause = Some(Arc::new(cause));
        self
    }

    /// For a status that did not come from us.
    pub(super) fn for_status(status: StatusCode) -> Self {
        Self::new(Code::for_status(status))
    }

    /// Fields are wrong. A single absent field is `REQUIRED_FIELD`, anything else `VALIDATION_ERROR`.
    #[must_use]
    pub fn validation(errors: FieldErrors) -> Self {
        let mut messages = errors.values().flatten();
        let first = messages.next().cloned();
        let code = match (&first, messages.next()) {
            (Some(Message::Required), None) => Code::RequiredField,
            _ => Code::ValidationError,
        };
        let message = first.unwrap_or(Message::Code(code));
        Self::new(code).with_message(message).with_details(Details::Fields(errors))
    }

    /// One field is wrong.
    #[must_use]
    pub fn invalid_field(name: &str, message: Message) -> Self {
        Self::validation(FieldErrors::from([(name.to_owned(), vec![message])]))
    }

    /// The same where what was wrong is a part of a larger form: its fields stand there.
    #[must_use]
    pub fn within(mut self, place: &str) -> Self {
        if let Details::Fields(errors) = &mut self.0.details {
            let placed = mem::take(errors).into_iter();
            *errors = placed.map(|(name, messages)| (format!("{place}.{name}"), messages)).collect();
        }
        self
    }

    /// The body, path or query does not parse.
    #[must_use]
    pub fn invalid_input(message: Message) -> Self {
        Self::new(Code::InvalidInput).with_message(message)
    }

    /// An account with this e-mail or username exists: what is taken, as the code and the field. The first counts.
    #[must_use]
    pub fn already_exists(taken: &[(Code, &str)]) -> Self {
        let details = taken.iter().map(|(code, field)| ((*field).to_owned(), vec![Message::Code(*code)]));
        // Nothing is taken any more where its owner has left meanwhile: worth trying again.
        let code = taken.first().map_or(Code::ServiceUnavailable, |(code, _)| *code);
        Self::new(code).with_details(Details::Fields(details.collect()))
    }

    /// The slot cannot be booked; `alternatives` are the nearest free starts, RFC 3339.
    #[must_use]
    pub fn slot_unavailable(alternatives: &[String]) -> Self {
        Self::new(Code::SlotUnavailable).with_fact("alternatives", alternatives)
    }

    /// There is no room for one of several appointments where it is to go.
    #[must_use]
    pub fn no_place_for(appointment: AppointmentId, alternatives: &[String]) -> Self {
        Self::slot_unavailable(alternatives).with_fact("appointment_id", appointment.to_string())
    }

    /// The appointment's status does not allow that.
    #[must_use]
    pub fn invalid_transition(from: Status, to: Status) -> Self {
        let error = Self::new(Code::InvalidStatusTransition);
        error.with_fact("from", from.as_str()).with_fact("to", to.as_str())
    }

    /// A state conflict, explained.
    #[must_use]
    pub fn conflict(message: Message) -> Self {
        Self::new(Code::Conflict).with_message(message)
    }

    /// Two entries of a list, given by their places in it, are for the same time.
    #[must_use]
    pub fn overlapping_hours(first: usize, second: usize) -> Self {
        Self::conflict(Message::OpeningHoursOverlap).with_fact("entries", vec![first, second])
    }

    /// Visits that are still to come stand in the way: `upcoming` of them.
    #[must_use]
    pub fn still_booked(message: Message, upcoming: i64) -> Self {
        Self::conflict(message).with_fact("upcoming", upcoming)
    }

    /// These services stand in the way: they need what is to go.
    #[must_use]
    pub fn still_needed(message: Message, services: &impl Serialize) -> Self {
        Self::conflict(message).with_fact("services", json!(services))
    }

    /// So many services take place at what is to go.
    #[must_use]
    pub fn still_offering(services: i64) -> Self {
        Self::conflict(Message::LocationStillOffering(services)).with_fact("services_count", services)
    }

    /// So many people have hours at what is to go.
    #[must_use]
    pub fn still_staffed(staff: i64) -> Self {
        Self::conflict(Message::LocationStillStaffed(staff)).with_fact("staff_count", staff)
    }

    /// What was chosen is not for just the bookings that a change affects: nothing for these, and for those it does not
    /// affect.
    #[must_use]
    pub fn choices_do_not_fit(missing: &impl Serialize, unaffected: &impl Serialize) -> Self {
        let error = Self::conflict(Message::ChoicesDoNotFit);
        error.with_fact("missing", json!(missing)).with_fact("unaffected", json!(unaffected))
    }

    /// The booking policy keeps the customer from booking: by which rule, and what its limit is.
    #[must_use]
    pub fn against_policy(message: Message, rule: &str, limit: u32) -> Self {
        Self::conflict(message).with_fact("rule", rule).with_fact("limit", limit)
    }

    /// The same refusal, of a series of which nothing is booked, with what becomes of each of its dates.
    #[must_use]
    pub fn of_dates(self, dates: &impl Serialize) -> Self {
        self.with_fact("dates", json!(dates))
    }

    /// The visit has not begun, so that nothing can be said about how it went.
    #[must_use]
    pub fn not_begun(from: Status, to: Status) -> Self {
        Self::invalid_transition(from, to).with_message(Message::VisitNotBegun)
    }

    /// A token from a mail that is no good, or not any more.
    #[must_use]
    pub fn invitation_refused(code: Code, message: Message) -> Self {
        Self::new(code).with_message(message)
    }

    /// An owner cannot leave while a business of theirs, given by its slug, has so many bookings ahead.
    #[must_use]
    pub fn business_still_booked(business: &str, upcoming: i64) -> Self {
        Self::still_booked(Message::StillBooked(upcoming), upcoming).with_fact("business", business)
    }

    /// A plain refusal, explained.
    #[must_use]
    pub fn bad_request(message: Message) -> Self {
        Self::new(Code::BadRequest).with_message(message)
    }

    /// One request too many, and when the next may come.
    #[must_use]
    pub(crate) fn rate_limited(standing: Standing) -> Self {
        let mut error = Self::new(Code::RateLimited);
        error.0.headers.extend(standing.headers().chain([standing.retry_after()]));
        error
    }

    /// Something we depend on is down or too busy; worth trying again.
    #[must_use]
    pub fn unavailable(cause: impl StdError + Send + Sync + 'static) -> Self {
        Self::new(Code::ServiceUnavailable).with_cause(cause)
    }

    /// Something unexpected.
    #[must_use]
    pub fn internal(cause: impl StdError + Send + Sync + 'static) -> Self {
        Self::new(Code::ServerError).with_cause(cause)
    }

    /// The code.
    #[must_use]
    pub fn code(&self) -> Code {
        self.0.code
    }

    /// The facts among its details, if it has any.
    #[must_use]
    pub fn facts(&self) -> Option<&Map<String, Value>> {
        match &self.0.details {
            Details::Facts(facts) => Some(facts),
            Details::None | Details::Fields(_) => None,
        }
    }

    /// What caused it, with everything behind that, for the log.
    pub(crate) fn cause(&self) -> Option<String> {
        let mut next: Option<&(dyn StdError + 'static)> = self.0.cause.as_deref().map(|cause| cause as _);
        let mut chain = Vec::new();
        while let Some(error) = next {
            chain.push(error.to_string());
            next = error.source();
        }
        (!chain.is_empty()).then(|| chain.join(": "))
    }

    /// The envelope, in the caller's language.
    pub(super) fn envelope(&self, language: Language) -> Value {
        let message = self.0.message.text(language);
        let details = match &self.0.details {
            Details::None => Value::Null,
            Details::Facts(facts) => facts.clone().into(),
            Details::Fields(fields) => told(fields, language),
        };
        json!({
            "success": false,
            "error_code": self.0.code.as_str(),
            "message": message,
            "details": details,
            "detail": message,
        })
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.code.as_str())
    }
}

impl From<Code> for ApiError {
    fn from(code: Code) -> Self {
        Self::new(code)
    }
}

impl From<db::Error> for ApiError {
    fn from(error: db::Error) -> Self {
        match error.constraint().and_then(db::constraints::refusal) {
            Some(refusal) => refusal,
            None if error.is_outage() => Self::unavailable(error),
            None => Self::internal(error),
        }
    }
}

impl IntoResponse for ApiError {
    /// A response without a body: [`layers`](super::layers) writes it.
    fn into_response(self) -> Response {
        let mut response = self.0.code.status().into_response();
        response.headers_mut().extend(self.0.headers.iter().cloned());
        response.extensions_mut().insert(self);
        response
    }
}
