//! Rows on their way into the database: one statement a table, however many there are.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use tokio_postgres::{
    Transaction,
    types::{Json, Type},
};
use uuid::{Builder, Uuid};

/// Rows by table, each an object of column → value. Tables are filled in the order of their first rows, so a
/// row is added after those it refers to.
pub(super) struct Rows {
    now: Timestamp,
    ids: u64,
    tables: Vec<(&'static str, Vec<Value>)>,
}

impl Rows {
    pub(super) fn new(now: Timestamp) -> Self {
        Self { now, ids: 0, tables: Vec::new() }
    }

    /// When the accounts and businesses came to Sessly, well before the first visit.
    pub(super) fn founding(&self) -> Timestamp {
        self.now - SignedDuration::from_hours(90 * 24)
    }

    /// Adds a row under a new id.
    pub(super) fn add(&mut self, table: &'static str, mut row: Value) -> Uuid {
        let id = self.next_id();
        row["id"] = json!(id);
        self.add_without_id(table, row);
        id
    }

    /// Adds a row to a table whose key is made of its references.
    pub(super) fn add_without_id(&mut self, table: &'static str, row: Value) {
        match self.tables.iter_mut().find(|(name, _)| *name == table) {
            Some((_, rows)) => rows.push(row),
            None => self.tables.push((table, vec![row])),
        }
    }

    /// A version 7 UUID like all others, but counted instead of random: the same now gives the same ids.
    fn next_id(&mut self) -> Uuid {
        self.ids += 1;
        let mut bytes = [0; 10];
        bytes[2..].copy_from_slice(&self.ids.to_be_bytes());
        let millis = self.now.as_millisecond().unsigned_abs();
        Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid()
    }

    pub(super) async fn insert(self, transaction: &Transaction<'_>) -> Result<(), tokio_postgres::Error> {
        for (table, rows) in self.tables {
            let columns = columns(&rows);
            let sql = format!(
                "insert into {table} ({columns})
                 select {columns} from jsonb_populate_recordset(null::{table}, $1)"
            );
            transaction.execute_typed(&sql, &[(&Json(rows), Type::JSONB)]).await?;
        }
        Ok(())
    }
}

/// The columns that rows of one table have in common, as SQL lists them.
pub(crate) fn columns(rows: &[Value]) -> String {
    let names = rows.iter().take(1).filter_map(Value::as_object).flat_map(|row| row.keys());
    names.map(String::as_str).collect::<Vec<_>>().join(", ")
}
