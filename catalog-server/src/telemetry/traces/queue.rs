//! Spans that have ended and wait to be sent: a bounded number, and whoever puts one there never waits.

use std::{
    collections::VecDeque,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use super::{OnSpans, SpanOutcome, span::EndedSpan};

/// How many spans wait at most.
pub(super) const SPANS_MAX: usize = 8_192;
/// How many spans are sent at once at most.
pub(super) const BATCH_MAX: usize = 512;
/// How long the first span of a batch waits for others.
const BATCH_TIME_MAX: Duration = Duration::from_secs(1);

pub(super) struct SpanQueue {
    state: Mutex<State>,
    /// Told when there is something to do.
    work: Condvar,
    /// Told when all is done.
    done: Condvar,
    tell: OnSpans,
}

#[derive(Default)]
struct State {
    spans: VecDeque<EndedSpan>,
    is_ending: bool,
    has_ended: bool,
}

impl SpanQueue {
    pub(super) fn new(tell: OnSpans) -> Self {
        Self { state: Mutex::default(), work: Condvar::new(), done: Condvar::new(), tell }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts spans.
    pub(super) fn tell(&self, outcome: SpanOutcome, count: usize) {
        if count > 0 {
            (self.tell)(outcome, count as u64);
        }
    }

    /// Puts a span at the end, or drops it where too many wait.
    pub(super) fn put(&self, span: EndedSpan) {
        let waiting = {
            let mut state = self.state();
            if state.is_ending || state.spans.len() >= SPANS_MAX {
                drop(state);
                return self.tell(SpanOutcome::Lost, 1);
            }
            state.spans.push_back(span);
            state.spans.len()
        };
        if waiting == 1 || waiting == BATCH_MAX {
            self.work.notify_all();
        }
    }

    /// The next spans, once there are some; none when it has ended.
    pub(super) fn take(&self) -> Vec<EndedSpan> {
        let state = self.state();
        let waits = |state: &mut State| state.spans.is_empty() && !state.is_ending;
        let state = self.work.wait_while(state, waits).unwrap_or_else(PoisonError::into_inner);
        let waits = |state: &mut State| state.spans.len() < BATCH_MAX && !state.is_ending;
        let state = self.work.wait_timeout_while(state, BATCH_TIME_MAX, waits);
        let mut state = state.unwrap_or_else(PoisonError::into_inner).0;
        let count = state.spans.len().min(BATCH_MAX);
        state.spans.drain(..count).collect()
    }

    /// Waits for a time, or until it is to end; whether it is to go on.
    pub(super) fn pause(&self, time: Duration) -> bool {
        let waited = self.work.wait_timeout_while(self.state(), time, |state| !state.is_ending);
        !waited.unwrap_or_else(PoisonError::into_inner).0.is_ending
    }

    pub(super) fn is_ending(&self) -> bool {
        self.state().is_ending
    }

    /// What sends has sent all that it could; the rest is lost.
    pub(super) fn end(&self) {
        let mut state = self.state();
        let left = state.spans.len();
        state.spans.clear();
        state.has_ended = true;
        drop(state);
        self.tell(SpanOutcome::Lost, left);
        self.done.notify_all();
    }

    /// Takes nothing more, and waits for a while until what is there is sent.
    pub(super) fn finish(&self, time_max: Duration) {
        let mut state = self.state();
        state.is_ending = true;
        self.work.notify_all();
        let _ended = self.done.wait_timeout_while(state, time_max, |state| !state.has_ended);
    }
}
