//! What Postgres alone makes of the statements of a booking: one is written down as it is carried out, and pgbench repeats
//! it at other businesses and times, prepared as the function has them.

use std::{collections::HashMap, env, fs, process::Command, sync::LazyLock, time::Duration};

use anyhow::{Context, ensure};
use regex::{Captures, Regex};
use tokio::task::spawn_blocking;

use super::{
    population::{Kind, Place, id},
    scenarios::{self, Asking},
    statements::{self, Statement},
};
use crate::{
    database::connect,
    postgres::{Binaries, Server},
};

/// A booking beyond those that are measured.
const NTH: u64 = 900_001;

static PLACEHOLDER: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\$(\d+)").expect("a valid expression"));
const UUIDS: &str = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";
static UUID: LazyLock<Regex> = LazyLock::new(|| Regex::new(UUIDS).expect("a valid expression"));

/// How the values of a type are written, and the type.
static TYPES: LazyLock<Vec<(Regex, &str)>> = LazyLock::new(|| {
    let types = [
        (UUIDS, "uuid"),
        (r"\d{4}-\d\d-\d\d \d\d:\d\d:[\d.]+[+-]\d\d", "timestamptz"),
        (r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", "timestamp"),
        (r"\d{4}-\d\d-\d\d", "date"),
        (r"\d+", "int"),
        (r#"\{"[^{]*\{.*\}"\}"#, "jsonb[]"),
        (r"\{[0-9a-f-]{36}\}", "uuid[]"),
        (r"\{[tf]\}", "bool[]"),
        (r"\{.*:.*\}", "jsonb"),
    ];
    let whole = |text: &str| Regex::new(&format!("(?s)^(?:{text})$")).expect("a valid expression");
    types.iter().map(|(text, name)| (whole(text), *name)).collect()
});

/// Bookings a second with so many clients; nothing where there is no pgbench.
pub(super) async fn run(
    server: &Server,
    url: &str,
    asking: &Asking,
    clients: usize,
    time: Duration,
) -> anyhow::Result<Option<f64>> {
    let Some(program) = Binaries::locate()?.client("pgbench") else { return Ok(None) };
    let booking = (scenarios::BOOKING.nth)(asking, NTH);
    let statements = statements::of_request(server, url, scenarios::BOOKING.function, booking).await?;
    let known = asking.somewhere(NTH);
    let script = Script::new(&known, &statements).text();
    let file = env::temp_dir().join(format!("sessly-bench-{}.sql", std::process::id()));
    fs::write(&file, script)?;

    let mut command = Command::new(program);
    command
        .args(["--no-vacuum", "--protocol=prepared", "--jobs=2", "--define=n=0"])
        .arg(format!("--client={clients}"))
        .arg(format!("--time={}", time.as_secs()))
        .arg(format!("--define=clients={clients}"))
        .arg(format!("--define=businesses={}", asking.population.businesses))
        .arg(format!("--file={}", file.display()))
        .arg(url);
    let output = spawn_blocking(move || command.output()).await?.context("pgbench cannot be run")?;
    fs::remove_file(&file).ok();
    let (told, complaints) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    ensure!(output.status.success(), "pgbench failed: {complaints}");
    let value = |name: &str| {
        let line = told.lines().find_map(|line| line.strip_prefix(name))?;
        line.split(['=', ':', ' ', '/']).find_map(|word| word.parse::<f64>().ok())
    };
    let (transactions, rate) = (value("number of transactions actually processed"), value("tps"));
    let (transactions, rate) = (transactions.context("no count")?, rate.context("no rate")?);

    let made = "select count(*)::float8 from appointments where id >= bench.id(0, 1::int8 << 40)";
    let made: f64 = connect(url).await?.query_one(made, &[]).await?.get(0);
    ensure!(made >= transactions, "of {transactions} bookings, pgbench made {made}: not the same work");
    Ok(Some(rate))
}

/// A script for pgbench, whose variables stand for what differs from one booking to the next.
struct Script<'a> {
    statements: &'a [Statement],
    /// Value → the variable's name.
    variables: HashMap<String, String>,
    /// The SQL of each variable.
    definitions: Vec<String>,
}

impl<'a> Script<'a> {
    fn new(known: &Place, statements: &'a [Statement]) -> Self {
        let mut script = Self { statements, variables: HashMap::new(), definitions: Vec::new() };
        let begun = statements.iter().position(|statement| statement.params.is_empty()).unwrap_or_default();
        let params = |statements: &'a [Statement]| {
            statements.iter().flat_map(|statement| statement.params.iter().flatten())
        };
        script.define(&known.slug, "'salon-' || :b");
        let kinds =
            [(Kind::Business, 1, 0), (Kind::Service, 4, 0), (Kind::Staff, 128, 0), (Kind::Staff, 128, 1)];
        for (kind, factor, rest) in kinds {
            let sql = format!("bench.id({}, {factor} * :b + {rest})", kind as u8);
            script.define(&id(kind, factor * known.number + rest), &sql);
        }
        let instant = &TYPES[1].0;
        let before: Vec<&String> = params(&statements[..begun]).collect();
        for param in params(&statements[begun..]) {
            for id in UUID.find_iter(param) {
                let id = id.as_str();
                if !before.iter().any(|param| param.contains(id)) {
                    let kind = 32 + script.definitions.len();
                    let n = "(1::int8 << 40) + :client_id * 100000000::int8 + :n";
                    script.define(id, &format!("bench.id({kind}, {n})"));
                }
            }
            if instant.is_match(param) && param.ends_with(":00+00") {
                let later = "interval '200 days' + :turn * interval '30 minutes'";
                script.define(param, &format!("timestamptz '{param}' + {later}"));
            }
        }
        script
    }

    fn define(&mut self, value: &str, sql: &str) {
        if !self.variables.contains_key(value) {
            let name = format!("v{}", self.definitions.len());
            self.definitions.push(format!("{sql} as {name}"));
            self.variables.insert(value.to_owned(), name);
        }
    }

    fn text(&mut self) -> String {
        let statements: Vec<String> =
            self.statements.iter().map(|statement| self.statement(statement)).collect();
        format!(
            "\\set n :n + 1\n\\set i :n * :clients + :client_id\n\\set b 1 + :i * 7919 % :businesses\n\
             \\set turn :i / :businesses\nselect {}\n\\gset\n{}",
            self.definitions.join(", "),
            statements.join("\n")
        )
    }

    fn statement(&mut self, Statement { sql, params }: &Statement) -> String {
        let values: Vec<String> = params.iter().map(|param| self.value(param.as_deref())).collect();
        let value = |found: &Captures<'_>| {
            let index = found[1].parse::<usize>().unwrap_or_default();
            values.get(index.wrapping_sub(1)).cloned().unwrap_or_default()
        };
        format!("{};", PLACEHOLDER.replace_all(sql, value))
    }

    /// A parameter as it stands in the script.
    fn value(&mut self, param: Option<&str>) -> String {
        let Some(param) = param else { return "null".to_owned() };
        let cast = TYPES.iter().find(|(text, _)| text.is_match(param));
        let cast = cast.map(|(_, name)| format!("::{name}")).unwrap_or_default();
        if let Some(name) = self.variables.get(param) {
            return format!(":{name}{cast}");
        }
        // One that only contains what differs.
        let inside =
            UUID.find_iter(param).filter_map(|id| Some((id.as_str(), self.variables.get(id.as_str())?)));
        let inside: HashMap<&str, &String> = inside.collect();
        if !inside.is_empty() {
            let replaced = inside
                .iter()
                .fold(literal(param), |text, (id, name)| format!("replace({text}, '{id}', :{name}::text)"));
            return format!("({replaced}){cast}");
        }
        // Each client counts for itself.
        if param.len() == 24 && cast.is_empty() {
            return format!("({} || :client_id)", literal(param));
        }
        format!("{}{cast}", literal(param))
    }
}

fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
