//! What is said about one interval of a staff member's week.

use jiff::civil::Weekday;

use crate::{
    hours::interval::Interval,
    http::{Form, FromForm, form::Whole},
    language::Message,
    scheduling::OwnHours,
};

/// More intervals than a week has in several seasons.
pub(in crate::hours) const MOST: usize = 100;

/// An interval on a day of the week, on which dates it counts, and where.
pub(in crate::hours) struct Entry(pub(in crate::hours) OwnHours);

impl FromForm for Entry {
    fn from_form(form: &mut Form) -> Option<Self> {
        let day = form.required::<Whole<0, 6>>("day_of_week");
        let interval = Interval::from_form(form);
        let valid_from = form.optional("valid_from");
        let valid_until = form.optional("valid_until");
        let location = form.unless_empty("location_id");
        let (valid_from, valid_until) = (valid_from?, valid_until?);
        if valid_from.zip(valid_until).is_some_and(|(from, until)| until < from) {
            return form.refuse("valid_until", Message::EndsBeforeStart);
        }
        let weekday = Weekday::from_monday_zero_offset(i8::try_from(day?.get()).ok()?).ok()?;
        Some(Self(OwnHours { weekday, hours: interval?.0, valid_from, valid_until, location: location? }))
    }
}
