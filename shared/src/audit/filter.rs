//! What the audit is narrowed down to.

use jiff::civil::Date;

use super::entry::SubjectKind;
use crate::{
    http::{Form, FromForm},
    ids::{SubjectId, UserId},
};

/// About what, by whom, and when.
pub(super) struct Filter {
    pub(super) kind: Option<SubjectKind>,
    pub(super) subject: Option<SubjectId>,
    pub(super) actor: Option<UserId>,
    /// On this date of the business's calendar or later.
    pub(super) date_from: Option<Date>,
    /// On this date or earlier.
    pub(super) date_to: Option<Date>,
}

impl FromForm for Filter {
    fn from_form(form: &mut Form) -> Option<Self> {
        let kind = form.optional("subject");
        let subject = form.optional("subject_id");
        let actor = form.optional("actor_id");
        let date_from = form.optional("date_from");
        let date_to = form.optional("date_to");
        Some(Self { kind: kind?, subject: subject?, actor: actor?, date_from: date_from?, date_to: date_to? })
    }
}
