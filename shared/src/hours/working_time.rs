//! When businesses are open and their staff work, as the scheduling engine takes it: weekly hours, hours of the staff's own,
//! other hours on single dates and time off, all of them in one statement. What it costs to ask is mostly that one asks.

use std::collections::{BTreeMap, HashMap};

use jiff::civil::{Date, Weekday};

use super::{
    interval::{self, around},
    staff_week::own_hours,
    time_off,
};
use crate::{
    businesses::{BusinessRef, NAMED, Terms},
    db::{Param, Row, Sql},
    http::ApiError,
    ids::{BusinessId, LocationId, StaffMemberId},
    scheduling::{
        Break, DateOverride, DateOverrideError, DateOverrides, DateRange, Hours, HoursError, Opening,
        OwnHours, OwnTime, StaffWeek, TimeOff, WeeklyHours,
    },
};

/// The hours of some businesses and of their staff. Who has none is not there.
#[derive(Clone, Debug, Default)]
pub struct WorkingTime {
    weeks: HashMap<BusinessId, WeeklyHours>,
    /// Of locations that have a week of their own.
    local_weeks: HashMap<LocationId, WeeklyHours>,
    overrides: HashMap<BusinessId, DateOverrides>,
    own_weeks: HashMap<StaffMemberId, StaffWeek>,
    own_overrides: HashMap<StaffMemberId, DateOverrides>,
    time_off: HashMap<StaffMemberId, Vec<TimeOff>>,
}

impl WorkingTime {
    /// When a business is open at a location: by the location's own week, if it has one. What is said of dates holds for all.
    #[must_use]
    pub fn opening(&self, business: &Terms, here: Option<LocationId>) -> Opening {
        let week = here.and_then(|here| self.local_weeks.get(&here)).or_else(|| self.weeks.get(&business.id));
        Opening {
            week: week.cloned().unwrap_or_default(),
            overrides: self.overrides.get(&business.id).cloned().unwrap_or_default(),
            holidays: business.holidays,
        }
    }

    /// What a staff member has otherwise at a location.
    #[must_use]
    pub fn own(&self, staff: StaffMemberId, here: Option<LocationId>) -> OwnTime {
        OwnTime {
            week: self.own_weeks.get(&staff).cloned().unwrap_or_default().at(here),
            overrides: self.own_overrides.get(&staff).cloned().unwrap_or_default(),
        }
    }

    /// When a staff member is away.
    #[must_use]
    pub fn time_off(&self, staff: StaffMemberId) -> &[TimeOff] {
        self.time_off.get(&staff).map_or(&[], Vec::as_slice)
    }
}

/// What does not fit with what there is.
pub(super) struct Unfit;

/// As they would be.
impl WorkingTime {
    /// Sets what a business has on a day of the week, by the breaks that it has then. Locations with a week of their own keep it.
    pub(super) fn set_day(
        &mut self,
        business: BusinessId,
        weekday: i16,
        hours: impl FnOnce(&[Break]) -> Option<Hours>,
    ) {
        let weekday = i8::try_from(weekday).ok().and_then(|day| Weekday::from_monday_zero_offset(day).ok());
        let Some(weekday) = weekday else { return };
        let week = self.weeks.entry(business).or_default();
        let breaks: Vec<Break> = week.of(weekday).iter().flat_map(Hours::breaks).copied().collect();
        week.set(weekday, hours(&breaks));
    }

    /// Sets a staff member's own week.
    pub(super) fn set_week(&mut self, staff: StaffMemberId, week: StaffWeek) {
        self.own_weeks.insert(staff, week);
    }

    /// Sets other hours for some dates, which have none yet.
    pub(super) fn add_override(
        &mut self,
        business: BusinessId,
        staff: Option<StaffMemberId>,
        dates: DateOverride,
    ) -> Result<(), Unfit> {
        let overrides = match staff {
            Some(staff) => self.own_overrides.entry(staff).or_default(),
            None => self.overrides.entry(business).or_default(),
        };
        *overrides = overrides.with(dates).map_err(|_| Unfit)?;
        Ok(())
    }

    /// Adds time off.
    pub(super) fn add_time_off(&mut self, staff: StaffMemberId, away: TimeOff) {
        self.time_off.entry(staff).or_default().push(away);
    }
}

/// The hours of a business and of its staff, as far as they matter on some dates.
///
/// # Errors
/// If the query fails.
pub async fn working_time(
    on: &impl Sql,
    business: &BusinessRef,
    dates: DateRange,
) -> Result<WorkingTime, ApiError> {
    // Found once, not by each part: four of them cost so much by Postgres' reckoning that it would plan anew each time, in
    // 0.4 ms. Neither does it know better what a week of one business costs once it sees the days.
    let select = select("business_id = (select id from place)", "true", ["$3", "$4"]);
    let sql = format!("with place as {NAMED} {select}");
    let (first, end) = around(dates);
    read(on, &sql, &[&business.slug(), &business.id(), &first, &end]).await
}

/// The same of several businesses. On weekdays that are none of the dates they count as closed.
///
/// # Errors
/// If the query fails.
pub async fn working_time_at(
    on: &impl Sql,
    businesses: &[BusinessId],
    dates: DateRange,
) -> Result<WorkingTime, ApiError> {
    // All days of a location's own week, whose other days would seem to be the business's without.
    let of_the_week = "(day_of_week = any($4) or location_id is not null)";
    let sql = select("business_id = any($1)", of_the_week, ["$2", "$3"]);
    let (first, end) = around(dates);
    let weekdays = dates.dates().take(7).map(|date| i16::from(date.weekday().to_monday_zero_offset()));
    read(on, &sql, &[&businesses, &first, &end, &weekdays.collect::<Vec<_>>()]).await
}

/// Reads [`Found`]. An override is there once for each of its intervals, or once without any.
fn select(whose: &str, of_the_week: &str, [first, end]: [&str; 2]) -> String {
    let interval = interval::COLUMNS;
    format!(
        "select 'week', business_id, null::uuid, day_of_week, null::date, null::date, {interval},
                null::timestamp, null::timestamp, null::int2, null::date, location_id
         from opening_hours where {whose} and {of_the_week} and (not is_closed or location_id is not null)
         union all
         select 'own week', business_id, staff_id, day_of_week, lower(valid), upper(valid) - 1, {interval},
                null, null, null, null, location_id
         from staff_hours where {whose} and valid && daterange({first}, {end})
         union all
         select 'override', business_id, staff_id, null, lower(dates), upper(dates) - 1, {interval},
                null, null, null, null, null
         from date_overrides left join override_hours on override_hours.override_id = date_overrides.id
         where {whose} and dates && daterange({first}, {end})
         union all
         select 'time off', business_id, staff_id, null, null, null, null, null, null,
                starts_at, ends_at, repeats_weeks, repeats_until, null
         from time_off where {whose} and over_at > {first} and starts_at < {end}"
    )
}

/// Who has an override.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Whose {
    Business(BusinessId),
    Staff(StaffMemberId),
}

/// A row of [`select`].
enum Found {
    Week(BusinessId, Weekday, Hours),
    /// A day without hours is closed, and not as at the business.
    LocalWeek(LocationId, Weekday, Option<Hours>),
    OwnWeek(StaffMemberId, OwnHours),
    Override(Whose, (Date, Date), Option<Hours>),
    TimeOff(StaffMemberId, TimeOff),
}

impl Found {
    /// Anything but what the constraints allow is left out.
    fn from_row(row: &Row) -> Option<Self> {
        let staff = row.get::<_, Option<StaffMemberId>>(2);
        let hours = || interval::hours(row, 6);
        Some(match row.get::<_, &str>(0) {
            "week" => match row.get(13) {
                Some(location) => Self::LocalWeek(location, interval::weekday(row, 3)?, hours()),
                None => Self::Week(row.get(1), interval::weekday(row, 3)?, hours()?),
            },
            "own week" => Self::OwnWeek(staff?, own_hours(row, 3, 13)?),
            "override" => {
                let whose = staff.map_or_else(|| Whose::Business(row.get(1)), Whose::Staff);
                Self::Override(whose, (row.get(4), row.get(5)), hours())
            }
            _ => Self::TimeOff(staff?, time_off::read(row, 9)),
        })
    }
}

/// What belongs to the same, before it is known to make sense.
#[derive(Default)]
struct Gathered {
    weeks: HashMap<BusinessId, Vec<(Weekday, Hours)>>,
    local_weeks: HashMap<LocationId, Vec<(Weekday, Hours)>>,
    own_weeks: HashMap<StaffMemberId, Vec<OwnHours>>,
    overrides: HashMap<Whose, BTreeMap<(Date, Date), Vec<Hours>>>,
    time_off: HashMap<StaffMemberId, Vec<TimeOff>>,
}

async fn read(on: &impl Sql, sql: &str, params: &[&dyn Param]) -> Result<WorkingTime, ApiError> {
    let mut gathered = Gathered::default();
    on.each(sql, params, |row| gathered.extend(Found::from_row(&row))).await?;
    gathered.in_order()
}

impl Extend<Found> for Gathered {
    fn extend<T: IntoIterator<Item = Found>>(&mut self, all: T) {
        for found in all {
            match found {
                Found::Week(business, weekday, hours) => {
                    self.weeks.entry(business).or_default().push((weekday, hours));
                }
                Found::LocalWeek(location, weekday, hours) => {
                    let week = self.local_weeks.entry(location).or_default();
                    week.extend(hours.map(|hours| (weekday, hours)));
                }
                Found::OwnWeek(staff, own) => self.own_weeks.entry(staff).or_default().push(own),
                Found::Override(whose, dates, hours) => {
                    self.overrides.entry(whose).or_default().entry(dates).or_default().extend(hours);
                }
                Found::TimeOff(staff, away) => self.time_off.entry(staff).or_default().push(away),
            }
        }
    }
}

impl Gathered {
    fn in_order(self) -> Result<WorkingTime, ApiError> {
        let mut ordered = WorkingTime { time_off: self.time_off, ..WorkingTime::default() };
        for (business, intervals) in self.weeks {
            let week = WeeklyHours::new(intervals).map_err(ApiError::internal)?;
            ordered.weeks.insert(business, week);
        }
        for (location, intervals) in self.local_weeks {
            let week = WeeklyHours::new(intervals).map_err(ApiError::internal)?;
            ordered.local_weeks.insert(location, week);
        }
        for (staff, intervals) in self.own_weeks {
            let week = StaffWeek::new(intervals);
            let week = week.map_err(|_| ApiError::internal(HoursError::OverlappingHours))?;
            ordered.own_weeks.insert(staff, week);
        }
        for (whose, overrides) in self.overrides {
            let overrides = overrides_of(overrides).map_err(ApiError::internal)?;
            match whose {
                Whose::Business(business) => ordered.overrides.insert(business, overrides),
                Whose::Staff(staff) => ordered.own_overrides.insert(staff, overrides),
            };
        }
        Ok(ordered)
    }
}

/// What they are for nobody asks here.
fn overrides_of(hours: BTreeMap<(Date, Date), Vec<Hours>>) -> Result<DateOverrides, DateOverrideError> {
    let overrides =
        hours.into_iter().map(|((first, last), hours)| DateOverride::new(first, last, String::new(), hours));
    DateOverrides::new(overrides.collect::<Result<_, _>>()?)
}
