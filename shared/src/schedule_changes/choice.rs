//! What is to become of each booking that a change leaves without its time.

use std::collections::{HashMap, HashSet};

use jiff::civil::Date;

use super::change::Change;
use crate::{
    db::text_enum,
    http::{
        ApiError, Form, FromForm,
        form::{Prose, choice_fields},
    },
    ids::{AppointmentId, StaffMemberId},
    language::Message,
    scheduling::MinuteOfDay,
};

/// More than this nobody decides about at once.
pub(super) const MOST: usize = 500;

text_enum! {
    /// What can become of a booking.
    pub enum Fate {
        /// It stays as it is.
        Keep = "keep",
        /// It is moved to somebody else, or to another start.
        Move = "move",
        /// It is cancelled.
        Cancel = "cancel",
    }
}

choice_fields!(Fate: NotAChoice);

/// Where a booking is to go.
#[derive(Clone, Copy, Debug)]
pub(super) struct Target {
    /// `None`: whoever is free, whoever it is with first.
    pub(super) staff: Option<StaffMemberId>,
    /// `None`: at the same time.
    pub(super) start: Option<(Date, MinuteOfDay)>,
}

/// What is chosen for one booking.
#[derive(Debug)]
pub(super) enum Choice {
    Keep,
    Move(Target),
    /// For a reason that its customer is told.
    Cancel(Prose<500>),
}

/// A choice, and which booking it is for.
struct Chosen {
    appointment: AppointmentId,
    choice: Choice,
}

impl FromForm for Chosen {
    fn from_form(form: &mut Form) -> Option<Self> {
        let appointment = form.required("appointment_id");
        let fate = form.required("choice");
        let staff = form.unless_empty("staff_id");
        let date = form.optional("date");
        let time = form.optional("start_time");
        let reason = form.or("reason", Prose::default());
        let (staff, date, time, reason) = (staff?, date?, time?, reason?);
        let choice = match fate? {
            Fate::Keep => Choice::Keep,
            Fate::Cancel => Choice::Cancel(reason),
            Fate::Move => Choice::Move(Target {
                staff,
                start: match (date, time) {
                    (Some(date), Some(time)) => Some((date, time)),
                    (None, None) if staff.is_some() => None,
                    (None, None) => return form.refuse("choice", Message::MovedNowhere),
                    (None, Some(_)) => return form.refuse("date", Message::Required),
                    (Some(_), None) => return form.refuse("start_time", Message::Required),
                },
            }),
        };
        Some(Self { appointment: appointment?, choice })
    }
}

/// What is chosen, each booking once, in the order in which it was given.
#[derive(Debug)]
pub(super) struct Choices {
    order: Vec<AppointmentId>,
    of: HashMap<AppointmentId, Choice>,
}

impl Choices {
    /// For these bookings and no others?
    ///
    /// # Errors
    /// `CONFLICT` with those that are missing, and those that it has beyond them.
    pub(super) fn are_for(&self, affected: &[AppointmentId]) -> Result<(), ApiError> {
        let all: HashSet<&AppointmentId> = affected.iter().collect();
        let missing: Vec<_> = affected.iter().filter(|id| !self.of.contains_key(id)).collect();
        let unaffected: Vec<_> = self.order.iter().filter(|id| !all.contains(id)).collect();
        if missing.is_empty() && unaffected.is_empty() {
            Ok(())
        } else {
            Err(ApiError::choices_do_not_fit(&missing, &unaffected))
        }
    }

    /// What is chosen for a booking.
    pub(super) fn of(&self, appointment: AppointmentId) -> Option<&Choice> {
        self.of.get(&appointment)
    }

    /// Which bookings are to be moved where, in the order in which they were given.
    pub(super) fn moves(&self) -> impl Iterator<Item = (AppointmentId, Target)> {
        self.order.iter().filter_map(|id| match self.of.get(id)? {
            Choice::Move(target) => Some((*id, *target)),
            Choice::Keep | Choice::Cancel(_) => None,
        })
    }
}

/// A change, together with what is to become of the bookings it affects.
pub(super) struct Decision {
    pub(super) change: Change,
    pub(super) choices: Choices,
}

impl FromForm for Decision {
    fn from_form(form: &mut Form) -> Option<Self> {
        let change = Change::from_form(form);
        let chosen = form.list::<Chosen>("choices", MOST);
        let (change, chosen) = (change?, chosen?);
        let mut choices = Choices { order: Vec::new(), of: HashMap::new() };
        for (index, Chosen { appointment, choice }) in chosen.into_iter().enumerate() {
            if matches!((&change, &choice), (Change::Removal(_), Choice::Keep)) {
                return form.refuse(&format!("choices.{index}.choice"), Message::NobodyToKeepItWith);
            }
            if choices.of.insert(appointment, choice).is_some() {
                return form.refuse(&format!("choices.{index}.appointment_id"), Message::AppointmentTwice);
            }
            choices.order.push(appointment);
        }
        Some(Self { change, choices })
    }
}
