//! When the sample's places and people differ from opening hours: who has hours of their own, who is away, what is closed,
//! and who keeps public holidays. What lies ahead lies beyond the visits that are booked already.

use jiff::{
    ToSpan,
    civil::{Date, DateTime, Time},
};
use serde_json::json;
use shared::scheduling::HolidayCalendar;
use uuid::Uuid;

use super::{
    businesses::{Business, breaks},
    places::{FRIDAY, Hours, MONDAY, MONDAY_TO_FRIDAY, Place, Staff, WEDNESDAY, at},
    rows::Rows,
};

/// The slugs of the places that are closed on Polish holidays. (Not the hair salon, where README books tomorrow.)
const KEEPING_HOLIDAYS: [&str; 2] = ["gabinety-karmelicka", "studio-treningu-mokotow"];
/// The slug of a place whose staff say themselves when they work.
const STAFF_DECIDE: &str = "studio-treningu-mokotow";
/// The slug of a place that closes for a day, three weeks from now.
const STOCKTAKING: &str = "baltyckie-spa";
/// Who has a holiday, ten days from now.
const ON_HOLIDAY: &str = "Oliwia Bednarek";
/// Whose time is blocked for some hours, nine days from now.
const BLOCKED: &str = "Hubert Wilk";
/// Who studies every other week, at the weekday of eight days from now.
const STUDYING: &str = "Sylwia Gajda";

/// Hours of their own, inside the place's and with its breaks.
const OWN_HOURS: [(&str, &[Hours]); 2] = [
    (
        "lek. Maria Sobczak",
        &[Hours { days: &[MONDAY, WEDNESDAY, FRIDAY], opens: at(8, 0), closes: at(12, 0), breaks: &[] }],
    ),
    (
        "Hubert Wilk",
        &[Hours {
            days: MONDAY_TO_FRIDAY,
            opens: at(13, 0),
            closes: at(21, 0),
            breaks: &[(at(17, 0), at(17, 30))],
        }],
    ),
];

/// The holidays that a place keeps.
pub(super) fn holidays(place: &Place) -> Option<HolidayCalendar> {
    KEEPING_HOLIDAYS.contains(&place.slug).then_some(HolidayCalendar::Poland)
}

/// Whether a place's staff say themselves when they work.
pub(super) fn staff_decide(place: &Place) -> bool {
    place.slug == STAFF_DECIDE
}

fn own_hours(staff: &Staff) -> Option<&'static [Hours]> {
    OWN_HOURS.iter().find(|(name, _)| *name == staff.name).map(|(_, hours)| *hours)
}

/// When somebody works on a weekday (0 = Monday).
pub(super) fn hours_on(place: &Place, staff: &Staff, weekday: u8) -> impl Iterator<Item = &'static Hours> {
    let hours = own_hours(staff).unwrap_or(place.hours);
    hours.iter().filter(move |hours| hours.days.contains(&weekday))
}

pub(super) fn add(rows: &mut Rows, businesses: &[Business], today: Date) {
    for business in businesses {
        for (&id, member) in business.staff.iter().zip(business.place.staff) {
            add_own_hours(rows, business.id, id, member);
            if member.name == ON_HOLIDAY {
                let days = (today + 10.days(), today + 21.days());
                add_time_off(rows, (business.id, id), days, None, "Urlop");
            }
            if member.name == BLOCKED {
                let day = today + 9.days();
                let (from, until) = (day.at(12, 0, 0, 0), day.at(15, 0, 0, 0));
                add_absence(rows, (business.id, id), (from, until), None, "Zablokowane: szkolenie");
            }
            if member.name == STUDYING {
                let day = today + 8.days();
                add_time_off(rows, (business.id, id), (day, day + 1.day()), Some(2), "Studia");
            }
        }
        if business.place.slug == STOCKTAKING {
            let day = today + 21.days();
            let opened = rows.founding();
            let row = json!({
                "business_id": business.id,
                "staff_id": null,
                "dates": format!("[{day},{day}]"),
                "name": "Inwentaryzacja",
                "created_at": opened,
                "updated_at": opened,
            });
            rows.add("date_overrides", row);
        }
    }
}

fn add_own_hours(rows: &mut Rows, business: Uuid, staff: Uuid, member: &Staff) {
    for hours in own_hours(member).into_iter().flatten() {
        for day in hours.days {
            let row = json!({
                "business_id": business,
                "staff_id": staff,
                "day_of_week": day,
                "open_minute": hours.opens,
                "close_minute": hours.closes,
                "breaks": breaks(hours),
                "valid": "(,)",
            });
            rows.add("staff_hours", row);
        }
    }
}

/// Whole days, from the first until before the other; repeated after so many weeks.
fn add_time_off(
    rows: &mut Rows,
    (business, staff): (Uuid, Uuid),
    (first, end): (Date, Date),
    repeats_weeks: Option<u8>,
    reason: &str,
) {
    let midnight = |date: Date| date.to_datetime(Time::midnight());
    add_absence(rows, (business, staff), (midnight(first), midnight(end)), repeats_weeks, reason);
}

/// From one local time until another.
fn add_absence(
    rows: &mut Rows,
    (business, staff): (Uuid, Uuid),
    (from, until): (DateTime, DateTime),
    repeats_weeks: Option<u8>,
    reason: &str,
) {
    let opened = rows.founding();
    let row = json!({
        "business_id": business,
        "staff_id": staff,
        "starts_at": from,
        "ends_at": until,
        "repeats_weeks": repeats_weeks,
        "reason": reason,
        "created_at": opened,
        "updated_at": opened,
    });
    rows.add("time_off", row);
}
