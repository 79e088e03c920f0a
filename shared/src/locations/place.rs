//! A location as everyone sees it, and SQL for statements that read one with something else. In all of it, `place` is the
//! location.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    http::{Form, FromForm},
    ids::LocationId,
};

/// Where a business is, or one of the places where it is.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Location {
    id: LocationId,
    /// What it is called among those of its business; empty if it is called nothing.
    name: String,
    address_line1: String,
    address_line2: String,
    city: String,
    postal_code: String,
    country: String,
    /// Decimal degrees with six places.
    latitude: Option<String>,
    longitude: Option<String>,
    /// One line, as on an envelope.
    address: String,
    /// Empty: that of the business.
    phone_number: String,
    /// Whether it is the first one, whose address is the business's.
    is_primary: bool,
    /// How many services can be booked there.
    services_count: i64,
}

impl Location {
    /// Whether it is the first one.
    pub(super) fn is_primary(&self) -> bool {
        self.is_primary
    }
}

/// A location's address in one line.
pub const ADDRESS: &str = "
    concat_ws(', ', nullif(place.address_line1, ''), nullif(place.address_line2, ''), place.postal_code || ' ' || place.city)";

/// Whether a service, of the table `services`, takes place at a location of its own business.
pub const OFFERED_THERE: &str =
    "(services.location_id = place.id or services.location_id is null and place.is_primary)";

/// A [`Location`].
pub static AS_JSON: LazyLock<String> = LazyLock::new(|| {
    format!(
        "jsonb_build_object(
             'id', place.id, 'name', place.label, 'address_line1', place.address_line1,
             'address_line2', place.address_line2, 'city', place.city, 'postal_code', place.postal_code,
             'country', place.country, 'latitude', place.latitude::text, 'longitude', place.longitude::text,
             'address', {ADDRESS}, 'phone_number', place.telephone, 'is_primary', place.is_primary,
             'services_count',
             (select count(*) from services
              where services.business_id = place.business_id and services.is_active and services.retired_at is null
                and {OFFERED_THERE}))"
    )
});

/// Whether a location is the one of a business that a visitor is shown: the one with the id `$3`, or the primary one if
/// that is null.
pub const IS_SHOWN: &str = "
    place.business_id = businesses.id and place.given_up_at is null
    and case when $3 is null then place.is_primary else place.id = $3 end";

/// What of a business in several places is shown.
#[derive(Clone, Copy, Debug)]
pub enum Shown {
    /// What is at one of its locations; at the primary one unless it says which.
    At(Option<LocationId>),
    /// All of it.
    Everywhere,
}

impl Shown {
    /// What those who work at a business see: all of it, unless they ask for one location.
    #[must_use]
    pub fn to_colleagues(location: Option<LocationId>) -> Self {
        location.map_or(Self::Everywhere, |location| Self::At(Some(location)))
    }

    /// The location that was asked for.
    #[must_use]
    pub fn location(self) -> Option<LocationId> {
        match self {
            Self::At(location) => location,
            Self::Everywhere => None,
        }
    }
}

/// `?location_id=`: the location that something is asked about, if it is.
#[derive(Clone, Copy, Debug)]
pub struct Asked(pub Option<LocationId>);

impl FromForm for Asked {
    fn from_form(form: &mut Form) -> Option<Self> {
        form.unless_empty("location_id").map(Self)
    }
}
