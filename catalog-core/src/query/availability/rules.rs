//! What can be said about a promise: one rule to each code.

use rustc_hash::FxHashSet;

use super::{
    EntityAvailability,
    promise::{StatedPromises, promise_of, unreadable_promise},
};
use crate::{
    graph::{CatalogGraph, Entity, Relation},
    model::{Availability, Objective, Origin, RelationClass, RelationEnd, Severity, Strength},
    needs::Direction,
};

/// A kind of finding.
#[derive(Debug, PartialEq, Eq)]
pub struct AvailabilityRule {
    /// The stable name.
    pub code: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// What it means, in one sentence.
    pub summary: &'static str,
    /// What to do about it.
    pub remedy: &'static str,
}

/// Something to be said about what an entity promises or expects.
#[derive(Clone, Debug)]
pub struct AvailabilityFinding<'g> {
    /// What kind of finding it is.
    pub rule: &'static AvailabilityRule,
    /// What was found: one lower-case sentence without a period.
    pub message: String,
    /// Other entities that it is about.
    pub related: Vec<Entity<'g>>,
    /// The places that state what does not fit.
    pub origins: Vec<Origin>,
}

/// A promise is above the optimistic end.
pub(super) static OVER_BOUND: AvailabilityRule = AvailabilityRule {
    code: "promise-over-bound",
    severity: Severity::Error,
    summary: "An entity promises more than what it hard-needs allows, even if only direct promises count.",
    remedy: "promise less, put a spare beside what it needs, or make a need soft",
};

/// A promise is between both ends.
pub(super) static OVER_CLOSURE: AvailabilityRule = AvailabilityRule {
    code: "promise-over-closure",
    severity: Severity::Warning,
    summary: "An entity promises more than what it hard-needs allows if each entity behind it counts once.",
    remedy: "check whether the promises of what it needs already cover what lies behind them; if not, promise less",
};

/// A promise of 100 percent.
pub(super) static OF_ALL: AvailabilityRule = AvailabilityRule {
    code: "promise-of-all",
    severity: Severity::Warning,
    summary: "An entity promises 100 percent, which nothing that needs anything can keep, and which leaves no error budget.",
    remedy: "promise what is measured, as in `99.95`",
};

/// A promise that is none.
pub(super) static UNREADABLE: AvailabilityRule = AvailabilityRule {
    code: "promise-unreadable",
    severity: Severity::Warning,
    summary: "An objective on availability is no percentage over 0 and up to 100; it counts for nothing.",
    remedy: "write a percentage, as in `99.95`, and crawl again",
};

/// An expectation above a promise.
pub(super) static EXPECTS_MORE: AvailabilityRule = AvailabilityRule {
    code: "expectation-over-promise",
    severity: Severity::Warning,
    summary: "An entity expects more of another one than that one promises.",
    remedy: "agree on one number with the owner of what is needed",
};

/// An expectation of somebody who promises nothing.
pub(super) static EXPECTS_UNPROMISED: AvailabilityRule = AvailabilityRule {
    code: "expectation-without-promise",
    severity: Severity::Note,
    summary: "An entity expects an availability of another one that promises none.",
    remedy: "ask the owner of what is needed for a promise: `slo: { availability: … }`",
};

/// An external party eats more than half of the error budget.
pub(super) static EXTERNAL: AvailabilityRule = AvailabilityRule {
    code: "external-eats-budget",
    severity: Severity::Warning,
    summary: "An external party alone may use up more than half of an error budget while it keeps its own promise.",
    remedy: "buy a better promise, put a second party beside it in an `anyOf`, or make the need soft",
};

/// A need without an extra nine.
pub(super) static EXTRA_NINE: AvailabilityRule = AvailabilityRule {
    code: "need-without-extra-nine",
    severity: Severity::Note,
    summary: "A promise that an entity directly rests on is less than one nine above its own.",
    remedy: "ask for one nine more of it (a tenth of the error budget), or keep it apart by a fallback",
};

/// Every kind of finding, worst first.
pub static AVAILABILITY_RULES: [&AvailabilityRule; 8] = [
    &OVER_BOUND,
    &EXPECTS_MORE,
    &EXTERNAL,
    &OF_ALL,
    &OVER_CLOSURE,
    &UNREADABLE,
    &EXPECTS_UNPROMISED,
    &EXTRA_NINE,
];

/// How much of an error budget a single external party may use up before that is worth a word: as much as
/// Treynor and others leave to everything that a service needs, together.
const EXTERNAL_SHARE_MAX: f64 = 0.5;

/// What is to be said about an entity, worst first, then by code.
pub(super) fn findings<'g>(
    row: &EntityAvailability<'g>,
    stated: &StatedPromises,
) -> Vec<AvailabilityFinding<'g>> {
    let mut found = Vec::new();
    if let Some((text, origin)) = unreadable_promise(row.entity) {
        let message = format!("its availability is `{text}`, expected a percentage over 0 and up to 100");
        found.push(finding(&UNREADABLE, message, Vec::new(), origin));
    }
    expectations(row.entity, &mut found);
    if let Some(promise) = &row.promise {
        let budget = promise.availability;
        let origin = || promise.origin.clone();
        let lower = row.lower.availability;
        let upper = row.upper.availability;
        if budget.exceeds(upper) {
            let message = format!("promises {budget}, and what it hard-needs allows at most {upper}");
            found.push(finding(&OVER_BOUND, message, Vec::new(), origin()));
        } else if budget.exceeds(lower) {
            let message = format!(
                "promises {budget}, and what it hard-needs allows {lower} if each entity behind it counts"
            );
            found.push(finding(&OVER_CLOSURE, message, Vec::new(), origin()));
        }
        if budget.is_perfect() {
            let message = "promises 100, which leaves no error budget".to_owned();
            found.push(finding(&OF_ALL, message, Vec::new(), origin()));
        } else {
            external(row, budget, &mut found);
            extra_nine(row.entity, budget, stated, &mut found);
        }
    }
    found.sort_by(|a, b| b.rule.severity.cmp(&a.rule.severity).then_with(|| a.rule.code.cmp(b.rule.code)));
    found
}

fn finding<'g>(
    rule: &'static AvailabilityRule,
    message: String,
    related: Vec<Entity<'g>>,
    origins: impl IntoIterator<Item = Origin>,
) -> AvailabilityFinding<'g> {
    AvailabilityFinding { rule, message, related, origins: origins.into_iter().collect() }
}

fn external<'g>(
    row: &EntityAvailability<'g>,
    budget: Availability,
    found: &mut Vec<AvailabilityFinding<'g>>,
) {
    for share in &row.external {
        let of_budget = share.of_budget(budget);
        if of_budget > EXTERNAL_SHARE_MAX {
            let message = format!(
                "`{}` promises {} and alone may take {:.0} % of the error budget of {}",
                share.party.name(),
                share.promise,
                of_budget * 100.0,
                minutes(budget)
            );
            let origin = promise_of(share.party).and_then(|promise| promise.origin);
            found.push(finding(&EXTERNAL, message, vec![share.party], origin));
        }
    }
}

/// An error budget in words.
fn minutes(budget: Availability) -> String {
    format!("{:.1} minutes in 30 days", budget.minutes())
}

fn extra_nine<'g>(
    entity: Entity<'g>,
    budget: Availability,
    stated: &StatedPromises,
    found: &mut Vec<AvailabilityFinding<'g>>,
) {
    let wanted = budget.with_extra_nine();
    let promises = direct_promises(entity, stated);
    let promised = promises.len();
    let lacking = promises.into_iter().filter(|(_, promise)| wanted.exceeds(*promise));
    let lacking: Vec<Entity<'g>> = lacking.map(|(needed, _)| needed).collect();
    if !lacking.is_empty() {
        let message = format!(
            "{} of {promised} direct {} that it rests on {} below {wanted}, one nine more than its own {budget}",
            lacking.len(),
            if promised == 1 { "promise" } else { "promises" },
            if lacking.len() == 1 { "is" } else { "are" }
        );
        let origins: Vec<Origin> = lacking.iter().filter_map(|needed| promise_of(*needed)?.origin).collect();
        found.push(finding(&EXTRA_NINE, message, lacking, origins));
    }
}

/// What an entity hard-needs by itself, not as one of several, by ref.
pub(super) fn direct_hard_needs(entity: Entity<'_>) -> Vec<Entity<'_>> {
    let needs = entity.graph().needs();
    let next = needs.next_to(entity.index(), Direction::Dependencies);
    next.filter(|(_, strength)| *strength == Strength::Hard)
        .map(|(needed, _)| entity.graph().entity_at(needed))
        .collect()
}

/// The promises that an entity rests on directly, with what makes them, by ref: what promises nothing, as an
/// API does as a rule, is looked through.
fn direct_promises<'g>(entity: Entity<'g>, stated: &StatedPromises) -> Vec<(Entity<'g>, Availability)> {
    const LOOKED_THROUGH_MAX: usize = 1_000;
    let mut met: FxHashSet<u32> = [entity.index()].into_iter().collect();
    let mut open = vec![entity];
    let mut promises = Vec::new();
    while let Some(next) = open.pop().filter(|_| met.len() <= LOOKED_THROUGH_MAX) {
        for needed in direct_hard_needs(next) {
            if met.insert(needed.index()) {
                match stated.of_entity(needed) {
                    Some(promise) => promises.push((needed, promise)),
                    None => open.push(needed),
                }
            }
        }
    }
    promises.sort_unstable_by_key(|(needed, _)| needed.index());
    promises
}

/// The entities that expect an availability of others. O(relations).
pub(super) fn expecting(graph: &CatalogGraph) -> impl Iterator<Item = u32> {
    let expects = |relation: &Relation<'_>| {
        relation.terms().any(|(terms, _)| terms.expects.iter().any(Objective::is_availability))
    };
    graph.relations().filter(expects).map(|relation| relation.from().index())
}

/// What an entity expects of others, against what these promise.
fn expectations<'g>(entity: Entity<'g>, found: &mut Vec<AvailabilityFinding<'g>>) {
    let needs = entity.outgoing().filter(|relation| {
        relation.kind().needy_end() == Some(RelationEnd::From) && relation.class() != RelationClass::Deployed
    });
    for relation in needs {
        let needed = relation.to();
        for (terms, origin) in relation.terms() {
            let expected = terms.expects.iter().filter_map(|of| Objective::availability(of)?.ok()).max();
            let Some(expected) = expected else { continue };
            match promise_of(needed) {
                Some(promise) if expected.exceeds(promise.availability) => {
                    let message = format!(
                        "expects {expected} of `{}`, which promises {}",
                        needed.name(),
                        promise.availability
                    );
                    let origins = [Some(origin), promise.origin].into_iter().flatten();
                    found.push(finding(&EXPECTS_MORE, message, vec![needed], origins));
                }
                None => {
                    let message =
                        format!("expects {expected} of `{}`, which promises nothing", needed.name());
                    found.push(finding(&EXPECTS_UNPROMISED, message, vec![needed], [origin]));
                }
                Some(_) => {}
            }
        }
    }
}
