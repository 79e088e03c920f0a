//! What the providers' APIs have in common, those for text messages included: a message is one POST, signed in by a header, under the message's own key.

use axum::{
    body::Bytes,
    http::{
        HeaderValue, Request, Uri,
        header::{AUTHORIZATION, CONTENT_TYPE},
    },
};

use super::MailError;
use crate::{ids::OutboxId, outgoing::Client};

/// An account with a provider.
#[derive(Debug)]
pub(crate) struct Account {
    client: Client,
    address: Uri,
    /// Marked as a secret, which its `Debug` does not show.
    authorization: HeaderValue,
}

impl Account {
    pub(crate) fn new(address: &str, authorization: String) -> Result<Self, MailError> {
        let mut authorization = HeaderValue::try_from(authorization).map_err(|_| MailError::Provider)?;
        authorization.set_sensitive(true);
        let address = address.parse().map_err(|_| MailError::Provider)?;
        Ok(Self { client: Client::new()?, address, authorization })
    }

    /// Posts a message; what they answered who took it.
    pub(crate) async fn post(
        &self,
        id: OutboxId,
        content_type: &str,
        body: Bytes,
    ) -> Result<Bytes, MailError> {
        let request = Request::post(&self.address)
            .header(AUTHORIZATION, &self.authorization)
            .header(CONTENT_TYPE, content_type)
            .header("idempotency-key", id.to_string())
            .body(body)
            .map_err(|error| MailError::Unwritable(Box::new(error)))?;
        let answer = self.client.send(request).await?;
        MailError::unless_taken(&answer)?;
        Ok(answer.body)
    }
}
