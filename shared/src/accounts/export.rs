//! Everything stored about a person, as one document for them to keep. No secrets: of passwords, tokens and codes
//! nothing but hashes is stored, and those are of no use to anybody but us.

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    caller::Caller,
    codes::{self, Issued},
    devices::{self, Device},
    store::{self, User},
};
use crate::{
    appointments, audit,
    businesses::{self, Favorite, Owned},
    customers::{self, KeptCard},
    db::Sql,
    hours::{self, KeptWorkingTime},
    http::{ApiError, Code},
    intake::{self, OwnAnswer},
    language::Language,
    outbox::{self, Waiting},
    sealing::Sealing,
    staff::{self, Invited, Membership},
    waitlist::{self, KeptWait},
};

/// The document.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Export {
    exported_at: Timestamp,
    profile: User,
    sessions: Vec<Device>,
    codes: Vec<Issued>,
    favorites: Vec<Favorite>,
    #[serde(flatten)]
    appointments: appointments::Kept,
    /// What they wait for.
    waitlist: Vec<KeptWait>,
    /// What businesses know of them, but for what their staff note down for each other.
    customer_cards: Vec<KeptCard>,
    /// What they were asked when they booked.
    intake_answers: Vec<OwnAnswer>,
    businesses: Vec<Owned>,
    staff_memberships: Vec<Membership>,
    /// What they did at businesses.
    deeds: Vec<audit::Deed>,
    /// To their mail address, and not accepted yet.
    staff_invitations: Vec<Invited>,
    #[serde(flatten)]
    hours: KeptWorkingTime,
    /// Those still on their way: what a message said is forgotten when it has left.
    messages: Vec<Waiting>,
}

/// All of it, in one round trip.
pub(super) async fn about(
    on: &impl Sql,
    caller: &Caller,
    language: Language,
    sealing: &Sealing,
    now: Timestamp,
) -> Result<Export, ApiError> {
    // Boxed: so many statements on their way at once are too large for the future of whoever waits for them.
    let own = Box::pin(async {
        let all = tokio::try_join!(
            store::user(on, caller.user),
            devices::all_of(on, caller),
            codes::issued_to(on, caller.user),
            businesses::favorites_of(on, caller.user),
            appointments::kept_about(on, caller.user),
            waitlist::kept_about(on, caller.user),
            customers::kept_about(on, caller.user),
            intake::kept_about(on, caller.user, sealing),
            businesses::owned_by(on, caller.user),
            staff::memberships_of(on, caller.user),
            staff::invitations_to(on, caller.user),
            outbox::waiting_for(on, caller.user),
            audit::done_by(on, caller.user),
        );
        Ok(all?)
    });
    let (own, hours) = tokio::try_join!(own, hours::kept_about(on, caller.user, language))?;
    let (
        profile,
        sessions,
        codes,
        favorites,
        appointments,
        waitlist,
        customer_cards,
        intake_answers,
        businesses,
        staff_memberships,
        staff_invitations,
        messages,
        deeds,
    ) = own;
    Ok(Export {
        exported_at: now,
        profile: profile.ok_or(Code::InvalidToken)?,
        sessions,
        codes,
        favorites,
        appointments,
        waitlist,
        customer_cards,
        intake_answers,
        businesses,
        staff_memberships,
        deeds,
        staff_invitations,
        hours,
        messages,
    })
}
