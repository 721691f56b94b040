//! Days of the calendar, as people write them in settings.

use std::fmt;

use super::Timestamp;

const SECONDS_A_DAY: i64 = 86_400;
/// Days in 400 years, after which the calendar begins anew.
const DAYS_AN_ERA: i64 = 146_097;

/// A day of the Gregorian calendar in UTC, written `2027-01-31`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CalendarDay {
    /// Days since 1970-01-01.
    number: i64,
}

impl CalendarDay {
    /// Reads `2027-01-31`: a year of four digits from 1970 on, a month and a day that it has.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = |range: std::ops::Range<usize>| {
            let part = text.get(range)?;
            if part.bytes().all(|byte| byte.is_ascii_digit()) { part.parse::<i64>().ok() } else { None }
        };
        let is_formed = text.len() == 10 && text.get(4..5) == Some("-") && text.get(7..8) == Some("-");
        let (year, month, day) = (digits(0..4)?, digits(5..7)?, digits(8..10)?);
        if !is_formed || year < 1970 || !(1..=12).contains(&month) || day < 1 {
            return None;
        }
        // The civil calendar with years that begin in March, so that the leap day is the last one.
        let (shifted_year, shifted_month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
        let (era, year_of_era) = (shifted_year / 400, shifted_year % 400);
        let day_of_year = (153 * shifted_month + 2) / 5 + day - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        let found = Self { number: era * DAYS_AN_ERA + day_of_era - 719_468 };
        // A day that the month does not have would be one of the next month.
        (found.to_string() == text).then_some(found)
    }

    /// The day of a moment, in UTC.
    pub fn of(moment: Timestamp) -> Self {
        Self { number: moment.seconds().div_euclid(SECONDS_A_DAY) }
    }

    /// When it begins.
    pub fn start(self) -> Timestamp {
        Timestamp(self.number * SECONDS_A_DAY)
    }

    /// The day after it.
    pub fn next(self) -> Self {
        Self { number: self.number + 1 }
    }

    /// How many days lie between an earlier day and this one; negative where that is the later one.
    pub fn days_since(self, earlier: Self) -> i64 {
        self.number - earlier.number
    }
}

impl fmt::Display for CalendarDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let days = self.number + 719_468;
        let (era, day_of_era) = (days.div_euclid(DAYS_AN_ERA), days.rem_euclid(DAYS_AN_ERA));
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted_month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
        let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_read_back_as_they_are_written() {
        for (text, number) in [
            ("1970-01-01", 0),
            ("1970-03-01", 59),
            ("2000-02-29", 11_016),
            ("2027-01-31", 20_849),
            ("9999-12-31", 2_932_896),
        ] {
            assert_eq!(CalendarDay::parse(text), Some(CalendarDay { number }), "{text}");
            assert_eq!(CalendarDay { number }.to_string(), text);
        }
        for number in (0..60_000).step_by(13) {
            let day = CalendarDay { number };
            assert_eq!(CalendarDay::parse(&day.to_string()), Some(day));
        }
    }

    #[test]
    fn what_is_no_day_is_none() {
        for text in [
            "2027-02-29",
            "2027-13-01",
            "2027-00-10",
            "2027-01-00",
            "2027-1-1",
            "27-01-01",
            "1969-12-31",
            "+027-01-01",
            "2027-01-31T",
            "tomorrow",
        ] {
            assert_eq!(CalendarDay::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_moment_is_of_the_day_that_it_lies_in() {
        let day = CalendarDay::parse("2026-01-01").expect("it is a day");
        assert_eq!(day.start(), Timestamp(1_767_225_600));
        assert_eq!(CalendarDay::of(Timestamp(day.start().seconds() + 86_399)), day);
        assert_eq!(CalendarDay::of(day.next().start()).days_since(day), 1);
    }
}
