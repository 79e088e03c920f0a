//! What a list of businesses is narrowed down to and ordered by, read from the query string.

use jiff::civil::Date;
use serde_json::{Value, json};

use super::fields::Coordinate;
use crate::{
    http::{
        Field, Form, FromForm,
        form::{Text, text_of},
    },
    language::{Category, Message},
    money::Amount,
};

/// How far around a point is looked, in km, if nothing is said.
const USUAL_RADIUS: f64 = 50.0;
const LARGEST_RADIUS: i32 = 500;

/// The order of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ordering {
    /// What was searched for most of all.
    Relevance,
    /// The alphabet.
    Name,
    /// The nearest first.
    Distance,
    /// The best rated first.
    Rating,
}

impl Field for Ordering {
    fn parse(value: &Value) -> Result<Self, Message> {
        match &*text_of(value)? {
            "relevance" => Ok(Self::Relevance),
            "name" => Ok(Self::Name),
            "distance" => Ok(Self::Distance),
            "rating" => Ok(Self::Rating),
            _ => Err(Message::NotAnOrdering),
        }
    }

    fn schema() -> Value {
        json!({ "type": "string", "enum": ["relevance", "name", "distance", "rating"] })
    }
}

/// A circle on the map.
#[derive(Clone, Copy, Debug)]
pub(super) struct Near {
    /// In degrees.
    pub(super) latitude: f64,
    /// In degrees.
    pub(super) longitude: f64,
    pub(super) radius_km: f64,
}

impl Near {
    fn new(latitude: Coordinate<90>, longitude: Coordinate<180>, radius: Option<Radius>) -> Self {
        let radius_km = radius.map_or(USUAL_RADIUS, |Radius(km)| km);
        Self { latitude: latitude.degrees(), longitude: longitude.degrees(), radius_km }
    }
}

/// What a business has to fulfil; all of it.
#[derive(Debug)]
pub(super) struct Filter {
    pub(super) category: Option<Category>,
    /// Text whose every word is found in its name, city or services, or nearly.
    pub(super) search: Option<String>,
    /// Text whose every word is part of its city's name.
    pub(super) city: Option<String>,
    pub(super) near: Option<Near>,
    /// It offers something for that much.
    pub(super) price_max: Option<Amount>,
    pub(super) open_now: bool,
    /// It has a start to offer on that date.
    pub(super) available_on: Option<Date>,
    pub(super) ordering: Ordering,
    /// Whether the list says when each has its next start.
    pub(super) next_available: bool,
}

impl FromForm for Filter {
    fn from_form(form: &mut Form) -> Option<Self> {
        let category = form.unless_empty("category");
        // Nothing but blanks is no search. Nothing but punctuation is one, and finds nothing.
        let search = form.unless_empty::<Text<1, 200>>("search");
        let city = form.unless_empty::<Text<1, 100>>("city");
        let latitude = form.unless_empty("lat");
        let longitude = form.unless_empty("lng");
        let radius = form.unless_empty("radius_km");
        let price_max = form.unless_empty("price_max");
        let open_now = form.or("open_now", false);
        let available_on = form.unless_empty("available_on");
        let next_available = form.or("next_available", false);
        let ordering = form.unless_empty("ordering");
        let near = match (latitude?, longitude?, radius?) {
            (Some(latitude), Some(longitude), radius) => Some(Near::new(latitude, longitude, radius)),
            (Some(_), None, _) => form.refuse("lng", Message::HalfAPoint)?,
            (None, Some(_), _) => form.refuse("lat", Message::HalfAPoint)?,
            (None, None, Some(_)) => form.refuse("radius_km", Message::NeedsAPoint)?,
            (None, None, None) => None,
        };
        let search = search?.map(String::from);
        Some(Self {
            category: category?,
            city: city?.map(String::from),
            price_max: price_max?,
            open_now: open_now?,
            available_on: available_on?,
            next_available: next_available?,
            ordering: usual(form, ordering?, search.is_some(), near.is_some())?,
            search,
            near,
        })
    }
}

impl Filter {
    /// Whether it is words that businesses are found by.
    pub(super) fn by_words(&self) -> bool {
        self.search.is_some() || self.city.is_some()
    }

    /// Whether businesses that are found by words, place and category have to be looked at one by one.
    pub(super) fn looks_closer(&self) -> bool {
        self.price_max.is_some() || self.open_now || self.available_on.is_some()
    }

    /// Whether nothing but the category narrows the list down.
    pub(super) fn is_whole_category(&self) -> bool {
        !self.by_words() && self.near.is_none() && !self.looks_closer()
    }
}

/// The order that was asked for, or what is usual.
fn usual(form: &mut Form, asked: Option<Ordering>, searched: bool, has_point: bool) -> Option<Ordering> {
    match asked {
        Some(Ordering::Distance) if !has_point => form.refuse("ordering", Message::NeedsAPoint),
        // Without words, everything is as relevant as everything else.
        None | Some(Ordering::Relevance) if !searched => Some(Ordering::Name),
        asked => Some(asked.unwrap_or(Ordering::Relevance)),
    }
}

/// A distance in km.
struct Radius(f64);

impl Field for Radius {
    fn parse(value: &Value) -> Result<Self, Message> {
        let km: Option<f64> = text_of(value)?.parse().ok();
        let km = km.filter(|km| (0.0..=f64::from(LARGEST_RADIUS)).contains(km));
        km.map(Self).ok_or(Message::OutOfRange(0, LARGEST_RADIUS))
    }

    fn schema() -> Value {
        json!({ "type": "number", "minimum": 0, "maximum": LARGEST_RADIUS, "default": USUAL_RADIUS })
    }
}
