//! What a customer wants to book as one.

use jiff::{SignedDuration, civil::Date};

use crate::{
    accounts::Keys,
    availability::{self, AddOns, FEWEST_PARTS, MOST_PARTS, MaxWait},
    http::{Form, FromForm, form::Prose},
    ids::{BusinessId, ServiceId, StaffMemberId},
    intake::{self, Given},
    language::Message,
    scheduling::MinuteOfDay,
};

/// Several services in a row.
#[derive(Debug)]
pub(in crate::appointments) struct VisitWish {
    pub(super) date: Date,
    pub(super) time: MinuteOfDay,
    /// In the order in which they are wanted.
    pub(super) parts: Vec<PartWish>,
    pub(super) max_wait: MaxWait,
    /// The same for all parts.
    pub(super) notes: Prose<500>,
}

/// One of them.
#[derive(Debug)]
pub(super) struct PartWish {
    pub(super) service: ServiceId,
    /// `None`: anyone who offers it.
    pub(super) staff: Option<StaffMemberId>,
    pub(super) add_ons: AddOns,
    /// To what the business asks of whoever books this service.
    pub(super) answers: Vec<Given>,
}

impl FromForm for VisitWish {
    fn from_form(form: &mut Form) -> Option<Self> {
        let date = form.required("date");
        let time = form.required("start_time");
        let parts = form.list::<PartWish>("parts", MOST_PARTS);
        let max_wait = form.or("max_wait_minutes", MaxWait::default());
        let notes = form.or("notes", Prose::default());
        let parts = match parts? {
            few if few.len() < FEWEST_PARTS => form.refuse("parts", Message::TooFewItems(FEWEST_PARTS)),
            parts => Some(parts),
        };
        Some(Self { date: date?, time: time?, parts: parts?, max_wait: max_wait?, notes: notes? })
    }
}

impl FromForm for PartWish {
    fn from_form(form: &mut Form) -> Option<Self> {
        let service = form.required("service_id");
        let staff = form.unless_empty("staff_id");
        let add_ons = form.or("add_on_ids", AddOns::default());
        let answers = form.list("answers", intake::MOST_ANSWERS);
        Some(Self { service: service?, staff: staff?, add_ons: add_ons?, answers: answers? })
    }
}

impl VisitWish {
    /// The parts, as they are looked for.
    pub(super) fn wanted(&self) -> Vec<availability::Part<'_>> {
        let part = |part: &'_ PartWish| (part.service, part.staff);
        let parts = self.parts.iter().map(|wish| (part(wish), wish.add_ons.as_slice()));
        parts
            .map(|((service, only), add_ons)| availability::Part { service, only, add_ons, longer_by: 0 })
            .collect()
    }

    pub(super) fn max_wait(&self) -> SignedDuration {
        self.max_wait.duration()
    }

    /// Everything that makes this wish another one than another, for its idempotency key.
    pub(super) fn in_one_line(&self, business: BusinessId, keys: &Keys) -> String {
        let Self { date, time, parts, max_wait, notes } = self;
        let whole = format!("visit {business} {date} {time} {} {}", max_wait.minutes(), notes.as_str());
        let part = |PartWish { service, staff, add_ons, answers }: &PartWish| {
            // Nobody is to find out what was answered by trying.
            let answers = keys.fingerprint(&answers.iter().map(Given::in_one_line).collect::<String>());
            format!(" / {service} {staff:?} {:?} {answers}", add_ons.as_slice())
        };
        std::iter::once(whole).chain(parts.iter().map(part)).collect()
    }
}
