//! Whose favourite which business is.

use uuid::Uuid;

use super::{
    businesses::Businesses,
    report::Report,
    source::Source,
    target::{Known, Target},
};

const TABLE: &str = "users_user_favorite_businesses";

/// A favourite has no key of its own: its two ends, as they were in the earlier version, are written down instead.
pub(super) async fn copy(
    source: &Source<'_>,
    target: &Target<'_>,
    report: &mut Report,
    users: &Known,
    businesses: &Businesses,
) -> anyhow::Result<()> {
    // Not by what they have become: who has been erased here, or forgets a favourite, is not asked again.
    let known = target.known(TABLE, "businesses").await?;
    let (mut new, mut ends) = (Vec::new(), Vec::new());
    for (user, business) in source.pairs(TABLE, &["user_id"], &["business_id"]).await? {
        let id = format!("{user} {business}");
        let ours = |known: &Known, id: &str| known.get(id).copied().flatten();
        if known.contains_key(&id) {
            report.before(TABLE);
        } else if let Some((user, business)) = ours(users, &user).zip(ours(&businesses.known, &business)) {
            ends.push((user, business));
            new.push((id, business, ""));
        } else {
            report.not_taken(TABLE, &id, "its user or its business was not taken");
        }
    }
    if new.is_empty() {
        return Ok(());
    }
    let (users, businesses): (Vec<Uuid>, Vec<Uuid>) = ends.into_iter().unzip();
    let sql = "
        insert into favorites (user_id, business_id, created_at)
        select user_id, business_id, $3 from unnest($1::uuid[], $2::uuid[]) as new (user_id, business_id)
        on conflict do nothing";
    target.execute(sql, &[&users, &businesses, &target.now]).await?;
    report.taken(TABLE, new.len());
    target.record(TABLE, &new).await
}
