//! The one way to run a statement: typed, in one round trip. Futures polled together on one connection are pipelined.
//!
//! Where the way to the database allows it, a connection keeps the statements it has run prepared under a name: Postgres
//! then reads and plans each once a connection and not each time, which is most of what most of ours cost it. Elsewhere they
//! go unnamed: an old PgBouncer in transaction mode would run under that name whatever someone else has prepared on the
//! connection it has just picked.
//!
//! In a transaction, join them with `join!` and look at their results in order. Once a statement has failed, those
//! behind it only say that the transaction is aborted (25P02), and `try_join!` may return one of theirs.

use std::{
    future::poll_fn,
    pin::{Pin, pin},
    task::Poll,
};

use futures_util::TryStreamExt;
use tokio_postgres::{
    Row, RowStream,
    types::{ToSql, Type},
};

use super::{Connection, Error, Param, Statements, Transaction};
use crate::monitoring::Record;

/// Something statements can be run on: a connection or a transaction.
pub trait Sql: Sync {
    /// Runs a statement and takes each row as it arrives, so that tens of thousands are never there at once; how many rows
    /// it yielded or touched.
    fn each(
        &self,
        sql: &str,
        params: &[&dyn Param],
        take: impl FnMut(Row) + Send,
    ) -> impl Future<Output = Result<u64, Error>> + Send;

    /// All rows of a query.
    fn rows(&self, sql: &str, params: &[&dyn Param]) -> impl Future<Output = Result<Vec<Row>, Error>> + Send {
        async {
            let mut rows = Vec::new();
            self.each(sql, params, |row| rows.push(row)).await?;
            Ok(rows)
        }
    }

    /// The row of a query that yields one at most.
    fn row(
        &self,
        sql: &str,
        params: &[&dyn Param],
    ) -> impl Future<Output = Result<Option<Row>, Error>> + Send {
        async { Ok(self.rows(sql, params).await?.pop()) }
    }

    /// Runs a statement for its effect; how many rows it touched.
    fn execute(&self, sql: &str, params: &[&dyn Param]) -> impl Future<Output = Result<u64, Error>> + Send {
        self.each(sql, params, drop)
    }
}

/// Every statement comes by here.
fn typed<'a>(params: &[&'a dyn Param]) -> Vec<(&'a (dyn ToSql + Sync), Type)> {
    Record::note(Record::statement_sent);
    params.iter().map(|param| (*param as &(dyn ToSql + Sync), param.sql_type())).collect()
}

/// Runs a statement on the driver's own type: prepared, or unnamed.
macro_rules! run {
    ($on:expr, $keeps:expr, $sql:ident, $params:ident, $take:ident) => {{
        let params = typed($params);
        if $keeps == Statements::Unnamed {
            return Box::pin(taken($on.query_typed_raw($sql, params), $take)).await;
        }
        let (values, types): (Vec<_>, Vec<_>) = params.iter().cloned().unzip();
        // Boxed, so that those who wait for a dozen statements at once are not all the larger for it.
        let mut preparing = Box::pin($on.prepare_typed_cached($sql, &types));
        match at_once(preparing.as_mut()).await {
            Some(statement) => taken($on.query_raw(&statement?, values), $take).await,
            // The first time it goes unnamed, at the same time: waiting for its name, it would be overtaken by those after it.
            None => tokio::join!(Box::pin(taken($on.query_typed_raw($sql, params), $take)), preparing).0,
        }
    }};
}

/// Takes the rows of a statement that is on its way.
async fn taken(
    sent: impl Future<Output = Result<RowStream, tokio_postgres::Error>>,
    mut take: impl FnMut(Row),
) -> Result<u64, Error> {
    let mut rows = pin!(sent.await?);
    while let Some(row) = rows.try_next().await? {
        take(row);
    }
    Ok(rows.rows_affected().unwrap_or(0))
}

/// What a future says when it is first asked.
async fn at_once<F: Future>(mut future: Pin<&mut F>) -> Option<F::Output> {
    poll_fn(|context| match future.as_mut().poll(context) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending => Poll::Ready(None),
    })
    .await
}

impl Sql for Connection {
    async fn each(
        &self,
        sql: &str,
        params: &[&dyn Param],
        take: impl FnMut(Row) + Send,
    ) -> Result<u64, Error> {
        run!(self.client, self.statements, sql, params, take)
    }
}

impl Sql for Transaction<'_> {
    async fn each(
        &self,
        sql: &str,
        params: &[&dyn Param],
        take: impl FnMut(Row) + Send,
    ) -> Result<u64, Error> {
        let run = async { run!(self.inner, self.statements, sql, params, take) };
        let (said, count) = tokio::join!(self.say_who(), run);
        said?;
        count
    }
}
