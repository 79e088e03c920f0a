//! SQL for people.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::{
    preferences::{Preferences, Shown},
    profile::Profile,
};
use crate::{
    db::{self, Param, Row, Sql, Transaction, text_enum},
    ids::{BusinessId, UserId},
    language::Language,
};

text_enum! {
    /// What a person is here as.
    pub enum Role {
        /// Books.
        Customer = "customer",
        /// Owns a business.
        BusinessOwner = "business_owner",
        /// Works at one.
        Staff = "staff",
        /// Runs the platform.
        Admin = "admin",
    }
}

impl Role {
    /// What someone is follows from what they have to do with businesses that are open; only an admin is made one, and
    /// only that is looked up in the column of this name.
    fn of(is_admin: bool, owns: bool, works: bool) -> Self {
        match (is_admin, owns, works) {
            (true, ..) => Self::Admin,
            (_, true, _) => Self::BusinessOwner,
            (_, _, true) => Self::Staff,
            (false, false, false) => Self::Customer,
        }
    }
}

/// The business someone owns.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
struct OwnedBusiness {
    id: BusinessId,
    slug: String,
    name: String,
}

/// A person, as clients see themselves.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct User {
    pub(super) id: UserId,
    username: String,
    pub(super) email: String,
    first_name: String,
    last_name: String,
    phone: String,
    role: Role,
    is_specialist: bool,
    pub(super) email_verified: bool,
    pub(super) locale: Language,
    preferences: Shown,
    #[serde(skip)]
    pub(super) stored_preferences: Preferences,
    business: Option<OwnedBusiness>,
    created_at: Timestamp,
}

/// Columns of a [`User`], of the table `users`.
const USER: &str = "
    users.id, users.username::text, users.email::text, users.first_name, users.last_name, users.phone,
    users.role = 'admin',
    exists (select from staff_members member join businesses on businesses.id = member.business_id
            where member.user_id = users.id and member.retired_at is null and businesses.retired_at is null),
    users.email_verified_at is not null, users.locale, users.preferences,
    (select jsonb_build_object('id', id, 'slug', slug, 'name', name) from businesses
     where owner_id = users.id and retired_at is null order by created_at, id limit 1),
    users.created_at";

impl From<&Row> for User {
    fn from(row: &Row) -> Self {
        let (is_admin, works) = (row.get(6), row.get(7));
        let business: Option<Value> = row.get(11);
        let business: Option<OwnedBusiness> = business.and_then(|found| serde_json::from_value(found).ok());
        let locale = Language::from_tag(row.get(9)).unwrap_or_default();
        let stored_preferences = Preferences::from_stored(&row.get(10));
        Self {
            id: row.get(0),
            username: row.get(1),
            email: row.get(2),
            first_name: row.get(3),
            last_name: row.get(4),
            phone: row.get(5),
            role: Role::of(is_admin, business.is_some(), works),
            is_specialist: works || business.is_some(),
            email_verified: row.get(8),
            locale,
            preferences: stored_preferences.shown(locale),
            stored_preferences,
            business,
            created_at: row.get(12),
        }
    }
}

/// A person about to exist.
pub(super) struct NewUser<'a> {
    pub(super) id: UserId,
    pub(super) username: &'a str,
    pub(super) email: &'a str,
    pub(super) password_hash: &'a str,
    pub(super) first_name: &'a str,
    pub(super) last_name: &'a str,
    pub(super) phone: &'a str,
    pub(super) locale: Language,
    pub(super) email_verified: bool,
    pub(super) created_at: Timestamp,
}

/// `false` if the address or the name is taken.
pub(super) async fn insert(on: &impl Sql, user: &NewUser<'_>) -> Result<bool, db::Error> {
    let sql = "
        insert into users (id, username, email, password_hash, first_name, last_name, phone, locale,
                           email_verified_at, created_at, updated_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, case when $9 then $10 end, $10, $10)
        on conflict do nothing";
    let params: [&dyn Param; 10] = [
        &user.id,
        &user.username,
        &user.email,
        &user.password_hash,
        &user.first_name,
        &user.last_name,
        &user.phone,
        &user.locale.tag(),
        &user.email_verified,
        &user.created_at,
    ];
    Ok(on.execute(sql, &params).await? > 0)
}

/// Whether somebody has this address, and whether somebody has this name.
pub(super) async fn taken(on: &impl Sql, email: &str, username: &str) -> Result<(bool, bool), db::Error> {
    let sql = "
        select exists (select from users where email = $1), exists (select from users where username = $2)";
    let row = on.row(sql, &[&email, &username]).await?;
    Ok(row.map_or((false, false), |row| (row.get(0), row.get(1))))
}

pub(super) async fn user(on: &impl Sql, id: UserId) -> Result<Option<User>, db::Error> {
    let sql = format!("select {USER} from users where users.id = $1");
    Ok(on.row(&sql, &[&id]).await?.as_ref().map(User::from))
}

/// As [`user`], locked until the transaction ends.
pub(super) async fn user_to_change(tx: &Transaction<'_>, id: UserId) -> Result<Option<User>, db::Error> {
    let sql = format!("select {USER} from users where users.id = $1 for no key update of users");
    Ok(tx.row(&sql, &[&id]).await?.as_ref().map(User::from))
}

pub(super) async fn update(
    tx: &Transaction<'_>,
    id: UserId,
    profile: &Profile,
    locale: Language,
    preferences: Preferences,
    now: Timestamp,
) -> Result<(), db::Error> {
    let sql = "
        update users
        set username = $2, first_name = $3, last_name = $4, phone = $5, locale = $6, preferences = $7, updated_at = $8
        where id = $1";
    tx.execute(
        sql,
        &[
            &id,
            &profile.username.as_str(),
            &profile.first_name.as_str(),
            &profile.last_name.as_str(),
            &profile.phone.as_str(),
            &locale.tag(),
            &preferences.to_stored(),
            &now,
        ],
    )
    .await
    .map(drop)
}

/// A person's password as it is kept, and the words that a new one may not be like.
pub(super) struct Credentials {
    pub(super) password_hash: String,
    personal: [String; 4],
}

impl Credentials {
    pub(super) fn email(&self) -> &str {
        &self.personal[1]
    }

    /// Username, address, first and last name.
    pub(super) fn personal(&self) -> [&str; 4] {
        self.personal.each_ref().map(String::as_str)
    }
}

pub(super) async fn credentials(on: &impl Sql, id: UserId) -> Result<Option<Credentials>, db::Error> {
    let sql = "
        select password_hash, username::text, email::text, first_name, last_name from users where id = $1";
    let row = on.row(sql, &[&id]).await?;
    Ok(row.map(|row| Credentials {
        password_hash: row.get(0),
        personal: [row.get(1), row.get(2), row.get(3), row.get(4)],
    }))
}

/// Gives a person another password, unless it is no longer the one it was, if that is given. Whether it was given.
pub(super) async fn set_password(
    tx: &Transaction<'_>,
    id: UserId,
    was: Option<&str>,
    hash: &str,
    now: Timestamp,
) -> Result<bool, db::Error> {
    let sql = "
        update users set password_hash = $3, updated_at = $4
        where id = $1 and ($2::text is null or password_hash = $2)";
    Ok(tx.execute(sql, &[&id, &was, &hash, &now]).await? > 0)
}

/// Makes everyone who wants to refer to a person, or change them, wait until the transaction ends.
pub(super) async fn lock(tx: &Transaction<'_>, id: UserId) -> Result<(), db::Error> {
    tx.execute("select from users where id = $1 for update", &[&id]).await.map(drop)
}

/// Deletes a person, with their sessions, codes, favourites and idempotency keys.
pub(super) async fn delete(tx: &Transaction<'_>, id: UserId) -> Result<(), db::Error> {
    tx.execute("delete from users where id = $1", &[&id]).await.map(drop)
}

/// A person and their password's hash, by e-mail or username. Where one person's username is another's address,
/// the address wins.
pub(super) async fn user_to_sign_in(
    on: &impl Sql,
    identifier: &str,
) -> Result<Option<(User, String)>, db::Error> {
    let sql = format!(
        "select {USER}, users.password_hash from users
         where users.email = $1 or users.username = $1
         order by users.email = $1 desc limit 1"
    );
    Ok(on.row(&sql, &[&identifier]).await?.map(|row| (User::from(&row), row.get(13))))
}

/// How many iterations the costliest hash of the earlier version has that anybody still has; 0 if nobody has one.
pub(super) async fn most_earlier_iterations(on: &impl Sql) -> Result<u32, db::Error> {
    // In these words the index on it has them.
    let sql = r"
        select max(split_part(password_hash, '$', 2)::int) from users
        where password_hash ~ '^pbkdf2_sha256\$[0-9]{1,7}\$'";
    let most = on.row(sql, &[]).await?.and_then(|row| row.get::<_, Option<i32>>(0));
    Ok(most.and_then(|most| most.try_into().ok()).unwrap_or(0))
}

/// Someone a code can be sent to.
pub(super) struct Addressee {
    pub(super) id: UserId,
    pub(super) email_verified: bool,
}

pub(super) async fn addressee(on: &impl Sql, email: &str) -> Result<Option<Addressee>, db::Error> {
    let sql = "select id, email_verified_at is not null from users where email = $1";
    let row = on.row(sql, &[&email]).await?;
    Ok(row.map(|row| Addressee { id: row.get(0), email_verified: row.get(1) }))
}

pub(super) async fn mark_verified(on: &impl Sql, user: UserId, now: Timestamp) -> Result<(), db::Error> {
    let sql =
        "update users set email_verified_at = coalesce(email_verified_at, $2), updated_at = $2 where id = $1";
    on.execute(sql, &[&user, &now]).await.map(drop)
}
