//! The sample data of a local server: a business of each category with its services, staff and hours, people
//! who book there, and a fortnight of visits around today.
//!
//! [`load`] is called by `cargo dev` and its sub-command `seed`. What the sample is stands in `places` and
//! `accounts`; `customers` has what a business knows of some of them, `working_time` says who works otherwise than their place is open, `diary` fills working days,
//! `appointments` tells what became of each visit, `rows` writes it all down. The same instant always gives the same
//! data. Migrating and hashing passwords happen elsewhere.

mod accounts;
mod appointments;
mod businesses;
mod course;
mod customers;
mod diary;
mod dice;
mod places;
mod rows;
mod working_time;

use anyhow::Context;
use jiff::{Timestamp, tz::TimeZone};
use shared::db::SAY_WHO;
use tokio_postgres::{Client, Transaction, types::Type};

pub(crate) use self::dice::Dice;
use self::rows::Rows;
pub(crate) use self::rows::columns;
pub use accounts::{CUSTOMER_EMAIL, CUSTOMER_PASSWORD, OWNER_EMAIL, OWNER_PASSWORD};

/// One loader at a time, whoever runs it: any constant will do, as long as it is ours.
const LOCK: i64 = 0x5E55_5EED;

/// The password hashes of the sample accounts, ready to store.
#[derive(Clone, Debug)]
pub struct Hashes {
    /// Of [`OWNER_PASSWORD`].
    pub owner: String,
    /// Of [`CUSTOMER_PASSWORD`].
    pub customer: String,
    /// Of a password nobody knows, for everyone else.
    pub nobody: String,
}

/// What [`load`] did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The sample data is in the database now.
    Loaded,
    /// It, or a part of it, was there before; nothing was changed.
    AlreadyThere,
}

/// Loads the sample data into a migrated database, all of it or nothing. Harmless to repeat and to run twice
/// at once.
///
/// # Errors
/// If the database is not migrated, or cannot be written to.
pub async fn load(client: &mut Client, now: Timestamp, hashes: &Hashes) -> anyhow::Result<Outcome> {
    let transaction = client.transaction().await?;
    transaction.execute_typed("select pg_advisory_xact_lock($1)", &[(&LOCK, Type::INT8)]).await?;
    if is_there(&transaction).await? {
        return Ok(Outcome::AlreadyThere);
    }
    by_the_system(&transaction, now).await?;
    sample(now, hashes)?.insert(&transaction).await?;
    transaction.commit().await.context("the sample data could not be committed")?;
    Ok(Outcome::Loaded)
}

/// Has the audit say that nobody in particular writes what follows.
pub(crate) async fn by_the_system(
    transaction: &Transaction<'_>,
    now: Timestamp,
) -> Result<(), tokio_postgres::Error> {
    let params = [(&"system" as _, Type::TEXT), (&now.to_string() as _, Type::TEXT)];
    transaction.execute_typed(SAY_WHO, &params).await.map(drop)
}

/// Whether there is any trace of the sample. Both are looked for, because people may rename a business or erase
/// an account.
async fn is_there(transaction: &Transaction<'_>) -> anyhow::Result<bool> {
    let sql = "
        select exists (select from users where email = any($1::citext[]))
            or exists (select from businesses where slug = any($2))";
    let emails = [OWNER_EMAIL, CUSTOMER_EMAIL];
    let slugs = places::ALL.map(|place| place.slug);
    let params = [(&emails.as_slice() as _, Type::TEXT_ARRAY), (&slugs.as_slice() as _, Type::TEXT_ARRAY)];
    let rows = transaction.query_typed(sql, &params).await?;
    Ok(rows.first().context("a query for a single value has a row")?.try_get(0)?)
}

fn sample(now: Timestamp, hashes: &Hashes) -> anyhow::Result<Rows> {
    let mut rows = Rows::new(now);
    let customers = accounts::add_customers(&mut rows, hashes);
    let businesses: Vec<_> =
        places::ALL.into_iter().map(|place| businesses::add(&mut rows, place, hashes)).collect();
    let zone = TimeZone::get(businesses::TIME_ZONE)?;
    let today = zone.to_datetime(now).date();
    working_time::add(&mut rows, &businesses, today);
    let walked_in = customers::add(&mut rows, &businesses, &customers);
    customers::add_questions(&mut rows, &businesses);
    customers::add_waiting(&mut rows, &businesses, &customers, today);
    appointments::add(&mut rows, &businesses, customers, &walked_in, now)?;
    Ok(rows)
}
