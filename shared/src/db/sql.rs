//! The one way to run a statement: unnamed, typed, in one round trip. Futures polled together on one
//! connection are pipelined.
//!
//! In a transaction, join them with `join!` and look at their results in order. Once a statement has failed, those
//! behind it only say that the transaction is aborted (25P02), and `try_join!` may return one of theirs.

use tokio_postgres::{
    Row,
    types::{ToSql, Type},
};

use super::{Connection, Error, Param, Transaction};
use crate::monitoring::Record;

/// Something statements can be run on: a connection or a transaction.
pub trait Sql: Sync {
    /// All rows of a query.
    fn rows(&self, sql: &str, params: &[&dyn Param]) -> impl Future<Output = Result<Vec<Row>, Error>> + Send;

    /// The row of a query that yields one at most.
    fn row(
        &self,
        sql: &str,
        params: &[&dyn Param],
    ) -> impl Future<Output = Result<Option<Row>, Error>> + Send {
        async { Ok(self.rows(sql, params).await?.pop()) }
    }

    /// Runs a statement for its effect; how many rows it touched.
    fn execute(&self, sql: &str, params: &[&dyn Param]) -> impl Future<Output = Result<u64, Error>> + Send;
}

/// Every statement comes by here.
fn typed<'a>(params: &[&'a dyn Param]) -> Vec<(&'a (dyn ToSql + Sync), Type)> {
    Record::note(Record::statement_sent);
    params.iter().map(|param| (*param as &(dyn ToSql + Sync), param.sql_type())).collect()
}

impl Sql for Connection {
    async fn rows(&self, sql: &str, params: &[&dyn Param]) -> Result<Vec<Row>, Error> {
        Ok(self.client.query_typed(sql, &typed(params)).await?)
    }

    async fn execute(&self, sql: &str, params: &[&dyn Param]) -> Result<u64, Error> {
        Ok(self.client.execute_typed(sql, &typed(params)).await?)
    }
}

impl Sql for Transaction<'_> {
    async fn rows(&self, sql: &str, params: &[&dyn Param]) -> Result<Vec<Row>, Error> {
        Ok(self.inner.query_typed(sql, &typed(params)).await?)
    }

    async fn execute(&self, sql: &str, params: &[&dyn Param]) -> Result<u64, Error> {
        Ok(self.inner.execute_typed(sql, &typed(params)).await?)
    }
}
