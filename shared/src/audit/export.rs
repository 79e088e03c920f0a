//! What somebody is written down to have done, for them to keep.

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::entry::{Action, ActorRole, SubjectKind};
use crate::{
    db::{self, Row, Sql},
    ids::{BusinessId, SubjectId, UserId},
};

/// Something an account did at a business, other than to appointments.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Deed {
    at: Timestamp,
    business: BusinessId,
    role: ActorRole,
    subject: SubjectKind,
    subject_id: SubjectId,
    action: Action,
}

/// All of it, oldest first. What exactly was changed is the business's.
pub(crate) async fn done_by(on: &impl Sql, actor: UserId) -> Result<Vec<Deed>, db::Error> {
    let sql = "
        select at, business_id, actor_role, subject_kind, subject_id, action
        from audit_entries where actor_id = $1 order by at, id";
    let deed = |row: &Row| Deed {
        at: row.get(0),
        business: row.get(1),
        role: row.get(2),
        subject: row.get(3),
        subject_id: row.get(4),
        action: row.get(5),
    };
    Ok(on.rows(sql, &[&actor]).await?.iter().map(deed).collect())
}
