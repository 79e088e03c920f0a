//! Letters about visits: what there is to say of one as it stands, if anything, and to whom.

use jiff::{SignedDuration, Timestamp, civil::DateTime};

use super::{
    composing::Addressed,
    notice::{Happening, Reader},
    reminders::Reminder,
    visit::{self, Person, Visit},
};
use crate::{
    accounts::{Channel, MessageKind},
    app::App,
    appointments::{Status, guest_link_token},
    db::{self, Connection},
    ids::AppointmentId,
    language::{Language, News, Occasion, VisitNames},
    mail::{CalendarEntry, CalendarState, Letter},
};

/// What happened to a visit, for one of its readers.
///
/// # Errors
/// If the database fails.
pub(super) async fn news(
    app: &App,
    on: &Connection,
    appointment: AppointmentId,
    what: Happening,
    reader: Reader,
) -> Result<Option<Addressed>, db::Error> {
    let Some(visit) = visit::load(on, appointment).await? else { return Ok(None) };
    let Some(news) = still_true(&visit, what) else { return Ok(None) };
    Ok(letter(app, &visit, news, reader, MessageKind::Booking))
}

/// What a happening amounts to as the visit stands now; nothing, if it has been overtaken.
fn still_true(visit: &Visit, what: Happening) -> Option<News> {
    let by_business = visit.cancelled_by.as_deref() == Some("business");
    match (what, visit.status) {
        (Happening::Booked, Status::Pending) => Some(News::Received),
        (Happening::Booked | Happening::Confirmed, Status::Confirmed) => Some(News::Confirmed),
        (Happening::Rescheduled, Status::Pending | Status::Confirmed) => Some(News::Rescheduled),
        // Also by nobody in particular: because the customer's account was erased.
        (Happening::CancelledByCustomer, Status::Cancelled) if !by_business => {
            Some(News::CancelledByCustomer)
        }
        (Happening::CancelledByBusiness, Status::Cancelled) if by_business => Some(News::CancelledByBusiness),
        _ => None,
    }
}

/// That a visit is near.
///
/// # Errors
/// If the database fails.
pub(super) async fn reminder(
    app: &App,
    on: &Connection,
    reminder: Reminder,
    appointment: AppointmentId,
    starts_at: Timestamp,
) -> Result<Option<Addressed>, db::Error> {
    let visit = visit::load(on, appointment).await?;
    // Moved to another time, it is reminded of anew.
    let stands = |visit: &Visit| {
        visit.status == Status::Confirmed && visit.starts_at == starts_at && app.now() < starts_at
    };
    let kind = match reminder {
        Reminder::DayBefore => MessageKind::Reminder24h,
        Reminder::HoursBefore => MessageKind::Reminder2h,
    };
    Ok(visit.filter(stands).and_then(|visit| letter(app, &visit, News::Reminder, Reader::Person, kind)))
}

fn letter(app: &App, visit: &Visit, news: News, reader: Reader, kind: MessageKind) -> Option<Addressed> {
    let Address { person, to, name } = address(visit, reader, kind)?;
    let view = View { app, visit, language: person.language };
    Some(Addressed {
        calendar: Some(view.entry((name, to), &view.summary(reader), &view.link(reader)).file()),
        to: to.to_owned(),
        language: person.language,
        letter: view.letter(news, reader),
        always: false,
    })
}

/// Whom a letter goes to.
pub(super) struct Address<'a> {
    pub(super) person: &'a Person,
    pub(super) to: &'a str,
    pub(super) name: &'a str,
}

/// The address of a reader of news about a visit, if they want to have it.
pub(super) fn address(visit: &Visit, reader: Reader, kind: MessageKind) -> Option<Address<'_>> {
    let person = match reader {
        Reader::Person => visit.customer.as_ref()?,
        Reader::Business => visit.owner.as_ref()?,
    };
    // What a business's own address gets is not for its owner's preferences to say.
    let (to, is_personal) = match reader {
        Reader::Business if !visit.business.email.is_empty() => (&visit.business.email, false),
        _ => (&person.email, true),
    };
    if to.is_empty() {
        return None;
    }
    if is_personal && !person.preferences.wants(kind, Channel::Email) {
        return None;
    }
    Some(Address { person, to, name: if is_personal { &person.name } else { &visit.business.name } })
}

/// A visit as seen by a reader of some language.
pub(super) struct View<'a> {
    pub(super) app: &'a App,
    pub(super) visit: &'a Visit,
    pub(super) language: Language,
}

impl View<'_> {
    fn letter(&self, news: News, reader: Reader) -> Letter {
        let (start, deadline) = (self.start(), self.deadline());
        let names = VisitNames {
            business: &self.visit.business.name,
            // An account that has been erased has no name any more.
            customer: self.customer_name().unwrap_or(&self.visit.service),
            start: &start,
            deadline: deadline.as_deref(),
        };
        let (occasion, mut facts) = match reader {
            Reader::Person => (Occasion::ForCustomer(news, &names), self.facts_for_customer()),
            Reader::Business => (Occasion::ForBusiness(news, &names), self.facts_for_business()),
        };
        facts.retain(|(_, value)| !value.is_empty());
        if let (News::Rescheduled, Some(before)) = (news, self.visit.moved_from) {
            facts.push((self.language.labels().before, self.language.moment(self.local(before))));
        }
        Letter { words: self.language.letter(occasion), code: None, facts, link: Some(self.link(reader)) }
    }

    fn facts_for_customer(&self) -> Vec<(&'static str, String)> {
        let (visit, labels) = (self.visit, self.language.labels());
        vec![
            (labels.business, visit.business.name.clone()),
            (labels.service, visit.service.clone()),
            (labels.time, self.time()),
            (labels.staff, visit.staff.clone()),
            (labels.price, self.price()),
            (labels.place, visit.business.address.clone()),
            (labels.phone, visit.business.phone.clone()),
            (labels.reason, visit.cancellation_reason.clone()),
        ]
    }

    fn facts_for_business(&self) -> Vec<(&'static str, String)> {
        let (visit, labels) = (self.visit, self.language.labels());
        let phone = visit.customer.as_ref().map(|person| person.phone.clone());
        vec![
            (labels.customer, self.customer_name().unwrap_or_default().to_owned()),
            (labels.phone, phone.unwrap_or_default()),
            (labels.service, visit.service.clone()),
            (labels.time, self.time()),
            (labels.staff, visit.staff.clone()),
            (labels.price, self.price()),
            (labels.notes, visit.notes.clone()),
            (labels.reason, visit.cancellation_reason.clone()),
        ]
    }

    pub(super) fn customer_name(&self) -> Option<&str> {
        self.visit.customer.as_ref().map(|person| person.name.as_str())
    }

    /// Where the reader sees the visit: without an account, by a link that shows that it is theirs.
    pub(super) fn link(&self, reader: Reader) -> String {
        let (visit, base) = (self.visit, &self.app.config().frontend_base_url);
        match (reader, &visit.customer) {
            (Reader::Person, Some(customer)) if !visit.has_account => {
                let token = guest_link_token(self.app.keys(), visit.id, &customer.email, visit.ends_at);
                format!("{base}/guest-appointment?token={token}")
            }
            (Reader::Person, _) => format!("{base}/appointments/{}", visit.id),
            (Reader::Business, _) => format!("{base}/my-business/appointments/{}", visit.id),
        }
    }

    /// What the visit is called in a reader's calendar.
    pub(super) fn summary(&self, reader: Reader) -> String {
        let with = match reader {
            Reader::Person => Some(self.visit.business.name.as_str()),
            Reader::Business => self.customer_name(),
        };
        [Some(self.visit.service.as_str()), with].into_iter().flatten().collect::<Vec<_>>().join(" – ")
    }

    pub(super) fn entry<'b>(
        &'b self,
        attendee: (&'b str, &'b str),
        summary: &'b str,
        url: &'b str,
    ) -> CalendarEntry<'b> {
        let visit = self.visit;
        CalendarEntry {
            id: visit.id.uuid(),
            host: self.app.config().main_host(),
            sequence: visit.sequence,
            state: match visit.status {
                Status::Pending => CalendarState::Tentative,
                Status::Confirmed | Status::Completed | Status::NoShow => CalendarState::Confirmed,
                Status::Cancelled => CalendarState::Cancelled,
            },
            start: visit.starts_at,
            end: visit.ends_at,
            written_at: self.app.now(),
            summary,
            location: &visit.business.address,
            url,
            organizer: (&visit.business.name, self.app.mailer().sender()),
            attendee,
        }
    }

    pub(super) fn start(&self) -> String {
        self.language.moment(self.local(self.visit.starts_at))
    }

    pub(super) fn time(&self) -> String {
        self.language.span(self.local(self.visit.starts_at), self.local(self.visit.ends_at))
    }

    fn local(&self, at: Timestamp) -> DateTime {
        at.to_zoned(self.visit.zone.clone()).datetime()
    }

    pub(super) fn price(&self) -> String {
        let currency = self.visit.currency;
        self.language.price(&currency.decimal(self.visit.price_minor), currency.code())
    }

    /// Until when the customer may call it off; none if they may not any more.
    fn deadline(&self) -> Option<String> {
        let visit = self.visit;
        let notice = SignedDuration::from_mins(visit.cancellation_deadline_minutes.into());
        let deadline = visit.starts_at - notice;
        let open = matches!(visit.status, Status::Pending | Status::Confirmed) && self.app.now() < deadline;
        open.then(|| self.language.moment(self.local(deadline)))
    }
}
