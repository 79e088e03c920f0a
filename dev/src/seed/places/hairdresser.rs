//! A hair salon in Wrocław, the demo owner's. She confirms bookings herself.

use super::super::accounts::OWNER_EMAIL;
use super::{AddOn, Address, Hours, MONDAY_TO_FRIDAY, Person, Place, Policy, SATURDAY, Service, Staff, at};

pub(super) const PLACE: Place = Place {
    category: "hairdresser",
    name: "Salon Fryzjerski Złote Nożyczki",
    slug: "zlote-nozyczki",
    description: "Kameralny salon w sercu Wrocławia. Strzyżenie, koloryzacja i pielęgnacja włosów na \
                  sprawdzonych kosmetykach, bez pośpiechu i przy dobrej kawie.",
    phone: "+48 71 555 01 10",
    address: Address {
        line1: "ul. Świdnicka 21",
        line2: "",
        city: "Wrocław",
        postal_code: "50-066",
        latitude: "51.106300",
        longitude: "17.031200",
    },
    branches: &[],
    owner: Person {
        first_name: "Katarzyna",
        last_name: "Zielińska",
        email: OWNER_EMAIL,
        phone: "+48 500 200 101",
    },
    policy: Policy {
        auto_confirm: false,
        min_notice_minutes: 2 * 60,
        booking_horizon_days: 60,
        cancellation_deadline_minutes: 24 * 60,
        guest_booking: true,
        ..Policy::PLAIN
    },
    hours: &[
        Hours {
            days: MONDAY_TO_FRIDAY,
            opens: at(9, 0),
            closes: at(18, 0),
            breaks: &[(at(13, 0), at(13, 30))],
        },
        Hours { days: &[SATURDAY], opens: at(9, 0), closes: at(14, 0), breaks: &[] },
    ],
    resources: &[],
    services: &[
        Service {
            name: "Strzyżenie damskie",
            description: "Mycie, strzyżenie i modelowanie.",
            duration: 60,
            buffer: 10,
            slot_step: Some(30),
            zloty: 140,
            add_ons: &[AddOn { name: "Maska regenerująca", duration: 15, zloty: 40 }],
            ..Service::PLAIN
        },
        Service {
            name: "Strzyżenie męskie",
            description: "Strzyżenie nożyczkami lub maszynką, mycie i układanie.",
            duration: 30,
            buffer: 10,
            slot_step: Some(20),
            zloty: 70,
            ..Service::PLAIN
        },
        Service {
            name: "Strzyżenie dziecięce",
            description: "Dla dzieci do 10 lat.",
            duration: 30,
            buffer: 0,
            slot_step: None,
            zloty: 50,
            ..Service::PLAIN
        },
        Service {
            name: "Koloryzacja z modelowaniem",
            description: "Konsultacja, jednolity kolor, pielęgnacja i modelowanie.",
            duration: 120,
            buffer: 15,
            slot_step: Some(30),
            zloty: 320,
            gap: Some((40, 30)),
            add_ons: &[
                AddOn { name: "Maska regenerująca", duration: 15, zloty: 40 },
                AddOn { name: "Tonowanie", duration: 30, zloty: 90 },
            ],
            ..Service::PLAIN
        },
        Service {
            name: "Upięcie okolicznościowe",
            description: "Na ślub, studniówkę i inne ważne dni.",
            duration: 75,
            buffer: 15,
            slot_step: None,
            zloty: 200,
            ..Service::PLAIN
        },
    ],
    staff: &[
        Staff { name: "Katarzyna Zielińska", offers: &[0, 2, 3, 4], own_prices: &[] },
        Staff { name: "Monika Jasińska", offers: &[0, 1, 2, 3], own_prices: &[(0, 120), (3, 280)] },
        Staff { name: "Kamil Wrona", offers: &[1, 2], own_prices: &[] },
    ],
};
