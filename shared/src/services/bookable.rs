//! What the scheduling engine and booking need to know of services, each in one statement that can travel with others; and
//! for several businesses at once.

use std::{num::NonZeroU16, sync::LazyLock};

use super::view::{OVERRIDES, OVERRIDES_WIDTH, overrides_from_row};
use crate::{
    businesses::{BusinessRef, NAMED, TERMS, TERMS_WIDTH, Terms},
    db::{self, Row, Sql},
    ids::{AddOnId, BusinessId, LocationId, ServiceId},
    money::Currency,
    resources::{NEEDED, Needed},
    scheduling::{Gap, PolicyOverrides, Visit},
};

/// A service as far as booking it goes.
#[derive(Clone, Debug)]
pub struct Bookable {
    /// Which.
    pub id: ServiceId,
    /// How long it takes and how densely it is offered.
    pub visit: Visit,
    /// How many customers can come at the same time.
    pub capacity: u32,
    /// Its price in minor units.
    pub price_minor: i64,
    /// The price's currency.
    pub price_currency: Currency,
    /// Where; `None`: at the business's primary location.
    pub location: Option<LocationId>,
    /// What differs from the business's policy.
    pub policy_overrides: PolicyOverrides,
    /// What it needs beside a staff member.
    pub needs: Vec<Needed>,
}

/// Columns of a [`Bookable`], of the table `services`.
static BOOKABLE: LazyLock<String> = LazyLock::new(|| {
    format!(
        "services.id, services.duration_minutes, services.buffer_minutes, services.slot_step_minutes,
         services.price_minor, services.price_currency, services.buffer_before_minutes, services.gap_start_minutes,
         services.gap_minutes, services.capacity, services.location_id, {OVERRIDES}, {NEEDED}"
    )
});

impl Bookable {
    /// Reads [`BOOKABLE`], the first of which is the row's column `first`, if there is a service in the row.
    fn from_row(row: &Row, first: usize) -> Option<Self> {
        let length = |column: usize| {
            row.get::<_, Option<i32>>(first + column).and_then(|length| NonZeroU16::new(minutes(length)))
        };
        Some(Self {
            id: row.get::<_, Option<ServiceId>>(first)?,
            visit: Visit {
                duration: at_least_one(row.get(first + 1)),
                buffer_before: minutes(row.get(first + 6)),
                buffer_after: minutes(row.get(first + 2)),
                gap: length(7).zip(length(8)).map(|(start, length)| Gap { start, length }),
                step: length(3),
            },
            capacity: row.get::<_, i32>(first + 9).unsigned_abs(),
            price_minor: row.get(first + 4),
            price_currency: Currency::from_code(row.get(first + 5)).unwrap_or(Currency::PLN),
            location: row.get(first + 10),
            policy_overrides: overrides_from_row(row, first + 11),
            needs: Needed::from_row(row, first + 11 + OVERRIDES_WIDTH),
        })
    }
}

fn minutes(minutes: i32) -> u16 {
    u16::try_from(minutes).unwrap_or(u16::MAX)
}

fn at_least_one(number: i32) -> NonZeroU16 {
    NonZeroU16::new(minutes(number)).unwrap_or(NonZeroU16::MIN)
}

/// On what terms a business takes bookings, and a service if it is one of its own that can be booked now.
///
/// # Errors
/// If the query fails.
pub async fn bookable(
    on: &impl Sql,
    business: &BusinessRef,
    service: ServiceId,
) -> Result<Option<(Terms, Option<Bookable>)>, db::Error> {
    let sql = format!(
        "select {}, {}
         from businesses
         left join services on services.id = $3 and services.business_id = businesses.id
                               and services.is_active and services.retired_at is null
         where businesses.id = {NAMED}",
        *TERMS, *BOOKABLE
    );
    let row = on.row(&sql, &[&business.slug(), &business.id(), &service]).await?;
    Ok(row.map(|row| (Terms::from(&row), Bookable::from_row(&row, TERMS_WIDTH))))
}

/// Everything that can be booked now at several businesses.
///
/// # Errors
/// If the query fails.
pub async fn bookable_at(
    on: &impl Sql,
    businesses: &[BusinessId],
) -> Result<Vec<(BusinessId, Bookable)>, db::Error> {
    let sql = format!(
        "select business_id, {} from services where business_id = any($1) and is_active and retired_at is null",
        *BOOKABLE
    );
    let rows = on.rows(&sql, &[&businesses]).await?;
    Ok(rows.iter().filter_map(|row| Some((row.get(0), Bookable::from_row(row, 1)?))).collect())
}

/// Something that can be added to a visit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddOn {
    /// Which.
    pub id: AddOnId,
    /// What it is called.
    pub name: String,
    /// How much longer it makes the visit.
    pub duration_minutes: u16,
    /// How much dearer, in minor units of the service's currency.
    pub price_minor: i64,
}

/// Those of some add-ons that can be added to a service now, in the service's order.
///
/// # Errors
/// If the query fails.
pub async fn add_ons_of(on: &impl Sql, service: ServiceId, ids: &[AddOnId]) -> Result<Vec<AddOn>, db::Error> {
    let sql = "
        select id, name, duration_minutes, price_minor from add_ons
        where service_id = $1 and id = any($2) and is_active and retired_at is null
        order by position, id";
    let rows = on.rows(sql, &[&service, &ids]).await?;
    let read = |row: &Row| AddOn {
        id: row.get(0),
        name: row.get(1),
        duration_minutes: minutes(row.get(2)),
        price_minor: row.get(3),
    };
    Ok(rows.iter().map(read).collect())
}

/// What a service has otherwise with one of the staff.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StaffTerms {
    /// How long it takes them, in minutes.
    pub duration: Option<NonZeroU16>,
    /// What it costs with them, in minor units of the service's currency.
    pub price_minor: Option<i64>,
}

impl StaffTerms {
    /// Reads duration and price, the first of which is the row's column `first`.
    #[must_use]
    pub fn from_row(row: &Row, first: usize) -> Self {
        Self { duration: row.get::<_, Option<i32>>(first).map(at_least_one), price_minor: row.get(first + 1) }
    }
}
