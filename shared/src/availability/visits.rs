//! The starts of several services in a row, had as one visit.

use jiff::{SignedDuration, civil::Date};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::{AddOns, Loaded, Part, load_parts, local_instant};
use crate::{
    app::App,
    businesses::BusinessRef,
    http::{ApiError, Field, Form, FromForm, form::Whole},
    ids::{ServiceId, StaffMemberId},
    language::Message,
    scheduling::{Chain, DateRange, Plan},
};

/// The fewest services that are a visit of several.
pub const FEWEST_PARTS: usize = 2;
/// The most services that are had as one.
pub const MOST_PARTS: usize = 5;

/// How long a customer is willing to wait between one part of a visit and the next, in minutes; not at all, if they do not
/// say so.
#[derive(Clone, Copy, Debug, Default)]
pub struct MaxWait(Option<Whole<0, 120>>);

impl MaxWait {
    /// In minutes.
    #[must_use]
    pub fn minutes(self) -> i32 {
        self.0.map_or(0, Whole::get)
    }

    /// The same.
    #[must_use]
    pub fn duration(self) -> SignedDuration {
        SignedDuration::from_mins(self.minutes().into())
    }
}

impl Field for MaxWait {
    fn parse(value: &Value) -> Result<Self, Message> {
        Whole::parse(value).map(|minutes| Self(Some(minutes)))
    }

    fn schema() -> Value {
        Whole::<0, 120>::schema()
    }
}

/// Services that are loaded, as parts of one visit in their order.
#[must_use]
pub fn in_a_row(loaded: &[Loaded], max_wait: SignedDuration) -> Chain<'_> {
    Chain { parts: loaded.iter().map(|loaded| &loaded.schedule).collect(), max_wait }
}

/// The first part that is at another location than the one before, where a visit cannot be at both.
#[must_use]
pub fn elsewhere(loaded: &[Loaded]) -> Option<usize> {
    let place = |loaded: &Loaded| loaded.business.location_of(loaded.service.location);
    let together = |pair: &[Loaded]| place(&pair[0]) == place(&pair[1]);
    loaded.windows(2).position(|pair| !together(pair)).map(|index| index + 1)
}

/// A value for each part, in their order: in a query string with a mark between, where nothing between two marks is none.
fn each<T: Field>(value: &Value, mark: char) -> Result<Vec<Option<T>>, Message> {
    let Value::String(text) = value else { return Err(Message::NotText) };
    let items: Vec<&str> = text.split(mark).map(str::trim).collect();
    if items.len() > MOST_PARTS {
        return Err(Message::TooManyItems(MOST_PARTS));
    }
    let read = |item: &str| (!item.is_empty()).then(|| T::parse(&json!(item))).transpose();
    items.into_iter().map(read).collect()
}

/// Each part's service.
struct Services(Vec<ServiceId>);

impl Field for Services {
    fn parse(value: &Value) -> Result<Self, Message> {
        let services: Vec<ServiceId> = each(value, ',')?.into_iter().flatten().collect();
        if services.len() < FEWEST_PARTS {
            Err(Message::TooFewItems(FEWEST_PARTS))
        } else {
            Ok(Self(services))
        }
    }

    fn schema() -> Value {
        let item = ServiceId::schema();
        json!({ "type": "array", "minItems": FEWEST_PARTS, "maxItems": MOST_PARTS, "items": item })
    }
}

/// Each part's staff member; nobody in particular where there is nothing between two commas.
#[derive(Default)]
struct Staff(Vec<Option<StaffMemberId>>);

impl Field for Staff {
    fn parse(value: &Value) -> Result<Self, Message> {
        each(value, ',').map(Self)
    }

    fn schema() -> Value {
        json!({ "type": "array", "maxItems": MOST_PARTS, "items": { "type": "string" } })
    }
}

/// What is added to each part: commas within a part, semicolons between parts.
#[derive(Default)]
struct Added(Vec<Option<AddOns>>);

impl Field for Added {
    fn parse(value: &Value) -> Result<Self, Message> {
        each(value, ';').map(Self)
    }
}

/// What someone wants to know.
pub(super) struct Question {
    services: Services,
    date: Date,
    days: Option<Whole<1, 31>>,
    staff: Staff,
    added: Added,
    max_wait: MaxWait,
}

impl FromForm for Question {
    fn from_form(form: &mut Form) -> Option<Self> {
        let services = form.required::<Services>("service_ids");
        let date = form.required("date");
        let days = form.optional("days");
        let staff = form.or("staff_ids", Staff::default());
        let added = form.or("add_on_ids", Added::default());
        let max_wait = form.or("max_wait_minutes", MaxWait::default());
        let (services, staff, added) = (services?, staff?, added?);
        let parts = services.0.len();
        for (name, length) in [("staff_ids", staff.0.len()), ("add_on_ids", added.0.len())] {
            if length > parts {
                return form.refuse(name, Message::TooManyItems(parts));
            }
        }
        Some(Self { services, date: date?, days: days?, staff, added, max_wait: max_wait? })
    }
}

/// The starts of a visit of several services.
#[derive(Serialize, ToSchema)]
#[schema(as = VisitAvailability)]
pub(super) struct Answer {
    /// The date that was asked for, and the following ones if `days` was given.
    days: Vec<Day>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = VisitDay)]
struct Day {
    date: Date,
    starts: Vec<Possible>,
}

/// A start at which all parts can be had, with the way that takes the least waiting.
#[derive(Serialize, ToSchema)]
#[schema(as = VisitStart)]
struct Possible {
    /// `HH:MM`, in the business's zone.
    time: String,
    start: String,
    /// When the last part is over.
    end: String,
    parts: Vec<StartOfPart>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = VisitStartPart)]
struct StartOfPart {
    service_id: ServiceId,
    start: String,
    end: String,
    /// Who is free for it while the first of each other part's has that one, in the business's order: not necessarily the
    /// one whom somebody gets who does not mind.
    staff_ids: Vec<StaffMemberId>,
}

/// The starts of a visit.
///
/// # Errors
/// Those of [`load_parts`]; `VALIDATION_ERROR` for services at several locations.
pub(super) async fn starts(
    app: &App,
    business: &BusinessRef,
    question: &Question,
) -> Result<Answer, ApiError> {
    let now = app.now();
    let Question { services, date, days, staff, added, max_wait } = question;
    let length = days.and_then(|days| u16::try_from(days.get()).ok()).unwrap_or(1);
    let dates = DateRange { first: *date, days: length };
    let part = |(index, service): (usize, &ServiceId)| Part {
        service: *service,
        only: staff.0.get(index).copied().flatten(),
        add_ons: added.0.get(index).and_then(Option::as_ref).map_or(&[], AddOns::as_slice),
        longer_by: 0,
    };
    let parts: Vec<Part<'_>> = services.0.iter().enumerate().map(part).collect();
    let loaded = load_parts(&app.connection().await?, business, &parts, dates, None, now).await?;
    if elsewhere(&loaded).is_some() {
        return Err(ApiError::invalid_field("service_ids", Message::NotAtOneLocation));
    }
    let chain = in_a_row(&loaded, max_wait.duration());
    let day = |date| {
        let starts = chain.plans_on(date, now).iter().map(|plan| Possible::new(plan, &loaded)).collect();
        Day { date, starts }
    };
    Ok(Answer { days: dates.dates().map(day).collect() })
}

impl Possible {
    fn new(plan: &Plan, loaded: &[Loaded]) -> Self {
        let part = |(part, loaded): (&crate::scheduling::PlannedPart, &Loaded)| {
            let local = |instant| local_instant(instant, &loaded.schedule.zone);
            let (start, end) = (local(part.offer.times.start), local(part.offer.times.end));
            StartOfPart { service_id: loaded.service.id, start, end, staff_ids: part.staff.clone() }
        };
        let parts: Vec<StartOfPart> = plan.parts.iter().zip(loaded).map(part).collect();
        let edge = |part: Option<&StartOfPart>, of: fn(&StartOfPart) -> &String| part.map(of).cloned();
        Self {
            time: plan.time.to_string(),
            start: edge(parts.first(), |part| &part.start).unwrap_or_default(),
            end: edge(parts.last(), |part| &part.end).unwrap_or_default(),
            parts,
        }
    }
}
