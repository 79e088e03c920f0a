//! SQL for series. Each statement is one for all visits, however many.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use tokio_postgres::types::Json;
use utoipa::ToSchema;

use super::{
    view::{Found, Missing, Series, SeriesDate},
    wish::{OnConflict, SeriesWish},
};
use crate::{
    appointments::{
        status::Status,
        store::add,
        view::{Appointment, Audience},
    },
    availability::Loaded,
    db::{self, Param, Row, Sql, Transaction},
    ids::{AppointmentId, CalendarEntryId, HistoryEntryId, SeriesId, UserId},
    intake::{self, ToKeep},
};

/// A series about to exist.
pub(super) struct NewSeries<'a> {
    pub(super) id: SeriesId,
    pub(super) customer: UserId,
    pub(super) wish: &'a SeriesWish,
    pub(super) loaded: &'a Loaded,
    /// What became of the dates.
    pub(super) missing: &'a [SeriesDate],
    pub(super) created_at: Timestamp,
}

/// One of its appointments, whose time is taken.
pub(super) struct NewVisit {
    pub(super) id: AppointmentId,
    pub(super) entry: CalendarEntryId,
    pub(super) status: Status,
    pub(super) price_minor: i64,
}

/// Books the time of each visit's entry, with all that belongs to it, and records it.
pub(super) async fn insert(
    tx: &Transaction<'_>,
    new: &NewSeries<'_>,
    visits: &[NewVisit],
    answers: &ToKeep,
) -> Result<(), db::Error> {
    let history = "
        insert into appointment_history (id, appointment_id, to_status, actor_id, at)
        select entry.id, appointments.id, appointments.status, appointments.customer_id, appointments.created_at
        from unnest($1, $2) as entry (id, appointment_id)
        join appointments on appointments.id = entry.appointment_id";
    let ids: Vec<AppointmentId> = visits.iter().map(|visit| visit.id).collect();
    let entries: Vec<HistoryEntryId> = visits.iter().map(|_| HistoryEntryId::new(new.created_at)).collect();
    let history_params: [&dyn Param; 2] = [&entries, &ids];
    let (made, booked, added, answered, recorded) = tokio::join!(
        insert_series(tx, new),
        insert_visits(tx, new, visits),
        add(tx, &ids, &new.loaded.add_ons),
        intake::keep(tx, answers),
        tx.execute(history, &history_params),
    );
    made?;
    booked?;
    added?;
    answered?;
    recorded.map(drop)
}

async fn insert_series(tx: &Transaction<'_>, new: &NewSeries<'_>) -> Result<(), db::Error> {
    let sql = "
        insert into series (id, business_id, customer_id, rule, first_date, start_minute, on_conflict, not_booked, created_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    let SeriesWish { first, rule, on_conflict } = new.wish;
    let missing: Vec<Missing> = new.missing.iter().filter_map(SeriesDate::missing).collect();
    let missing = serde_json::to_value(missing).unwrap_or_default();
    let params: [&dyn Param; 9] = [
        &new.id,
        &new.loaded.business.id,
        &new.customer,
        &rule.as_str(),
        &first.date,
        &i16::from(first.time),
        &on_conflict.as_str(),
        &missing,
        &new.created_at,
    ];
    tx.execute(sql, &params).await.map(drop)
}

async fn insert_visits(
    tx: &Transaction<'_>,
    new: &NewSeries<'_>,
    visits: &[NewVisit],
) -> Result<(), db::Error> {
    let sql = "
        insert into appointments (id, entry_id, business_id, service_id, staff_id, starts_at, ends_at, busy_from, busy_to,
                                  gap_from, gap_to, customer_id, status, price_minor, price_currency, notes, created_at,
                                  updated_at, confirmed_at, policy, series_id)
        select visit.id, entry.id, entry.business_id, entry.service_id, entry.staff_id, entry.starts_at, entry.ends_at,
               entry.busy_from, entry.busy_to, entry.gap_from, entry.gap_to, $5, visit.status, visit.price_minor, $6, $7,
               $8, $8, case when visit.status = 'confirmed' then $8 end, $9, $10
        from unnest($1, $2, $3, $4) as visit (id, entry_id, status, price_minor)
        join calendar_entries entry on entry.id = visit.entry_id";
    let ids: Vec<AppointmentId> = visits.iter().map(|visit| visit.id).collect();
    let entries: Vec<CalendarEntryId> = visits.iter().map(|visit| visit.entry).collect();
    let statuses: Vec<&str> = visits.iter().map(|visit| visit.status.as_str()).collect();
    let prices: Vec<i64> = visits.iter().map(|visit| visit.price_minor).collect();
    let currency = new.loaded.service.price_currency.code();
    let policy = serde_json::to_value(&new.loaded.schedule.policy).unwrap_or_default();
    let notes = new.wish.first.notes.as_str();
    let params: [&dyn Param; 10] = [
        &ids,
        &entries,
        &statuses,
        &prices,
        &new.customer,
        &currency,
        &notes,
        &new.created_at,
        &policy,
        &new.id,
    ];
    tx.execute(sql, &params).await.map(drop)
}

/// A series of a customer's own.
pub(super) async fn one(on: &impl Sql, id: SeriesId, customer: UserId) -> Result<Option<Series>, db::Error> {
    Ok(found(on, id, customer).await?.map(Found::standing))
}

/// The series that an appointment of a customer's own was booked with.
pub(super) async fn with_appointment(
    on: &impl Sql,
    id: AppointmentId,
    customer: UserId,
) -> Result<Option<Series>, db::Error> {
    let sql = "select series_id from appointments where id = $1 and customer_id = $2";
    let row = on.row(sql, &[&id, &customer]).await?;
    match row.and_then(|row| row.get(0)) {
        Some(series) => one(on, series, customer).await,
        None => Ok(None),
    }
}

/// A series of a customer's own, with all of its appointments, in one round trip.
pub(super) async fn found(on: &impl Sql, id: SeriesId, customer: UserId) -> Result<Option<Found>, db::Error> {
    let sql = "
        select businesses.slug, businesses.name, businesses.timezone, series.rule, series.on_conflict, series.created_at,
               series.not_booked
        from series join businesses on businesses.id = series.business_id
        where series.id = $1 and series.customer_id = $2";
    let audience = Audience::Customer(customer);
    let appointments = format!(
        "{} where appointments.series_id = $1 and {} = $2 order by appointments.starts_at, appointments.id",
        audience.select(),
        audience.column()
    );
    let params: [&dyn Param; 2] = [&id, &customer];
    let (row, rows) = tokio::join!(on.row(sql, &params), on.rows(&appointments, &params));
    let (row, rows) = (row?, rows?);
    Ok(row.map(|row| {
        let Json(missing): Json<Vec<Missing>> = row.get(6);
        Found {
            id,
            business: row.get(0),
            business_name: row.get(1),
            timezone: row.get(2),
            rule: row.get(3),
            on_conflict: row.get(4),
            created_at: row.get(5),
            missing,
            appointments: rows.iter().map(|row| Appointment::from_row(row, audience)).collect(),
        }
    }))
}

/// A series, for a person's own copy of what is kept about them. Its visits are among the appointments.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::appointments) struct KeptSeries {
    id: SeriesId,
    /// The business's slug.
    business: String,
    rule: String,
    on_conflict: OnConflict,
    /// The dates on which nothing is booked.
    not_booked: Value,
    created_at: Timestamp,
}

/// What somebody booked by a rule, oldest first.
pub(in crate::appointments) async fn kept_about(
    on: &impl Sql,
    person: UserId,
) -> Result<Vec<KeptSeries>, db::Error> {
    let sql = "
        select series.id, businesses.slug, series.rule, series.on_conflict, series.not_booked, series.created_at
        from series join businesses on businesses.id = series.business_id
        where series.customer_id = $1 order by series.created_at, series.id";
    let kept = |row: &Row| KeptSeries {
        id: row.get(0),
        business: row.get(1),
        rule: row.get(2),
        on_conflict: row.get(3),
        not_booked: row.get(4),
        created_at: row.get(5),
    };
    Ok(on.rows(sql, &[&person]).await?.iter().map(kept).collect())
}
