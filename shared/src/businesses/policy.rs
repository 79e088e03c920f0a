//! On what terms a business takes bookings, as its owner says them. What they mean for a booking is for
//! [`scheduling::Policy`](crate::scheduling::Policy), which is made of them.

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    db::{Row, text_enum},
    http::{
        Form, FromForm,
        form::{Whole, choice_fields},
    },
    scheduling::{NoShowAction, NoShowRule, Policy},
};

text_enum! {
    /// Whom a customer gets who does not mind.
    pub enum StaffChoice {
        /// The first in the business's own order.
        Priority = "priority",
        /// Who has least to do that day.
        LeastBusy = "least_busy",
        /// Whose turn it is.
        Rotation = "rotation",
    }
}

/// On what terms a business takes bookings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(super) struct BusinessPolicy {
    pub(super) auto_confirm: bool,
    pub(super) min_notice_minutes: i32,
    pub(super) booking_horizon_days: i32,
    pub(super) cancellation_deadline_minutes: i32,
    /// Null: the same as for cancelling.
    pub(super) reschedule_deadline_minutes: Option<i32>,
    /// How many visits a customer can have ahead; null: any number.
    pub(super) max_open_bookings: Option<i32>,
    /// From so many missed visits in `no_show_days` on, bookings wait to be confirmed or are refused; null: missed visits do
    /// not matter.
    pub(super) no_show_limit: Option<i32>,
    pub(super) no_show_days: i32,
    pub(super) no_show_action: NoShowAction,
    /// Whom a customer gets who does not mind.
    pub(super) staff_choice: StaffChoice,
    /// How long a time is kept for somebody who is about to book it.
    pub(super) hold_minutes: i32,
    /// Whether people can book without an account.
    pub(super) guest_booking: bool,
}

/// Columns of a booking policy, of the table `businesses`; how many there are is [`POLICY_WIDTH`].
pub const POLICY: &str = "
    businesses.auto_confirm, businesses.min_notice_minutes, businesses.booking_horizon_days,
    businesses.cancellation_deadline_minutes, businesses.reschedule_deadline_minutes, businesses.max_open_bookings,
    businesses.no_show_limit, businesses.no_show_days, businesses.no_show_action, businesses.staff_choice,
    businesses.hold_minutes, businesses.guest_booking";

/// How many columns [`POLICY`] has.
pub const POLICY_WIDTH: usize = 12;

/// Reads [`POLICY`], the first of which is the row's column `first`.
#[must_use]
pub fn policy_from_row(row: &Row, first: usize) -> Policy {
    BusinessPolicy::from_row(row, first).resolved()
}

impl BusinessPolicy {
    /// Reads [`POLICY`], the first of which is the row's column `first`.
    pub(super) fn from_row(row: &Row, first: usize) -> Self {
        Self {
            auto_confirm: row.get(first),
            min_notice_minutes: row.get(first + 1),
            booking_horizon_days: row.get(first + 2),
            cancellation_deadline_minutes: row.get(first + 3),
            reschedule_deadline_minutes: row.get(first + 4),
            max_open_bookings: row.get(first + 5),
            no_show_limit: row.get(first + 6),
            no_show_days: row.get(first + 7),
            no_show_action: row.get(first + 8),
            staff_choice: row.get(first + 9),
            hold_minutes: row.get(first + 10),
            guest_booking: row.get(first + 11),
        }
    }

    /// What it means for a booking of any service that has nothing otherwise.
    pub(super) fn resolved(&self) -> Policy {
        let reschedule = self.reschedule_deadline_minutes.unwrap_or(self.cancellation_deadline_minutes);
        let no_show = self.no_show_limit.map(|limit| NoShowRule {
            limit: limit.unsigned_abs(),
            days: self.no_show_days.unsigned_abs(),
            action: self.no_show_action,
        });
        Policy {
            auto_confirm: self.auto_confirm,
            min_notice_minutes: self.min_notice_minutes.unsigned_abs(),
            booking_horizon_days: self.booking_horizon_days.unsigned_abs(),
            cancellation_deadline_minutes: self.cancellation_deadline_minutes.unsigned_abs(),
            reschedule_deadline_minutes: reschedule.unsigned_abs(),
            max_open_bookings: self.max_open_bookings.map(i32::unsigned_abs),
            no_show,
        }
    }
}

impl Default for BusinessPolicy {
    fn default() -> Self {
        Self {
            auto_confirm: false,
            min_notice_minutes: 0,
            booking_horizon_days: 365,
            cancellation_deadline_minutes: 0,
            reschedule_deadline_minutes: None,
            max_open_bookings: None,
            no_show_limit: None,
            no_show_days: 365,
            no_show_action: NoShowAction::Confirm,
            staff_choice: StaffChoice::Priority,
            hold_minutes: 10,
            guest_booking: false,
        }
    }
}

impl FromForm for BusinessPolicy {
    fn from_form(form: &mut Form) -> Option<Self> {
        let usual = Self::default();
        let auto_confirm = form.or("auto_confirm", usual.auto_confirm);
        let min_notice = form.optional::<Whole<0, 525_600>>("min_notice_minutes");
        let horizon = form.optional::<Whole<0, 1095>>("booking_horizon_days");
        let cancellation = form.optional::<Whole<0, 525_600>>("cancellation_deadline_minutes");
        let reschedule = form.optional::<Whole<0, 525_600>>("reschedule_deadline_minutes");
        let max_open = form.optional::<Whole<1, 1000>>("max_open_bookings");
        let no_show_limit = form.optional::<Whole<1, 100>>("no_show_limit");
        let no_show_days = form.optional::<Whole<1, 3650>>("no_show_days");
        let no_show_action = form.or("no_show_action", usual.no_show_action);
        let staff_choice = form.or("staff_choice", usual.staff_choice);
        let hold = form.optional::<Whole<1, 60>>("hold_minutes");
        let guest_booking = form.or("guest_booking", usual.guest_booking);
        Some(Self {
            auto_confirm: auto_confirm?,
            min_notice_minutes: min_notice?.map_or(usual.min_notice_minutes, Whole::get),
            booking_horizon_days: horizon?.map_or(usual.booking_horizon_days, Whole::get),
            cancellation_deadline_minutes: cancellation?
                .map_or(usual.cancellation_deadline_minutes, Whole::get),
            reschedule_deadline_minutes: reschedule?.map(Whole::get),
            max_open_bookings: max_open?.map(Whole::get),
            no_show_limit: no_show_limit?.map(Whole::get),
            no_show_days: no_show_days?.map_or(usual.no_show_days, Whole::get),
            no_show_action: no_show_action?,
            staff_choice: staff_choice?,
            hold_minutes: hold?.map_or(usual.hold_minutes, Whole::get),
            guest_booking: guest_booking?,
        })
    }
}

choice_fields!(NoShowAction: NotANoShowAction, StaffChoice: NotAStaffChoice);
