//! Which route has which limit: the one place that says so. What is not named here counts as `api`.

use axum::http::Method;

use crate::config::{Rate, RateLimits};

/// Whether a route, by its template, has a limit.
pub(crate) fn is_limited(method: &str, route: &str) -> bool {
    method.to_uppercase().parse().is_ok_and(|method| Limiter::of(&method, Some(route)).is_some())
}

/// A limit that a route can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Limiter {
    Auth,
    Registration,
    Booking,
    Api,
}

impl Limiter {
    /// The limit of a route, by its template (none for a path that is nobody's); `None` if it has none.
    pub(super) fn of(method: &Method, route: Option<&str>) -> Option<Self> {
        let route = route.unwrap_or_default();
        match (method, route.strip_prefix("/api").unwrap_or(route)) {
            // What watches over us asks often; and to answer these costs no more than counting would.
            (_, "/health" | "/ready" | "/openapi.json" | "/docs" | "/docs/{file}") => None,
            // These have a secret or a signature to show; a mail provider reports by the hundred, from few addresses.
            (_, other) if other.starts_with("/cron") || other.starts_with("/integrations/mail/") => None,
            (
                _,
                "/users/login"
                | "/users/token/refresh"
                | "/users/verify-email"
                | "/users/verify-email/resend"
                | "/users/password-reset"
                | "/users/password-reset/confirm",
            ) => Some(Self::Auth),
            (_, "/users/register") => Some(Self::Registration),
            (
                &Method::POST,
                "/businesses/{business}/appointments"
                | "/businesses/{business}/appointments/series"
                | "/businesses/{business}/appointments/series/preview"
                | "/users/appointments/{appointment}/reschedule",
            ) => Some(Self::Booking),
            _ => Some(Self::Api),
        }
    }

    pub(super) fn rate(self, limits: &RateLimits) -> Option<Rate> {
        match self {
            Self::Auth => limits.auth,
            Self::Registration => limits.registration,
            Self::Booking => limits.booking,
            Self::Api => limits.api,
        }
    }

    /// Whether a request goes on uncounted while the counters cannot be reached: reads do, for there is nothing to guess.
    pub(super) fn lets_through_uncounted(self, method: &Method) -> bool {
        self == Self::Api && method.is_safe()
    }
}
