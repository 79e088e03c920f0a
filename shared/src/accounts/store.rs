//! SQL for people.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use crate::{
    db::{self, Row, Sql, text_enum},
    ids::UserId,
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

/// A person, as clients see themselves.
#[derive(Debug, Serialize)]
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
    locale: String,
    preferences: Value,
    business: Option<Value>,
    created_at: Timestamp,
}

/// Columns of a [`User`], of the table `users`.
const USER: &str = "
    users.id, users.username::text, users.email::text, users.first_name, users.last_name, users.phone, users.role,
    exists (select from staff_members where staff_members.user_id = users.id and retired_at is null)
        or exists (select from businesses where owner_id = users.id and retired_at is null),
    users.email_verified_at is not null, users.locale, users.preferences,
    (select jsonb_build_object('id', id, 'slug', slug, 'name', name) from businesses
     where owner_id = users.id and retired_at is null order by created_at, id limit 1),
    users.created_at";

impl From<&Row> for User {
    fn from(row: &Row) -> Self {
        Self {
            id: row.get(0),
            username: row.get(1),
            email: row.get(2),
            first_name: row.get(3),
            last_name: row.get(4),
            phone: row.get(5),
            role: row.get(6),
            is_specialist: row.get(7),
            email_verified: row.get(8),
            locale: row.get(9),
            preferences: row.get(10),
            business: row.get(11),
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

pub(super) async fn insert(on: &impl Sql, user: &NewUser<'_>) -> Result<(), db::Error> {
    let sql = "
        insert into users (id, username, email, password_hash, first_name, last_name, phone, locale,
                           email_verified_at, created_at, updated_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, case when $9 then $10 end, $10, $10)";
    on.execute(
        sql,
        &[
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
        ],
    )
    .await
    .map(drop)
}

pub(super) async fn user(on: &impl Sql, id: UserId) -> Result<Option<User>, db::Error> {
    let sql = format!("select {USER} from users where users.id = $1");
    Ok(on.row(&sql, &[&id]).await?.as_ref().map(User::from))
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

/// Puts a new hash of the same password in the place of an old one, unless that has been changed meanwhile.
pub(super) async fn renew_hash(on: &impl Sql, user: UserId, old: &str, new: &str) -> Result<(), db::Error> {
    let sql = "update users set password_hash = $3 where id = $1 and password_hash = $2";
    on.execute(sql, &[&user, &old, &new]).await.map(drop)
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

/// Makes a person the owner of a business, as which they stay whatever else they are.
///
/// # Errors
/// If the transaction is broken.
pub async fn become_owner(on: &impl Sql, user: UserId, now: Timestamp) -> Result<(), db::Error> {
    let sql = "
        update users set role = 'business_owner', updated_at = $2
        where id = $1 and role in ('customer', 'staff')";
    on.execute(sql, &[&user, &now]).await.map(drop)
}
