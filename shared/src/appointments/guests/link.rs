//! The link to one booking, in the messages to a customer without an account: which appointment, until when, and a proof that
//! we wrote it for the address, or without one the number, that is on its card. Nothing is stored. It ends a day after the visit; when
//! the address or number on the card changes; and when an account takes the booking over.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use uuid::Uuid;

use super::store;
use crate::{
    accounts::Keys,
    app::App,
    customers::Party,
    db::Sql,
    http::{ApiError, Code, Field, form::text_of},
    ids::AppointmentId,
    language::Message,
};

/// How long after the visit it can still be looked at.
const AFTER: SignedDuration = SignedDuration::from_hours(24);

/// An appointment's id, when the link ends in seconds since 1970, and the proof.
const LENGTH: usize = 16 + 8 + 32;

/// What a link to a booking carries.
#[derive(Debug)]
pub(super) struct LinkToken([u8; LENGTH]);

/// The token of a link that is mailed to an address, to a visit that is to end at this instant.
#[must_use]
pub fn link_token(keys: &Keys, appointment: AppointmentId, address: &str, ends_at: Timestamp) -> String {
    let expires = ends_at.saturating_add(AFTER).map_or(i64::MAX, Timestamp::as_second).to_be_bytes();
    let id = appointment.uuid().into_bytes();
    let proof = keys.sign_booking_link(&[&id, &expires, address.to_lowercase().as_bytes()]);
    URL_SAFE_NO_PAD.encode([&id[..], &expires, &proof].concat())
}

impl LinkToken {
    fn parts(&self) -> (&[u8], &[u8], &[u8]) {
        let (id, rest) = self.0.split_at(16);
        let (expires, proof) = rest.split_at(8);
        (id, expires, proof)
    }

    /// The appointment it leads to, and whose that is.
    ///
    /// # Errors
    /// `APPOINTMENT_NOT_FOUND`, whatever is wrong with it.
    pub(super) async fn opened(&self, app: &App, on: &impl Sql) -> Result<(AppointmentId, Party), ApiError> {
        let (id, expires, proof) = self.parts();
        let appointment = AppointmentId::from(Uuid::from_slice(id).map_err(ApiError::internal)?);
        let (card, address) = store::card_of(on, appointment).await?.ok_or(Code::AppointmentNotFound)?;
        let is_ours =
            app.keys().signed_booking_link(&[id, expires, address.to_lowercase().as_bytes()], proof);
        let ends = expires.try_into().map_or(0, i64::from_be_bytes);
        if is_ours && app.now().as_second() < ends {
            Ok((appointment, Party::Card(card)))
        } else {
            Err(Code::AppointmentNotFound.into())
        }
    }
}

/// A link's token as a body's field: any text, of which one that cannot be a token leads nowhere.
#[derive(Debug)]
pub(super) struct LinkField(Option<LinkToken>);

impl LinkField {
    /// As [`LinkToken::opened`].
    ///
    /// # Errors
    /// `APPOINTMENT_NOT_FOUND`.
    pub(super) async fn opened(&self, app: &App) -> Result<(AppointmentId, Party), ApiError> {
        let token = self.0.as_ref().ok_or(Code::AppointmentNotFound)?;
        token.opened(app, &app.connection().await?).await
    }
}

impl Field for LinkField {
    fn parse(value: &Value) -> Result<Self, Message> {
        let text = text_of(value)?;
        let bytes = URL_SAFE_NO_PAD.decode(text.trim()).ok().and_then(|bytes| bytes.try_into().ok());
        Ok(Self(bytes.map(LinkToken)))
    }

    fn schema() -> Value {
        json!({ "type": "string" })
    }
}
