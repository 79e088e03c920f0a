//! SQL for who offers a service.

use std::collections::HashSet;

use super::offer::{Kept, Offering};
use crate::{
    businesses::{BusinessRef, NAMED},
    db::{self, Row, Sql, Transaction},
    ids::{BusinessId, ServiceId, StaffMemberId},
    money::Currency,
};

/// Who offers a service, in their own order; of those who take no bookings only if `all` are asked for.
pub(super) async fn of(
    on: &impl Sql,
    business: &BusinessRef,
    service: ServiceId,
    all: bool,
) -> Result<Vec<Offering>, db::Error> {
    let sql = format!(
        "select staff_members.id, staff_members.display_name, staff_services.duration_minutes,
                staff_services.price_minor, services.duration_minutes, services.price_minor, services.price_currency
         from staff_services
         join services on services.id = staff_services.service_id
         join staff_members on staff_members.id = staff_services.staff_id
         where staff_services.service_id = $3 and services.business_id = {NAMED}
           and staff_members.retired_at is null and (staff_members.is_bookable or $4)
         order by staff_members.position, staff_members.id"
    );
    let rows = on.rows(&sql, &[&business.slug(), &business.id(), &service, &all]).await?;
    Ok(rows.iter().map(offering).collect())
}

fn offering(row: &Row) -> Offering {
    let (own_duration, own_price): (Option<i32>, Option<i64>) = (row.get(2), row.get(3));
    let currency = Currency::from_code(row.get(6)).unwrap_or(Currency::PLN);
    Offering {
        staff_id: row.get(0),
        display_name: row.get(1),
        duration_minutes: own_duration.unwrap_or_else(|| row.get(4)),
        price_amount: currency.decimal(own_price.unwrap_or_else(|| row.get(5))),
        price_currency: row.get(6),
        own_duration_minutes: own_duration,
        own_price_amount: own_price.map(|price| currency.decimal(price)),
    }
}

/// Sets who offers a locked service, as far as they are on the staff; those who are.
pub(super) async fn replace(
    tx: &Transaction<'_>,
    business: BusinessId,
    service: ServiceId,
    offers: &[Kept],
) -> Result<HashSet<StaffMemberId>, db::Error> {
    let sql = "
        with offered as (
            select staff_members.id, wanted.duration, wanted.price
            from unnest($3, $4, $5) wanted (id, duration, price)
            join staff_members on staff_members.id = wanted.id
            where staff_members.business_id = $1 and staff_members.retired_at is null
        ), dropped as (
            delete from staff_services where service_id = $2 and staff_id not in (select id from offered)
        ), added as (
            insert into staff_services (business_id, staff_id, service_id, duration_minutes, price_minor)
            select $1, id, $2, duration, price from offered
            on conflict (staff_id, service_id) do update
                set duration_minutes = excluded.duration_minutes, price_minor = excluded.price_minor
        )
        select id from offered";
    let staff: Vec<StaffMemberId> = offers.iter().map(|offer| offer.staff).collect();
    let durations: Vec<Option<i32>> = offers.iter().map(|offer| offer.duration).collect();
    let prices: Vec<Option<i64>> = offers.iter().map(|offer| offer.price_minor).collect();
    let rows = tx.rows(sql, &[&business, &service, &staff, &durations, &prices]).await?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}
