//! Limits of calls that do not fit each other: callers that give up before those they call do, and retries
//! that multiply.

use std::cmp::Reverse;

use super::{
    Call,
    call_amplification::{Attempts, amplification},
    calls::{callees, providers, stated_calls},
};
use crate::{
    graph::{CatalogGraph, Entity},
    model::Severity,
};

/// What is wrong with the timeouts and retries that are stated.
#[derive(Clone, Debug)]
pub struct CallLimits<'g> {
    /// Callers that give up too early: by what is missing, the most first, then by ref.
    pub timeouts: Vec<TimeoutInversion<'g>>,
    /// Chains of calls on which retries multiply: the worst chain to each callee, and none that a longer
    /// one contains; the greatest amplification first, then by ref.
    pub chains: Vec<RetryChain<'g>>,
    /// How many such chains there are, also those that `chains` leaves out: beyond the thousand worst.
    pub chains_total: usize,
    /// Circles of calls with retries: nothing bounds how often they call. By ref.
    pub circles: Vec<RetryCircle<'g>>,
    /// Calls of which different limits are stated, with those that were taken. By ref.
    pub contradicted: Vec<Call<'g>>,
    /// How many calls have a limit that is stated.
    pub stated: usize,
}

/// A caller that gives up while what it calls is still waiting, by the callee's own limits.
#[derive(Clone, Debug)]
pub struct TimeoutInversion<'g> {
    /// The call that gives up.
    pub call: Call<'g>,
    /// Its timeout, in milliseconds.
    pub timeout_ms: u64,
    /// The one that is still waiting: what is called, or one that provides the API that is called.
    pub callee: Entity<'g>,
    /// What that one calls.
    pub callee_call: Call<'g>,
    /// How long it may wait for that, with all attempts, in milliseconds.
    pub allowed_ms: u64,
}

impl TimeoutInversion<'_> {
    /// An error where the caller is critical, else a warning.
    pub fn severity(&self) -> Severity {
        if self.call.from.is_critical() { Severity::Error } else { Severity::Warning }
    }
}

impl RetryChain<'_> {
    /// A warning.
    pub fn severity(&self) -> Severity {
        Severity::Warning
    }
}

impl RetryCircle<'_> {
    /// An error: what begins it need not end.
    pub fn severity(&self) -> Severity {
        Severity::Error
    }
}

impl CallLimits<'_> {
    /// The worst of all findings; `None` where there is none. Contradicted limits are notes.
    pub fn severity_max(&self) -> Option<Severity> {
        let timeouts = self.timeouts.iter().map(TimeoutInversion::severity);
        let chains = self.chains.iter().map(RetryChain::severity);
        let circles = self.circles.iter().map(RetryCircle::severity);
        let notes = self.contradicted.iter().map(|_| Severity::Note);
        timeouts.chain(chains).chain(circles).chain(notes).max()
    }
}

/// A chain of calls on which several are tried again.
#[derive(Clone, Debug)]
pub struct RetryChain<'g> {
    /// How many calls of the last callee one request can become; at most 2⁶⁴ - 1, which stands for more.
    pub amplification: u64,
    /// The calls, each beginning where the one before ends.
    pub links: Vec<RetryLink<'g>>,
}

/// A circle of calls in which something is tried again.
#[derive(Clone, Debug)]
pub struct RetryCircle<'g> {
    /// How many times more there is to do after each round; at most 2⁶⁴ - 1, which stands for more.
    pub amplification_each_round: u64,
    /// The calls, each beginning where the one before ends, the first where the last ends.
    pub links: Vec<RetryLink<'g>>,
}

/// One call of a chain.
#[derive(Clone, Debug)]
pub struct RetryLink<'g> {
    /// The caller.
    pub from: Entity<'g>,
    /// The callee; a provider where the caller is an API.
    pub to: Entity<'g>,
    /// How often it is tried; 1 where nothing is said.
    pub attempts: u64,
    /// The call as it is stated; `None` where nothing is said, and between an API and what provides it.
    pub call: Option<Call<'g>>,
}

/// Compares the limits of all calls that lead to each other. O(needs · log needs).
pub fn call_limits(graph: &CatalogGraph) -> CallLimits<'_> {
    let stated = Stated::of(graph);
    let mut attempts: Vec<Attempts> = Vec::new();
    for caller in graph.entities() {
        let from = caller.index();
        let is_api = caller.name().kind() == "api";
        attempts.extend(callees(caller).into_iter().map(|callee| Attempts {
            from,
            to: callee.index(),
            attempts: stated.worst_between(caller, callee).map_or(1, Call::attempts),
        }));
        let providers = if is_api { providers(caller) } else { Vec::new() };
        attempts.extend(providers.iter().map(|to| Attempts { from, to: to.index(), attempts: 1 }));
    }
    let amplification = amplification(graph.entities().len(), attempts);
    let links = |way: &[u32]| -> Vec<RetryLink<'_>> {
        way.windows(2).map(|link| stated.link(graph.entity_at(link[0]), graph.entity_at(link[1]))).collect()
    };
    let chains = amplification
        .chains
        .iter()
        .map(|(amplification, way)| RetryChain { amplification: *amplification, links: links(way) });
    let circles = amplification.circles.iter().map(|circle| {
        let round: Vec<u32> = circle.iter().chain(circle.first()).copied().collect();
        let links = links(&round);
        RetryCircle {
            amplification_each_round: links.iter().fold(1, |all, link| link.attempts.saturating_mul(all)),
            links,
        }
    });
    CallLimits {
        timeouts: stated.timeout_inversions(),
        chains: chains.collect(),
        chains_total: amplification.chains_total,
        circles: circles.collect(),
        contradicted: stated.calls.iter().filter(|call| call.is_contradicted()).cloned().collect(),
        stated: stated.calls.len(),
    }
}

/// The calls of which some limit is stated, by caller, callee and endpoint.
struct Stated<'g> {
    calls: Vec<Call<'g>>,
}

impl<'g> Stated<'g> {
    fn of(graph: &'g CatalogGraph) -> Self {
        Self { calls: graph.entities().flat_map(stated_calls).collect() }
    }

    fn calls_of(&self, caller: Entity<'g>) -> &[Call<'g>] {
        let start = self.calls.partition_point(|call| call.from.index() < caller.index());
        let count = self.calls[start..].partition_point(|call| call.from.index() <= caller.index());
        &self.calls[start..start + count]
    }

    /// Of the calls between two the one that is tried most often, of several the first by endpoint.
    fn worst_between(&self, caller: Entity<'g>, callee: Entity<'g>) -> Option<&Call<'g>> {
        let between = self.calls_of(caller).iter().filter(|call| call.to == callee);
        between.min_by_key(|call| Reverse(call.attempts()))
    }

    fn link(&self, from: Entity<'g>, to: Entity<'g>) -> RetryLink<'g> {
        let call = self.worst_between(from, to).cloned();
        RetryLink { from, to, attempts: call.as_ref().map_or(1, Call::attempts), call }
    }

    fn timeout_inversions(&self) -> Vec<TimeoutInversion<'g>> {
        let mut inversions = Vec::new();
        for call in &self.calls {
            let Some(timeout_ms) = call.timeout_ms.as_ref().map(|timeout| timeout.value) else { continue };
            let mut answering = vec![call.to];
            if call.to.name().kind() == "api" {
                answering.extend(providers(call.to).into_iter().filter(|provider| *provider != call.from));
            }
            for callee in answering {
                for callee_call in self.calls_of(callee) {
                    let allowed_ms = callee_call.allowed_ms().filter(|allowed_ms| *allowed_ms > timeout_ms);
                    inversions.extend(allowed_ms.map(|allowed_ms| TimeoutInversion {
                        call: call.clone(),
                        timeout_ms,
                        callee,
                        callee_call: callee_call.clone(),
                        allowed_ms,
                    }));
                }
            }
        }
        // The calls are in the order of their refs already.
        inversions.sort_by_key(|of| Reverse(of.allowed_ms - of.timeout_ms));
        inversions
    }
}
