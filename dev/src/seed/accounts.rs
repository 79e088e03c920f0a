//! The people of the sample. Two can sign in, the demo owner and the demo customer; the others have a password
//! that nobody knows.

use serde_json::json;
use uuid::Uuid;

use super::{Hashes, rows::Rows};

/// The demo owner signs in with this address; the hair salon is hers.
pub const OWNER_EMAIL: &str = "wlascicielka@example.com";
/// The demo owner's password.
pub const OWNER_PASSWORD: &str = "grzebien-i-suszarka";
/// The demo customer signs in with this address.
pub const CUSTOMER_EMAIL: &str = "klientka@example.com";
/// The demo customer's password.
pub const CUSTOMER_PASSWORD: &str = "zielona-herbata-7";

/// Someone with an account.
pub(super) struct Person {
    pub(super) first_name: &'static str,
    pub(super) last_name: &'static str,
    pub(super) email: &'static str,
    pub(super) phone: &'static str,
}

/// Those who book.
pub(super) struct Customers {
    /// The demo customer.
    pub(super) demo: Uuid,
    pub(super) others: Vec<Uuid>,
}

pub(super) fn add_customers(rows: &mut Rows, hashes: &Hashes) -> Customers {
    let mut add = |person| add(rows, person, hashes);
    Customers { demo: add(&DEMO_CUSTOMER), others: OTHER_CUSTOMERS.iter().map(add).collect() }
}

pub(super) fn add(rows: &mut Rows, person: &Person, hashes: &Hashes) -> Uuid {
    let password_hash = match person.email {
        OWNER_EMAIL => &hashes.owner,
        CUSTOMER_EMAIL => &hashes.customer,
        _ => &hashes.nobody,
    };
    let registered = rows.founding();
    let row = json!({
        "username": person.email.split('@').next(),
        "email": person.email,
        "password_hash": password_hash,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "phone": person.phone,
        "email_verified_at": registered,
        "created_at": registered,
        "updated_at": registered,
    });
    rows.add("users", row)
}

const fn person(
    first_name: &'static str,
    last_name: &'static str,
    email: &'static str,
    phone: &'static str,
) -> Person {
    Person { first_name, last_name, email, phone }
}

const DEMO_CUSTOMER: Person = person("Marta", "Kamińska", CUSTOMER_EMAIL, "+48 500 100 100");

const OTHER_CUSTOMERS: [Person; 24] = [
    person("Anna", "Wiśniewska", "anna.wisniewska@example.com", "+48 500 100 101"),
    person("Piotr", "Kowalczyk", "piotr.kowalczyk@example.com", "+48 500 100 102"),
    person("Agnieszka", "Wójcik", "agnieszka.wojcik@example.com", "+48 500 100 103"),
    person("Tomasz", "Mazur", "tomasz.mazur@example.com", "+48 500 100 104"),
    person("Małgorzata", "Krawczyk", "malgorzata.krawczyk@example.com", "+48 500 100 105"),
    person("Paweł", "Dudek", "pawel.dudek@example.com", "+48 500 100 106"),
    person("Joanna", "Pawlak", "joanna.pawlak@example.com", "+48 500 100 107"),
    person("Michał", "Sikora", "michal.sikora@example.com", "+48 500 100 108"),
    person("Barbara", "Walczak", "barbara.walczak@example.com", "+48 500 100 109"),
    person("Krzysztof", "Baran", "krzysztof.baran@example.com", "+48 500 100 110"),
    person("Ewa", "Szewczyk", "ewa.szewczyk@example.com", "+48 500 100 111"),
    person("Marcin", "Pietrzak", "marcin.pietrzak@example.com", "+48 500 100 112"),
    person("Natalia", "Głowacka", "natalia.glowacka@example.com", "+48 500 100 113"),
    person("Łukasz", "Zając", "lukasz.zajac@example.com", "+48 500 100 114"),
    person("Monika", "Król", "monika.krol@example.com", "+48 500 100 115"),
    person("Jakub", "Wieczorek", "jakub.wieczorek@example.com", "+48 500 100 116"),
    person("Aleksandra", "Jabłońska", "aleksandra.jablonska@example.com", "+48 500 100 117"),
    person("Grzegorz", "Stępień", "grzegorz.stepien@example.com", "+48 500 100 118"),
    person("Zofia", "Adamczyk", "zofia.adamczyk@example.com", "+48 500 100 119"),
    person("Adam", "Górski", "adam.gorski@example.com", "+48 500 100 120"),
    person("Karolina", "Rutkowska", "karolina.rutkowska@example.com", "+48 500 100 121"),
    person("Wojciech", "Michalak", "wojciech.michalak@example.com", "+48 500 100 122"),
    person("Dorota", "Ostrowska", "dorota.ostrowska@example.com", "+48 500 100 123"),
    person("Rafał", "Bąk", "rafal.bak@example.com", "+48 500 100 124"),
];
