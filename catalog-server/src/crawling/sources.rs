//! A host that names repositories, with what it is told of who asks, and the time by which it is asked.

use std::time::Duration;

use catalog_core::model::Timestamp;
use catalog_ingest::host::{HostAccess, HostClock, HostSource};

use crate::clock::now;

/// How long a pause is told of, at least.
const LONG_PAUSE: Duration = Duration::from_secs(10);

/// A source with what its host is told of who asks.
#[derive(Clone)]
pub struct ConfiguredSource {
    /// Which organisation of which host.
    pub source: HostSource,
    /// Its token, if there is one.
    pub access: HostAccess,
}

/// Told of a source's id and of how long its host wants to be left alone.
pub type OnPause<'a> = &'a (dyn Fn(&str, Duration) + Sync);

/// The time of this machine.
pub struct SystemClock<'a>(
    /// Told before a pause that is long.
    pub OnPause<'a>,
);

impl HostClock for SystemClock<'_> {
    fn now(&self) -> Timestamp {
        now()
    }

    fn pause(&self, id: &str, time: Duration) {
        if time > LONG_PAUSE {
            self.0(id, time);
        }
        std::thread::sleep(time);
    }
}
