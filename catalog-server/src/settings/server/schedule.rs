//! The sections `[[server.schedule]]`: what the server reads again and again.

use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;

/// What the server reads again and again. Where neither repositories nor sources are named, everything that
/// `[crawl]` and `[[source]]` name is meant.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ScheduleSettings {
    /// Repositories: folders, repositories or URLs, as in `[crawl]`.
    pub repositories: Vec<String>,
    /// Sources by their organisations, as in `acme` or `github.com/acme`.
    pub sources: Vec<String>,
    /// How often, as in `15m`: a number and `s`, `m`, `h` or `d`. Default: `15m`.
    pub every: Option<Interval>,
    /// By how much later a run may be, so that not all come at once. Default: a tenth of `every`.
    pub jitter: Option<Interval>,
}

/// A time, as in `90s`, `15m`, `6h` or `1d`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
pub struct Interval(#[schemars(with = "String", regex(pattern = "^[0-9]{1,6}(s|m|h|d)$"))] Duration);

/// How often a schedule comes where nothing is said.
const EVERY_DEFAULT: Duration = Duration::from_secs(15 * 60);

impl TryFrom<String> for Interval {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let wrong = || {
            let shown: String = text.chars().take(40).collect();
            format!("`{shown}` is no time, expected a number and `s`, `m`, `h` or `d`, as in `15m`")
        };
        let unit = text.chars().last().ok_or_else(wrong)?;
        let seconds: u64 = match unit {
            's' => 1,
            'm' => 60,
            'h' => 3_600,
            'd' => 86_400,
            _ => return Err(wrong()),
        };
        let count = &text[..text.len() - 1];
        if count.is_empty() || count.len() > 6 || !count.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(wrong());
        }
        let count: u64 = count.parse().map_err(|_| wrong())?;
        Ok(Self(Duration::from_secs(count * seconds)))
    }
}

impl ScheduleSettings {
    /// How often it comes: at least a second.
    pub fn every(&self) -> Duration {
        self.every.map_or(EVERY_DEFAULT, |every| every.0).max(Duration::from_secs(1))
    }

    /// By how much later a run may be.
    pub fn jitter(&self) -> Duration {
        self.jitter.map_or_else(|| self.every() / 10, |jitter| jitter.0)
    }
}

#[cfg(test)]
mod tests {
    use crate::settings::Settings;

    #[test]
    fn a_schedule_has_an_interval_and_a_tenth_of_it_as_jitter() {
        let text =
            "[[server.schedule]]\n[[server.schedule]]\nevery = '6h'\njitter = '90s'\nsources = ['acme']";
        let settings: Settings = toml::from_str(text).expect("the settings are sound");
        let times = settings.server.schedule.iter().map(|of| (of.every().as_secs(), of.jitter().as_secs()));
        assert_eq!(times.collect::<Vec<_>>(), [(900, 90), (21_600, 90)]);
    }

    #[test]
    fn what_is_no_time_is_told_with_its_line() {
        for wrong in ["", "15", "m", "15 m", "-1m", "1.5h", "1w", "9999999s", "15é"] {
            let text = format!("[[server.schedule]]\nevery = '{wrong}'");
            let error = toml::from_str::<Settings>(&text).expect_err("it is no time").to_string();
            assert!(error.contains("is no time") && error.contains("line 2"), "{error}");
        }
    }
}
