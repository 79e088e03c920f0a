//! Opening a business here.

use super::{
    fields::{Coordinate, Country, Nip, TimeZoneName, WebAddress},
    policy::BusinessPolicy,
    slug::Slug,
    store::{self, NewBusiness},
};
use crate::{
    accounts::{Caller, Email, Phone},
    app::App,
    http::{
        ApiError, Form, FromForm,
        form::{Prose, Text},
    },
    ids::{BusinessId, LocationId},
    language::{Category, Message},
    scheduling::HolidayCalendar,
    staff,
};

/// What a new business is to be.
pub(super) struct Opening {
    pub(super) name: Text<1, 200>,
    pub(super) slug: Option<Slug>,
    pub(super) category: Category,
    pub(super) description: Prose<5000>,
    pub(super) email: Option<Email>,
    pub(super) phone_number: Phone,
    pub(super) website_url: WebAddress,
    pub(super) nip: Nip,
    pub(super) timezone: TimeZoneName,
    pub(super) holiday_calendar: Option<HolidayCalendar>,
    /// Whether staff say themselves when they work.
    pub(super) staff_set_own_hours: bool,
    pub(super) address: Address,
    /// `None`: the usual one.
    pub(super) policy: Option<BusinessPolicy>,
}

/// Where one of its locations is.
#[derive(Debug)]
pub struct Address {
    pub(super) line1: Text<1, 200>,
    pub(super) line2: Text<0, 200>,
    pub(super) city: Text<1, 100>,
    pub(super) postal_code: Text<1, 20>,
    pub(super) country: Country,
    /// Latitude and longitude.
    pub(super) point: Option<(Coordinate<90>, Coordinate<180>)>,
}

impl FromForm for Opening {
    fn from_form(form: &mut Form) -> Option<Self> {
        let name = form.required("name");
        let slug = form.unless_empty("slug");
        let category = form.required("category");
        let description = form.or("description", Prose::default());
        let email = form.unless_empty("email");
        let phone_number = form.or("phone_number", Phone::default());
        let website_url = form.or("website_url", WebAddress::default());
        let nip = form.or("nip", Nip::default());
        let timezone = form.or("timezone", TimeZoneName::default());
        let holiday_calendar = form.unless_empty("holiday_calendar");
        let staff_set_own_hours = form.or("staff_set_own_hours", false);
        let address = Address::from_form(form);
        let policy = form.object("booking_policy");
        Some(Self {
            name: name?,
            slug: slug?,
            category: category?,
            description: description?,
            email: email?,
            phone_number: phone_number?,
            website_url: website_url?,
            nip: nip?,
            timezone: timezone?,
            holiday_calendar: holiday_calendar?,
            staff_set_own_hours: staff_set_own_hours?,
            address: address?,
            policy: policy?,
        })
    }
}

impl FromForm for Address {
    fn from_form(form: &mut Form) -> Option<Self> {
        let line1 = form.required("address_line1");
        let line2 = form.or("address_line2", Text::default());
        let city = form.required("city");
        let postal_code = form.required("postal_code");
        let country = form.or("country", Country::default());
        let latitude = form.unless_empty("latitude");
        let longitude = form.unless_empty("longitude");
        let point = match (latitude?, longitude?) {
            (Some(latitude), Some(longitude)) => Some(Some((latitude, longitude))),
            (None, None) => Some(None),
            (Some(_), None) => form.refuse("longitude", Message::HalfAPoint),
            (None, Some(_)) => form.refuse("latitude", Message::HalfAPoint),
        };
        Some(Self {
            line1: line1?,
            line2: line2?,
            city: city?,
            postal_code: postal_code?,
            country: country?,
            point: point?,
        })
    }
}

/// How many numbered slugs are tried for a name that others have too.
const NUMBERED_SLUGS: u32 = 1000;

/// Opens the business: the caller owns it, and is its first bookable staff member.
///
/// # Errors
/// `CONFLICT` if the slug that was asked for is taken.
pub(super) async fn open(app: &App, caller: &Caller, opening: &Opening) -> Result<BusinessId, ApiError> {
    let now = app.now();
    let mut connection = app.connection().await?;
    let tx = connection.begin_as(caller.user, now).await?;
    let business = NewBusiness {
        id: BusinessId::new(now),
        location: LocationId::new(now),
        owner: caller.user,
        created_at: now,
        opening,
    };
    let base = opening.slug.clone().unwrap_or_else(|| Slug::from_name(opening.name.as_str()));
    let attempts = if opening.slug.is_some() { 1 } else { NUMBERED_SLUGS };
    let slug = store::free_slug(&tx, &base, attempts)
        .await?
        .ok_or_else(|| ApiError::conflict(Message::SlugTaken))?;
    store::insert(&tx, &business, &slug).await?;
    staff::add_owner(&tx, business.id, caller.user, now).await?;
    tx.commit().await?;
    Ok(business.id)
}
