//! `cargo dev import-django`: copies people, businesses and bookings from a database of the earlier, Django version.
//!
//! `source` reads one snapshot of it and knows what its columns may be called; each table has a module that makes our
//! rows of its rows; `target` writes them, and keeps the ledger (`imported_rows`) that makes a second run take only
//! what is new. A run is one transaction, all or nothing; a dry run is the same and takes it back at the end. What
//! could not be taken, or only with a change, is in the [`Report`].

mod appointments;
mod businesses;
mod favourites;
mod hours;
mod overlaps;
mod report;
mod services;
mod source;
mod staff;
mod target;
mod users;

use anyhow::{Context, ensure};
use jiff::Timestamp;
use shared::db::migrations;
use tokio_postgres::Client;

pub use self::report::{Counts, Kind, Remark, Report};
use self::{source::Source, target::Target};

/// Copies what is new in the earlier version's database into ours; or only says what would be copied.
///
/// # Errors
/// If either database cannot be used. Nothing has been copied then.
pub async fn import(
    from: &mut Client,
    into: &mut Client,
    now: Timestamp,
    dry_run: bool,
) -> anyhow::Result<Report> {
    let pending = migrations::pending(into).await.context("our database cannot be read")?;
    ensure!(pending.is_empty(), "our database is not up to date: run `cargo dev migrate` first");
    let source = Source::open(from).await?;
    let target = Target::begin(into, now).await?;
    let mut report = Report::default();
    copy(&source, &target, &mut report).await?;
    if dry_run {
        target.roll_back().await?;
    } else {
        target.commit().await.context("the copy could not be committed")?;
    }
    Ok(report)
}

/// Each kind after those it refers to.
async fn copy(source: &Source<'_>, target: &Target<'_>, report: &mut Report) -> anyhow::Result<()> {
    let users = users::copy(source, target, report).await?;
    let businesses = businesses::copy(source, target, report, &users).await?;
    hours::copy(source, target, report, &businesses).await?;
    let services = services::copy(source, target, report, &businesses).await?;
    let staff = staff::copy(source, target, report, &users, &businesses).await?;
    staff::link(source, target, &services, &staff).await?;
    favourites::copy(source, target, report, &users, &businesses).await?;
    let taken = appointments::Taken { users, businesses, services, staff };
    appointments::copy(source, target, report, &taken).await
}
