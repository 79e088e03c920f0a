//! What businesses know of their customers before the visits, which make cards for everybody else, what they ask them, and who
//! waits there.

use std::collections::HashMap;

use jiff::{ToSpan, civil::Date};
use serde_json::json;
use uuid::Uuid;

use super::{accounts::Customers, businesses::Business, rows::Rows};

/// Those who came without an account, and what is known of them.
const WALKED_IN: [(&str, &str, &str, &[&str]); 3] = [
    ("Halina Brzoza", "+48 500 200 201", "Woli poranki. Nie ma internetu, dzwonić.", &["stała klientka"]),
    ("Stanisław Lis", "+48 500 200 202", "", &["senior"]),
    ("Iwona Sadowska", "", "Uczulona na amoniak.", &["alergia", "stała klientka"]),
];

/// What is asked before the first service of a place can be booked, by its category: all of it may be left open.
const QUESTIONS: [(&str, &str, &str, &[&str], bool); 4] = [
    ("hairdresser", "Jakie masz włosy?", "choice", &["krótkie", "do ramion", "długie"], false),
    ("hairdresser", "Czy masz uczulenie na składniki farb?", "text", &[], true),
    ("doctor", "Czy to pierwsza wizyta?", "yes_no", &[], false),
    ("beauty", "Na co masz uczulenie?", "text", &[], true),
];

/// What places ask those who book.
pub(super) fn add_questions(rows: &mut Rows, businesses: &[Business]) {
    let since = rows.founding();
    for business in businesses {
        let asked = QUESTIONS.iter().filter(|(category, ..)| *category == business.place.category);
        for (position, (_, text, kind, choices, is_sensitive)) in asked.enumerate() {
            let row = json!({
                "business_id": business.id,
                "service_id": business.services[0],
                "text": text,
                "kind": kind,
                "choices": choices,
                "is_sensitive": is_sensitive,
                "is_required": false,
                "position": position,
                "created_at": since,
                "updated_at": since,
            });
            rows.add("intake_questions", row);
        }
    }
}

/// Cards; those without an account, by business.
pub(super) fn add(
    rows: &mut Rows,
    businesses: &[Business],
    customers: &Customers,
) -> HashMap<Uuid, Vec<Uuid>> {
    let mut walked_in = HashMap::new();
    for business in businesses.iter().filter(|business| business.place.category == "hairdresser") {
        let notes = "Farbuje na rudo, odcień 7.4. Kawa bez cukru.";
        let contact = ("Marta Kamińska", super::CUSTOMER_EMAIL, "+48 500 100 100");
        let card = add_card(rows, business, contact, notes, &["stała klientka"]);
        let account = json!({ "business_id": business.id, "user_id": customers.demo, "customer_id": card });
        rows.add_without_id("customer_accounts", account);
        let cards = WALKED_IN
            .map(|(name, phone, notes, tags)| add_card(rows, business, (name, "", phone), notes, tags));
        walked_in.insert(business.id, cards.to_vec());
    }
    walked_in
}

/// Who waits for time at the place that the demo customer goes to, for an early hour of the next two weeks.
pub(super) fn add_waiting(rows: &mut Rows, businesses: &[Business], customers: &Customers, today: Date) {
    let (first, last) = (today.saturating_add(1.day()), today.saturating_add(14.days()));
    for business in businesses.iter().filter(|business| business.place.category == "hairdresser") {
        let row = json!({
            "business_id": business.id,
            "service_id": business.services[0],
            "customer_id": customers.demo,
            "add_on_ids": [],
            "first_day": first,
            "last_day": last,
            // Before anybody works: it stays as it is, for whoever looks at it.
            "from_minute": 5 * 60,
            "to_minute": 6 * 60,
            "created_at": rows.founding(),
        });
        rows.add("waitlist_entries", row);
    }
}

fn add_card(
    rows: &mut Rows,
    business: &Business,
    (name, email, phone): (&str, &str, &str),
    notes: &str,
    tags: &[&str],
) -> Uuid {
    let since = rows.founding();
    let row = json!({
        "business_id": business.id,
        "name": name,
        "email": email,
        "phone": phone,
        "notes": notes,
        "tags": tags,
        "created_at": since,
        "updated_at": since,
    });
    rows.add("customers", row)
}
