//! Opening hours.

use serde::Deserialize;
use serde_json::{Value, json};
use shared::scheduling::{Break, Hours, MinuteOfDay};
use uuid::Uuid;

use super::{
    businesses::Businesses,
    report::{Kind, Report},
    source::{Source, SourceRow, Table},
    target::{Target, id_of},
};

const TABLE: Table = Table {
    name: "businesses_businessopeninghour",
    columns: &[
        &["id"],
        &["business_id"],
        &["day_of_week", "weekday", "day"],
        &["is_closed"],
        &["open_time", "opens_at", "start_time"],
        &["close_time", "closes_at", "end_time"],
        &["breaks"],
        &["break_start"],
        &["break_end"],
    ],
    needed: &["id", "business_id", "day_of_week"],
    // Open hours before closed days: where both stand for one day, it is open.
    order: "is_closed",
};

pub(super) async fn copy(
    source: &Source<'_>,
    target: &Target<'_>,
    report: &mut Report,
    businesses: &Businesses,
) -> anyhow::Result<()> {
    let known = target.known(TABLE.name, "opening_hours").await?;
    let Some(mut rows) = source.read(&TABLE, report).await? else { return Ok(()) };
    let entry = |row: &SourceRow, report: &mut Report| entry(row, businesses.of(row)?.0, report);
    while let Some(new) = rows.next(&known, report, entry).await? {
        take(target, report, new).await?;
    }
    Ok(())
}

/// What overlaps hours that are here is not taken: the constraint says so.
async fn take(target: &Target<'_>, report: &mut Report, new: Vec<(String, Value)>) -> anyhow::Result<()> {
    let (ids, rows): (Vec<String>, Vec<Value>) = new.into_iter().unzip();
    let inserted = target.insert("opening_hours", rows).await?;
    let mut taken = Vec::new();
    for id in ids {
        let ours = id_of(TABLE.name, &id);
        if inserted.contains(&ours) {
            taken.push((id, ours, ""));
        } else {
            report.not_taken(TABLE.name, &id, "it overlaps other hours of the same day");
        }
    }
    report.taken(TABLE.name, taken.len());
    target.record(TABLE.name, &taken).await
}

fn entry(row: &SourceRow, business: Uuid, report: &mut Report) -> Result<Value, String> {
    let day: i16 =
        row.parse("day_of_week").filter(|day| (0..=6).contains(day)).ok_or("its day is not 0 to 6")?;
    let mut changed = |text: &str| report.remark(Kind::Changed, TABLE.name, row.id(), text);
    let hours = if row.flag("is_closed", false) { None } else { Some(open(row, &mut changed)?) };
    let minute = |minute: MinuteOfDay| i16::from(minute);
    let breaks = hours.as_ref().map(Hours::breaks).unwrap_or_default().iter();
    let breaks: Vec<_> =
        breaks.map(|pause| format!("[{},{})", minute(pause.start), minute(pause.end))).collect();
    Ok(json!({
        "id": id_of(TABLE.name, row.id()),
        "business_id": business,
        "day_of_week": day,
        "is_closed": hours.is_none(),
        "open_minute": hours.as_ref().map(|hours| minute(hours.opens())),
        "close_minute": hours.as_ref().map(|hours| minute(hours.closes())),
        "breaks": format!("{{{}}}", breaks.join(",")),
    }))
}

fn open(row: &SourceRow, changed: &mut impl FnMut(&str)) -> Result<Hours, String> {
    let time = |name| row.get(name).and_then(minute).ok_or_else(|| format!("it is open, but has no {name}"));
    let (opens, mut closes) = (time("open_time")?, time("close_time")?);
    if closes == MinuteOfDay::MIDNIGHT && opens > closes {
        changed("it closes at 00:00: taken as the midnight that ends the day");
        closes = MinuteOfDay::END_OF_DAY;
    }
    let breaks = breaks(row).unwrap_or_else(|| {
        changed("its breaks cannot be read: left out");
        Vec::new()
    });
    match Hours::new(opens, closes, breaks) {
        Ok(hours) => Ok(hours),
        Err(_) => Hours::new(opens, closes, Vec::new())
            .inspect(|_| changed("its breaks overlap or lie outside the hours: left out"))
            .map_err(|_| "it closes before it opens, or overnight".to_owned()),
    }
}

/// `HH:MM:SS`, whose seconds do not count.
fn minute(text: &str) -> Option<MinuteOfDay> {
    text.get(..5)?.parse().ok()
}

#[derive(Deserialize)]
struct Pause {
    start: String,
    end: String,
}

/// A list of breaks, or a single one in columns of its own.
fn breaks(row: &SourceRow) -> Option<Vec<Break>> {
    let pauses: Vec<Pause> = match (row.get("breaks"), row.get("break_start"), row.get("break_end")) {
        (Some(list), _, _) => serde_json::from_str(list).ok()?,
        (None, Some(start), Some(end)) => vec![Pause { start: start.to_owned(), end: end.to_owned() }],
        (None, ..) => Vec::new(),
    };
    pauses
        .iter()
        .map(|pause| Some(Break { start: minute(&pause.start)?, end: minute(&pause.end)? }))
        .collect()
}
