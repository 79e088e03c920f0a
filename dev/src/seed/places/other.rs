//! A dog grooming salon in Łódź.

use super::{Address, Hours, MONDAY_TO_FRIDAY, Person, Place, Policy, SATURDAY, Service, Staff, at};

pub(super) const PLACE: Place = Place {
    category: "other",
    name: "Psi Salon Czysta Łapa",
    slug: "czysta-lapa",
    description: "Strzyżenie i pielęgnacja psów wszystkich ras. Spokojna atmosfera, jeden pies na raz, \
                  opiekun może zostać z pupilem.",
    phone: "+48 42 555 06 60",
    address: Address {
        line1: "ul. Piotrkowska 102",
        line2: "w podwórzu",
        city: "Łódź",
        postal_code: "90-004",
        latitude: "51.767200",
        longitude: "19.457100",
    },
    branches: &[],
    owner: Person {
        first_name: "Renata",
        last_name: "Maciejewska",
        email: "renata.maciejewska@example.com",
        phone: "+48 500 200 106",
    },
    policy: Policy {
        auto_confirm: false,
        min_notice_minutes: 24 * 60,
        booking_horizon_days: 60,
        cancellation_deadline_minutes: 24 * 60,
        ..Policy::PLAIN
    },
    hours: &[
        Hours {
            days: MONDAY_TO_FRIDAY,
            opens: at(9, 0),
            closes: at(17, 0),
            breaks: &[(at(12, 30), at(13, 0))],
        },
        Hours { days: &[SATURDAY], opens: at(9, 0), closes: at(13, 0), breaks: &[] },
    ],
    resources: &[],
    services: &[
        Service {
            name: "Strzyżenie małego psa",
            description: "Kąpiel, suszenie i strzyżenie psa do 10 kg.",
            duration: 75,
            buffer: 15,
            slot_step: None,
            zloty: 150,
            ..Service::PLAIN
        },
        Service {
            name: "Strzyżenie dużego psa",
            description: "Kąpiel, suszenie i strzyżenie psa od 10 kg.",
            duration: 120,
            buffer: 15,
            slot_step: Some(30),
            zloty: 240,
            ..Service::PLAIN
        },
        Service {
            name: "Kąpiel i rozczesywanie",
            description: "Dla psów długowłosych, z odżywką.",
            duration: 60,
            buffer: 15,
            slot_step: Some(30),
            zloty: 110,
            ..Service::PLAIN
        },
        Service {
            name: "Obcinanie pazurów",
            description: "Także dla kotów i królików.",
            duration: 15,
            buffer: 5,
            slot_step: None,
            zloty: 35,
            ..Service::PLAIN
        },
    ],
    staff: &[
        Staff { name: "Renata Maciejewska", offers: &[0, 1, 3], own_prices: &[] },
        Staff { name: "Igor Tomala", offers: &[0, 2, 3], own_prices: &[] },
    ],
};
