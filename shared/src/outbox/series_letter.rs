//! Letters about series: one for all the visits that were booked or called off at once. Each is an event of its own in the
//! reader's calendar, under the name that later letters about it alone have, so that one that is called off goes alone.

use jiff::Timestamp;

use super::{
    composing::{Addressed, To},
    notice::{Reader, SeriesNews},
    visit::{self, Visit},
    visit_letter::{Address, View, address},
};
use crate::{
    accounts::MessageKind,
    app::App,
    appointments::Status,
    db::{self, Connection},
    ids::SeriesId,
    language::{News, Occasion, SeriesNames},
    mail::Letter,
};

/// What happened to visits of a series, for one of its readers.
///
/// # Errors
/// If the database fails.
pub(super) async fn news(
    app: &App,
    on: &Connection,
    series: SeriesId,
    what: SeriesNews,
    at: Timestamp,
    reader: Reader,
) -> Result<Option<Addressed>, db::Error> {
    let visits = match what {
        SeriesNews::Booked => visit::standing_of(on, series).await?,
        SeriesNews::CancelledByCustomer => visit::cancelled_of(on, series, at).await?,
    };
    let all_settled = visits.iter().all(|visit| visit.status == Status::Confirmed);
    let news = match what {
        SeriesNews::Booked if all_settled => News::Confirmed,
        SeriesNews::Booked => News::Received,
        SeriesNews::CancelledByCustomer => News::CancelledByCustomer,
    };
    Ok(letter(app, &visits, news, reader))
}

fn letter(app: &App, visits: &[Visit], news: News, reader: Reader) -> Option<Addressed> {
    let parts: Vec<&Visit> = visits.iter().collect();
    let visit = *parts.first()?;
    let Address { person, to, name } = address(visit, reader, MessageKind::Booking)?;
    let all = View { app, visit, parts: &parts, language: person.language };
    Some(Addressed {
        calendar: Some(all.calendar(reader, (name, to))),
        to: To::Address(to.to_owned()),
        language: person.language,
        letter: words(&all, news, reader),
        always: false,
    })
}

fn words(all: &View<'_>, news: News, reader: Reader) -> Letter {
    let View { visit, language, .. } = *all;
    let names = SeriesNames {
        business: &visit.business.name,
        // An account that has been erased has no name any more.
        customer: all.customer_name().unwrap_or(&visit.service),
        start: &all.start(),
    };
    let labels = language.labels();
    let each = |of: &dyn Fn(&View<'_>) -> String| {
        let mut lines: Vec<String> = Vec::new();
        for line in all.each().map(|view| of(&view)) {
            if !lines.contains(&line) {
                lines.push(line);
            }
        }
        lines.join("\n")
    };
    let (occasion, who) = match reader {
        Reader::Person => {
            (Occasion::SeriesForCustomer(news, &names), (labels.business, visit.business.name.clone()))
        }
        Reader::Business => {
            let customer = all.customer_name().unwrap_or_default().to_owned();
            (Occasion::SeriesForBusiness(news, &names), (labels.customer, customer))
        }
    };
    let mut facts = vec![
        who,
        (labels.service, visit.service.clone()),
        (labels.time, each(&|view| view.time())),
        (labels.staff, each(&|view| view.staff())),
        (labels.price, each(&|view| view.price())),
    ];
    facts.extend(match reader {
        Reader::Person => {
            [(labels.place, visit.business.address.clone()), (labels.phone, visit.business.phone.clone())]
        }
        Reader::Business => {
            let phone = visit.customer.as_ref().map(|person| person.phone.clone()).unwrap_or_default();
            [(labels.notes, visit.notes.clone()), (labels.phone, phone)]
        }
    });
    facts.push((labels.reason, visit.cancellation_reason.clone()));
    facts.retain(|(_, value)| !value.is_empty());
    Letter { words: language.letter(occasion), code: None, facts, link: Some(all.link(reader)) }
}
