//! Customers of a business: a card for each. `routes` serves them, on what a business says about a customer (`terms`) and what
//! it sees (`view`); `keeping` has the rules, `merging` those for doubles, `store` the SQL. `import` and `export` are for
//! spreadsheets. What is kept about one person, for themselves, is in `kept`, and what happens to it when they go in `erasure`.
//!
//! Cards are made by the database when somebody first books, and it keeps blocked customers out
//! (`migrations/0013_customers.sql`). Booking asks here only for those without an account (`booked_for`); what was booked for
//! them goes over to theirs by `adoption`.

mod adoption;
mod booked_for;
mod erasure;
mod export;
mod filter;
mod import;
mod import_store;
mod keeping;
mod kept;
mod merging;
mod routes;
mod store;
mod terms;
mod view;

pub use adoption::{adopt, catch_up, claim};
pub use booked_for::{Party, Said, Whom, card_of};
pub use erasure::forget;
pub use kept::{KeptCard, kept_about};
pub use routes::{operations, routes};
