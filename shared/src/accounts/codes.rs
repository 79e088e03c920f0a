//! Six-digit codes sent by mail. Only the latest of a purpose counts; it is good for a few minutes, for five tries
//! and for one use. A try is counted in a statement of its own before anything is compared, so that no number
//! of simultaneous guesses gets a sixth. All the codes of an account together have a few tries an hour, so that asking
//! for ever new codes does not help who guesses either.

use jiff::Timestamp;

use super::keys::{Keys, mac, mac_matches};
use crate::{
    app::App,
    db::{self, Connection, Sql, Transaction},
    http::{ApiError, Code},
    ids::{CodeId, UserId},
    limits::{self, Counted},
};

/// What a code is for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Purpose {
    VerifyEmail,
}

impl Purpose {
    fn as_str(self) -> &'static str {
        match self {
            Self::VerifyEmail => "verify_email",
        }
    }
}

/// Makes and stores a new code; the digits, to be sent.
pub(super) async fn issue(
    tx: &Transaction<'_>,
    app: &App,
    user: UserId,
    purpose: Purpose,
) -> Result<String, db::Error> {
    let now = app.now();
    let id = CodeId::new(now);
    let digits = format!("{:06}", rand::random_range(0..1_000_000));
    let hash = hash(app.keys(), id, &digits);
    let sql = "
        insert into one_time_codes (id, user_id, purpose, code_hash, created_at, expires_at)
        values ($1, $2, $3, $4, $5, $6)";
    let expires = now + app.config().code_life;
    tx.execute(sql, &[&id, &user, &purpose.as_str(), &hash, &now, &expires]).await?;
    Ok(digits)
}

fn hash(keys: &Keys, id: CodeId, digits: &str) -> Vec<u8> {
    mac(&keys.current.codes, &[id.uuid().as_bytes(), digits.as_bytes()]).to_vec()
}

/// Uses up a code.
///
/// # Errors
/// `INVALID_VERIFICATION_CODE`, also when there is none or its tries are used up; `VERIFICATION_CODE_EXPIRED`;
/// `VERIFICATION_CODE_USED`.
pub(super) async fn redeem(
    connection: &Connection,
    app: &App,
    user: UserId,
    purpose: Purpose,
    digits: &str,
) -> Result<(), ApiError> {
    let (code, account_has_tries) = tokio::try_join!(
        count_try(connection, user, purpose),
        count_for_account(connection, app, user, purpose)
    )?;
    let code = code.ok_or(Code::InvalidVerificationCode)?;
    let limit = app.config().rate_limits.codes;
    let code_has_tries = limit.is_none_or(|limit| code.tries <= limit.per_code);
    // Without tries it is told as if it were wrong: anything else would say that the account exists.
    if !(account_has_tries && code_has_tries && code.is(digits, app.keys())) {
        return Err(Code::InvalidVerificationCode.into());
    }
    if code.used {
        return Err(Code::VerificationCodeUsed.into());
    }
    let now = app.now();
    if code.expires_at <= now {
        return Err(Code::VerificationCodeExpired.into());
    }
    // Of several right answers at once, one gets through.
    let sql = "update one_time_codes set used_at = $2 where id = $1 and used_at is null";
    match connection.execute(sql, &[&code.id, &now]).await? {
        0 => Err(Code::VerificationCodeUsed.into()),
        _ => Ok(()),
    }
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
        let id = self.id.uuid();
        let parts: [&[u8]; 2] = [id.as_bytes(), digits.as_bytes()];
        keys.accepted().any(|set| mac_matches(&set.codes, &parts, &self.hash))
    }
}

async fn count_try(on: &impl Sql, user: UserId, purpose: Purpose) -> Result<Option<Tried>, db::Error> {
    let sql = "
        update one_time_codes set attempts = least(attempts + 1, 100)
        where id = (select id from one_time_codes where user_id = $1 and purpose = $2
                    order by created_at desc, id desc limit 1)
        returning id, code_hash, expires_at, used_at is not null, attempts";
    let row = on.row(sql, &[&user, &purpose.as_str()]).await?;
    Ok(row.map(|row| Tried {
        id: row.get(0),
        hash: row.get(1),
        expires_at: row.get(2),
        used: row.get(3),
        tries: row.get(4),
    }))
}
