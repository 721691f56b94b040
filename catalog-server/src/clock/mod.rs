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

/// The moment that RFC 3339 means, as in `2026-11-21T03:00:00Z`; fractions of a second are left out.
pub fn moment(text: &str) -> Option<Timestamp> {
    text.parse::<jiff::Timestamp>().ok().map(|moment| Timestamp(moment.as_second()))
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
