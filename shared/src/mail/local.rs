//! The local mailbox: a folder with a JSON file per mail, named by its id and so in order of time.

use std::path::Path;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{CalendarFile, Mail, MailError};
use crate::ids::OutboxId;

pub(crate) async fn keep(folder: &Path, id: OutboxId, mail: &Mail, now: Timestamp) -> Result<(), MailError> {
    let attachment = |file: &CalendarFile| json!({ "name": CalendarFile::NAME, "content_type": file.content_type(), "content": file.content });
    let kept = json!({
        "id": id,
        "to": mail.to,
        "subject": mail.subject,
        "text": mail.text,
        "html": mail.html,
        "created_at": now,
        "attachments": mail.calendar.iter().map(attachment).collect::<Vec<Value>>(),
    });
    tokio::fs::create_dir_all(folder).await?;
    // Under its final name only once it is whole, for whoever is reading along.
    let unfinished = folder.join(format!("{id}.part"));
    tokio::fs::write(&unfinished, kept.to_string()).await?;
    tokio::fs::rename(unfinished, folder.join(format!("{id}.json"))).await?;
    Ok(())
}
