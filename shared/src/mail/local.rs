//! The local mailbox: a folder with a JSON file per mail, named by its id and so in order of time.

use std::path::Path;

use jiff::Timestamp;
use serde_json::json;

use super::{Mail, MailError};
use crate::ids::OutboxId;

pub(super) async fn keep(folder: &Path, id: OutboxId, mail: &Mail, now: Timestamp) -> Result<(), MailError> {
    let kept = json!({
        "to": mail.to,
        "subject": mail.subject,
        "text": mail.text,
        "html": mail.html,
        "created_at": now,
    });
    tokio::fs::create_dir_all(folder).await?;
    // Under its final name only once it is whole, for whoever is reading along.
    let unfinished = folder.join(format!("{id}.part"));
    tokio::fs::write(&unfinished, kept.to_string()).await?;
    tokio::fs::rename(unfinished, folder.join(format!("{id}.json"))).await?;
    Ok(())
}
