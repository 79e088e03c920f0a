//! A medical practice in Kraków: mornings and afternoons on most days, closed at weekends.

use super::{
    Address, FRIDAY, Hours, MONDAY, MONDAY_TO_FRIDAY, Person, Place, Policy, Service, Staff, THURSDAY,
    TUESDAY, at,
};

pub(super) const PLACE: Place = Place {
    category: "doctor",
    name: "Gabinety Lekarskie Karmelicka",
    slug: "gabinety-karmelicka",
    description: "Lekarz rodzinny, internista i dermatolog w jednym miejscu. Przyjmujemy dorosłych i dzieci, \
                  wizyty odbywają się punktualnie.",
    phone: "+48 12 555 02 20",
    address: Address {
        line1: "ul. Karmelicka 42",
        line2: "lok. 3",
        city: "Kraków",
        postal_code: "31-128",
        latitude: "50.066700",
        longitude: "19.928800",
    },
    branches: &[],
    owner: Person {
        first_name: "Andrzej",
        last_name: "Nowicki",
        email: "andrzej.nowicki@example.com",
        phone: "+48 500 200 102",
    },
    policy: Policy {
        auto_confirm: false,
        min_notice_minutes: 12 * 60,
        booking_horizon_days: 90,
        cancellation_deadline_minutes: 24 * 60,
        reschedule_deadline_minutes: Some(12 * 60),
        max_open_bookings: Some(3),
        no_show_limit: Some(2),
        ..Policy::PLAIN
    },
    hours: &[
        Hours { days: MONDAY_TO_FRIDAY, opens: at(8, 0), closes: at(12, 0), breaks: &[] },
        Hours { days: &[MONDAY, TUESDAY, THURSDAY], opens: at(15, 0), closes: at(19, 0), breaks: &[] },
        Hours { days: &[FRIDAY], opens: at(13, 0), closes: at(16, 0), breaks: &[] },
    ],
    resources: &[],
    services: &[
        Service {
            name: "Konsultacja internistyczna",
            description: "Wywiad, badanie, zalecenia i w razie potrzeby e-recepta.",
            duration: 30,
            buffer: 5,
            slot_step: Some(15),
            zloty: 220,
            ..Service::PLAIN
        },
        Service {
            name: "Wizyta kontrolna",
            description: "Omówienie wyników i przebiegu leczenia.",
            duration: 15,
            buffer: 5,
            slot_step: None,
            zloty: 140,
            ..Service::PLAIN
        },
        Service {
            name: "Konsultacja dermatologiczna",
            description: "Z dermatoskopią wybranych znamion.",
            duration: 30,
            buffer: 10,
            slot_step: None,
            zloty: 260,
            ..Service::PLAIN
        },
        Service {
            name: "Bilans zdrowia dziecka",
            description: "Badanie ogólne, pomiary i ocena rozwoju.",
            duration: 45,
            buffer: 0,
            slot_step: Some(15),
            zloty: 200,
            ..Service::PLAIN
        },
    ],
    staff: &[
        Staff { name: "lek. Andrzej Nowicki", offers: &[0, 1], own_prices: &[] },
        Staff { name: "lek. Ewa Czarnecka", offers: &[1, 2], own_prices: &[] },
        Staff { name: "lek. Maria Sobczak", offers: &[0, 1, 3], own_prices: &[] },
    ],
};
