//! Opens the places of the sample: each becomes a business with an owner, an address, services, staff and hours.

use serde_json::json;
use shared::scheduling::HolidayCalendar;
use uuid::Uuid;

use super::{
    Hashes, accounts,
    places::{Address, Branch, Hours, Place, Resource, Service, Staff},
    rows::Rows,
    working_time,
};

pub(super) const TIME_ZONE: &str = "Europe/Warsaw";
pub(super) const CURRENCY: &str = "PLN";

/// What services look like in a calendar, in their order.
const COLORS: [&str; 6] = ["#C2185B", "#00796B", "#F57C00", "#512DA8", "#0288D1", "#689F38"];

/// A place that is in the database.
pub(super) struct Business {
    pub(super) id: Uuid,
    pub(super) owner: Uuid,
    pub(super) place: &'static Place,
    /// The ids of the place's services, in its order.
    pub(super) services: Vec<Uuid>,
    /// The ids of the place's staff, in its order.
    pub(super) staff: Vec<Uuid>,
    /// The ids of the place's resources, in its order.
    pub(super) resources: Vec<Uuid>,
}

pub(super) fn add(rows: &mut Rows, place: &'static Place, hashes: &Hashes) -> Business {
    let owner = accounts::add(rows, &place.owner, hashes);
    let id = add_business(rows, place, owner);
    add_location(rows, id, None, &place.address);
    let branches: Vec<Uuid> =
        place.branches.iter().map(|branch| add_location(rows, id, Some(branch), &branch.address)).collect();
    let resources: Vec<Uuid> =
        place.resources.iter().map(|resource| add_resource(rows, resource, id)).collect();
    let services: Vec<Uuid> = place
        .services
        .iter()
        .zip(COLORS)
        .map(|(service, color)| {
            let location = service.branch.map(|branch| branches[branch]);
            add_service(rows, service, color, (id, location), &resources)
        })
        .collect();
    let staff = (0..).zip(place.staff).map(|(position, member)| {
        let user = (position == 0).then_some(owner);
        add_staff_member(rows, member, position, user, id, &services)
    });
    let staff = staff.collect();
    add_week(rows, place, id);
    Business { id, owner, place, services, staff, resources }
}

fn add_business(rows: &mut Rows, place: &Place, owner: Uuid) -> Uuid {
    let opened = rows.founding();
    let row = json!({
        "owner_id": owner,
        "name": place.name,
        "slug": place.slug,
        "category": place.category,
        "description": place.description,
        "email": format!("kontakt@{}.example.com", place.slug),
        "phone_number": place.phone,
        "website_url": format!("https://{}.example.com", place.slug),
        "timezone": TIME_ZONE,
        "currency": CURRENCY,
        "auto_confirm": place.policy.auto_confirm,
        "min_notice_minutes": place.policy.min_notice_minutes,
        "booking_horizon_days": place.policy.booking_horizon_days,
        "cancellation_deadline_minutes": place.policy.cancellation_deadline_minutes,
        "holiday_calendar": working_time::holidays(place).map(HolidayCalendar::as_str),
        "staff_set_own_hours": working_time::staff_decide(place),
        "reschedule_deadline_minutes": place.policy.reschedule_deadline_minutes,
        "max_open_bookings": place.policy.max_open_bookings,
        "no_show_limit": place.policy.no_show_limit,
        "no_show_days": 365,
        "no_show_action": "refuse",
        "staff_choice": place.policy.staff_choice,
        "hold_minutes": 10,
        "guest_booking": place.policy.guest_booking,
        "created_at": opened,
        "updated_at": opened,
    });
    rows.add("businesses", row)
}

fn add_location(rows: &mut Rows, business: Uuid, branch: Option<&Branch>, address: &Address) -> Uuid {
    let row = json!({
        "business_id": business,
        "is_primary": branch.is_none(),
        "label": branch.map_or("", |branch| branch.name),
        "telephone": branch.map_or("", |branch| branch.phone),
        "address_line1": address.line1,
        "address_line2": address.line2,
        "city": address.city,
        "postal_code": address.postal_code,
        "country": "PL",
        "latitude": address.latitude,
        "longitude": address.longitude,
    });
    rows.add("locations", row)
}

fn add_resource(rows: &mut Rows, resource: &Resource, business: Uuid) -> Uuid {
    let opened = rows.founding();
    let row = json!({
        "business_id": business,
        "name": resource.name,
        "quantity": resource.quantity,
        "created_at": opened,
        "updated_at": opened,
    });
    rows.add("resources", row)
}

fn add_service(
    rows: &mut Rows,
    service: &Service,
    color: &str,
    (business, location): (Uuid, Option<Uuid>),
    resources: &[Uuid],
) -> Uuid {
    let opened = rows.founding();
    let row = json!({
        "business_id": business,
        "location_id": location,
        "name": service.name,
        "description": service.description,
        "duration_minutes": service.duration,
        "buffer_before_minutes": service.buffer_before,
        "buffer_minutes": service.buffer,
        "gap_start_minutes": service.gap.map(|(start, _)| start),
        "gap_minutes": service.gap.map(|(_, length)| length),
        "capacity": service.seats,
        "slot_step_minutes": service.slot_step,
        "price_minor": service.price_minor(),
        "price_currency": CURRENCY,
        "color": color,
        "is_active": true,
        "created_at": opened,
        "updated_at": opened,
    });
    let id = rows.add("services", row);
    for &resource in service.needs {
        let resource = resources[resource];
        let row = json!({"business_id": business, "service_id": id, "resource_id": resource, "quantity": 1});
        rows.add_without_id("service_resources", row);
    }
    for (position, add_on) in service.add_ons.iter().enumerate() {
        let row = json!({
            "business_id": business,
            "service_id": id,
            "name": add_on.name,
            "duration_minutes": add_on.duration,
            "price_minor": add_on.zloty * 100,
            "position": position,
            "is_active": true,
            "created_at": opened,
            "updated_at": opened,
        });
        rows.add("add_ons", row);
    }
    id
}

/// The first member is the owner, who has an account; the others are known by name only.
fn add_staff_member(
    rows: &mut Rows,
    member: &Staff,
    position: i32,
    user: Option<Uuid>,
    business: Uuid,
    services: &[Uuid],
) -> Uuid {
    let opened = rows.founding();
    let row = json!({
        "business_id": business,
        "user_id": user,
        "display_name": member.name,
        "is_manager": user.is_some(),
        "is_bookable": true,
        "position": position,
        "created_at": opened,
        "updated_at": opened,
    });
    let id = rows.add("staff_members", row);
    for &service in member.offers {
        let row = json!({
            "business_id": business,
            "staff_id": id,
            "service_id": services[service],
            "price_minor": member.own_price_minor(service),
        });
        rows.add_without_id("staff_services", row);
    }
    id
}

/// Seven days: a day without hours is entered as closed.
fn add_week(rows: &mut Rows, place: &Place, business: Uuid) {
    for day in 0..7 {
        let mut closed = true;
        for hours in place.hours_on(day) {
            closed = false;
            let row = json!({
                "business_id": business,
                "day_of_week": day,
                "is_closed": false,
                "open_minute": hours.opens,
                "close_minute": hours.closes,
                "breaks": breaks(hours),
            });
            rows.add("opening_hours", row);
        }
        if closed {
            let row = json!({
                "business_id": business,
                "day_of_week": day,
                "is_closed": true,
                "open_minute": null,
                "close_minute": null,
                "breaks": "{}",
            });
            rows.add("opening_hours", row);
        }
    }
}

/// As Postgres writes a multirange.
pub(super) fn breaks(hours: &Hours) -> String {
    let ranges: Vec<String> = hours.breaks.iter().map(|(start, end)| format!("[{start},{end})")).collect();
    format!("{{{}}}", ranges.join(","))
}
