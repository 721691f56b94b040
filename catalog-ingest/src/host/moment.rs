//! A moment in the words of a message, as in `2026-11-21T18:30:00Z`.

use catalog_core::model::Timestamp;

const DAY: i64 = 86_400;

/// The moment as RFC 3339 in UTC. Days become dates as in Hinnant's `civil_from_days`.
pub(super) fn rfc3339(moment: Timestamp) -> String {
    let (days, rest) = (moment.seconds().div_euclid(DAY), moment.seconds().rem_euclid(DAY));
    // Counted from 0000-03-01, so that the leap day ends its year.
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", rest / 3_600, rest / 60 % 60, rest % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_dates_in_utc() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_377_013_266, "2013-08-20T15:41:06Z"),
            (1_793_523_600, "2026-11-01T09:00:00Z"),
            (-1, "1969-12-31T23:59:59Z"),
        ] {
            assert_eq!(rfc3339(Timestamp(seconds)), text);
        }
        // Whatever a host states is shown, however far away.
        assert!(rfc3339(Timestamp(i64::MAX)).ends_with('Z') && rfc3339(Timestamp(i64::MIN)).ends_with('Z'));
    }
}
