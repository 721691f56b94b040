//! Puts a policy to entities.

use std::sync::{
    OnceLock,
    atomic::{AtomicU64, Ordering},
};

use rustc_hash::FxHashMap;

use crate::{
    expression::{Condition, ConditionLimits, Facts, NoAnswer, STACK_BYTES},
    gaps::{GapQuestion, ownership_gaps},
    graph::{CatalogGraph, DeclarationView, Entity},
    model::{Origin, StaleReason, Timestamp},
};

use super::{
    Answer, Check, CheckVerdict, Demand, EntityReadiness, LevelState, LevelVerdict, Outcome, Policy, Scope,
    Verdict, built_in::Asked, facts::EntityFacts,
};

/// How many entities are assessed before it is looked whether a check took too long over all of them.
pub const ASSESSED_TOGETHER: usize = 4_096;

/// How many steps of expressions one check may take over all entities of one question.
pub const STEPS_OF_CHECK_MAX: u64 = 200_000_000;

/// How much is said of what passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// Reasons and places of everything.
    Everything,
    /// Reasons and places of what did not pass.
    Problems,
}

/// What a policy says of some entities.
#[derive(Clone, Debug)]
pub struct Assessment<'g, 'p> {
    /// The policy.
    pub policy: &'p Policy,
    /// The entities that the policy is about, or may be about, in the order that was asked.
    pub entities: Vec<EntityReadiness<'g, 'p>>,
    /// How many of those that were asked about it is not about.
    pub not_applicable: usize,
}

impl Assessment<'_, '_> {
    /// How many entities have an outcome, where the level of this place is asked for.
    pub fn count(&self, outcome: Outcome, required: usize) -> usize {
        match outcome {
            Outcome::NotApplicable => self.not_applicable,
            outcome => self.entities.iter().filter(|entity| entity.outcome(required) == outcome).count(),
        }
    }
}

/// What is asked, with what all checks share.
pub(super) struct Inquiry<'g> {
    question: GapQuestion<'g>,
    pub(super) detail: Detail,
    gap_codes: OnceLock<FxHashMap<u32, Vec<&'static str>>>,
    /// Repositories that could not be read: what they declare is not known.
    pub(super) unread_repositories: usize,
}

impl<'g> Inquiry<'g> {
    fn new(question: GapQuestion<'g>, detail: Detail) -> Self {
        let repositories = question.graph.repositories().filter(|repository| !repository.is_host());
        let unread_repositories =
            repositories.filter(|repository| !repository.head().status.is_read()).count();
        Self { question, detail, gap_codes: OnceLock::new(), unread_repositories }
    }

    pub(super) fn now(&self) -> Timestamp {
        self.question.now
    }

    pub(super) fn graph(&self) -> &'g CatalogGraph {
        self.question.graph
    }

    /// The codes of an entity's gaps, sorted, each once. All gaps are looked for at the first question.
    pub(super) fn gap_codes(&self, entity: Entity<'_>) -> &[&'static str] {
        let codes = self.gap_codes.get_or_init(|| {
            let mut codes: FxHashMap<u32, Vec<&'static str>> = FxHashMap::default();
            for gap in ownership_gaps(self.question).gaps {
                if let Some(subject) = self.graph().entity(&gap.subject) {
                    codes.entry(subject.index()).or_default().push(gap.code);
                }
            }
            for codes in codes.values_mut() {
                codes.sort_unstable();
                codes.dedup();
            }
            codes
        });
        codes.get(&entity.index()).map(Vec::as_slice).unwrap_or_default()
    }
}

/// Puts one policy to entities one at a time, with all reasons. What is looked up for the first of them,
/// the gaps of the catalog among it, serves the others.
pub struct Assessor<'g, 'p> {
    inquiry: Inquiry<'g>,
    policy: &'p Policy,
}

impl std::fmt::Debug for Assessor<'_, '_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Assessor").field("policy", &self.policy.name).finish_non_exhaustive()
    }
}

impl<'g, 'p> Assessor<'g, 'p> {
    /// Prepares to ask. O(repositories).
    pub fn new(question: GapQuestion<'g>, policy: &'p Policy) -> Self {
        Self { inquiry: Inquiry::new(question, Detail::Everything), policy }
    }

    /// What the policy says of one entity: the same that [`assess`] says of it among others.
    pub fn assess(&self, entity: Entity<'g>) -> EntityReadiness<'g, 'p> {
        let answer = Run::new(&self.inquiry, self.policy).over(&[entity]).pop();
        answer.expect("as many answers as questions")
    }
}

/// What one policy says of one entity, with all reasons.
pub fn assess_one<'g, 'p>(
    question: GapQuestion<'g>,
    policy: &'p Policy,
    entity: Entity<'g>,
) -> EntityReadiness<'g, 'p> {
    Assessor::new(question, policy).assess(entity)
}

/// What a policy says of entities; those that it is not about are only counted.
///
/// O(entities · checks), plus what expressions and gaps cost. The entities are shared out among the cores,
/// and the answer does not depend on how: a check that took more than [`STEPS_OF_CHECK_MAX`] over the first
/// entities could not decide about those behind them, in steps of [`ASSESSED_TOGETHER`].
pub fn assess<'g, 'p>(
    question: GapQuestion<'g>,
    policy: &'p Policy,
    entities: &[Entity<'g>],
    detail: Detail,
) -> Assessment<'g, 'p> {
    let inquiry = Inquiry::new(question, detail);
    let mut answers = Run::new(&inquiry, policy).over(entities);
    let asked = answers.len();
    answers.retain(|answer| !answer.levels.is_empty() || answer.undecided.is_some());
    Assessment { policy, not_applicable: asked - answers.len(), entities: answers }
}

/// One policy on its way over the entities.
struct Run<'i, 'g, 'p> {
    inquiry: &'i Inquiry<'g>,
    policy: &'p Policy,
    /// By check, and first for the policy's own scope: whether it took too many steps over all.
    exhausted: Vec<bool>,
}

impl<'i, 'g, 'p> Run<'i, 'g, 'p> {
    fn new(inquiry: &'i Inquiry<'g>, policy: &'p Policy) -> Self {
        Self { inquiry, policy, exhausted: vec![false; policy.checks().count() + 1] }
    }

    fn over(mut self, entities: &[Entity<'g>]) -> Vec<EntityReadiness<'g, 'p>> {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let steps: Vec<AtomicU64> = self.exhausted.iter().map(|_| AtomicU64::new(0)).collect();
        let mut answers = Vec::with_capacity(entities.len());
        for together in entities.chunks(ASSESSED_TOGETHER) {
            let share = together.len().div_ceil(cores).max(1);
            let run = &self;
            let steps_of = &steps;
            std::thread::scope(|scope| {
                let threads: Vec<_> = together
                    .chunks(share)
                    .map(|share| {
                        let work = move || -> Vec<EntityReadiness<'g, 'p>> {
                            share.iter().map(|entity| run.assess(*entity, steps_of)).collect()
                        };
                        let thread = std::thread::Builder::new().stack_size(STACK_BYTES);
                        thread.spawn_scoped(scope, work).expect("the system has room for one more thread")
                    })
                    .collect();
                for thread in threads {
                    answers.extend(thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
                }
            });
            for (exhausted, steps) in self.exhausted.iter_mut().zip(&steps) {
                *exhausted = steps.load(Ordering::Relaxed) > STEPS_OF_CHECK_MAX;
            }
        }
        answers
    }

    fn assess(&self, entity: Entity<'g>, steps: &[AtomicU64]) -> EntityReadiness<'g, 'p> {
        let source = EntityFacts { inquiry: self.inquiry, entity };
        let facts = Facts::of(&source);
        let at = At { run: self, entity, facts: &facts, steps };
        let mut answer = EntityReadiness { entity, policy: self.policy, levels: Vec::new(), undecided: None };
        match at.is_covered(&self.policy.scope, 0) {
            Ok(false) => return answer,
            Ok(true) if entity.is_placeholder() => {
                answer.undecided = Some("nothing that was read declares it".into());
                return answer;
            }
            Ok(true) => {}
            Err(why) => {
                let why = format!("it is not known whether the policy is about it: {why}");
                answer.undecided = Some(why.into());
                return answer;
            }
        }
        let mut number = 0;
        for level in &self.policy.levels {
            let checks: Vec<CheckVerdict<'p>> = level
                .checks
                .iter()
                .map(|check| {
                    number += 1;
                    at.verdict(check, number)
                })
                .collect();
            let any = |verdict| checks.iter().any(|check| check.verdict == verdict);
            let state = match () {
                () if any(Verdict::Failed) => LevelState::Failed,
                () if any(Verdict::Undecided) => LevelState::Undecided,
                () => LevelState::Reached,
            };
            answer.levels.push(LevelVerdict { level, state, checks });
            if state != LevelState::Reached {
                break;
            }
        }
        answer
    }
}

/// One entity that a policy is put to.
struct At<'a, 'f, 'i, 'g, 'p> {
    run: &'a Run<'i, 'g, 'p>,
    entity: Entity<'g>,
    facts: &'a Facts<'f>,
    steps: &'a [AtomicU64],
}

impl<'p> At<'_, '_, '_, '_, 'p> {
    fn verdict(&self, check: &'p Check, number: usize) -> CheckVerdict<'p> {
        let answer = self.answer(check, number);
        let quiet = answer.verdict == Verdict::Passed && self.run.inquiry.detail == Detail::Problems;
        CheckVerdict {
            check,
            verdict: answer.verdict,
            reason: if quiet { Box::default() } else { answer.reason.into() },
            origins: if quiet { Vec::new() } else { answer.origins },
        }
    }

    fn answer(&self, check: &Check, number: usize) -> Answer {
        match self.is_covered(&check.scope, number) {
            Ok(true) => {}
            Ok(false) => return Answer::not_applicable("the check is not about it"),
            Err(why) => {
                return Answer::undecided(format!("it is not known whether the check is about it: {why}"));
            }
        }
        let today = self.run.inquiry.now().seconds().div_euclid(86_400);
        let exemption = self.run.policy.exemptions.iter().find(|exemption| {
            exemption.entity == *self.entity.name() && exemption.check.eq_ignore_ascii_case(&check.id)
        });
        if let Some(exemption) = exemption.filter(|exemption| today <= exemption.until_day) {
            let (until, owner, reason) = (&exemption.until, &exemption.owner, &exemption.reason);
            let reason = format!("exempted until {until} by {owner}: {reason}");
            return Answer { verdict: Verdict::Exempted, reason, origins: Vec::new() };
        }
        let mut answer = self.resting_on(self.demanded(check, number));
        if let Some(exemption) = exemption.filter(|_| !answer.verdict.lets_pass()) {
            answer.reason = format!("{}; its exemption ended on {}", answer.reason, exemption.until);
        }
        answer
    }

    fn demanded(&self, check: &Check, number: usize) -> Answer {
        match &check.demand {
            Demand::BuiltIn(built_in, measures) => {
                (built_in.check)(Asked { inquiry: self.run.inquiry, entity: self.entity, measures })
            }
            Demand::Condition(condition) => match self.holds(condition, number) {
                Ok(true) => Answer::passed(String::new()).at(self.place()),
                Ok(false) => Answer::failed(format!("`{}` is not true of it", first_line(condition.text())))
                    .at(self.place()),
                Err(why) => Answer::undecided(why).at(self.place()),
            },
        }
    }

    fn place(&self) -> Option<Origin> {
        self.entity.declaration().map(DeclarationView::origin)
    }

    /// What was read of an earlier commit decides nothing.
    fn resting_on(&self, answer: Answer) -> Answer {
        let Some(stale) = self.entity.staleness() else { return answer };
        let as_read = match answer.verdict {
            Verdict::Passed => "as last read it passes".to_owned(),
            Verdict::Failed => format!("as last read it fails, {}", answer.reason),
            Verdict::NotApplicable | Verdict::Exempted | Verdict::Undecided => return answer,
        };
        let now = match stale.reason {
            StaleReason::Invalid => "its file is not valid now",
            StaleReason::Refused => "its file is not read now",
            StaleReason::Unreachable => "its repository cannot be read now",
        };
        Answer { verdict: Verdict::Undecided, reason: format!("{as_read}; {now}"), ..answer }
    }

    fn is_covered(&self, scope: &Scope, number: usize) -> Result<bool, String> {
        if !scope.covers_plainly(self.entity) {
            return Ok(false);
        }
        scope.condition.as_deref().map_or(Ok(true), |condition| self.holds(condition, number))
    }

    fn holds(&self, condition: &Condition, number: usize) -> Result<bool, String> {
        if self.run.exhausted[number] {
            return Err(format!(
                "over all entities it takes more steps than the limit `readiness_steps_of_check_max` of {STEPS_OF_CHECK_MAX}"
            ));
        }
        let limits = ConditionLimits::at(self.run.inquiry.now());
        let (answer, steps) = condition.holds_counted(self.facts, limits);
        self.steps[number].fetch_add(steps, Ordering::Relaxed);
        answer.map_err(|why: NoAnswer| format!("`{}`: {why}", first_line(condition.text())))
    }
}

/// The beginning of an expression, as messages show it.
fn first_line(text: &str) -> String {
    const SHOWN_MAX: usize = 120;
    let line = text.trim().lines().next().unwrap_or_default();
    let shown: String = line.chars().take(SHOWN_MAX).collect();
    if shown.len() < text.trim().len() { format!("{shown}…") } else { shown }
}
