//! Customers from a spreadsheet. Who is known already, by their address or else by their phone number, gets what their card
//! lacks; nothing on it is replaced. So an import can be repeated, and of two for one person the second changes nothing.

use std::collections::HashMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::{
    import_store::{self as store, Row},
    terms::{MOST_TAGS, Tags, Terms},
};
use crate::{
    app::App,
    businesses::{self, Manager},
    http::{ApiError, CsvTable, Form, FromForm, form::FieldErrors},
    ids::CustomerId,
    language::{Language, Message},
};

/// More lines than this are for several files.
const MOST_LINES: usize = 5000;

/// How an import goes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Options {
    /// Only say what would come of it.
    dry_run: bool,
}

impl FromForm for Options {
    fn from_form(form: &mut Form) -> Option<Self> {
        form.or("dry_run", false).map(|dry_run| Self { dry_run })
    }
}

/// What came of an import.
#[derive(Debug, Default, Serialize, ToSchema)]
pub(super) struct ImportReport {
    /// Whether nothing was written.
    dry_run: bool,
    created: usize,
    updated: usize,
    unchanged: usize,
    refused: usize,
    /// What came of each line, in their order.
    lines: Vec<ImportedLine>,
}

/// What came of a line.
#[derive(Debug, Serialize, ToSchema)]
struct ImportedLine {
    /// Its number in the file; the line of names is the first.
    line: u64,
    outcome: ImportOutcome,
    /// The card, if there is one.
    customer_id: Option<CustomerId>,
    /// What is wrong with a line that was refused, by column.
    #[schema(value_type = Option<std::collections::BTreeMap<String, Vec<String>>>)]
    errors: Option<serde_json::Value>,
}

/// What can come of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum ImportOutcome {
    Created,
    Updated,
    Unchanged,
    Refused,
}

/// Adds customers, or says what would come of it.
///
/// # Errors
/// `INVALID_INPUT` if the file is no table with a column `name`, or too long.
pub(super) async fn import(
    app: &App,
    manager: &Manager,
    text: &str,
    Options { dry_run }: Options,
    language: Language,
) -> Result<ImportReport, ApiError> {
    let table = CsvTable::read(text, MOST_LINES)?;
    if !table.has_column("name") {
        return Err(ApiError::invalid_input(Message::NoNameColumn));
    }
    let rows: Vec<(u64, Result<Terms, FieldErrors>)> =
        table.rows::<Terms>().map(|(line, terms)| (line, terms.and_then(reachable))).collect();
    let readable = rows.iter().filter_map(|(_, terms)| terms.as_ref().ok());
    let (emails, phones): (Vec<String>, Vec<String>) =
        readable.map(|terms| (terms.email().to_lowercase(), digits(terms.phone.as_str()))).unzip();
    let now = app.now();
    let mut connection = app.connection().await?;
    let tx = connection.begin_as(manager.user, now).await?;
    if !dry_run {
        // Two imports at once would not know of each other's customers.
        businesses::lock(&tx, manager.business).await?;
    }
    let mut cards = Cards::new(store::known(&tx, manager.business, &emails, &phones).await?);
    let mut report = ImportReport { dry_run, ..ImportReport::default() };
    for (line, terms) in rows {
        let (outcome, customer_id, errors) = match terms {
            Ok(terms) => {
                let (outcome, id) = cards.take(&terms, || CustomerId::new(now));
                (outcome, Some(id), None)
            }
            Err(errors) => (ImportOutcome::Refused, None, Some(crate::http::form::told(&errors, language))),
        };
        report.count(outcome);
        // In a rehearsal, there is no such card yet.
        let customer_id = customer_id.filter(|_| !(dry_run && outcome == ImportOutcome::Created));
        report.lines.push(ImportedLine { line, outcome, customer_id, errors });
    }
    if !dry_run {
        store::write(&tx, manager.business, &cards.created(), &cards.updated(), now).await?;
        tx.commit().await?;
    }
    Ok(report)
}

/// A line that somebody can be known again by.
fn reachable(terms: Terms) -> Result<Terms, FieldErrors> {
    if terms.email.is_none() && digits(terms.phone.as_str()).is_empty() {
        return Err(FieldErrors::from([("email".to_owned(), vec![Message::NoWayToReach])]));
    }
    Ok(terms)
}

/// A phone number as it is dialled.
fn digits(phone: &str) -> String {
    phone.chars().filter(char::is_ascii_digit).collect()
}

impl ImportReport {
    fn count(&mut self, outcome: ImportOutcome) {
        *match outcome {
            ImportOutcome::Created => &mut self.created,
            ImportOutcome::Updated => &mut self.updated,
            ImportOutcome::Unchanged => &mut self.unchanged,
            ImportOutcome::Refused => &mut self.refused,
        } += 1;
    }
}

/// What is to become of a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Kept,
    Changed,
    New,
}

/// The cards that an import touches, as they come to be.
struct Cards {
    all: Vec<(Row, Fate)>,
    by_email: HashMap<String, usize>,
    by_phone: HashMap<String, usize>,
}

impl Cards {
    fn new(known: Vec<Row>) -> Self {
        let mut cards = Self { all: Vec::new(), by_email: HashMap::new(), by_phone: HashMap::new() };
        for row in known {
            cards.add(row, Fate::Kept);
        }
        cards
    }

    fn add(&mut self, row: Row, fate: Fate) {
        self.all.push((row, fate));
        self.index(self.all.len() - 1);
    }

    /// Of several cards with one address or number, the first is meant.
    fn index(&mut self, place: usize) {
        let Some((row, _)) = self.all.get(place) else { return };
        let (email, phone) = (row.email.to_lowercase(), digits(&row.phone));
        if !email.is_empty() {
            self.by_email.entry(email).or_insert(place);
        }
        if !phone.is_empty() {
            self.by_phone.entry(phone).or_insert(place);
        }
    }

    /// Which card a line is about. By a number alone only where addresses do not differ: families share a phone.
    fn find(&self, terms: &Terms) -> Option<usize> {
        let by_email = self.by_email.get(&terms.email().to_lowercase());
        by_email.copied().or_else(|| {
            let place = *self.by_phone.get(&digits(terms.phone.as_str()))?;
            let (row, _) = self.all.get(place)?;
            (row.email.is_empty() || terms.email.is_none()).then_some(place)
        })
    }

    /// Takes a line in; what comes of it, and its card.
    fn take(&mut self, terms: &Terms, new_id: impl FnOnce() -> CustomerId) -> (ImportOutcome, CustomerId) {
        let Some(place) = self.find(terms) else {
            let id = new_id();
            self.add(Row::new(id, terms), Fate::New);
            return (ImportOutcome::Created, id);
        };
        let (row, fate) = &mut self.all[place];
        let id = row.id;
        if !row.complete(terms) {
            return (ImportOutcome::Unchanged, id);
        }
        if *fate == Fate::Kept {
            *fate = Fate::Changed;
        }
        self.index(place);
        (ImportOutcome::Updated, id)
    }

    fn created(&self) -> Vec<&Row> {
        self.of(Fate::New)
    }

    fn updated(&self) -> Vec<&Row> {
        self.of(Fate::Changed)
    }

    fn of(&self, wanted: Fate) -> Vec<&Row> {
        self.all.iter().filter(|(_, fate)| *fate == wanted).map(|(row, _)| row).collect()
    }
}

impl Row {
    fn new(id: CustomerId, terms: &Terms) -> Self {
        Self {
            id,
            name: terms.name.as_str().to_owned(),
            email: terms.email().to_owned(),
            phone: terms.phone.as_str().to_owned(),
            notes: terms.notes.as_str().to_owned(),
            tags: terms.tags.as_slice().to_vec(),
        }
    }

    /// Adds what is not there yet. Whether there was anything.
    fn complete(&mut self, terms: &Terms) -> bool {
        let mut changed = false;
        let fields = [
            (&mut self.email, terms.email()),
            (&mut self.phone, terms.phone.as_str()),
            (&mut self.notes, terms.notes.as_str()),
        ];
        for (field, text) in fields {
            if field.is_empty() && !text.is_empty() {
                text.clone_into(field);
                changed = true;
            }
        }
        let mut tags = Tags::from(self.tags.clone()).and(terms.tags.as_slice());
        tags.truncate(MOST_TAGS.max(self.tags.len()));
        changed |= tags.len() > self.tags.len();
        self.tags = tags;
        changed
    }
}
