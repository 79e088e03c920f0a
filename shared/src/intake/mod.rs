//! Intake: what a business asks those who book a service. `routes` serves the questions (`question`), `keeping` has their rules;
//! `answer` checks and seals what is answered, which `kept` keeps with the appointment, and tells those who may know: the
//! business, on appointments and cards, and the customer, in their own copy. No mail, log or report has it.

mod answer;
mod keeping;
mod kept;
mod question;
mod resealing;
mod routes;
mod store;

pub use answer::{Answered, Given, MOST_ANSWERS, checked, fitting};
pub use kept::{
    ANSWERS, Answer, CardAnswer, OwnAnswer, ToKeep, answers_from_row, forget, forget_customer, keep,
    kept_about, latest_of,
};
pub use question::{Question, QuestionKind};
pub use resealing::reseal;
pub use routes::{operations, routes};
pub use store::of as questions_of;
