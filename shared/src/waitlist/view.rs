//! An entry of a waitlist, as who waits and as the business sees it.

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    availability::local_instant,
    db::Row,
    ids::{AddOnId, BusinessId, HoldId, ServiceId, StaffMemberId, UserId, WaitlistEntryId},
    scheduling::MinuteOfDay,
};

/// Whose entries: those of a customer, or those of a business, which sees who waits.
#[derive(Clone, Copy, Debug)]
pub(super) enum Whose {
    Customer(UserId),
    Business(BusinessId),
}

impl Whose {
    /// The column that makes an entry theirs.
    pub(super) fn column(self) -> &'static str {
        match self {
            Self::Customer(_) => "entry.customer_id",
            Self::Business(_) => "entry.business_id",
        }
    }

    /// What that column holds.
    pub(super) fn id(self) -> Uuid {
        match self {
            Self::Customer(id) => id.uuid(),
            Self::Business(id) => id.uuid(),
        }
    }
}

/// Somebody's wait for time at a business.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WaitlistEntry)]
pub(super) struct Waiting {
    id: WaitlistEntryId,
    /// The business's slug.
    business: String,
    business_name: String,
    service_id: ServiceId,
    service_name: String,
    /// Null: with anyone.
    staff_id: Option<StaffMemberId>,
    add_on_ids: Vec<AddOnId>,
    date_from: Date,
    date_to: Date,
    /// The earliest start of a day, `HH:MM`.
    time_from: String,
    /// The latest start of a day.
    time_to: String,
    timezone: String,
    created_at: String,
    /// A start that is kept for them now.
    offer: Option<Offer>,
    /// Who waits; only for those who work there.
    #[serde(flatten)]
    customer: WaitingCustomer,
}

/// A start that is kept for somebody who waits, until they book it with `hold_id` or give the hold back.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WaitlistOffer)]
struct Offer {
    hold_id: HoldId,
    staff_id: StaffMemberId,
    date: String,
    /// `HH:MM`, in the business's zone.
    start_time: String,
    start: String,
    end: String,
    expires_at: String,
}

/// Who waits; nothing to themselves.
#[derive(Debug, Default, Serialize, ToSchema)]
struct WaitingCustomer {
    #[serde(rename = "customer_id", skip_serializing_if = "Option::is_none")]
    id: Option<UserId>,
    #[serde(rename = "customer_email", skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    #[serde(rename = "customer_first_name", skip_serializing_if = "Option::is_none")]
    first_name: Option<String>,
    #[serde(rename = "customer_last_name", skip_serializing_if = "Option::is_none")]
    last_name: Option<String>,
    #[serde(rename = "customer_phone", skip_serializing_if = "Option::is_none")]
    phone: Option<String>,
}

/// Reads entries whose days are not over at `$1`; a further condition goes behind it.
pub(super) const SELECT: &str = "
    select entry.id, businesses.slug, businesses.name, entry.service_id, services.name, entry.staff_id, entry.add_on_ids,
           entry.first_day, entry.last_day, entry.from_minute, entry.to_minute, businesses.timezone, entry.created_at,
           holds.id, holds.staff_id, holds.starts_at, holds.ends_at, holds.expires_at,
           entry.customer_id, users.email::text, users.first_name, users.last_name, users.phone
    from waitlist_entries entry
    join businesses on businesses.id = entry.business_id
    join services on services.id = entry.service_id
    join users on users.id = entry.customer_id
    left join holds on holds.waitlist_entry_id = entry.id and holds.expires_at > $1
    where entry.last_day >= ($1::timestamptz at time zone businesses.timezone)::date";

impl Waiting {
    /// Reads a row of [`SELECT`].
    pub(super) fn from_row(row: &Row, whose: Whose) -> Self {
        let zone = TimeZone::get(row.get(11)).unwrap_or(TimeZone::UTC);
        let time = |index: usize| {
            let minute = MinuteOfDay::try_from(row.get::<_, i16>(index));
            minute.unwrap_or(MinuteOfDay::MIDNIGHT).to_string()
        };
        Self {
            id: row.get(0),
            business: row.get(1),
            business_name: row.get(2),
            service_id: row.get(3),
            service_name: row.get(4),
            staff_id: row.get(5),
            add_on_ids: row.get(6),
            date_from: row.get(7),
            date_to: row.get(8),
            time_from: time(9),
            time_to: time(10),
            timezone: row.get(11),
            created_at: local_instant(row.get(12), &zone),
            offer: Offer::from_row(row, &zone),
            customer: match whose {
                Whose::Business(_) => WaitingCustomer::from(row),
                Whose::Customer(_) => WaitingCustomer::default(),
            },
        }
    }
}

impl Offer {
    fn from_row(row: &Row, zone: &TimeZone) -> Option<Self> {
        let hold_id = row.get::<_, Option<HoldId>>(13)?;
        let start: Timestamp = row.get(15);
        let shown = zone.to_datetime(start);
        Some(Self {
            hold_id,
            staff_id: row.get(14),
            date: shown.date().to_string(),
            start_time: shown.time().strftime("%H:%M").to_string(),
            start: local_instant(start, zone),
            end: local_instant(row.get(16), zone),
            expires_at: local_instant(row.get(17), zone),
        })
    }
}

impl From<&Row> for WaitingCustomer {
    fn from(row: &Row) -> Self {
        Self {
            id: row.get(18),
            email: row.get(19),
            first_name: row.get(20),
            last_name: row.get(21),
            phone: row.get(22),
        }
    }
}
