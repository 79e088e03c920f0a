//! `/api/businesses/{slug}/visits/`, `…/appointments/series/` and what customers have of both, the handlers of which are where
//! the rest of it is.

use super::{series, visits};
use crate::openapi::api;

api! {
    /// Routes of the function `visits`.
    pub fn routes, operations; "Appointments";

    "/api/users/appointments/series/{series}" {
        /// A series of the caller's visits
        get series::mine: Verified;
    }
    "/api/users/appointments/series/{series}/cancel" {
        /// Cancel what is still ahead of a series
        ///
        /// Each visit by its own deadline.
        post series::cancel_mine: Verified, [BadRequest, CancellationWindowPassed];
    }
    "/api/users/visits/{visit}" {
        /// One of the caller's visits of several services
        get visits::mine: Verified;
    }
    "/api/users/visits/{visit}/cancel" {
        /// Cancel a visit of several services
        ///
        /// All parts that are not cancelled yet, or none: each has to be one that could still be cancelled alone.
        post visits::cancel_mine: Verified, [BadRequest, CancellationWindowPassed];
    }
    "/api/businesses/{business}/visits" {
        /// Book several services in a row
        ///
        /// All of them or none. The starts there are come from `availability/visits/`; the parts are booked as they are
        /// found there, with whoever is free.
        post visits::book: Verified, [
            PastBooking, SlotUnavailable, Conflict, CustomerBlocked, ServiceNotFound, StaffNotFound,
        ];
    }
    "/api/businesses/{business}/appointments/series" {
        /// Book a series of visits
        ///
        /// By a recurrence rule (RFC 5545) from the first date on, which counts as the first of them: `FREQ` from `DAILY` to
        /// `YEARLY`, `INTERVAL`, `COUNT` or `UNTIL`, `BYDAY`, `BYMONTHDAY`, `BYMONTH`, `BYSETPOS`, `WKST`; at most 60 dates within
        /// three years. The local time stays when the clocks change; a date on which the clock jumps over it is none of the
        /// series. Each date is booked as if it were booked alone after those before it, with the same person where that is
        /// possible, and `on_conflict` says what happens where one cannot be. Where nothing is booked, the answer is the
        /// refusal of the first date, with `dates` among its details.
        post series::book: Verified, [
            PastBooking, SlotUnavailable, Conflict, CustomerBlocked, ServiceNotFound, StaffNotFound,
        ];
    }
    "/api/businesses/{business}/appointments/series/preview" {
        /// What would become of a series
        ///
        /// Each date's outcome if the series were booked now. Nothing is booked or kept.
        post series::preview: Verified, [CustomerBlocked, ServiceNotFound, StaffNotFound];
    }
}
