//! What an owner says about one day's hours.

use std::collections::HashSet;

use crate::{
    hours::interval::{breaks, made_of},
    http::{Form, FromForm, form::Whole},
    language::Message,
    scheduling::{Break, Hours},
};

/// An interval of opening hours on a day of the week, or that the day is closed.
#[derive(Clone, Debug)]
pub(in crate::hours) struct Entry {
    pub(in crate::hours) day_of_week: i16,
    /// `None`: closed.
    pub(in crate::hours) hours: Option<Hours>,
    /// Whether anything is said about breaks: clients of earlier versions do not know of them.
    says_breaks: bool,
}

/// The place of an entry for a day that an earlier one is for.
pub(in crate::hours) fn day_twice(entries: &[Entry]) -> Option<usize> {
    let mut seen = HashSet::new();
    entries.iter().position(|entry| !seen.insert(entry.day_of_week))
}

impl FromForm for Entry {
    fn from_form(form: &mut Form) -> Option<Self> {
        let day = form.required::<Whole<0, 6>>("day_of_week");
        let day_of_week = day.and_then(|day| i16::try_from(day.get()).ok());
        let is_closed = form.or("is_closed", false);
        let says_breaks = form.mentions("breaks");
        if is_closed == Some(true) {
            // Whatever else is said of a closed day does not matter.
            return Some(Self { day_of_week: day_of_week?, hours: None, says_breaks });
        }
        let opens = form.optional("open_time");
        let closes = form.optional("close_time");
        let breaks = breaks(form);
        is_closed?;
        let opens = opens?.or_else(|| form.refuse("open_time", Message::HoursMissing));
        let closes = closes?.or_else(|| form.refuse("close_time", Message::HoursMissing));
        let hours = made_of(form, opens?, closes?, breaks?);
        Some(Self { day_of_week: day_of_week?, hours: Some(hours?), says_breaks })
    }
}

impl Entry {
    /// That a day is closed.
    pub(super) fn closed(day_of_week: i16) -> Self {
        Self { day_of_week, hours: None, says_breaks: true }
    }

    /// The same with the breaks that there were, if it says nothing about breaks, as far as they lie within its hours.
    pub(in crate::hours) fn keeping<'a>(self, breaks: impl Iterator<Item = &'a Break>) -> Self {
        let Self { day_of_week, hours, says_breaks: false } = self else { return self };
        let hours = hours.map(|hours| {
            let (opens, closes) = (hours.opens(), hours.closes());
            let within =
                breaks.map(|pause| Break { start: pause.start.max(opens), end: pause.end.min(closes) });
            let within = within.filter(|pause| pause.start < pause.end).collect();
            // Those of one day lie apart.
            Hours::new(opens, closes, within).unwrap_or(hours)
        });
        Self { day_of_week, hours, says_breaks: true }
    }
}
