//! SQL for time off.

use jiff::{
    Timestamp,
    civil::{Date, DateTime, Time},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::entry::Entry;
use crate::{
    db::{self, Param, Row, Sql, Transaction},
    hours::filter::Filter,
    http::page::Slice,
    ids::{BusinessId, StaffMemberId, TimeOffId, UserId},
    scheduling::{Repeat, TimeOff},
};

/// Reads time off; a WHERE goes behind it.
const SELECT: &str = "
    select id, staff_id, starts_at, ends_at, repeats_weeks, repeats_until, reason from time_off";

/// Reads when it starts and ends, after how many weeks it repeats and until when, the first of which is the row's column
/// `first`.
pub(in crate::hours) fn read(row: &Row, first: usize) -> TimeOff {
    let every_weeks = row.get::<_, Option<i16>>(first + 2).and_then(|weeks| u8::try_from(weeks).ok());
    let until = row.get(first + 3);
    TimeOff {
        starts: row.get(first),
        ends: row.get(first + 1),
        repeats: every_weeks.map(|every_weeks| Repeat { every_weeks, until }),
    }
}

/// Time that a staff member is away, as colleagues see it.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::hours) struct TimeOffItem {
    id: TimeOffId,
    pub(super) staff_id: StaffMemberId,
    /// `YYYY-MM-DDTHH:MM`, in the business's zone.
    starts_at: String,
    ends_at: String,
    /// Whether it is from midnight to midnight.
    all_day: bool,
    /// Again after so many weeks; null: once.
    repeats_every_weeks: Option<u8>,
    /// The last date on which it can begin again; null: for good.
    repeats_until: Option<Date>,
    reason: String,
}

impl TimeOffItem {
    pub(super) fn new(id: TimeOffId, staff: StaffMemberId, time: &TimeOff, reason: String) -> Self {
        let shown = |at: DateTime| at.strftime("%Y-%m-%dT%H:%M").to_string();
        let midnights = [time.starts, time.ends].map(DateTime::time) == [Time::midnight(); 2];
        Self {
            id,
            staff_id: staff,
            starts_at: shown(time.starts),
            ends_at: shown(time.ends),
            all_day: midnights,
            repeats_every_weeks: time.repeats.map(|repeats| repeats.every_weeks),
            repeats_until: time.repeats.and_then(|repeats| repeats.until),
            reason,
        }
    }
}

fn item(row: &Row) -> TimeOffItem {
    TimeOffItem::new(row.get(0), row.get(1), &read(row, 2), row.get(6))
}

/// One page of a business's time off, the earliest first, and how much there is in all.
pub(super) async fn page(
    on: &impl Sql,
    business: BusinessId,
    filter: &Filter,
    Slice { limit, offset }: Slice,
) -> Result<(i64, Vec<TimeOffItem>), db::Error> {
    let matching = "
        business_id = $1 and ($2 is null or staff_id = $2) and ($3 is null or over_at > $3)
        and ($4 is null or starts_at < $4 + 1)";
    let count = format!("select count(*) from time_off where {matching}");
    let list = format!("{SELECT} where {matching} order by starts_at, id limit $5 offset $6");
    let params: [&dyn Param; 6] =
        [&business, &filter.staff, &filter.date_from, &filter.date_to, &limit, &offset];
    let (count, rows) = tokio::try_join!(on.row(&count, &params[..4]), on.rows(&list, &params))?;
    Ok((count.map_or(0, |row| row.get(0)), rows.iter().map(item).collect()))
}

/// A person's own time off, wherever they work or have worked, for their copy of what is kept about them.
pub(in crate::hours) async fn about(on: &impl Sql, person: UserId) -> Result<Vec<TimeOffItem>, db::Error> {
    let sql = format!(
        "{SELECT} where (business_id, staff_id) in (
             select business_id, id from staff_members where user_id = $1)
         order by starts_at, id"
    );
    Ok(on.rows(&sql, &[&person]).await?.iter().map(item).collect())
}

pub(super) async fn one(
    on: &impl Sql,
    business: BusinessId,
    id: TimeOffId,
) -> Result<Option<TimeOffItem>, db::Error> {
    let sql = format!("{SELECT} where business_id = $1 and id = $2");
    Ok(on.row(&sql, &[&business, &id]).await?.as_ref().map(item))
}

/// Adds time off.
pub(in crate::hours) async fn insert(
    tx: &Transaction<'_>,
    business: BusinessId,
    id: TimeOffId,
    entry: &Entry,
    now: Timestamp,
) -> Result<(), db::Error> {
    let sql = "
        insert into time_off (id, business_id, staff_id, starts_at, ends_at, repeats_weeks, repeats_until, reason,
                              created_at, updated_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)";
    write(tx, sql, business, id, entry, now).await
}

/// Puts another in the place of time off.
pub(super) async fn update(
    tx: &Transaction<'_>,
    business: BusinessId,
    id: TimeOffId,
    entry: &Entry,
    now: Timestamp,
) -> Result<(), db::Error> {
    let sql = "
        update time_off set staff_id = $3, starts_at = $4, ends_at = $5, repeats_weeks = $6, repeats_until = $7,
                            reason = $8, updated_at = $9
        where id = $1 and business_id = $2";
    write(tx, sql, business, id, entry, now).await
}

async fn write(
    tx: &Transaction<'_>,
    sql: &str,
    business: BusinessId,
    id: TimeOffId,
    entry: &Entry,
    now: Timestamp,
) -> Result<(), db::Error> {
    let TimeOff { starts, ends, repeats } = entry.time;
    let every_weeks = repeats.map(|repeats| i16::from(repeats.every_weeks));
    let until = repeats.and_then(|repeats| repeats.until);
    let params: [&dyn Param; 9] =
        [&id, &business, &entry.staff, &starts, &ends, &every_weeks, &until, &entry.reason, &now];
    tx.execute(sql, &params).await.map(drop)
}

pub(super) async fn delete(
    tx: &Transaction<'_>,
    business: BusinessId,
    id: TimeOffId,
) -> Result<(), db::Error> {
    let sql = "delete from time_off where business_id = $1 and id = $2";
    tx.execute(sql, &[&business, &id]).await.map(drop)
}
