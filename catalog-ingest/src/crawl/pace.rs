//! The time that a crawl waits by, which tests replace: nobody sleeps in a test.

use std::{
    sync::{Condvar, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// Tells how long a crawl has run, and waits.
pub(super) trait Pace: Sync {
    /// How long the crawl has run.
    fn elapsed(&self) -> Duration;

    /// Waits until somebody is woken, at most `up_to`, where it is given.
    fn wait<'a, T>(
        &self,
        woken: &Condvar,
        guard: MutexGuard<'a, T>,
        up_to: Option<Duration>,
    ) -> MutexGuard<'a, T>;
}

/// The time that really passes.
pub(super) struct RealPace(Instant);

impl RealPace {
    pub(super) fn start() -> Self {
        Self(Instant::now())
    }
}

impl Pace for RealPace {
    fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }

    fn wait<'a, T>(
        &self,
        woken: &Condvar,
        guard: MutexGuard<'a, T>,
        up_to: Option<Duration>,
    ) -> MutexGuard<'a, T> {
        match up_to {
            Some(up_to) => woken.wait_timeout(guard, up_to).map_or_else(|it| it.into_inner().0, |it| it.0),
            None => woken.wait(guard).unwrap_or_else(PoisonError::into_inner),
        }
    }
}

#[cfg(test)]
pub(super) mod fake {
    //! A time that passes only where somebody waits for it.

    use std::sync::Mutex;

    use super::*;

    /// Waits for a time are over at once, and remembered.
    #[derive(Default)]
    pub(in crate::crawl) struct FakePace {
        elapsed: Mutex<Duration>,
        waits: Mutex<Vec<Duration>>,
    }

    impl FakePace {
        pub(in crate::crawl) fn waits(&self) -> Vec<Duration> {
            self.waits.lock().expect("no test panics with it").clone()
        }
    }

    impl Pace for FakePace {
        fn elapsed(&self) -> Duration {
            *self.elapsed.lock().expect("no test panics with it")
        }

        fn wait<'a, T>(
            &self,
            woken: &Condvar,
            guard: MutexGuard<'a, T>,
            up_to: Option<Duration>,
        ) -> MutexGuard<'a, T> {
            let Some(up_to) = up_to else { return woken.wait(guard).unwrap_or_else(PoisonError::into_inner) };
            *self.elapsed.lock().expect("no test panics with it") += up_to;
            self.waits.lock().expect("no test panics with it").push(up_to);
            guard
        }
    }
}
