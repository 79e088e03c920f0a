//! SQL for appointments. The time they occupy is that of an entry of somebody's calendar ([`calendar`](crate::calendar)).

use jiff::{Timestamp, civil::Date};
use serde_json::Value;

use super::{
    status::Status,
    view::{Appointment, Audience},
};
use crate::{
    businesses,
    customers::{Party, card_of},
    db::{self, Param, Row, Sql, Transaction},
    http::page::Slice,
    ids::{
        AddOnId, AppointmentId, BusinessId, CalendarEntryId, HistoryEntryId, ServiceId, StaffMemberId,
        UserId, VisitId,
    },
    intake::{self, ToKeep},
    money::Currency,
    scheduling::{Policy, Record, Span},
    services::AddOn,
};

/// An appointment about to exist.
pub(super) struct NewAppointment<'a> {
    pub(super) id: AppointmentId,
    pub(super) customer: Party,
    /// Who booked it: nobody with an account, where a guest did.
    pub(super) actor: Option<UserId>,
    pub(super) status: Status,
    pub(super) price_minor: i64,
    pub(super) price_currency: Currency,
    pub(super) policy: &'a Policy,
    pub(super) notes: &'a str,
    pub(super) answers: &'a ToKeep,
    /// What it is a part of.
    pub(super) visit: Option<VisitId>,
    pub(super) created_at: Timestamp,
}

/// Books the time of a calendar entry, if there is one; records it, and reads it back as these see it, in one round trip.
pub(super) async fn insert(
    tx: &Transaction<'_>,
    new: &NewAppointment<'_>,
    entry: CalendarEntryId,
    add_ons: &[AddOn],
    audience: Audience,
) -> Result<Option<Appointment>, db::Error> {
    let insert = "
        insert into appointments (id, entry_id, business_id, service_id, staff_id, starts_at, ends_at, busy_from, busy_to,
                                  gap_from, gap_to, customer_id, status, price_minor, price_currency, notes, created_at,
                                  updated_at, confirmed_at, policy, card_id, visit_id)
        select $1, id, business_id, service_id, staff_id, starts_at, ends_at, busy_from, busy_to, gap_from, gap_to,
               $3, $4, $5, $6, $7, $8, $8, case when $4::text = 'confirmed' then $8 end, $9, $10, $11
        from calendar_entries where id = $2";
    let history = "
        insert into appointment_history (id, appointment_id, to_status, actor_id, at)
        select $1, id, status, $3, created_at from appointments where id = $2";
    let history_id = HistoryEntryId::new(new.created_at);
    let (status, currency) = (new.status.as_str(), new.price_currency.code());
    let policy = serde_json::to_value(new.policy).unwrap_or_default();
    let (account, card) = (new.customer.account(), new.customer.card());
    let insert_params: [&dyn Param; 11] = [
        &new.id,
        &entry,
        &account,
        &status,
        &new.price_minor,
        &currency,
        &new.notes,
        &new.created_at,
        &policy,
        &card,
        &new.visit,
    ];
    let history_params: [&dyn Param; 3] = [&history_id, &new.id, &new.actor];
    let (inserted, added, answered, recorded, booked) = tokio::join!(
        tx.execute(insert, &insert_params),
        add(tx, std::slice::from_ref(&new.id), add_ons),
        intake::keep(tx, new.answers),
        tx.execute(history, &history_params),
        one(tx, new.id, audience),
    );
    inserted?;
    added?;
    answered?;
    recorded?;
    booked
}

/// Keeps what is added to visits, as it is called and costs now.
pub(super) async fn add(
    tx: &Transaction<'_>,
    appointments: &[AppointmentId],
    add_ons: &[AddOn],
) -> Result<(), db::Error> {
    if add_ons.is_empty() {
        return Ok(());
    }
    let ids: Vec<AddOnId> = add_ons.iter().map(|add_on| add_on.id).collect();
    let sql = "
        insert into appointment_add_ons (appointment_id, add_on_id, name, duration_minutes, price_minor)
        select appointments.id, add_ons.id, add_ons.name, add_ons.duration_minutes, add_ons.price_minor
        from appointments, add_ons where appointments.id = any($1) and add_ons.id = any($2)";
    tx.execute(sql, &[&appointments, &ids]).await.map(drop)
}

/// Nobody else books or holds anything for this customer at this business, as far as it matters, until the transaction
/// ends. Comes before calendars are guarded.
///
/// # Errors
/// If the transaction is broken.
pub async fn lock_customer(
    tx: &Transaction<'_>,
    business: BusinessId,
    customer: Party,
) -> Result<(), db::Error> {
    let customer = match customer {
        Party::Account(user) => user.uuid(),
        Party::Card(card) => card.uuid(),
    };
    // Two who share a key wait for each other without need, which is all that happens.
    let (one, other) = (business.uuid().as_u64_pair(), customer.as_u64_pair());
    let key = (one.0 ^ one.1 ^ other.0 ^ other.1).cast_signed();
    tx.execute("select pg_advisory_xact_lock($1)", &[&key]).await.map(drop)
}

/// SQL for what an account or its card has at a business, by whatever account of the card and without; all of them given as SQL.
/// Columns `status`, `starts_at`, `ends_at`.
///
/// By the index of the customer alone (`is not distinct from` goes by none): where a business has had far more visits than most,
/// the planner would read all of them besides, for each customer.
#[must_use]
pub fn booked_by(business: &str, account: &str, card: &str) -> String {
    format!(
        "select status, starts_at, ends_at from appointments
         where business_id is not distinct from {business}
           and customer_id in (select {account} union
                               select user_id from customer_accounts where customer_id = {card})
         union all
         select status, starts_at, ends_at from appointments where card_id = {card}"
    )
}

/// What a business knows of a customer, by all accounts of their card and without: visits ahead, and those missed since some
/// instant. Nobody else asks for this customer until the transaction ends.
pub(super) async fn record(
    tx: &Transaction<'_>,
    business: BusinessId,
    customer: Party,
    since: Timestamp,
    now: Timestamp,
) -> Result<Record, db::Error> {
    let sql = format!(
        "with card as (select coalesce($5, {}) as id)
         select count(*) filter (where status in ('pending', 'confirmed') and ends_at > $4),
                count(*) filter (where status = 'no_show' and starts_at >= $3)
         from ({}) theirs",
        card_of("$1", "$2"),
        booked_by("$1", "$2", "(select id from card)")
    );
    let (account, card) = (customer.account(), customer.card());
    let params: [&dyn Param; 5] = [&business, &account, &since, &now, &card];
    let (locked, row) = tokio::join!(lock_customer(tx, business, customer), tx.row(&sql, &params));
    locked?;
    let count = |row: &Row, index| u32::try_from(row.get::<_, i64>(index)).unwrap_or(u32::MAX);
    Ok(row?.map_or_else(Record::default, |row| Record {
        open_bookings: count(&row, 0),
        no_shows: count(&row, 1),
    }))
}

/// One appointment, if it is one of this audience's.
pub(super) async fn one(
    on: &impl Sql,
    id: AppointmentId,
    audience: Audience,
) -> Result<Option<Appointment>, db::Error> {
    let sql = format!("{} where appointments.id = $1 and {} = $2", audience.select(), audience.column());
    let row = on.row(&sql, &[&id, &audience.id()]).await?;
    Ok(row.map(|row| Appointment::from_row(&row, audience)))
}

/// Which appointments occupy any of some staff members' time.
///
/// # Errors
/// If the query fails.
pub async fn in_the_way(
    on: &impl Sql,
    staff: &[StaffMemberId],
    around: Span,
) -> Result<Vec<(StaffMemberId, AppointmentId)>, db::Error> {
    let sql = "
        select entries.staff_id, appointments.id
        from calendar_entries entries join appointments on appointments.entry_id = entries.id
        where entries.staff_id = any($1) and entries.busy && tstzmultirange(tstzrange($2, $3))
        order by appointments.starts_at, appointments.id";
    let rows = on.rows(sql, &[&staff, &around.start, &around.end]).await?;
    Ok(rows.iter().map(|row| (row.get(0), row.get(1))).collect())
}

/// What a list of appointments is narrowed down to.
#[derive(Debug, Default)]
pub(super) struct Filter {
    pub(super) status: Option<Status>,
    /// Ends after this instant.
    pub(super) ends_after: Option<Timestamp>,
    /// Ends at this instant or before.
    pub(super) ended_by: Option<Timestamp>,
    /// Starts on this local date or later.
    pub(super) date_from: Option<Date>,
    /// Starts on this local date or earlier.
    pub(super) date_to: Option<Date>,
    pub(super) staff: Option<StaffMemberId>,
}

/// One page of an audience's appointments, newest start first, and how many there are in all.
pub(super) async fn page(
    on: &impl Sql,
    audience: Audience,
    filter: &Filter,
    Slice { limit, offset }: Slice,
) -> Result<(i64, Vec<Appointment>), db::Error> {
    // The dates roughly, by the index, and then exactly, by the clocks of each business.
    let matching = format!(
        "{} = $1
         and ($2::text is null or appointments.status = $2)
         and ($3 is null or appointments.ends_at > $3)
         and ($4 is null or appointments.ends_at <= $4)
         and appointments.starts_at between
             coalesce(($5::text::date - 1)::timestamp at time zone 'UTC', '-infinity')
             and coalesce(($6::text::date + 2)::timestamp at time zone 'UTC', 'infinity')
         and ($5::text is null or appointments.starts_at >= $5::text::date::timestamp at time zone businesses.timezone)
         and ($6::text is null
              or appointments.starts_at < ($6::text::date + 1)::timestamp at time zone businesses.timezone)
         and ($7 is null or appointments.staff_id = $7)",
        audience.column()
    );
    let from = "from appointments join businesses on businesses.id = appointments.business_id";
    let order = "order by appointments.starts_at desc, appointments.id desc";
    let count = format!("select count(*) {from} where {matching}");
    // What belongs to an appointment is looked up for those on the page only.
    let list = format!(
        "{} where appointments.id = any (array(select appointments.id {from} where {matching}
                                               {order} limit $8 offset $9))
         {order}",
        audience.select()
    );
    let of = audience.id();
    let status = filter.status.map(Status::as_str);
    let [from, to] = [filter.date_from, filter.date_to].map(|date| date.map(|date| date.to_string()));
    let params: [&dyn Param; 9] =
        [&of, &status, &filter.ends_after, &filter.ended_by, &from, &to, &filter.staff, &limit, &offset];
    let (count, rows) = tokio::try_join!(on.row(&count, &params[..7]), on.rows(&list, &params))?;
    let appointments = rows.iter().map(|row| Appointment::from_row(row, audience)).collect();
    Ok((count.map_or(0, |row| row.get(0)), appointments))
}

/// An appointment as far as changing it goes.
pub(super) struct Current {
    pub(super) id: AppointmentId,
    pub(super) status: Status,
    pub(super) starts_at: Timestamp,
    pub(super) business: BusinessId,
    pub(super) service: ServiceId,
    pub(super) staff: StaffMemberId,
    /// The time it occupies, while it does.
    pub(super) entry: Option<CalendarEntryId>,
    /// How much longer it is for what was added to it.
    pub(super) added_minutes: u16,
    /// On what terms it was booked.
    pub(super) policy: Policy,
}

impl Current {
    /// Whether the visit is still to come.
    pub(super) fn is_ahead(&self, now: Timestamp) -> bool {
        self.status.may_become(Status::Cancelled) && self.starts_at > now
    }
}

/// One of this audience's appointments, as it is now.
pub(super) async fn current(
    on: &impl Sql,
    id: AppointmentId,
    audience: Audience,
) -> Result<Option<Current>, db::Error> {
    let matching = format!("appointments.id = $1 and {} = $2", audience.column());
    Ok(read_current(on, &matching, &[&id, &audience.id()]).await?.pop())
}

/// The same, locked until the transaction ends.
pub(super) async fn to_change(
    tx: &Transaction<'_>,
    id: AppointmentId,
    audience: Audience,
) -> Result<Option<Current>, db::Error> {
    let matching = format!("appointments.id = $1 and {} = $2 for update of appointments", audience.column());
    Ok(read_current(tx, &matching, &[&id, &audience.id()]).await?.pop())
}

/// Appointments as they are now. `matching` comes behind a WHERE.
pub(super) async fn read_current(
    on: &impl Sql,
    matching: &str,
    params: &[&dyn Param],
) -> Result<Vec<Current>, db::Error> {
    let sql = format!(
        "select appointments.status, appointments.starts_at, appointments.business_id, appointments.service_id,
                appointments.staff_id, appointments.entry_id,
                (select coalesce(sum(duration_minutes), 0)::int4 from appointment_add_ons
                 where appointment_id = appointments.id),
                appointments.policy, appointments.id, {}
         from appointments join businesses on businesses.id = appointments.business_id
         where {matching}",
        businesses::POLICY
    );
    let current = |row: &Row| Current {
        id: row.get(8),
        status: row.get(0),
        starts_at: row.get(1),
        business: row.get(2),
        service: row.get(3),
        staff: row.get(4),
        entry: row.get(5),
        added_minutes: u16::try_from(row.get::<_, i32>(6)).unwrap_or(u16::MAX),
        // What was booked before policies were kept follows the one there is.
        policy: row
            .get::<_, Option<Value>>(7)
            .and_then(|kept| serde_json::from_value(kept).ok())
            .unwrap_or_else(|| businesses::policy_from_row(row, 9)),
    };
    Ok(on.rows(&sql, params).await?.iter().map(current).collect())
}

/// A change of status.
pub(super) struct Change<'a> {
    pub(super) id: AppointmentId,
    pub(super) from: Status,
    pub(super) to: Status,
    pub(super) actor: Option<UserId>,
    /// On whose side the actor is.
    pub(super) by: &'a str,
    pub(super) reason: &'a str,
    pub(super) at: Timestamp,
}

/// Writes a change of a locked appointment, and records it.
pub(super) async fn change(tx: &Transaction<'_>, change: &Change<'_>) -> Result<(), db::Error> {
    let sql = "
        with changed as (
            update appointments
            set status = $2,
                updated_at = $3,
                confirmed_at = case when $2::text = 'confirmed' then $3 else confirmed_at end,
                completed_at = case when $2::text = 'completed' then $3 else completed_at end,
                cancelled_at = case when $2::text = 'cancelled' then $3 end,
                cancelled_by = case when $2::text = 'cancelled' then $4::text end,
                cancellation_reason = case when $2::text = 'cancelled' then $5::text else '' end
            where id = $1
        )
        insert into appointment_history (id, appointment_id, from_status, to_status, actor_id, reason, at)
        values ($6, $1, $7, $2, $8, $5, $3)";
    let history = HistoryEntryId::new(change.at);
    tx.execute(
        sql,
        &[
            &change.id,
            &change.to.as_str(),
            &change.at,
            &change.by,
            &change.reason,
            &history,
            &change.from.as_str(),
            &change.actor,
        ],
    )
    .await
    .map(drop)
}
