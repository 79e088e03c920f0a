//! What a list of businesses is narrowed down to and ordered by, read from the query string.

use jiff::civil::Date;
use serde_json::Value;

use super::fields::Coordinate;
use crate::{
    http::{
        ApiError, Field, Query,
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
        match text_of(value)? {
            "relevance" => Ok(Self::Relevance),
            "name" => Ok(Self::Name),
            "distance" => Ok(Self::Distance),
            "rating" => Ok(Self::Rating),
            _ => Err(Message::NotAnOrdering),
        }
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
}

impl Filter {
    /// The filter that a query string asks for.
    pub(super) fn from_query(query: &Query) -> Result<Self, ApiError> {
        let search = words(query.optional::<Text<0, 200>>("search")?);
        let near = near(query)?;
        Ok(Self {
            category: query.optional("category")?,
            city: words(query.optional::<Text<0, 100>>("city")?),
            price_max: query.optional("price_max")?,
            open_now: query.switch("open_now")?,
            available_on: query.optional("available_on")?,
            ordering: ordering(query, search.is_some(), near.is_some())?,
            search,
            near,
        })
    }

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

/// Nothing but blanks is no filter. Nothing but punctuation is one, and finds nothing.
fn words<const MAX: usize>(text: Option<Text<0, MAX>>) -> Option<String> {
    text.map(String::from).filter(|text| !text.is_empty())
}

fn near(query: &Query) -> Result<Option<Near>, ApiError> {
    let latitude = query.optional::<Coordinate<90>>("lat")?.map(Coordinate::degrees);
    let longitude = query.optional::<Coordinate<180>>("lng")?.map(Coordinate::degrees);
    let radius = query.optional::<Radius>("radius_km")?;
    match (latitude, longitude) {
        (Some(latitude), Some(longitude)) => {
            let radius_km = radius.map_or(USUAL_RADIUS, |Radius(km)| km);
            Ok(Some(Near { latitude, longitude, radius_km }))
        }
        (Some(_), None) => Err(ApiError::invalid_field("lng", Message::HalfAPoint)),
        (None, Some(_)) => Err(ApiError::invalid_field("lat", Message::HalfAPoint)),
        (None, None) if radius.is_some() => Err(ApiError::invalid_field("radius_km", Message::NeedsAPoint)),
        (None, None) => Ok(None),
    }
}

/// The order that was asked for, or what is usual.
fn ordering(query: &Query, searched: bool, has_point: bool) -> Result<Ordering, ApiError> {
    match query.optional("ordering")? {
        Some(Ordering::Distance) if !has_point => {
            Err(ApiError::invalid_field("ordering", Message::NeedsAPoint))
        }
        // Without words, everything is as relevant as everything else.
        None | Some(Ordering::Relevance) if !searched => Ok(Ordering::Name),
        asked => Ok(asked.unwrap_or(Ordering::Relevance)),
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
}
