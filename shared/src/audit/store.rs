//! SQL for the audit: the history of appointments and the entries about everything else, read as one list.

use super::{
    entry::{AuditEntry, SubjectKind},
    filter::Filter,
};
use crate::{
    db::{self, Param, Sql},
    http::page::Slice,
    ids::BusinessId,
};

/// What both sides have in common: whose, by whom, and when, which is a range of an index on `(business_id, at)`.
const MATCHING: &str = "business_id = $1
    and ($2::uuid is null or actor_id = $2)
    and at >= coalesce($3::text::date::timestamp at time zone (select timezone from businesses where id = $1), '-infinity')
    and at < coalesce(($4::text::date + 1)::timestamp at time zone (select timezone from businesses where id = $1),
                      'infinity')
    and ($5::text is null or $5 = KIND) and ($6::uuid is null or SUBJECT = $6)";

/// The order of the list, and of the indexes.
const LATEST: &str = "order by at desc, id desc";

/// What is called like what an entry is about, or what that belongs to.
const NAME: &str = "case
    when kind in ('service', 'service_staff', 'service_resource')
        then (select name from services where id = subject_id)
    when kind in ('staff_member', 'staff_invitation', 'staff_hours')
        then (select display_name from staff_members where id = subject_id)
    when kind in ('date_override', 'override_hours')
        then (select coalesce(nullif(name, ''), display_name)
              from date_overrides left join staff_members on staff_members.id = staff_id
              where date_overrides.id = subject_id)
    when kind = 'appointment'
        then (select name from services join appointments on service_id = services.id
              where appointments.id = subject_id)
    when kind = 'time_off'
        then (select display_name from time_off join staff_members on staff_members.id = staff_id
              where time_off.id = subject_id)
    when kind = 'business' then (select name from businesses where id = subject_id)
    when kind = 'location' then (select coalesce(nullif(label, ''), city) from locations where id = subject_id)
    when kind = 'add_on' then (select name from add_ons where id = subject_id)
    when kind = 'resource' then (select name from resources where id = subject_id)
    when kind = 'customer' then (select name from customers where id = subject_id)
    when kind = 'waitlist_entry'
        then (select name from services where id::text = coalesce(changes -> 'service_id' ->> 0, ''))
    when kind = 'intake_question' then (select text from intake_questions where id = subject_id)
    end";

/// What became of an appointment: where it moved is what it was moved away from next, or where it is now.
const OF_APPOINTMENT: &str = "case
    when from_status is null then jsonb_build_object('status', jsonb_build_array(null, to_status))
    when old_starts_at is null then jsonb_build_object('status', jsonb_build_array(from_status, to_status))
    else (select jsonb_strip_nulls(jsonb_build_object(
              'starts_at', case when old_starts_at <> next.starts_at then jsonb_build_array(old_starts_at, next.starts_at) end,
              'staff_id', case when old_staff_id <> next.staff_id then jsonb_build_array(old_staff_id, next.staff_id) end))
          from ((select later.old_starts_at as starts_at, later.old_staff_id as staff_id, later.at, later.id
                 from appointment_history later
                 where later.appointment_id = page.subject_id and (later.at, later.id) > (page.at, page.id)
                   and later.old_starts_at is not null
                 order by later.at, later.id limit 1)
                union all
                select starts_at, staff_id, 'infinity', id from appointments where id = page.subject_id) next
          order by next.at limit 1)
    end";

/// One page of what was done at a business, the latest first, and how much there is in all.
pub(super) async fn page(
    on: &impl Sql,
    business: BusinessId,
    filter: &Filter,
    Slice { limit, offset }: Slice,
) -> Result<(i64, Vec<AuditEntry>), db::Error> {
    let side = |kind: &str, subject: &str| MATCHING.replace("KIND", kind).replace("SUBJECT", subject);
    let (entries, history) = (side("subject_kind", "subject_id"), side("'appointment'", "appointment_id"));
    let count = format!(
        "select (select count(*) from audit_entries where {entries})
              + (select count(*) from appointment_history where {history})"
    );
    // Each side goes by its index as far as the page reaches. Names are looked up for those on the page only.
    let first = format!("{LATEST} limit $7 + $8");
    let list = format!(
        "with page as materialized (
            select * from (
                (select id, at, actor_id, actor_role, subject_kind as kind, subject_id, action, changes,
                       null as from_status, null as to_status, null::timestamptz as old_starts_at, null::uuid as old_staff_id
                from audit_entries where {entries} {first})
                union all
                (select id, at, actor_id, actor_role, 'appointment', appointment_id,
                       case when from_status is null then 'created' else 'changed' end, null,
                       from_status, to_status, old_starts_at, old_staff_id
                from appointment_history where {history} {first})) both_sides
            {LATEST} limit $7 offset $8
         )
         select page.id, page.at, users.id,
                coalesce(nullif(trim(users.first_name || ' ' || users.last_name), ''), users.username::text),
                coalesce(page.actor_role, 'unknown'), kind, subject_id, {NAME}, action, coalesce(changes, {OF_APPOINTMENT}),
                (select timezone from businesses where id = $1)
         from page left join users on users.id = page.actor_id
         order by page.at desc, page.id desc"
    );
    let kind = filter.kind.map(SubjectKind::as_str);
    let [from, to] = [filter.date_from, filter.date_to].map(|date| date.map(|date| date.to_string()));
    let params: [&dyn Param; 8] =
        [&business, &filter.actor, &from, &to, &kind, &filter.subject, &limit, &offset];
    let (count, rows) = tokio::try_join!(on.row(&count, &params[..6]), on.rows(&list, &params))?;
    Ok((count.map_or(0, |row| row.get(0)), rows.iter().map(AuditEntry::from).collect()))
}
