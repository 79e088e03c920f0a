//! The categories, with how many businesses each has.

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    db::{self, Sql},
    language::{Category, Language},
};

/// A category as clients list it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CategoryItem {
    slug: Category,
    name: &'static str,
    count: i64,
}

pub(super) async fn all(on: &impl Sql, language: Language) -> Result<Vec<CategoryItem>, db::Error> {
    let sql = "
        select categories.slug, coalesce(listing_counts.number, 0)
        from categories left join listing_counts on listing_counts.category = categories.slug
        order by categories.position";
    let rows = on.rows(sql, &[]).await?;
    let item = |slug: Category, count| CategoryItem { slug, name: language.category_name(slug), count };
    Ok(rows.iter().map(|row| item(row.get(0), row.get(1))).collect())
}
