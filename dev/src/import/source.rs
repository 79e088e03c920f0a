//! The earlier version's database: one snapshot of it, and what its columns are called.
//!
//! That version was never one single schema, so columns are looked up by every name we know for them. Values are read as
//! Postgres writes them and parsed here.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    str::FromStr,
};

use anyhow::{Context, bail};
use jiff::{Timestamp, civil::DateTime, tz::TimeZone};
use tokio_postgres::{Client, IsolationLevel, Portal, Row, Transaction};

use super::{report::Report, target::Known};

/// How many rows are read and written at a time.
const BATCH: i32 = 1000;

/// A table of the earlier version.
pub(super) struct Table {
    pub(super) name: &'static str,
    /// Each with every name it may have, ours first.
    pub(super) columns: &'static [&'static [&'static str]],
    /// What the rows are of no use without, by our names.
    pub(super) needed: &'static [&'static str],
    /// What the rows are sorted by, as far as it is there; then by `id`.
    pub(super) order: &'static str,
}

/// A snapshot of the earlier version's database, in which nothing can be changed.
pub(super) struct Source<'a> {
    snapshot: Transaction<'a>,
    columns: HashMap<String, BTreeSet<String>>,
}

impl<'a> Source<'a> {
    pub(super) async fn open(client: &'a mut Client) -> anyhow::Result<Self> {
        let snapshot = client
            .build_transaction()
            .isolation_level(IsolationLevel::RepeatableRead)
            .read_only(true)
            .start()
            .await?;
        let settings = "
            set local timezone = 'UTC'; set local datestyle = 'ISO'; set local statement_timeout = 0;
            set local idle_in_transaction_session_timeout = 0";
        snapshot.batch_execute(settings).await?;
        let sql = "
            select table_name::text, column_name::text from information_schema.columns
            where table_schema = any(current_schemas(false))";
        let mut columns = HashMap::<String, BTreeSet<String>>::new();
        for row in snapshot.query(sql, &[]).await? {
            columns.entry(row.get(0)).or_default().insert(row.get(1));
        }
        Ok(Self { snapshot, columns })
    }

    /// The rows of a table, batch by batch; `None` if there is no such table.
    pub(super) async fn read(
        &self,
        table: &'static Table,
        report: &mut Report,
    ) -> anyhow::Result<Option<Rows<'_>>> {
        let Some(there) = self.columns.get(table.name) else { return Ok(None) };
        let found: BTreeMap<_, _> = table
            .columns
            .iter()
            .filter_map(|names| Some((names[0], names.iter().find(|name| there.contains(**name))?)))
            .collect();
        for needed in table.needed {
            if !found.contains_key(needed) {
                bail!("{} has no column {needed}: this is not a database of the earlier version", table.name);
            }
        }
        let absent = table.columns.iter().map(|names| names[0]).filter(|name| !found.contains_key(name));
        let known: BTreeSet<_> = found.values().copied().copied().collect();
        let foreign = there.iter().map(String::as_str).filter(|name| !known.contains(name));
        report.columns(table.name, absent.collect(), foreign.map(str::to_owned).collect());

        let columns: Vec<_> = found.values().map(|name| format!("\"{name}\"::text")).collect();
        let order = found.get(table.order).map(|name| format!("\"{name}\", ")).unwrap_or_default();
        let sql = format!("select {} from {} order by {order}id", columns.join(", "), table.name);
        let statement = self.snapshot.prepare(&sql).await?;
        let portal = self.snapshot.bind(&statement, &[]).await?;
        let places = found.keys().copied().enumerate().map(|(place, name)| (name, place)).collect();
        Ok(Some(Rows { snapshot: &self.snapshot, portal, table: table.name, places }))
    }

    /// The pairs of a table that joins two others, the columns by every name we know for them.
    pub(super) async fn pairs(
        &self,
        table: &str,
        left: &[&str],
        right: &[&str],
    ) -> anyhow::Result<Vec<(String, String)>> {
        let column = |names: &[&str]| {
            let there = self.columns.get(table)?;
            names.iter().find(|name| there.contains(**name)).map(|name| (*name).to_owned())
        };
        let Some((left, right)) = column(left).zip(column(right)) else { return Ok(Vec::new()) };
        let sql = format!("select {left}::text, {right}::text from {table} order by 1, 2");
        let rows = self.snapshot.query(&sql, &[]).await?;
        Ok(rows.iter().map(|row| (row.get(0), row.get(1))).collect())
    }
}

/// The rows of a table, on their way.
pub(super) struct Rows<'a> {
    snapshot: &'a Transaction<'a>,
    portal: Portal,
    table: &'static str,
    places: HashMap<&'static str, usize>,
}

impl Rows<'_> {
    /// What the next few become, each with its key; `None` when all have come. Left out are those that are known, and,
    /// with a remark, those of which `convert` makes nothing.
    pub(super) async fn next<T>(
        &mut self,
        known: &Known,
        report: &mut Report,
        mut convert: impl FnMut(&SourceRow, &mut Report) -> Result<T, String>,
    ) -> anyhow::Result<Option<Vec<(String, T)>>> {
        let rows = self.snapshot.query_portal(&self.portal, BATCH).await;
        let rows = rows.with_context(|| format!("{} cannot be read", self.table))?;
        if rows.is_empty() {
            return Ok(None);
        }
        let mut new = Vec::new();
        for row in rows.iter().map(|row| self.row(row)) {
            if known.contains_key(row.id()) {
                report.before(self.table);
                continue;
            }
            match convert(&row, report) {
                Ok(converted) => new.push((row.id().to_owned(), converted)),
                Err(why) => report.not_taken(self.table, row.id(), why),
            }
        }
        Ok(Some(new))
    }

    fn row(&self, row: &Row) -> SourceRow {
        let value = |place: usize| row.get::<_, Option<String>>(place);
        let values = self.places.iter().filter_map(|(name, place)| Some((*name, value(*place)?)));
        SourceRow(values.collect())
    }
}

/// A row of the earlier version, by our names of its columns. Null is the same as no such column.
#[derive(Debug)]
pub(super) struct SourceRow(HashMap<&'static str, String>);

impl SourceRow {
    /// Its key, as text.
    pub(super) fn id(&self) -> &str {
        self.text("id")
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(|value| value.trim())
    }

    /// Empty if it is null.
    pub(super) fn text(&self, name: &str) -> &str {
        self.get(name).unwrap_or_default()
    }

    pub(super) fn flag(&self, name: &str, default: bool) -> bool {
        self.get(name).map_or(default, |value| value == "true")
    }

    /// A number, or anything else that is read from text.
    pub(super) fn parse<T: FromStr>(&self, name: &str) -> Option<T> {
        self.get(name)?.parse().ok()
    }

    /// An instant; one that was stored without a zone is in UTC, as Django does it.
    pub(super) fn instant(&self, name: &str) -> Option<Timestamp> {
        self.parse(name)
            .or_else(|| self.parse::<DateTime>(name)?.to_zoned(TimeZone::UTC).ok().map(|at| at.timestamp()))
    }
}
