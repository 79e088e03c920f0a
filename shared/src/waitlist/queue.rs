//! SQL for whoever looks at what has become free: what is due, who waits for it, and what was offered to them.

use jiff::{Timestamp, civil::Date};

use crate::{
    appointments::booked_by,
    customers::card_of,
    db::{self, Param, Row, Sql, Transaction},
    ids::{BusinessId, ServiceId, StaffMemberId, UserId, WaitlistEntryId},
    scheduling::{MinuteOfDay, Record, Slot},
};

/// After so many offers that came to nothing, nobody is taken to wait any more.
const MOST_OFFERS: i64 = 10;

/// A business where time may have become free; none of those that are passed over.
pub(super) async fn next_due(
    on: &impl Sql,
    now: Timestamp,
    passing_over: &[BusinessId],
) -> Result<Option<BusinessId>, db::Error> {
    let sql = "
        select business_id from waitlist_checks where due_at <= $1 and business_id <> all ($2)
        order by due_at, id limit 1";
    Ok(on.row(sql, &[&now, &passing_over]).await?.map(|row| row.get(0)))
}

/// Everything of a business that is due and that nobody else is looking at, which nobody else will until the transaction ends.
pub(super) async fn claim(
    tx: &Transaction<'_>,
    business: BusinessId,
    now: Timestamp,
) -> Result<Vec<i64>, db::Error> {
    let sql = "
        select id from waitlist_checks where business_id = $1 and due_at <= $2 for update skip locked";
    Ok(tx.rows(sql, &[&business, &now]).await?.iter().map(|row| row.get(0)).collect())
}

/// Makes others wait who are about to offer anything at a business, until the transaction ends: each has to see what was offered
/// before. Comes before calendars are guarded.
pub(super) async fn alone_at(tx: &Transaction<'_>, business: BusinessId) -> Result<(), db::Error> {
    // The random half of the id; in a space of its own, so that nobody waits who only books.
    let sql = "select pg_advisory_xact_lock(hashtextextended('waitlist ' || $1::uuid, 0))";
    tx.execute(sql, &[&business]).await.map(drop)
}

/// Ends the entries of a business that are done: who has booked what they waited for since, whose days are over, who has let
/// enough offers go by, or who waits for what there is not any more. How many. One that somebody else is ending is passed over.
pub(super) async fn end_those_done(
    tx: &Transaction<'_>,
    business: BusinessId,
    now: Timestamp,
) -> Result<u64, db::Error> {
    let sql = "
        delete from waitlist_entries where id in (
            select entry.id
            from waitlist_entries entry
            join businesses on businesses.id = entry.business_id
            join services on services.id = entry.service_id
            left join staff_members on staff_members.id = entry.staff_id
            where entry.business_id = $1
              and (num_nonnulls(businesses.retired_at, services.retired_at, staff_members.retired_at) > 0
                   or entry.last_day < ($2::timestamptz at time zone timezone)::date
                   or (select count(*) from waitlist_offers where entry_id = entry.id) >= $3
                      and not exists (select from holds where waitlist_entry_id = entry.id and expires_at > $2)
                   or exists (select from appointments booked
                              where booked.customer_id = entry.customer_id and booked.business_id = entry.business_id
                                and booked.service_id = entry.service_id and booked.created_at > entry.created_at
                                and booked.status in ('pending', 'confirmed')
                                and booked.staff_id = coalesce(entry.staff_id, booked.staff_id)
                                and (booked.starts_at at time zone timezone)::date
                                    between entry.first_day and entry.last_day
                                and extract(epoch from (booked.starts_at at time zone timezone)::time) / 60
                                    between entry.from_minute and entry.to_minute))
            for update of entry skip locked)";
    tx.execute(sql, &[&business, &now, &MOST_OFFERS]).await
}

/// Somebody who waits, and has nothing held for it.
pub(super) struct Waiter {
    pub(super) entry: WaitlistEntryId,
    pub(super) customer: UserId,
    pub(super) service: ServiceId,
    pub(super) staff: Option<StaffMemberId>,
    /// What they want added makes the visit so many minutes longer.
    pub(super) longer_by: u16,
    /// The first and last of their days on which time may have become free.
    pub(super) days: (Date, Date),
    from: MinuteOfDay,
    to: MinuteOfDay,
    /// What they were offered before.
    offered: Vec<Timestamp>,
    /// What decides whether they may book.
    pub(super) record: Record,
}

impl Waiter {
    /// Whether a start is one that they wait for, and were not offered before.
    pub(super) fn wants(&self, slot: &Slot) -> bool {
        (self.from..=self.to).contains(&slot.time) && !self.offered.contains(&slot.start)
    }
}

impl From<&Row> for Waiter {
    fn from(row: &Row) -> Self {
        let minute =
            |index: usize| MinuteOfDay::try_from(row.get::<_, i16>(index)).unwrap_or(MinuteOfDay::MIDNIGHT);
        let count = |index: usize| u32::try_from(row.get::<_, i64>(index)).unwrap_or(u32::MAX);
        Self {
            entry: row.get(0),
            customer: row.get(1),
            service: row.get(2),
            staff: row.get(3),
            longer_by: u16::try_from(row.get::<_, i64>(4)).unwrap_or(u16::MAX),
            days: (row.get(5), row.get(6)),
            from: minute(7),
            to: minute(8),
            offered: row.get(9),
            record: Record { open_bookings: count(10), no_shows: count(11) },
        }
    }
}

/// Who waits for any of what was noted, in the order in which they joined. Not who has something held for it, whom the business
/// has blocked, or who wants something added that cannot be any more.
pub(super) async fn waiting(
    on: &impl Sql,
    business: BusinessId,
    checks: &[i64],
    now: Timestamp,
) -> Result<Vec<Waiter>, db::Error> {
    let sql = format!(
        "
        select entry.id, entry.customer_id, entry.service_id, entry.staff_id, added.minutes, entry.first, entry.last,
               entry.from_minute, entry.to_minute,
               array(select starts_at from waitlist_offers where entry_id = entry.id), record.open, record.missed
        from (select entry.*, min(greatest(entry.first_day, checks.first_day)) as first,
                     max(least(entry.last_day, checks.last_day)) as last
              from waitlist_entries entry
              join waitlist_checks checks
                  on checks.id = any ($2) and checks.first_day <= entry.last_day and checks.last_day >= entry.first_day
              where entry.business_id = $1
              group by entry.id) entry
        join businesses on businesses.id = entry.business_id
        cross join lateral (
            select coalesce(sum(duration_minutes), 0) as minutes, count(*) as count from add_ons
            where id = any (entry.add_on_ids) and service_id = entry.service_id and is_active and retired_at is null
        ) added
        cross join lateral (select {} as id) card
        cross join lateral (
            select count(*) filter (where status in ('pending', 'confirmed') and ends_at > $3) as open,
                   count(*) filter (where status = 'no_show' and starts_at >= $3 - no_show_days * interval '24 hours')
                       as missed
            from ({}) theirs
        ) record
        where added.count = cardinality(entry.add_on_ids)
          and not exists (select from holds where waitlist_entry_id = entry.id and expires_at > $3)
          and not keeps_out(entry.business_id, entry.customer_id)
        order by entry.number",
        card_of("entry.business_id", "entry.customer_id"),
        booked_by("entry.business_id", "entry.customer_id", "card.id")
    );
    Ok(on.rows(&sql, &[&business, &checks, &now]).await?.iter().map(Waiter::from).collect())
}

/// Keeps an entry from ending until the transaction does, and takes away what it was offered before, which has expired. Whether
/// it is still there.
pub(super) async fn lock(tx: &Transaction<'_>, entry: WaitlistEntryId) -> Result<bool, db::Error> {
    let lock = "select from waitlist_entries where id = $1 for update";
    let params: [&dyn Param; 1] = [&entry];
    let (locked, cleared) = tokio::join!(
        tx.execute(lock, &params),
        tx.execute("delete from holds where waitlist_entry_id = $1", &params)
    );
    cleared?;
    Ok(locked? > 0)
}

/// Notes what somebody was offered.
pub(super) async fn note_offer(
    tx: &Transaction<'_>,
    entry: WaitlistEntryId,
    start: Timestamp,
) -> Result<(), db::Error> {
    tx.execute("insert into waitlist_offers (entry_id, starts_at) values ($1, $2)", &[&entry, &start])
        .await
        .map(drop)
}

/// Forgets what was noted: there is nothing in it for anybody any more.
pub(super) async fn done(tx: &Transaction<'_>, checks: &[i64]) -> Result<(), db::Error> {
    tx.execute("delete from waitlist_checks where id = any ($1)", &[&checks]).await.map(drop)
}
