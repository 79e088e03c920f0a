//! What businesses keep about a person on their cards, for that person's own copy: how to reach them. What staff note down for
//! each other (notes, tags, why somebody is blocked) is not in it: it may tell of others, and whoever asks for it asks the
//! business, which has it on the card.

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    db::{self, Row, Sql},
    ids::{CustomerId, UserId},
};

/// A business's card of a person.
#[derive(Debug, Serialize, ToSchema)]
pub struct KeptCard {
    id: CustomerId,
    /// The business's slug.
    business: String,
    business_name: String,
    name: String,
    email: String,
    phone: String,
    created_at: Timestamp,
    updated_at: Timestamp,
}

/// Their cards, oldest first.
///
/// # Errors
/// If the query fails.
pub async fn kept_about(on: &impl Sql, person: UserId) -> Result<Vec<KeptCard>, db::Error> {
    let sql = "
        select card.id, businesses.slug, businesses.name, card.name, card.email, card.phone, card.created_at,
               card.updated_at
        from customer_accounts account
        join customers card on card.id = account.customer_id
        join businesses on businesses.id = card.business_id
        where account.user_id = $1 order by card.created_at, card.id";
    let rows = on.rows(sql, &[&person]).await?;
    let kept = |row: &Row| KeptCard {
        id: row.get(0),
        business: row.get(1),
        business_name: row.get(2),
        name: row.get(3),
        email: row.get(4),
        phone: row.get(5),
        created_at: row.get(6),
        updated_at: row.get(7),
    };
    Ok(rows.iter().map(kept).collect())
}
