//! Cards as a spreadsheet has them.

use super::view::Customer;
use crate::http::{ApiError, CsvFile};

/// The columns of the file; the first five are those of an import.
pub(super) const COLUMNS: [&str; 10] =
    ["name", "email", "phone", "tags", "notes", "blocked_at", "visits", "no_shows", "spent", "last_visit_at"];

/// The file.
///
/// # Errors
/// None that are anybody's fault.
pub(super) fn file(customers: &[Customer]) -> Result<CsvFile, ApiError> {
    CsvFile::new("customers.csv", &COLUMNS, customers.iter().map(Customer::cells))
}
