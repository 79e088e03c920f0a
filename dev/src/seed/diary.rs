//! Fills a staff member's working day with visits, in minutes of the local day, as customers could have booked
//! them: on a service's grid, by closing, outside the breaks, buffers kept.

use super::{
    dice::Dice,
    places::{Hours, Place, Service, Staff},
    working_time,
};

/// A visit in a day.
pub(super) struct Entry {
    pub(super) start_minute: u16,
    /// Which of the place's services.
    pub(super) service: usize,
}

/// The visits to `staff` on a weekday (0 = Monday), earliest first. They fill about half of the day.
pub(super) fn fill(place: &Place, staff: &Staff, weekday: u8, dice: &mut Dice) -> Vec<Entry> {
    let mut entries = Vec::new();
    let mut free_from = 0;
    for hours in working_time::hours_on(place, staff, weekday) {
        free_from = free_from.max(hours.opens);
        loop {
            let index = dice.pick(staff.offers);
            let service = &place.services[index];
            // A class is booked by nobody yet.
            if service.seats > 1 {
                free_from += service.busy_minutes();
                continue;
            }
            let idle = service.busy_minutes() * dice.roll(5) / 2;
            let Some(start_minute) = first_start(service, hours, free_from + idle + service.buffer_before)
            else {
                break;
            };
            entries.push(Entry { start_minute, service: index });
            free_from = start_minute + service.busy_minutes();
        }
    }
    entries
}

/// The first start offered for `service`, not before `from`.
fn first_start(service: &Service, hours: &Hours, from: u16) -> Option<u16> {
    let last = hours.closes.checked_sub(service.duration)?;
    let in_break =
        |start: u16| hours.breaks.iter().any(|pause| start < pause.1 && pause.0 < start + service.duration);
    (hours.opens..=last).step_by(service.step().into()).find(|&start| start >= from && !in_break(start))
}
