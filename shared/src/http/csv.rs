//! Tables as text ([RFC 4180](https://www.rfc-editor.org/rfc/rfc4180)), in and out of spreadsheets.
//!
//! What a spreadsheet would take for a formula is written with an apostrophe before it, which makes it text
//! ([OWASP](https://owasp.org/www-community/attacks/CSV_Injection)), and read without it again. That is so at the beginning of a
//! cell, and wherever one begins for a spreadsheet that takes semicolons, tabs or any end of a line to separate cells.

use axum::{
    extract::{FromRequest, Request},
    http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE},
    response::{IntoResponse, Response},
};
use csv::{ReaderBuilder, StringRecord, Terminator, WriterBuilder};
use serde_json::{Map, Value};

use super::{
    code::Code,
    error::ApiError,
    form::{FieldErrors, Form, FromForm, body},
};
use crate::language::Message;

/// The media type.
pub const CSV: &str = "text/csv";

/// Spreadsheets take a file that begins with it for UTF-8.
const BYTE_ORDER_MARK: char = '\u{feff}';
/// What a formula begins with.
const SIGNS: [char; 4] = ['=', '+', '-', '@'];
/// What may separate cells, for whoever takes the file for another than it is; a cell that begins with it may become a formula.
const SEPARATORS: [char; 4] = [';', '\t', '\r', '\n'];

/// The body of a request: `text/csv`, in UTF-8.
#[derive(Debug)]
pub struct CsvBody(pub String);

impl<S: Send + Sync> FromRequest<S> for CsvBody {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        if !body::is_of_type(&request, CSV) {
            return Err(ApiError::unsupported_type(Message::NotCsv));
        }
        let bytes = body::read(request, state, Message::NotUtf8).await?;
        let text = String::from_utf8(bytes.into()).map_err(|_| ApiError::invalid_input(Message::NotUtf8))?;
        Ok(Self(text))
    }
}

/// A table whose first line names its columns.
#[derive(Debug)]
pub struct CsvTable {
    columns: Vec<String>,
    /// With the line on which each begins.
    records: Vec<(u64, StringRecord)>,
}

impl CsvTable {
    /// Reads a table of at most so many lines below the first. Columns are separated by what separates their names: commas or
    /// semicolons.
    ///
    /// # Errors
    /// `INVALID_INPUT` if it has more.
    pub fn read(text: &str, most: usize) -> Result<Self, ApiError> {
        let text = text.trim_start_matches(BYTE_ORDER_MARK);
        let names = text.lines().next().unwrap_or_default();
        let separator = if names.contains(';') && !names.contains(',') { b';' } else { b',' };
        let mut reader =
            ReaderBuilder::new().delimiter(separator).flexible(true).from_reader(text.as_bytes());
        let unreadable = |_| ApiError::invalid_input(Message::NotCsv);
        let columns = reader.headers().map_err(unreadable)?;
        let columns = columns.iter().map(|name| name.trim().to_lowercase()).collect();
        let mut records = Vec::new();
        let mut lines = Lines { text: text.as_bytes(), at: 0, line: 1 };
        for record in reader.into_records() {
            if records.len() == most {
                return Err(ApiError::invalid_input(Message::TooManyItems(most)));
            }
            let record = record.map_err(unreadable)?;
            let begins = record.position().map_or(0, csv::Position::byte);
            records.push((lines.of(usize::try_from(begins).unwrap_or(usize::MAX)), record));
        }
        Ok(Self { columns, records })
    }

    /// Whether there is a column of this name.
    #[must_use]
    pub fn has_column(&self, name: &str) -> bool {
        self.columns.iter().any(|column| column == name)
    }

    /// Each line, with its number, read as a form of which empty cells are no part.
    pub fn rows<T: FromForm>(&self) -> impl Iterator<Item = (u64, Result<T, FieldErrors>)> {
        self.records.iter().map(|(line, record)| {
            let cells = self.columns.iter().zip(record).filter(|(_, cell)| !cell.trim().is_empty());
            let fields: Map<String, Value> =
                cells.map(|(name, cell)| (name.clone(), Value::String(unguarded(cell)))).collect();
            (*line, Form::new(fields).outcome())
        })
    }
}

/// Which line a place is on. (The reader counts lines differently where they end in CR and LF.)
struct Lines<'a> {
    text: &'a [u8],
    at: usize,
    line: u64,
}

impl Lines<'_> {
    /// The line of what begins at a place behind those asked for before, or behind the ends of lines there.
    fn of(&mut self, begins: usize) -> u64 {
        while let Some(byte) =
            self.text.get(self.at).filter(|byte| self.at < begins || b"\r\n".contains(byte))
        {
            self.line += u64::from(*byte == b'\n');
            self.at += 1;
        }
        self.line
    }
}

/// A table as a file to keep, which nobody else does.
#[derive(Debug)]
pub struct CsvFile {
    name: &'static str,
    text: Vec<u8>,
}

impl CsvFile {
    /// A file of this name, with these columns.
    ///
    /// # Errors
    /// None that are anybody's fault.
    pub fn new<const WIDTH: usize>(
        name: &'static str,
        columns: &[&str; WIDTH],
        rows: impl Iterator<Item = [String; WIDTH]>,
    ) -> Result<Self, ApiError> {
        let text = BYTE_ORDER_MARK.to_string().into_bytes();
        let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(text);
        writer.write_record(columns).map_err(ApiError::internal)?;
        for row in rows {
            writer.write_record(row.each_ref().map(|cell| guarded(cell))).map_err(ApiError::internal)?;
        }
        let text = writer.into_inner().map_err(|error| ApiError::internal(error.into_error()))?;
        Ok(Self { name, text })
    }
}

impl IntoResponse for CsvFile {
    fn into_response(self) -> Response {
        let disposition = format!("attachment; filename=\"{}\"", self.name);
        let headers = [
            (CONTENT_TYPE, format!("{CSV}; charset=utf-8")),
            (CONTENT_DISPOSITION, disposition),
            (CACHE_CONTROL, "no-store".to_owned()),
        ];
        (headers, self.text).into_response()
    }
}

/// A cell that no spreadsheet computes.
fn guarded(cell: &str) -> String {
    let mut guarded = String::with_capacity(cell.len());
    let mut done = 0;
    for place in formulas(cell) {
        guarded.extend([&cell[done..place], "'"]);
        done = place;
    }
    guarded + &cell[done..]
}

/// What was written as such a cell.
fn unguarded(cell: &str) -> String {
    let mut text = String::with_capacity(cell.len());
    let mut done = 0;
    for place in formulas(cell) {
        text.push_str(&cell[done..place]);
        done = place + usize::from(cell[place..].starts_with('\''));
    }
    text + &cell[done..]
}

/// Where a spreadsheet would take what follows for a formula, were it not for apostrophes before it, in order. They are the same
/// places with one apostrophe more at each.
fn formulas(cell: &str) -> impl Iterator<Item = usize> {
    let mut begins = true;
    cell.char_indices().filter_map(move |(place, character)| {
        let is_formula = begins && {
            let behind = cell[place..].trim_start_matches('\'');
            behind.starts_with(SIGNS) || place == 0 && behind.starts_with(SEPARATORS)
        };
        begins = SEPARATORS.contains(&character) || begins && [' ', '"'].contains(&character);
        is_formula.then_some(place)
    })
}

impl ApiError {
    /// The body is of a type that is not taken.
    #[must_use]
    fn unsupported_type(message: Message) -> Self {
        Self::new(Code::UnsupportedMediaType).with_message(message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::form::Text;

    #[derive(Debug, PartialEq)]
    struct Named(String, Option<String>);

    impl FromForm for Named {
        fn from_form(form: &mut Form) -> Option<Self> {
            let name = form.required::<Text<1, 100>>("name");
            let phone = form.optional::<Text<1, 20>>("phone");
            Some(Self(name?.into(), phone?.map(String::from)))
        }
    }

    fn read(text: &str) -> Vec<(u64, Result<Named, FieldErrors>)> {
        CsvTable::read(text, 10).expect("a table").rows().collect()
    }

    #[test]
    fn what_was_written_is_read_again_whatever_is_in_it() {
        for text in [
            "Anna",
            "=1+1",
            "+48 601",
            "-2",
            "@SUM(A1)",
            "a,b;c",
            "\"quoted\"",
            "'quoted'",
            "'",
            "Łucja",
            "'=1",
            "''+1",
            "Ł;=1",
            "a; '=1",
            "a;\"=1\"",
            ";;@a;'-b",
            "' =1",
        ] {
            let rows = [[text.to_owned(), "+48 1".to_owned()]].into_iter();
            let file = CsvFile::new("a.csv", &["name", "phone"], rows).expect("a file");
            let written = String::from_utf8(file.text).expect("text");
            assert!(written.starts_with("\u{feff}name,phone\r\n"), "{written}");
            let named = Named(text.to_owned(), Some("+48 1".to_owned()));
            assert_eq!(read(&written), [(2, Ok(named))], "{written}");
        }
    }

    #[test]
    fn no_cell_begins_as_a_formula_does_whatever_separates_cells() {
        for (text, expected) in [
            ("=1+1", "'=1+1"),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@a", "'@a"),
            ("\t=1", "'\t'=1"),
            ("\ra", "'\ra"),
            ("\na", "'\na"),
            ("'=1", "''=1"),
            ("Ewa;=1+1|calc;x", "Ewa;'=1+1|calc;x"),
            ("Ewa; \"=1\"", "Ewa; \"'=1\""),
            ("Ewa\n=1\n\n- a", "Ewa\n'=1\n\n'- a"),
            ("a=1, -2 'x'", "a=1, -2 'x'"),
        ] {
            assert_eq!(guarded(text), expected);
            assert_eq!(unguarded(expected), text);
        }
        assert_eq!(unguarded("=1;+2"), "=1;+2", "what nobody has guarded stays");
    }

    #[test]
    fn semicolons_short_lines_and_lines_within_cells_are_understood() {
        let rows = read("Name ; Phone\r\nAnna;\"1\"\n\n\"Ewa\nMaria\";2;3\nOla\n");
        let named = |name: &str, phone: Option<&str>| Ok(Named(name.to_owned(), phone.map(str::to_owned)));
        assert_eq!(rows[0], (2, named("Anna", Some("1"))));
        assert!(rows[1].1.as_ref().is_err_and(|errors| errors.contains_key("name")), "{rows:?}");
        assert_eq!(rows[2], (6, named("Ola", None)));
        assert!(CsvTable::read(&"a\n".repeat(12), 10).is_err());
        assert_eq!(CsvTable::read(&"a\n".repeat(11), 10).map(|table| table.records.len()).ok(), Some(10));
    }
}
