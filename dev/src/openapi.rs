//! Writes `docs/openapi.json` from what the functions say of themselves.

use anyhow::Context;
use shared::{functions, openapi};

use crate::settings;

/// Exchanges that took place, by the names of their operations; `tests/examples.rs` keeps them.
pub const EXAMPLES: &str = include_str!("../../docs/examples.json");

/// The document as the file has it.
#[must_use]
pub fn text() -> String {
    let examples = serde_json::from_str(EXAMPLES).unwrap_or_default();
    let operations: Vec<_> =
        functions::operations().into_iter().flat_map(|(_, operations)| operations).collect();
    format!("{:#}\n", openapi::document(&operations, &examples))
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
