//! The only place that reads the time, and the form in which moments are shown.

use catalog_core::model::Timestamp;

/// The present moment.
pub fn now() -> Timestamp {
    Timestamp(jiff::Timestamp::now().as_second())
}

/// A moment as RFC 3339 in UTC, as in `2026-11-21T03:00:00Z`.
pub fn rfc3339(moment: Timestamp) -> String {
    jiff::Timestamp::from_second(moment.seconds())
        .map_or_else(|_| format!("@{}", moment.seconds()), |moment| moment.to_string())
}

/// The present moment as the log shows it: RFC 3339 in UTC, to the millisecond.
pub fn log_moment() -> String {
    format!("{:.3}", jiff::Timestamp::now())
}

/// The present moment as traces count it: nanoseconds since 1970.
pub fn nanoseconds() -> u64 {
    u64::try_from(jiff::Timestamp::now().as_nanosecond()).unwrap_or(0)
}

/// The day of a moment in UTC, as in `2026-11-21`.
pub fn day(moment: Timestamp) -> String {
    let text = rfc3339(moment);
    text.split_once('T').map_or(text.clone(), |(day, _)| day.to_owned())
}

/// The moment that a text means: one of RFC 3339, or the last second of a day in UTC, as in `2026-12-31`.
pub fn until(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if let Ok(day) = text.parse::<jiff::civil::Date>()
        && !text.contains('T')
    {
        let end = day.at(23, 59, 59, 0).to_zoned(jiff::tz::TimeZone::UTC).ok()?;
        return Some(Timestamp(end.timestamp().as_second()));
    }
    moment(text)
}

/// The moment that a text of RFC 3339 means, in whole seconds.
pub fn moment(text: &str) -> Option<Timestamp> {
    text.trim().parse::<jiff::Timestamp>().ok().map(|moment| Timestamp(moment.as_second()))
}

/// Measures how long something takes.
#[derive(Clone, Copy, Debug)]
pub struct Stopwatch(std::time::Instant);

impl Stopwatch {
    /// Begins to measure.
    pub fn start() -> Self {
        Self(std::time::Instant::now())
    }

    /// The time since then, in seconds.
    pub fn seconds(self) -> f64 {
        self.0.elapsed().as_secs_f64()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_ends_with_its_last_second_and_a_moment_is_a_moment() {
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(until(text).map(rfc3339).as_deref(), expected, "{text}");
        };
        check("2026-12-31", Some("2026-12-31T23:59:59Z"));
        check(" 2026-12-31T10:00:00+02:00 ", Some("2026-12-31T08:00:00Z"));
        for text in ["", "tomorrow", "2026-13-01", "31.12.2026", "2026-02-30"] {
            check(text, None);
        }
        assert_eq!(moment("2026-12-31T23:59:59Z").map(day).as_deref(), Some("2026-12-31"));
    }
}
