//! Days: what a date as in `2026-05-31` is, in days since 1970-01-01.

/// The day of a date of RFC 3339, alone or with a time behind it, in whole days since 1970-01-01 in the
/// calendar of today; `None` where the text is none.
pub fn day_of(text: &str) -> Option<i64> {
    let text = text.trim();
    let date = text.get(..10)?;
    let rest = &text[10..];
    if !(rest.is_empty() || rest.starts_with(['T', 't', ' '])) {
        return None;
    }
    let mut parts = date.split('-');
    let mut part = |digits: usize| {
        let part = parts.next().filter(|part| part.len() == digits)?;
        part.bytes().all(|byte| byte.is_ascii_digit()).then(|| part.parse::<i64>().ok())?
    };
    let (year, month, day) = (part(4)?, part(2)?, part(2)?);
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days_of_month = match month {
        2 => 28 + i64::from(is_leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if day < 1 || day > days_of_month {
        return None;
    }
    // Years that begin in March have their odd day at the end (Hinnant, "chrono-compatible low-level date
    // algorithms").
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    Some(era * 146_097 + day_of_era - 719_468)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_from_1970() {
        assert_eq!(day_of("1970-01-01"), Some(0));
        assert_eq!(day_of("1969-12-31"), Some(-1));
        assert_eq!(day_of("2000-02-29"), Some(11_016));
        assert_eq!(day_of("2026-05-31T12:00:00Z"), day_of("2026-05-31"));
        assert_eq!(day_of("2026-05-31").zip(day_of("2026-06-01")).map(|(a, b)| b - a), Some(1));
    }

    #[test]
    fn what_is_no_date_is_none() {
        let wrong = [
            "",
            "2026",
            "2026-13-01",
            "2026-02-29",
            "2026-2-1",
            "31.05.2026",
            "2026-05-31x",
            "+026-05-31",
            "2026-05-3é",
        ];
        for text in wrong {
            assert_eq!(day_of(text), None, "{text}");
        }
    }
}
