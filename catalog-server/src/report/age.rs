//! How long ago something was, in words.

use catalog_core::model::Timestamp;

const UNITS: [(i64, &str, &str); 6] = [
    (365 * 86_400, "a year", "years"),
    (30 * 86_400, "a month", "months"),
    (7 * 86_400, "a week", "weeks"),
    (86_400, "a day", "days"),
    (3_600, "an hour", "hours"),
    (60, "a minute", "minutes"),
];

/// How long before a moment another one was, in its largest unit: `3 weeks ago`. What lies less than a
/// minute back, or ahead, as where the clocks of two machines differ, is `just now`.
pub fn ago(now: Timestamp, then: Timestamp) -> String {
    let seconds = now.seconds().saturating_sub(then.seconds());
    for (length, one, many) in UNITS {
        match seconds / length {
            ..=0 => {}
            1 => return format!("{one} ago"),
            count => return format!("{count} {many} ago"),
        }
    }
    "just now".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_is_told_in_its_largest_unit() {
        for (seconds, expected) in [
            (-5, "just now"),
            (59, "just now"),
            (60, "a minute ago"),
            (3_599, "59 minutes ago"),
            (7_200, "2 hours ago"),
            (86_400, "a day ago"),
            (6 * 86_400, "6 days ago"),
            (21 * 86_400, "3 weeks ago"),
            (60 * 86_400, "2 months ago"),
            (800 * 86_400, "2 years ago"),
        ] {
            assert_eq!(ago(Timestamp(1_000_000_000), Timestamp(1_000_000_000 - seconds)), expected);
        }
        assert_eq!(ago(Timestamp(i64::MAX), Timestamp(i64::MIN)), "292471208677 years ago");
    }
}
