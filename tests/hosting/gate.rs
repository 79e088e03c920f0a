//! How a test and the process it talks to wait for each other: by files in a folder both know. So a
//! request is known to be in the middle of its handler, without guessing how long that takes.

use std::{fs, path::Path, time::Duration};

/// Says that something has happened.
pub(crate) fn mark(folder: &Path, event: &str) {
    fs::write(folder.join(event), "").expect("the folder of the gate exists and is ours");
}

/// Waits until the other side has marked `event`.
pub(crate) async fn marked(folder: &Path, event: &str) {
    while !folder.join(event).exists() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
