//! Who offers a service, and what it takes and costs with them.

use std::collections::HashSet;

use serde::Serialize;
use utoipa::ToSchema;

use super::{
    changes::locked,
    lengths::{self, Lengths},
    offer_store as store,
};
use crate::{
    app::App,
    businesses::Manager,
    http::{
        ApiError, Code, Form, FromForm,
        form::{FieldErrors, Whole},
    },
    ids::{ServiceId, StaffMemberId},
    language::Message,
    money::{Amount, Currency},
};

/// One of those who offer a service.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Offering {
    pub(super) staff_id: StaffMemberId,
    pub(super) display_name: String,
    /// How long it takes with them.
    pub(super) duration_minutes: i32,
    /// What it costs with them.
    pub(super) price_amount: String,
    pub(super) price_currency: String,
    /// What of that is their own; null where it is the service's.
    pub(super) own_duration_minutes: Option<i32>,
    pub(super) own_price_amount: Option<String>,
}

/// What an owner says of somebody who offers a service.
#[derive(Debug)]
pub(super) struct Offer {
    staff: StaffMemberId,
    /// `None`: the service's.
    duration: Option<i32>,
    price: Option<Amount>,
}

impl FromForm for Offer {
    fn from_form(form: &mut Form) -> Option<Self> {
        let staff = form.required("staff_id");
        let duration = form.optional::<Whole<5, 1440>>("duration_minutes");
        let price = form.optional("price_amount");
        Some(Self { staff: staff?, duration: duration?.map(Whole::get), price: price? })
    }
}

/// An offer as it is stored.
pub(super) struct Kept {
    pub(super) staff: StaffMemberId,
    pub(super) duration: Option<i32>,
    pub(super) price_minor: Option<i64>,
}

/// Sets who offers a service, and on what terms; everyone else does not.
///
/// # Errors
/// `SERVICE_NOT_FOUND`; `VALIDATION_ERROR` for who is not on the staff or given twice, and for what does not fit the service.
pub(super) async fn replace(
    app: &App,
    manager: &Manager,
    service: ServiceId,
    offers: &[Offer],
) -> Result<Vec<Offering>, ApiError> {
    let business = manager.business;
    let mut connection = app.connection().await?;
    let tx = connection.begin_as(manager.user, app.now()).await?;
    let currency = locked(&tx, business, service).await?.currency();
    let lengths = lengths::lengths(&tx, service).await?.ok_or(Code::ServerError)?;
    let kept = fitting(offers, &lengths, currency)?;
    let named = business.into();
    let (set, all) =
        tokio::join!(store::replace(&tx, business, service, &kept), store::of(&tx, &named, service, true));
    check_staff(offers, &set?)?;
    let all = all?;
    tx.commit().await?;
    Ok(all)
}

/// The offers as they are to be stored, if all of them fit the service.
fn fitting(offers: &[Offer], lengths: &Lengths, currency: Currency) -> Result<Vec<Kept>, ApiError> {
    let mut errors = FieldErrors::new();
    let mut refuse = |index: usize, field: &str, message: Message| {
        errors.entry(format!("{index}.{field}")).or_default().push(message);
    };
    let mut seen = HashSet::new();
    let mut kept = Vec::new();
    for (index, Offer { staff, duration, price }) in offers.iter().enumerate() {
        if !seen.insert(*staff) {
            refuse(index, "staff_id", Message::GivenTwice);
        }
        if let Some(message) = duration.and_then(|duration| lengths.misfit_of(duration)) {
            refuse(index, "duration_minutes", message);
        }
        let price_minor = price.and_then(|price| price.in_minor_units(currency));
        if price.is_some() && price_minor.is_none() {
            refuse(index, "price_amount", Message::AmountTooFine);
        }
        kept.push(Kept { staff: *staff, duration: *duration, price_minor });
    }
    if errors.is_empty() { Ok(kept) } else { Err(ApiError::validation(errors)) }
}

/// Checks that all who were named are on the staff.
fn check_staff(offers: &[Offer], on_staff: &HashSet<StaffMemberId>) -> Result<(), ApiError> {
    let strangers = offers.iter().enumerate().filter(|(_, offer)| !on_staff.contains(&offer.staff));
    let errors: FieldErrors =
        strangers.map(|(index, _)| (format!("{index}.staff_id"), vec![Message::NotOnTheStaff])).collect();
    if errors.is_empty() { Ok(()) } else { Err(ApiError::validation(errors)) }
}
