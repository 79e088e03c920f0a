//! What the waitlist promises. Waits and offers end without a trace, so that their tables are observed while they change: in a
//! schema beside them, in the transactions that change them.

use anyhow::Context;
use reqwest::Method;
use serde_json::Value;
use tokio_postgres::Client;

use super::{
    Stage,
    calls::{Answer, Call},
    ledger::{Fate, Ledger},
    server::CRON_SECRET,
};

/// Observes waits and offers from now on.
pub const OBSERVE: &str = "
    create schema observed;
    create table observed.waits (
        id uuid primary key, number bigint, business_id uuid, service_id uuid, staff_id uuid, customer_id uuid,
        first_day date, last_day date, from_minute int, to_minute int, created_at timestamptz,
        began_at timestamptz not null default clock_timestamp(), ended_at timestamptz);
    create table observed.offers (
        hold_id uuid primary key, wait_id uuid, service_id uuid, staff_id uuid, starts_at timestamptz,
        made_at timestamptz not null default clock_timestamp(), ended_at timestamptz);
    create function observed.wait() returns trigger language plpgsql as $$
    begin
        if tg_op = 'INSERT' then
            insert into observed.waits
            values (new.id, new.number, new.business_id, new.service_id, new.staff_id, new.customer_id, new.first_day,
                    new.last_day, new.from_minute, new.to_minute, new.created_at);
        else
            update observed.waits set ended_at = clock_timestamp() where id = old.id;
        end if;
        return null;
    end $$;
    create trigger observed after insert or delete on waitlist_entries for each row execute function observed.wait();
    create function observed.offer() returns trigger language plpgsql as $$
    begin
        if tg_op = 'INSERT' then
            insert into observed.offers
            select new.id, new.waitlist_entry_id, service_id, new.staff_id, new.starts_at
            from calendar_entries where id = new.entry_id;
        else
            update observed.offers set ended_at = clock_timestamp() where hold_id = old.id and ended_at is null;
        end if;
        return null;
    end $$;
    create trigger observed_offer after insert on holds for each row
        when (new.waitlist_entry_id is not null) execute function observed.offer();
    create trigger observed_end after delete on holds for each row
        when (old.waitlist_entry_id is not null) execute function observed.offer();
    create trigger observed_lapse after update on holds for each row
        when (old.waitlist_entry_id is not null and new.expires_at < old.expires_at) execute function observed.offer();";

/// Waits that a start suits, by the clocks of the business: `wait` and `offer` are theirs.
const SUITS: &str = "
    offer.service_id = wait.service_id and (wait.staff_id is null or wait.staff_id = offer.staff_id)
    and (offer.starts_at at time zone timezone)::date between wait.first_day and wait.last_day
    and extract(epoch from (offer.starts_at at time zone timezone)::time) / 60 between wait.from_minute and wait.to_minute";

/// What must not have happened: the SQL finds one text for each violation.
fn checks() -> [(&'static str, String); 5] {
    [
        (
            "a start was offered to one wait twice",
            "select wait_id || ' ' || starts_at from observed.offers group by wait_id, starts_at having count(*) > 1".to_owned(),
        ),
        (
            "what was offered is not what was waited for",
            format!(
                "select hold_id::text from observed.offers offer join observed.waits wait on wait.id = wait_id
                 join businesses on businesses.id = business_id where not ({SUITS})"
            ),
        ),
        (
            "an offer is neither held nor over",
            "select coalesce(offer.hold_id, hold.id)::text
             from observed.offers offer
             full join (select * from holds where waitlist_entry_id is not null) hold on hold.id = offer.hold_id
             where offer.hold_id is null or hold.id is null and offer.ended_at is null
                or hold.waitlist_entry_id <> offer.wait_id"
                .to_owned(),
        ),
        (
            "what was offered to one who waits is not noted",
            "select coalesce(offer.wait_id, noted.entry_id)::text
             from (select offers.* from observed.offers join waitlist_entries on waitlist_entries.id = wait_id) offer
             full join waitlist_offers noted on noted.entry_id = offer.wait_id and noted.starts_at = offer.starts_at
             where offer.wait_id is null or noted.entry_id is null"
                .to_owned(),
        ),
        (
            "somebody who joined first was passed over",
            // Who joins, leaves, or lets an offer go just then may not have been seen doing so.
            format!(
                "select wait.id || ' for ' || offer.hold_id
                 from observed.offers offer
                 join observed.waits later on later.id = offer.wait_id
                 join observed.waits wait on wait.business_id = later.business_id and wait.number < later.number
                 join businesses on businesses.id = wait.business_id
                 where {SUITS}
                   and wait.began_at < offer.made_at - interval '5 s'
                   and (wait.ended_at is null or wait.ended_at > offer.made_at + interval '5 s')
                   and not exists (
                       select from observed.offers had
                       where had.wait_id = wait.id and had.made_at < offer.made_at + interval '5 s'
                         and (had.starts_at = offer.starts_at or had.ended_at is null
                              or had.ended_at > offer.made_at - interval '5 s'))"
            ),
        ),
    ]
}

/// Waits that ended, not among those of `$1`, though nobody booked what they were for, and they let no ten offers go by.
const ENDED: &str = "
    select id::text from observed.waits wait
    where ended_at is not null and id::text <> all ($1)
      and (select count(*) from observed.offers where wait_id = wait.id) < 10
      and not exists (select from appointments
                      where customer_id = wait.customer_id and service_id = wait.service_id
                        and created_at > wait.created_at and created_at <= wait.ended_at)";

/// What is wrong with waits and offers, in words, once everything that became free has been looked at.
pub(super) async fn violations(
    stage: &Stage,
    database: &Client,
    ledgers: &[Ledger],
) -> anyhow::Result<Vec<String>> {
    let mut found = settle(stage, database).await?;
    found.extend(of_observed(database, ledgers).await?);
    found.extend(not_offered(stage, database).await?);
    Ok(found)
}

/// What is wrong with what was observed.
async fn of_observed(database: &Client, ledgers: &[Ledger]) -> anyhow::Result<Vec<String>> {
    let mut found = observed(database).await?;
    let waits = ledgers.iter().flat_map(|ledger| &ledger.waits);
    let ended: Vec<&str> =
        waits.filter(|(_, fate)| **fate != Fate::Kept).map(|(id, _)| id.as_str()).collect();
    let for_nothing = database.query(ENDED, &[&ended]).await.context("waits that ended")?;
    found.extend(for_nothing.iter().map(|row| format!("wait {} ended by itself", row.get::<_, String>(0))));
    Ok(found)
}

/// What is wrong with what was observed, whatever anybody was told.
///
/// # Errors
/// If the database does not answer.
pub async fn observed(database: &Client) -> anyhow::Result<Vec<String>> {
    let mut found = Vec::new();
    for (what, sql) in checks() {
        let rows = database.query(&sql, &[]).await.context(what)?;
        found.extend(rows.iter().map(|row| format!("{what}: {}", row.get::<_, String>(0))));
    }
    Ok(found)
}

/// Has everything looked at that became free, now, with nothing becoming free by time meanwhile.
async fn settle(stage: &Stage, database: &Client) -> anyhow::Result<Vec<String>> {
    let now = "
        update holds set expires_at = now() + interval '1 hour' where expires_at > now();
        update waitlist_checks set due_at = '-infinity';";
    database.batch_execute(now).await?;
    for look in 0..50 {
        let path = "/api/cron/waitlist/".to_owned();
        let (kind, method, token) = ("look at waitlists", Method::POST, Some(CRON_SECRET));
        stage.calls.ask(look, &Call { kind, method, path, token, key: None, body: None }).await;
        let left = "select count(*) from waitlist_checks where due_at <= now()";
        if database.query_one(left, &[]).await?.get::<_, i64>(0) == 0 {
            return Ok(Vec::new());
        }
    }
    Ok(vec!["what became free is never looked at to the end".to_owned()])
}

/// Starts that are free and that somebody waits for who was not offered them and has no offer.
async fn not_offered(stage: &Stage, database: &Client) -> anyhow::Result<Vec<String>> {
    let sql = "
        select entry.id::text, slug, entry.service_id::text, entry.staff_id::text, day::date::text, from_minute, to_minute,
               array(select to_char(starts_at at time zone timezone, 'YYYY-MM-DD HH24:MI') from waitlist_offers
                     where entry_id = entry.id)
        from waitlist_entries entry
        join businesses on businesses.id = business_id
        cross join generate_series(first_day::timestamp, last_day::timestamp, '1 day') day
        where not exists (select from holds where waitlist_entry_id = entry.id and expires_at > now())
        order by entry.number, day";
    let mut found = Vec::new();
    for row in database.query(sql, &[]).await? {
        let text = |index: usize| row.get::<_, String>(index);
        let (id, day, offered): (String, String, Vec<String>) = (text(0), text(4), row.get(7));
        let staff = row.get::<_, Option<String>>(3).map(|staff| format!("&staff_id={staff}"));
        let path = format!(
            "/api/businesses/{}/availability/?service_id={}&date={day}{}",
            text(1),
            text(2),
            staff.unwrap_or_default()
        );
        let (kind, method) = ("availability", Method::GET);
        let call = Call { kind, method, path, token: None, key: None, body: None };
        let Answer::Done(answer) = stage.calls.ask(0, &call).await else { continue };
        let (from, to): (i16, i16) = (row.get(5), row.get(6));
        let free = answer["slots"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let mut suitable = free.filter(|time| {
            minute(time).is_some_and(|minute| (from..=to).contains(&minute))
                && !offered.contains(&format!("{day} {time}"))
        });
        if let Some(time) = suitable.next() {
            found.push(format!("{id} waits for {day} {time}, which is free"));
        }
    }
    Ok(found)
}

/// `HH:MM` as minutes.
fn minute(time: &str) -> Option<i16> {
    let (hours, minutes) = time.split_once(':')?;
    Some(hours.parse::<i16>().ok()? * 60 + minutes.parse::<i16>().ok()?)
}
