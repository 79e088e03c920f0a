//! Our database: the transaction of a run, its writes, and the ledger of what has been copied.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio_postgres::{
    Client, Row, Transaction,
    types::{Json, ToSql},
};
use uuid::{Builder, Uuid};

use super::{report::Report, source::Table};
use crate::seed;

/// One import at a time, whoever runs it: any constant will do, as long as it is ours.
const LOCK: i64 = 0x5E55_1399;

/// What the earlier version's keys have become. Absent: never taken. `None`: taken, and deleted here since.
pub(super) type Known = HashMap<String, Option<Uuid>>;

/// A run's transaction.
pub(super) struct Target<'a> {
    tx: Transaction<'a>,
    pub(super) now: Timestamp,
}

impl<'a> Target<'a> {
    pub(super) async fn begin(client: &'a mut Client, now: Timestamp) -> anyhow::Result<Self> {
        let tx = client.transaction().await?;
        // The limits that functions have are too short for this.
        let limits = "set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0";
        tx.batch_execute(limits).await?;
        tx.execute("select pg_advisory_xact_lock($1)", &[&LOCK]).await?;
        seed::by_the_system(&tx, now).await?;
        Ok(Self { tx, now })
    }

    pub(super) async fn commit(self) -> anyhow::Result<()> {
        Ok(self.tx.commit().await?)
    }

    pub(super) async fn roll_back(self) -> anyhow::Result<()> {
        Ok(self.tx.rollback().await?)
    }

    pub(super) async fn rows(&self, sql: &str, params: &[&(dyn ToSql + Sync)]) -> anyhow::Result<Vec<Row>> {
        Ok(self.tx.query(sql, params).await?)
    }

    pub(super) async fn execute(&self, sql: &str, params: &[&(dyn ToSql + Sync)]) -> anyhow::Result<u64> {
        Ok(self.tx.execute(sql, params).await?)
    }

    /// Adds rows, each an object of column → value with an `id`, unless a constraint forbids it; the ids of those
    /// that were added.
    pub(super) async fn insert(&self, table: &str, rows: Vec<Value>) -> anyhow::Result<HashSet<Uuid>> {
        if rows.is_empty() {
            return Ok(HashSet::new());
        }
        let columns = seed::columns(&rows);
        let sql = format!(
            "insert into {table} ({columns})
             select {columns} from jsonb_populate_recordset(null::{table}, $1)
             on conflict do nothing returning id"
        );
        let inserted = self.tx.query(&sql, &[&Json(rows)]).await?;
        Ok(inserted.iter().map(|row| row.get(0)).collect())
    }

    /// Which of these ids a table has.
    pub(super) async fn existing(&self, table: &str, ids: &[Uuid]) -> anyhow::Result<HashSet<Uuid>> {
        let rows = self.tx.query(&format!("select id from {table} where id = any($1)"), &[&ids]).await?;
        Ok(rows.iter().map(|row| row.get(0)).collect())
    }

    /// Adds rows made of those of a table and writes them down. What is there under the same id was copied by other means
    /// before; what a constraint forbids is remarked.
    pub(super) async fn take(
        &self,
        source: &Table,
        ours: &str,
        new: Vec<(String, Value)>,
        report: &mut Report,
        known: &mut Known,
    ) -> anyhow::Result<HashSet<Uuid>> {
        let ids: Vec<String> = new.iter().map(|(id, _)| id.clone()).collect();
        let rows: Vec<Value> = new.into_iter().map(|(_, row)| row).collect();
        let there: Vec<Uuid> = ids.iter().map(|id| id_of(source.name, id)).collect();
        let there = self.existing(ours, &there).await?;
        let inserted = self.insert(ours, rows).await?;
        let mut taken = Vec::new();
        for id in ids {
            let target = id_of(source.name, &id);
            if there.contains(&target) {
                report.before(source.name);
            } else if !inserted.contains(&target) {
                report.not_taken(
                    source.name,
                    &id,
                    format!("it collides with one of {ours} that is here already"),
                );
                continue;
            }
            known.insert(id.clone(), Some(target));
            taken.push((id, target, ""));
        }
        report.taken(source.name, inserted.len());
        self.record(source.name, &taken).await?;
        Ok(inserted)
    }

    /// What earlier runs have made of the rows of a table, as rows of one of ours.
    pub(super) async fn known(&self, source: &str, ours: &str) -> anyhow::Result<Known> {
        let sql = format!(
            "select source_id, {ours}.id from imported_rows left join {ours} on {ours}.id = target_id
             where source_table = $1"
        );
        let rows = self.tx.query(&sql, &[&source]).await?;
        Ok(rows.iter().map(|row| (row.get(0), row.get(1))).collect())
    }

    /// Writes down what rows of a table have become, and what is to be remarked about them.
    pub(super) async fn record(&self, source: &str, taken: &[(String, Uuid, &str)]) -> anyhow::Result<()> {
        let sql = "
            insert into imported_rows (source_table, source_id, target_id, remark, imported_at)
            select $1, source_id, target_id, remark, $2
            from jsonb_to_recordset($3) as taken (source_id text, target_id uuid, remark text)";
        let rows: Value = taken
            .iter()
            .map(|(id, target, remark)| json!({ "source_id": id, "target_id": target, "remark": remark }))
            .collect();
        self.tx.execute(sql, &[&source, &self.now, &Json(rows)]).await?;
        Ok(())
    }
}

/// The id under which a row of the earlier version is kept here: its own where that is a UUID, else one that is
/// always the same for the same row.
pub(super) fn id_of(table: &str, id: &str) -> Uuid {
    Uuid::try_parse(id).unwrap_or_else(|_| derived(&[table, id]))
}

/// An id that is always the same for the same names.
pub(super) fn derived(names: &[&str]) -> Uuid {
    let digest = Sha256::digest(format!("sessly import\n{}", names.join("\n")));
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    Builder::from_custom_bytes(bytes).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_kept_where_they_are_uuids_and_otherwise_always_the_same() {
        let uuid = "019b5c2e-0000-7000-8000-000000000000";
        assert_eq!(id_of("users_user", uuid).to_string(), uuid);
        assert_eq!(id_of("users_user", "17"), id_of("users_user", "17"));
        assert_ne!(id_of("users_user", "17"), id_of("users_user", "18"));
        assert_ne!(id_of("users_user", "17"), id_of("businesses_business", "17"));
    }
}
