//! What is written: [`Words`] and facts, laid out as text and as HTML. One layout for all mails and languages
//! (`templates/`); whatever people typed is escaped in the HTML.

use askama::Template;

use crate::{
    language::{Language, Words},
    sms::plain,
};

/// A mail to one person, as text and as HTML.
#[derive(Clone, Debug)]
pub struct Mail {
    /// The recipient's address.
    pub to: String,
    /// One line.
    pub subject: String,
    /// For readers of plain text.
    pub text: String,
    /// For everyone else.
    pub html: String,
    /// For the reader's calendar.
    pub calendar: Option<CalendarFile>,
}

/// An iCalendar file ([RFC 5545](https://www.rfc-editor.org/rfc/rfc5545)).
#[derive(Clone, Debug)]
pub struct CalendarFile {
    /// What the calendar is asked to do with it: `REQUEST`, `CANCEL` or `PUBLISH`
    /// ([RFC 5546](https://www.rfc-editor.org/rfc/rfc5546)).
    pub method: &'static str,
    /// The file.
    pub content: String,
}

impl CalendarFile {
    /// What the file is called.
    pub const NAME: &'static str = "invite.ics";

    /// Its content type; the method has to be that of the file.
    #[must_use]
    pub fn content_type(&self) -> String {
        format!("text/calendar; method={}; charset=utf-8", self.method)
    }
}

/// What a mail consists of, before it is laid out.
#[derive(Debug)]
pub(crate) struct Letter {
    pub(crate) words: Words,
    /// Six digits, set apart.
    pub(crate) code: Option<String>,
    /// What and when and where: a label and what is to be said, perhaps in several lines.
    pub(crate) facts: Vec<(&'static str, String)>,
    /// Where [`Words::link`] leads.
    pub(crate) link: Option<String>,
}

#[derive(Template)]
#[template(path = "mail.txt")]
struct AsText<'a> {
    words: &'a Words,
    code: &'a Option<String>,
    facts: &'a [(&'static str, String)],
    link: &'a Option<String>,
}

#[derive(Template)]
#[template(path = "mail.html")]
struct AsHtml<'a> {
    language: &'static str,
    words: &'a Words,
    code: &'a Option<String>,
    facts: &'a [(&'static str, String)],
    link: &'a Option<String>,
}

impl Letter {
    /// What a text message has of it: what it is about, and the code or the link.
    pub(crate) fn in_short(&self) -> String {
        let subject = plain(&self.words.subject);
        match (&self.code, &self.link) {
            (Some(code), _) => format!("{subject}: {code}"),
            (None, Some(link)) => format!("{subject} {link}"),
            (None, None) => subject,
        }
    }

    /// Lays the letter out.
    ///
    /// # Errors
    /// If a template fails, which none of ours can.
    pub(crate) fn addressed_to(
        &self,
        to: &str,
        language: Language,
        calendar: Option<CalendarFile>,
    ) -> Result<Mail, askama::Error> {
        let Self { words, code, facts, link } = self;
        let text = AsText { words, code, facts, link }.render()?;
        let html = AsHtml { language: language.tag(), words, code, facts, link }.render()?;
        Ok(Mail { to: to.to_owned(), subject: in_one_line(&words.subject), text, html, calendar })
    }
}

/// Names stand in subjects and in calendar files, where a line break would begin something else. None gets through the
/// forms; nothing here relies on that.
pub(super) fn in_one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_typed_becomes_neither_markup_nor_a_header() {
        let nasty = "</td><script>alert(1)</script>\"'&";
        let letter = Letter {
            words: Words {
                subject: format!("Visit at {nasty}\r\nBcc: someone@example.com"),
                before: vec![nasty.to_owned()],
                link: "Look",
                after: vec![nasty.to_owned()],
            },
            code: None,
            facts: vec![("What", nasty.to_owned())],
            link: Some("https://example.com/?a=\"><script>".to_owned()),
        };
        let mail = letter.addressed_to("anna@example.com", Language::English, None).expect("laid out");
        assert!(!mail.html.contains("<script"), "{}", mail.html);
        assert!(!mail.subject.contains(['\r', '\n']), "{}", mail.subject);
        assert!(mail.text.contains(&format!("What: {nasty}")), "{}", mail.text);
    }
}
