//! Password hashes: argon2id with the parameters of the OWASP Password Storage Cheat Sheet
//! (19 MiB, two passes, one lane), off the async threads and only a few at a time. Hashes of the earlier version
//! verify as well; whoever signs in with one gets one of ours.

use std::sync::{Arc, Mutex, PoisonError};

use argon2::{
    Algorithm, Argon2, Block, Params, Version,
    password_hash::{
        Error,
        phc::{Output, PasswordHash, Salt},
    },
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
    /// What the places work in, kept from one hash to the next. Allocated for each hash, the allocator would keep it for every
    /// thread that ever computed one: 460 MB of a busy function.
    memory: Arc<Mutex<Vec<Memory>>>,
}

impl Default for Passwords {
    fn default() -> Self {
        Self { places: Arc::new(Semaphore::new(AT_ONCE)), memory: Arc::default() }
    }
}

/// The blocks argon2 fills: 19 MiB once used.
type Memory = Vec<Block>;

impl Passwords {
    /// The hash to store, a PHC string with a random salt of its own.
    ///
    /// # Errors
    /// `SERVER_ERROR` if hashing fails.
    pub async fn hash(&self, password: String) -> Result<String, ApiError> {
        self.off_thread(move |memory| {
            let (salt, params) = (Salt::generate(), Params::DEFAULT);
            let hash = PasswordHash {
                algorithm: Algorithm::Argon2id.ident(),
                version: Some(Version::V0x13.into()),
                params: (&params).try_into()?,
                salt: Some(salt),
                hash: Some(argon2id(&password, &salt, Version::V0x13, params, memory)?),
            };
            Ok(hash.to_string())
        })
        .await
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
        self.off_thread(move |memory| {
            let theirs = hash.as_deref().and_then(DjangoHash::parse);
            if theirs.as_ref().is_some_and(|theirs| theirs.verify(&password)) {
                return Ok(true);
            }
            let ours = hash.as_deref().filter(|_| theirs.is_none());
            let matches = fits(&password, &PasswordHash::new(ours.unwrap_or(NOBODYS_HASH))?, memory)?;
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
        work: impl FnOnce(&mut Memory) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, ApiError> {
        let place = self.places.clone().acquire_owned().await.map_err(ApiError::internal)?;
        let kept = self.memory.clone();
        // The place goes with the work, which goes on if whoever asked for it has gone.
        let work = move || {
            let _place = place;
            let mut memory = kept.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default();
            let outcome = work(&mut memory);
            kept.lock().unwrap_or_else(PoisonError::into_inner).push(memory);
            outcome
        };
        tokio::task::spawn_blocking(work).await.map_err(ApiError::internal)?.map_err(ApiError::internal)
    }
}

/// Whether the password belongs to one of our hashes. Compared in constant time ([`Output`]).
fn fits(password: &str, hash: &PasswordHash, memory: &mut Memory) -> Result<bool, Error> {
    let (Some(salt), Some(expected)) = (&hash.salt, &hash.hash) else { return Err(Error::EncodingInvalid) };
    let version = hash.version.map_or(Ok(Version::default()), Version::try_from)?;
    Ok(argon2id(password, salt, version, Params::try_from(hash)?, memory)? == *expected)
}

/// Argon2id, with the crate's default parameters exactly OWASP's figures.
fn argon2id(
    password: &str,
    salt: &Salt,
    version: Version,
    params: Params,
    memory: &mut Memory,
) -> Result<Output, Error> {
    let length = params.output_len().unwrap_or(Params::DEFAULT_OUTPUT_LEN);
    memory.resize(params.block_count().max(memory.len()), Block::default());
    let mut out = [0; Output::MAX_LENGTH];
    let out = out.get_mut(..length).ok_or(Error::OutputSize)?;
    Argon2::new(Algorithm::Argon2id, version, params).hash_password_into_with_memory(
        password.as_bytes(),
        salt,
        out,
        memory,
    )?;
    Ok(Output::new(out)?)
}

/// Stands in for the hash of someone who does not exist: as costly to compare with, and never equal.
const NOBODYS_HASH: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

#[cfg(test)]
mod tests {
    use std::{future::Future, pin::pin, sync::mpsc, task};

    use argon2::password_hash::{PasswordHasher, PasswordVerifier};

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
    async fn hashes_are_what_anybody_makes_them_and_their_memory_is_kept_only_for_the_places() {
        let passwords = Passwords::default();
        let hashes =
            futures_util::future::join_all((0..5).map(|_| passwords.hash("zielona-herbata".to_owned())));
        for hash in hashes.await {
            let hash = hash.expect("hashes");
            assert_eq!(Argon2::default().verify_password(b"zielona-herbata", hash.as_str()), Ok(()));
        }
        let theirs = Argon2::default().hash_password(b"zielona-herbata").expect("hashes").to_string();
        assert_eq!(passwords.verify("zielona-herbata".to_owned(), Some(theirs), 1).await.ok(), Some(true));
        let kept = passwords.memory.lock().expect("nothing panicked").len();
        assert!((1..=AT_ONCE).contains(&kept), "{kept}");
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
            let work = pin!(passwords.off_thread(move |_| Ok(until_told.recv().is_ok())));
            let mut context = task::Context::from_waker(task::Waker::noop());
            assert!(work.poll(&mut context).is_pending());
        }
        assert_eq!(passwords.places.available_permits(), AT_ONCE - 1);
        finish.send(()).expect("the work still waits");
        let all = u32::try_from(AT_ONCE).expect("a few");
        let _places = passwords.places.acquire_many(all).await.expect("the place comes free");
    }
}
