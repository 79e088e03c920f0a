//! What time brings: reminders, completion, mail that did not leave, clearing up. Everything here may be done at any time,
//! by any number at once, as often as one likes: what is done is found by its state, and the statements see to it that
//! nothing is done twice. After a gap, the next run catches up.

mod cleanup;
mod routes;
mod tasks;
mod words;

pub use routes::{operations, routes};
pub use tasks::{Report, Task, run};
