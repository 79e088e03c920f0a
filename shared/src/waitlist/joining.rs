//! Joining a waitlist: what somebody can wish for.

use jiff::{Timestamp, civil::Date};

use super::{
    store,
    view::{Waiting, Whose},
};
use crate::{
    app::App,
    appointments,
    availability::{self, AddOns, Loaded, Wanted},
    businesses::BusinessRef,
    customers::Party,
    http::{ApiError, Code, Form, FromForm},
    ids::{ServiceId, StaffMemberId, UserId, WaitlistEntryId},
    language::{Message, Reason},
    scheduling::MinuteOfDay,
};

/// How often a customer can wait at one business at a time.
pub(super) const MOST_AT_A_BUSINESS: u32 = 5;
/// For how many days in a row.
const MOST_DAYS: i64 = 31;

/// What a customer waits for.
#[derive(Debug)]
pub(super) struct Wish {
    pub(super) service: ServiceId,
    /// `None`: anyone who offers it.
    pub(super) staff: Option<StaffMemberId>,
    pub(super) add_ons: AddOns,
    /// On any of these days, both included.
    pub(super) first_day: Date,
    pub(super) last_day: Date,
    /// At a start from here to there, both included.
    pub(super) from: MinuteOfDay,
    pub(super) to: MinuteOfDay,
}

impl FromForm for Wish {
    fn from_form(form: &mut Form) -> Option<Self> {
        let service = form.required("service_id");
        let staff = form.unless_empty("staff_id");
        let add_ons = form.or("add_on_ids", AddOns::default());
        let first_day = form.required("date_from");
        let last_day = form.required("date_to");
        let from = form.unless_empty("time_from");
        let to = form.unless_empty("time_to");
        let (first_day, last_day): (Date, Date) = (first_day?, last_day?);
        let from = from?.unwrap_or(MinuteOfDay::MIDNIGHT);
        let to = to?.unwrap_or(MinuteOfDay::END_OF_DAY);
        if last_day < first_day {
            return form.refuse("date_to", Message::EndsBeforeStart);
        }
        if days_between(first_day, last_day) >= MOST_DAYS {
            return form.refuse("date_to", Message::TooManyDays(MOST_DAYS));
        }
        if to < from {
            return form.refuse("time_to", Message::EndsBeforeStart);
        }
        Some(Self { service: service?, staff: staff?, add_ons: add_ons?, first_day, last_day, from, to })
    }
}

fn days_between(first: Date, last: Date) -> i64 {
    last.duration_since(first).as_hours() / 24
}

impl Wish {
    /// Whether any of it is still ahead and can be booked in time.
    fn check_days(&self, loaded: &Loaded, now: Timestamp) -> Result<(), ApiError> {
        let schedule = &loaded.schedule;
        if self.last_day < schedule.zone.to_datetime(now).date() {
            Err(Code::PastBooking.into())
        } else if self.last_day > schedule.policy.last_date(&schedule.zone, now) {
            Err(ApiError::invalid_field("date_to", Message::NotOffered(Reason::BeyondHorizon)))
        } else {
            Ok(())
        }
    }
}

/// Puts a customer behind all who wait there already.
///
/// # Errors
/// `PAST_BOOKING` if the last day is over; `VALIDATION_ERROR` if it is beyond the horizon; `CONFLICT` with `details` =
/// `{"rule", "limit"}` if they wait too often there; `CUSTOMER_BLOCKED`; those of [`availability::load`].
pub(super) async fn join(
    app: &App,
    customer: UserId,
    business: &BusinessRef,
    wish: &Wish,
) -> Result<Waiting, ApiError> {
    let now = app.now();
    let mut connection = app.connection().await?;
    let wanted = Wanted {
        business,
        service: wish.service,
        only: wish.staff,
        dates: wish.last_day.into(),
        add_ons: wish.add_ons.as_slice(),
        longer_by: 0,
        leaving: None,
    };
    let loaded = availability::load(&connection, &wanted, now).await?;
    wish.check_days(&loaded, now)?;
    let business = loaded.business.id;
    let today = loaded.schedule.zone.to_datetime(now).date();
    let new = store::New { id: WaitlistEntryId::new(now), business, customer, wish, now };
    let tx = connection.begin().await?;
    let (alone, joined, entry) = tokio::join!(
        appointments::lock_customer(&tx, business, Party::Account(customer)),
        store::insert(&tx, &new, today, MOST_AT_A_BUSINESS),
        store::one(&tx, Whose::Customer(customer), new.id, now),
    );
    alone?;
    if !joined? {
        let too_often = Message::WaitsTooOften(MOST_AT_A_BUSINESS);
        return Err(ApiError::against_policy(too_often, "max_waitlist_entries", MOST_AT_A_BUSINESS));
    }
    let entry = entry?.ok_or(Code::ServerError)?;
    tx.commit().await?;
    Ok(entry)
}
