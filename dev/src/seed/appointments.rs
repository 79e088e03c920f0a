//! The fortnight of visits around today: who comes when to whom.

use std::collections::HashMap;

use anyhow::Context;
use jiff::{
    SignedDuration, Timestamp, ToSpan,
    civil::{Date, Time},
    tz::TimeZone,
};
use serde_json::json;
use uuid::Uuid;

use super::{
    accounts::Customers,
    businesses::{Business, CURRENCY, TIME_ZONE},
    course::{Actor, Course, Status},
    diary::{self, Entry},
    dice::Dice,
    places::Service,
    rows::Rows,
    working_time,
};

/// Whose a visit is: an account's, or of somebody who called and is known by a card.
#[derive(Clone, Copy)]
enum Party {
    Account(Uuid),
    Card(Uuid),
}

/// Of so many visits of a place that people call, each of those with a card has one.
const ONE_CALLS_IN: usize = 20;

/// Before today, and after it.
const DAYS: i32 = 7;

/// Visits that the demo customer has in any case, by category and status.
const OF_DEMO_CUSTOMER: [(&str, Status); 5] = [
    ("hairdresser", Status::Pending),
    ("doctor", Status::Completed),
    ("beauty", Status::Confirmed),
    ("spa", Status::Completed),
    ("fitness", Status::Cancelled),
];

/// What some people write when they book.
const NOTES: [&str; 4] = [
    "To moja pierwsza wizyta.",
    "Mogę się spóźnić około 5 minut.",
    "Proszę o fakturę.",
    "Proszę o telefon dzień wcześniej.",
];

pub(super) fn add(
    rows: &mut Rows,
    businesses: &[Business],
    customers: Customers,
    walked_in: &HashMap<Uuid, Vec<Uuid>>,
    now: Timestamp,
) -> anyhow::Result<()> {
    let zone = TimeZone::get(TIME_ZONE)?;
    let first_date = now.to_zoned(zone.clone()).date().checked_sub(DAYS.days())?;
    let dates: Vec<Date> = first_date.series(1.day()).take(2 * DAYS.unsigned_abs() as usize + 1).collect();
    let mut dice = Dice::new();
    let regular = add_series(rows, businesses, &dates, customers.demo, now)?;
    let treat = add_treat(rows, businesses, &dates, customers.demo, now)?;
    let mut clientele = Clientele::new(customers);
    for business in businesses {
        let cards = walked_in.get(&business.id).map_or(&[][..], Vec::as_slice);
        for (nth, visit) in visits(business, &dates, &zone, &mut dice)?.into_iter().enumerate() {
            let auto_confirm = business.place.policy.auto_confirm;
            let course = Course::new(visit.starts_at, visit.ends_at, auto_confirm, now, &mut dice);
            let Some(customer) = clientele.customer_for(&visit, &course, now, &mut dice) else { continue };
            // Some of those who would have come are people who called instead.
            let card = cards.get(nth % ONE_CALLS_IN).filter(|_| customer != clientele.demo.id);
            let customer = card.map_or(Party::Account(customer), |card| Party::Card(*card));
            add_appointment(rows, &visit, &course, (customer, Whole::None), &mut dice);
        }
    }
    for Together { whole, customer, visits } in [regular, treat] {
        for visit in visits {
            let course = Course::new(visit.starts_at, visit.ends_at, true, now, &mut dice);
            add_appointment(rows, &visit, &course, (Party::Account(customer), whole), &mut dice);
        }
    }
    Ok(())
}

/// What an appointment was booked as a part of.
#[derive(Clone, Copy)]
enum Whole {
    None,
    Series(Uuid),
    Visit(Uuid),
}

/// Visits of one customer that were booked at once.
struct Together<'a> {
    whole: Whole,
    customer: Uuid,
    visits: Vec<Visit<'a>>,
}

/// How many weeks the demo customer comes again, once the fortnight is over.
const WEEKS: i32 = 3;

/// The series of the demo customer's, before its visits: at the first business, with whoever is first there.
fn add_series<'a>(
    rows: &mut Rows,
    businesses: &'a [Business],
    dates: &[Date],
    customer: Uuid,
    now: Timestamp,
) -> anyhow::Result<Together<'a>> {
    let zone = TimeZone::get(TIME_ZONE)?;
    let business = businesses.first().context("there are businesses")?;
    // Of its own dice, so that everything else stays as it is.
    let weekly = |first: Date| -> anyhow::Result<Vec<Visit<'a>>> {
        let mut all = Vec::new();
        for week in 0..WEEKS {
            let of_date = visits(business, &[first + (7 * week).days()], &zone, &mut Dice::new())?;
            all.extend(of_date.into_iter().find(|visit| visit.place == 0));
        }
        Ok(all)
    };
    let (first, found) = first_of_so_many(dates, WEEKS.unsigned_abs() as usize, weekly)?;
    let start = found.first().context("there is somebody at work")?.starts_at.to_zoned(zone).time();
    let id = rows.add(
        "series",
        json!({
            "business_id": business.id,
            "customer_id": customer,
            "rule": format!("FREQ=WEEKLY;COUNT={WEEKS}"),
            "first_date": first,
            "start_minute": i32::from(start.hour()) * 60 + i32::from(start.minute()),
            "on_conflict": "skip",
            "not_booked": [],
            "created_at": now - SignedDuration::from_hours(24),
        }),
    );
    Ok(Together { whole: Whole::Series(id), customer, visits: found })
}

/// Two services in a row for the demo customer, once the fortnight is over: at the beauty salon, with whoever is first there.
fn add_treat<'a>(
    rows: &mut Rows,
    businesses: &'a [Business],
    dates: &[Date],
    customer: Uuid,
    now: Timestamp,
) -> anyhow::Result<Together<'a>> {
    let zone = TimeZone::get(TIME_ZONE)?;
    let of_beauty = |business: &&Business| business.place.category == "beauty";
    let business = businesses.iter().find(of_beauty).context("there is a beauty salon")?;
    let in_a_row = |date: Date| -> anyhow::Result<Vec<Visit<'a>>> {
        let all = visits(business, &[date], &zone, &mut Dice::new())?;
        Ok(all.into_iter().filter(|visit| visit.place == 0).take(2).collect())
    };
    let (_, found) = first_of_so_many(dates, 2, in_a_row)?;
    let row = json!({ "business_id": business.id, "created_at": now - SignedDuration::from_hours(24) });
    let id = rows.add("visits", row);
    Ok(Together { whole: Whole::Visit(id), customer, visits: found })
}

/// The first date after the others from which there are so many visits, none of them on a day off or a holiday, and these.
fn first_of_so_many<'a>(
    others: &[Date],
    wanted: usize,
    visits: impl Fn(Date) -> anyhow::Result<Vec<Visit<'a>>>,
) -> anyhow::Result<(Date, Vec<Visit<'a>>)> {
    let mut date = *others.last().context("there are dates")?;
    for _ in 0..60 {
        date = date.tomorrow()?;
        let found = visits(date)?;
        if found.len() == wanted {
            return Ok((date, found));
        }
    }
    anyhow::bail!("nobody is at work for two months")
}

/// A visit nobody has booked yet.
struct Visit<'a> {
    business: &'a Business,
    staff: Uuid,
    /// Who that is, by their position.
    place: usize,
    service_id: Uuid,
    service: &'static Service,
    starts_at: Timestamp,
    ends_at: Timestamp,
    price_minor: u32,
}

fn visits<'a>(
    business: &'a Business,
    dates: &[Date],
    zone: &TimeZone,
    dice: &mut Dice,
) -> anyhow::Result<Vec<Visit<'a>>> {
    let mut visits = Vec::new();
    for (place, (&staff, member)) in business.staff.iter().zip(business.place.staff).enumerate() {
        for &date in dates.iter().filter(|date| !is_holiday(business, **date)) {
            let weekday = date.weekday().to_monday_zero_offset().unsigned_abs();
            for Entry { start_minute, service } in diary::fill(business.place, member, weekday, dice) {
                let service_id = business.services[service];
                let own_price = member.own_price_minor(service);
                let service = &business.place.services[service];
                let start = date.to_datetime(Time::midnight()) + minutes(start_minute);
                let starts_at = zone.to_timestamp(start)?;
                let ends_at = starts_at + minutes(service.duration);
                let price_minor = own_price.unwrap_or(service.price_minor());
                visits.push(Visit {
                    business,
                    staff,
                    place,
                    service_id,
                    service,
                    starts_at,
                    ends_at,
                    price_minor,
                });
            }
        }
    }
    Ok(visits)
}

fn is_holiday(business: &Business, date: Date) -> bool {
    working_time::holidays(business.place).is_some_and(|calendar| calendar.on(date).is_some())
}

/// The customers, and when each of them is away at some place.
struct Clientele {
    demo: Customer,
    others: Vec<Customer>,
    /// What is left of [`OF_DEMO_CUSTOMER`].
    wanted: Vec<(&'static str, Status)>,
}

struct Customer {
    id: Uuid,
    busy: Vec<(Timestamp, Timestamp)>,
}

impl Customer {
    fn new(id: Uuid) -> Self {
        Self { id, busy: Vec::new() }
    }

    fn is_free(&self, visit: &Visit) -> bool {
        !self.busy.iter().any(|&(from, until)| visit.starts_at < until && from < visit.ends_at)
    }
}

impl Clientele {
    fn new(customers: Customers) -> Self {
        Self {
            demo: Customer::new(customers.demo),
            others: customers.others.into_iter().map(Customer::new).collect(),
            wanted: OF_DEMO_CUSTOMER.to_vec(),
        }
    }

    /// Someone who has time for the visit: the demo customer for those she wants, anybody else for the others.
    fn customer_for(
        &mut self,
        visit: &Visit,
        course: &Course,
        now: Timestamp,
        dice: &mut Dice,
    ) -> Option<Uuid> {
        let customer = if self.demo.is_free(visit) && self.take_wanted(visit, course, now) {
            &mut self.demo
        } else {
            let first = dice.index(self.others.len());
            let (before, after) = self.others.split_at_mut(first);
            after.iter_mut().chain(before).find(|customer| customer.is_free(visit))?
        };
        customer.busy.push((visit.starts_at, visit.ends_at));
        Some(customer.id)
    }

    fn take_wanted(&mut self, visit: &Visit, course: &Course, now: Timestamp) -> bool {
        let status = course.latest().to;
        let is_open = matches!(status, Status::Pending | Status::Confirmed);
        // Far enough ahead to be tried out: to be confirmed, moved or cancelled.
        let in_time = !is_open || visit.starts_at > now + SignedDuration::from_hours(48);
        let kind = (visit.business.place.category, status);
        let wanted = self.wanted.iter().position(|&wanted| wanted == kind).filter(|_| in_time);
        wanted.map(|index| self.wanted.swap_remove(index)).is_some()
    }
}

fn add_appointment(
    rows: &mut Rows,
    visit: &Visit,
    course: &Course,
    (customer, whole): (Party, Whole),
    dice: &mut Dice,
) {
    let (account, card) = match customer {
        Party::Account(account) => (Some(account), None),
        Party::Card(card) => (None, Some(card)),
    };
    let at = |status| course.change_to(status).map(|change| change.at);
    let cancellation = course.change_to(Status::Cancelled);
    let row = json!({
        "business_id": visit.business.id,
        "service_id": visit.service_id,
        "staff_id": visit.staff,
        "customer_id": account,
        "card_id": card,
        "status": course.latest().to.as_str(),
        "starts_at": visit.starts_at,
        "ends_at": visit.ends_at,
        "busy_from": visit.starts_at - minutes(visit.service.buffer_before),
        "busy_to": visit.ends_at + minutes(visit.service.buffer),
        "gap_from": visit.service.gap.map(|(start, _)| visit.starts_at + minutes(start)),
        "gap_to": visit.service.gap.map(|(start, length)| visit.starts_at + minutes(start + length)),
        "price_minor": visit.price_minor,
        "price_currency": CURRENCY,
        "notes": if dice.roll(8) == 0 { dice.pick(&NOTES) } else { "" },
        "created_at": course.booked().at,
        "updated_at": course.latest().at,
        "confirmed_at": at(Status::Confirmed),
        "completed_at": at(Status::Completed),
        "cancelled_at": at(Status::Cancelled),
        "cancelled_by": cancellation.map(|change| change.by.as_str()),
        "cancellation_reason": cancellation.map_or("", |change| change.reason),
        "series_id": if let Whole::Series(id) = whole { Some(id) } else { None },
        "visit_id": if let Whole::Visit(id) = whole { Some(id) } else { None },
    });
    let appointment = rows.add("appointments", row);
    if matches!(course.latest().to, Status::Pending | Status::Confirmed) {
        claim_resources(rows, visit, appointment);
    }
    let mut from = None;
    for change in course.changes() {
        let actor = match change.by {
            Actor::Customer => account.unwrap_or(visit.business.owner),
            Actor::Business => visit.business.owner,
        };
        let row = json!({
            "appointment_id": appointment,
            "from_status": from.map(Status::as_str),
            "to_status": change.to.as_str(),
            "actor_id": actor,
            "reason": change.reason,
            "at": change.at,
        });
        rows.add("appointment_history", row);
        from = Some(change.to);
    }
}

/// What an open visit needs is taken while it lasts. Everyone has a unit of their own.
fn claim_resources(rows: &mut Rows, visit: &Visit, entry: Uuid) {
    for &resource in visit.service.needs {
        let row = json!({
            "entry_id": entry,
            "resource_id": visit.business.resources[resource],
            "unit": visit.place + 1,
            "busy_from": visit.starts_at - minutes(visit.service.buffer_before),
            "busy_to": visit.ends_at + minutes(visit.service.buffer),
        });
        rows.add_without_id("resource_claims", row);
    }
}

fn minutes(minutes: u16) -> SignedDuration {
    SignedDuration::from_mins(minutes.into())
}
