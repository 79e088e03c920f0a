//! Writes `docs/openapi.json` from what the functions say of themselves.

use anyhow::Context;
use shared::{functions, openapi};

use crate::settings;

/// The document as the file has it.
#[must_use]
pub fn text() -> String {
    let operations: Vec<_> =
        functions::operations().into_iter().flat_map(|(_, operations)| operations).collect();
    format!("{:#}\n", openapi::document(&operations))
}

/// Writes it.
///
/// # Errors
/// If the file cannot be written.
pub fn write() -> anyhow::Result<()> {
    let file = settings::checkout().join("docs/openapi.json");
    std::fs::write(&file, text()).with_context(|| format!("{} cannot be written", file.display()))?;
    println!("Wrote docs/openapi.json.");
    Ok(())
}
