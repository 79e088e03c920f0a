//! The six places of the sample, one of each category. Plain data; a file each.

mod beauty;
mod doctor;
mod fitness;
mod hairdresser;
mod other;
mod spa;

use super::accounts::Person;

pub(super) const ALL: [&Place; 6] =
    [&hairdresser::PLACE, &doctor::PLACE, &beauty::PLACE, &spa::PLACE, &fitness::PLACE, &other::PLACE];

/// A business as its owner would describe it.
pub(super) struct Place {
    pub(super) category: &'static str,
    pub(super) name: &'static str,
    /// Its name in addresses, its e-mail domain and its website.
    pub(super) slug: &'static str,
    pub(super) description: &'static str,
    pub(super) phone: &'static str,
    pub(super) address: Address,
    /// Where it is besides.
    pub(super) branches: &'static [Branch],
    pub(super) owner: Person,
    pub(super) policy: Policy,
    /// The intervals of one day in order; a day without any is closed.
    pub(super) hours: &'static [Hours],
    pub(super) resources: &'static [Resource],
    pub(super) services: &'static [Service],
    /// The owner first.
    pub(super) staff: &'static [Staff],
}

impl Place {
    /// The opening hours of a weekday (0 = Monday).
    pub(super) fn hours_on(&self, weekday: u8) -> impl Iterator<Item = &'static Hours> {
        self.hours.iter().filter(move |hours| hours.days.contains(&weekday))
    }
}

pub(super) struct Address {
    pub(super) line1: &'static str,
    pub(super) line2: &'static str,
    pub(super) city: &'static str,
    pub(super) postal_code: &'static str,
    pub(super) latitude: &'static str,
    pub(super) longitude: &'static str,
}

/// A second location.
pub(super) struct Branch {
    pub(super) name: &'static str,
    pub(super) phone: &'static str,
    pub(super) address: Address,
}

/// The rules of booking.
pub(super) struct Policy {
    pub(super) auto_confirm: bool,
    pub(super) min_notice_minutes: u32,
    pub(super) booking_horizon_days: u32,
    pub(super) cancellation_deadline_minutes: u32,
    pub(super) reschedule_deadline_minutes: Option<u32>,
    pub(super) max_open_bookings: Option<u32>,
    /// From so many missed visits on, bookings are refused.
    pub(super) no_show_limit: Option<u32>,
    pub(super) staff_choice: &'static str,
    /// Whether people can book without an account.
    pub(super) guest_booking: bool,
}

impl Policy {
    /// Nothing beyond what every place says.
    const PLAIN: Self = Self {
        auto_confirm: false,
        min_notice_minutes: 0,
        booking_horizon_days: 0,
        cancellation_deadline_minutes: 0,
        reschedule_deadline_minutes: None,
        max_open_bookings: None,
        no_show_limit: None,
        staff_choice: "priority",
        guest_booking: false,
    };
}

/// The same hours on some days of the week, in minutes of the local day.
pub(super) struct Hours {
    pub(super) days: &'static [u8],
    pub(super) opens: u16,
    pub(super) closes: u16,
    /// From, until.
    pub(super) breaks: &'static [(u16, u16)],
}

/// Something that can be booked; times in minutes.
pub(super) struct Service {
    pub(super) name: &'static str,
    pub(super) description: &'static str,
    pub(super) duration: u16,
    /// After the visit.
    pub(super) buffer: u16,
    /// Between two starts offered; where there is none, one visit begins after another.
    pub(super) slot_step: Option<u16>,
    pub(super) zloty: u32,
    /// Before the visit.
    pub(super) buffer_before: u16,
    /// When, counted from the start, and for how long the staff member is free in between.
    pub(super) gap: Option<(u16, u16)>,
    /// How many come at the same time.
    pub(super) seats: u16,
    /// Which of the place's resources it needs, by their position: one of each.
    pub(super) needs: &'static [usize],
    pub(super) add_ons: &'static [AddOn],
    /// At which of the place's branches, by their position; at its own address if at none.
    pub(super) branch: Option<usize>,
}

/// What can be added to a service.
pub(super) struct AddOn {
    pub(super) name: &'static str,
    /// How many minutes longer it makes the visit.
    pub(super) duration: u16,
    pub(super) zloty: u32,
}

/// Rooms, chairs, devices: as many as there are staff who need them.
pub(super) struct Resource {
    pub(super) name: &'static str,
    pub(super) quantity: u16,
}

impl Service {
    /// One customer, one staff member, and nothing else.
    const PLAIN: Self = Self {
        name: "",
        description: "",
        duration: 0,
        buffer: 0,
        slot_step: None,
        zloty: 0,
        buffer_before: 0,
        gap: None,
        seats: 1,
        needs: &[],
        add_ons: &[],
        branch: None,
    };

    pub(super) fn busy_minutes(&self) -> u16 {
        self.duration + self.buffer
    }

    pub(super) fn step(&self) -> u16 {
        self.slot_step.unwrap_or(self.busy_minutes())
    }

    /// The price in grosze.
    pub(super) fn price_minor(&self) -> u32 {
        self.zloty * 100
    }
}

pub(super) struct Staff {
    pub(super) name: &'static str,
    /// Which of the place's services, by their position.
    pub(super) offers: &'static [usize],
    /// What some of them cost with this person.
    pub(super) own_prices: &'static [(usize, u32)],
}

impl Staff {
    /// What a service costs with this person, in grosze, if that is a price of their own.
    pub(super) fn own_price_minor(&self, service: usize) -> Option<u32> {
        let own = self.own_prices.iter().find(|(of, _)| *of == service);
        own.map(|(_, zloty)| zloty * 100)
    }
}

pub(super) const MONDAY: u8 = 0;
const TUESDAY: u8 = 1;
pub(super) const WEDNESDAY: u8 = 2;
const THURSDAY: u8 = 3;
pub(super) const FRIDAY: u8 = 4;
const SATURDAY: u8 = 5;
const SUNDAY: u8 = 6;
pub(super) const MONDAY_TO_FRIDAY: &[u8] = &[MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY];

/// A wall-clock time as a minute of the day.
pub(super) const fn at(hour: u16, minute: u16) -> u16 {
    hour * 60 + minute
}
