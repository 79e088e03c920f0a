//! Staff, and which services they offer.

use std::collections::{HashMap, HashSet};

use serde_json::{Value, json};
use shared::language::{Language, Message};
use uuid::Uuid;

use super::{
    businesses::Businesses,
    report::Report,
    services::Services,
    source::{Source, SourceRow, Table},
    target::{Known, Target, derived, id_of},
};

const TABLE: Table = Table {
    name: "businesses_businessstaff",
    columns: &[
        &["id"],
        &["business_id"],
        &["user_id"],
        &["display_name", "name"],
        &["is_manager"],
        &["is_bookable"],
        &["is_active"],
        &["position", "order"],
        &["created_at", "joined_at"],
        &["updated_at"],
    ],
    needed: &["id", "business_id"],
    order: "created_at",
};

/// What an appointment needs to know of its staff member.
pub(super) struct Member {
    pub(super) business: Uuid,
    pub(super) user: Option<Uuid>,
}

/// The staff that are here.
pub(super) struct Staff {
    pub(super) known: Known,
    pub(super) facts: HashMap<Uuid, Member>,
    /// Those of this run.
    new: HashSet<Uuid>,
}

pub(super) async fn copy(
    source: &Source<'_>,
    target: &Target<'_>,
    report: &mut Report,
    users: &Known,
    businesses: &Businesses,
) -> anyhow::Result<Staff> {
    let mut known = target.known(TABLE.name, "staff_members").await?;
    let mut inserted = HashSet::new();
    if let Some(mut rows) = source.read(&TABLE, report).await? {
        let names = names(target, users).await?;
        let member = |row: &SourceRow, _: &mut Report| {
            let (business, _) = businesses.of(row)?;
            let user = users.get(row.text("user_id")).copied().flatten();
            Ok(member(row, business, user, &names, target))
        };
        while let Some(new) = rows.next(&known, report, member).await? {
            inserted.extend(target.take(&TABLE, "staff_members", new, report, &mut known).await?);
        }
    }
    inserted.extend(add_owners(target, businesses).await?);
    let facts = facts(target).await?;
    Ok(Staff { known, facts, new: inserted })
}

/// What to call people.
async fn names(target: &Target<'_>, users: &Known) -> anyhow::Result<HashMap<Uuid, String>> {
    let ids: Vec<Uuid> = users.values().copied().flatten().collect();
    let sql = "
        select id, coalesce(nullif(trim(first_name || ' ' || last_name), ''), username::text)
        from users where id = any($1)";
    let rows = target.rows(sql, &[&ids]).await?;
    Ok(rows.iter().map(|row| (row.get(0), row.get(1))).collect())
}

/// A row of ours: someone with an account where that was taken, else by name only.
fn member(
    row: &SourceRow,
    business: Uuid,
    user: Option<Uuid>,
    names: &HashMap<Uuid, String>,
    target: &Target<'_>,
) -> Value {
    let neutral = Message::StaffMember.text(Language::default());
    let called = user.and_then(|user| names.get(&user)).map_or(&*neutral, String::as_str);
    let active = row.flag("is_active", true);
    let created_at = row.instant("created_at").unwrap_or(target.now);
    json!({
        "id": id_of(TABLE.name, row.id()),
        "business_id": business,
        "user_id": user,
        "display_name": row.get("display_name").filter(|name| !name.is_empty()).unwrap_or(called),
        "is_manager": row.flag("is_manager", false),
        "is_bookable": row.flag("is_bookable", true),
        "position": row.parse("position").unwrap_or(0),
        "created_at": created_at,
        "updated_at": row.instant("updated_at").unwrap_or(created_at),
        "retired_at": (!active).then_some(target.now),
    })
}

/// A new business where nobody works gets its owner as bookable staff, so that it can take bookings.
async fn add_owners(target: &Target<'_>, businesses: &Businesses) -> anyhow::Result<HashSet<Uuid>> {
    let ours: Vec<(Uuid, Uuid)> = businesses
        .known
        .iter()
        .filter_map(|(id, business)| Some((derived(&["owner", TABLE.name, id]), (*business)?)))
        .filter(|(_, business)| businesses.new.contains(business))
        .collect();
    let (ids, businesses): (Vec<Uuid>, Vec<Uuid>) = ours.into_iter().unzip();
    let sql = "
        insert into staff_members (id, business_id, user_id, display_name, is_manager, created_at, updated_at)
        select lonely.id, businesses.id, users.id,
               coalesce(nullif(trim(first_name || ' ' || last_name), ''), username::text), true, $3, $3
        from unnest($1::uuid[], $2::uuid[]) as lonely (id, business_id)
        join businesses on businesses.id = lonely.business_id
        join users on users.id = businesses.owner_id
        where not exists (select from staff_members where staff_members.business_id = businesses.id)
        on conflict do nothing returning id";
    let rows = target.rows(sql, &[&ids, &businesses, &target.now]).await?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}

async fn facts(target: &Target<'_>) -> anyhow::Result<HashMap<Uuid, Member>> {
    let rows = target.rows("select id, business_id, user_id from staff_members", &[]).await?;
    Ok(rows.iter().map(|row| (row.get(0), Member { business: row.get(1), user: row.get(2) })).collect())
}

/// Says which services the staff of this run offer: those they are linked to, where the earlier version has links, else
/// all. Whoever takes bookings already offers the new services too.
pub(super) async fn link(
    source: &Source<'_>,
    target: &Target<'_>,
    services: &Services,
    staff: &Staff,
) -> anyhow::Result<()> {
    let mut links = Vec::new();
    for (table, member, service) in [
        ("businesses_businessstaff_services", "businessstaff_id", "businessservice_id"),
        ("businesses_businessservice_staff", "businessstaff_id", "businessservice_id"),
    ] {
        links.extend(source.pairs(table, &[member], &[service]).await?);
    }
    let ours = |known: &Known, id: &str| known.get(id).copied().flatten();
    let links = links
        .iter()
        .filter_map(|(member, service)| Some((ours(&staff.known, member)?, ours(&services.known, service)?)));
    let (linked, to): (Vec<Uuid>, Vec<Uuid>) = links.filter(|(member, _)| staff.new.contains(member)).unzip();
    let linked_sql = "
        insert into staff_services (business_id, staff_id, service_id)
        select staff_members.business_id, staff_id, service_id
        from unnest($1::uuid[], $2::uuid[]) as link (staff_id, service_id)
        join staff_members on staff_members.id = staff_id
        join services on services.id = service_id and services.business_id = staff_members.business_id
        on conflict do nothing";
    target.execute(linked_sql, &[&linked, &to]).await?;
    let everything_sql = "
        insert into staff_services (business_id, staff_id, service_id)
        select staff_members.business_id, staff_members.id, services.id
        from staff_members join services on services.business_id = staff_members.business_id
        where staff_members.id <> all($3)
          and (staff_members.id = any($1)
               or (services.id = any($2) and staff_members.is_bookable and staff_members.retired_at is null))
        on conflict do nothing";
    let new_staff: Vec<Uuid> = staff.new.iter().copied().collect();
    let new_services: Vec<Uuid> = services.new.iter().copied().collect();
    target.execute(everything_sql, &[&new_staff, &new_services, &linked]).await?;
    Ok(())
}
