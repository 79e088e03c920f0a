//! What the engine and booking load: for one service, and for several businesses at once, the same.

use std::collections::HashMap;

use jiff::civil::date;
use serde_json::json;
use shared::{
    businesses::{self, BusinessRef, StaffChoice},
    calendar,
    http::extract::PathParameter,
    ids::{AddOnId, BusinessId, ServiceId, StaffMemberId},
    resources::Needed,
    scheduling::{DateRange, NoShowAction, NoShowRule, PolicyOverrides},
    services::{self, StaffTerms},
    staff,
};

use super::{id, service, with};
use crate::support::{Salon, TestApp};

/// A salon with one of everything, and the ids of its first service's add-ons: those that are on, and one that is off.
async fn salon_with_everything(app: &TestApp) -> (Salon, Vec<AddOnId>) {
    let policy = json!({
        "auto_confirm": true, "min_notice_minutes": 30, "booking_horizon_days": 60, "cancellation_deadline_minutes": 120,
        "max_open_bookings": 2, "no_show_limit": 3, "no_show_days": 90, "no_show_action": "refuse",
        "staff_choice": "rotation", "hold_minutes": 7,
    });
    let salon = app.salon().staff(2).business("booking_policy", policy).create().await;
    let owner = &salon.owner;
    let room =
        owner.post(&salon.path("resources/"), &json!({ "name": "Gabinet", "quantity": 4 })).await.expect(201);
    let change = json!({
        "buffer_before_minutes": 5, "gap_start_minutes": 20, "gap_minutes": 15,
        "policy_overrides": { "min_notice_minutes": 1440 },
        "resources": [{ "resource_id": room["id"], "quantity": 2 }],
    });
    let path = salon.path(&format!("services/{}/", salon.service));
    owner.patch(&path, &change).await.expect(200);
    let staff = salon.staff().await;
    let offers = json!([{ "staff_id": staff[0] }, { "staff_id": staff[1], "duration_minutes": 90, "price_amount": "99" }]);
    owner.put(&format!("{path}staff/"), &offers).await.expect(200);
    let mut add_ons = Vec::new();
    for (name, is_active) in [("A", true), ("B", true), ("C", false)] {
        let extra = json!({
            "name": name, "duration_minutes": 10, "price_amount": "12.50", "is_active": is_active,
            "position": add_ons.len(),
        });
        let made = owner.post(&format!("{path}add-ons/"), &extra).await.expect(201);
        add_ons.push(id(&made).parse().unwrap());
    }
    owner.post(&salon.path("services/"), &with(service("Joga"), "capacity", 8)).await.expect(201);
    (salon, add_ons)
}

async fn business_id(app: &TestApp, salon: &Salon) -> BusinessId {
    id(&app.get(&salon.path("")).await.expect(200)).parse().unwrap()
}

fn named(salon: &Salon) -> BusinessRef {
    BusinessRef::from_parameter(&salon.slug).unwrap()
}

#[tokio::test]
async fn a_business_has_its_policy() {
    let app = TestApp::start().await;
    let (salon, _) = salon_with_everything(&app).await;
    let business = business_id(&app, &salon).await;
    let connection = app.state.connection().await.unwrap();
    let terms = businesses::terms(&connection, &named(&salon)).await.unwrap().unwrap();
    let no_show = NoShowRule { limit: 3, days: 90, action: NoShowAction::Refuse };
    assert_eq!(terms.policy.no_show, Some(no_show));
    assert_eq!((terms.policy.reschedule_deadline_minutes, terms.policy.max_open_bookings), (120, Some(2)));
    assert_eq!((terms.staff_choice, terms.hold_minutes), (StaffChoice::Rotation, 7));
    let all = businesses::terms_of(&connection, &[business]).await.unwrap();
    assert_eq!((all.len(), &all[0].policy), (1, &terms.policy));
}

#[tokio::test]
async fn a_service_has_all_that_a_visit_takes() {
    let app = TestApp::start().await;
    let (salon, add_ons) = salon_with_everything(&app).await;
    let business = business_id(&app, &salon).await;
    let service: ServiceId = salon.service.parse().unwrap();
    let connection = app.state.connection().await.unwrap();
    let (terms, one) = services::bookable(&connection, &named(&salon), service).await.unwrap().unwrap();
    let one = one.unwrap();
    assert_eq!(terms.id, business);
    let gap = one.visit.gap.map(|gap| (gap.start.get(), gap.length.get()));
    assert_eq!((one.visit.buffer_before, gap, one.capacity), (5, Some((20, 15)), 1));
    let overrides = PolicyOverrides { min_notice_minutes: Some(1440), ..PolicyOverrides::default() };
    assert_eq!(one.policy_overrides, overrides);
    let all = services::bookable_at(&connection, &[business]).await.unwrap();
    let capacities: HashMap<ServiceId, u32> =
        all.iter().map(|(_, service)| (service.id, service.capacity)).collect();
    assert_eq!((capacities.len(), capacities[&service]), (2, 1));
    assert!(capacities.values().any(|capacity| *capacity == 8));

    let chosen =
        [add_ons[2], add_ons[1], add_ons[0], "0190aaaa-0000-7000-8000-000000000000".parse().unwrap()];
    let found = services::add_ons_of(&connection, service, &chosen).await.unwrap();
    assert_eq!(found.iter().map(|add_on| add_on.id).collect::<Vec<_>>(), add_ons[..2]);
    assert_eq!((&*found[0].name, found[0].duration_minutes, found[0].price_minor), ("A", 10, 1250));
}

#[tokio::test]
async fn staff_have_terms_and_services_needs_of_their_own() {
    let app = TestApp::start().await;
    let (salon, _) = salon_with_everything(&app).await;
    let business = business_id(&app, &salon).await;
    let service: ServiceId = salon.service.parse().unwrap();
    let staff: StaffMemberId = salon.staff().await[1].parse().unwrap();
    let connection = app.state.connection().await.unwrap();
    let theirs = StaffTerms { duration: 90.try_into().ok(), price_minor: Some(9900) };
    let of_one = staff::candidates(&connection, &named(&salon), service, None).await.unwrap();
    let [(first, Some(usual)), (second, Some(other))] = of_one[..] else { panic!("{of_one:?}") };
    assert_eq!((usual, second, other), (StaffTerms::default(), staff, theirs));
    let mut of_all = staff::offers_at(&connection, &[business]).await.unwrap();
    of_all.retain(|(of, ..)| *of == service);
    of_all.sort_by_key(|(_, staff, _)| *staff);
    assert_eq!(of_all, [(service, first, usual), (service, staff, theirs)]);

    let one = services::bookable(&connection, &named(&salon), service).await.unwrap().unwrap().1.unwrap();
    let [Needed { resource, quantity: 2 }] = one.needs[..] else { panic!("{:?}", one.needs) };
    let all = services::bookable_at(&connection, &[business]).await.unwrap();
    let of_all: HashMap<ServiceId, usize> =
        all.iter().map(|(_, service)| (service.id, service.needs.len())).collect();
    assert_eq!((of_all[&service], of_all.values().sum::<usize>()), (1, 1));
    let (now, dates) = (app.state.now(), DateRange::from(date(2026, 3, 2)));
    let units = calendar::units(&connection, &[service], dates, now, None).await.unwrap();
    assert_eq!(units[&resource].len(), 4);
    assert_eq!(calendar::units_at(&connection, &[business], dates, now).await.unwrap(), units);
    assert!(calendar::units_at(&connection, &[], dates, now).await.unwrap().is_empty());
}
