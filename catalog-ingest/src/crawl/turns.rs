//! Whose turn it is among the repositories of other machines.
//!
//! Each host has a few slots, so that one that is slow or hangs holds up only its own repositories. A
//! failure that may pass is tried again after a pause, which occupies nobody's slot; a host that fails
//! again and again is left alone.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use super::{message::FetchRefusal, pace::Pace};
use crate::{limits::FetchLimits, repository::FetchTrouble};

/// The repositories of other machines that still have to be fetched.
pub(super) struct Turns<'a, P> {
    state: Mutex<State>,
    woken: Condvar,
    limits: &'a FetchLimits,
    pace: &'a P,
    /// Makes pauses differ between crawls.
    seed: u64,
}

#[derive(Default)]
struct State {
    hosts: Vec<Host>,
    /// Where the search for the next turn begins, so that every host has its turn.
    begin: usize,
    is_stopped: bool,
}

struct Host {
    name: String,
    waiting: VecDeque<Turn>,
    running: usize,
    /// Failures one after the other.
    failures: u32,
    /// The host wants to be left alone until then.
    closed_until: Duration,
    /// Why it is left alone for the rest of the crawl.
    given_up: Option<String>,
}

/// The right to fetch one repository.
#[derive(Debug)]
pub(super) struct Turn {
    /// Its place in the plan.
    pub(super) index: usize,
    host: usize,
    attempts: u32,
    not_before: Duration,
    /// The host is not asked any more, for this reason.
    pub(super) given_up: Option<String>,
}

/// What came of a turn.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// This is how it is.
    Final(FetchRefusal),
    /// It will have another turn.
    Again,
}

impl<'a, P: Pace> Turns<'a, P> {
    /// Repositories by their place in the plan, with the host of each.
    pub(super) fn new(
        repositories: impl Iterator<Item = (usize, String)>,
        limits: &'a FetchLimits,
        pace: &'a P,
        seed: u64,
    ) -> Self {
        let mut by_name: HashMap<String, usize> = HashMap::new();
        let mut hosts: Vec<Host> = Vec::new();
        for (index, name) in repositories {
            let host = *by_name.entry(name.clone()).or_insert_with(|| {
                hosts.push(Host {
                    name,
                    waiting: VecDeque::new(),
                    running: 0,
                    failures: 0,
                    closed_until: Duration::ZERO,
                    given_up: None,
                });
                hosts.len() - 1
            });
            let turn = Turn { index, host, attempts: 0, not_before: Duration::ZERO, given_up: None };
            hosts[host].waiting.push_back(turn);
        }
        let state = State { hosts, begin: 0, is_stopped: false };
        Self { state: Mutex::new(state), woken: Condvar::new(), limits, pace, seed }
    }

    /// The next turn, waiting for it where all hosts are busy or pausing; `None` once all are done.
    pub(super) fn next(&self) -> Option<Turn> {
        let mut state = self.lock();
        loop {
            let now = self.pace.elapsed();
            if let Some(turn) = state.pick(now, self.limits.host_concurrent_max) {
                return Some(turn);
            }
            if state.is_stopped || state.is_done() {
                // Who still waits learns that there is nothing to wait for.
                self.woken.notify_all();
                return None;
            }
            let up_to = state.first_pause_over(now).map(|at| at - now);
            state = self.pace.wait(&self.woken, state, up_to);
        }
    }

    /// A turn that ended well.
    pub(super) fn done(&self, turn: &Turn) {
        let mut state = self.lock();
        let host = &mut state.hosts[turn.host];
        host.failures = 0;
        host.running -= 1;
        self.woken.notify_all();
    }

    /// A turn that failed: whether it has another one.
    pub(super) fn failed(&self, turn: Turn, mut refusal: FetchRefusal) -> Verdict {
        let now = self.pace.elapsed();
        let mut state = self.lock();
        let host = &mut state.hosts[turn.host];
        host.running -= 1;
        self.woken.notify_all();
        let FetchTrouble::Passing { retry_after } = refusal.trouble else {
            // It answered, even though not as one would like.
            host.failures = 0;
            return Verdict::Final(refusal);
        };
        host.failures += 1;
        let pause_max = self.limits.retry_pause_max;
        let reason = if host.failures >= self.limits.host_failures_max {
            Some(format!(
                "it failed {} times in a row, which is the limit `fetch.host_failures_max`",
                host.failures
            ))
        } else {
            retry_after.filter(|pause| *pause > pause_max).map(|pause| {
                format!(
                    "it wants to be left alone for {pause:?}, longer than the limit `fetch.retry_pause_max` of \
                     {pause_max:?}"
                )
            })
        };
        if let Some(reason) = reason {
            let reason =
                format!("its host `{}` is left alone for the rest of this crawl: {reason}", host.name);
            refusal.message = format!("{}; {reason}", refusal.message);
            host.given_up = Some(reason);
            return Verdict::Final(refusal);
        }
        let attempts = turn.attempts + 1;
        if attempts >= self.limits.attempts_max {
            if attempts > 1 {
                refusal.message = format!("{} (after {attempts} attempts)", refusal.message);
            }
            return Verdict::Final(refusal);
        }
        if let Some(pause) = retry_after {
            host.closed_until = host.closed_until.max(now + pause);
        }
        let not_before = now + self.pause(attempts, turn.index).max(retry_after.unwrap_or_default());
        host.waiting.push_back(Turn { attempts, not_before, ..turn });
        Verdict::Again
    }

    /// No more turns are given.
    pub(super) fn stop(&self) {
        self.lock().is_stopped = true;
        self.woken.notify_all();
    }

    /// The pause before the next attempt: twice as long each time, and a different one for everybody,
    /// from half of it to all of it.
    fn pause(&self, attempts: u32, index: usize) -> Duration {
        let longest = self
            .limits
            .retry_pause_min
            .saturating_mul(2_u32.saturating_pow(attempts.saturating_sub(1)))
            .min(self.limits.retry_pause_max);
        // The finishing steps of splitmix64, which spread neighbouring numbers.
        let mut mixed = self.seed.wrapping_add((index as u64) << 8 | u64::from(attempts));
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let share = (mixed ^ (mixed >> 31)) % 1_000;
        longest / 2 + longest.mul_f64(share as f64 / 2_000.0)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn pick(&mut self, now: Duration, host_concurrent_max: usize) -> Option<Turn> {
        if self.is_stopped {
            return None;
        }
        let count = self.hosts.len();
        for step in 0..count {
            let at = (self.begin + step) % count;
            let host = &mut self.hosts[at];
            if let Some(reason) = &host.given_up {
                if let Some(turn) = host.waiting.pop_front() {
                    return Some(Turn { given_up: Some(reason.clone()), ..turn });
                }
                continue;
            }
            if host.running >= host_concurrent_max.max(1) || host.closed_until > now {
                continue;
            }
            let ready = host.waiting.iter().position(|turn| turn.not_before <= now);
            if let Some(turn) = ready.and_then(|ready| host.waiting.remove(ready)) {
                host.running += 1;
                self.begin = (at + 1) % count;
                return Some(turn);
            }
        }
        None
    }

    /// Nothing waits, and nothing runs that could come to wait again.
    fn is_done(&self) -> bool {
        self.hosts.iter().all(|host| host.waiting.is_empty() && host.running == 0)
    }

    /// When the first pause that is not over will be.
    fn first_pause_over(&self, now: Duration) -> Option<Duration> {
        self.hosts
            .iter()
            .filter_map(|host| host.waiting.iter().map(|turn| turn.not_before.max(host.closed_until)).min())
            .filter(|at| *at > now)
            .min()
    }
}
