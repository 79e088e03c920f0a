//! Calendar files: a visit as its readers' calendars are told of it.

use icalendar::{Calendar, Component, Event, EventLike, Property};
use jiff::{Timestamp, tz::TimeZone};
use uuid::Uuid;

use super::letter::{CalendarFile, in_one_line};

/// What a calendar is told.
pub(crate) struct Entry<'a> {
    /// The same for as long as the visit exists.
    pub(crate) id: Uuid,
    /// Which of our hosts the id belongs to.
    pub(crate) host: &'a str,
    /// Higher with every change.
    pub(crate) sequence: i32,
    pub(crate) state: State,
    pub(crate) start: Timestamp,
    pub(crate) end: Timestamp,
    pub(crate) written_at: Timestamp,
    pub(crate) summary: &'a str,
    pub(crate) location: &'a str,
    pub(crate) url: &'a str,
    /// Name and address of who invites.
    pub(crate) organizer: (&'a str, &'a str),
    /// Name and address of the reader.
    pub(crate) attendee: (&'a str, &'a str),
}

/// How sure the visit is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Tentative,
    Confirmed,
    Cancelled,
}

/// The file that says so of each of some entries. Of one, it is an invitation or the end of one; several are published,
/// since an invitation has one event ([RFC 5546](https://www.rfc-editor.org/rfc/rfc5546#section-3.2)), and what is
/// published invites nobody.
pub(crate) fn file(entries: &[Entry<'_>]) -> CalendarFile {
    let method = match entries {
        [one] if one.state == State::Cancelled => "CANCEL",
        [_] => "REQUEST",
        _ => "PUBLISH",
    };
    let mut calendar = Calendar::empty();
    for (name, value) in [
        ("VERSION", "2.0"),
        ("PRODID", "-//Sessly//Sessly//EN"),
        ("CALSCALE", "GREGORIAN"),
        ("METHOD", method),
    ] {
        calendar.append_property(Property::new(name, value));
    }
    for entry in entries {
        let mut event = entry.event();
        if entries.len() == 1 {
            event.append_multi_property(entry.attendee());
        }
        calendar.push(event);
    }
    CalendarFile { method, content: calendar.to_string() }
}

impl Entry<'_> {
    fn event(&self) -> Event {
        let status = match self.state {
            State::Tentative => "TENTATIVE",
            State::Confirmed => "CONFIRMED",
            State::Cancelled => "CANCELLED",
        };
        let mut event = Event::new();
        event
            .add_property("UID", format!("{}@{}", self.id, self.host))
            .add_property("SEQUENCE", self.sequence.to_string())
            .add_property("STATUS", status)
            .add_property("DTSTAMP", instant(self.written_at))
            .add_property("DTSTART", instant(self.start))
            .add_property("DTEND", instant(self.end))
            .add_property("URL", self.url)
            .summary(&in_one_line(self.summary))
            .location(&in_one_line(self.location))
            .append_property(person("ORGANIZER", self.organizer));
        event
    }

    fn attendee(&self) -> Property {
        person("ATTENDEE", self.attendee)
            .add_parameter("ROLE", "REQ-PARTICIPANT")
            .add_parameter("PARTSTAT", "ACCEPTED")
            .add_parameter("RSVP", "FALSE")
            .done()
    }
}

/// In UTC, which needs no description of a time zone; the calendar shows its owner's own.
fn instant(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC).strftime("%Y%m%dT%H%M%SZ").to_string()
}

fn person(property: &str, (name, address): (&str, &str)) -> Property {
    // A parameter's value has no way to write a quotation mark.
    let name = in_one_line(name).replace('"', "'");
    Property::new(property, format!("mailto:{address}")).add_parameter("CN", &name).done()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::constant(1_772_434_800, 0);

    fn entry() -> Entry<'static> {
        Entry {
            id: Uuid::nil(),
            host: "api.example.com",
            sequence: 3,
            state: State::Confirmed,
            start: NOW,
            end: NOW + jiff::SignedDuration::from_hours(1),
            written_at: NOW,
            summary: "Strzyżenie, mycie; \\modelowanie\r\nATTENDEE:mailto:x@example.com",
            location: "ul. Świdnicka 21, 50-066 Wrocław, w podwórzu za żółtą bramą, drugie piętro, ostatnie drzwi",
            url: "https://example.com/appointments/1",
            organizer: ("Żółte \"Nożyczki\": Ania; Ola", "no-reply@example.com"),
            attendee: ("Anna Nowak", "anna@example.com"),
        }
    }

    #[test]
    fn the_file_says_everything_and_nothing_that_was_smuggled_in() {
        let file = file(&[entry()]);
        assert_eq!(file.content_type(), "text/calendar; method=REQUEST; charset=utf-8");
        let unfolded = file.content.replace("\r\n ", "");
        for line in [
            "METHOD:REQUEST",
            "UID:00000000-0000-0000-0000-000000000000@api.example.com",
            "SEQUENCE:3",
            "STATUS:CONFIRMED",
            "DTSTART:20260302T070000Z",
            "DTEND:20260302T080000Z",
            "ORGANIZER;CN=\"Żółte 'Nożyczki': Ania; Ola\":mailto:no-reply@example.com",
            "ATTENDEE;CN=Anna Nowak;PARTSTAT=ACCEPTED;ROLE=REQ-PARTICIPANT;RSVP=FALSE:mailto:anna@example.com",
            r"SUMMARY:Strzyżenie\, mycie\; \\modelowanie  ATTENDEE:mailto:x@example.com",
        ] {
            assert!(unfolded.split("\r\n").any(|found| found == line), "{line}\n{unfolded}");
        }
    }

    #[test]
    fn lines_end_as_the_standard_says_and_none_is_longer_than_75_octets() {
        let content = file(&[entry()]).content;
        assert_eq!(content.replace("\r\n", "").find(['\r', '\n']), None, "{content}");
        assert!(content.ends_with("END:VCALENDAR\r\n"));
        assert!(content.contains("\r\n "), "something is folded");
        for line in content.split("\r\n") {
            assert!(line.len() <= 75, "{line}");
        }
    }

    #[test]
    fn what_is_called_off_is_taken_out_of_the_calendar() {
        let file = file(&[Entry { state: State::Cancelled, ..entry() }]);
        assert_eq!(file.method, "CANCEL");
        assert!(
            file.content.contains("\r\nMETHOD:CANCEL\r\n")
                && file.content.contains("\r\nSTATUS:CANCELLED\r\n")
        );
    }
}
