//! A beauty studio in Poznań.

use super::{
    Address, FRIDAY, Hours, MONDAY, Person, Place, Policy, SATURDAY, Service, Staff, THURSDAY, TUESDAY,
    WEDNESDAY, at,
};

pub(super) const PLACE: Place = Place {
    category: "beauty",
    name: "Studio Urody Malwa",
    slug: "studio-malwa",
    description: "Manicure, pedicure, rzęsy i zabiegi na twarz. Pracujemy na wegańskich kosmetykach \
                  i jednorazowych narzędziach.",
    phone: "+48 61 555 03 30",
    address: Address {
        line1: "ul. Święty Marcin 47",
        line2: "I piętro",
        city: "Poznań",
        postal_code: "61-806",
        latitude: "52.406900",
        longitude: "16.921400",
    },
    branches: &[],
    owner: Person {
        first_name: "Magdalena",
        last_name: "Szymańska",
        email: "magdalena.szymanska@example.com",
        phone: "+48 500 200 103",
    },
    policy: Policy {
        auto_confirm: true,
        min_notice_minutes: 60,
        booking_horizon_days: 45,
        cancellation_deadline_minutes: 12 * 60,
        guest_booking: true,
        ..Policy::PLAIN
    },
    hours: &[
        Hours { days: &[MONDAY], opens: at(12, 0), closes: at(19, 0), breaks: &[] },
        Hours {
            days: &[TUESDAY, WEDNESDAY, THURSDAY, FRIDAY],
            opens: at(10, 0),
            closes: at(19, 0),
            breaks: &[(at(14, 0), at(14, 30))],
        },
        Hours { days: &[SATURDAY], opens: at(9, 0), closes: at(15, 0), breaks: &[] },
    ],
    resources: &[],
    services: &[
        Service {
            name: "Manicure hybrydowy",
            description: "Opracowanie skórek, jednolity kolor i olejek.",
            duration: 75,
            buffer: 15,
            slot_step: Some(30),
            zloty: 120,
            ..Service::PLAIN
        },
        Service {
            name: "Pedicure kosmetyczny",
            description: "Z peelingiem i maską do stóp.",
            duration: 60,
            buffer: 15,
            slot_step: None,
            zloty: 150,
            ..Service::PLAIN
        },
        Service {
            name: "Henna i regulacja brwi",
            description: "Kształt i kolor dobrane do twarzy.",
            duration: 30,
            buffer: 5,
            slot_step: Some(15),
            zloty: 60,
            ..Service::PLAIN
        },
        Service {
            name: "Przedłużanie rzęs 1:1",
            description: "Naturalny efekt, do czterech tygodni.",
            duration: 120,
            buffer: 15,
            slot_step: Some(30),
            zloty: 220,
            ..Service::PLAIN
        },
        Service {
            name: "Oczyszczanie wodorowe",
            description: "Oczyszczanie, nawilżenie i maska na twarz.",
            duration: 60,
            buffer: 10,
            slot_step: None,
            zloty: 190,
            ..Service::PLAIN
        },
    ],
    staff: &[
        Staff { name: "Magdalena Szymańska", offers: &[2, 4], own_prices: &[] },
        Staff { name: "Oliwia Bednarek", offers: &[0, 1], own_prices: &[] },
        Staff { name: "Julia Kubiak", offers: &[0, 2, 3], own_prices: &[] },
    ],
};
