//! What became of a visit, as the changes of its status; its columns and its history both follow from them.

use jiff::{SignedDuration, Timestamp};

use super::dice::Dice;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    Pending,
    Confirmed,
    Completed,
    Cancelled,
    NoShow,
}

impl Status {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Confirmed => "confirmed",
            Self::Completed => "completed",
            Self::Cancelled => "cancelled",
            Self::NoShow => "no_show",
        }
    }
}

#[derive(Clone, Copy)]
pub(super) enum Actor {
    Customer,
    Business,
}

impl Actor {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Business => "business",
        }
    }
}

#[derive(Clone, Copy)]
pub(super) struct Change {
    pub(super) to: Status,
    pub(super) at: Timestamp,
    pub(super) by: Actor,
    pub(super) reason: &'static str,
}

/// The changes of a visit's status up to `now`, in order; there is at least the booking.
pub(super) struct Course(Vec<Change>);

impl Course {
    pub(super) fn new(
        starts_at: Timestamp,
        ends_at: Timestamp,
        auto_confirm: bool,
        now: Timestamp,
        dice: &mut Dice,
    ) -> Self {
        let outcome = outcome(starts_at, ends_at, auto_confirm, now, dice);
        let booked_at = match outcome {
            Status::Pending => now - hours(2 + dice.roll(16)),
            // So early that neither the notice nor the deadline of any place gets in the way of what follows.
            _ => starts_at.min(now) - hours(72 + dice.roll(96)),
        };
        let change = |to, at, by| Change { to, at, by, reason: "" };
        let mut changes = Vec::new();
        if auto_confirm {
            changes.push(change(Status::Confirmed, booked_at, Actor::Customer));
        } else {
            changes.push(change(Status::Pending, booked_at, Actor::Customer));
            if outcome != Status::Pending {
                changes.push(change(Status::Confirmed, booked_at + hours(1 + dice.roll(8)), Actor::Business));
            }
        }
        match outcome {
            Status::Pending | Status::Confirmed => {}
            Status::Completed | Status::NoShow => changes.push(change(outcome, ends_at, Actor::Business)),
            Status::Cancelled => changes.push(cancellation(booked_at + hours(20), dice)),
        }
        Self(changes)
    }

    pub(super) fn changes(&self) -> &[Change] {
        &self.0
    }

    pub(super) fn booked(&self) -> Change {
        self.0[0]
    }

    pub(super) fn latest(&self) -> Change {
        self.0[self.0.len() - 1]
    }

    /// The change to `status`, if it came to that.
    pub(super) fn change_to(&self, status: Status) -> Option<Change> {
        self.0.iter().copied().find(|change| change.to == status)
    }
}

/// Most visits take place; what is further away than a day may still wait for confirmation.
fn outcome(
    starts_at: Timestamp,
    ends_at: Timestamp,
    auto_confirm: bool,
    now: Timestamp,
    dice: &mut Dice,
) -> Status {
    let roll = dice.roll(20);
    if ends_at <= now {
        match roll {
            0 | 1 => Status::Cancelled,
            2 => Status::NoShow,
            _ => Status::Completed,
        }
    } else if starts_at <= now + hours(24) {
        Status::Confirmed
    } else {
        match roll {
            0 | 1 => Status::Cancelled,
            2..=7 if !auto_confirm => Status::Pending,
            _ => Status::Confirmed,
        }
    }
}

fn cancellation(at: Timestamp, dice: &mut Dice) -> Change {
    let causes = [
        (Actor::Customer, "Zmiana planów."),
        (Actor::Customer, ""),
        (Actor::Customer, "Choroba."),
        (Actor::Business, "Nieobecność pracownika."),
    ];
    let (by, reason) = dice.pick(&causes);
    Change { to: Status::Cancelled, at, by, reason }
}

fn hours(hours: u16) -> SignedDuration {
    SignedDuration::from_hours(hours.into())
}
