//! A training studio in Warsaw: long days, short notice, bookings confirmed at once.

use super::{AddOn, Address, Hours, MONDAY_TO_FRIDAY, Person, Place, Policy, SATURDAY, Service, Staff, at};

pub(super) const PLACE: Place = Place {
    category: "fitness",
    name: "Studio Treningu Mokotów",
    slug: "studio-treningu-mokotow",
    description: "Treningi personalne i fizjoterapia dla osób w każdym wieku. Zaczynamy od oceny ruchu, \
                  potem układamy plan na miarę.",
    phone: "+48 22 555 05 50",
    address: Address {
        line1: "ul. Puławska 39",
        line2: "wejście od podwórza",
        city: "Warszawa",
        postal_code: "02-508",
        latitude: "52.207100",
        longitude: "21.023100",
    },
    branches: &[],
    owner: Person {
        first_name: "Bartosz",
        last_name: "Czerwiński",
        email: "bartosz.czerwinski@example.com",
        phone: "+48 500 200 105",
    },
    policy: Policy {
        auto_confirm: true,
        min_notice_minutes: 30,
        booking_horizon_days: 30,
        cancellation_deadline_minutes: 6 * 60,
        staff_choice: "least_busy",
        ..Policy::PLAIN
    },
    hours: &[
        Hours {
            days: MONDAY_TO_FRIDAY,
            opens: at(7, 0),
            closes: at(21, 0),
            breaks: &[(at(12, 0), at(13, 0))],
        },
        Hours { days: &[SATURDAY], opens: at(8, 0), closes: at(15, 0), breaks: &[] },
    ],
    resources: &[],
    services: &[
        Service {
            name: "Trening personalny",
            description: "Indywidualny trening z planem na kolejny tydzień.",
            duration: 60,
            buffer: 0,
            slot_step: None,
            zloty: 160,
            ..Service::PLAIN
        },
        Service {
            name: "Trening w parze",
            description: "Dla dwóch osób o podobnym poziomie.",
            duration: 60,
            buffer: 0,
            slot_step: None,
            zloty: 220,
            ..Service::PLAIN
        },
        Service {
            name: "Ocena ruchu i plan",
            description: "Testy sprawności, rozmowa o celach, plan treningu.",
            duration: 90,
            buffer: 10,
            slot_step: Some(30),
            zloty: 240,
            ..Service::PLAIN
        },
        Service {
            name: "Fizjoterapia",
            description: "Praca manualna i ćwiczenia po urazach.",
            duration: 50,
            buffer: 10,
            slot_step: None,
            zloty: 200,
            ..Service::PLAIN
        },
        Service {
            name: "Zdrowy kręgosłup",
            description: "Zajęcia w małej grupie, na macie.",
            duration: 55,
            buffer: 5,
            slot_step: None,
            zloty: 45,
            seats: 8,
            add_ons: &[AddOn { name: "Wypożyczenie maty", duration: 0, zloty: 5 }],
            ..Service::PLAIN
        },
    ],
    staff: &[
        Staff { name: "Bartosz Czerwiński", offers: &[0, 1, 2], own_prices: &[] },
        Staff { name: "Sylwia Gajda", offers: &[0, 1, 4], own_prices: &[] },
        Staff { name: "Hubert Wilk", offers: &[2, 3], own_prices: &[] },
    ],
};
