//! How often what may be done. Counters are rows that every process shares (`gcra`), kept for whom each limit
//! counts ([`Counted`]); the layer around all routes (`layer`) knows which limit a route has, and capabilities ask for
//! those that only they can apply: `accounts` for wrong passwords and tries of codes, `staff` for invitations.
//!
//! Refused attempts count for nothing, so that whoever hammers gets in again as soon as anybody would, and nobody is kept
//! out by what another was refused.

mod address;
mod gcra;
mod layer;
mod policy;

use crate::{accounts::Keys, config::Rate, ids::UserId};

pub use address::Address;
pub(crate) use gcra::{HEADERS, Standing, give_back, take};
pub(crate) use layer::enforce;
pub(crate) use policy::is_limited;

/// What is limited, and for whom.
#[derive(Clone, Copy, Debug)]
pub enum Counted<'a> {
    /// Sign-in, refresh, code and reset requests of an address.
    Auth(Address),
    /// Failed sign-ins as somebody, whether or not they exist.
    SignIn(&'a str),
    /// Failed sign-ins as somebody from one address.
    SignInFrom(&'a str, Address),
    /// Accounts made from an address.
    Registration(Address),
    /// Tries of all codes that an account was sent for one purpose.
    Codes(UserId, &'a str),
    /// Tries of codes for one purpose, as the owner of a mail address (whether or not it has an account), from one address.
    CodesFrom(&'a str, &'a str, Address),
    /// Codes for one purpose that an account was sent again.
    CodesSent(UserId, &'a str),
    /// Bookings of a user.
    Booking(UserId),
    /// Bookings that nobody has signed in for.
    BookingFrom(Address),
    /// Invitations that a user has mailed.
    Invitations(UserId),
    /// Holds of guests from an address.
    GuestHolds(Address),
    /// Codes that guests had sent to an address or a number, or for one hold.
    GuestCodes(&'a str),
    /// Anything else that a user does.
    Api(UserId),
    /// Anything else from an address, by people who have not signed in.
    ApiFrom(Address),
}

impl Counted<'_> {
    /// The counter's name: a keyed hash, because addresses and what people type to sign in are personal data.
    fn key(&self, keys: &Keys) -> String {
        let name = |limit: &str, who: &[&[u8]]| keys.counter_name(limit, who);
        match self {
            Self::Auth(address) => name("auth", &[&address.bytes()]),
            Self::SignIn(identifier) => name("sign-in", &[folded(identifier).as_bytes()]),
            Self::SignInFrom(identifier, address) => {
                name("sign-in from", &[&address.bytes(), folded(identifier).as_bytes()])
            }
            Self::Registration(address) => name("registration", &[&address.bytes()]),
            Self::Codes(user, purpose) => name("codes", &[user.uuid().as_bytes(), purpose.as_bytes()]),
            Self::CodesFrom(purpose, email, address) => {
                let limit = format!("codes from {purpose}");
                name(&limit, &[&address.bytes(), folded(email).as_bytes()])
            }
            Self::CodesSent(user, purpose) => {
                name("codes sent", &[user.uuid().as_bytes(), purpose.as_bytes()])
            }
            Self::Booking(user) => name("booking", &[user.uuid().as_bytes()]),
            Self::BookingFrom(address) => name("booking from", &[&address.bytes()]),
            Self::Invitations(user) => name("invitations", &[user.uuid().as_bytes()]),
            Self::GuestHolds(address) => name("guest holds", &[&address.bytes()]),
            Self::GuestCodes(to) => name("guest codes", &[folded(to).as_bytes()]),
            Self::Api(user) => name("api", &[user.uuid().as_bytes()]),
            Self::ApiFrom(address) => name("api from", &[&address.bytes()]),
        }
    }

    /// The counter, at a rate.
    #[must_use]
    pub(crate) fn at(&self, rate: Rate, keys: &Keys) -> Bucket {
        Bucket { key: self.key(keys), rate }
    }
}

/// An identifier as the database compares it: case does not count. Letter by letter, for it knows no final sigma, and to
/// it the small letter of `İ` is a plain `i`: otherwise each way of writing somebody's name would have a counter of its own.
fn folded(identifier: &str) -> String {
    identifier.trim().chars().filter_map(|letter| letter.to_lowercase().next()).collect()
}

/// One counter, and how often it may be counted up.
#[derive(Clone, Debug)]
pub(crate) struct Bucket {
    key: String,
    rate: Rate,
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use uuid::Uuid;

    use super::*;
    use crate::config::Config;

    #[test]
    fn every_counter_has_a_name_of_its_own_that_tells_nothing() {
        let lookup = |name: &str| match name {
            "SECRET_KEY" => Some("0123456789abcdef0123456789abcdef".to_owned()),
            "SESSLY_ENV" => Some("development".to_owned()),
            "DATABASE_URL" => Some("postgresql://localhost/sessly".to_owned()),
            _ => None,
        };
        let keys = Keys::new(&Config::from_variables(&lookup).expect("complete"));
        let (address, other) = (Address::of("192.0.2.1"), Address::of("192.0.2.2"));
        let (user, anna) = (UserId::from(Uuid::nil()), "anna@example.com");
        let all = [
            Counted::Auth(address),
            Counted::Auth(other),
            Counted::SignIn(anna),
            Counted::SignInFrom(anna, address),
            Counted::SignInFrom(anna, other),
            Counted::SignInFrom("ewa@example.com", address),
            Counted::Registration(address),
            Counted::Codes(user, "verify_email"),
            Counted::Codes(user, "reset_password"),
            Counted::CodesFrom("verify_email", anna, address),
            Counted::CodesFrom("verify_email", anna, other),
            Counted::CodesFrom("reset_password", anna, address),
            Counted::CodesSent(user, "verify_email"),
            Counted::CodesSent(user, "reset_password"),
            Counted::Booking(user),
            Counted::BookingFrom(address),
            Counted::Invitations(user),
            Counted::GuestHolds(address),
            Counted::GuestCodes(anna),
            Counted::Api(user),
            Counted::ApiFrom(address),
        ];
        let names: HashSet<String> = all.iter().map(|counted| counted.key(&keys)).collect();
        assert_eq!(names.len(), all.len());
        assert!(names.iter().all(|name| name.len() == 24 && !name.contains("anna")), "{names:?}");
        assert_eq!(Counted::SignIn(" ANNA@example.com ").key(&keys), Counted::SignIn(anna).key(&keys));
        assert_eq!(["KİNGA", "ΑΝΝΑΣ", "ΑΝΝΑς"].map(folded), ["kinga", "αννασ", "αννας"]);
    }
}
