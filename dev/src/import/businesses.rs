//! Businesses and where they are.

use std::collections::{HashMap, HashSet};

use jiff::tz::TimeZone;
use serde_json::{Value, json};
use shared::{accounts::Email, businesses::Slug, http::Field, language::Category, money::Currency};
use uuid::Uuid;

use super::{
    report::{Kind, Report},
    source::{Source, SourceRow, Table},
    target::{Known, Target, derived, id_of},
};

pub(super) const TABLE: Table = Table {
    name: "businesses_business",
    columns: &[
        &["id"],
        &["owner_id", "user_id"],
        &["name"],
        &["slug"],
        &["category"],
        &["description"],
        &["email"],
        &["phone_number", "phone"],
        &["website_url", "website"],
        &["nip"],
        &["address_line1", "address"],
        &["address_line2"],
        &["city"],
        &["postal_code"],
        &["country"],
        &["latitude"],
        &["longitude"],
        &["timezone"],
        &["currency"],
        &["auto_confirm"],
        &["min_notice_minutes"],
        &["booking_horizon_days"],
        &["cancellation_deadline_minutes"],
        &["is_active"],
        &["created_at"],
        &["updated_at"],
    ],
    needed: &["id", "owner_id", "name"],
    order: "created_at",
};

const USUAL_ZONE: &str = "Europe/Warsaw";
/// Stands where an address lacks something it cannot do without.
const UNKNOWN: &str = "-";

/// What others need to know of a business that is here.
pub(super) struct Facts {
    pub(super) zone: TimeZone,
    pub(super) currency: Currency,
}

/// The businesses that are here.
pub(super) struct Businesses {
    pub(super) known: Known,
    facts: HashMap<Uuid, Facts>,
    /// Those of this run.
    pub(super) new: HashSet<Uuid>,
}

impl Businesses {
    /// The business that a row belongs to.
    pub(super) fn of(&self, row: &SourceRow) -> Result<(Uuid, &Facts), String> {
        let id = self.known.get(row.text("business_id")).copied().flatten();
        let found = id.and_then(|id| Some((id, self.facts.get(&id)?)));
        found.ok_or_else(|| "its business was not taken".to_owned())
    }
}

/// What may not be used twice, or at all.
struct Taken {
    slugs: HashSet<String>,
    zones: HashSet<String>,
}

impl Taken {
    async fn of(target: &Target<'_>) -> anyhow::Result<Self> {
        let slugs = target.rows("select slug from businesses", &[]).await?;
        let zones = target.rows("select name from time_zones", &[]).await?;
        let texts = |rows: Vec<tokio_postgres::Row>| rows.iter().map(|row| row.get(0)).collect();
        Ok(Self { slugs: texts(slugs), zones: texts(zones) })
    }
}

pub(super) async fn copy(
    source: &Source<'_>,
    target: &Target<'_>,
    report: &mut Report,
    users: &Known,
) -> anyhow::Result<Businesses> {
    let mut known = target.known(TABLE.name, "businesses").await?;
    let mut taken = Taken::of(target).await?;
    let mut all_new = HashSet::new();
    let Some(mut rows) = source.read(&TABLE, report).await? else {
        anyhow::bail!("there is no table {}: this is not a database of the earlier version", TABLE.name);
    };
    let mut business = |row: &SourceRow, report: &mut Report| {
        let business = business(row, users, &mut taken, target, report)?;
        Ok((business, location(row, report)))
    };
    while let Some(new) = rows.next(&known, report, &mut business).await? {
        let (new, places): (Vec<_>, Vec<_>) = new
            .into_iter()
            .map(|(id, (business, place))| {
                let ours = id_of(TABLE.name, &id);
                ((id, business), (ours, place))
            })
            .unzip();
        let inserted = target.take(&TABLE, "businesses", new, report, &mut known).await?;
        let places = places.into_iter().filter(|(business, _)| inserted.contains(business));
        target.insert("locations", places.map(|(_, place)| place).collect()).await?;
        all_new.extend(inserted);
    }
    let facts = facts(target, &known).await?;
    Ok(Businesses { known, facts, new: all_new })
}

async fn facts(target: &Target<'_>, known: &Known) -> anyhow::Result<HashMap<Uuid, Facts>> {
    let ids: Vec<Uuid> = known.values().copied().flatten().collect();
    let sql = "select id, timezone, currency from businesses where id = any($1)";
    let rows = target.rows(sql, &[&ids]).await?;
    let facts = rows.iter().map(|row| {
        let zone = TimeZone::get(row.get(1)).unwrap_or(TimeZone::UTC);
        let currency = Currency::from_code(row.get(2)).unwrap_or(Currency::PLN);
        (row.get(0), Facts { zone, currency })
    });
    Ok(facts.collect())
}

/// A row of ours, or why there can be none.
fn business(
    row: &SourceRow,
    users: &Known,
    taken: &mut Taken,
    target: &Target<'_>,
    report: &mut Report,
) -> Result<Value, String> {
    let owner = users.get(row.text("owner_id")).copied().flatten();
    let owner = owner.ok_or_else(|| "its owner was not taken".to_owned())?;
    if row.text("name").is_empty() {
        return Err("it has no name".to_owned());
    }
    let mut changed = |text: String| report.remark(Kind::Changed, TABLE.name, row.id(), text);
    let created_at = row.instant("created_at").unwrap_or(target.now);
    let active = row.flag("is_active", true);
    if !active {
        changed("it is not active: taken as retired, which keeps its appointments as history".to_owned());
    }
    let number = |name, most: i32, usual| {
        row.parse(name).filter(|number| (0..=most).contains(number)).unwrap_or(usual)
    };
    Ok(json!({
        "id": id_of(TABLE.name, row.id()),
        "owner_id": owner,
        "name": row.text("name"),
        "slug": slug(row, &mut taken.slugs, &mut changed).as_str(),
        "category": category(row, &mut changed).as_str(),
        "description": row.text("description"),
        "email": email(row, &mut changed),
        "phone_number": row.text("phone_number"),
        "website_url": website(row, &mut changed),
        "nip": row.text("nip"),
        "timezone": zone(row, &taken.zones, &mut changed),
        "currency": currency(row, &mut changed).code(),
        "auto_confirm": row.flag("auto_confirm", false),
        "min_notice_minutes": number("min_notice_minutes", 525_600, 0),
        "booking_horizon_days": number("booking_horizon_days", 1095, 365),
        "cancellation_deadline_minutes": number("cancellation_deadline_minutes", 525_600, 0),
        "created_at": created_at,
        "updated_at": row.instant("updated_at").unwrap_or(created_at),
        "retired_at": (!active).then_some(target.now),
    }))
}

/// The business's own slug where it can be one here, else one like it.
fn slug(row: &SourceRow, taken: &mut HashSet<String>, changed: &mut impl FnMut(String)) -> Slug {
    let given = row.text("slug");
    let base = Slug::parse(&json!(given))
        .unwrap_or_else(|_| Slug::from_name(if given.is_empty() { row.text("name") } else { given }));
    let numbered = (2..).map(|number| base.numbered(number));
    let mut candidates = std::iter::once(base.clone()).chain(numbered);
    let slug = candidates.find(|slug| taken.insert(slug.as_str().to_owned())).unwrap_or(base);
    if slug.as_str() != given {
        changed(format!("its slug {given:?} cannot be one here, or is taken: it is {:?} now", slug.as_str()));
    }
    slug
}

fn category(row: &SourceRow, changed: &mut impl FnMut(String)) -> Category {
    Category::from_text(&row.text("category").to_lowercase()).unwrap_or_else(|| {
        changed(format!("there is no category {:?}: taken as other", row.text("category")));
        Category::Other
    })
}

fn email(row: &SourceRow, changed: &mut impl FnMut(String)) -> String {
    match (row.text("email"), Email::parse(&json!(row.text("email")))) {
        ("", _) => String::new(),
        (_, Ok(email)) => email.as_str().to_owned(),
        (_, Err(_)) => {
            changed("its e-mail address is none: left out".to_owned());
            String::new()
        }
    }
}

/// Only what a browser opens as a page: an address that runs as a script must not get in this way.
fn website(row: &SourceRow, changed: &mut impl FnMut(String)) -> String {
    let given = row.text("website_url");
    if given.is_empty() || given.starts_with("https://") || given.starts_with("http://") {
        return given.to_owned();
    }
    let bare = given.contains('.') && !given.contains(|c: char| c.is_whitespace() || c == ':');
    changed(format!(
        "its web address is none: {}",
        if bare { "https:// was put before it" } else { "left out" }
    ));
    if bare { format!("https://{given}") } else { String::new() }
}

fn zone(row: &SourceRow, zones: &HashSet<String>, changed: &mut impl FnMut(String)) -> String {
    let given = row.get("timezone").unwrap_or(USUAL_ZONE);
    let zone = TimeZone::get(given).ok().and_then(|zone| zone.iana_name().map(str::to_owned));
    zone.filter(|zone| zones.contains(zone)).unwrap_or_else(|| {
        changed(format!("there is no time zone {given:?}: taken as {USUAL_ZONE}"));
        USUAL_ZONE.to_owned()
    })
}

fn currency(row: &SourceRow, changed: &mut impl FnMut(String)) -> Currency {
    let given = row.get("currency").unwrap_or(Currency::PLN.code());
    Currency::from_code(given).unwrap_or_else(|| {
        changed(format!("{given:?} is no currency: taken as {}", Currency::PLN));
        Currency::PLN
    })
}

fn location(row: &SourceRow, report: &mut Report) -> Value {
    let mut changed = |text: String| report.remark(Kind::Changed, TABLE.name, row.id(), text);
    let mut needed = |name: &str| match row.text(name) {
        "" => {
            changed(format!("its {name} is empty: {UNKNOWN:?} stands there now"));
            UNKNOWN.to_owned()
        }
        text => text.to_owned(),
    };
    let (line1, city, postal_code) = (needed("address_line1"), needed("city"), needed("postal_code"));
    let (latitude, longitude) = point(row, &mut changed).unzip();
    json!({
        "id": derived(&["location", TABLE.name, row.id()]),
        "business_id": id_of(TABLE.name, row.id()),
        "is_primary": true,
        "address_line1": line1,
        "address_line2": row.text("address_line2"),
        "city": city,
        "postal_code": postal_code,
        "country": country(row, &mut changed),
        "latitude": latitude,
        "longitude": longitude,
    })
}

/// Latitude and longitude, both or neither, on the globe.
fn point(row: &SourceRow, changed: &mut impl FnMut(String)) -> Option<(f64, f64)> {
    let degrees = |name, most: f64| row.parse::<f64>(name).filter(|degrees| degrees.abs() <= most);
    let point = degrees("latitude", 90.0).zip(degrees("longitude", 180.0));
    if point.is_none() && (row.get("latitude").is_some() || row.get("longitude").is_some()) {
        changed("its coordinates are none: left out".to_owned());
    }
    point
}

fn country(row: &SourceRow, changed: &mut impl FnMut(String)) -> String {
    let given = row.get("country").unwrap_or("PL").to_uppercase();
    let code = given.len() == 2 && given.bytes().all(|byte| byte.is_ascii_uppercase());
    match given.as_str() {
        _ if code => given,
        "" | "POLAND" | "POLSKA" => "PL".to_owned(),
        _ => {
            changed(format!("{given:?} is no country code: taken as PL"));
            "PL".to_owned()
        }
    }
}
