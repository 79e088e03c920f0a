//! A visit as mails tell of it: everything that any reader of them may see, in one row.

use jiff::{Timestamp, tz::TimeZone};
use serde_json::Value;

use crate::{
    accounts::Preferences,
    appointments::Status,
    db::{self, Param, Row, Sql},
    ids::{AppointmentId, SeriesId, UserId, VisitId},
    language::Language,
    locations::{ADDRESS, OFFERED_THERE},
    money::Currency,
};

/// A visit.
pub(super) struct Visit {
    pub(super) id: AppointmentId,
    /// The visit of several services that it was booked as a part of.
    pub(super) part_of: Option<VisitId>,
    pub(super) status: Status,
    pub(super) starts_at: Timestamp,
    pub(super) ends_at: Timestamp,
    /// When it was to begin before it was last moved.
    pub(super) moved_from: Option<Timestamp>,
    pub(super) zone: TimeZone,
    pub(super) price_minor: i64,
    pub(super) currency: Currency,
    pub(super) notes: String,
    pub(super) cancelled_by: Option<String>,
    pub(super) cancellation_reason: String,
    /// How often calendars have had to be told of a change.
    pub(super) sequence: i32,
    pub(super) service: String,
    pub(super) staff: String,
    pub(super) cancellation_deadline_minutes: i32,
    pub(super) business: Business,
    /// `None` once the account has been erased. Their address is empty where they have no account and left none.
    pub(super) customer: Option<Person>,
    /// Whether the customer, who has no account and left no address, has shown the phone number to be theirs.
    pub(super) is_texted: bool,
    /// Whether the customer has an account.
    pub(super) has_account: bool,
    /// `None` once the owner's account has been erased.
    pub(super) owner: Option<Person>,
}

/// The business, as its customers know it.
pub(super) struct Business {
    pub(super) name: String,
    /// Empty if it gives none.
    pub(super) email: String,
    pub(super) phone: String,
    /// Where the visit takes place, in one line, as on an envelope.
    pub(super) address: String,
}

/// Someone who can be written to.
pub(super) struct Person {
    pub(super) email: String,
    pub(super) language: Language,
    pub(super) preferences: Preferences,
    pub(super) name: String,
    pub(super) phone: String,
}

impl Person {
    /// Where they are reached without an account.
    pub(super) fn contact(&self) -> &str {
        if self.email.is_empty() { &self.phone } else { &self.email }
    }

    /// `None` where the row was joined with nobody.
    fn from_row(row: &Row, first: usize) -> Option<Self> {
        row.get::<_, Option<UserId>>(first)?;
        Some(Self {
            email: row.get(first + 1),
            language: Language::from_tag(row.get(first + 2)).unwrap_or_default(),
            preferences: Preferences::from_stored(&row.get::<_, Value>(first + 3)),
            name: row.get(first + 4),
            phone: row.get(first + 5),
        })
    }
}

const OWN_COLUMNS: usize = 19;
const PERSON_COLUMNS: usize = 6;

/// The visit as it stands.
pub(super) async fn load(on: &impl Sql, id: AppointmentId) -> Result<Option<Visit>, db::Error> {
    Ok(read(on, "appointments.id = $1", &[&id]).await?.pop())
}

/// The visits of a series that still stand, in order.
pub(super) async fn standing_of(on: &impl Sql, series: SeriesId) -> Result<Vec<Visit>, db::Error> {
    let matching = "
        appointments.series_id = $1 and appointments.status in ('pending', 'confirmed')
        order by appointments.starts_at, appointments.id";
    read(on, matching, &[&series]).await
}

/// The visits of a series that were cancelled at an instant, in order.
pub(super) async fn cancelled_of(
    on: &impl Sql,
    series: SeriesId,
    at: Timestamp,
) -> Result<Vec<Visit>, db::Error> {
    let matching = "
        appointments.series_id = $1 and appointments.status = 'cancelled' and appointments.cancelled_at = $2
        order by appointments.starts_at, appointments.id";
    read(on, matching, &[&series, &at]).await
}

/// The parts of a visit of several services, in order.
pub(super) async fn parts_of(on: &impl Sql, visit: VisitId) -> Result<Vec<Visit>, db::Error> {
    read(on, "appointments.visit_id = $1 order by appointments.starts_at, appointments.id", &[&visit]).await
}

/// `matching` comes behind a WHERE.
async fn read(on: &impl Sql, matching: &str, params: &[&dyn Param]) -> Result<Vec<Visit>, db::Error> {
    let sql = format!(
        "select appointments.status, appointments.starts_at, appointments.ends_at, businesses.timezone,
            appointments.price_minor, appointments.price_currency, appointments.notes, appointments.cancelled_by,
            appointments.cancellation_reason, appointments.calendar_sequence, services.name,
            staff_members.display_name, businesses.cancellation_deadline_minutes, businesses.name,
            businesses.email, coalesce(nullif(place.telephone, ''), businesses.phone_number), {ADDRESS},
            (select old_starts_at from appointment_history
             where appointment_id = appointments.id and old_starts_at is not null order by at desc limit 1),
            customers.id is not null,
            owners.id, owners.email::text, owners.locale, owners.preferences,
            coalesce(nullif(trim(owners.first_name || ' ' || owners.last_name), ''), owners.username::text), owners.phone,
            coalesce(customers.id, card.id), coalesce(customers.email::text, card.email),
            coalesce(customers.locale, owners.locale, ''), coalesce(customers.preferences, '{{}}'),
            coalesce(nullif(trim(customers.first_name || ' ' || customers.last_name), ''), customers.username::text,
                     card.name),
            coalesce(customers.phone, card.phone),
            appointments.id, appointments.visit_id,
            customers.id is null and card.email = '' and card.phone_shown_at is not null
        from appointments
        join businesses on businesses.id = appointments.business_id
        join services on services.id = appointments.service_id
        join locations place on place.business_id = appointments.business_id and {OFFERED_THERE}
        join staff_members on staff_members.id = appointments.staff_id
        left join users owners on owners.id = businesses.owner_id
        left join users customers on customers.id = appointments.customer_id
        left join customers card on card.id = appointments.card_id and card.retired_at is null
        where {matching}"
    );
    let visit = |row: &Row| Visit {
        id: row.get(OWN_COLUMNS + 2 * PERSON_COLUMNS),
        part_of: row.get(OWN_COLUMNS + 2 * PERSON_COLUMNS + 1),
        is_texted: row.get::<_, Option<bool>>(OWN_COLUMNS + 2 * PERSON_COLUMNS + 2).unwrap_or_default(),
        status: row.get(0),
        starts_at: row.get(1),
        ends_at: row.get(2),
        moved_from: row.get(17),
        zone: TimeZone::get(row.get(3)).unwrap_or(TimeZone::UTC),
        price_minor: row.get(4),
        currency: Currency::from_code(row.get(5)).unwrap_or(Currency::PLN),
        notes: row.get(6),
        cancelled_by: row.get(7),
        cancellation_reason: row.get(8),
        sequence: row.get(9),
        service: row.get(10),
        staff: row.get(11),
        cancellation_deadline_minutes: row.get(12),
        business: Business {
            name: row.get(13),
            email: row.get(14),
            phone: row.get(15),
            address: row.get(16),
        },
        customer: Person::from_row(row, OWN_COLUMNS + PERSON_COLUMNS),
        has_account: row.get(OWN_COLUMNS - 1),
        owner: Person::from_row(row, OWN_COLUMNS),
    };
    Ok(on.rows(&sql, params).await?.iter().map(visit).collect())
}
