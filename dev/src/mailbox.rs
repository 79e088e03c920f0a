//! The local mailbox: what was sent, to be read at `/dev/mail` by people and at `/dev/mail.json` by scripts.

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use axum::{Json, Router, extract::State, http::StatusCode, response::Html, routing::get};
use serde::{Deserialize, Serialize};

/// A mail that was kept instead of sent.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct KeptMail {
    /// The recipient's address.
    pub to: String,
    /// One line.
    pub subject: String,
    /// The plain text.
    pub text: String,
    /// The HTML.
    pub html: String,
    /// RFC 3339.
    pub created_at: String,
    /// Files that came with it.
    #[serde(default)]
    pub attachments: Vec<KeptFile>,
}

impl KeptMail {
    /// The code that it brings, if it brings one.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.text
            .split_whitespace()
            .find(|word| word.len() == 6 && word.bytes().all(|byte| byte.is_ascii_digit()))
    }
}

/// A file that came with a mail.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct KeptFile {
    /// Its name.
    pub name: String,
    /// Its content type.
    pub content_type: String,
    /// What is in it; all of ours are text.
    pub content: String,
}

/// Every mail in the folder, oldest first. No folder is an empty mailbox.
///
/// # Errors
/// If a file cannot be read.
pub fn read(folder: &Path) -> io::Result<Vec<KeptMail>> {
    let entries = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut files = entries.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
    files.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    // Names are version 7 UUIDs: their order is that of time.
    files.sort();
    files.iter().map(|path| Ok(serde_json::from_slice(&std::fs::read(path)?)?)).collect()
}

/// The pages of the mailbox kept in `folder`.
pub(crate) fn routes<S: Clone + Send + Sync + 'static>(folder: &Path) -> Router<S> {
    Router::new()
        .route("/dev/mail.json", get(as_json))
        .route("/dev/mail", get(as_page))
        .with_state(Arc::new(folder.to_owned()))
}

async fn as_json(State(folder): State<Arc<PathBuf>>) -> Result<Json<Vec<KeptMail>>, StatusCode> {
    read(&folder).map(Json).map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)
}

async fn as_page(State(folder): State<Arc<PathBuf>>) -> Result<Html<String>, StatusCode> {
    let mails = read(&folder).map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    let newest_first: String = mails.iter().rev().map(card).collect();
    let list = if mails.is_empty() {
        "<p>No mail yet. Register an account, and look again.</p>"
    } else {
        &newest_first
    };
    Ok(Html(include_str!("mailbox.html").replace("{{list}}", list)))
}

fn card(mail: &KeptMail) -> String {
    let files: String = mail.attachments.iter().map(attachment).collect();
    format!(
        "<article><h2>{}</h2><p class=\"meta\">to <b>{}</b> · <time>{}</time></p><pre>{}</pre>\
         <details><summary>as HTML</summary><iframe sandbox srcdoc=\"{}\"></iframe></details>{files}</article>",
        escape(&mail.subject),
        escape(&mail.to),
        escape(&mail.created_at),
        escape(mail.text.trim()),
        escape(&mail.html),
    )
}

fn attachment(file: &KeptFile) -> String {
    format!(
        "<details><summary>{} <span class=\"meta\">{}</span></summary><pre>{}</pre></details>",
        escape(&file.name),
        escape(&file.content_type),
        escape(&file.content)
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_wrote_cannot_become_markup() {
        let mail = KeptMail {
            to: "\"<script>\"@example.com".to_owned(),
            subject: "<img src=x onerror=alert(1)>".to_owned(),
            text: "</pre><script>alert(1)</script>".to_owned(),
            html: "\"><script>alert(1)</script>".to_owned(),
            created_at: "2026-01-01T00:00:00Z".to_owned(),
            attachments: vec![KeptFile {
                name: "<script>".to_owned(),
                content_type: "<script>".to_owned(),
                content: "</pre><script>alert(1)</script>".to_owned(),
            }],
        };
        let card = card(&mail);
        assert!(!card.contains("<script") && !card.contains("<img"), "{card}");
    }
}
