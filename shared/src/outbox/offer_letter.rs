//! The letter to somebody who waits: what has become free, and until when it is kept for them.

use jiff::{Timestamp, tz::TimeZone};

use super::composing::{Addressed, To, language_of};
use crate::{
    app::App,
    db::{self, Sql},
    ids::{HoldId, WaitlistEntryId},
    language::{Occasion, OfferNames},
    locations::{ADDRESS, OFFERED_THERE},
    mail::Letter,
};

/// What is held for somebody; nothing, once it is not any more.
///
/// # Errors
/// If the database fails.
pub(super) async fn offer(app: &App, on: &impl Sql, hold: HoldId) -> Result<Option<Addressed>, db::Error> {
    let sql = format!(
        "select entry.id, users.email::text, users.locale, businesses.name, services.name, staff_members.display_name,
               {ADDRESS}, businesses.timezone, holds.starts_at, holds.ends_at, holds.expires_at
        from holds
        join waitlist_entries entry on entry.id = holds.waitlist_entry_id
        join users on users.id = entry.customer_id
        join businesses on businesses.id = holds.business_id
        join services on services.id = entry.service_id
        join locations place on place.business_id = services.business_id and {OFFERED_THERE}
        join staff_members on staff_members.id = holds.staff_id
        where holds.id = $1 and holds.expires_at > $2"
    );
    Ok(on.row(&sql, &[&hold, &app.now()]).await?.map(|row| {
        let language = language_of(row.get(2));
        let zone = TimeZone::get(row.get(7)).unwrap_or(TimeZone::UTC);
        let local = |index: usize| zone.to_datetime(row.get::<_, Timestamp>(index));
        let names = OfferNames {
            business: row.get(3),
            start: &language.moment(local(8)),
            until: &language.moment(local(10)),
        };
        let labels = language.labels();
        let facts = vec![
            (labels.business, row.get(3)),
            (labels.service, row.get(4)),
            (labels.time, language.span(local(8), local(9))),
            (labels.staff, row.get(5)),
            (labels.place, row.get(6)),
        ];
        let entry: WaitlistEntryId = row.get(0);
        let link = Some(format!("{}/waitlist/{entry}", app.config().frontend_base_url));
        let letter =
            Letter { words: language.letter(Occasion::WaitlistOffer(&names)), code: None, facts, link };
        Addressed { to: To::Address(row.get(1)), language, letter, calendar: None, always: false }
    }))
}
