//! Times in `catalog.toml`.

use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;

/// A time in seconds, as in `2` or `0.5`; at least 0.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(try_from = "f64")]
pub struct Seconds(#[schemars(range(min = 0.0))] f64);

impl TryFrom<f64> for Seconds {
    type Error = String;

    fn try_from(seconds: f64) -> Result<Self, String> {
        let is_time = Duration::try_from_secs_f64(seconds).is_ok();
        is_time.then_some(Self(seconds)).ok_or_else(|| format!("{seconds} is no number of seconds"))
    }
}

impl From<Seconds> for Duration {
    fn from(Seconds(seconds): Seconds) -> Self {
        Self::from_secs_f64(seconds)
    }
}
