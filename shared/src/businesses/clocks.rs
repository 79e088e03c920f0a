//! What time it is where businesses are.

use jiff::{Timestamp, civil::Date, tz::TimeZone};

use crate::{
    db::Sql,
    http::ApiError,
    scheduling::{HolidayCalendar, WallClock},
};

/// What the clock shows in each zone that has a business.
#[derive(Default)]
pub(super) struct Clocks {
    pub(super) zones: Vec<String>,
    pub(super) weekdays: Vec<i16>,
    pub(super) minutes: Vec<i16>,
    pub(super) todays: Vec<Date>,
    pub(super) holidays: Holidays,
}

/// Where today is a holiday, and of which calendar.
#[derive(Default)]
pub(super) struct Holidays {
    pub(super) zones: Vec<String>,
    pub(super) calendars: Vec<&'static str>,
}

impl Clocks {
    pub(super) async fn at(on: &impl Sql, now: Timestamp) -> Result<Self, ApiError> {
        // One step in the index for each zone, and not one for each business.
        let sql = "
            with recursive zones as (
                (select timezone from listings order by timezone limit 1)
                union all
                select (select timezone from listings where timezone > zones.timezone order by timezone limit 1)
                from zones where timezone is not null)
            select timezone from zones where timezone is not null";
        let mut clocks = Self::default();
        for row in on.rows(sql, &[]).await? {
            let name: String = row.get(0);
            let zone = TimeZone::get(&name).map_err(ApiError::internal)?;
            let (clock, today) = (WallClock::at(now, &zone), zone.to_datetime(now).date());
            for calendar in HolidayCalendar::ALL.iter().filter(|calendar| calendar.on(today).is_some()) {
                clocks.holidays.zones.push(name.clone());
                clocks.holidays.calendars.push(calendar.as_str());
            }
            clocks.todays.push(today);
            clocks.zones.push(name);
            clocks.weekdays.push(clock.weekday.to_monday_zero_offset().into());
            clocks.minutes.push(clock.minute.into());
        }
        Ok(clocks)
    }
}
