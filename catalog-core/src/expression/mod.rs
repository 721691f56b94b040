//! Which entities somebody means, and what is to be true of them: expressions over the facts of one entity.
//!
//! The language is the Common Expression Language (cel-spec 0.25), as a library has it: no loops without an
//! end, no side effects, regular expressions in linear time. A [`Condition`] is an expression over named
//! facts that a [`FactSource`] knows; what it may cost is counted and bounded, so that the same expression
//! over the same facts always has the same answer. An [`EntityExpression`] sees these names:
//!
//! | name | type | is |
//! |---|---|---|
//! | `ref` | string | the canonical ref, as in `component:default/web` |
//! | `kind`, `name`, `title` | string | as in the ref; the title or an empty text |
//! | `type`, `lifecycle` | string | `spec.type`, `spec.lifecycle`, or an empty text |
//! | `tier` | int | 0 to 4; 9 where none is stated |
//! | `critical`, `declared`, `stale` | bool | of tier 0 or 1; declared by a manifest; of an earlier commit |
//! | `owner`, `system` | string | canonical refs, or empty texts |
//! | `repository` | string | the id of the repository that declares it, or an empty text |
//! | `tags`, `data` | list of strings | tags; classes of data |
//! | `labels`, `annotations` | map | by key |
//!
//! Beyond the standard functions there is `daysSince(text)`: the whole days since a date as in `2026-05-31`.

mod condition;
mod dates;
mod entity_facts;
mod meter;
mod metering;
mod neighbour;
#[cfg(test)]
mod tests;
mod values;

pub use condition::{Condition, ConditionFault, ConditionLimits, FactSource, Facts, NoAnswer};
pub use dates::day_of;
pub use entity_facts::{ENTITY_FACTS, entity_fact};
pub use meter::STEPS_MAX;
pub use neighbour::Neighbour;
pub use values::{Fact, FactValue};

use crate::{
    graph::{CatalogGraph, Entity},
    model::Timestamp,
};

/// How long an expression may be.
pub const EXPRESSION_BYTES_MAX: usize = 4_096;

/// How deep brackets may lie in each other: the library's parser calls itself for each.
pub const EXPRESSION_DEPTH_MAX: usize = 16;

/// How many operators an expression may have, for the same reason.
pub const EXPRESSION_OPERATORS_MAX: usize = 200;

/// An expression that is true of some entities.
#[derive(Debug)]
pub struct EntityExpression {
    condition: Condition,
}

/// What is wrong with an expression.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExpressionError {
    /// It cannot be understood.
    #[error(transparent)]
    Fault(#[from] ConditionFault),
    /// It can be read, and does not say yes or no.
    #[error("`{text}` cannot be answered for `{entity}`: {message}")]
    NoAnswer {
        /// The expression.
        text: String,
        /// The entity, in short.
        entity: String,
        /// Why not.
        message: String,
    },
}

/// The facts of an entity as such.
struct EntityAlone<'g>(Entity<'g>);

impl FactSource for EntityAlone<'_> {
    fn names(&self) -> &'static [&'static str] {
        &ENTITY_FACTS
    }

    fn fact(&self, name: &'static str) -> Fact<'_> {
        entity_fact(self.0, name).expect("every name of the list has a fact")
    }
}

impl EntityExpression {
    /// Reads an expression.
    pub fn parse(text: &str) -> Result<Self, ExpressionError> {
        Ok(Self { condition: Condition::parse(text, &ENTITY_FACTS)? })
    }

    /// The entities that it is true of at a moment, in the order of their refs. O(entities).
    pub fn select<'g>(
        &self,
        graph: &'g CatalogGraph,
        now: Timestamp,
    ) -> Result<Vec<Entity<'g>>, ExpressionError> {
        let limits = ConditionLimits::at(now);
        with_room(|| {
            let mut selected = Vec::new();
            for entity in graph.entities() {
                let alone = EntityAlone(entity);
                let holds = self.condition.holds(&Facts::of(&alone), limits);
                let holds = holds.map_err(|why| ExpressionError::NoAnswer {
                    text: self.condition.text().to_owned(),
                    entity: entity.name().short(),
                    message: why.to_string(),
                })?;
                if holds {
                    selected.push(entity);
                }
            }
            Ok(selected)
        })
    }
}

/// How much stack the deepest expression may take: the library takes some twenty calls for each bracket and
/// each operator.
pub const STACK_BYTES: usize = 256 << 20;

/// Runs something on a thread with enough stack for the deepest expression.
pub fn with_room<T: Send>(run: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, run);
        let thread = thread.expect("the system has room for one more thread");
        thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}
