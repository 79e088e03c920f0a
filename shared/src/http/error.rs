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
    limits::Standing,
};

macro_rules! codes {
    ($($(#[doc = $when:literal])+ $code:ident $status:ident $name:literal $(details $details:literal)?;)*) => {
        /// What went wrong, as machines read it. Codes never change, whatever the language.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Code {
            $($(#[doc = $when])+ #[doc = concat!("(`", $name, "`, status `", stringify!($status), "`)")] $code,)*
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

            /// When clients get it, for the documentation.
            #[must_use]
            pub fn when(self) -> &'static str {
                match self { $(Self::$code => concat!($($when),+).trim_ascii_start()),* }
            }

            /// What stands under `details`, for the documentation; empty if nothing does.
            #[must_use]
            pub fn details(self) -> &'static str {
                match self { $(Self::$code => concat!("" $(, $details)?)),* }
            }
        }
    };
}

codes! {
    /// Wrong e-mail, username or password. An account that does not exist looks the same, in time as well.
    InvalidCredentials UNAUTHORIZED "INVALID_CREDENTIALS";
    /// The current password is wrong on a change. Not 401, which clients answer by refreshing the token.
    WrongPassword BAD_REQUEST "WRONG_PASSWORD";
    /// The token is none of ours, or its session has ended.
    InvalidToken UNAUTHORIZED "INVALID_TOKEN";
    /// The token was right once: refresh it.
    TokenExpired UNAUTHORIZED "TOKEN_EXPIRED";
    /// A token is needed, and there is none.
    Unauthorized UNAUTHORIZED "UNAUTHORIZED";
    /// Somebody has this e-mail address, in whatever case.
    EmailAlreadyExists BAD_REQUEST "EMAIL_ALREADY_EXISTS" details "`{\"email\": [message]}`, with `username` beside it if that is taken too";
    /// Somebody has this username, in whatever case.
    UsernameAlreadyExists BAD_REQUEST "USERNAME_ALREADY_EXISTS" details "`{\"username\": [message]}`";
    /// The account's address is not verified: it cannot sign in, book or manage a business yet.
    EmailNotVerified FORBIDDEN "EMAIL_NOT_VERIFIED";
    /// Signed in, but this is for somebody else to do.
    PermissionDenied FORBIDDEN "PERMISSION_DENIED";
    /// At least one field is wrong. Every wrong field is named.
    ValidationError BAD_REQUEST "VALIDATION_ERROR" details "`{field: [message, …]}`; fields in lists and objects are named `2.open_time`";
    /// The body or the query cannot be read at all.
    InvalidInput BAD_REQUEST "INVALID_INPUT";
    /// One single required field is absent, and nothing else is wrong.
    RequiredField BAD_REQUEST "REQUIRED_FIELD" details "`{field: [message]}`";
    /// What is asked for makes no sense as things are, such as cancelling a visit that is over.
    BadRequest BAD_REQUEST "BAD_REQUEST";
    /// The start is taken, outside working time or not one that is offered.
    SlotUnavailable CONFLICT "SLOT_UNAVAILABLE" details "`{\"alternatives\": [start, …]}`: up to five nearest free starts, RFC 3339";
    /// The start is in the past, or sooner than the business's minimum notice.
    PastBooking BAD_REQUEST "PAST_BOOKING";
    /// There is no such service, or it cannot be booked any more.
    ServiceNotFound NOT_FOUND "SERVICE_NOT_FOUND";
    /// There is no such business, or it is retired.
    BusinessNotFound NOT_FOUND "BUSINESS_NOT_FOUND";
    /// There is no such appointment, or it is somebody else's.
    AppointmentNotFound NOT_FOUND "APPOINTMENT_NOT_FOUND";
    /// There is no such staff member, or they take no bookings.
    StaffNotFound NOT_FOUND "STAFF_NOT_FOUND";
    /// There is nothing under this path, or the page is past the end.
    NotFound NOT_FOUND "NOT_FOUND";
    /// The mailed code is wrong, or was tried too often.
    InvalidVerificationCode BAD_REQUEST "INVALID_VERIFICATION_CODE";
    /// The mailed code was right, but is too old: ask for another.
    VerificationCodeExpired BAD_REQUEST "VERIFICATION_CODE_EXPIRED";
    /// The mailed code was right, and has been used.
    VerificationCodeUsed BAD_REQUEST "VERIFICATION_CODE_USED";
    /// The address is verified already.
    EmailAlreadyVerified BAD_REQUEST "EMAIL_ALREADY_VERIFIED";
    /// The appointment's status does not allow the change, such as confirming a cancelled one.
    InvalidStatusTransition CONFLICT "INVALID_STATUS_TRANSITION" details "`{\"from\": status, \"to\": status}`";
    /// The business's cancellation deadline has passed.
    CancellationWindowPassed CONFLICT "CANCELLATION_WINDOW_PASSED";
    /// The `Idempotency-Key` has been used for a request that asked for something else.
    IdempotencyKeyReused UNPROCESSABLE_ENTITY "IDEMPOTENCY_KEY_REUSED";
    /// Any other conflict with how things are, such as a slug that is taken.
    Conflict CONFLICT "CONFLICT" details "`{\"upcoming\": count}` where bookings to come are in the way of removing somebody from the staff or closing a business; `{\"business\": slug, \"upcoming\": count}` where they are in the way of erasing its owner's account; otherwise null";
    /// The path is right, the method is not; `Allow` names those that are.
    MethodNotAllowed METHOD_NOT_ALLOWED "METHOD_NOT_ALLOWED";
    /// The body is larger than 1 MiB.
    PayloadTooLarge PAYLOAD_TOO_LARGE "PAYLOAD_TOO_LARGE";
    /// The body is not `application/json`.
    UnsupportedMediaType UNSUPPORTED_MEDIA_TYPE "UNSUPPORTED_MEDIA_TYPE";
    /// Too many requests: wait for as many seconds as `Retry-After` says.
    RateLimited TOO_MANY_REQUESTS "RATE_LIMITED";
    /// The database is away or too busy: try again after as many seconds as `Retry-After` says.
    ServiceUnavailable SERVICE_UNAVAILABLE "SERVICE_UNAVAILABLE";
    /// Something unexpected on our side; the log has the cause under the request's id.
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
        response.headers_mut().extend(self.0.headers.iter().cloned());
        response.extensions_mut().insert(self);
        response
    }
}
