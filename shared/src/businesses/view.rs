//! A business as clients see it: in lists, and in detail.

use std::sync::LazyLock;

use serde::Serialize;
use tokio_postgres::types::Json;
use utoipa::ToSchema;

use super::{
    policy::{BusinessPolicy, POLICY},
    reference::{BusinessRef, NAMED},
};
use crate::{
    db::{self, Row, Sql},
    ids::{BusinessId, LocationId},
    language::Category,
    locations::{AS_JSON, IS_SHOWN, Location, OFFERED_THERE, Shown},
};

/// A business in list form.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Summary {
    id: BusinessId,
    name: String,
    slug: String,
    category: Category,
    description: String,
    /// Which of its locations this is: where it is not said, the first one.
    location_id: LocationId,
    city: String,
    address_line1: String,
    address_line2: String,
    postal_code: String,
    country: String,
    phone_number: String,
    website_url: String,
    services_count: i64,
    /// Decimal degrees with six places.
    latitude: Option<String>,
    longitude: Option<String>,
    /// One line, as on an envelope.
    address: String,
    rating_average: Option<f64>,
    rating_count: i32,
    logo_url: Option<String>,
}

/// Columns of a [`Summary`], of `businesses` joined with one of its locations as `place`, with what is offered there.
pub(super) static SUMMARY: LazyLock<String> = LazyLock::new(|| summary_counting(OFFERED_THERE));
/// The same with what is offered anywhere.
pub(super) static WHOLE_SUMMARY: LazyLock<String> = LazyLock::new(|| summary_counting("true"));

fn summary_counting(which: &str) -> String {
    format!(
        "businesses.id, businesses.name, businesses.slug, businesses.category, businesses.description,
         place.city, place.address_line1, place.address_line2, place.postal_code, place.country,
         coalesce(nullif(case when not place.is_primary then place.telephone end, ''), businesses.phone_number),
         businesses.website_url,
         (select count(*) from services
          where services.business_id = businesses.id and services.is_active and services.retired_at is null
            and {which}),
         place.latitude::text, place.longitude::text,
         businesses.rating_average::float8, businesses.rating_count, businesses.logo_url, place.id"
    )
}

/// How many columns [`SUMMARY`] has.
pub(super) const SUMMARY_WIDTH: usize = 19;

impl Summary {
    pub(super) fn id(&self) -> BusinessId {
        self.id
    }

    pub(super) fn location_id(&self) -> LocationId {
        self.location_id
    }
}

impl From<&Row> for Summary {
    fn from(row: &Row) -> Self {
        let (city, postal_code): (String, String) = (row.get(5), row.get(8));
        let (line1, line2): (String, String) = (row.get(6), row.get(7));
        let street = [line1.as_str(), line2.as_str()].into_iter().filter(|line| !line.is_empty());
        let address = street.chain([format!("{postal_code} {city}").as_str()]).collect::<Vec<_>>().join(", ");
        Self {
            id: row.get(0),
            name: row.get(1),
            slug: row.get(2),
            category: row.get(3),
            description: row.get(4),
            location_id: row.get(18),
            city,
            address_line1: line1,
            address_line2: line2,
            postal_code,
            country: row.get(9),
            phone_number: row.get(10),
            website_url: row.get(11),
            services_count: row.get(12),
            latitude: row.get(13),
            longitude: row.get(14),
            address,
            rating_average: row.get(15),
            rating_count: row.get(16),
            logo_url: row.get(17),
        }
    }
}

/// What the detail form has beyond the list form, of the business itself.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Detail {
    #[serde(flatten)]
    summary: Summary,
    email: String,
    timezone: String,
    currency: String,
    booking_policy: BusinessPolicy,
    /// Where it is: the first one, whose address is the business's, before the others.
    locations: Vec<Location>,
}

pub(super) async fn detail(
    on: &impl Sql,
    business: &BusinessRef,
    shown: Shown,
) -> Result<Option<Detail>, db::Error> {
    let summary = match shown {
        Shown::At(_) => &*SUMMARY,
        Shown::Everywhere => &*WHOLE_SUMMARY,
    };
    let sql = format!(
        "select {summary}, businesses.email, businesses.timezone, businesses.currency,
                (select jsonb_agg({} order by place.is_primary desc, place.id)
                 from locations place where place.business_id = businesses.id and place.given_up_at is null),
                {POLICY}
         from businesses
         join locations place on {IS_SHOWN}
         where businesses.id = {NAMED}",
        *AS_JSON
    );
    let row = on.row(&sql, &[&business.slug(), &business.id(), &shown.location()]).await?;
    Ok(row.map(|row| {
        let Json(locations) = row.get(SUMMARY_WIDTH + 3);
        Detail {
            summary: Summary::from(&row),
            email: row.get(SUMMARY_WIDTH),
            timezone: row.get(SUMMARY_WIDTH + 1),
            currency: row.get(SUMMARY_WIDTH + 2),
            booking_policy: BusinessPolicy::from_row(&row, SUMMARY_WIDTH + 4),
            locations,
        }
    }))
}
