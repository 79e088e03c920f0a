//! Words that searches know, once no business has them any more. Triggers add them (`migrations/0007_discovery.sql`), and
//! nothing tells when the last business with a word has gone: it is looked for, some words at a time, from anywhere in the
//! table, so that each has its turn however many there are.

use tokio::time::Instant;

use super::cleanup::BATCH;
use crate::{
    app::App,
    db::{self, Connection, Sql},
};

/// A table of words.
pub(super) struct Words {
    table: &'static str,
    /// As what a word stands in a listing's document, which has an index.
    in_document: &'static str,
}

/// Words that mistyped ones may mean.
pub(super) const VOCABULARY: Words = Words { table: "vocabulary", in_document: "word" };
/// Words that cities have in their names.
pub(super) const OF_CITIES: Words = Words { table: "city_words", in_document: "'@' || word" };

impl Words {
    /// Forgets words that no business has, as long as some are found and there is time; how many.
    ///
    /// # Errors
    /// If a statement fails.
    pub(super) async fn forget_unused(&self, app: &App, end: Instant) -> Result<u64, db::Error> {
        let mut forgotten = 0;
        while Instant::now() < end {
            let mut connection = app.connection().await?;
            let unused = self.some_unused(&connection).await?;
            let more = if unused.is_empty() { 0 } else { self.forget(&mut connection, &unused).await? };
            if more == 0 {
                break;
            }
            forgotten += more;
        }
        Ok(forgotten)
    }

    fn unused(&self) -> String {
        let in_document = self.in_document;
        format!(
            "not exists (select from listings where document @@ ('''' || {in_document} || '''')::tsquery)"
        )
    }

    /// Those that no business has, of the next [`BATCH`] from a word that is drawn by lot, and on from the first.
    async fn some_unused(&self, on: &Connection) -> Result<Vec<String>, db::Error> {
        let (table, unused) = (self.table, self.unused());
        // The sample may be empty, and is likely to be where there are few words: then it begins with the first.
        let sql = format!(
            "with lot as materialized (
                select coalesce(
                    (select word from {table} tablesample system (10) order by random() limit 1), '') as word
             ), looked_at as materialized (
                (select distinct word from {table} where word >= (select word from lot) order by word limit $1)
                union all
                (select distinct word from {table} where word < (select word from lot) order by word limit $1)
                limit $1)
             select word from looked_at where {unused}"
        );
        Ok(on.rows(&sql, &[&BATCH]).await?.iter().map(|row| row.get(0)).collect())
    }

    /// Forgets those of these words that still are unused. Whoever just adds a business with one of them relies on finding
    /// it: the table is locked against that, and if somebody is at it already, nothing is done this time.
    async fn forget(&self, connection: &mut Connection, words: &[String]) -> Result<u64, db::Error> {
        let (table, unused) = (self.table, self.unused());
        let tx = connection.begin().await?;
        let lock = format!("lock table {table} in share row exclusive mode nowait");
        match tx.execute(&lock, &[]).await {
            Err(error) if error.is_locked() => return Ok(0),
            locked => locked?,
        };
        let sql = format!("delete from {table} where word = any($1) and {unused}");
        let forgotten = tx.execute(&sql, &[&words]).await?;
        tx.commit().await?;
        Ok(forgotten)
    }
}
