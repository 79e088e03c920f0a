//! The one error that clients see.
//!
//! Handlers and rules return [`ApiError`], made by the small constructors below (one per thing that
//! can go wrong, named as a client would name it); stores return [`db::Error`], which `?` turns into
//! one. A constraint that the database refused to break becomes the client's error in one table,
//! [`db::constraints`].
//!
//! An `ApiError` knows no language and no request. [`layers`](super::layers) writes the envelope,
//! in the caller's language, and logs the cause with the request id.

use std::{error::Error as StdError, fmt, sync::Arc};

use axum::{
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use super::form::FieldErrors;
use crate::{
    appointments::Status,
    db,
    language::{Language, Message},
};

macro_rules! codes {
    ($($code:ident $status:ident $name:literal;)*) => {
        /// What went wrong, as machines read it. Codes never change, whatever the language.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Code {
            $(#[doc = concat!("`", $name, "`, status `", stringify!($status), "`.")] $code,)*
        }

        impl Code {
            /// Every code there is.
            pub const ALL: &[Self] = &[$(Self::$code),*];

            /// The code as clients see it.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$code => $name),* }
            }

            /// The HTTP status it comes with.
            #[must_use]
            pub fn status(self) -> StatusCode {
                match self { $(Self::$code => StatusCode::$status),* }
            }
        }
    };
}

codes! {
    InvalidCredentials UNAUTHORIZED "INVALID_CREDENTIALS";
    WrongPassword BAD_REQUEST "WRONG_PASSWORD";
    InvalidToken UNAUTHORIZED "INVALID_TOKEN";
    TokenExpired UNAUTHORIZED "TOKEN_EXPIRED";
    Unauthorized UNAUTHORIZED "UNAUTHORIZED";
    EmailAlreadyExists BAD_REQUEST "EMAIL_ALREADY_EXISTS";
    UsernameAlreadyExists BAD_REQUEST "USERNAME_ALREADY_EXISTS";
    EmailNotVerified FORBIDDEN "EMAIL_NOT_VERIFIED";
    PermissionDenied FORBIDDEN "PERMISSION_DENIED";
    ValidationError BAD_REQUEST "VALIDATION_ERROR";
    InvalidInput BAD_REQUEST "INVALID_INPUT";
    RequiredField BAD_REQUEST "REQUIRED_FIELD";
    BadRequest BAD_REQUEST "BAD_REQUEST";
    SlotUnavailable CONFLICT "SLOT_UNAVAILABLE";
    PastBooking BAD_REQUEST "PAST_BOOKING";
    ServiceNotFound NOT_FOUND "SERVICE_NOT_FOUND";
    BusinessNotFound NOT_FOUND "BUSINESS_NOT_FOUND";
    AppointmentNotFound NOT_FOUND "APPOINTMENT_NOT_FOUND";
    StaffNotFound NOT_FOUND "STAFF_NOT_FOUND";
    NotFound NOT_FOUND "NOT_FOUND";
    InvalidVerificationCode BAD_REQUEST "INVALID_VERIFICATION_CODE";
    VerificationCodeExpired BAD_REQUEST "VERIFICATION_CODE_EXPIRED";
    VerificationCodeUsed BAD_REQUEST "VERIFICATION_CODE_USED";
    EmailAlreadyVerified BAD_REQUEST "EMAIL_ALREADY_VERIFIED";
    InvalidStatusTransition CONFLICT "INVALID_STATUS_TRANSITION";
    CancellationWindowPassed CONFLICT "CANCELLATION_WINDOW_PASSED";
    IdempotencyKeyReused UNPROCESSABLE_ENTITY "IDEMPOTENCY_KEY_REUSED";
    Conflict CONFLICT "CONFLICT";
    MethodNotAllowed METHOD_NOT_ALLOWED "METHOD_NOT_ALLOWED";
    PayloadTooLarge PAYLOAD_TOO_LARGE "PAYLOAD_TOO_LARGE";
    UnsupportedMediaType UNSUPPORTED_MEDIA_TYPE "UNSUPPORTED_MEDIA_TYPE";
    RateLimited TOO_MANY_REQUESTS "RATE_LIMITED";
    ServiceUnavailable SERVICE_UNAVAILABLE "SERVICE_UNAVAILABLE";
    ServerError INTERNAL_SERVER_ERROR "SERVER_ERROR";
}

impl Code {
    /// The code for a refusal that did not come from us, but from the router or a library.
    fn for_status(status: StatusCode) -> Self {
        match status {
            StatusCode::UNAUTHORIZED => Self::Unauthorized,
            StatusCode::FORBIDDEN => Self::PermissionDenied,
            StatusCode::NOT_FOUND => Self::NotFound,
            StatusCode::METHOD_NOT_ALLOWED => Self::MethodNotAllowed,
            StatusCode::PAYLOAD_TOO_LARGE => Self::PayloadTooLarge,
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Self::UnsupportedMediaType,
            StatusCode::SERVICE_UNAVAILABLE => Self::ServiceUnavailable,
            status if status.is_client_error() => Self::BadRequest,
            _ => Self::ServerError,
        }
    }
}

/// What stands under `details`.
#[derive(Clone, Debug)]
enum Details {
    None,
    Fields(FieldErrors),
    Facts(Value),
}

/// A refusal or failure, on its way to the client.
#[derive(Clone, Debug)]
pub struct ApiError(Box<Parts>);

#[derive(Clone, Debug)]
struct Parts {
    code: Code,
    message: Message,
    details: Details,
    header: Option<(HeaderName, HeaderValue)>,
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
            header,
            cause: None,
        }))
    }

    fn with_message(mut self, message: Message) -> Self {
        self.0.message = message;
        self
    }

    fn with_details(mut self, details: Details) -> Self {
        self.0.details = details;
        self
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

    /// The body, path or query does not parse.
    #[must_use]
    pub fn invalid_input(message: Message) -> Self {
        Self::new(Code::InvalidInput).with_message(message)
    }

    /// An account with this e-mail or username exists.
    #[must_use]
    pub fn already_exists(code: Code, field: &str) -> Self {
        let details = FieldErrors::from([(field.to_owned(), vec![Message::Code(code)])]);
        Self::new(code).with_details(Details::Fields(details))
    }

    /// The slot cannot be booked; `alternatives` are the nearest free starts, RFC 3339.
    #[must_use]
    pub fn slot_unavailable(alternatives: &[String]) -> Self {
        let details = json!({ "alternatives": alternatives });
        Self::new(Code::SlotUnavailable).with_details(Details::Facts(details))
    }

    /// The appointment's status does not allow that.
    #[must_use]
    pub fn invalid_transition(from: Status, to: Status) -> Self {
        let details = json!({ "from": from, "to": to });
        Self::new(Code::InvalidStatusTransition).with_details(Details::Facts(details))
    }

    /// A state conflict, explained.
    #[must_use]
    pub fn conflict(message: Message) -> Self {
        Self::new(Code::Conflict).with_message(message)
    }

    /// Visits that are still to come stand in the way: `upcoming` of them.
    #[must_use]
    pub fn still_booked(message: Message, upcoming: i64) -> Self {
        Self::conflict(message).with_details(Details::Facts(json!({ "upcoming": upcoming })))
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
        let details = json!({ "business": business, "upcoming": upcoming });
        Self::conflict(Message::StillBooked(upcoming)).with_details(Details::Facts(details))
    }

    /// A plain refusal, explained.
    #[must_use]
    pub fn bad_request(message: Message) -> Self {
        Self::new(Code::BadRequest).with_message(message)
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

    /// What caused it, with everything behind that, for the log.
    pub(super) fn cause(&self) -> Option<String> {
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
            Details::Facts(facts) => facts.clone(),
            Details::Fields(fields) => fields
                .iter()
                .map(|(name, messages)| {
                    let texts = messages.iter().map(|message| message.text(language));
                    (name.clone(), texts.collect::<Value>())
                })
                .collect::<serde_json::Map<_, _>>()
                .into(),
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
        if let Some((name, value)) = self.0.header.clone() {
            response.headers_mut().insert(name, value);
        }
        response.extensions_mut().insert(self);
        response
    }
}
