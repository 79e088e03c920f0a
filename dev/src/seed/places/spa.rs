//! A spa in Sopot, with a second place in Gdynia: closed on Mondays, open on Sundays.

use super::{
    Address, Branch, FRIDAY, Hours, Person, Place, Policy, Resource, SATURDAY, SUNDAY, Service, Staff,
    THURSDAY, TUESDAY, WEDNESDAY, at,
};

pub(super) const PLACE: Place = Place {
    category: "spa",
    name: "Bałtyckie Spa",
    slug: "baltyckie-spa",
    description: "Masaże i rytuały kilka kroków od mola. Po zabiegu zapraszamy na herbatę do pokoju \
                  wypoczynku z widokiem na ogród.",
    phone: "+48 58 555 04 40",
    address: Address {
        line1: "ul. Bohaterów Monte Cassino 26",
        line2: "",
        city: "Sopot",
        postal_code: "81-759",
        latitude: "54.444300",
        longitude: "18.564600",
    },
    branches: &[Branch {
        name: "Orłowo",
        phone: "+48 58 555 04 41",
        address: Address {
            line1: "ul. Orłowska 13",
            line2: "",
            city: "Gdynia",
            postal_code: "81-522",
            latitude: "54.481200",
            longitude: "18.562900",
        },
    }],
    owner: Person {
        first_name: "Izabela",
        last_name: "Lewandowska",
        email: "izabela.lewandowska@example.com",
        phone: "+48 500 200 104",
    },
    policy: Policy {
        auto_confirm: true,
        min_notice_minutes: 3 * 60,
        booking_horizon_days: 120,
        cancellation_deadline_minutes: 48 * 60,
        ..Policy::PLAIN
    },
    hours: &[
        Hours {
            days: &[TUESDAY, WEDNESDAY, THURSDAY, FRIDAY],
            opens: at(10, 0),
            closes: at(20, 0),
            breaks: &[(at(14, 30), at(15, 0))],
        },
        Hours { days: &[SATURDAY], opens: at(10, 0), closes: at(18, 0), breaks: &[] },
        Hours { days: &[SUNDAY], opens: at(11, 0), closes: at(17, 0), breaks: &[] },
    ],
    resources: &[Resource { name: "Gabinet masażu", quantity: 3 }],
    services: &[
        Service {
            name: "Masaż relaksacyjny",
            description: "Całe ciało, ciepły olej z rokitnika.",
            duration: 60,
            buffer: 15,
            slot_step: Some(30),
            zloty: 240,
            needs: &[0],
            ..Service::PLAIN
        },
        Service {
            name: "Masaż gorącymi kamieniami",
            description: "Głęboki odpoczynek dla spiętych pleców.",
            duration: 75,
            buffer: 15,
            slot_step: None,
            zloty: 290,
            buffer_before: 5,
            needs: &[0],
            ..Service::PLAIN
        },
        Service {
            name: "Rytuał bursztynowy",
            description: "Peeling z pyłem bursztynu, okład i masaż.",
            duration: 105,
            buffer: 15,
            slot_step: Some(30),
            zloty: 420,
            ..Service::PLAIN
        },
        Service {
            name: "Peeling solny ciała",
            description: "Sól morska i olej migdałowy.",
            duration: 40,
            buffer: 20,
            slot_step: None,
            zloty: 160,
            ..Service::PLAIN
        },
        Service {
            name: "Masaż na plaży",
            description: "Pod klifem, przy dobrej pogodzie; przy złej w namiocie.",
            duration: 45,
            buffer: 15,
            slot_step: Some(30),
            zloty: 190,
            branch: Some(0),
            ..Service::PLAIN
        },
        Service {
            name: "Kąpiel w algach",
            description: "Ciepła woda morska i zielone algi.",
            duration: 30,
            buffer: 15,
            slot_step: None,
            zloty: 130,
            branch: Some(0),
            ..Service::PLAIN
        },
    ],
    staff: &[
        Staff { name: "Izabela Lewandowska", offers: &[0, 2], own_prices: &[] },
        Staff { name: "Patrycja Formela", offers: &[0, 1, 3], own_prices: &[] },
        Staff { name: "Dawid Kreft", offers: &[0, 1], own_prices: &[] },
        Staff { name: "Weronika Necel", offers: &[2, 3], own_prices: &[] },
        Staff { name: "Oliwia Bach", offers: &[4, 5], own_prices: &[] },
    ],
};
