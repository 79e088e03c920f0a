//! How long a visit can become, with whomever and with everything added to it. What is said about a service, its add-ons
//! and its staff has to fit together: each of them checks, on the service locked, what comes of its change.

use crate::{
    db::{self, Sql, Transaction},
    ids::ServiceId,
    language::Message,
};

/// A day: what no visit is longer than.
const LONGEST: i64 = 1440;

/// What the length of a service's visits depends on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lengths {
    duration: i32,
    capacity: i32,
    /// When the gap is over, counted from the start.
    gap_end: Option<i32>,
    /// Of all add-ons together.
    added: i64,
    /// With whom it is over soonest, and with whom latest, where staff have durations of their own.
    by_staff: Option<(i32, i32)>,
    /// Whether add-ons or staff have prices of their own, in the service's currency.
    pub(super) has_other_prices: bool,
}

/// Reads them, of a locked service.
pub(super) async fn lengths(tx: &Transaction<'_>, service: ServiceId) -> Result<Option<Lengths>, db::Error> {
    let sql = "
        select services.duration_minutes, services.capacity, services.gap_start_minutes + services.gap_minutes,
               added.minutes, staff.shortest, staff.longest, added.are_priced or staff.are_priced
        from services,
             lateral (select coalesce(sum(duration_minutes) filter (where is_active), 0) as minutes,
                             coalesce(bool_or(price_minor > 0), false) as are_priced
                      from add_ons where service_id = services.id and retired_at is null) added,
             lateral (select min(duration_minutes) as shortest, max(duration_minutes) as longest,
                             count(price_minor) > 0 as are_priced
                      from staff_services where service_id = services.id) staff
        where services.id = $1";
    let row = tx.row(sql, &[&service]).await?;
    Ok(row.map(|row| Lengths {
        duration: row.get(0),
        capacity: row.get(1),
        gap_end: row.get(2),
        added: row.get(3),
        by_staff: row.get::<_, Option<i32>>(4).zip(row.get(5)),
        has_other_prices: row.get(6),
    }))
}

impl Lengths {
    /// What is wrong with all of it together, and with what of the service that would be to change.
    pub(super) fn misfit(&self) -> Option<(&'static str, Message)> {
        let (shortest, longest) = self.by_staff.unwrap_or((self.duration, self.duration));
        if self.capacity > 1 && self.added > 0 {
            return Some(("capacity", Message::NoLongerVisitWithSeats));
        }
        [self.duration, shortest, longest].into_iter().find_map(|duration| self.misfit_of(duration)).map(
            |message| match message {
                Message::GapOutsideVisit => ("gap_minutes", message),
                _ => ("duration_minutes", message),
            },
        )
    }

    /// What is wrong with a visit that lasts so many minutes before anything is added.
    pub(super) fn misfit_of(&self, duration: i32) -> Option<Message> {
        if self.gap_end.is_some_and(|end| end >= duration) {
            Some(Message::GapOutsideVisit)
        } else if i64::from(duration) + self.added > LONGEST {
            Some(Message::VisitTooLong)
        } else {
            None
        }
    }
}
