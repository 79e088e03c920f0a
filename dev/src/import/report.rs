//! What a run has done, and what somebody should look at. Rows are named by table and id, never by what is in them.

use std::{collections::BTreeMap, fmt};

/// What became of the rows of a table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Copied now.
    pub taken: usize,
    /// Copied by an earlier run.
    pub before: usize,
    /// Not copied; each has a remark.
    pub refused: usize,
}

/// How much a remark matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The row was not copied.
    NotTaken,
    /// It was, but not as it was.
    Changed,
    /// It was, and somebody has to decide something.
    Flagged,
}

/// Something to know about one row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// How much it matters.
    pub kind: Kind,
    /// The earlier version's table.
    pub table: &'static str,
    /// The row's key there.
    pub id: String,
    /// What is the matter.
    pub text: String,
}

/// What a run has done.
#[derive(Debug, Default)]
pub struct Report {
    tables: Vec<(&'static str, Counts)>,
    remarks: Vec<Remark>,
    /// By table: columns we would take but are not there, columns that are there but we do not take.
    columns: BTreeMap<&'static str, (Vec<&'static str>, Vec<String>)>,
}

impl Report {
    /// What became of the rows of a table.
    #[must_use]
    pub fn counts(&self, table: &str) -> Counts {
        self.tables.iter().find(|(name, _)| *name == table).map(|(_, counts)| *counts).unwrap_or_default()
    }

    /// Everything that should be known about single rows.
    #[must_use]
    pub fn remarks(&self) -> &[Remark] {
        &self.remarks
    }

    fn of(&mut self, table: &'static str) -> &mut Counts {
        let place = self.tables.iter().position(|(name, _)| *name == table).unwrap_or_else(|| {
            self.tables.push((table, Counts::default()));
            self.tables.len() - 1
        });
        &mut self.tables[place].1
    }

    pub(super) fn columns(&mut self, table: &'static str, absent: Vec<&'static str>, foreign: Vec<String>) {
        self.of(table);
        self.columns.insert(table, (absent, foreign));
    }

    pub(super) fn taken(&mut self, table: &'static str, rows: usize) {
        self.of(table).taken += rows;
    }

    pub(super) fn before(&mut self, table: &'static str) {
        self.of(table).before += 1;
    }

    pub(super) fn not_taken(&mut self, table: &'static str, id: &str, why: impl Into<String>) {
        self.of(table).refused += 1;
        self.remark(Kind::NotTaken, table, id, why);
    }

    pub(super) fn remark(&mut self, kind: Kind, table: &'static str, id: &str, text: impl Into<String>) {
        self.remarks.push(Remark { kind, table, id: id.to_owned(), text: text.into() });
    }

    fn section(&self, f: &mut fmt::Formatter<'_>, kind: Kind, title: &str) -> fmt::Result {
        let mut remarks = self.remarks.iter().filter(|remark| remark.kind == kind).peekable();
        if remarks.peek().is_some() {
            writeln!(f, "\n{title}")?;
        }
        remarks.try_for_each(|remark| writeln!(f, "  {} {}: {}", remark.table, remark.id, remark.text))
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:<32}{:>10}{:>10}{:>10}", "", "taken", "before", "not taken")?;
        for (table, Counts { taken, before, refused }) in &self.tables {
            writeln!(f, "{table:<32}{taken:>10}{before:>10}{refused:>10}")?;
        }
        self.section(f, Kind::NotTaken, "Not taken:")?;
        self.section(f, Kind::Changed, "Taken with a change:")?;
        self.section(f, Kind::Flagged, "Taken, and to be settled by somebody:")?;
        let columns =
            self.columns.iter().filter(|(_, (absent, foreign))| !(absent.is_empty() && foreign.is_empty()));
        for (place, (table, (absent, foreign))) in columns.enumerate() {
            if place == 0 {
                writeln!(f, "\nColumns:")?;
            }
            if !absent.is_empty() {
                writeln!(f, "  {table} has no {}", absent.join(", "))?;
            }
            if !foreign.is_empty() {
                writeln!(f, "  {table}: not taken over are {}", foreign.join(", "))?;
            }
        }
        Ok(())
    }
}
