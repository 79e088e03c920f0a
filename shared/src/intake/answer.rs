//! What somebody answers when they book: checked against what is asked, and sealed where that is sensitive.

use std::{
    collections::{HashMap, HashSet},
    fmt,
};

use serde_json::{Value, json};

use super::question::{Question, QuestionKind};
use crate::{
    http::{
        ApiError, Field, Form, FromForm,
        form::{FieldErrors, Prose, written},
    },
    ids::{AppointmentId, QuestionId},
    language::Message,
    sealing::Sealing,
};

/// More than are asked.
pub const MOST_ANSWERS: usize = 50;

/// As `intake_answers` has it, in characters.
const LONGEST: usize = 1000;

/// What was said to a question.
#[derive(Clone, PartialEq, Eq)]
pub struct Given {
    question: QuestionId,
    /// `None`: nothing.
    value: Option<Said>,
}

impl Given {
    /// In a line that tells it from any other.
    #[must_use]
    pub fn in_one_line(&self) -> String {
        json!([self.question, self.value.as_ref().map(|said| &said.0)]).to_string()
    }
}

impl fmt::Debug for Given {
    /// Without what was said, which is for nobody's logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Given({}, …)", self.question)
    }
}

impl FromForm for Given {
    fn from_form(form: &mut Form) -> Option<Self> {
        let question = form.required("question_id");
        let value = form.unless_empty("value");
        Some(Self { question: question?, value: value? })
    }
}

/// A text, a number, or true or false.
#[derive(Clone, PartialEq, Eq)]
struct Said(Value);

impl Field for Said {
    fn parse(value: &Value) -> Result<Self, Message> {
        match value {
            Value::String(_) | Value::Number(_) | Value::Bool(_) => Ok(Self(value.clone())),
            _ => Err(Message::NotText),
        }
    }

    fn schema() -> Value {
        json!({ "type": ["string", "number", "boolean"], "maxLength": LONGEST })
    }
}

/// An answer that fits its question, and is to be kept with the appointment that is booked.
pub struct Answered {
    pub(super) question: QuestionId,
    /// As it was asked.
    pub(super) text: String,
    pub(super) position: i32,
    value: String,
    is_sensitive: bool,
}

impl Answered {
    /// As it is kept with an appointment: open, or sealed.
    ///
    /// # Errors
    /// `SERVICE_UNAVAILABLE` where there is no key to seal it with.
    pub(super) fn stored(
        &self,
        appointment: AppointmentId,
        sealing: &Sealing,
    ) -> Result<(Option<String>, Option<Vec<u8>>), ApiError> {
        if !self.is_sensitive {
            return Ok((Some(self.value.clone()), None));
        }
        let sealed = sealing.seal(&self.value, &[appointment.uuid(), self.question.uuid()]);
        Ok((None, Some(sealed.ok_or_else(|| ApiError::unavailable(NoKey))?)))
    }
}

/// Something sensitive was answered, and cannot be kept.
#[derive(Debug, thiserror::Error)]
#[error("ENCRYPTION_KEY is not set, and a sensitive question was answered")]
struct NoKey;

/// Checks what was answered against what is asked, all of which has to be answered that is required.
///
/// # Errors
/// `VALIDATION_ERROR`, or `REQUIRED_FIELD` for a single answer that is missing: under `answers.` with the place of the answer
/// or, where there is none, the id of the question.
pub fn checked(questions: &[Question], given: &[Given]) -> Result<Vec<Answered>, ApiError> {
    let (answered, mut errors) = each_checked(questions, given);
    let said =
        |asked: &Question| given.iter().any(|given| given.question == asked.id && given.value.is_some());
    let missing = questions.iter().filter(|asked| asked.is_required && !said(asked));
    errors.extend(missing.map(|asked| (format!("answers.{}", asked.id), vec![Message::Required])));
    if errors.is_empty() { Ok(answered) } else { Err(ApiError::validation(errors)) }
}

/// As [`checked`], whatever is left open.
///
/// # Errors
/// `VALIDATION_ERROR`.
pub fn fitting(questions: &[Question], given: &[Given]) -> Result<Vec<Answered>, ApiError> {
    let (answered, errors) = each_checked(questions, given);
    if errors.is_empty() { Ok(answered) } else { Err(ApiError::validation(errors)) }
}

/// The answers that fit their questions, and what is wrong with the others.
fn each_checked(questions: &[Question], given: &[Given]) -> (Vec<Answered>, FieldErrors) {
    let mut errors = FieldErrors::new();
    let asked: HashMap<QuestionId, &Question> = questions.iter().map(|asked| (asked.id, asked)).collect();
    let (mut seen, mut answered) = (HashSet::new(), Vec::new());
    for (place, Given { question, value }) in given.iter().enumerate() {
        let mut refuse = |field, message| {
            errors.insert(format!("answers.{place}.{field}"), vec![message]);
        };
        let Some(asked) = asked.get(question) else {
            refuse("question_id", Message::NotOneOfTheQuestions);
            continue;
        };
        let Some(Said(said)) = value else { continue };
        if !seen.insert(*question) {
            refuse("question_id", Message::GivenTwice);
            continue;
        }
        match as_kept(asked, said) {
            Ok(value) => answered.push(Answered {
                question: asked.id,
                text: asked.text.clone(),
                position: asked.position,
                value,
                is_sensitive: asked.is_sensitive,
            }),
            Err(message) => refuse("value", message),
        }
    }
    (answered, errors)
}

/// What was said, as it is kept.
fn as_kept(asked: &Question, said: &Value) -> Result<String, Message> {
    match asked.kind {
        QuestionKind::Text => Ok(Prose::<LONGEST>::parse(said)?.as_str().to_owned()),
        QuestionKind::YesNo => bool::parse(said).map(|yes| yes.to_string()),
        QuestionKind::Number => number(said).ok_or(Message::NotANumber),
        QuestionKind::Choice => {
            let said = written(said).map_err(|_| Message::NotOneOfTheChoices)?;
            let chosen = asked.choices.iter().find(|choice| choice.as_str() == said.trim());
            chosen.cloned().ok_or(Message::NotOneOfTheChoices)
        }
    }
}

/// A number in digits, which may have a sign and a fraction.
fn number(said: &Value) -> Option<String> {
    let text = match said {
        Value::String(text) => text.trim().replace(',', "."),
        other => other.as_number()?.to_string(),
    };
    let unsigned = text.strip_prefix('-').unwrap_or(&text);
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
    let digits =
        |part: &str| !part.is_empty() && part.len() <= 15 && part.bytes().all(|byte| byte.is_ascii_digit());
    (digits(whole) && digits(fraction)).then_some(text)
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::http::Code;

    fn question(kind: QuestionKind, is_required: bool) -> Question {
        Question {
            id: QuestionId::new(Timestamp::UNIX_EPOCH),
            text: "Uczulenia?".to_owned(),
            kind,
            choices: if kind == QuestionKind::Choice {
                vec!["tak".to_owned(), "nie".to_owned()]
            } else {
                Vec::new()
            },
            is_required,
            is_sensitive: false,
            position: 0,
        }
    }

    fn given(question: &Question, value: Value) -> Given {
        let value = Some(value).filter(|value| !value.is_null()).map(Said);
        Given { question: question.id, value }
    }

    #[test]
    fn an_answer_is_of_its_questions_kind() {
        for (kind, said, kept) in [
            (QuestionKind::Text, json!(" lateks\norzechy "), Some("lateks\norzechy")),
            (QuestionKind::Text, json!("a".repeat(1001)), None),
            (QuestionKind::Text, json!(true), None),
            (QuestionKind::YesNo, json!(true), Some("true")),
            (QuestionKind::YesNo, json!("false"), Some("false")),
            (QuestionKind::YesNo, json!("może"), None),
            (QuestionKind::Number, json!(38), Some("38")),
            (QuestionKind::Number, json!(-1.5), Some("-1.5")),
            (QuestionKind::Number, json!(" 36,6 "), Some("36.6")),
            (QuestionKind::Number, json!("--1"), None),
            (QuestionKind::Number, json!("1e9"), None),
            (QuestionKind::Number, json!(1e300), None),
            (QuestionKind::Number, json!("."), None),
            (QuestionKind::Choice, json!("tak"), Some("tak")),
            (QuestionKind::Choice, json!("Tak"), None),
            (QuestionKind::Choice, json!(true), None),
        ] {
            assert_eq!(as_kept(&question(kind, true), &said).ok().as_deref(), kept, "{kind:?} {said}");
        }
    }

    #[test]
    fn what_is_missing_unknown_or_twice_is_named() {
        let (required, optional) =
            (question(QuestionKind::Text, true), question(QuestionKind::Number, false));
        let unknown = question(QuestionKind::Text, false);
        let asked = [required, optional];
        let [required, optional] = &asked;
        let refusal = |given: &[Given]| {
            checked(&asked, given).map(|answers| answers.len()).map_err(|error| error.code())
        };
        assert_eq!(refusal(&[]), Err(Code::RequiredField));
        assert_eq!(refusal(&[given(required, json!(null))]), Err(Code::RequiredField));
        assert_eq!(refusal(&[given(required, json!("a"))]), Ok(1));
        assert_eq!(refusal(&[given(required, json!("a")), given(optional, json!(null))]), Ok(1));
        for more in [given(&unknown, json!("a")), given(required, json!("b")), given(optional, json!("x"))] {
            assert_eq!(refusal(&[given(required, json!("a")), more]), Err(Code::ValidationError));
        }
    }
}
