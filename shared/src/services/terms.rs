//! What an owner says about a service.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::view::Need;
use crate::{
    http::{
        Field, Form, FromForm,
        form::{Prose, Text, Whole, text_of},
    },
    ids::LocationId,
    language::Message,
    money::{Amount, Currency},
    scheduling::PolicyOverrides,
};

/// More kinds of things than this no service needs.
const MOST_RESOURCES: usize = 20;

/// A colour as CSS writes it, `#rrggbb`; or nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Color(String);

impl Color {
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

impl Field for Color {
    fn parse(value: &Value) -> Result<Self, Message> {
        let text = text_of(value)?;
        let digits = text.strip_prefix('#').unwrap_or_default();
        let hex = matches!(digits.len(), 3 | 6) && digits.bytes().all(|b| b.is_ascii_hexdigit());
        if text.is_empty() || hex { Ok(Self(text.into_owned())) } else { Err(Message::NotAColor) }
    }

    fn schema() -> Value {
        json!({ "type": "string", "pattern": "^(#[0-9a-fA-F]{3}([0-9a-fA-F]{3})?)?$" })
    }
}

/// Everything an owner decides about a service.
#[derive(Debug)]
pub(super) struct Terms {
    pub(super) name: Text<1, 200>,
    pub(super) description: Prose<2000>,
    pub(super) times: Times,
    pub(super) price_minor: i64,
    pub(super) price_currency: Currency,
    pub(super) is_active: bool,
    pub(super) color: Color,
    /// `None`: the primary one.
    pub(super) location: Option<LocationId>,
    pub(super) overrides: PolicyOverrides,
    pub(super) needs: Vec<Need>,
}

/// The minutes of a visit, and how many come.
#[derive(Clone, Copy, Debug)]
pub(super) struct Times {
    pub(super) duration: i32,
    pub(super) buffer_before: i32,
    pub(super) buffer: i32,
    /// Its start, counted from the visit's, and its length.
    pub(super) gap: Option<(i32, i32)>,
    pub(super) capacity: i32,
    pub(super) step: Option<i32>,
}

impl FromForm for Terms {
    fn from_form(form: &mut Form) -> Option<Self> {
        let name = form.required("name");
        let description = form.or("description", Prose::default());
        let price = form.required::<Amount>("price_amount");
        let currency = form.or("price_currency", Currency::PLN);
        let is_active = form.or("is_active", true);
        let color = form.or("color", Color::default());
        let location = form.unless_empty("location_id");
        let overrides = form.object("policy_overrides");
        let needs = form.list::<Need>("resources", MOST_RESOURCES);
        let times = Times::from_form(form);
        let (price, price_currency) = (price?, currency?);
        let price_minor = match price.in_minor_units(price_currency) {
            Some(minor) => Some(minor),
            None => form.refuse("price_amount", Message::AmountTooFine),
        };
        let needs = needs?;
        let mut seen = HashSet::new();
        if let Some(twice) = needs.iter().position(|need| !seen.insert(need.resource_id)) {
            return form.refuse(&format!("resources.{twice}.resource_id"), Message::GivenTwice);
        }
        Some(Self {
            name: name?,
            description: description?,
            times: times?,
            price_minor: price_minor?,
            price_currency,
            is_active: is_active?,
            color: color?,
            location: location?,
            overrides: overrides?.unwrap_or_default(),
            needs,
        })
    }
}

impl FromForm for Times {
    fn from_form(form: &mut Form) -> Option<Self> {
        let duration = form.required::<Whole<5, 1440>>("duration_minutes");
        let buffer_before = form.optional::<Whole<0, 1440>>("buffer_before_minutes");
        let buffer = form.optional::<Whole<0, 1440>>("buffer_minutes");
        let gap_start = form.optional::<Whole<1, 1440>>("gap_start_minutes");
        let gap_length = form.optional::<Whole<1, 1440>>("gap_minutes");
        let capacity = form.optional::<Whole<1, 1000>>("capacity");
        let step = form.optional::<Whole<5, 1440>>("slot_step_minutes");
        let gap = match (gap_start?.map(Whole::get), gap_length?.map(Whole::get)) {
            (Some(start), Some(length)) => Some((start, length)),
            (None, None) => None,
            (Some(_), None) => return form.refuse("gap_minutes", Message::HalfAGap),
            (None, Some(_)) => return form.refuse("gap_start_minutes", Message::HalfAGap),
        };
        let duration = duration?.get();
        let capacity = capacity?.map_or(1, Whole::get);
        if gap.is_some_and(|(start, length)| start + length >= duration) {
            return form.refuse("gap_minutes", Message::GapOutsideVisit);
        }
        if gap.is_some() && capacity > 1 {
            return form.refuse("gap_minutes", Message::NoGapWithSeats);
        }
        Some(Self {
            duration,
            buffer_before: buffer_before?.map_or(0, Whole::get),
            buffer: buffer?.map_or(0, Whole::get),
            gap,
            capacity,
            step: step?.map(Whole::get),
        })
    }
}

impl FromForm for Need {
    fn from_form(form: &mut Form) -> Option<Self> {
        let resource = form.required("resource_id");
        let quantity = form.optional::<Whole<1, 100>>("quantity");
        Some(Self { resource_id: resource?, quantity: quantity?.map_or(1, Whole::get) })
    }
}

impl FromForm for PolicyOverrides {
    fn from_form(form: &mut Form) -> Option<Self> {
        let auto_confirm = form.optional("auto_confirm");
        let min_notice = form.optional::<Whole<0, 525_600>>("min_notice_minutes");
        let horizon = form.optional::<Whole<0, 1095>>("booking_horizon_days");
        let cancellation = form.optional::<Whole<0, 525_600>>("cancellation_deadline_minutes");
        let reschedule = form.optional::<Whole<0, 525_600>>("reschedule_deadline_minutes");
        let max_open = form.optional::<Whole<1, 1000>>("max_open_bookings");
        Some(Self {
            auto_confirm: auto_confirm?,
            min_notice_minutes: min_notice?.map(|minutes| minutes.get().unsigned_abs()),
            booking_horizon_days: horizon?.map(|days| days.get().unsigned_abs()),
            cancellation_deadline_minutes: cancellation?.map(|minutes| minutes.get().unsigned_abs()),
            reschedule_deadline_minutes: reschedule?.map(|minutes| minutes.get().unsigned_abs()),
            max_open_bookings: max_open?.map(|most| most.get().unsigned_abs()),
        })
    }
}
