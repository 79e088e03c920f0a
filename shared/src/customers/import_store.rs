//! SQL for importing customers: however many, one statement to find them, one to add and one to complete.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::json;

use crate::{
    db::{self, Param, Sql, Transaction},
    ids::{BusinessId, CustomerId},
};

/// A card as far as importing goes.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Row {
    pub(super) id: CustomerId,
    pub(super) name: String,
    pub(super) email: String,
    pub(super) phone: String,
    pub(super) notes: String,
    pub(super) tags: Vec<String>,
}

/// The cards that have any of these addresses (in lower case) or phone numbers (as digits), oldest first.
pub(super) async fn known(
    on: &impl Sql,
    business: BusinessId,
    emails: &[String],
    phones: &[String],
) -> Result<Vec<Row>, db::Error> {
    let sql = "
        select id, name, email, phone, notes, tags from customers
        where id in (select id from customers where business_id = $1 and email_lower = any ($2) and email_lower <> ''
                     union all
                     select id from customers where business_id = $1 and phone_digits = any ($3) and phone_digits <> '')
        order by created_at, id";
    let rows = on.rows(sql, &[&business, &emails, &phones]).await?;
    let read = |row: &db::Row| Row {
        id: row.get(0),
        name: row.get(1),
        email: row.get(2),
        phone: row.get(3),
        notes: row.get(4),
        tags: row.get(5),
    };
    Ok(rows.iter().map(read).collect())
}

/// Adds cards, and completes others.
pub(super) async fn write(
    tx: &Transaction<'_>,
    business: BusinessId,
    created: &[&Row],
    updated: &[&Row],
    now: Timestamp,
) -> Result<(), db::Error> {
    const GIVEN: &str = "
        jsonb_to_recordset($2) as given (id uuid, name text, email text, phone text, notes text, tags text[])";
    let insert = format!(
        "insert into customers (id, business_id, name, email, phone, notes, tags, created_at, updated_at)
         select id, $1, name, email, phone, notes, tags, $3, $3 from {GIVEN}"
    );
    let update = format!(
        "update customers
         set email = given.email, phone = given.phone, notes = given.notes, tags = given.tags, updated_at = $3
         from {GIVEN} where customers.id = given.id and customers.business_id = $1"
    );
    let (created, updated) = (json!(created), json!(updated));
    let insert_params: [&dyn Param; 3] = [&business, &created, &now];
    let update_params: [&dyn Param; 3] = [&business, &updated, &now];
    let (inserted, completed) =
        tokio::join!(tx.execute(&insert, &insert_params), tx.execute(&update, &update_params));
    inserted?;
    completed.map(drop)
}
