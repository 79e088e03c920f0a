//! What lists of overrides and of time off are narrowed down to.

use jiff::civil::Date;

use crate::{
    http::{Form, FromForm},
    ids::StaffMemberId,
};

/// Whose, and around which dates.
pub(super) struct Filter {
    pub(super) staff: Option<StaffMemberId>,
    /// Not over before this date.
    pub(super) date_from: Option<Date>,
    /// Begun by the end of this date.
    pub(super) date_to: Option<Date>,
}

impl FromForm for Filter {
    fn from_form(form: &mut Form) -> Option<Self> {
        let staff = form.optional("staff_id");
        let date_from = form.optional("date_from");
        let date_to = form.optional("date_to");
        Some(Self { staff: staff?, date_from: date_from?, date_to: date_to? })
    }
}
