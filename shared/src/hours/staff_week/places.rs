//! Where hours of a staff member's own can be.

use crate::{
    businesses,
    db::Sql,
    http::{ApiError, form::FieldErrors},
    ids::{BusinessId, LocationId},
    language::Message,
    scheduling::OwnHours,
};

/// Checks that hours are at locations of the business that it has not given up.
///
/// # Errors
/// `VALIDATION_ERROR` for each that is not, by its place among them.
pub(in crate::hours) async fn check(
    on: &impl Sql,
    business: BusinessId,
    hours: &[OwnHours],
) -> Result<(), ApiError> {
    let said: Vec<LocationId> = hours.iter().filter_map(|own| own.location).collect();
    if said.is_empty() {
        return Ok(());
    }
    let known = businesses::own_locations(on, business, &said).await?;
    let wrong =
        hours.iter().enumerate().filter(|(_, own)| own.location.is_some_and(|id| !known.contains(&id)));
    let errors: FieldErrors = wrong
        .map(|(index, _)| (format!("{index}.location_id"), vec![Message::NotOneOfTheLocations]))
        .collect();
    if errors.is_empty() { Ok(()) } else { Err(ApiError::validation(errors)) }
}
