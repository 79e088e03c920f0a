//! Password hashes: argon2id with the parameters of the OWASP Password Storage Cheat Sheet
//! (19 MiB, two passes, one lane), off the async threads and only a few at a time. Hashes of the earlier version
//! verify as well; whoever signs in with one gets one of ours.

use std::sync::Arc;

use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use tokio::sync::Semaphore;

use super::django_hash::{self, DjangoHash};
use crate::http::ApiError;

/// Each takes 19 MiB and a core for some 25 ms; with the work of an earlier hash, up to a second.
const AT_ONCE: usize = 2;

/// Hashes and verifies passwords. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Passwords {
    places: Arc<Semaphore>,
}

impl Default for Passwords {
    fn default() -> Self {
        Self { places: Arc::new(Semaphore::new(AT_ONCE)) }
    }
}

impl Passwords {
    /// The hash to store, a PHC string with a random salt of its own.
    ///
    /// # Errors
    /// `SERVER_ERROR` if hashing fails.
    pub async fn hash(&self, password: String) -> Result<String, ApiError> {
        self.off_thread(move || Ok(hasher().hash_password(password.as_bytes())?.to_string())).await
    }

    /// Whether the password belongs to the hash. If not, finding out takes as long whatever the hash is, and where there is
    /// none, so that time tells neither which accounts exist nor which come from the earlier version: one of our hashes,
    /// and `earlier` iterations of one of theirs, which has to be as many as any of them has.
    ///
    /// # Errors
    /// `SERVER_ERROR` if the stored hash is not one.
    pub async fn verify(
        &self,
        password: String,
        hash: Option<String>,
        earlier: u32,
    ) -> Result<bool, ApiError> {
        self.off_thread(move || {
            let theirs = hash.as_deref().and_then(DjangoHash::parse);
            if theirs.as_ref().is_some_and(|theirs| theirs.verify(&password)) {
                return Ok(true);
            }
            let ours = hash.as_deref().filter(|_| theirs.is_none());
            let parsed = PasswordHash::new(ours.unwrap_or(NOBODYS_HASH))?;
            let matches = hasher().verify_password(password.as_bytes(), &parsed).is_ok();
            if ours.is_some() && matches {
                return Ok(true);
            }
            let done = theirs.as_ref().map_or(0, DjangoHash::iterations);
            django_hash::take_as_long_as(earlier.saturating_sub(done), &password);
            Ok(false)
        })
        .await
    }

    /// Whether a stored hash is one of the earlier version's: to be replaced once the password is known.
    #[must_use]
    pub fn is_outdated(hash: &str) -> bool {
        DjangoHash::parse(hash).is_some()
    }

    /// Whether [`verify`](Self::verify) can tell what fits a hash.
    #[must_use]
    pub fn understands(hash: &str) -> bool {
        Self::is_outdated(hash)
            || PasswordHash::new(hash).is_ok_and(|hash| hash.algorithm.as_str() == "argon2id")
    }

    async fn off_thread<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, argon2::password_hash::Error> + Send + 'static,
    ) -> Result<T, ApiError> {
        let place = self.places.clone().acquire_owned().await.map_err(ApiError::internal)?;
        // The place goes with the work, which goes on if whoever asked for it has gone.
        let work = move || {
            let _place = place;
            work()
        };
        tokio::task::spawn_blocking(work).await.map_err(ApiError::internal)?.map_err(ApiError::internal)
    }
}

fn hasher() -> Argon2<'static> {
    // The crate's defaults are exactly OWASP's figures.
    Argon2::default()
}

/// Stands in for the hash of someone who does not exist: as costly to compare with, and never equal.
const NOBODYS_HASH: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

#[cfg(test)]
mod tests {
    use std::{future::Future, pin::pin, sync::mpsc, task};

    use super::*;

    #[tokio::test]
    async fn a_password_verifies_against_its_own_hash_only() {
        let passwords = Passwords::default();
        let hash = passwords.hash("zielona-herbata".to_owned()).await.expect("hashes");
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        for (password, hash, expected) in [
            ("zielona-herbata", Some(hash.clone()), true),
            ("czarna-herbata", Some(hash), false),
            ("zielona-herbata", None, false),
        ] {
            assert_eq!(passwords.verify(password.to_owned(), hash, 1).await.ok(), Some(expected));
        }
    }

    #[tokio::test]
    async fn a_hash_of_the_earlier_version_verifies_and_is_outdated() {
        let passwords = Passwords::default();
        let django = "pbkdf2_sha256$1$seasalt2$m/C8KHXIwW/C9LSQlVuF46GBwty4JxlWQdlIp0lKgng=".to_owned();
        assert!(Passwords::is_outdated(&django));
        for (password, hash, expected) in [
            ("zielona-herbata-7", django.clone(), true),
            ("zielona-herbata-8", django, false),
            ("!", "!".to_owned(), false),
        ] {
            assert_eq!(passwords.verify(password.to_owned(), Some(hash), 1).await.ok(), Some(expected));
        }
        let ours = passwords.hash("zielona-herbata-7".to_owned()).await.expect("hashes");
        assert!(Passwords::understands(&ours) && !Passwords::is_outdated(&ours));
        assert!(!Passwords::understands("bcrypt$$2b$12$abc") && !Passwords::understands(""));
    }

    #[tokio::test]
    async fn work_whose_client_has_gone_keeps_its_place_until_it_is_done() {
        let passwords = Passwords::default();
        let (finish, until_told) = mpsc::channel::<()>();
        {
            let work = pin!(passwords.off_thread(move || Ok(until_told.recv().is_ok())));
            let mut context = task::Context::from_waker(task::Waker::noop());
            assert!(work.poll(&mut context).is_pending());
        }
        assert_eq!(passwords.places.available_permits(), AT_ONCE - 1);
        finish.send(()).expect("the work still waits");
        let all = u32::try_from(AT_ONCE).expect("a few");
        let _places = passwords.places.acquire_many(all).await.expect("the place comes free");
    }
}
