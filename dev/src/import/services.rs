//! Services.

use std::collections::{HashMap, HashSet};

use serde_json::{Value, json};
use shared::{
    http::Field,
    money::{Amount, Currency},
};
use uuid::Uuid;

use super::{
    businesses::{Businesses, Facts},
    report::{Kind, Report},
    source::{Source, SourceRow, Table},
    target::{Known, Target, id_of},
};

const TABLE: Table = Table {
    name: "businesses_businessservice",
    columns: &[
        &["id"],
        &["business_id"],
        &["name"],
        &["description"],
        &["duration_minutes", "duration"],
        &["buffer_minutes", "buffer"],
        &["slot_step_minutes"],
        &["price_amount", "price"],
        &["price_currency", "currency"],
        &["is_active"],
        &["color", "colour"],
        &["created_at"],
        &["updated_at"],
    ],
    needed: &["id", "business_id", "name", "duration_minutes"],
    order: "created_at",
};

const SHORTEST: i32 = 5;
const LONGEST: i32 = 1440;

/// What an appointment needs to know of its service.
pub(super) struct Service {
    pub(super) business: Uuid,
    pub(super) duration_minutes: i32,
    pub(super) buffer_minutes: i32,
    pub(super) price_minor: i64,
    pub(super) currency: Currency,
}

/// The services that are here.
pub(super) struct Services {
    pub(super) known: Known,
    pub(super) facts: HashMap<Uuid, Service>,
    /// Those of this run.
    pub(super) new: HashSet<Uuid>,
}

pub(super) async fn copy(
    source: &Source<'_>,
    target: &Target<'_>,
    report: &mut Report,
    businesses: &Businesses,
) -> anyhow::Result<Services> {
    let mut known = target.known(TABLE.name, "services").await?;
    let mut inserted = HashSet::new();
    if let Some(mut rows) = source.read(&TABLE, report).await? {
        let service = |row: &SourceRow, report: &mut Report| {
            let (business, facts) = businesses.of(row)?;
            service(row, business, facts, target, report)
        };
        while let Some(new) = rows.next(&known, report, service).await? {
            inserted.extend(target.take(&TABLE, "services", new, report, &mut known).await?);
        }
    }
    let facts = facts(target, &known).await?;
    Ok(Services { known, facts, new: inserted })
}

async fn facts(target: &Target<'_>, known: &Known) -> anyhow::Result<HashMap<Uuid, Service>> {
    let ids: Vec<Uuid> = known.values().copied().flatten().collect();
    let sql = "
        select id, business_id, duration_minutes, buffer_minutes, price_minor, price_currency
        from services where id = any($1)";
    let rows = target.rows(sql, &[&ids]).await?;
    let service = |row: &tokio_postgres::Row| Service {
        business: row.get(1),
        duration_minutes: row.get(2),
        buffer_minutes: row.get(3),
        price_minor: row.get(4),
        currency: Currency::from_code(row.get(5)).unwrap_or(Currency::PLN),
    };
    Ok(rows.iter().map(|row| (row.get(0), service(row))).collect())
}

/// A row of ours, or why there can be none. One whose price or length is of no use is taken inactive: its history stays,
/// and nobody books it by mistake.
fn service(
    row: &SourceRow,
    business: Uuid,
    facts: &Facts,
    target: &Target<'_>,
    report: &mut Report,
) -> Result<Value, String> {
    if row.text("name").is_empty() {
        return Err("it has no name".to_owned());
    }
    let mut active = row.flag("is_active", true);
    let mut changed = |text: String| report.remark(Kind::Changed, TABLE.name, row.id(), text);
    let currency = row.get("price_currency").map_or(Some(facts.currency), Currency::from_code);
    let price = currency.and_then(|currency| Some((price_minor(row, currency)?, currency)));
    let (price_minor, currency) = price.unwrap_or_else(|| {
        active = false;
        changed("its price is of no use: taken as 0 and inactive; set one and activate it".to_owned());
        (0, facts.currency)
    });
    let duration: i32 = row.parse("duration_minutes").unwrap_or(0);
    let duration_minutes = duration.clamp(SHORTEST, LONGEST);
    if duration_minutes != duration {
        active = false;
        changed(format!("it takes {duration} minutes: taken as {duration_minutes} and inactive"));
    }
    let created_at = row.instant("created_at").unwrap_or(target.now);
    Ok(json!({
        "id": id_of(TABLE.name, row.id()),
        "business_id": business,
        "name": row.text("name"),
        "description": row.text("description"),
        "duration_minutes": duration_minutes,
        "buffer_minutes": row.parse("buffer_minutes").unwrap_or(0).clamp(0, LONGEST),
        "slot_step_minutes": row.parse("slot_step_minutes").filter(|step| (SHORTEST..=LONGEST).contains(step)),
        "price_minor": price_minor,
        "price_currency": currency.code(),
        "color": color(row.text("color")),
        "is_active": active,
        "created_at": created_at,
        "updated_at": row.instant("updated_at").unwrap_or(created_at),
    }))
}

/// The price in minor units, if it is one: not negative, not absurd, not finer than the smallest coin.
pub(super) fn price_minor(row: &SourceRow, currency: Currency) -> Option<i64> {
    Amount::parse(&json!(row.get("price_amount")?)).ok()?.in_minor_units(currency)
}

/// As CSS writes it, or nothing.
fn color(given: &str) -> &str {
    let digits = given.strip_prefix('#').unwrap_or_default();
    let hex = matches!(digits.len(), 3 | 6) && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    if hex { given } else { "" }
}
