//! What can be proposed, and who may.

use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};

use crate::{
    accounts::Caller,
    app::App,
    appointments::Among,
    availability::Outlook,
    businesses::{self, BusinessRef, Manager},
    db::Sql,
    hours::Proposal,
    http::{ApiError, Code, Form, FromForm},
    ids::{BusinessId, ServiceId, StaffMemberId, UserId},
    language::Message,
    scheduling::Span,
    services, staff,
};

/// A change of what can be booked.
pub(super) enum Change {
    /// Other hours, or somebody who is away.
    Hours(Proposal),
    /// Somebody leaves the staff at once.
    Removal(StaffMemberId),
    /// A service is not offered any more.
    Retirement(ServiceId),
}

/// The changes that a form has, of which there is to be one.
struct Changes(Vec<Change>);

/// Somebody who leaves, at once or on a date.
struct Leaving(Change);

impl FromForm for Leaving {
    fn from_form(form: &mut Form) -> Option<Self> {
        let staff = form.required("staff_id");
        let from = form.optional::<Date>("from");
        let staff = staff?;
        Some(Self(match from? {
            Some(date) => Change::Hours(Proposal::away_from(staff, date)),
            None => Change::Removal(staff),
        }))
    }
}

struct Retired(ServiceId);

impl FromForm for Retired {
    fn from_form(form: &mut Form) -> Option<Self> {
        form.required("service_id").map(Self)
    }
}

impl FromForm for Changes {
    fn from_form(form: &mut Form) -> Option<Self> {
        let hours = Proposal::all_from(form);
        let leaving = form.object::<Leaving>("staff_leaving");
        let retired = form.object::<Retired>("service_retired");
        let mut changes: Vec<Change> = hours?.into_iter().map(Change::Hours).collect();
        changes.extend(leaving?.map(|Leaving(change)| change));
        changes.extend(retired?.map(|Retired(service)| Change::Retirement(service)));
        Some(Self(changes))
    }
}

impl FromForm for Change {
    /// The one in `change`.
    fn from_form(form: &mut Form) -> Option<Self> {
        let Changes(mut changes) = form.required_object("change")?;
        match (changes.pop(), changes.is_empty()) {
            (Some(change), true) => Some(change),
            _ => form.refuse("change", Message::NotOneChange),
        }
    }
}

/// Who proposes something at a business.
pub(super) struct Proposer {
    pub(super) business: BusinessId,
    pub(super) user: UserId,
    /// For what only those may who manage it.
    pub(super) manager: Option<Manager>,
}

impl Change {
    /// The caller as somebody who may make this change.
    ///
    /// # Errors
    /// `BUSINESS_NOT_FOUND`; `PERMISSION_DENIED` unless they may make it by the endpoint of its kind.
    pub(super) async fn proposer(
        &self,
        app: &App,
        caller: &Caller,
        business: &BusinessRef,
    ) -> Result<Proposer, ApiError> {
        match self {
            Self::Hours(hours) => {
                let colleague = businesses::colleague(app, caller, business).await?;
                colleague.may_set_hours_of(hours.staff())?;
                Ok(Proposer { business: colleague.business, user: colleague.user, manager: None })
            }
            Self::Removal(_) | Self::Retirement(_) => {
                let manager = businesses::manager(app, caller, business).await?;
                Ok(Proposer { business: manager.business, user: manager.user, manager: Some(manager) })
            }
        }
    }

    /// Refuses what is not the business's own, and whom the proposer may not remove.
    ///
    /// # Errors
    /// `STAFF_NOT_FOUND`, `SERVICE_NOT_FOUND`; `VALIDATION_ERROR` for hours at another's location; those of
    /// [`staff::check_removal`].
    pub(super) async fn check(&self, on: &impl Sql, proposer: &Proposer) -> Result<(), ApiError> {
        let business = proposer.business;
        match (self, &proposer.manager) {
            (Self::Hours(hours), _) => {
                if let Some(staff) = hours.staff()
                    && !staff::is_member(on, business, staff).await?
                {
                    return Err(Code::StaffNotFound.into());
                }
                hours.check(on, business).await
            }
            (Self::Removal(staff), Some(manager)) => staff::check_removal(on, manager, *staff).await,
            (Self::Retirement(service), Some(_)) => {
                let is_own = services::is_own(on, business, *service).await?;
                if is_own { Ok(()) } else { Err(Code::ServiceNotFound.into()) }
            }
            (Self::Removal(_) | Self::Retirement(_), None) => Err(Code::PermissionDenied.into()),
        }
    }

    fn whom_and_what(&self) -> (Option<StaffMemberId>, Option<ServiceId>) {
        match self {
            Self::Hours(hours) => (hours.staff(), None),
            Self::Removal(staff) => (Some(*staff), None),
            Self::Retirement(service) => (None, Some(*service)),
        }
    }

    /// The appointments that it can affect, wherever the business is: a day around its dates.
    pub(super) fn among(&self) -> Among {
        let (staff, service) = self.whom_and_what();
        let (first, last) = match self {
            Self::Hours(hours) => hours.dates(),
            Self::Removal(_) | Self::Retirement(_) => (None, None),
        };
        let midnight = |date: Date| date.to_zoned(TimeZone::UTC).ok().map(|midnight| midnight.timestamp());
        let start = first.and_then(|date| midnight(date.saturating_sub(1.day())));
        let end = last.and_then(|date| midnight(date.saturating_add(2.days())));
        let starts = Span {
            start: start.unwrap_or(Timestamp::UNIX_EPOCH),
            end: end.unwrap_or(
                jiff::civil::date(9999, 1, 1)
                    .to_zoned(TimeZone::UTC)
                    .map_or(Timestamp::MAX, |end| end.timestamp()),
            ),
        };
        Among { staff, service, starts }
    }

    /// The business as it would be.
    ///
    /// # Errors
    /// `CONFLICT` as making the change would be.
    pub(super) fn onto(&self, outlook: &mut Outlook) -> Result<(), ApiError> {
        match self {
            Self::Hours(proposed) => {
                let mut hours = outlook.hours().clone();
                proposed.onto(outlook.terms.id, &mut hours)?;
                outlook.set_hours(hours);
            }
            Self::Removal(staff) => outlook.without_staff(*staff),
            Self::Retirement(service) => outlook.without_service(*service),
        }
        Ok(())
    }
}
