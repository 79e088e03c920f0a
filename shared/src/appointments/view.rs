//! An appointment as its customer and as the business sees it.

use std::{mem, sync::LazyLock};

use jiff::{Timestamp, tz::TimeZone};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio_postgres::types::Json;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{RefOr, Schema, schema::AllOfBuilder},
};
use uuid::Uuid;

use super::status::Status;
use crate::{
    availability::local_instant,
    customers::Party,
    db::Row,
    ids::{
        AddOnId, AppointmentId, BusinessId, CustomerId, LocationId, SeriesId, StaffMemberId, UserId, VisitId,
    },
    intake::{self, Answer},
    locations::{ADDRESS, OFFERED_THERE},
    money::Currency,
    openapi::schema::{collect, reference},
    scheduling::Policy,
    sealing::Sealing,
    services::{self, Service},
    staff::{self, PublicStaffMember},
};

/// Whose appointments: those of a customer, or those of a business, in the owner form.
#[derive(Clone, Copy, Debug)]
pub(super) enum Audience {
    Customer(UserId),
    /// Somebody without an account, by their card.
    Guest(CustomerId),
    Business(BusinessId),
}

impl From<Party> for Audience {
    fn from(customer: Party) -> Self {
        match customer {
            Party::Account(user) => Self::Customer(user),
            Party::Card(card) => Self::Guest(card),
        }
    }
}

impl Audience {
    /// The column that makes an appointment theirs.
    pub(super) fn column(self) -> &'static str {
        match self {
            Self::Customer(_) => "appointments.customer_id",
            Self::Guest(_) => "appointments.card_id",
            Self::Business(_) => "appointments.business_id",
        }
    }

    /// Reads appointments with all that belongs to them and that these may see; a WHERE goes behind it.
    pub(super) fn select(self) -> &'static str {
        match self {
            Self::Customer(_) | Self::Guest(_) => &SELECT,
            Self::Business(_) => &OWN_SELECT,
        }
    }

    /// What that column holds.
    pub(super) fn id(self) -> Uuid {
        match self {
            Self::Customer(id) => id.uuid(),
            Self::Guest(id) => id.uuid(),
            Self::Business(id) => id.uuid(),
        }
    }
}

/// An appointment.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Appointment {
    id: AppointmentId,
    /// The business's slug.
    business: String,
    business_name: String,
    service: Service,
    staff: PublicStaffMember,
    /// Where it takes place: follows from its service.
    location: Whereabouts,
    status: Status,
    start: String,
    end: String,
    timezone: String,
    price_amount: String,
    price_currency: String,
    notes: String,
    google_event_id: Option<String>,
    /// The series it was booked with, if it was.
    series_id: Option<SeriesId>,
    /// As it was when this was booked; null if that was before it was kept.
    booking_policy: Option<Policy>,
    add_ons: Vec<AddedOn>,
    /// The visit that it was booked as a part of; null if it was booked alone.
    visit_id: Option<VisitId>,
    created_at: String,
    #[serde(skip)]
    #[schema(ignore)]
    ends_at: Timestamp,
    /// Only for the business: see [`OwnAppointment`].
    #[schema(ignore)]
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    owner_form: Option<OwnerForm>,
}

/// Where an appointment takes place.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AppointmentLocation)]
struct Whereabouts {
    id: LocationId,
    /// What it is called among those of its business; empty if it is called nothing.
    name: String,
    /// One line, as on an envelope.
    address: String,
    /// Decimal degrees with six places.
    latitude: Option<String>,
    longitude: Option<String>,
}

/// Several appointments in a row that were booked as one, as their customer sees them.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Visit)]
pub(super) struct VisitInFull {
    id: VisitId,
    /// The business's slug.
    business: String,
    business_name: String,
    /// When the first part starts.
    start: String,
    /// When the last part is over.
    end: String,
    timezone: String,
    /// Its parts, the earliest first: each an appointment like any other, with a price and a status of its own.
    appointments: Vec<Appointment>,
}

impl VisitInFull {
    /// Of its appointments, the earliest first; nothing of none.
    pub(super) fn of(id: VisitId, appointments: Vec<Appointment>) -> Option<Self> {
        let (first, last) = (appointments.first()?, appointments.last()?);
        Some(Self {
            id,
            business: first.business.clone(),
            business_name: first.business_name.clone(),
            start: first.start.clone(),
            end: last.end.clone(),
            timezone: first.timezone.clone(),
            appointments,
        })
    }
}

/// What was added to a visit, as it was called and cost when it was booked.
#[derive(Debug, Serialize, ToSchema)]
struct AddedOn {
    id: AddOnId,
    name: String,
    duration_minutes: i32,
    /// In the appointment's currency.
    price_amount: String,
}

#[derive(Deserialize)]
struct StoredAddOn {
    id: AddOnId,
    name: String,
    duration_minutes: i32,
    price_minor: i64,
}

/// An appointment in the owner form.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub struct OwnAppointment(Appointment);

impl OwnAppointment {
    /// One that was read for its business, with what is sealed in it.
    pub(super) fn new(mut appointment: Appointment, sealing: &Sealing) -> Self {
        if let Some(form) = &mut appointment.owner_form {
            let answers = mem::take(&mut form.answers).into_iter();
            form.answers = answers.map(|answer| answer.open(appointment.id, sealing)).collect();
        }
        Self(appointment)
    }
}

impl PartialSchema for OwnAppointment {
    fn schema() -> RefOr<Schema> {
        let parts = AllOfBuilder::new().item(reference::<Appointment>()).item(reference::<OwnerForm>());
        Schema::from(parts.build()).into()
    }
}

impl ToSchema for OwnAppointment {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        collect::<Appointment>(schemas);
        collect::<OwnerForm>(schemas);
    }
}

/// What the business sees besides.
#[derive(Debug, Serialize, ToSchema)]
struct OwnerForm {
    /// Null where they have no account.
    customer_id: Option<UserId>,
    /// The card of a customer without an account, for whom the business booked.
    card_id: Option<CustomerId>,
    customer_email: Option<String>,
    customer_first_name: Option<String>,
    customer_last_name: Option<String>,
    customer_phone: Option<String>,
    updated_at: String,
    confirmed_at: Option<String>,
    cancelled_at: Option<String>,
    cancelled_by: Option<String>,
    cancellation_reason: String,
    completed_at: Option<String>,
    /// What the customer answered when they booked.
    answers: Vec<Answer>,
}

/// Columns before those of the service and of the staff member.
const OWN_COLUMNS: usize = 32;

static SELECT: LazyLock<String> = LazyLock::new(|| select_with(""));
static OWN_SELECT: LazyLock<String> = LazyLock::new(|| select_with(&format!(", {}", intake::ANSWERS)));

fn select_with(more: &str) -> String {
    let (service, staff) = (&*services::COLUMNS, &*staff::COLUMNS);
    format!(
        "select appointments.id, businesses.slug, businesses.name, appointments.status, appointments.starts_at,
        appointments.ends_at, businesses.timezone, appointments.price_minor, appointments.price_currency,
        appointments.notes, appointments.google_event_id, appointments.created_at,
        appointments.customer_id, coalesce(customers.email::text, nullif(card.email, '')),
        coalesce(customers.first_name, split_part(card.name, ' ', 1)),
        coalesce(customers.last_name, substr(card.name, length(split_part(card.name, ' ', 1)) + 2)),
        coalesce(customers.phone, card.phone), appointments.updated_at, appointments.confirmed_at, appointments.cancelled_at,
        appointments.cancelled_by, appointments.cancellation_reason, appointments.policy,
        (select coalesce(jsonb_agg(jsonb_build_object('id', added.add_on_id, 'name', added.name,
                                                      'duration_minutes', added.duration_minutes,
                                                      'price_minor', added.price_minor)
                                   order by added.add_on_id), '[]')
         from appointment_add_ons added where added.appointment_id = appointments.id),
        card.id, appointments.series_id, appointments.visit_id,
        place.id, place.label, {ADDRESS}, place.latitude::text, place.longitude::text,
        {service}, {staff}, appointments.completed_at{more}
        from appointments
        join businesses on businesses.id = appointments.business_id
        join services on services.id = appointments.service_id
        join locations place on place.business_id = appointments.business_id and {OFFERED_THERE}
        join staff_members on staff_members.id = appointments.staff_id
        left join users customers on customers.id = appointments.customer_id
        left join customers card on card.id = appointments.card_id and card.retired_at is null"
    )
}

impl Appointment {
    pub(super) fn id(&self) -> AppointmentId {
        self.id
    }

    pub(super) fn ends_at(&self) -> Timestamp {
        self.ends_at
    }

    pub(super) fn staff(&self) -> StaffMemberId {
        self.staff.id()
    }

    /// By the business's clocks.
    pub(super) fn start(&self) -> &str {
        &self.start
    }

    pub(super) fn date(&self) -> &str {
        self.start.split_once('T').map_or(&self.start, |(date, _)| date)
    }

    /// Reads a row of what their [`Audience`] selects.
    pub(super) fn from_row(row: &Row, audience: Audience) -> Self {
        let timezone: String = row.get(6);
        let zone = TimeZone::get(&timezone).unwrap_or(TimeZone::UTC);
        let at = |index: usize| local_instant(row.get(index), &zone);
        let maybe_at =
            |index: usize| row.get::<_, Option<Timestamp>>(index).map(|at| local_instant(at, &zone));
        let price_currency: String = row.get(8);
        let currency = Currency::from_code(&price_currency).unwrap_or(Currency::PLN);
        let owner_form = || OwnerForm {
            customer_id: row.get(12),
            card_id: row.get(24),
            customer_email: row.get(13),
            customer_first_name: row.get(14),
            customer_last_name: row.get(15),
            customer_phone: row.get(16),
            updated_at: at(17),
            confirmed_at: maybe_at(18),
            cancelled_at: maybe_at(19),
            cancelled_by: row.get(20),
            cancellation_reason: row.get(21),
            completed_at: maybe_at(row.len() - 2),
            answers: intake::answers_from_row(row, row.len() - 1),
        };
        let policy: Option<Value> = row.get(22);
        let Json(add_ons): Json<Vec<StoredAddOn>> = row.get(23);
        let add_ons = add_ons.into_iter().map(|added| AddedOn {
            id: added.id,
            name: added.name,
            duration_minutes: added.duration_minutes,
            price_amount: currency.decimal(added.price_minor),
        });
        Self {
            id: row.get(0),
            business: row.get(1),
            business_name: row.get(2),
            service: Service::from_row(row, OWN_COLUMNS),
            staff: PublicStaffMember::from_row(row, OWN_COLUMNS + services::WIDTH),
            status: row.get(3),
            start: at(4),
            end: at(5),
            timezone,
            price_amount: currency.decimal(row.get(7)),
            price_currency,
            notes: row.get(9),
            google_event_id: row.get(10),
            series_id: row.get(25),
            booking_policy: policy.and_then(|policy| serde_json::from_value(policy).ok()),
            add_ons: add_ons.collect(),
            visit_id: row.get(26),
            location: Whereabouts {
                id: row.get(27),
                name: row.get(28),
                address: row.get(29),
                latitude: row.get(30),
                longitude: row.get(31),
            },
            created_at: at(11),
            ends_at: row.get(5),
            owner_form: matches!(audience, Audience::Business(_)).then(owner_form),
        }
    }
}
