//! What the client is told when the database refuses to break a constraint. Constraints that no
//! request can run into are not here: breaking one is a defect, and answers 500.

use crate::{
    http::{ApiError, Code},
    language::Message,
};

/// The refusal for a constraint by name.
#[must_use]
pub fn refusal(constraint: &str) -> Option<ApiError> {
    Some(match constraint {
        "users_email_unique" => ApiError::already_exists(&[(Code::EmailAlreadyExists, "email")]),
        "users_username_unique" => ApiError::already_exists(&[(Code::UsernameAlreadyExists, "username")]),
        "businesses_slug_unique" => ApiError::conflict(Message::SlugTaken),
        "businesses_timezone_known" => ApiError::invalid_field("timezone", Message::NotATimeZone),
        "staff_members_once_at_a_time" | "staff_invitations_once_per_address" => {
            ApiError::conflict(Message::AlreadyOnStaff)
        }
        // Erased while the request was under way.
        "sessions_user_id_fkey" => Code::InvalidCredentials.into(),
        "appointments_customer_id_fkey"
        | "appointment_history_actor_id_fkey"
        | "businesses_owner_id_fkey"
        | "favorites_user_id_fkey"
        | "series_customer_id_fkey"
        | "idempotency_keys_user_id_fkey"
        | "waitlist_entries_customer_id_fkey" => Code::InvalidToken.into(),
        "customers_may_book" => Code::CustomerBlocked.into(),
        // Removed while the request was under way.
        "appointments_card_id_fkey" => Code::NotFound.into(),
        // No longer asked since the booking looked.
        "intake_answers_question_id_fkey" => {
            ApiError::invalid_field("answers", Message::NotOneOfTheQuestions)
        }
        "services_at_own_location" => ApiError::invalid_field("location_id", Message::NotOneOfTheLocations),
        // Removed while the request was under way.
        "staff_hours_business_id_staff_id_fkey"
        | "date_overrides_business_id_staff_id_fkey"
        | "time_off_business_id_staff_id_fkey"
        | "waitlist_entries_business_id_staff_id_fkey" => Code::StaffNotFound.into(),
        "waitlist_entries_business_id_service_id_fkey" => Code::ServiceNotFound.into(),
        "date_overrides_one_a_date" => ApiError::conflict(Message::DateOverriddenAlready),
        "opening_hours_no_overlap" => ApiError::conflict(Message::OpeningHoursOverlap),
        _ => return None,
    })
}
