//! What is said about dates with other hours.

use jiff::civil::Date;

use crate::{
    hours::interval::Interval,
    http::{Form, FromForm, form::Text},
    ids::StaffMemberId,
    language::Message,
    scheduling::{DateOverride, DateOverrideError},
};

/// More intervals than a day has.
const MOST_INTERVALS: usize = 24;
/// As `date_overrides_bounded` has it.
const MOST_DAYS: i64 = 366;

/// Dates with other hours, of a staff member or, without one, of the business.
pub(in crate::hours) struct Entry {
    pub(in crate::hours) staff: Option<StaffMemberId>,
    pub(in crate::hours) dates: DateOverride,
}

impl FromForm for Entry {
    fn from_form(form: &mut Form) -> Option<Self> {
        let staff = form.optional("staff_id");
        let first = form.required::<Date>("first_date");
        let last = form.optional::<Date>("last_date");
        let name = form.or("name", Text::<0, 200>::default());
        let intervals = form.list::<Interval>("hours", MOST_INTERVALS);
        let (first, last) = (first?, last?);
        let last = last.unwrap_or(first);
        if last.duration_since(first).as_hours() >= 24 * MOST_DAYS {
            return form.refuse("last_date", Message::TooManyDays(MOST_DAYS));
        }
        let hours = intervals?.into_iter().map(|Interval(hours)| hours).collect();
        let dates = match DateOverride::new(first, last, name?.into(), hours) {
            Ok(dates) => Some(dates),
            Err(DateOverrideError::EndsBeforeStart) => form.refuse("last_date", Message::EndsBeforeStart),
            Err(_) => form.refuse("hours", Message::OpeningHoursOverlap),
        };
        Some(Self { staff: staff?, dates: dates? })
    }
}
