//! Whom a customer gets who does not mind: by the business's choice, in the transaction that books, so that it is right
//! whatever was booked meanwhile. Whoever comes first in that order may be taken by then; the next is tried.

use std::{cmp::Reverse, collections::HashMap};

use jiff::{Timestamp, civil::Date, tz::TimeZone};

use crate::{
    availability::Loaded,
    businesses::StaffChoice,
    db::{self, Sql, Transaction},
    ids::{CalendarEntryId, StaffMemberId},
    scheduling::{Offer, Slot, Span},
};

/// The offers of a slot in the order in which they are tried: whoever is preferred first, then by the business's choice,
/// then in the business's own order; as if the seat `leaving` were free, which is left for it.
pub(super) async fn in_order(
    tx: &Transaction<'_>,
    loaded: &Loaded,
    slot: &Slot,
    preferred: Option<StaffMemberId>,
    leaving: Option<CalendarEntryId>,
    now: Timestamp,
) -> Result<Vec<Offer>, db::Error> {
    let mut offers = slot.offers.clone();
    if offers.len() > 1 {
        let staff: Vec<StaffMemberId> = slot.staff().collect();
        let ranks = ranks(tx, loaded, slot.date, &staff, leaving, now).await?;
        offers.sort_by_key(|offer| ranks.get(&offer.staff));
        offers.sort_by_key(|offer| Reverse(Some(offer.staff) == preferred));
    }
    Ok(offers)
}

/// Where each of some staff stands in the business's choice on a date, whoever comes first having the lowest rank or none.
pub(super) async fn ranks(
    tx: &Transaction<'_>,
    loaded: &Loaded,
    date: Date,
    staff: &[StaffMemberId],
    leaving: Option<CalendarEntryId>,
    now: Timestamp,
) -> Result<HashMap<StaffMemberId, i64>, db::Error> {
    match loaded.business.staff_choice {
        StaffChoice::Priority => Ok(HashMap::new()),
        StaffChoice::LeastBusy => minutes_on(tx, staff, day(date, &loaded.schedule.zone), leaving, now).await,
        StaffChoice::Rotation => turns(tx, staff).await,
    }
}

/// Notes that somebody was chosen, where staff take turns.
pub(super) async fn note(
    tx: &Transaction<'_>,
    loaded: &Loaded,
    staff: StaffMemberId,
    now: Timestamp,
) -> Result<(), db::Error> {
    if loaded.business.staff_choice != StaffChoice::Rotation {
        return Ok(());
    }
    let sql = "
        insert into staff_turns (staff_id, last_at) values ($1, $2)
        on conflict (staff_id) do update set last_at = greatest(staff_turns.last_at, excluded.last_at)";
    tx.execute(sql, &[&staff, &now]).await.map(drop)
}

/// From midnight to midnight.
fn day(date: Date, zone: &TimeZone) -> Span {
    let midnight =
        |date: Date| date.to_zoned(zone.clone()).map_or(Timestamp::MAX, |midnight| midnight.timestamp());
    Span { start: midnight(date), end: midnight(date.tomorrow().unwrap_or(date)) }
}

/// How many minutes each has to do on a day. A hold that has expired is nothing to do, nor is what is about to be left.
async fn minutes_on(
    tx: &Transaction<'_>,
    staff: &[StaffMemberId],
    day: Span,
    leaving: Option<CalendarEntryId>,
    now: Timestamp,
) -> Result<HashMap<StaffMemberId, i64>, db::Error> {
    let sql = "
        select staff_id, sum(extract(epoch from ends_at - starts_at))::int8 / 60
        from calendar_entries
        where staff_id = any($1) and busy_from > $2 - interval '72 hours' and busy_from < $3
          and starts_at >= $2 and starts_at < $3
          and booked > (select count(*) from holds where entry_id = calendar_entries.id and expires_at <= $4)
                       + case when id = $5 then 1 else 0 end
        group by staff_id";
    let rows = tx.rows(sql, &[&staff, &day.start, &day.end, &now, &leaving]).await?;
    Ok(rows.iter().map(|row| (row.get(0), row.get(1))).collect())
}

/// When each was chosen last, in microseconds since 1970.
async fn turns(
    tx: &Transaction<'_>,
    staff: &[StaffMemberId],
) -> Result<HashMap<StaffMemberId, i64>, db::Error> {
    let rows =
        tx.rows("select staff_id, last_at from staff_turns where staff_id = any($1)", &[&staff]).await?;
    Ok(rows.iter().map(|row| (row.get(0), row.get::<_, Timestamp>(1).as_microsecond())).collect())
}
