//! How much of the time something works, exact where it is nearly always.
//!
//! What counts near 100 percent is what is missing, so that is what is kept: 99.99999 percent is an
//! unavailability of 10⁻⁷, to sixteen digits.

use std::{cmp::Ordering, fmt};

use thiserror::Error;

use super::Objective;

/// The share of time, or of requests, in which something works. The greater of two is the better one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Availability {
    /// From 0 to 1, and never negative zero.
    unavailability: f64,
}

/// Why a text is no availability that can be promised.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum AvailabilityError {
    /// It is no number.
    #[error("is not a number")]
    NotANumber,
    /// It is a number in another notation, which is this one in ours.
    #[error("is not a number as it is written here")]
    OtherNotation(Box<str>),
    /// It is over 100 percent.
    #[error("is over 100 percent")]
    OverAll,
    /// It is below 0.
    #[error("is negative")]
    Negative,
    /// It is 0 percent: whoever promises nothing makes no promise.
    #[error("promises nothing")]
    Nothing,
}

impl AvailabilityError {
    /// What to write instead, where that is plain.
    pub fn suggestion(&self) -> Option<&str> {
        match self {
            Self::OtherNotation(suggestion) => Some(suggestion),
            _ => None,
        }
    }
}

impl Availability {
    /// What always works.
    pub const PERFECT: Self = Self { unavailability: 0.0 };

    /// The minutes of the 30 days over which an objective counts.
    pub const WINDOW_MINUTES: f64 = 43_200.0;

    /// What does not work for this share of the time, from 0 to 1; `None` for any other number.
    pub fn of_unavailability(unavailability: f64) -> Option<Self> {
        // Adding zero makes a negative one positive.
        (0.0..=1.0).contains(&unavailability).then_some(Self { unavailability: unavailability + 0.0 })
    }

    /// Reads a percentage as people write it: `99.95`, `99.95%` or `99.95 %`. A number without a unit is
    /// one as well. Takes what is over 0 and up to 100.
    ///
    /// # Errors
    ///
    /// Where the text is no such number. `99,95` and `99.95 percent` come with what to write instead.
    pub fn parse(text: &str) -> Result<Self, AvailabilityError> {
        let text = text.trim();
        let number = text.strip_suffix('%').unwrap_or(text).trim_end();
        let error = match Self::parse_of(number, 2) {
            Err(AvailabilityError::NotANumber) => AvailabilityError::NotANumber,
            parsed => return parsed,
        };
        let lower = number.to_ascii_lowercase();
        let bare = ["percent", "per cent", "pct"].iter().find_map(|unit| lower.strip_suffix(unit));
        let bare = bare.unwrap_or(&lower).trim_end();
        let dotted =
            if bare.matches(',').count() == 1 { bare.replacen(',', ".", 1) } else { bare.to_owned() };
        match Self::parse_of(&dotted, 2) {
            Ok(_) => Err(AvailabilityError::OtherNotation(dotted.into())),
            Err(AvailabilityError::NotANumber) => Err(error),
            Err(other) => Err(other),
        }
    }

    /// Reads a share of one, as in `0.9995`. Takes what is over 0 and up to 1.
    ///
    /// # Errors
    ///
    /// Where the text is no such number. `0,9995` comes with what to write instead.
    pub fn parse_ratio(text: &str) -> Result<Self, AvailabilityError> {
        let text = text.trim();
        match Self::parse_of(text, 0) {
            Err(AvailabilityError::NotANumber) if text.matches(',').count() == 1 => {
                let dotted = text.replacen(',', ".", 1);
                Self::parse_of(&dotted, 0).and_then(|_| Err(AvailabilityError::OtherNotation(dotted.into())))
            }
            parsed => parsed,
        }
    }

    /// Reads a number of which ten to the power of `whole_zeros` is all.
    fn parse_of(text: &str, whole_zeros: u32) -> Result<Self, AvailabilityError> {
        // `inf` and `nan` are numbers for Rust, and nothing that a person promises.
        if !text.chars().any(|c| c.is_ascii_digit())
            || !text.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | '-' | '+' | 'e' | 'E'))
        {
            return Err(AvailabilityError::NotANumber);
        }
        let number: f64 = text.parse().map_err(|_| AvailabilityError::NotANumber)?;
        if number < 0.0 {
            return Err(AvailabilityError::Negative);
        }
        let unavailability = match missing(text, whole_zeros) {
            Some(missing) => missing?,
            None => {
                let share = number / 10_f64.powi(i32::try_from(whole_zeros).unwrap_or_default());
                if share > 1.0 {
                    return Err(AvailabilityError::OverAll);
                }
                1.0 - share
            }
        };
        if unavailability >= 1.0 { Err(AvailabilityError::Nothing) } else { Ok(Self { unavailability }) }
    }

    /// The share in which it does not work, from 0 to 1.
    pub fn unavailability(self) -> f64 {
        self.unavailability
    }

    /// The percentage in which it works; where it is nearly 100, [`Self::unavailability`] is more exact.
    pub fn percent(self) -> f64 {
        // Rounded to what the digits of a number of 64 bits can carry, without traces of binary fractions.
        const DIGITS: f64 = 1e12;
        ((100.0 - self.unavailability * 100.0) * DIGITS).round() / DIGITS
    }

    /// Whether it is 100 percent, to the last digit.
    pub fn is_perfect(self) -> bool {
        self.unavailability <= 0.0
    }

    /// Whether it is so little that a share of one was likely meant: up to 1 percent, as `0.9995` is.
    pub fn is_doubtful(self) -> bool {
        self.unavailability >= 0.99
    }

    /// The error budget: for how many minutes of 30 days it may fail.
    pub fn minutes(self) -> f64 {
        self.unavailability * Self::WINDOW_MINUTES
    }

    /// The same with one nine more: a tenth of the error budget, as in 99.995 for 99.95.
    #[must_use]
    pub fn with_extra_nine(self) -> Self {
        Self { unavailability: self.unavailability / 10.0 }
    }

    /// Whether it is better than another one by more than what calculating with fractions can lose.
    pub fn exceeds(self, other: Self) -> bool {
        const SLACK: f64 = 1e-9;
        self.unavailability < other.unavailability * (1.0 - SLACK)
    }
}

impl Eq for Availability {}

impl Ord for Availability {
    fn cmp(&self, other: &Self) -> Ordering {
        other.unavailability.total_cmp(&self.unavailability)
    }
}

impl PartialOrd for Availability {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// As people write it, without a sign of percent: at least four decimals, and four digits of what is missing,
/// as in `99.95` or `99.8501`. Only what is perfect is shown as `100`.
impl fmt::Display for Availability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const DECIMALS_MIN: usize = 4;
        const DECIMALS_MAX: usize = 12;
        let missing = self.unavailability * 100.0;
        if self.is_perfect() {
            return f.write_str("100");
        }
        let decimals =
            (DECIMALS_MIN..=DECIMALS_MAX).find(|decimals| missing * 10_f64.powi(number(*decimals)) >= 1000.0);
        let text = format!("{:.*}", decimals.unwrap_or(DECIMALS_MAX), 100.0 - missing);
        let text =
            if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { text.as_str() };
        f.write_str(if text == "100" { "99.999999999999" } else { text })
    }
}

fn number(decimals: usize) -> i32 {
    i32::try_from(decimals).unwrap_or(i32::MAX)
}

/// What a decimal number lacks to ten to the power of `whole_zeros`, as a share of that; reckoned in whole
/// numbers, since a difference of fractions would lose most of its digits. `None` where it has another form,
/// or too many digits.
fn missing(text: &str, whole_zeros: u32) -> Option<Result<f64, AvailabilityError>> {
    const DIGITS_MAX: usize = 30;
    let text = text.strip_prefix('+').unwrap_or(text);
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let whole = whole.trim_start_matches('0');
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if !all_digits(whole) || !all_digits(fraction) {
        return None;
    }
    // Digits that are cut off make it a little less, never more.
    let fraction = &fraction[..fraction.len().min(DIGITS_MAX)];
    if whole.len() > whole_zeros as usize + 1 {
        return Some(Err(AvailabilityError::OverAll));
    }
    let digits: u128 = format!("0{whole}{fraction}").parse().ok()?;
    let all = 10_u128.checked_pow(whole_zeros + u32::try_from(fraction.len()).ok()?)?;
    let Some(missing) = all.checked_sub(digits) else { return Some(Err(AvailabilityError::OverAll)) };
    Some(Ok(missing as f64 / all as f64))
}

impl Objective {
    /// Whether it is about availability, with which the catalog reckons.
    pub fn is_availability(&self) -> bool {
        self.indicator.trim().eq_ignore_ascii_case("availability")
    }

    /// The availability that it states; `None` where it is about something else.
    pub fn availability(&self) -> Option<Result<Availability, AvailabilityError>> {
        self.is_availability().then(|| Availability::parse(&self.target))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, unavailability: f64) {
        let parsed = Availability::parse(text).expect("it is an availability");
        let difference = (parsed.unavailability() - unavailability).abs();
        assert!(difference <= unavailability * 1e-15, "{parsed:?} for `{text}`");
    }

    #[track_caller]
    fn refuse(text: &str, error: AvailabilityError) {
        assert_eq!(Availability::parse(text), Err(error), "`{text}`");
    }

    #[test]
    fn percentages_are_read_with_and_without_their_sign() {
        check("99.95", 0.0005);
        check("99.95%", 0.0005);
        check(" 99.95 % ", 0.0005);
        check("99.9999999", 1e-9);
        check("99.99999999999999999999", 1e-22);
        check("9.995e1", 1.0 - 0.9995);
        check("50.", 0.5);
        check("+099.5", 0.005);
        check("100.000", 0.0);
    }

    #[test]
    fn what_cannot_be_promised_is_refused() {
        refuse("101", AvailabilityError::OverAll);
        refuse("100.0000000000000000001", AvailabilityError::OverAll);
        refuse("9995", AvailabilityError::OverAll);
        refuse("-1", AvailabilityError::Negative);
        refuse("0", AvailabilityError::Nothing);
        refuse("0.0 %", AvailabilityError::Nothing);
        refuse("-0", AvailabilityError::Nothing);
        for text in ["", "%", "NaN", "inf", "infinity", "high", "99.95.1", "1,000,5", "0x10", "99 95", "e"] {
            refuse(text, AvailabilityError::NotANumber);
        }
    }

    #[test]
    fn another_notation_is_refused_with_ours() {
        refuse("99,95", AvailabilityError::OtherNotation("99.95".into()));
        refuse("99,95 %", AvailabilityError::OtherNotation("99.95".into()));
        refuse("99.95 percent", AvailabilityError::OtherNotation("99.95".into()));
        refuse("101,5", AvailabilityError::OverAll);
        assert_eq!(
            Availability::parse_ratio("0,9995"),
            Err(AvailabilityError::OtherNotation("0.9995".into()))
        );
    }

    #[test]
    fn a_share_of_one_is_a_doubtful_percentage() {
        let doubtful = |text| Availability::parse(text).is_ok_and(Availability::is_doubtful);
        assert!(doubtful("0.9995") && doubtful("1"));
        assert!(!doubtful("1.5") && !doubtful("95"));
        assert_eq!(Availability::parse_ratio("0.9995"), Availability::parse("99.95"));
        assert_eq!(Availability::parse_ratio("99.95"), Err(AvailabilityError::OverAll));
    }

    #[test]
    fn an_availability_is_shown_as_people_write_it_and_never_rounded_to_all() {
        let shown = |unavailability: f64| {
            Availability::of_unavailability(unavailability).expect("a share").to_string()
        };
        let expected = [
            (0.0005, "99.95"),
            (0.02, "98"),
            (0.93, "7"),
            (1.0, "0"),
            (0.0, "100"),
            (0.990_005, "0.9995"),
            (1e-6, "99.9999"),
            (0.001_499_25, "99.8501"),
            (1e-20, "99.999999999999"),
        ];
        for (unavailability, text) in expected {
            assert_eq!(shown(unavailability), text);
        }
        assert_eq!(Availability::of_unavailability(f64::NAN), None);
        assert_eq!(Availability::of_unavailability(1.5), None);
    }

    #[test]
    fn better_is_greater_and_a_nine_more_is_a_tenth_of_the_budget() {
        let of = |text| Availability::parse(text).expect("an availability");
        assert!(of("99.99") > of("99.9") && Availability::PERFECT > of("99.999999999"));
        assert!(of("99.99").exceeds(of("99.9")) && !of("99.9").exceeds(of("99.9")));
        assert_eq!(of("99.95").with_extra_nine().to_string(), "99.995");
        assert!((of("99.9").minutes() - 43.2).abs() < 1e-9);
    }
}
