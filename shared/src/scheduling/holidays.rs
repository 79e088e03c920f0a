//! Public holidays: which dates of a country's calendar are free, as its law says.

use jiff::{ToSpan, civil::Date};

use crate::db::text_enum;

text_enum! {
    /// Whose public holidays a business keeps.
    pub enum HolidayCalendar {
        /// Poland: the act of 18 January 1951 on days off (Dz.U. 1951 nr 4 poz. 28) as it has been since 2011, when
        /// Epiphany came back, with Christmas Eve since 2025 (Dz.U. 2024 poz. 1965).
        Poland = "PL",
    }
}

impl HolidayCalendar {
    /// Every calendar there is.
    pub const ALL: &[Self] = &[Self::Poland];

    /// The holiday that a date is, if it is one.
    #[must_use]
    pub fn on(self, date: Date) -> Option<Holiday> {
        match self {
            Self::Poland => polish(date),
        }
    }

    /// The holidays of a year, in order.
    pub fn in_year(self, year: i16) -> impl Iterator<Item = (Date, Holiday)> {
        let first = Date::new(year, 1, 1).ok();
        let dates = first.into_iter().flat_map(|first| first.series(1.day()));
        let dates = dates.take_while(move |date| date.year() == year);
        dates.filter_map(move |date| Some((date, self.on(date)?)))
    }
}

/// A public holiday. What it is called is for `language` to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holiday {
    /// 1 January.
    NewYear,
    /// 6 January.
    Epiphany,
    /// Easter Sunday.
    Easter,
    /// The day after it.
    EasterMonday,
    /// 1 May.
    LabourDay,
    /// 3 May.
    ConstitutionDay,
    /// The seventh Sunday after Easter.
    Pentecost,
    /// The Thursday after Trinity Sunday.
    CorpusChristi,
    /// 15 August.
    Assumption,
    /// 1 November.
    AllSaints,
    /// 11 November.
    IndependenceDay,
    /// 24 December.
    ChristmasEve,
    /// 25 December.
    ChristmasDay,
    /// 26 December.
    SecondDayOfChristmas,
}

fn polish(date: Date) -> Option<Holiday> {
    match (date.month(), date.day()) {
        (1, 1) => Some(Holiday::NewYear),
        (1, 6) => Some(Holiday::Epiphany),
        (5, 1) => Some(Holiday::LabourDay),
        (5, 3) => Some(Holiday::ConstitutionDay),
        (8, 15) => Some(Holiday::Assumption),
        (11, 1) => Some(Holiday::AllSaints),
        (11, 11) => Some(Holiday::IndependenceDay),
        (12, 24) if date.year() >= 2025 => Some(Holiday::ChristmasEve),
        (12, 25) => Some(Holiday::ChristmasDay),
        (12, 26) => Some(Holiday::SecondDayOfChristmas),
        _ => match date.day_of_year() - easter(date.year())?.day_of_year() {
            0 => Some(Holiday::Easter),
            1 => Some(Holiday::EasterMonday),
            49 => Some(Holiday::Pentecost),
            60 => Some(Holiday::CorpusChristi),
            _ => None,
        },
    }
}

/// Easter Sunday by the Gregorian calendar: the algorithm that a correspondent sent to *Nature* (20 April 1876, p. 487),
/// as in Jean Meeus, *Astronomical Algorithms* (1991), chapter 8. Its letters are kept.
#[expect(clippy::many_single_char_names, reason = "as in the source")]
fn easter(year: i16) -> Option<Date> {
    let year_number = i32::from(year);
    let a = year_number.rem_euclid(19);
    let (b, c) = (year_number.div_euclid(100), year_number.rem_euclid(100));
    let (d, e) = (b.div_euclid(4), b.rem_euclid(4));
    let f = (b + 8).div_euclid(25);
    let g = (b - f + 1).div_euclid(3);
    let h = (19 * a + b - d - g + 15).rem_euclid(30);
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k).rem_euclid(7);
    let m = (a + 11 * h + 22 * l) / 451;
    let n = h + l - 7 * m + 114;
    Date::new(year, i8::try_from(n / 31).ok()?, i8::try_from(n % 31 + 1).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use jiff::civil::{Weekday, date};

    use super::*;

    /// As the US Naval Observatory lists them; the earliest and the latest there can be among them.
    const EASTERS: [(i16, i8, i8); 24] = [
        (1818, 3, 22),
        (1943, 4, 25),
        (1954, 4, 18),
        (1981, 4, 19),
        (2000, 4, 23),
        (2008, 3, 23),
        (2011, 4, 24),
        (2014, 4, 20),
        (2016, 3, 27),
        (2018, 4, 1),
        (2019, 4, 21),
        (2020, 4, 12),
        (2021, 4, 4),
        (2022, 4, 17),
        (2023, 4, 9),
        (2024, 3, 31),
        (2025, 4, 20),
        (2026, 4, 5),
        (2027, 3, 28),
        (2028, 4, 16),
        (2029, 4, 1),
        (2030, 4, 21),
        (2038, 4, 25),
        (2100, 3, 28),
    ];

    #[test]
    fn easter_is_when_it_is_known_to_be() {
        for (year, month, day) in EASTERS {
            assert_eq!(easter(year), Some(date(year, month, day)));
        }
    }

    #[test]
    fn easter_is_a_sunday_between_its_earliest_and_latest_dates_in_every_year() {
        for year in -9999..=9999 {
            let easter = easter(year).expect("a date");
            assert_eq!(easter.weekday(), Weekday::Sunday, "{year}");
            assert!(date(year, 3, 22) <= easter && easter <= date(year, 4, 25), "{year}");
        }
    }

    #[test]
    fn a_polish_year_is_what_the_law_says() {
        let dates = |year| HolidayCalendar::Poland.in_year(year).map(|(date, _)| date).collect::<Vec<_>>();
        let in_2026 = [
            date(2026, 1, 1),
            date(2026, 1, 6),
            date(2026, 4, 5),
            date(2026, 4, 6),
            date(2026, 5, 1),
            date(2026, 5, 3),
            date(2026, 5, 24),
            date(2026, 6, 4),
            date(2026, 8, 15),
            date(2026, 11, 1),
            date(2026, 11, 11),
            date(2026, 12, 24),
            date(2026, 12, 25),
            date(2026, 12, 26),
        ];
        assert_eq!(dates(2026), in_2026);
        assert_eq!(
            dates(2025)[2..8],
            [(4, 20), (4, 21), (5, 1), (5, 3), (6, 8), (6, 19)].map(|(month, day)| date(2025, month, day))
        );
        assert_eq!(HolidayCalendar::Poland.on(date(2024, 12, 24)), None);
        assert_eq!(HolidayCalendar::Poland.on(date(2025, 12, 24)), Some(Holiday::ChristmasEve));
    }

    #[test]
    fn every_year_has_as_many_as_the_law_lists() {
        for year in 2025..=2400 {
            assert_eq!(HolidayCalendar::Poland.in_year(year).count(), 14, "{year}");
        }
        assert_eq!(HolidayCalendar::Poland.in_year(2024).count(), 13);
    }
}
