//! SQL for opening hours.

use std::sync::LazyLock;

use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::entry::Entry;
use crate::{
    businesses::{BusinessRef, NAMED},
    db::{self, Param, Row, Sql, Transaction},
    hours::interval::{self, BreakTimes, with_seconds},
    ids::{BusinessId, LocationId, OpeningHourId},
    language::Language,
    scheduling::{Break, Hours},
};

/// An interval of opening hours, or a closed day, as clients see it.
#[derive(Debug, Serialize, ToSchema)]
pub struct OpeningHour {
    id: OpeningHourId,
    day_of_week: i16,
    day_name: &'static str,
    is_closed: bool,
    /// `HH:MM:SS`
    open_time: Option<String>,
    close_time: Option<String>,
    breaks: Vec<BreakTimes>,
}

/// Columns of [`Stored`].
static COLUMNS: LazyLock<String> = LazyLock::new(|| format!("id, day_of_week, {}", interval::COLUMNS));

/// A row of [`COLUMNS`].
#[derive(Debug)]
pub(super) struct Stored {
    pub(super) id: OpeningHourId,
    pub(super) day_of_week: i16,
    /// `None`: closed.
    pub(super) hours: Option<Hours>,
}

impl From<&Row> for Stored {
    fn from(row: &Row) -> Self {
        Self { id: row.get(0), day_of_week: row.get(1), hours: interval::hours(row, 2) }
    }
}

impl Stored {
    /// The breaks of an interval.
    pub(super) fn breaks(&self) -> impl Iterator<Item = &Break> {
        self.hours.iter().flat_map(Hours::breaks)
    }

    /// An interval in the fields of an [`Entry`], but for the breaks, which [follow](Entry::keeping) the hours.
    pub(super) fn fields(&self) -> Value {
        let hours = self.hours.as_ref();
        json!({
            "day_of_week": self.day_of_week,
            "is_closed": hours.is_none(),
            "open_time": hours.map(|hours| hours.opens().to_string()),
            "close_time": hours.map(|hours| hours.closes().to_string()),
        })
    }

    fn shown(self, language: Language) -> OpeningHour {
        OpeningHour {
            id: self.id,
            day_of_week: self.day_of_week,
            day_name: language.day_name(self.day_of_week),
            is_closed: self.hours.is_none(),
            open_time: self.hours.as_ref().map(|hours| with_seconds(hours.opens())),
            close_time: self.hours.as_ref().map(|hours| with_seconds(hours.closes())),
            breaks: self.breaks().map(BreakTimes::from).collect(),
        }
    }
}

/// A business's own opening hours in the order of the week.
pub(super) async fn of(
    on: &impl Sql,
    business: &BusinessRef,
    language: Language,
) -> Result<Vec<OpeningHour>, db::Error> {
    at(on, business, None, language).await
}

/// When a location of a business is open, in the order of the week: by its own hours, or the business's if it has none or
/// none is asked for.
///
/// # Errors
/// If the query fails.
pub async fn shown_at(
    on: &impl Sql,
    business: &BusinessRef,
    location: Option<LocationId>,
    language: Language,
) -> Result<Vec<OpeningHour>, db::Error> {
    let Some(location) = location else { return of(on, business, language).await };
    let sql = format!(
        "select {} from opening_hours
         where business_id = {NAMED}
           and location_id is not distinct from (
               select own.location_id from opening_hours own where own.business_id = {NAMED} and own.location_id = $3 limit 1)
         order by day_of_week, open_minute",
        *COLUMNS
    );
    let rows = on.rows(&sql, &[&business.slug(), &business.id(), &location]).await?;
    Ok(rows.iter().map(|row| Stored::from(row).shown(language)).collect())
}

/// The own opening hours of a business, or of one of its locations.
pub(super) async fn at(
    on: &impl Sql,
    business: &BusinessRef,
    location: Option<LocationId>,
    language: Language,
) -> Result<Vec<OpeningHour>, db::Error> {
    let stored = stored(on, business, location).await?;
    Ok(stored.into_iter().map(|stored| stored.shown(language)).collect())
}

/// The own intervals of a business, or of one of its locations, in the order of the week.
pub(super) async fn stored(
    on: &impl Sql,
    business: &BusinessRef,
    location: Option<LocationId>,
) -> Result<Vec<Stored>, db::Error> {
    let sql = format!(
        "select {} from opening_hours
         where business_id = {NAMED} and location_id is not distinct from $3 order by day_of_week, open_minute",
        *COLUMNS
    );
    let rows = on.rows(&sql, &[&business.slug(), &business.id(), &location]).await?;
    Ok(rows.iter().map(Stored::from).collect())
}

pub(super) async fn one(
    on: &impl Sql,
    business: &BusinessRef,
    id: OpeningHourId,
    language: Language,
) -> Result<Option<OpeningHour>, db::Error> {
    Ok(stored_one(on, business, id).await?.map(|stored| stored.shown(language)))
}

/// One of a business's own intervals.
pub(super) async fn stored_one(
    on: &impl Sql,
    business: &BusinessRef,
    id: OpeningHourId,
) -> Result<Option<Stored>, db::Error> {
    let sql = format!(
        "select {} from opening_hours where business_id = {NAMED} and id = $3 and location_id is null",
        *COLUMNS
    );
    let row = on.row(&sql, &[&business.slug(), &business.id(), &id]).await?;
    Ok(row.as_ref().map(Stored::from))
}

/// An entry's hours as columns: closed, opening and closing minute, breaks as a multirange.
fn columns(hours: Option<&Hours>) -> (bool, Option<i16>, Option<i16>, String) {
    match hours.map(interval::columns) {
        Some((opens, closes, breaks)) => (false, Some(opens), Some(closes), breaks),
        None => (true, None, None, "{}".to_owned()),
    }
}

/// Adds entries to the hours of a business, or of one of its locations; all or none.
pub(super) async fn insert(
    tx: &Transaction<'_>,
    business: BusinessId,
    location: Option<LocationId>,
    entries: impl Iterator<Item = (OpeningHourId, &Entry)>,
) -> Result<(), db::Error> {
    let sql = "
        insert into opening_hours (business_id, location_id, id, day_of_week, is_closed, open_minute, close_minute, breaks)
        select $1, $2, id, day_of_week, is_closed, open_minute, close_minute, breaks::int4multirange
        from jsonb_to_recordset($3) as entry (
            id uuid, day_of_week int2, is_closed boolean, open_minute int2, close_minute int2, breaks text)";
    let entries = entries.map(|(id, entry)| {
        let (is_closed, open_minute, close_minute, breaks) = columns(entry.hours.as_ref());
        json!({
            "id": id,
            "day_of_week": entry.day_of_week,
            "is_closed": is_closed,
            "open_minute": open_minute,
            "close_minute": close_minute,
            "breaks": breaks,
        })
    });
    tx.execute(sql, &[&business, &location, &entries.collect::<Value>()]).await.map(drop)
}

/// Changes an interval.
pub(super) async fn update(
    tx: &Transaction<'_>,
    business: BusinessId,
    id: OpeningHourId,
    entry: &Entry,
) -> Result<(), db::Error> {
    let sql = "
        update opening_hours
        set day_of_week = $3, is_closed = $4, open_minute = $5, close_minute = $6, breaks = $7::text::int4multirange
        where business_id = $1 and id = $2 and location_id is null";
    let (is_closed, opens, closes, breaks) = columns(entry.hours.as_ref());
    let params: [&dyn Param; 7] = [&business, &id, &entry.day_of_week, &is_closed, &opens, &closes, &breaks];
    tx.execute(sql, &params).await.map(drop)
}

/// Whether there was one to delete.
pub(super) async fn delete(
    on: &impl Sql,
    business: BusinessId,
    id: OpeningHourId,
) -> Result<bool, db::Error> {
    let sql = "delete from opening_hours where business_id = $1 and id = $2 and location_id is null";
    Ok(on.execute(sql, &[&business, &id]).await? > 0)
}

/// Removes intervals of a business.
pub(super) async fn clear(
    tx: &Transaction<'_>,
    business: BusinessId,
    ids: &[OpeningHourId],
) -> Result<(), db::Error> {
    let sql = "delete from opening_hours where business_id = $1 and id = any($2)";
    tx.execute(sql, &[&business, &ids]).await.map(drop)
}

/// Removes all of a location's own.
pub(super) async fn clear_at(
    tx: &Transaction<'_>,
    business: BusinessId,
    location: LocationId,
) -> Result<(), db::Error> {
    let sql = "delete from opening_hours where business_id = $1 and location_id = $2";
    tx.execute(sql, &[&business, &location]).await.map(drop)
}
