//! Letters about visits: what there is to say of one as it stands, if anything, and to whom.

use std::slice;

use jiff::{SignedDuration, Timestamp, civil::DateTime};

use super::{
    composing::{Addressed, To},
    notice::{Happening, Reader},
    reminders::Reminder,
    visit::{self, Person, Visit},
};
use crate::{
    accounts::{Channel, MessageKind},
    app::App,
    appointments::{Status, guest_link_token},
    db::{self, Connection},
    ids::{AppointmentId, VisitId},
    language::{Language, News, Occasion, VisitNames},
    mail::{CalendarEntry, CalendarFile, CalendarState, Letter, calendar_file},
    money::Currency,
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
    Ok(letter(app, &[&visit], news, reader, MessageKind::Booking))
}

/// What happened to all parts of a visit, for one of its readers: of those to which it did, and of which it is still true.
///
/// # Errors
/// If the database fails.
pub(super) async fn news_of_all(
    app: &App,
    on: &Connection,
    visit: VisitId,
    what: Happening,
    reader: Reader,
) -> Result<Option<Addressed>, db::Error> {
    let all = visit::parts_of(on, visit).await?;
    let told: Vec<(&Visit, News)> =
        all.iter().filter_map(|part| Some((part, still_true(part, what)?))).collect();
    // As long as the business has yet to agree to a part, it has to the whole.
    let news =
        told.iter().map(|(_, news)| *news).reduce(|all, one| if one == News::Received { one } else { all });
    let parts: Vec<&Visit> = told.iter().map(|(part, _)| *part).collect();
    Ok(news.and_then(|news| letter(app, &parts, news, reader, MessageKind::Booking)))
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
    let Some(visit) = visit::load(on, appointment).await? else { return Ok(None) };
    // Moved to another time, it is reminded of anew.
    let stands = visit.status == Status::Confirmed && visit.starts_at == starts_at && app.now() < starts_at;
    if !stands {
        return Ok(None);
    }
    let parts = match visit.part_of {
        Some(whole) => visit::parts_of(on, whole).await?,
        None => vec![visit],
    };
    let near = starts_at..starts_at + SignedDuration::from_hours(24);
    let is_near = |part: &&Visit| part.status == Status::Confirmed && near.contains(&part.starts_at);
    let parts: Vec<&Visit> = parts.iter().filter(is_near).collect();
    let kind = match reminder {
        Reminder::DayBefore => MessageKind::Reminder24h,
        Reminder::HoursBefore => MessageKind::Reminder2h,
    };
    Ok(letter(app, &parts, News::Reminder, Reader::Person, kind))
}

/// A letter about a visit, or about the parts of one, the earliest first.
fn letter(app: &App, parts: &[&Visit], news: News, reader: Reader, kind: MessageKind) -> Option<Addressed> {
    let visit = *parts.first()?;
    if let (Reader::Person, true, Some(customer)) = (reader, visit.is_texted, &visit.customer) {
        let view = View { app, visit, parts, language: customer.language };
        return Some(Addressed {
            calendar: None,
            to: To::Number(customer.phone.clone()),
            language: customer.language,
            letter: view.letter(news, reader),
            always: false,
        });
    }
    let Address { person, to, name } = address(visit, reader, kind)?;
    let view = View { app, visit, parts, language: person.language };
    Some(Addressed {
        calendar: Some(view.calendar(reader, (name, to))),
        to: To::Address(to.to_owned()),
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
    /// The first of them, of which all that is not said of each is true.
    pub(super) visit: &'a Visit,
    /// All that the letter is about.
    pub(super) parts: &'a [&'a Visit],
    pub(super) language: Language,
}

impl View<'_> {
    /// Each of them as if the letter were about it alone.
    pub(super) fn each(&self) -> impl Iterator<Item = View<'_>> {
        self.parts.iter().map(|part| View { visit: part, parts: slice::from_ref(part), ..*self })
    }

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
            (labels.service, self.services()),
            (labels.time, self.time()),
            (labels.staff, self.staff()),
            (labels.price, self.price()),
            (labels.place, self.once("\n", |part| &part.business.address)),
            (labels.phone, self.once("\n", |part| &part.business.phone)),
            (labels.reason, visit.cancellation_reason.clone()),
        ]
    }

    fn facts_for_business(&self) -> Vec<(&'static str, String)> {
        let (visit, labels) = (self.visit, self.language.labels());
        let phone = visit.customer.as_ref().map(|person| person.phone.clone());
        vec![
            (labels.customer, self.customer_name().unwrap_or_default().to_owned()),
            (labels.phone, phone.unwrap_or_default()),
            (labels.service, self.services()),
            (labels.time, self.time()),
            (labels.staff, self.staff()),
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
                let token = guest_link_token(self.app.keys(), visit.id, customer.contact(), visit.ends_at);
                format!("{base}/guest-appointment?token={token}")
            }
            (Reader::Person, _) => format!("{base}/appointments/{}", visit.id),
            (Reader::Business, _) => format!("{base}/my-business/appointments/{}", visit.id),
        }
    }

    /// What the visit is called in a reader's calendar.
    fn summary(&self, reader: Reader) -> String {
        let with = match reader {
            Reader::Person => Some(self.visit.business.name.as_str()),
            Reader::Business => self.customer_name(),
        };
        [Some(self.visit.service.as_str()), with].into_iter().flatten().collect::<Vec<_>>().join(" – ")
    }

    /// All of them, for a reader's calendar.
    pub(super) fn calendar(&self, reader: Reader, attendee: (&str, &str)) -> CalendarFile {
        let views: Vec<View<'_>> = self.each().collect();
        let texts: Vec<(String, String)> =
            views.iter().map(|view| (view.summary(reader), view.link(reader))).collect();
        let entries =
            views.iter().zip(&texts).map(|(view, (summary, link))| view.entry(attendee, summary, link));
        calendar_file(&entries.collect::<Vec<_>>())
    }

    fn entry<'b>(
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

    /// Of several, each in a line of its own, with when it begins.
    fn services(&self) -> String {
        let each =
            |part: &Visit| format!("{} {}", self.language.time(self.local(part.starts_at)), part.service);
        match self.parts {
            [one] => one.service.clone(),
            parts => parts.iter().map(|part| each(part)).collect::<Vec<_>>().join("\n"),
        }
    }

    /// Each of them once.
    pub(super) fn staff(&self) -> String {
        self.once(", ", |part| &part.staff)
    }

    /// What there is of the parts, each that is the same once.
    fn once(&self, separator: &str, of: impl Fn(&Visit) -> &str) -> String {
        let mut all: Vec<&str> = Vec::new();
        for part in self.parts {
            if !all.contains(&of(part)) {
                all.push(of(part));
            }
        }
        all.join(separator)
    }

    pub(super) fn time(&self) -> String {
        let ends_at = self.parts.last().map_or(self.visit.ends_at, |last| last.ends_at);
        self.language.span(self.local(self.visit.starts_at), self.local(ends_at))
    }

    fn local(&self, at: Timestamp) -> DateTime {
        at.to_zoned(self.visit.zone.clone()).datetime()
    }

    /// What all of it costs; of several currencies, one after the other.
    pub(super) fn price(&self) -> String {
        let mut sums: Vec<(Currency, i64)> = Vec::new();
        for part in self.parts {
            match sums.iter_mut().find(|(currency, _)| *currency == part.currency) {
                Some((_, sum)) => *sum = sum.saturating_add(part.price_minor),
                None => sums.push((part.currency, part.price_minor)),
            }
        }
        let price =
            |(currency, sum): &(Currency, i64)| self.language.price(&currency.decimal(*sum), currency.code());
        sums.iter().map(price).collect::<Vec<_>>().join(" + ")
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
