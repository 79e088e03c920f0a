//! SQL for dates with other hours.

use std::sync::LazyLock;

use jiff::{Timestamp, civil::Date};
use serde_json::{Value, json};

use super::{entry::Entry, view::OverrideItem};
use crate::{
    businesses::{BusinessRef, NAMED},
    db::{self, Param, Row, Sql, Transaction},
    hours::{
        filter::Filter,
        interval::{self, AS_JSON, Minutes, around},
    },
    http::{ApiError, page::Slice},
    ids::{BusinessId, DateOverrideId, StaffMemberId, UserId},
    scheduling::{DateOverride, DateOverrides, DateRange},
};

/// What differs from the week at a business on some dates.
///
/// # Errors
/// If the query fails.
pub(in crate::hours) async fn of_business(
    on: &impl Sql,
    business: &BusinessRef,
    dates: DateRange,
) -> Result<DateOverrides, ApiError> {
    let sql = format!(
        "{} where business_id = {NAMED} and staff_id is null and dates && daterange($3, $4)",
        *SELECT
    );
    let (first, end) = around(dates);
    let rows = on.rows(&sql, &[&business.slug(), &business.id(), &first, &end]).await?;
    let overrides = rows.iter().map(|row| Ok(Stored::from_row(row)?.dates));
    DateOverrides::new(overrides.collect::<Result<_, ApiError>>()?).map_err(ApiError::internal)
}

/// Reads overrides; a WHERE goes behind it.
static SELECT: LazyLock<String> = LazyLock::new(|| {
    format!(
        "select id, staff_id, lower(dates), upper(dates) - 1, name,
                (select jsonb_agg({AS_JSON}) from override_hours hours where hours.override_id = date_overrides.id)
         from date_overrides"
    )
});

/// A row of [`SELECT`].
struct Stored {
    id: DateOverrideId,
    staff: Option<StaffMemberId>,
    dates: DateOverride,
}

impl Stored {
    fn from_row(row: &Row) -> Result<Self, ApiError> {
        let minutes: Vec<Minutes> = match row.get::<_, Option<Value>>(5) {
            Some(json) => serde_json::from_value(json).map_err(ApiError::internal)?,
            None => Vec::new(),
        };
        let hours = minutes.into_iter().filter_map(Minutes::hours).collect();
        let dates =
            DateOverride::new(row.get(2), row.get(3), row.get(4), hours).map_err(ApiError::internal)?;
        Ok(Self { id: row.get(0), staff: row.get(1), dates })
    }

    fn item(&self) -> OverrideItem {
        OverrideItem::new(self.id, self.staff, &self.dates)
    }
}

/// One page of a business's overrides, the earliest dates first, and how many there are in all.
pub(super) async fn page(
    on: &impl Sql,
    business: BusinessId,
    filter: &Filter,
    Slice { limit, offset }: Slice,
) -> Result<(i64, Vec<OverrideItem>), ApiError> {
    let matching = "
        business_id = $1 and ($2 is null or staff_id = $2) and ($3 is null or upper(dates) > $3)
        and ($4 is null or lower(dates) <= $4)";
    let count = format!("select count(*) from date_overrides where {matching}");
    let list = format!("{} where {matching} order by lower(dates), id limit $5 offset $6", *SELECT);
    let params: [&dyn Param; 6] =
        [&business, &filter.staff, &filter.date_from, &filter.date_to, &limit, &offset];
    let (count, rows) = tokio::try_join!(on.row(&count, &params[..4]), on.rows(&list, &params))?;
    Ok((count.map_or(0, |row| row.get(0)), items(&rows)?))
}

/// A person's own overrides, wherever they work or have worked, for their copy of what is kept about them.
pub(in crate::hours) async fn about(on: &impl Sql, person: UserId) -> Result<Vec<OverrideItem>, ApiError> {
    let sql = format!(
        "{} where (business_id, staff_id) in (select business_id, id from staff_members where user_id = $1)
         order by lower(dates), id",
        *SELECT
    );
    items(&on.rows(&sql, &[&person]).await?)
}

fn items(rows: &[Row]) -> Result<Vec<OverrideItem>, ApiError> {
    rows.iter().map(|row| Ok(Stored::from_row(row)?.item())).collect()
}

pub(super) async fn one(
    on: &impl Sql,
    business: BusinessId,
    id: DateOverrideId,
) -> Result<Option<OverrideItem>, ApiError> {
    let sql = format!("{} where business_id = $1 and id = $2", *SELECT);
    let row = on.row(&sql, &[&business, &id]).await?;
    row.map(|row| Ok(Stored::from_row(&row)?.item())).transpose()
}

/// Adds an override.
pub(in crate::hours) async fn insert(
    tx: &Transaction<'_>,
    business: BusinessId,
    id: DateOverrideId,
    entry: &Entry,
    now: Timestamp,
) -> Result<(), db::Error> {
    let sql = "
        insert into date_overrides (id, business_id, staff_id, dates, name, created_at, updated_at)
        values ($1, $2, $3, daterange($4, $5, '[]'), $6, $7, $7)";
    let (first, last) = edges(entry);
    tx.execute(sql, &[&id, &business, &entry.staff, &first, &last, &entry.dates.name(), &now]).await?;
    insert_hours(tx, id, entry).await
}

/// Puts another in the place of an override.
pub(super) async fn update(
    tx: &Transaction<'_>,
    business: BusinessId,
    id: DateOverrideId,
    entry: &Entry,
    now: Timestamp,
) -> Result<(), db::Error> {
    let sql = "
        update date_overrides set staff_id = $3, dates = daterange($4, $5, '[]'), name = $6, updated_at = $7
        where business_id = $2 and id = $1";
    let (first, last) = edges(entry);
    tx.execute(sql, &[&id, &business, &entry.staff, &first, &last, &entry.dates.name(), &now]).await?;
    let clear = format!(
        "{WANTED_HOURS} delete from override_hours
         where override_id = $1
           and not exists (select from wanted
                           where (wanted.open_minute, wanted.close_minute, wanted.breaks)
                                 = (override_hours.open_minute, override_hours.close_minute, override_hours.breaks))"
    );
    tx.execute(&clear, &[&id, &hours_of(entry)]).await?;
    insert_hours(tx, id, entry).await
}

fn edges(entry: &Entry) -> (Date, Date) {
    (entry.dates.first(), entry.dates.last())
}

/// The hours of `$2`, as columns.
const WANTED_HOURS: &str = "
    with wanted as (
        select open_minute, close_minute, breaks::int4multirange as breaks
        from jsonb_to_recordset($2) as entry (open_minute int2, close_minute int2, breaks text))";

/// Adds those that are not there, of an override that has no others.
async fn insert_hours(tx: &Transaction<'_>, id: DateOverrideId, entry: &Entry) -> Result<(), db::Error> {
    let sql = format!(
        "{WANTED_HOURS} insert into override_hours (override_id, open_minute, close_minute, breaks)
         select $1, open_minute, close_minute, breaks from wanted
         on conflict (override_id, open_minute) do nothing"
    );
    tx.execute(&sql, &[&id, &hours_of(entry)]).await.map(drop)
}

fn hours_of(entry: &Entry) -> Value {
    let rows = entry.dates.hours().iter().map(|hours| {
        let (open_minute, close_minute, breaks) = interval::columns(hours);
        json!({ "open_minute": open_minute, "close_minute": close_minute, "breaks": breaks })
    });
    rows.collect()
}

pub(super) async fn delete(
    tx: &Transaction<'_>,
    business: BusinessId,
    id: DateOverrideId,
) -> Result<(), db::Error> {
    let sql = "delete from date_overrides where business_id = $1 and id = $2";
    tx.execute(sql, &[&business, &id]).await.map(drop)
}
