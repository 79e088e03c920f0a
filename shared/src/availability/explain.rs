//! Why a start is not offered, in the engine's own words: for those who work there in full, for everybody else without
//! what concerns other people.

use jiff::{Timestamp, civil::Date};
use serde::Serialize;
use utoipa::ToSchema;

use super::{AddOns, Loaded, Wanted, load, local_instant};
use crate::{
    app::App,
    appointments,
    businesses::BusinessRef,
    http::{ApiError, Form, FromForm},
    ids::{AppointmentId, ResourceId, ServiceId, StaffMemberId},
    language::{Language, Message, Reason},
    scheduling::{DateRange, Explained, MinuteOfDay, Rule, Span},
};

/// Which start.
pub(super) struct Question {
    service: ServiceId,
    date: Date,
    time: MinuteOfDay,
    staff: Option<StaffMemberId>,
    add_ons: AddOns,
}

impl FromForm for Question {
    fn from_form(form: &mut Form) -> Option<Self> {
        let service = form.required("service_id");
        let date = form.required("date");
        let time = form.required("time");
        let staff = form.optional("staff_id");
        let add_ons = form.or("add_on_ids", AddOns::default());
        Some(Self { service: service?, date: date?, time: time?, staff: staff?, add_ons: add_ons? })
    }
}

/// One start, and what is against it.
#[derive(Serialize, ToSchema)]
#[schema(as = ExplainedStart)]
pub(super) struct Explanation {
    service_id: ServiceId,
    date: Date,
    /// `HH:MM`, in the business's zone.
    time: String,
    /// Its instant; null where the clock never shows it.
    start: Option<String>,
    /// Whether it can be booked with anyone.
    is_offered: bool,
    /// What is against it with whoever comes nearest to offering it.
    reason: Option<Objection>,
    staff: Vec<OfStaff>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = ExplainedStaff)]
struct OfStaff {
    staff_id: StaffMemberId,
    is_offered: bool,
    reasons: Vec<Objection>,
}

/// One rule that is against a start.
#[derive(Clone, Serialize, ToSchema)]
struct Objection {
    reason: Reason,
    message: String,
    /// Whose time it is; only for those who work there.
    #[serde(skip_serializing_if = "Option::is_none")]
    appointment_ids: Option<Vec<AppointmentId>>,
    /// What is taken; only for those who work there.
    #[serde(skip_serializing_if = "Option::is_none")]
    resource_id: Option<ResourceId>,
}

/// Explains a start.
///
/// # Errors
/// Those of [`load()`].
pub(super) async fn explain(
    app: &App,
    business: &BusinessRef,
    question: &Question,
    language: Language,
    works_there: bool,
) -> Result<Explanation, ApiError> {
    let now = app.now();
    let Question { service, date, time, staff, ref add_ons } = *question;
    let connection = app.connection().await?;
    let dates = DateRange::from(date);
    let wanted = Wanted {
        business,
        service,
        only: staff,
        dates,
        add_ons: add_ons.as_slice(),
        longer_by: 0,
        leaving: None,
    };
    let Loaded { schedule, .. } = load(&connection, &wanted, now).await?;
    let explained = schedule.explain(date, time, now);
    let booked = if works_there { in_the_way(&connection, &explained).await? } else { Vec::new() };
    let teller = Teller { language, works_there, booked: &booked };
    let is_offered = explained.iter().any(|staff| staff.rules.is_empty());
    let nearest = explained
        .iter()
        .filter_map(|staff| Some((*staff.rules.first()?, staff)))
        .max_by_key(|(rule, _)| *rule);
    let reason = match nearest {
        _ if is_offered => None,
        Some((rule, staff)) => Some(teller.objection(rule, staff)),
        None => Some(teller.told(Reason::NobodyOffers)),
    };
    let start = explained.iter().find_map(|staff| staff.times).map(|times| times.start);
    Ok(Explanation {
        service_id: service,
        date,
        time: time.to_string(),
        start: start.map(|start: Timestamp| local_instant(start, &schedule.zone)),
        is_offered,
        reason,
        staff: explained.iter().map(|staff| teller.of(staff)).collect(),
    })
}

/// What is booked around the visit, in one query for all staff.
async fn in_the_way(
    on: &crate::db::Connection,
    explained: &[Explained],
) -> Result<Vec<(StaffMemberId, AppointmentId)>, ApiError> {
    let staff: Vec<StaffMemberId> = explained.iter().map(|staff| staff.staff).collect();
    match Span::around(explained.iter().filter_map(|staff| Some(staff.times?.busy))) {
        Some(around) => Ok(appointments::in_the_way(on, &staff, around).await?),
        None => Ok(Vec::new()),
    }
}

/// Says to somebody what is against a start.
struct Teller<'a> {
    language: Language,
    works_there: bool,
    booked: &'a [(StaffMemberId, AppointmentId)],
}

impl Teller<'_> {
    fn of(&self, staff: &Explained) -> OfStaff {
        let mut reasons: Vec<Objection> =
            staff.rules.iter().map(|rule| self.objection(*rule, staff)).collect();
        // To strangers several rules are one reason.
        reasons.dedup_by_key(|objection| objection.reason);
        OfStaff { staff_id: staff.staff, is_offered: reasons.is_empty(), reasons }
    }

    fn objection(&self, rule: Rule, staff: &Explained) -> Objection {
        let told = self.told(if self.works_there { in_full(rule) } else { in_public(rule) });
        match rule {
            _ if !self.works_there => told,
            Rule::Taken | Rule::Buffer | Rule::ClassFull => {
                let of_theirs = self.booked.iter().filter(|(whose, _)| *whose == staff.staff);
                Objection { appointment_ids: Some(of_theirs.map(|(_, id)| *id).collect()), ..told }
            }
            Rule::Resource(id) => Objection { resource_id: Some(id), ..told },
            _ => told,
        }
    }

    fn told(&self, reason: Reason) -> Objection {
        let message = Message::NotOffered(reason).text(self.language).into_owned();
        Objection { reason, message, appointment_ids: None, resource_id: None }
    }
}

/// A rule, as those hear it who work there.
#[must_use]
pub fn in_full(rule: Rule) -> Reason {
    match rule {
        Rule::TooSoon => Reason::TooSoon,
        Rule::BeyondHorizon => Reason::BeyondHorizon,
        Rule::NoSuchTime => Reason::NoSuchTime,
        Rule::NobodyOffers => Reason::NobodyOffers,
        Rule::Closed => Reason::Closed,
        Rule::Holiday => Reason::Holiday,
        Rule::DayOff => Reason::DayOff,
        Rule::OutsideHours => Reason::OutsideHours,
        Rule::OffStep => Reason::OffStep,
        Rule::EndsAfterHours => Reason::EndsAfterHours,
        Rule::Break => Reason::Break,
        Rule::TimeOff => Reason::TimeOff,
        Rule::ClassFull => Reason::ClassFull,
        Rule::Taken => Reason::Taken,
        Rule::Buffer => Reason::Buffer,
        Rule::Resource(_) => Reason::Resource,
    }
}

/// Nobody learns from it when somebody is on leave, or who needs time around their visit.
fn in_public(rule: Rule) -> Reason {
    match rule {
        Rule::DayOff | Rule::TimeOff | Rule::Break => Reason::NotWorking,
        Rule::Buffer | Rule::Resource(_) => Reason::Taken,
        other => in_full(other),
    }
}
