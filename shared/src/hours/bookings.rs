//! How many bookings are at a time that is taken away. They stay; whoever takes the time away is told.

use jiff::{
    Timestamp,
    civil::{Date, DateTime},
    tz::TimeZone,
};

use crate::{
    appointments,
    businesses::{self, Terms},
    db::Sql,
    http::{ApiError, Code},
    ids::{BusinessId, StaffMemberId},
    scheduling::Span,
};

/// Nobody books further ahead than this many days, and the dates around today.
pub(super) const AHEAD: u16 = 1098;

/// What the clock shows where a business is.
pub(super) struct BusinessClock {
    business: BusinessId,
    zone: TimeZone,
    now: Timestamp,
}

impl BusinessClock {
    pub(super) async fn of(on: &impl Sql, business: BusinessId, now: Timestamp) -> Result<Self, ApiError> {
        let terms = businesses::terms(on, &business.into()).await?;
        let Terms { timezone, .. } = terms.ok_or(Code::BusinessNotFound)?;
        let zone = TimeZone::get(&timezone).map_err(ApiError::internal)?;
        Ok(Self { business, zone, now })
    }

    pub(super) fn today(&self) -> Date {
        self.zone.to_datetime(self.now).date()
    }

    /// How many bookings that are not over yet share a part of some time, of one staff member or of all.
    pub(super) async fn bookings(
        &self,
        on: &impl Sql,
        staff: Option<StaffMemberId>,
        taken: impl Iterator<Item = (DateTime, DateTime)>,
    ) -> Result<i64, ApiError> {
        let instant = |at: DateTime| self.zone.to_ambiguous_timestamp(at).compatible().ok();
        let spans =
            taken.filter_map(|(start, end)| Some(Span { start: instant(start)?, end: instant(end)? }));
        let ahead: Vec<Span> = spans.filter(|span| span.start < span.end && span.end > self.now).collect();
        Ok(appointments::overlapping(on, self.business, staff, &ahead, self.now).await?)
    }
}
