//! What has to be true of the tables afterwards, whatever happened. Slow and obvious on purpose: nothing here trusts a
//! constraint, a trigger, a generated column or an index.

use anyhow::Context;
use tokio_postgres::Client;

/// What a check looks for, and the SQL that finds it: one column of text, a row for each violation.
type Check = (&'static str, &'static str);

const ALL: [Check; 14] = [
    (
        "entries of one staff member overlap",
        "with occupied as (
             select id, staff_id, tstzmultirange(tstzrange(busy_from, busy_to))
                 - case when gap_from is null then '{}' else tstzmultirange(tstzrange(gap_from, gap_to)) end as busy
             from calendar_entries)
         select a.id || ' and ' || b.id from occupied a join occupied b on a.staff_id = b.staff_id and a.id < b.id
         where a.busy && b.busy",
    ),
    (
        "appointments of one staff member overlap",
        "with occupied as (
             select appointments.*, services.capacity > 1 as is_class,
                 tstzmultirange(tstzrange(busy_from, busy_to))
                 - case when gap_from is null then '{}' else tstzmultirange(tstzrange(gap_from, gap_to)) end as times
             from appointments join services on services.id = service_id
             where status in ('pending', 'confirmed'))
         select a.id || ' and ' || b.id from occupied a join occupied b on a.staff_id = b.staff_id and a.id < b.id
         where a.times && b.times
           and not (a.is_class and a.service_id = b.service_id and a.starts_at = b.starts_at)",
    ),
    (
        "a calendar entry has not as many seats taken as it says, or more than there are",
        "select entry.id || ': booked ' || booked || ' of ' || entry.capacity || ', taken ' || taken
         from calendar_entries entry join services on services.id = entry.service_id
         cross join lateral (
             select (select count(*) from appointments
                     where entry_id = entry.id and status in ('pending', 'confirmed'))
                  + (select count(*) from holds where entry_id = entry.id) as taken) as counted
         where taken <> booked or taken not between 1 and services.capacity or entry.capacity <> services.capacity",
    ),
    (
        "an appointment that is to come has no entry with its staff member and times",
        "select id || ' ' || status from appointments appointment
         where status in ('pending', 'confirmed') and not exists (
             select from calendar_entries entry
             where entry.id = appointment.entry_id
               and (entry.business_id, entry.staff_id, entry.service_id, entry.starts_at, entry.ends_at, entry.busy_from,
                    entry.busy_to)
                 = (appointment.business_id, appointment.staff_id, appointment.service_id, appointment.starts_at,
                    appointment.ends_at, appointment.busy_from, appointment.busy_to)
               and (entry.gap_from, entry.gap_to) is not distinct from (appointment.gap_from, appointment.gap_to))",
    ),
    (
        "an appointment that is over or cancelled still occupies time",
        "select id || ' ' || status from appointments
         where status not in ('pending', 'confirmed') and entry_id is not null",
    ),
    (
        "an entry takes other times than its service does",
        "select entry.id::text
         from calendar_entries entry join services on services.id = entry.service_id
         left join staff_services on staff_services.service_id = entry.service_id
                                 and staff_services.staff_id = entry.staff_id
         where entry.ends_at - entry.starts_at
               <> make_interval(mins => coalesce(staff_services.duration_minutes, services.duration_minutes))
            or entry.starts_at - entry.busy_from <> make_interval(mins => services.buffer_before_minutes)
            or entry.busy_to - entry.ends_at <> make_interval(mins => services.buffer_minutes)
            or entry.gap_from - entry.starts_at is distinct from make_interval(mins => services.gap_start_minutes)
            or entry.gap_to - entry.gap_from is distinct from make_interval(mins => services.gap_minutes)",
    ),
    (
        "more of a resource is taken at once than there is",
        "select resources.name || ' at ' || moment.busy_from || ': ' || count(*) || ' of ' || resources.quantity
         from (select distinct resource_id, busy_from from resource_claims) moment
         join resource_claims claims on claims.resource_id = moment.resource_id
              and claims.busy_from <= moment.busy_from and claims.busy_to > moment.busy_from
         join resources on resources.id = moment.resource_id
         group by resources.id, moment.busy_from having count(*) > resources.quantity",
    ),
    (
        "a unit of a resource is taken twice at once, or there is none of that number",
        "select a.resource_id || ' ' || a.unit from resource_claims a
         join resources on resources.id = a.resource_id
         left join resource_claims b on b.resource_id = a.resource_id and b.unit = a.unit and b.entry_id <> a.entry_id
              and b.busy_from < a.busy_to and b.busy_to > a.busy_from
         where b.entry_id is not null or a.unit not between 1 and resources.quantity",
    ),
    (
        "an entry has not exactly the resources that its service needs, while it is busy",
        "select entry.id || ': ' || coalesce(needs.quantity, 0) || ' needed, ' || count(claims.unit)
         from calendar_entries entry
         cross join resources
         left join service_resources needs
              on needs.service_id = entry.service_id and needs.resource_id = resources.id
         left join resource_claims claims
              on claims.entry_id = entry.id and claims.resource_id = resources.id
         group by entry.id, resources.id, needs.quantity
         having count(claims.unit) <> coalesce(needs.quantity, 0)
             or bool_or((claims.busy_from, claims.busy_to) <> (entry.busy_from, entry.busy_to))",
    ),
    (
        "a hold has no entry at its time",
        "select id::text from holds hold where not exists (
             select from calendar_entries entry
             where (entry.id, entry.business_id, entry.staff_id, entry.starts_at, entry.ends_at)
                 = (hold.entry_id, hold.business_id, hold.staff_id, hold.starts_at, hold.ends_at))",
    ),
    (
        "a customer has two holds at one business",
        "select customer_id || ' ' || business_id from holds where customer_id is not null
         group by customer_id, business_id having count(*) > 1",
    ),
    (
        "a hold is nobody's, or that of two",
        "select id::text from holds where num_nonnulls(customer_id, guest_hash, waitlist_entry_id) <> 1
         union all
         select min(id::text) from holds where waitlist_entry_id is not null
         group by waitlist_entry_id having count(*) > 1",
    ),
    (
        "a series or a visit has not the appointments of one customer at its business",
        "select whole.id || ': ' || count(appointments.id)
         from (select id, business_id, customer_id, 1 as least from series
               union all select id, business_id, null, 2 from visits) whole
         left join appointments on whole.id in (series_id, visit_id)
         group by whole.id, whole.business_id, whole.customer_id, least
         having count(appointments.id) < least or count(distinct appointments.customer_id) > 1
             or bool_or(appointments.business_id <> whole.business_id)
             or bool_or(appointments.customer_id <> whole.customer_id)",
    ),
    (
        "an idempotency key has not exactly one booking of its own",
        "with booked as (
             select coalesce(series_id, visit_id, id) as whole, min(customer_id::text) as customer
             from appointments where card_id is null group by whole),
         keyed as (
             select key, user_id::text as customer, coalesce(series_id, visit_id, appointments.id) as whole
             from idempotency_keys left join appointments on appointments.id = appointment_id)
         select coalesce(keyed.key, booked.whole::text)
         from keyed full join booked on booked.whole = keyed.whole
         where keyed.key is null or booked.whole is null or keyed.customer <> booked.customer
         union all
         select whole::text from keyed group by whole having count(*) > 1",
    ),
];

/// How many violations of one kind are told.
const TOLD: usize = 5;

/// What is wrong with the tables, in words.
///
/// # Errors
/// If the database does not answer.
pub async fn violations(database: &Client) -> anyhow::Result<Vec<String>> {
    // Quick or not, nothing is cut short.
    database.batch_execute("set statement_timeout = 0").await?;
    let mut found = Vec::new();
    for (what, sql) in ALL {
        let rows = database.query(sql, &[]).await.with_context(|| what.to_owned())?;
        found.extend(rows.iter().take(TOLD).map(|row| format!("{what}: {}", row.get::<_, String>(0))));
        if rows.len() > TOLD {
            found.push(format!("{what}: {} more", rows.len() - TOLD));
        }
    }
    Ok(found)
}
