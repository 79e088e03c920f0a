//! What the tests have seen of the API: `docs/TESTED.md`. Every request of every story is noted as it is answered
//! (`tests/support/seen.rs`); here the notes meet the document of the API.
//!
//! [`check`] fails on an answer that the document does not promise, on a promise that no test is sure to see kept, and on a
//! line of the table that is not true.

use std::{
    collections::{BTreeMap, BTreeSet},
    env,
    fmt::Write,
    fs,
    path::PathBuf,
};

use anyhow::{Context, bail, ensure};
use serde::Deserialize;
use serde_json::Value;
use shared::openapi;

use crate::settings::checkout;

/// What an operation may answer with though nothing has made it do so: a defect of ours.
const NOT_ON_PURPOSE: &str = "SERVER_ERROR";

/// What the document says once, for all operations: it has to do with how a request is sent, not with what it is.
const OF_EVERY_REQUEST: [&str; 2] = ["URI_TOO_LONG", "HEADERS_TOO_LARGE"];

/// One answered request.
#[derive(Debug, Deserialize)]
struct Note {
    method: String,
    path: String,
    status: u16,
    code: Option<String>,
    test: String,
    role: Option<String>,
    /// Whether no other request of the test was under way meanwhile.
    alone: bool,
}

/// A status and, of a refusal, its code.
type Reply = (u16, String);

/// An operation of the document, and what was seen of it.
#[derive(Debug, Default)]
struct Tested {
    policy: String,
    promised: BTreeSet<Reply>,
    /// Answer → the tests that saw it.
    seen: BTreeMap<Reply, BTreeSet<String>>,
    /// The tests in which requests race here: what they see, they may not see the next time.
    races: BTreeSet<String>,
    /// Role → its answers.
    roles: BTreeMap<String, BTreeSet<Reply>>,
}

impl Tested {
    /// The tests that see an answer whenever they run.
    fn witnesses(&self, reply: &Reply) -> impl Iterator<Item = &String> {
        self.seen.get(reply).into_iter().flatten().filter(|test| !self.races.contains(*test))
    }
}

/// By method and path as the document has them.
type Operations = BTreeMap<(String, String), Tested>;

/// Writes the table.
///
/// # Errors
/// If there are no notes, or the file cannot be written.
pub fn write() -> anyhow::Result<()> {
    fs::write(table_file(), table(&operations()?))?;
    println!("Wrote docs/TESTED.md.");
    Ok(())
}

/// Compares what was seen with the document and with the table.
///
/// # Errors
/// If they differ; every difference is a line.
pub fn check() -> anyhow::Result<()> {
    let operations = operations()?;
    let mut wrong = Vec::new();
    for ((method, path), tested) in &operations {
        for (reply, tests) in &tested.seen {
            if !tested.promised.contains(reply) && !OF_EVERY_REQUEST.contains(&reply.1.as_str()) {
                wrong.push(format!(
                    "{method} {path} answered {}, which it does not promise ({})",
                    said(reply),
                    tests.first().map_or("", String::as_str)
                ));
            }
        }
        for reply in tested.promised.iter().filter(|(_, code)| code != NOT_ON_PURPOSE) {
            if tested.witnesses(reply).next().is_none() {
                wrong.push(format!("{method} {path} promises {}, which no test is sure to see", said(reply)));
            }
        }
    }
    let written = fs::read_to_string(table_file()).context("docs/TESTED.md cannot be read")?;
    wrong.extend(untrue_lines(&written, &operations));
    ensure!(wrong.is_empty(), "{}\n{} things to set right", wrong.join("\n"), wrong.len());
    println!("Every answer that was seen is promised, and every promise was seen kept.");
    Ok(())
}

fn table_file() -> PathBuf {
    checkout().join("docs/TESTED.md")
}

fn said((status, code): &Reply) -> String {
    format!("{status} {code}").trim().to_owned()
}

fn operations() -> anyhow::Result<Operations> {
    let mut operations = promised()?;
    let notes = notes()?;
    for note in &notes {
        let method = if note.method == "HEAD" { continue } else { &note.method };
        let Some(key) = named(&operations, method, &note.path) else { continue };
        let tested = operations.entry(key).or_default();
        let reply = (note.status, note.code.clone().unwrap_or_default());
        tested.seen.entry(reply.clone()).or_default().insert(note.test.clone());
        if !note.alone {
            tested.races.insert(note.test.clone());
        }
        if let Some(role) = &note.role {
            tested.roles.entry(role.clone()).or_default().insert(reply);
        }
    }
    Ok(operations)
}

/// The operations of the document with the answers it promises.
fn promised() -> anyhow::Result<Operations> {
    let document: Value = serde_json::from_str(openapi::DOCUMENT)?;
    let mut operations = Operations::new();
    for (path, item) in document["paths"].as_object().context("no paths")? {
        for (method, operation) in item.as_object().context("no operations")? {
            let mut promised = BTreeSet::new();
            for (status, response) in operation["responses"].as_object().context("no responses")? {
                let status = status.parse()?;
                let codes = &response["content"]["application/json"]["schema"]["allOf"][1]["properties"]["error_code"];
                match codes["enum"].as_array() {
                    Some(codes) => promised.extend(codes.iter().map(|code| (status, text(code)))),
                    None => drop(promised.insert((status, String::new()))),
                }
            }
            let policy = text(&operation["x-policy"]);
            let tested = Tested { policy, promised, ..Tested::default() };
            operations.insert((method.to_uppercase(), path.clone()), tested);
        }
    }
    Ok(operations)
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// The operation that serves a path: of several that match, the one with fewer parameters.
fn named(operations: &Operations, method: &str, path: &str) -> Option<(String, String)> {
    let parts: Vec<&str> = path.trim_end_matches('/').split('/').collect();
    let fits = |template: &str| {
        let template: Vec<&str> = template.trim_end_matches('/').split('/').collect();
        template.len() == parts.len()
            && template.iter().zip(&parts).all(|(wanted, part)| wanted.starts_with('{') || wanted == part)
    };
    let fitting = operations.keys().filter(|(its_method, template)| its_method == method && fits(template));
    // A path that another method serves under a more literal template is not this one's.
    let literal =
        operations.keys().filter(|(_, template)| fits(template)).map(|(_, t)| t.matches('{').count()).min();
    fitting
        .min_by_key(|(_, template)| template.matches('{').count())
        .filter(|(_, template)| Some(template.matches('{').count()) == literal)
        .cloned()
}

fn notes() -> anyhow::Result<Vec<Note>> {
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| checkout().join("target"), PathBuf::from);
    let folder = target.join("tmp/seen");
    let files = fs::read_dir(&folder)
        .with_context(|| format!("{} is not there: the tests have not run", folder.display()))?;
    let mut notes = Vec::new();
    for file in files {
        for line in fs::read_to_string(file?.path())?.lines() {
            notes.push(serde_json::from_str(line).context("a note cannot be read")?);
        }
    }
    if notes.is_empty() {
        bail!("the tests have noted nothing");
    }
    Ok(notes)
}

const HEAD: &str = "\
# What the tests have seen

Every operation of the API, with every answer it promises and a test that sees it given whenever it runs, and what people in each role get.
Written by `cargo dev -- tested` from what the requests of all tests were answered with; `cargo dev -- tested --check`
fails if a line is not true, if a promise was not seen kept outside a race, or if an answer was seen that is not promised. `SERVER_ERROR` is promised
everywhere and never caused on purpose.
";

fn table(operations: &Operations) -> String {
    let mut table = HEAD.to_owned();
    for ((method, path), tested) in operations {
        // Writing to a string does not fail.
        let _ = write!(
            table,
            "\n## {method} {path}\n\nFor: {}\n\n| answer | seen by |\n| --- | --- |\n",
            tested.policy
        );
        for reply in tested.seen.keys() {
            // A story of its own says more than a walk through everything.
            let best = tested.witnesses(reply).min_by_key(|test| (test.starts_with("walk::"), test.as_str()));
            let Some(best) = best else { continue };
            let _ = writeln!(table, "| {} | {best} |", said(reply));
        }
        if !tested.roles.is_empty() {
            table.push_str("\n| role | answers |\n| --- | --- |\n");
        }
        for (role, replies) in &tested.roles {
            let replies: Vec<String> = replies.iter().map(said).collect();
            let _ = writeln!(table, "| {role} | {} |", replies.join(", "));
        }
    }
    table
}

/// The lines of a written table that are not so.
fn untrue_lines(written: &str, operations: &Operations) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut headings = BTreeSet::new();
    let mut current = None;
    for line in written.lines() {
        if let Some((method, path)) = line.strip_prefix("## ").and_then(|heading| heading.split_once(' ')) {
            let key = (method.to_owned(), path.to_owned());
            current = operations.get(&key);
            headings.insert(key);
        } else if let (Some(tested), Some(row)) = (current, line.strip_prefix("| ")) {
            let Some((first, second)) = row.trim_end_matches(" |").split_once(" | ") else { continue };
            let is_answer = first.starts_with(|c: char| c.is_ascii_digit());
            let sure = tested.seen.keys().any(|reply| {
                said(reply) == first && tested.witnesses(reply).any(|test| test.as_str() == second)
            });
            if is_answer && !sure {
                wrong.push(format!("docs/TESTED.md: `{line}` is not sure to be seen"));
            }
        }
    }
    let missing = operations.keys().filter(|key| !headings.contains(*key));
    wrong.extend(missing.map(|(method, path)| format!("docs/TESTED.md does not have {method} {path}")));
    wrong
}
