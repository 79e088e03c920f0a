//! SQL for guests.

use jiff::Timestamp;

use crate::{
    appointments::holds::Held,
    db::{self, Param, Row, Sql, Transaction},
    ids::{AppointmentId, BusinessId, CodeId, CustomerId, HoldId},
    language::Language,
};

/// A guest's hold at a business that has not expired, and when it does.
pub(super) async fn held(
    on: &impl Sql,
    token_hash: &[u8],
    business: BusinessId,
    now: Timestamp,
) -> Result<Option<(HoldId, Timestamp)>, db::Error> {
    let sql =
        "select id, expires_at from holds where guest_hash = $1 and business_id = $2 and expires_at > $3";
    let row = on.row(sql, &[&token_hash.to_vec(), &business, &now]).await?;
    Ok(row.map(|row| (row.get(0), row.get(1))))
}

/// A code about to be sent to who wants to book what is held.
pub(super) struct NewCode<'a> {
    pub(super) hold: HoldId,
    pub(super) id: CodeId,
    pub(super) name: &'a str,
    pub(super) email: &'a str,
    pub(super) phone: &'a str,
    /// Whether it goes to the phone and not to the address.
    pub(super) by_sms: bool,
    pub(super) language: Language,
    pub(super) hash: Vec<u8>,
    pub(super) created_at: Timestamp,
    pub(super) expires_at: Timestamp,
}

/// Keeps a code in the place of an earlier one of the same hold; not if that is gone.
pub(super) async fn keep_code(tx: &Transaction<'_>, new: &NewCode<'_>) -> Result<(), db::Error> {
    let sql = "
        insert into guest_codes (hold_id, id, name, email, phone, locale, code_hash, created_at, expires_at, by_sms)
        select id, $2, $3, $4, $5, $6, $7, $8, $9, $10 from holds where id = $1 for key share
        on conflict (hold_id) do update
            set (id, name, email, phone, locale, code_hash, attempts, created_at, expires_at, by_sms) =
                (excluded.id, excluded.name, excluded.email, excluded.phone, excluded.locale, excluded.code_hash, 0,
                 excluded.created_at, excluded.expires_at, excluded.by_sms)";
    let NewCode { hold, id, name, email, phone, by_sms, language, hash, created_at, expires_at } = new;
    let params: [&dyn Param; 10] =
        [hold, id, name, email, phone, &language.tag(), hash, created_at, expires_at, by_sms];
    tx.execute(sql, &params).await.map(drop)
}

/// A code that is tried.
pub(super) struct Tried {
    pub(super) id: CodeId,
    pub(super) hash: Vec<u8>,
    pub(super) expires_at: Timestamp,
    /// This try included.
    pub(super) tries: i16,
    pub(super) held: Held,
}

/// Counts a try of the code of a guest's hold that has not expired; nothing if there is none.
pub(super) async fn count_try(
    on: &impl Sql,
    token_hash: &[u8],
    business: BusinessId,
    now: Timestamp,
) -> Result<Option<Tried>, db::Error> {
    let sql = "
        update guest_codes set attempts = least(attempts + 1, 100)
        from holds
        where holds.id = hold_id and guest_hash = $1 and business_id = $2 and holds.expires_at > $3
        returning holds.id, entry_id, staff_id, waitlist_entry_id, guest_codes.id, code_hash,
                  guest_codes.expires_at, attempts";
    let row = on.row(sql, &[&token_hash.to_vec(), &business, &now]).await?;
    Ok(row.map(|row| Tried {
        held: Held::from(&row),
        id: row.get(4),
        hash: row.get(5),
        expires_at: row.get(6),
        tries: row.get(7),
    }))
}

/// Whether a code is there: it goes with the hold, and when another takes its place.
pub(super) async fn is_kept(on: &impl Sql, hold: HoldId, code: CodeId) -> Result<bool, db::Error> {
    let sql = "select from guest_codes where hold_id = $1 and id = $2";
    Ok(on.row(sql, &[&hold, &code]).await?.is_some())
}

/// Who shows that an address or a number is theirs, as they said.
pub(super) struct Guest {
    pub(super) name: String,
    pub(super) email: String,
    pub(super) phone: String,
    /// Whether it is the number.
    pub(super) by_sms: bool,
}

impl From<&Row> for Guest {
    fn from(row: &Row) -> Self {
        Self { name: row.get(0), email: row.get(1), phone: row.get(2), by_sms: row.get(3) }
    }
}

/// Whose code that is, unless it was used or replaced. Nobody else uses it until the transaction ends. Comes first of all.
pub(super) async fn guest(
    tx: &Transaction<'_>,
    hold: HoldId,
    code: CodeId,
) -> Result<Option<Guest>, db::Error> {
    // By an advisory lock, because whoever clears holds away takes their rows behind the calendars.
    let key = hold.uuid().as_u64_pair();
    let key = (key.0 ^ key.1).cast_signed();
    let read = "select name, email, phone, by_sms from guest_codes where hold_id = $1 and id = $2";
    let (key_param, params): ([&dyn Param; 1], [&dyn Param; 2]) = ([&key], [&hold, &code]);
    let (alone, found) =
        tokio::join!(tx.execute("select pg_advisory_xact_lock($1)", &key_param), tx.row(read, &params));
    alone?;
    Ok(found?.as_ref().map(Guest::from))
}

/// How many visits ahead who shows an address or a number to be theirs has without an account, at all businesses together.
/// Nobody else counts them until the transaction ends.
pub(super) async fn open_bookings(
    tx: &Transaction<'_>,
    guest: &Guest,
    now: Timestamp,
) -> Result<i64, db::Error> {
    let alone = "select pg_advisory_xact_lock(hashtextextended('guest ' || lower($1), 0))";
    let (contact, theirs) = if guest.by_sms {
        (&guest.phone, "phone = $1 and phone_shown_at is not null")
    } else {
        (&guest.email, "email_lower = lower($1) and email_lower <> ''")
    };
    let count = format!(
        "select count(*) from customers join appointments on card_id = customers.id
         where {theirs} and status in ('pending', 'confirmed') and ends_at > $2"
    );
    let params: [&dyn Param; 2] = [contact, &now];
    let (alone, row) = tokio::join!(tx.execute(alone, &params[..1]), tx.row(&count, &params));
    alone?;
    Ok(row?.map_or(0, |row| row.get(0)))
}

/// The card that an appointment is for, and the address on it or, without one, the number.
pub(super) async fn card_of(
    on: &impl Sql,
    appointment: AppointmentId,
) -> Result<Option<(CustomerId, String)>, db::Error> {
    let sql = "
        select card.id, case when card.email <> '' then card.email else card.phone end
        from appointments join customers card on card.id = card_id
        where appointments.id = $1 and (card.email <> '' or card.phone_shown_at is not null)";
    Ok(on.row(sql, &[&appointment]).await?.map(|row| (row.get(0), row.get(1))))
}
