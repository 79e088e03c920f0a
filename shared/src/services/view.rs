//! A service as clients see it.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use tokio_postgres::types::Json;
use utoipa::ToSchema;

use crate::{
    businesses::{self, POLICY, POLICY_WIDTH},
    db::Row,
    ids::{AddOnId, LocationId, ResourceId, ServiceId},
    money::Currency,
    scheduling::{Policy, PolicyOverrides},
};

/// A service as clients see it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Service {
    id: ServiceId,
    name: String,
    description: String,
    duration_minutes: i32,
    buffer_before_minutes: i32,
    /// After the visit.
    buffer_minutes: i32,
    /// So many minutes after the start, for `gap_minutes`, the staff member is free for somebody else.
    gap_start_minutes: Option<i32>,
    gap_minutes: Option<i32>,
    /// How many customers come at the same time.
    capacity: i32,
    total_slot_minutes: i32,
    slot_step_minutes: Option<i32>,
    price_amount: String,
    price_currency: String,
    is_active: bool,
    color: String,
    /// Null: the business's primary location.
    location_id: Option<LocationId>,
    /// What differs from the business's policy.
    policy_overrides: PolicyOverrides,
    /// What holds for those who book it.
    booking_policy: Policy,
    resources: Vec<Need>,
    add_ons: Vec<ServiceAddOn>,
}

/// A resource that a service needs, and how many of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Need {
    pub(super) resource_id: ResourceId,
    pub(super) quantity: i32,
}

/// What can be added to a service.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ServiceAddOn {
    id: AddOnId,
    name: String,
    duration_minutes: i32,
    price_amount: String,
    price_currency: String,
}

#[derive(Deserialize)]
struct StoredAddOn {
    id: AddOnId,
    name: String,
    duration_minutes: i32,
    price_minor: i64,
}

/// Columns of a [`Service`], of the table `services` joined with its business; how many there are is [`WIDTH`].
pub static COLUMNS: LazyLock<String> = LazyLock::new(|| {
    format!(
        "services.id, services.name, services.description, services.duration_minutes, services.buffer_before_minutes,
         services.buffer_minutes, services.gap_start_minutes, services.gap_minutes, services.capacity,
         services.slot_step_minutes, services.price_minor, services.price_currency, services.is_active, services.color,
         services.location_id,
         (select coalesce(jsonb_agg(jsonb_build_object('resource_id', resource_id, 'quantity', quantity)
                                    order by resource_id), '[]')
          from service_resources where service_resources.service_id = services.id),
         (select coalesce(jsonb_agg(jsonb_build_object('id', id, 'name', name, 'duration_minutes', duration_minutes,
                                                       'price_minor', price_minor) order by position, id), '[]')
          from add_ons
          where add_ons.service_id = services.id and add_ons.is_active and add_ons.retired_at is null),
         {OVERRIDES}, {POLICY}"
    )
});

/// How many columns [`COLUMNS`] has.
pub const WIDTH: usize = 17 + OVERRIDES_WIDTH + POLICY_WIDTH;

/// Columns of [`PolicyOverrides`], of the table `services`.
pub(super) const OVERRIDES: &str = "
    services.auto_confirm, services.min_notice_minutes, services.booking_horizon_days,
    services.cancellation_deadline_minutes, services.reschedule_deadline_minutes, services.max_open_bookings";

/// How many columns [`OVERRIDES`] has.
pub(super) const OVERRIDES_WIDTH: usize = 6;

/// Reads [`OVERRIDES`], the first of which is the row's column `first`.
pub(super) fn overrides_from_row(row: &Row, first: usize) -> PolicyOverrides {
    let number = |index| row.get::<_, Option<i32>>(first + index).map(i32::unsigned_abs);
    PolicyOverrides {
        auto_confirm: row.get(first),
        min_notice_minutes: number(1),
        booking_horizon_days: number(2),
        cancellation_deadline_minutes: number(3),
        reschedule_deadline_minutes: number(4),
        max_open_bookings: number(5),
    }
}

impl Service {
    /// Whether it can be booked at present.
    pub(super) fn is_active(&self) -> bool {
        self.is_active
    }

    /// Which.
    pub(super) fn id(&self) -> ServiceId {
        self.id
    }

    /// Where it is, if not at the primary location.
    pub(super) fn location(&self) -> Option<LocationId> {
        self.location_id
    }

    /// What its price is in.
    pub(super) fn currency(&self) -> Currency {
        Currency::from_code(&self.price_currency).unwrap_or(Currency::PLN)
    }

    /// Reads [`COLUMNS`], the first of which is the row's column `first`.
    #[must_use]
    pub fn from_row(row: &Row, first: usize) -> Self {
        let [duration_minutes, buffer_before_minutes, buffer_minutes]: [i32; 3] =
            [3, 4, 5].map(|index| row.get(first + index));
        let price_currency: String = row.get(first + 11);
        let currency = Currency::from_code(&price_currency).unwrap_or(Currency::PLN);
        let Json(resources) = row.get(first + 15);
        let Json(add_ons): Json<Vec<StoredAddOn>> = row.get(first + 16);
        let policy_overrides = overrides_from_row(row, first + 17);
        let policy = businesses::policy_from_row(row, first + 17 + OVERRIDES_WIDTH);
        Self {
            id: row.get(first),
            name: row.get(first + 1),
            description: row.get(first + 2),
            duration_minutes,
            buffer_before_minutes,
            buffer_minutes,
            gap_start_minutes: row.get(first + 6),
            gap_minutes: row.get(first + 7),
            capacity: row.get(first + 8),
            total_slot_minutes: buffer_before_minutes + duration_minutes + buffer_minutes,
            slot_step_minutes: row.get(first + 9),
            price_amount: currency.decimal(row.get(first + 10)),
            add_ons: add_ons.into_iter().map(|add_on| add_on.priced_in(currency)).collect(),
            price_currency,
            is_active: row.get(first + 12),
            color: row.get(first + 13),
            location_id: row.get(first + 14),
            booking_policy: policy.with(&policy_overrides),
            policy_overrides,
            resources,
        }
    }
}

impl StoredAddOn {
    fn priced_in(self, currency: Currency) -> ServiceAddOn {
        ServiceAddOn {
            id: self.id,
            name: self.name,
            duration_minutes: self.duration_minutes,
            price_amount: currency.decimal(self.price_minor),
            price_currency: currency.code().to_owned(),
        }
    }
}
