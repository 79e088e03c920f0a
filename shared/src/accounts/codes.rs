//! Six-digit codes sent by mail. Only the latest of a purpose counts; it is good for a few minutes, for five tries
//! and for one use. A try is counted in a statement of its own before anything is compared, so that no number
//! of simultaneous guesses gets a sixth. All the codes of an account together have a few tries an hour, so that asking
//! for ever new codes does not help who guesses either; from one address there are fewer, and those beyond touch
//! neither the code nor the account's count, so that no one address can use up what the owner needs.
//!
//! Codes that anybody can ask for anew are mailed a few times an hour to each account, wherever they are asked for. Beyond
//! that the answer is the same and no mail goes out; the wait for the next is shorter than a code is good for, so that who
//! uses it up for somebody else leaves them one that works.
//!
//! What remains: whoever has several addresses can use up all of an account's tries, again and again. While that goes
//! on its owner has to wait; it is over some minutes after it stops. To allow more tries would help those who guess.
//!
//! Nothing here is quicker for people who do not exist: asking for a code and trying one is done for [`nobody`] too,
//! and takes the same statements and the same wait for the disk. That way time does not tell who has an account.

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    fields::Email,
    keys::{Keys, mac, mac_matches},
};
use crate::{
    app::App,
    db::{self, Connection, Row, Sql, Transaction},
    http::{ApiError, Code},
    ids::{CodeId, UserId},
    limits::{self, Address, Counted},
    outbox::{self, Notice},
};

/// What a code is for. One for one purpose is nothing to another.
#[derive(Clone, Copy, Debug)]
pub(super) enum Purpose {
    VerifyEmail,
    ResetPassword,
}

impl Purpose {
    fn as_str(self) -> &'static str {
        match self {
            Self::VerifyEmail => "verify_email",
            Self::ResetPassword => "reset_password",
        }
    }
}

/// Stands in for the person behind an address where there is none.
pub(super) fn nobody(now: Timestamp) -> UserId {
    UserId::new(now)
}

/// Makes a new code and the mail that brings it. Of one for [`nobody`] comes nothing: no code is stored, and when the
/// mail is due there is nobody to write to.
pub(super) async fn send(
    tx: &Transaction<'_>,
    app: &App,
    user: UserId,
    purpose: Purpose,
) -> Result<(), db::Error> {
    let now = app.now();
    let id = CodeId::new(now);
    let code = digits();
    let hash = hash(app.keys(), id, &code);
    // Someone being erased is waited for, and then is nobody.
    let sql = "
        insert into one_time_codes (id, user_id, purpose, code_hash, created_at, expires_at)
        select $1, id, $3, $4, $5, $6 from users where id = $2 for key share";
    let expires = now + app.config().code_life;
    let stored = tx.execute(sql, &[&id, &user, &purpose.as_str(), &hash, &now, &expires]).await?;
    let notice = match purpose {
        Purpose::VerifyEmail => Notice::VerificationCode { user, code },
        Purpose::ResetPassword => Notice::PasswordResetCode { user, code },
    };
    match stored {
        0 => outbox::add_for_nobody(tx, now, &notice).await,
        _ => outbox::add(tx, now, &notice).await,
    }
}

/// As [`send`], once more, or for whoever asks on somebody's behalf: beyond what an account is sent, to [`nobody`].
pub(super) async fn send_again(
    tx: &Transaction<'_>,
    app: &App,
    user: UserId,
    purpose: Purpose,
) -> Result<(), db::Error> {
    let may_be_sent = match app.config().rate_limits.codes_sent {
        Some(rate) => {
            let bucket = Counted::CodesSent(user, purpose.as_str()).at(rate, app.keys());
            limits::take(tx, &bucket, app.now()).await?.allowed
        }
        None => true,
    };
    let user = if may_be_sent { user } else { nobody(app.now()) };
    send(tx, app, user, purpose).await
}

/// Six of them, by chance.
pub(crate) fn digits() -> String {
    format!("{:06}", rand::random_range(0..1_000_000))
}

/// A code as it is stored.
pub(crate) fn hash(keys: &Keys, id: CodeId, digits: &str) -> Vec<u8> {
    mac(&keys.current.codes, &[id.uuid().as_bytes(), digits.as_bytes()]).to_vec()
}

/// Whether a code that is stored is these digits.
pub(crate) fn matches(keys: &Keys, id: CodeId, digits: &str, hash: &[u8]) -> bool {
    let id = id.uuid();
    let parts: [&[u8]; 2] = [id.as_bytes(), digits.as_bytes()];
    keys.accepted().any(|set| mac_matches(&set.codes, &parts, hash))
}

/// What somebody says was mailed to an address, and from where they say it.
pub(super) struct Answer<'a> {
    pub(super) email: &'a Email,
    pub(super) digits: &'a str,
    pub(super) from: Address,
}

/// A code that was answered rightly, as [`use_up`] takes it.
pub(super) struct RightCode(CodeId);

/// Checks an answer, and leaves the code unused.
///
/// # Errors
/// `INVALID_VERIFICATION_CODE`, also when there is none or its tries are used up; `VERIFICATION_CODE_EXPIRED`;
/// `VERIFICATION_CODE_USED`.
pub(super) async fn check(
    connection: &Connection,
    app: &App,
    user: UserId,
    purpose: Purpose,
    answer: &Answer<'_>,
) -> Result<RightCode, ApiError> {
    // Before anything else: whether there is an account makes no difference to this.
    if !count_from_address(connection, app, purpose, answer).await? {
        return Err(Code::InvalidVerificationCode.into());
    }
    let (code, account_has_tries) = tokio::try_join!(
        count_try(connection, user, purpose),
        count_for_account(connection, app, user, purpose)
    )?;
    let code = code.ok_or(Code::InvalidVerificationCode)?;
    let limit = app.config().rate_limits.codes;
    let code_has_tries = limit.is_none_or(|limit| code.tries <= limit.per_code);
    // Without tries it is told as if it were wrong: anything else would say that the account exists.
    if !(account_has_tries && code_has_tries && code.is(answer.digits, app.keys())) {
        return Err(Code::InvalidVerificationCode.into());
    }
    if code.used {
        return Err(Code::VerificationCodeUsed.into());
    }
    if code.expires_at <= app.now() {
        return Err(Code::VerificationCodeExpired.into());
    }
    Ok(RightCode(code.id))
}

/// Uses up a code. Of several right answers at once, one gets through.
///
/// # Errors
/// `VERIFICATION_CODE_USED`.
pub(super) async fn use_up(
    tx: &Transaction<'_>,
    RightCode(code): RightCode,
    now: Timestamp,
) -> Result<(), ApiError> {
    let sql = "update one_time_codes set used_at = $2 where id = $1 and used_at is null";
    match tx.execute(sql, &[&code, &now]).await? {
        0 => Err(Code::VerificationCodeUsed.into()),
        _ => Ok(()),
    }
}

/// Counts a try for where it comes from; whether there was one left.
async fn count_from_address(
    on: &impl Sql,
    app: &App,
    purpose: Purpose,
    answer: &Answer<'_>,
) -> Result<bool, db::Error> {
    let Some(limit) = app.config().rate_limits.codes else { return Ok(true) };
    let counted = Counted::CodesFrom(purpose.as_str(), answer.email.as_str(), answer.from);
    Ok(limits::take(on, &counted.at(limit.per_address, app.keys()), app.now()).await?.allowed)
}

/// Counts a try for all of an account's codes of a purpose; whether it had one left.
async fn count_for_account(
    on: &impl Sql,
    app: &App,
    user: UserId,
    purpose: Purpose,
) -> Result<bool, db::Error> {
    let Some(limit) = app.config().rate_limits.codes else { return Ok(true) };
    let bucket = Counted::Codes(user, purpose.as_str()).at(limit.per_account, app.keys());
    Ok(limits::take(on, &bucket, app.now()).await?.allowed)
}

/// A code as its owner may know of it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Issued {
    purpose: String,
    created_at: Timestamp,
    expires_at: Timestamp,
    used_at: Option<Timestamp>,
}

/// Every code someone was ever sent, oldest first.
pub(super) async fn issued_to(on: &impl Sql, user: UserId) -> Result<Vec<Issued>, db::Error> {
    let sql = "
        select purpose, created_at, expires_at, used_at from one_time_codes
        where user_id = $1 order by created_at, id";
    let rows = on.rows(sql, &[&user]).await?;
    let issued = |row: &Row| Issued {
        purpose: row.get(0),
        created_at: row.get(1),
        expires_at: row.get(2),
        used_at: row.get(3),
    };
    Ok(rows.iter().map(issued).collect())
}

/// Withdraws someone's codes for a purpose.
pub(super) async fn withdraw(tx: &Transaction<'_>, user: UserId, purpose: Purpose) -> Result<(), db::Error> {
    let sql = "delete from one_time_codes where user_id = $1 and purpose = $2 and used_at is null";
    tx.execute(sql, &[&user, &purpose.as_str()]).await.map(drop)
}

struct Tried {
    id: CodeId,
    hash: Vec<u8>,
    expires_at: Timestamp,
    used: bool,
    /// This try included.
    tries: i16,
}

impl Tried {
    fn is(&self, digits: &str, keys: &Keys) -> bool {
        matches(keys, self.id, digits, &self.hash)
    }
}

async fn count_try(on: &impl Sql, user: UserId, purpose: Purpose) -> Result<Option<Tried>, db::Error> {
    // The message is read by no one. It is there to be written, so that the answer waits for the disk in any case.
    let sql = "
        with tried as (
            update one_time_codes set attempts = least(attempts + 1, 100)
            where id = (select id from one_time_codes where user_id = $1 and purpose = $2
                        order by created_at desc, id desc limit 1)
            returning id, code_hash, expires_at, used_at is not null as used, attempts
        )
        select id, code_hash, expires_at, used, attempts
        from (select pg_logical_emit_message(true, 'sessly', 'try')) message left join tried on true";
    let row = on.row(sql, &[&user, &purpose.as_str()]).await?;
    Ok(row.and_then(|row| {
        Some(Tried {
            id: row.get::<_, Option<CodeId>>(0)?,
            hash: row.get(1),
            expires_at: row.get(2),
            used: row.get(3),
            tries: row.get(4),
        })
    }))
}
