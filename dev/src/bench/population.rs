//! What the database is filled with.

use anyhow::Context;
use shared::accounts::Passwords;
use tokio_postgres::Client;

use crate::{
    database::{Database, connect},
    postgres::Server,
};

/// Of everybody's account.
pub(super) const PASSWORD: &str = "zielona-herbata-7";

/// How much there is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Population {
    pub(super) name: &'static str,
    pub(super) businesses: u32,
    pub(super) appointments: u32,
}

pub(super) const SMALL: Population = Population { name: "small", businesses: 1_000, appointments: 10_000 };
pub(super) const LARGE: Population =
    Population { name: "large", businesses: 100_000, appointments: 5_000_000 };

/// What there are several of.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    Business = 2,
    Service = 4,
    Staff = 5,
    /// What [`prepared`](super::prepared) makes: an appointment, or a hold with its entry.
    Prepared = 9,
    SecondPlace = 10,
}

/// The id of the n-th of its kind: `bench.id` in the SQL.
pub(super) fn id(kind: Kind, n: u64) -> String {
    let n = format!("{n:012x}");
    format!("{}-{}-7000-8000-{:012x}", &n[..8], &n[8..], kind as u8)
}

/// A business: its number and its path.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) number: u64,
    pub(super) slug: String,
}

impl Place {
    pub(super) fn salon(number: u64) -> Self {
        Self { number, slug: format!("salon-{number}") }
    }

    /// One that is the same in every population, by how many staff it has.
    pub(super) fn with_staff(staff: u64) -> Self {
        let slug = match staff {
            1 => "one",
            10 => "ten",
            _ => "hundred",
        };
        Self { number: 10_000_000 + staff, slug: slug.to_owned() }
    }

    pub(super) fn path(&self, below: &str) -> String {
        format!("/api/businesses/{}/{below}", self.slug)
    }

    /// One of its three services.
    pub(super) fn service(&self, index: u64) -> String {
        id(Kind::Service, 4 * self.number + index)
    }

    /// Where it is besides, if it is one of those that are in two places.
    pub(super) fn second(&self) -> String {
        id(Kind::SecondPlace, self.number)
    }

    pub(super) fn staff(&self, index: u64) -> String {
        id(Kind::Staff, 128 * self.number + index)
    }
}

impl Population {
    /// Customers have 25 appointments each, whatever the size.
    pub(super) fn customers(self) -> u32 {
        self.appointments / 25
    }

    /// Which of all users has the businesses that are the same in every population, counted from zero.
    pub(super) fn owner_of_busy(self) -> u64 {
        u64::from(self.customers() + self.businesses) - 1
    }

    /// A database of this size on the server; made, unless it was made today.
    pub(super) async fn database(self, server: &Server) -> anyhow::Result<String> {
        let name = format!("bench_{}", self.name);
        let url = server.url(&name);
        let admin = connect(&server.url("postgres")).await?;
        let recipe = include_str!("population.sql")
            .replace("{businesses}", &self.businesses.to_string())
            .replace("{customers}", &self.customers().to_string())
            .replace("{appointments}", &self.appointments.to_string());
        if is_of_today(&admin, &name, &url, &recipe).await? {
            Database::at(url.clone()).migrate().await?;
            return Ok(url);
        }
        eprintln!("Filling {name}: {} appointments …", self.appointments);
        admin.batch_execute(&format!("drop database if exists {name} with (force)")).await?;
        admin.batch_execute(&format!("create database {name}")).await?;
        Database::at(url.clone()).migrate().await?;
        let hash = Passwords::default().hash(PASSWORD.to_owned()).await;
        let hash = hash.map_err(|error| anyhow::anyhow!("{error}"))?;
        let sql = recipe.replace("{password_hash}", &hash);
        let database = connect(&url).await?;
        database.batch_execute(&sql).await.context("the database cannot be filled")?;
        database
            .execute(
                "create table bench.filled as select current_date as day, $1::text as recipe",
                &[&recipe],
            )
            .await?;
        database.batch_execute("vacuum (analyze, parallel 0)").await?;
        database.batch_execute("checkpoint").await?;
        Ok(url)
    }
}

/// Whether there is such a database, filled today, around which the appointments lie, and as it would be filled now.
async fn is_of_today(admin: &Client, name: &str, url: &str, recipe: &str) -> anyhow::Result<bool> {
    let there = "select exists (select from pg_database where datname = $1)";
    if !admin.query_one(there, &[&name]).await?.get::<_, bool>(0) {
        return Ok(false);
    }
    let database = connect(url).await?;
    let complete = "select to_regclass('bench.filled') is not null";
    if !database.query_one(complete, &[]).await?.get::<_, bool>(0) {
        return Ok(false);
    }
    let today = "select day = current_date and recipe = $1 from bench.filled";
    Ok(database.query_one(today, &[&recipe]).await?.get(0))
}

/// Takes away what was booked since it was filled.
pub(super) async fn clear(database: &Client) -> anyhow::Result<()> {
    // What was there has an id of its own kind.
    let sql = "
        set statement_timeout = 0;
        create temporary table booked as
            select id from appointments where created_at > now() - interval '1 day' and id::text not like '%-8000-000000000006';
        delete from appointment_history where appointment_id in (select id from booked);
        delete from outbox where created_at > now() - interval '1 day';
        delete from appointments where id in (select id from booked);
        delete from customers where created_at > now() - interval '1 day' and id::text not like '%-8000-000000000008';
        delete from holds;
        delete from time_off;
        delete from visits;
        delete from series;
        delete from waitlist_entries;
        delete from waitlist_checks;
        delete from audit_entries;
        delete from sessions;
        delete from rate_limits;
        drop table booked;
        vacuum appointments, calendar_entries, appointment_history, outbox, customers, holds, time_off, visits, series,
               waitlist_entries, waitlist_checks, audit_entries, sessions, rate_limits";
    for statement in sql.split(';') {
        database.batch_execute(statement).await?;
    }
    Ok(())
}
