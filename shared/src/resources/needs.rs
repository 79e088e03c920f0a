//! What services need, as columns of theirs: for whoever reads a service to schedule or to book it.

use crate::{db::Row, ids::ResourceId};

/// A resource that a service needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Needed {
    /// Which.
    pub resource: ResourceId,
    /// How many units of it.
    pub quantity: u16,
}

/// Columns of what a service needs, of the table `services`.
pub const NEEDED: &str = "
    array(select resource_id from service_resources where service_id = services.id order by resource_id),
    array(select quantity from service_resources where service_id = services.id order by resource_id)";

impl Needed {
    /// Reads [`NEEDED`], the first of which is the row's column `first`.
    #[must_use]
    pub fn from_row(row: &Row, first: usize) -> Vec<Self> {
        let (resources, quantities): (Vec<ResourceId>, Vec<i32>) = (row.get(first), row.get(first + 1));
        let needed =
            |(resource, quantity)| Self { resource, quantity: u16::try_from(quantity).unwrap_or(u16::MAX) };
        resources.into_iter().zip(quantities).map(needed).collect()
    }
}
