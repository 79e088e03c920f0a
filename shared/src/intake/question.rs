//! A question, and what a business says about it.

use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::{
    db::{Row, text_enum},
    http::{
        Field, Form, FromForm,
        form::{Text, Whole, text_of},
    },
    ids::QuestionId,
    language::Message,
};

/// More than this nobody chooses from.
const MOST_CHOICES: usize = 50;

text_enum! {
    /// What an answer can be.
    pub enum QuestionKind {
        /// Anything.
        Text = "text",
        /// One of the choices.
        Choice = "choice",
        /// Yes or no.
        YesNo = "yes_no",
        /// A number.
        Number = "number",
    }
}

impl Field for QuestionKind {
    fn parse(value: &Value) -> Result<Self, Message> {
        Self::from_text(&text_of(value)?).ok_or(Message::NotAQuestionKind)
    }

    fn schema() -> Value {
        json!({ "type": "string", "enum": ["text", "choice", "yes_no", "number"] })
    }
}

/// A question that is asked of whoever books a service.
#[derive(Debug, Serialize, ToSchema)]
pub struct Question {
    pub(super) id: QuestionId,
    pub(super) text: String,
    pub(super) kind: QuestionKind,
    /// What can be answered, of a `choice`; empty otherwise.
    pub(super) choices: Vec<String>,
    /// Without an answer, the service cannot be booked.
    pub(super) is_required: bool,
    /// Its answers are kept encrypted.
    pub(super) is_sensitive: bool,
    /// Where it stands among the others.
    pub(super) position: i32,
}

/// Columns of a [`Question`].
pub(super) const COLUMNS: &str = "id, text, kind, choices, is_required, is_sensitive, position";

impl From<&Row> for Question {
    fn from(row: &Row) -> Self {
        Self {
            id: row.get(0),
            text: row.get(1),
            kind: row.get(2),
            choices: row.get(3),
            is_required: row.get(4),
            is_sensitive: row.get(5),
            position: row.get(6),
        }
    }
}

/// Everything a business decides about a question.
#[derive(Debug)]
pub(super) struct Asking {
    pub(super) text: Text<1, 500>,
    pub(super) kind: QuestionKind,
    pub(super) choices: Vec<String>,
    pub(super) is_required: bool,
    pub(super) is_sensitive: bool,
    pub(super) position: i32,
}

impl FromForm for Asking {
    fn from_form(form: &mut Form) -> Option<Self> {
        let text = form.required("text");
        let kind = form.required("kind");
        let choices = form.or("choices", Choices::default());
        let is_required = form.or("is_required", false);
        let is_sensitive = form.or("is_sensitive", false);
        let position = form.optional::<Whole<0, 1000>>("position");
        let (kind, Choices(mut choices)) = (kind?, choices?);
        match kind {
            QuestionKind::Choice if choices.len() < 2 => {
                return form.refuse("choices", Message::TooFewChoices);
            }
            QuestionKind::Choice => {}
            // Left over from when it was one, perhaps.
            QuestionKind::Text | QuestionKind::YesNo | QuestionKind::Number => choices.clear(),
        }
        Some(Self {
            text: text?,
            kind,
            choices,
            is_required: is_required?,
            is_sensitive: is_sensitive?,
            position: position?.map_or(0, Whole::get),
        })
    }
}

type Choice = Text<1, 200>;

/// What can be chosen, each once.
#[derive(Debug, Default)]
struct Choices(Vec<String>);

impl Field for Choices {
    fn parse(value: &Value) -> Result<Self, Message> {
        let items = value.as_array().ok_or(Message::NotAList)?;
        if items.len() > MOST_CHOICES {
            return Err(Message::TooManyItems(MOST_CHOICES));
        }
        let mut choices = Vec::new();
        for item in items {
            let choice = String::from(Choice::parse(item)?);
            if choices.contains(&choice) {
                return Err(Message::GivenTwice);
            }
            choices.push(choice);
        }
        Ok(Self(choices))
    }

    fn schema() -> Value {
        json!({ "type": "array", "maxItems": MOST_CHOICES, "items": Choice::schema() })
    }
}
