//! Appointments. Those that overlap are for `overlaps`.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use serde_json::{Value, json};
use shared::{appointments::Status, money::Currency, scheduling::MinuteOfDay};
use uuid::Uuid;

use super::{
    businesses::Businesses,
    overlaps,
    report::{Kind, Report},
    services::{Service, Services, price_minor},
    source::{Source, SourceRow, Table},
    staff::Staff,
    target::{Known, Target, derived, id_of},
};

pub(super) const TABLE: Table = Table {
    name: "businesses_appointment",
    columns: &[
        &["id"],
        &["business_id"],
        &["service_id"],
        &["staff_id", "staff_member_id"],
        &["customer_id", "user_id", "client_id"],
        &["status"],
        &["start", "starts_at", "start_at", "start_datetime"],
        &["end", "ends_at", "end_at", "end_datetime"],
        &["date", "appointment_date"],
        &["start_time"],
        &["end_time"],
        &["price_amount", "price"],
        &["price_currency", "currency"],
        &["notes"],
        &["google_event_id"],
        &["created_at"],
        &["updated_at"],
        &["confirmed_at"],
        &["completed_at"],
        &["cancelled_at", "canceled_at"],
        &["cancelled_by", "cancelled_by_id"],
        &["cancellation_reason"],
    ],
    needed: &["id", "business_id", "service_id", "status"],
    // Who booked first keeps the time.
    order: "created_at",
};

/// As the table has it.
const LONGEST_TEXT: usize = 500;
const LONGEST_BUSY: SignedDuration = SignedDuration::from_hours(72);

/// What appointments refer to.
pub(super) struct Taken {
    pub(super) users: Known,
    pub(super) businesses: Businesses,
    pub(super) services: Services,
    pub(super) staff: Staff,
}

/// An appointment about to be ours.
pub(super) struct Appointment {
    pub(super) source_id: String,
    pub(super) id: Uuid,
    /// All columns but the staff member.
    pub(super) row: Value,
    /// Whom it may be with, in order.
    pub(super) staff: Vec<Uuid>,
    pub(super) busy: (Timestamp, Timestamp),
}

pub(super) async fn copy(
    source: &Source<'_>,
    target: &Target<'_>,
    report: &mut Report,
    taken: &Taken,
) -> anyhow::Result<()> {
    let known = target.known(TABLE.name, "appointments").await?;
    let offering = offering(target).await?;
    let Some(mut rows) = source.read(&TABLE, report).await? else { return Ok(()) };
    let mut overlapping = Vec::new();
    let appointment = |row: &SourceRow, report: &mut Report| appointment(row, taken, &offering, report);
    while let Some(new) = rows.next(&known, report, appointment).await? {
        let new = new.into_iter().map(|(_, appointment)| appointment).collect();
        overlapping.extend(take(target, report, new).await?);
    }
    // Last of all, so that it does not matter where one batch ends and the next begins.
    for appointment in overlapping {
        overlaps::settle(target, report, appointment).await?;
    }
    Ok(())
}

/// Who can take a service, in the business's order; under the business's own id, everybody.
async fn offering(target: &Target<'_>) -> anyhow::Result<HashMap<Uuid, Vec<Uuid>>> {
    let sql = "
        select service_id, staff_id from (
            select service_id, staff_id, position from staff_services
            join staff_members on staff_members.id = staff_id where is_bookable and retired_at is null
            union all
            select business_id, id, position + case when is_bookable and retired_at is null then 0 else 1000000 end
            from staff_members) as offer (service_id, staff_id, position)
        order by position, staff_id";
    let mut offering = HashMap::<Uuid, Vec<Uuid>>::new();
    for row in target.rows(sql, &[]).await? {
        offering.entry(row.get(0)).or_default().push(row.get(1));
    }
    Ok(offering)
}

/// Adds those for whom there is a free staff member; the others are returned.
async fn take(
    target: &Target<'_>,
    report: &mut Report,
    new: Vec<Appointment>,
) -> anyhow::Result<Vec<Appointment>> {
    let ids: Vec<Uuid> = new.iter().map(|appointment| appointment.id).collect();
    let there = target.existing("appointments", &ids).await?;
    let (copied, mut waiting): (Vec<_>, Vec<_>) =
        new.into_iter().partition(|appointment| there.contains(&appointment.id));
    for _ in &copied {
        report.before(TABLE.name);
    }
    record(target, &copied, "").await?;
    let mut overlapping = Vec::new();
    for attempt in 0.. {
        let (trying, out): (Vec<_>, Vec<_>) =
            waiting.into_iter().partition(|appointment| attempt < appointment.staff.len());
        overlapping.extend(out);
        if trying.is_empty() {
            break;
        }
        let rows = trying.iter().map(|appointment| with_staff(appointment, appointment.staff[attempt]));
        let inserted = target.insert("appointments", rows.collect()).await?;
        let (done, rest): (Vec<_>, Vec<_>) =
            trying.into_iter().partition(|appointment| inserted.contains(&appointment.id));
        report.taken(TABLE.name, done.len());
        record(target, &done, "").await?;
        waiting = rest;
    }
    Ok(overlapping)
}

pub(super) fn with_staff(appointment: &Appointment, staff: Uuid) -> Value {
    let mut row = appointment.row.clone();
    row["staff_id"] = json!(staff);
    row
}

/// Writes appointments down, in the ledger and in their history.
pub(super) async fn record(target: &Target<'_>, taken: &[Appointment], remark: &str) -> anyhow::Result<()> {
    let entries: Vec<_> = taken.iter().map(|new| (new.source_id.clone(), new.id, remark)).collect();
    target.record(TABLE.name, &entries).await?;
    let history = taken.iter().map(|new| {
        json!({
            "id": derived(&["history", TABLE.name, &new.source_id]),
            "appointment_id": new.id,
            "to_status": new.row["status"],
            "reason": remark,
            "at": new.row["updated_at"],
        })
    });
    target.insert("appointment_history", history.collect()).await.map(drop)
}

/// One of ours, or why there can be none.
fn appointment(
    row: &SourceRow,
    taken: &Taken,
    offering: &HashMap<Uuid, Vec<Uuid>>,
    report: &mut Report,
) -> Result<Appointment, String> {
    let (business, facts) = taken.businesses.of(row)?;
    let service_id = taken.services.known.get(row.text("service_id")).copied().flatten();
    let service = service_id.and_then(|id| Some((id, taken.services.facts.get(&id)?)));
    let (service_id, service) = service.ok_or("its service was not taken")?;
    if service.business != business {
        return Err("its service is another business's".to_owned());
    }
    let status = status(row.text("status"))?;
    let (starts_at, ends_at) = times(row, service, &facts.zone)?;
    let busy_to = ends_at + SignedDuration::from_mins(service.buffer_minutes.into());
    if ends_at <= starts_at {
        return Err("it does not end after it starts".to_owned());
    }
    if busy_to.duration_since(starts_at) > LONGEST_BUSY {
        return Err("it takes more than three days".to_owned());
    }
    let staff = staff(row, taken, business, service_id, offering).ok_or("nobody works at its business")?;
    let id = id_of(TABLE.name, row.id());
    let mut columns = columns(row, status, starts_at, service, report);
    let customer = customer(row, taken, report);
    for (name, value) in [
        ("id", json!(id)),
        ("business_id", json!(business)),
        ("service_id", json!(service_id)),
        ("customer_id", json!(customer)),
        ("is_nobodys", json!(customer.is_none())),
        ("starts_at", json!(starts_at)),
        ("ends_at", json!(ends_at)),
        ("busy_from", json!(starts_at)),
        ("busy_to", json!(busy_to)),
    ] {
        columns[name] = value;
    }
    Ok(Appointment { source_id: row.id().to_owned(), id, row: columns, staff, busy: (starts_at, busy_to) })
}

/// What an appointment says besides what it refers to and when it is.
fn columns(
    row: &SourceRow,
    status: Status,
    starts_at: Timestamp,
    service: &Service,
    report: &mut Report,
) -> Value {
    let mut changed = |text: String| report.remark(Kind::Changed, TABLE.name, row.id(), text);
    let (price_minor, currency) = price(row, service, &mut changed);
    let created_at = row.instant("created_at").unwrap_or(starts_at);
    let updated_at = row.instant("updated_at").unwrap_or(created_at);
    let cancelled = status == Status::Cancelled;
    let mut text = |name: &str| {
        let short: String = row.text(name).chars().take(LONGEST_TEXT).collect();
        if short.len() < row.text(name).len() {
            changed(format!("its {name} has more than {LONGEST_TEXT} characters: cut off"));
        }
        short
    };
    json!({
        "status": status,
        "price_minor": price_minor,
        "price_currency": currency.code(),
        "notes": text("notes"),
        "google_event_id": row.get("google_event_id").filter(|id| !id.is_empty()),
        "created_at": created_at,
        "updated_at": updated_at,
        "confirmed_at": row.instant("confirmed_at"),
        "completed_at": row.instant("completed_at").filter(|_| status == Status::Completed),
        "cancelled_at": cancelled.then(|| row.instant("cancelled_at").unwrap_or(updated_at)),
        "cancelled_by": cancelled.then(|| cancelled_by(row)).flatten(),
        "cancellation_reason": if cancelled { text("cancellation_reason") } else { String::new() },
    })
}

fn customer(row: &SourceRow, taken: &Taken, report: &mut Report) -> Option<Uuid> {
    let customer = taken.users.get(row.text("customer_id")).copied().flatten();
    if customer.is_none() && row.get("customer_id").is_some() {
        report.remark(Kind::Changed, TABLE.name, row.id(), "its customer is not here: it has none now");
    }
    customer
}

fn status(given: &str) -> Result<Status, String> {
    match given.to_lowercase().as_str() {
        "canceled" => Some(Status::Cancelled),
        "noshow" | "no-show" => Some(Status::NoShow),
        other => Status::from_text(other),
    }
    .ok_or_else(|| format!("there is no status {given:?}"))
}

/// When it starts and ends: instants, or a local date and times of the business's zone. Without an end, the service
/// says how long it takes.
fn times(row: &SourceRow, service: &Service, zone: &TimeZone) -> Result<(Timestamp, Timestamp), String> {
    let local = |time: &str| {
        let date: Date = row.parse("date")?;
        let minute: MinuteOfDay = row.text(time).get(..5)?.parse().ok()?;
        let midnight = date.at(0, 0, 0, 0);
        let at = midnight.checked_add(SignedDuration::from_mins(i16::from(minute).into())).ok()?;
        zone.to_ambiguous_timestamp(at).compatible().ok()
    };
    let start = row.instant("start").or_else(|| local("start_time")).ok_or("it has no start")?;
    let length = SignedDuration::from_mins(service.duration_minutes.into());
    let end = row.instant("end").or_else(|| local("end_time")).or_else(|| start.checked_add(length).ok());
    Ok((start, end.ok_or("it has no end")?))
}

/// Whom it may be with: the staff member it names (by their row, or by their account), else whoever offers the service,
/// else whoever works there.
fn staff(
    row: &SourceRow,
    taken: &Taken,
    business: Uuid,
    service: Uuid,
    offering: &HashMap<Uuid, Vec<Uuid>>,
) -> Option<Vec<Uuid>> {
    let everybody = offering.get(&business)?;
    if let Some(named) = row.get("staff_id") {
        let member = taken.staff.known.get(named).copied().flatten();
        let member =
            member.filter(|member| taken.staff.facts.get(member).is_some_and(|is| is.business == business));
        let user = taken.users.get(named).copied().flatten();
        let by_account = || {
            let works = |member: &&Uuid| taken.staff.facts.get(*member).is_some_and(|is| is.user == user);
            everybody.iter().find(|member| user.is_some() && works(member)).copied()
        };
        if let Some(member) = member.or_else(by_account) {
            return Some(vec![member]);
        }
    }
    Some(offering.get(&service).unwrap_or(everybody).clone())
}

/// What was agreed; where that is of no use, what the service costs.
fn price(row: &SourceRow, service: &Service, changed: &mut impl FnMut(String)) -> (i64, Currency) {
    let usual = (service.price_minor, service.currency);
    if row.get("price_amount").is_none() {
        return usual;
    }
    let currency = row.get("price_currency").map_or(Some(service.currency), Currency::from_code);
    let price = currency.and_then(|currency| Some((price_minor(row, currency)?, currency)));
    price.unwrap_or_else(|| {
        changed("its price is of no use: taken as what its service costs".to_owned());
        usual
    })
}

/// On whose side whoever cancelled was; they may be named by a word or by their account.
fn cancelled_by(row: &SourceRow) -> Option<&str> {
    match row.get("cancelled_by")? {
        "" => None,
        word @ ("customer" | "business" | "system") => Some(word),
        customer if row.get("customer_id") == Some(customer) => Some("customer"),
        _ => Some("business"),
    }
}
