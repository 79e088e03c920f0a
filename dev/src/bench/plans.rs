//! How Postgres goes about each kind of request: `auto_explain` writes down every plan as it was carried out.

use std::{collections::BTreeSet, sync::LazyLock};

use regex::Regex;
use tokio_postgres::Client;

use super::{
    scenarios::{self, Asking},
    server_log,
};
use crate::{database::connect, postgres::Server};

/// Has connections write down every plan, those within functions of the database included.
const EXPLAINED: [(&str, &str); 3] = [
    ("session_preload_libraries", "auto_explain"),
    ("auto_explain.log_min_duration", "0"),
    ("auto_explain.log_nested_statements", "on"),
];

/// A table with fewer rows may be read from one end to the other.
const FEW: f32 = 1000.0;

static SCANS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(Seq Scan|Index Scan|Index Only Scan|Bitmap Index Scan)[a-z ]*(?: using (\w+))? on (\w+)")
        .expect("a valid expression")
});

/// What the plans of a request say.
#[derive(Default, PartialEq, Eq)]
struct Plans {
    indexes: BTreeSet<String>,
    whole: BTreeSet<String>,
}

impl Plans {
    fn of(log: &str) -> Self {
        let mut plans = Self::default();
        for scan in SCANS.captures_iter(log) {
            let on = scan[3].to_owned();
            match (&scan[1], scan.get(2)) {
                ("Seq Scan", _) => plans.whole.insert(on),
                (_, Some(index)) => plans.indexes.insert(index.as_str().to_owned()),
                (_, None) => plans.indexes.insert(on),
            };
        }
        plans
    }
}

/// Prints which indexes scenarios use, and which larger tables they read whole: those that go about it alike in one row,
/// without those that find nothing.
pub(super) async fn print(server: &Server, url: &str, asking: &mut Asking) -> anyhow::Result<()> {
    let database = connect(url).await?;
    let mut rows: Vec<(Vec<&str>, Plans)> = Vec::new();
    for scenario in scenarios::ALL {
        scenario.uses.make(url, asking).await?;
        let request = (scenario.nth)(asking, 1_000_003);
        let log = server_log::of_request(server, url, &EXPLAINED, scenario.function, request).await?;
        let Plans { indexes, whole } = Plans::of(&log);
        let plans = Plans { indexes, whole: large(&database, whole).await? };
        match rows.iter_mut().find(|(_, other)| *other == plans) {
            Some((names, _)) => names.push(scenario.name),
            None if plans == Plans::default() => {}
            None => rows.push((vec![scenario.name], plans)),
        }
    }
    println!("### How Postgres finds it, at {} appointments\n", asking.population.appointments);
    println!("| request | indexes | tables of {FEW} rows or more that were read whole |");
    println!("| --- | --- | --- |");
    for (names, Plans { indexes, whole }) in rows {
        let whole = if whole.is_empty() { "none".to_owned() } else { listed(&whole) };
        println!("| {} | {} | {whole} |", names.join("; "), listed(&indexes));
    }
    println!();
    Ok(())
}

async fn large(database: &Client, tables: BTreeSet<String>) -> anyhow::Result<BTreeSet<String>> {
    let names: Vec<String> = tables.into_iter().collect();
    let sql =
        "select relname::text from pg_class where relname = any ($1) and relkind = 'r' and reltuples >= $2";
    let rows = database.query(sql, &[&names, &FEW]).await?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}

fn listed(names: &BTreeSet<String>) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
