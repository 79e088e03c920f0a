//! What a function asks of the database for one request, out of the server's log.

use std::sync::LazyLock;

use regex::Regex;

use super::{load::Request, server_log};
use crate::postgres::Server;

/// A statement as it was carried out.
#[derive(Debug)]
pub(super) struct Statement {
    pub(super) sql: String,
    /// As text; `None` is null.
    pub(super) params: Vec<Option<String>>,
}

/// A record of the log begins with when, and by which process.
static RECORD: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?m)^\d{4}-\d\d-\d\d [\d:.]+ \S+ \[\d+\] ").expect("a valid expression"));
static PARAM: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\$\d+ = (?:NULL|'((?:[^']|'')*)')").expect("a valid expression"));

/// Everything that a request to a function asked for until its transaction was over.
pub(super) async fn of_request(
    server: &Server,
    url: &str,
    function: &str,
    request: Request,
) -> anyhow::Result<Vec<Statement>> {
    Ok(read(&server_log::of_request(server, url, &[("log_statement", "all")], function, request).await?))
}

fn read(log: &str) -> Vec<Statement> {
    let mut statements = Vec::<Statement>::new();
    for record in RECORD.split(log) {
        let record = record.trim();
        let sql = record.strip_prefix("LOG:  statement: ").or_else(|| {
            let (name, sql) = record.strip_prefix("LOG:  execute ")?.split_once(':')?;
            (!name.contains(' ')).then_some(sql)
        });
        if let Some(sql) = sql {
            statements.push(Statement { sql: sql.trim().to_owned(), params: Vec::new() });
        } else if let (Some(params), Some(statement)) =
            (record.strip_prefix("DETAIL:  "), statements.last_mut())
        {
            let text = |found: regex::Captures<'_>| Some(found.get(1)?.as_str().replace("''", "'"));
            statement.params = PARAM.captures_iter(params).map(text).collect();
        }
        if statements.last().is_some_and(|last| last.sql == "COMMIT") {
            break;
        }
    }
    statements
}
