//! Readiness: whether entities have what an organisation asks of them, level by level.
//!
//! A [`Policy`] names [`Level`]s in order, each with [`Check`]s; an entity stops at the first level with a
//! check that it does not pass. What a check demands is one of [`BUILT_INS`], one to a file, or a condition
//! over the facts of [`READINESS_FACTS`], neighbours among them. [`assess()`] puts a policy to entities and
//! answers with an [`EntityReadiness`] for each: the same one for a terminal, a build and a server.
//!
//! What is not known is never taken for good: where the facts of an entity are of an earlier commit, where
//! nothing that was read declares it, where an expression fails or takes too long, a check could not decide,
//! and what could not be decided passes no gate.

mod answer;
mod assess;
mod built_in;
mod facts;
mod policy;
#[cfg(test)]
mod tests;
mod verdict;

pub use answer::Answer;
pub use assess::{ASSESSED_TOGETHER, Assessment, Assessor, Detail, STEPS_OF_CHECK_MAX, assess, assess_one};
pub use built_in::{BUILT_INS, BuiltIn, HOLDS_DATA_TYPES, MeasureKind, Measures};
pub use facts::{NEIGHBOURS_MAX, READINESS_FACTS};
pub use policy::{Check, Demand, Exemption, Level, Policy, PolicyFault, PolicySet, Scope};
pub use verdict::{CheckVerdict, EntityReadiness, LevelState, LevelVerdict, Outcome, Verdict};
