//! Files of variables (`.env`): `NAME=value`, perhaps behind `export`, the value bare or in quotes, with comments.

use std::collections::BTreeMap;

use thiserror::Error;

/// Why a file of variables is none. Never shows what is in it.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum EnvFileError {
    /// There is none, or it is not text.
    #[error("it cannot be read")]
    Unreadable,
    /// Not an assignment.
    #[error("line {0} is not NAME=value")]
    Line(usize),
    /// A quote without its other half.
    #[error("line {0} opens a quote that nothing closes")]
    Quote(usize),
}

/// The variables of a file; of two assignments the later one counts.
pub(super) fn parse(text: &str) -> Result<BTreeMap<String, String>, EnvFileError> {
    let mut variables = BTreeMap::new();
    let mut rest = text.strip_prefix('\u{feff}').unwrap_or(text);
    let line_of = |rest: &str| text[..text.len() - rest.len()].lines().count() + 1;
    loop {
        rest = rest.trim_start();
        if rest.is_empty() {
            return Ok(variables);
        }
        let line = line_of(rest.trim_start_matches('\n'));
        if rest.starts_with('#') {
            rest = after_line(rest);
            continue;
        }
        let assignment = rest.strip_prefix("export ").map_or(rest, str::trim_start);
        let (name, value) = assignment.split_once('=').ok_or(EnvFileError::Line(line))?;
        let name = name.trim_end();
        if !is_name(name) {
            return Err(EnvFileError::Line(line));
        }
        let (value, behind) = self::value(value, line)?;
        variables.insert(name.to_owned(), value);
        rest = behind;
    }
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

fn after_line(text: &str) -> &str {
    text.split_once('\n').map_or("", |(_, behind)| behind)
}

/// The value that a text begins with, and the lines behind it.
fn value(text: &str, line: usize) -> Result<(String, &str), EnvFileError> {
    let text = text.trim_start_matches([' ', '\t']);
    match text.chars().next() {
        Some('\'') => {
            let (value, behind) = text[1..].split_once('\'').ok_or(EnvFileError::Quote(line))?;
            Ok((value.to_owned(), end_of_line(behind, line)?))
        }
        Some('"') => quoted(&text[1..], line),
        _ => {
            let bare = text.lines().next().unwrap_or_default();
            // A # begins a comment only behind a space: addresses may hold one.
            let bare = bare.find(" #").map_or(bare, |comment| &bare[..comment]);
            Ok((
                if bare.starts_with('#') { String::new() } else { bare.trim_end().to_owned() },
                after_line(text),
            ))
        }
    }
}

/// A value in double quotes, in which a backslash means what it does in shells and in `\n`.
fn quoted(text: &str, line: usize) -> Result<(String, &str), EnvFileError> {
    let mut value = String::new();
    let mut characters = text.char_indices();
    while let Some((place, character)) = characters.next() {
        match character {
            '"' => return Ok((value, end_of_line(&text[place + 1..], line)?)),
            '\\' => match characters.next().map(|(_, escaped)| escaped) {
                Some('n') => value.push('\n'),
                Some(escaped @ ('"' | '\\' | '$' | '`')) => value.push(escaped),
                Some(other) => value.extend(['\\', other]),
                None => return Err(EnvFileError::Quote(line)),
            },
            other => value.push(other),
        }
    }
    Err(EnvFileError::Quote(line))
}

/// Behind a closing quote, only a comment may follow.
fn end_of_line(behind: &str, line: usize) -> Result<&str, EnvFileError> {
    let rest = behind.lines().next().unwrap_or_default().trim();
    if rest.is_empty() || rest.starts_with('#') {
        Ok(after_line(behind))
    } else {
        Err(EnvFileError::Line(line))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_bare_or_quoted_and_comments_are_none() {
        let text = "\
# a comment
PLAIN=value
export EXPORTED = spaced out  # and a comment
URL=postgresql://u:p@h/db?a=b#c
EMPTY=
NOTHING= # a comment only
SINGLE='as # it $is \\n'
DOUBLE=\"a \\\"b\\\" # c\\nd\" # a comment
KEY=\"-----BEGIN
line two\"
   INDENTED=yes\r
PLAIN=the last one counts";
        let expected = [
            ("PLAIN", "the last one counts"),
            ("EXPORTED", "spaced out"),
            ("URL", "postgresql://u:p@h/db?a=b#c"),
            ("EMPTY", ""),
            ("NOTHING", ""),
            ("SINGLE", "as # it $is \\n"),
            ("DOUBLE", "a \"b\" # c\nd"),
            ("KEY", "-----BEGIN\nline two"),
            ("INDENTED", "yes"),
        ];
        let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(parse(text), Ok(expected.into()));
    }

    #[test]
    fn what_is_no_assignment_is_named_by_its_line_and_not_repeated() {
        assert_eq!(parse("A=1\n\nhunter2"), Err(EnvFileError::Line(3)));
        assert_eq!(parse("A-B=1"), Err(EnvFileError::Line(1)));
        assert_eq!(parse("# x\nA=\"never closed\nB=2"), Err(EnvFileError::Quote(2)));
        assert_eq!(parse("A='x' y"), Err(EnvFileError::Line(1)));
    }
}
