//! The codes of refusals: the table that the answers, the document of the API and `docs/ERROR_CODES.md` are made from.

use axum::http::StatusCode;

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
    SlotUnavailable CONFLICT "SLOT_UNAVAILABLE" details "`{\"alternatives\": [start, …]}`: up to five nearest free starts, RFC 3339; of a series also `dates`, with what becomes of each";
    /// The start is in the past, or sooner than the business's minimum notice.
    PastBooking BAD_REQUEST "PAST_BOOKING" details "Of a series `{\"dates\": […]}`, with what becomes of each; otherwise null";
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
    /// The business takes no bookings from this customer; why is for its own people.
    CustomerBlocked FORBIDDEN "CUSTOMER_BLOCKED";
    /// The `Idempotency-Key` has been used for a request that asked for something else.
    IdempotencyKeyReused UNPROCESSABLE_ENTITY "IDEMPOTENCY_KEY_REUSED";
    /// Any other conflict with how things are, such as a slug that is taken.
    Conflict CONFLICT "CONFLICT" details "`{\"upcoming\": count}` where bookings to come are in the way of removing somebody from the staff or a resource, or closing a business; `{\"business\": slug, \"upcoming\": count}` where they are in the way of erasing its owner's account; `{\"services\": [{\"id\": id, \"name\": name}, …]}` where services need the resource; `{\"services_count\": count}` where services take place at the location that is to be given up, `{\"staff_count\": count}` where people have hours there; `{\"rule\": rule, \"limit\": number}` where the booking policy keeps a customer from booking, of a series also `dates`; `{\"entries\": [first, second]}`, places in the list, where two of its entries are for the same time; otherwise null";
    /// The path is right, the method is not; `Allow` names those that are.
    MethodNotAllowed METHOD_NOT_ALLOWED "METHOD_NOT_ALLOWED";
    /// Path and query are longer than 8 KiB.
    UriTooLong URI_TOO_LONG "URI_TOO_LONG";
    /// The headers are larger than 32 KiB, or more than 100.
    HeadersTooLarge REQUEST_HEADER_FIELDS_TOO_LARGE "HEADERS_TOO_LARGE";
    /// The body is larger than 1 MiB.
    PayloadTooLarge PAYLOAD_TOO_LARGE "PAYLOAD_TOO_LARGE";
    /// The body is not `application/json`; of an import, not `text/csv`.
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
    pub(super) fn for_status(status: StatusCode) -> Self {
        match status {
            StatusCode::UNAUTHORIZED => Self::Unauthorized,
            StatusCode::FORBIDDEN => Self::PermissionDenied,
            StatusCode::NOT_FOUND => Self::NotFound,
            StatusCode::METHOD_NOT_ALLOWED => Self::MethodNotAllowed,
            StatusCode::URI_TOO_LONG => Self::UriTooLong,
            StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE => Self::HeadersTooLarge,
            StatusCode::PAYLOAD_TOO_LARGE => Self::PayloadTooLarge,
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Self::UnsupportedMediaType,
            StatusCode::SERVICE_UNAVAILABLE => Self::ServiceUnavailable,
            status if status.is_client_error() => Self::BadRequest,
            _ => Self::ServerError,
        }
    }
}
