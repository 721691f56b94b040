//! The arithmetic of one entity, line by line.

use super::{
    AvailabilityBound, AvailabilityLimits, BoundMethod, Own, Promises, Reading, closure::ClosureSearch,
    factoring::Interval, formula::Formula,
};
use crate::needs::Needs;

/// What the bound of one entity is made of, by number.
#[derive(Clone, Debug, PartialEq)]
pub struct AvailabilityTerms {
    /// What has to work in any case: each factor of the product, ascending by number.
    pub required: Vec<u32>,
    /// What has to work in one way or another: further factors, by the first entity that needs them.
    pub alternatives: Vec<AlternativesTerm>,
}

/// A group of alternatives of which one has to work.
#[derive(Clone, Debug, PartialEq)]
pub struct AlternativesTerm {
    /// An entity that needs one of them: the one asked about, or something that it requires.
    pub needy: u32,
    /// The members, ascending, each with how often it fails with all that it needs beyond what is required
    /// in any case.
    pub members: Vec<(u32, f64)>,
    /// How often all of them fail at once, given that all that is required works.
    pub fails: AvailabilityBound,
}

impl Needs {
    /// What the bound of one entity is made of, under one reading of promises.
    ///
    /// The factors multiply to the bound where the groups share nothing with each other.
    /// O(needs of the closure), plus what factoring takes for each group and each member.
    ///
    /// # Panics
    ///
    /// Where it is not the number of an entity of this graph, or the promises are of another graph.
    pub fn availability_terms(
        &self,
        entity: u32,
        promises: &Promises,
        reading: Reading,
        limits: AvailabilityLimits,
    ) -> AvailabilityTerms {
        let own = Own::new(self, promises);
        let mut search = ClosureSearch::new(self, &own, reading);
        let closure = search
            .closure_of(self.place_of(entity), u64::MAX)
            .expect("a search without a limit comes to its end");
        let mut formula = Formula::new(&closure, &own);
        formula.required = 0.0;
        let fails = |formula: &mut Formula, group: u32| {
            formula.roots = vec![group];
            let worth = formula.evaluate(limits.factoring_entities_max, limits.visits_max);
            // What is too dear to know may fail never or always.
            let unknown = (Interval { least: 0.0, most: 1.0 }, BoundMethod::Association);
            let (fails, method) = worth.fails.unwrap_or(unknown);
            let unavailability = if reading == Reading::Whole { fails.most } else { fails.least };
            AvailabilityBound { unavailability, method }
        };
        let roots = std::mem::take(&mut formula.roots);
        let mut alternatives: Vec<AlternativesTerm> = Vec::new();
        for root in &closure.roots {
            let of_group = fails(&mut formula, *root);
            // Another group implies it, unless it is left out because it cannot fail.
            if !roots.contains(root) && of_group.unavailability > 0.0 {
                continue;
            }
            let group = &closure.groups[*root as usize];
            let members = group.members.iter().map(|member| {
                // A group of one, to ask for a single member.
                let alone = number(formula.groups.len());
                formula.groups.push(vec![*member]);
                let alone = fails(&mut formula, alone);
                formula.groups.pop();
                (self.entity_at(closure.choices[*member as usize].place), alone.unavailability)
            });
            let mut members: Vec<(u32, f64)> = members.collect();
            members.sort_unstable_by_key(|(member, _)| *member);
            alternatives.push(AlternativesTerm {
                needy: self.entity_at(group.needy),
                members,
                fails: of_group,
            });
        }
        let order = |term: &AlternativesTerm| {
            (term.needy, term.members.iter().map(|(member, _)| *member).collect::<Vec<u32>>())
        };
        alternatives.sort_by_cached_key(order);
        alternatives.dedup();
        let mut required: Vec<u32> = closure.required.iter().map(|place| self.entity_at(*place)).collect();
        required.sort_unstable();
        AvailabilityTerms { required, alternatives }
    }
}

fn number(position: usize) -> u32 {
    u32::try_from(position).expect("there are fewer groups than entities")
}
