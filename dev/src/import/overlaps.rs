//! Bookings that overlap another one of the same staff member. The earlier version let that happen; here the constraint
//! `appointments_no_overlap` does not.
//!
//! Whoever booked first keeps the time. The later booking stays what it is, for its customer and for the business, but on
//! a second line of the same staff member's time: a retired entry without their name, which nobody can book. So that
//! nothing new is booked over it on the first line, the bookings there are made to occupy its time too. Each is flagged,
//! for the business to move or cancel one of the two.

use jiff::{SignedDuration, Timestamp};
use shared::language::{Language, Message};
use uuid::Uuid;

use super::{
    appointments::{Appointment, TABLE, record, with_staff},
    report::{Kind, Report},
    target::{Target, derived},
};

/// As the table has it.
const LONGEST_BUSY: SignedDuration = SignedDuration::from_hours(72);

/// Takes a booking for which nobody is free.
pub(super) async fn settle(
    target: &Target<'_>,
    report: &mut Report,
    appointment: Appointment,
) -> anyhow::Result<()> {
    let Some(staff) = appointment.staff.first().copied() else {
        report.not_taken(TABLE.name, &appointment.source_id, "nobody works at its business");
        return Ok(());
    };
    let others = occupy(target, staff, appointment.busy).await?;
    for line in 2.. {
        let (second, name) = line_of(target, staff, line).await?;
        let inserted = target.insert("appointments", vec![with_staff(&appointment, second)]).await?;
        if inserted.is_empty() {
            continue;
        }
        let remark = format!("overlaps {}; kept as a booking of {name:?}", others.join(", "));
        report.taken(TABLE.name, 1);
        report.remark(Kind::Flagged, TABLE.name, &appointment.source_id, remark.clone());
        return record(target, &[appointment], &remark).await;
    }
    Ok(())
}

/// The entry for a staff member's second, third… line of time, and what it is called.
async fn line_of(target: &Target<'_>, staff: Uuid, line: u32) -> anyhow::Result<(Uuid, String)> {
    let id = derived(&["line", &staff.to_string(), &line.to_string()]);
    let sql = "
        insert into staff_members (id, business_id, display_name, is_bookable, position, created_at, updated_at,
                                   retired_at)
        select $1, business_id, $3, false, position, $4, $4, $4
        from staff_members where id = $2
        on conflict do nothing";
    // Not by the person's own name: it would stay when they are erased.
    let name = format!("{} ({line})", Message::StaffMember.text(Language::default()));
    target.execute(sql, &[&id, &staff, &name, &target.now]).await?;
    Ok((id, name))
}

/// A booking that is in the way.
struct Other {
    id: Uuid,
    from: Timestamp,
    to: Timestamp,
}

/// Makes a staff member's bookings occupy the whole of some time that they overlap, so that none of it is free; what they
/// are called.
async fn occupy(
    target: &Target<'_>,
    staff: Uuid,
    (from, to): (Timestamp, Timestamp),
) -> anyhow::Result<Vec<String>> {
    let sql = "
        select id, busy_from, busy_to from appointments
        where staff_id = $1 and status in ('pending', 'confirmed') and busy && tstzrange($2, $3)
        order by busy_from";
    let rows = target.rows(sql, &[&staff, &from, &to]).await?;
    let mut others: Vec<Other> =
        rows.iter().map(|row| Other { id: row.get(0), from: row.get(1), to: row.get(2) }).collect();
    widen(&mut others, from, to);
    let widened = "
        update appointments set busy_from = $2, busy_to = $3 where id = $1 and (busy_from, busy_to) <> ($2, $3)";
    for other in &others {
        target.execute(widened, &[&other.id, &other.from, &other.to]).await?;
    }
    named(target, &others).await
}

/// Lets neighbours fill what is between them: each reaches to where the next begins, and the first one back to the start.
/// None may become longer than the table allows.
fn widen(others: &mut [Other], from: Timestamp, to: Timestamp) {
    if let Some(first) = others.first_mut() {
        first.from = first.from.min(from).max(first.to - LONGEST_BUSY);
    }
    for place in 0..others.len() {
        let next = others.get(place + 1).map_or(to, |next| next.from);
        let other = &mut others[place];
        other.to = other.to.max(next).min(other.from + LONGEST_BUSY);
    }
}

/// By their keys in the earlier version, where they come from there.
async fn named(target: &Target<'_>, others: &[Other]) -> anyhow::Result<Vec<String>> {
    let ids: Vec<Uuid> = others.iter().map(|other| other.id).collect();
    let sql = "
        select coalesce(source_id, 'the booking ' || booked.id || ' made here')
        from unnest($1::uuid[]) with ordinality as booked (id, place)
        left join imported_rows on source_table = $2 and target_id = booked.id
        order by place";
    let rows = target.rows(sql, &[&ids, &TABLE.name]).await?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}
