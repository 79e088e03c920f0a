//! People.

use std::collections::{HashMap, HashSet};

use serde_json::{Value, json};
use shared::{
    accounts::{Email, Passwords, Role},
    http::Field,
    language::Language,
};

use super::{
    report::{Kind, Report},
    source::{Source, SourceRow, Table},
    target::{Known, Target, id_of},
};

pub(super) const TABLE: Table = Table {
    name: "users_user",
    columns: &[
        &["id"],
        &["username"],
        &["email"],
        &["password"],
        &["first_name"],
        &["last_name"],
        &["phone", "phone_number"],
        &["role"],
        &["locale", "language"],
        &["is_active"],
        &["is_superuser"],
        &["email_verified", "is_email_verified"],
        &["email_verified_at"],
        &["created_at", "date_joined"],
        &["updated_at"],
    ],
    needed: &["id", "email", "password"],
    order: "created_at",
};

/// Who has which address and which username, in lower case.
#[derive(Default)]
struct Names {
    emails: HashMap<String, String>,
    usernames: HashSet<String>,
}

impl Names {
    async fn of(target: &Target<'_>) -> anyhow::Result<Self> {
        let mut names = Self::default();
        for row in target.rows("select email::text, username::text from users", &[]).await? {
            let (email, username): (String, String) = (row.get(0), row.get(1));
            names.emails.insert(email.to_lowercase(), "an account that is here already".to_owned());
            names.usernames.insert(username.to_lowercase());
        }
        Ok(names)
    }

    /// The name, or, if somebody has it, the name with a number behind it.
    fn free_username(&mut self, wanted: &str) -> String {
        let numbered = (2..).map(|number| format!("{wanted}-{number}"));
        let mut candidates = std::iter::once(wanted.to_owned()).chain(numbered);
        let free = candidates.find(|name| self.usernames.insert(name.to_lowercase()));
        free.unwrap_or_default()
    }
}

pub(super) async fn copy(
    source: &Source<'_>,
    target: &Target<'_>,
    report: &mut Report,
) -> anyhow::Result<Known> {
    let mut known = target.known(TABLE.name, "users").await?;
    let mut names = Names::of(target).await?;
    let Some(mut rows) = source.read(&TABLE, report).await? else {
        anyhow::bail!("there is no table {}: this is not a database of the earlier version", TABLE.name);
    };
    let mut person = |row: &SourceRow, report: &mut Report| person(row, &mut names, target, report);
    while let Some(new) = rows.next(&known, report, &mut person).await? {
        target.take(&TABLE, "users", new, report, &mut known).await?;
    }
    Ok(known)
}

/// A row of ours, or why there can be none.
fn person(
    row: &SourceRow,
    names: &mut Names,
    target: &Target<'_>,
    report: &mut Report,
) -> Result<Value, String> {
    if !row.flag("is_active", true) {
        return Err("the account is deactivated".to_owned());
    }
    let email =
        Email::parse(&json!(row.text("email"))).map_err(|_| "it has no usable e-mail address".to_owned())?;
    let owner = names.emails.entry(email.as_str().to_lowercase());
    if let std::collections::hash_map::Entry::Occupied(owner) = &owner {
        return Err(format!("its e-mail address is that of {}", owner.get()));
    }
    owner.or_insert_with(|| format!("{} {}", TABLE.name, row.id()));

    let wanted = match row.text("username") {
        "" => email.as_str(),
        username => username,
    };
    let mut changed = |text: String| report.remark(Kind::Changed, TABLE.name, row.id(), text);
    let username = names.free_username(wanted);
    if username != wanted {
        changed(
            "its username differs from another one only in case, or is taken: a number was added".to_owned(),
        );
    }
    let password = match row.text("password") {
        hash if Passwords::understands(hash) => hash,
        _ => {
            changed(
                "its password hash is of a kind we cannot verify: the password has to be reset".to_owned(),
            );
            "!"
        }
    };
    let created_at = row.instant("created_at").unwrap_or(target.now);
    let verified = row.flag("email_verified", false) || row.get("email_verified_at").is_some();
    Ok(json!({
        "id": id_of(TABLE.name, row.id()),
        "username": username,
        "email": email.as_str(),
        "password_hash": password,
        "first_name": row.text("first_name"),
        "last_name": row.text("last_name"),
        "phone": row.text("phone"),
        "role": role(row, &mut changed).as_str(),
        "locale": Language::from_tag(row.text("locale")).unwrap_or_default().tag(),
        "email_verified_at": verified.then(|| row.instant("email_verified_at").unwrap_or(created_at)),
        "created_at": created_at,
        "updated_at": row.instant("updated_at").unwrap_or(created_at),
    }))
}

/// Nothing but running the platform is written down here; the rest follows from businesses. Whoever says to be an
/// administrator has to be a superuser as well: what runs the platform must not hang on a field that an earlier version
/// may have let people set.
fn role(row: &SourceRow, changed: &mut impl FnMut(String)) -> Role {
    if Role::from_text(&row.text("role").to_lowercase()) != Some(Role::Admin) {
        return Role::Customer;
    }
    if row.flag("is_superuser", false) {
        return Role::Admin;
    }
    changed("it has the role admin without being a superuser: taken as a customer".to_owned());
    Role::Customer
}
