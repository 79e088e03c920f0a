//! Everything that decides which starts a service has, in one round trip however many days and staff.

use std::{collections::HashMap, mem};

use futures_util::future::try_join_all;
use jiff::{Timestamp, tz::TimeZone};

use super::parts::Parts;
use crate::{
    businesses::{BusinessRef, Terms},
    calendar::{self, Seat},
    db::{self, Sql, Transaction},
    hours,
    http::{ApiError, Code},
    ids::{AddOnId, CalendarEntryId, ResourceId, ServiceId, StaffMemberId},
    language::Message,
    scheduling::{DateRange, Offer, Schedule, Slot, Span},
    services::{self, AddOn, Bookable, StaffTerms},
    staff,
};

/// A service's schedule, and what booking it needs besides.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The business's terms.
    pub business: Terms,
    /// The service.
    pub service: Bookable,
    /// What is added to it.
    pub add_ons: Vec<AddOn>,
    pub(super) terms: HashMap<(ServiceId, StaffMemberId), StaffTerms>,
    /// Where the starts come from. Complete for the dates it was loaded for.
    pub schedule: Schedule,
}

impl Loaded {
    /// What a visit costs with a staff member, with everything that is added to it; in minor units of the service's
    /// currency.
    #[must_use]
    pub fn price_with(&self, staff: StaffMemberId) -> i64 {
        let own = self.terms.get(&(self.service.id, staff)).and_then(|terms| terms.price_minor);
        let added = self.add_ons.iter().map(|add_on| add_on.price_minor).sum::<i64>();
        own.unwrap_or(self.service.price_minor).saturating_add(added)
    }

    /// What it takes to have an offer of the schedule.
    #[must_use]
    pub fn seat(&self, offer: &Offer, now: Timestamp) -> Seat<'_> {
        Seat {
            id: CalendarEntryId::new(now),
            business: self.business.id,
            as_of: self.business.as_of,
            service: self.service.id,
            staff: offer.staff,
            times: offer.times,
            capacity: self.schedule.capacity,
            joins: offer.joins,
            resources: &self.schedule.resources,
        }
    }

    /// Makes others wait who are after the same, as far as whoever takes a slot needs that: for the resources of the
    /// service; and for the staff and for what the left seat has, where anything is left for it. Comes before anything is
    /// left or taken.
    ///
    /// # Errors
    /// If the transaction is broken.
    pub async fn guard(
        &self,
        tx: &Transaction<'_>,
        slot: &Slot,
        leaving: Option<CalendarEntryId>,
        clearing: bool,
    ) -> Result<(), db::Error> {
        let leaves = leaving.is_some() || clearing;
        let staff: Vec<StaffMemberId> = slot.staff().filter(|_| leaves).collect();
        calendar::guard(tx, &staff, &self.resources(), leaving.as_slice()).await
    }

    /// Makes others wait who are after any time of these staff, or the same resources: for whoever takes several starts, and
    /// leaves a seat for them, if one is. Comes before anything is left or taken.
    ///
    /// # Errors
    /// If the transaction is broken.
    pub async fn guard_all(
        &self,
        tx: &Transaction<'_>,
        staff: &[StaffMemberId],
        leaving: Option<CalendarEntryId>,
    ) -> Result<(), db::Error> {
        calendar::guard(tx, staff, &self.resources(), leaving.as_slice()).await
    }

    /// Drops expired holds that are in the way of several starts with these staff, under [`guard_all`](Self::guard_all).
    ///
    /// # Errors
    /// If the transaction is broken.
    pub async fn release_all_expired(
        &self,
        tx: &Transaction<'_>,
        staff: &[StaffMemberId],
        around: Option<Span>,
        now: Timestamp,
    ) -> Result<(), db::Error> {
        match around {
            Some(around) => calendar::release_expired(tx, staff, &self.resources(), around, now).await,
            None => Ok(()),
        }
    }

    /// Drops expired holds that are in the way of a slot: they count as free, but only without them it is.
    ///
    /// # Errors
    /// If the transaction is broken.
    pub async fn release_expired(
        &self,
        tx: &Transaction<'_>,
        slot: &Slot,
        now: Timestamp,
    ) -> Result<(), db::Error> {
        let staff: Vec<StaffMemberId> = slot.staff().collect();
        let around = Span::around(slot.offers.iter().map(|offer| offer.times.busy));
        self.release_all_expired(tx, &staff, around, now).await
    }

    fn resources(&self) -> Vec<ResourceId> {
        self.schedule.resources.iter().map(|resource| resource.id).collect()
    }
}

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// At which business.
    pub business: &'a BusinessRef,
    /// What.
    pub service: ServiceId,
    /// With whom only, if it matters.
    pub only: Option<StaffMemberId>,
    /// When.
    pub dates: DateRange,
    /// What is to be added to the visit.
    pub add_ons: &'a [AddOnId],
    /// How many minutes longer it is than usual, besides.
    pub longer_by: u16,
    /// A seat that is about to be left for this one, and so is not in its way.
    pub leaving: Option<CalendarEntryId>,
}

/// Loads a schedule as it is now.
///
/// # Errors
/// `BUSINESS_NOT_FOUND`, `SERVICE_NOT_FOUND`, `STAFF_NOT_FOUND`; `VALIDATION_ERROR` for an add-on that the service does not
/// have.
pub async fn load(on: &impl Sql, wanted: &Wanted<'_>, now: Timestamp) -> Result<Loaded, ApiError> {
    let Wanted { business, service, only, dates, leaving, add_ons, longer_by } = *wanted;
    let part = Part { service, only, add_ons, longer_by };
    // One part has one schedule.
    let loaded = load_parts(on, business, &[part], dates, leaving, now).await?.pop();
    loaded.ok_or_else(|| Code::ServerError.into())
}

/// One of several services that are wanted at once.
#[derive(Clone, Copy, Debug)]
pub struct Part<'a> {
    /// What.
    pub service: ServiceId,
    /// With whom only, if it matters.
    pub only: Option<StaffMemberId>,
    /// What is to be added to it.
    pub add_ons: &'a [AddOnId],
    /// How many minutes longer it is than usual, besides.
    pub longer_by: u16,
}

/// Loads the schedules of several services of a business as they are now: each one's, in one round trip.
///
/// # Errors
/// Those of [`load`].
pub async fn load_parts(
    on: &impl Sql,
    business: &BusinessRef,
    parts: &[Part<'_>],
    dates: DateRange,
    leaving: Option<CalendarEntryId>,
    now: Timestamp,
) -> Result<Vec<Loaded>, ApiError> {
    let services: Vec<ServiceId> = parts.iter().map(|part| part.service).collect();
    // Boxed: statements that are on their way at once are too large for the futures of all who wait for them.
    let (offered, hours, occupied, units) = Box::pin(async {
        tokio::try_join!(
            try_join_all(parts.iter().map(|part| offered(on, business, part))),
            hours::working_time(on, business, dates),
            async { Ok::<_, ApiError>(calendar::occupied(on, &services, dates, now, leaving).await?) },
            async { Ok(calendar::units(on, &services, dates, now, leaving).await?) },
        )
    })
    .await?;
    let mut all = Parts { dates, hours, terms: HashMap::new(), occupied, units };
    parts.iter().zip(offered).map(|(part, offered)| offered.loaded(&mut all, part)).collect()
}

/// A service of a business, as far as it is there, and what belongs to it.
struct Offered {
    terms: Option<(Terms, Option<Bookable>)>,
    add_ons: Result<Vec<AddOn>, ApiError>,
    staff: Vec<(StaffMemberId, Option<StaffTerms>)>,
}

async fn offered(on: &impl Sql, business: &BusinessRef, part: &Part<'_>) -> Result<Offered, ApiError> {
    let Part { service, only, add_ons, .. } = *part;
    let (terms, add_ons, staff) = tokio::try_join!(
        async { Ok::<_, ApiError>(services::bookable(on, business, service).await?) },
        added(on, service, add_ons),
        async { Ok(staff::candidates(on, business, service, only).await?) },
    )?;
    Ok(Offered { terms, add_ons, staff })
}

impl Offered {
    fn loaded(self, parts: &mut Parts, wanted: &Part<'_>) -> Result<Loaded, ApiError> {
        let Self { terms, add_ons, staff } = self;
        let (business, service) = terms.ok_or(Code::BusinessNotFound)?;
        let service = service.ok_or(Code::ServiceNotFound)?;
        if wanted.only.is_some() && staff.is_empty() {
            return Err(Code::StaffNotFound.into());
        }
        let add_ons = add_ons?;
        let zone = TimeZone::get(&business.timezone).map_err(ApiError::internal)?;
        let offers = staff.into_iter().filter_map(|(id, terms)| Some((id, terms?)));
        parts.terms = offers.clone().map(|(staff, terms)| ((service.id, staff), terms)).collect();
        let added: u16 = add_ons.iter().map(|add_on| add_on.duration_minutes).sum();
        let longer_by = wanted.longer_by.saturating_add(added);
        let offering = offers.map(|(id, _)| id);
        let schedule = parts.schedule(zone, &business, &service, longer_by, offering);
        Ok(Loaded { business, service, add_ons, terms: mem::take(&mut parts.terms), schedule })
    }
}

/// The add-ons with these ids, if the service has all of them; an error for the client otherwise.
async fn added(
    on: &impl Sql,
    service: ServiceId,
    ids: &[AddOnId],
) -> Result<Result<Vec<AddOn>, ApiError>, ApiError> {
    if ids.is_empty() {
        return Ok(Ok(Vec::new()));
    }
    let found = services::add_ons_of(on, service, ids).await?;
    let has_all = ids.iter().all(|id| found.iter().any(|add_on| add_on.id == *id));
    Ok(if has_all {
        Ok(found)
    } else {
        Err(ApiError::invalid_field("add_on_ids", Message::NotOneOfTheAddOns))
    })
}
