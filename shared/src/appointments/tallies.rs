//! Counting appointments: what is still to come, and a business's numbers.

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    db::{self, Sql},
    ids::{AddOnId, BusinessId, ServiceId, StaffMemberId},
    money::Currency,
};

/// Whose appointments are counted.
#[derive(Clone, Copy, Debug)]
pub enum Scope {
    /// All of a business.
    Business(BusinessId),
    /// Those with one of its staff.
    Staff(BusinessId, StaffMemberId),
    /// Those of one of its services.
    Service(BusinessId, ServiceId),
}

impl Scope {
    fn parts(self) -> (BusinessId, Option<StaffMemberId>, Option<ServiceId>) {
        match self {
            Self::Business(business) => (business, None, None),
            Self::Staff(business, staff) => (business, Some(staff), None),
            Self::Service(business, service) => (business, None, Some(service)),
        }
    }
}

/// How many visits are booked and not over yet.
///
/// # Errors
/// If the query fails.
pub async fn upcoming(on: &impl Sql, scope: Scope, now: Timestamp) -> Result<i64, db::Error> {
    // No visit lasts longer than a day, so that those not over yet began since yesterday, which the index knows.
    let sql = "
        select count(*) from appointments
        where business_id = $1 and ($2 is null or staff_id = $2) and ($3 is null or service_id = $3)
          and status in ('pending', 'confirmed') and starts_at > $4 - interval '25 hours' and ends_at > $4";
    let (business, staff, service) = scope.parts();
    let row = on.row(sql, &[&business, &staff, &service, &now]).await?;
    Ok(row.map_or(0, |row| row.get(0)))
}

/// Whether a staff member ever had an appointment.
///
/// # Errors
/// If the query fails.
pub async fn any(on: &impl Sql, business: BusinessId, staff: StaffMemberId) -> Result<bool, db::Error> {
    let sql = "select exists (select from appointments where business_id = $1 and staff_id = $2)";
    let row = on.row(sql, &[&business, &staff]).await?;
    Ok(row.is_some_and(|row| row.get(0)))
}

/// Whether an appointment has something added to it.
///
/// # Errors
/// If the query fails.
pub async fn have_add_on(on: &impl Sql, add_on: AddOnId) -> Result<bool, db::Error> {
    let sql = "select exists (select from appointment_add_ons where add_on_id = $1)";
    let row = on.row(sql, &[&add_on]).await?;
    Ok(row.is_some_and(|row| row.get(0)))
}

/// A business in numbers.
#[derive(Debug, Serialize, ToSchema)]
pub struct Stats {
    /// All appointments ever.
    total: i64,
    /// Pending or confirmed, and not over yet.
    upcoming: i64,
    pending: i64,
    confirmed: i64,
    completed: i64,
    cancelled: i64,
    no_show: i64,
    /// Visits, without the cancelled ones, that start today, in this month (both in the business's zone), and those
    /// that started in the last thirty days.
    today: i64,
    this_month: i64,
    last_30_days: i64,
    revenue: Revenue,
    revenue_last_30_days: Revenue,
}

/// What completed visits cost, of those priced in the business's own currency.
#[derive(Debug, Serialize, ToSchema)]
struct Revenue {
    /// A decimal with the currency's minor digits.
    amount: String,
    currency: String,
}

impl Revenue {
    fn new(minor: i64, currency: Currency) -> Self {
        Self { amount: currency.decimal(minor), currency: currency.to_string() }
    }
}

/// The numbers of a business that exists.
///
/// # Errors
/// If the query fails.
pub async fn stats(on: &impl Sql, business: BusinessId, now: Timestamp) -> Result<Option<Stats>, db::Error> {
    let sql = "
        with mine as (
            select status, ends_at, price_minor, starts_at at time zone businesses.timezone as local_start,
                   $2 at time zone businesses.timezone as local_now,
                   starts_at between $2 - interval '30 days' and $2 as recent,
                   status = 'completed' and price_currency = currency as earned
            from appointments join businesses on businesses.id = business_id
            where business_id = $1
        )
        select (select currency from businesses where id = $1),
               count(*),
               count(*) filter (where status in ('pending', 'confirmed') and ends_at > $2),
               count(*) filter (where status = 'pending'),
               count(*) filter (where status = 'confirmed'),
               count(*) filter (where status = 'completed'),
               count(*) filter (where status = 'cancelled'),
               count(*) filter (where status = 'no_show'),
               count(*) filter (where status <> 'cancelled' and local_start::date = local_now::date),
               count(*) filter (where status <> 'cancelled'
                                  and date_trunc('month', local_start) = date_trunc('month', local_now)),
               count(*) filter (where status <> 'cancelled' and recent),
               coalesce(sum(price_minor) filter (where earned), 0)::bigint,
               coalesce(sum(price_minor) filter (where earned and recent), 0)::bigint
        from mine";
    let row = on.row(sql, &[&business, &now]).await?;
    Ok(row.map(|row| {
        let currency = Currency::from_code(row.get(0)).unwrap_or(Currency::PLN);
        Stats {
            total: row.get(1),
            upcoming: row.get(2),
            pending: row.get(3),
            confirmed: row.get(4),
            completed: row.get(5),
            cancelled: row.get(6),
            no_show: row.get(7),
            today: row.get(8),
            this_month: row.get(9),
            last_30_days: row.get(10),
            revenue: Revenue::new(row.get(11), currency),
            revenue_last_30_days: Revenue::new(row.get(12), currency),
        }
    }))
}
