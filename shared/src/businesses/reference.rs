//! How a path names a business: by its slug, or by its id in the same place.

use serde_json::{Value, json};

use crate::{
    http::{Code, extract::PathParameter},
    ids::BusinessId,
};

/// SQL for the id of the business that a [`BusinessRef`] names, given as `$1` (its slug) and `$2` (its id); null if
/// there is none that still takes bookings. One index or the other has it: “or” would ask both. A fragment and not a
/// function of the database: that would be planned anew in every statement, which costs as much again as the statement.
pub const NAMED: &str = "(
    select case when $2 is null then (select id from businesses where slug = $1 and retired_at is null)
                else (select id from businesses where id = $2 and retired_at is null) end as id)";

/// A business as named in a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BusinessRef {
    slug: String,
    id: Option<BusinessId>,
}

impl BusinessRef {
    /// The name as given; no slug looks like a UUID.
    #[must_use]
    pub fn slug(&self) -> &str {
        &self.slug
    }

    /// Whether it is the name of the business with this id and slug.
    #[must_use]
    pub fn names(&self, id: BusinessId, slug: &str) -> bool {
        self.slug == slug || self.id == Some(id)
    }

    /// The name as an id, if it is one.
    #[must_use]
    pub fn id(&self) -> Option<BusinessId> {
        self.id
    }
}

impl From<BusinessId> for BusinessRef {
    fn from(id: BusinessId) -> Self {
        Self { slug: id.to_string(), id: Some(id) }
    }
}

impl PathParameter for BusinessRef {
    const ABSENT: Code = Code::BusinessNotFound;

    fn from_parameter(text: &str) -> Option<Self> {
        let sane = text.len() <= 80 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        sane.then(|| Self { slug: text.to_ascii_lowercase(), id: text.parse().ok() })
    }

    fn schema() -> Value {
        json!({ "type": "string", "maxLength": 80, "description": "The business's slug, or its id." })
    }
}
