//! What a rollout is about: the entities that change and all that need them, numbered anew, with the order of
//! their steps.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{AtStake, RolloutQuery, stake};
use crate::{
    graph::{CatalogGraph, Entity, EntityStanding},
    model::{RelationEnd, RelationKind, Strength},
    needs::{
        Direction, NeedList, Needs, Precision, ReachCount, ReachCountLimits, ReachLimits, RolloutStep,
        StepRules, Weights,
    },
    query::failing,
};

/// How many words of 64 bits are read to count dependents exactly: a fifth of a second of one core. Beyond, they
/// are estimated.
const COUNT_WORDS_MAX: u64 = 100_000_000;

/// The entities that change and all that transitively need them, in the order of their refs.
pub(super) struct Scope<'g> {
    graph: &'g CatalogGraph,
    /// By position in the scope, the number in the graph.
    numbers: Vec<u32>,
    distances: Vec<u32>,
    /// By position: whether it changes.
    changes: Vec<bool>,
    /// By position: for an API that goes along with what provides it, those by position, ascending.
    providers: FxHashMap<u32, Vec<u32>>,
    /// The groups of alternatives that each is in, by position, of those groups that change whole.
    alternatives: FxHashMap<u32, Vec<u32>>,
    /// How many members each of those groups has.
    group_sizes: Vec<u32>,
    steps: Vec<RolloutStep>,
    counts: Vec<ReachCount>,
    /// Whether the dependents are counted exactly.
    pub(super) precision: Precision,
}

impl<'g> Scope<'g> {
    pub(super) fn new(graph: &'g CatalogGraph, query: &RolloutQuery<'g>) -> Self {
        let needs = graph.needs_along(&query.along);
        let roots = changing_with(&query.roots);
        let reach = needs.reach(&roots, Direction::Dependents, ReachLimits::default());
        let mut found: Vec<(u32, u32)> = roots.iter().map(|root| (*root, 0)).collect();
        found.extend(reach.reached.iter().map(|reached| (reached.entity, reached.distance)));
        found.sort_unstable();
        let (numbers, distances): (Vec<u32>, Vec<u32>) = found.into_iter().unzip();
        let changes: Vec<bool> =
            distances.iter().map(|distance| *distance == 0 || !query.only_roots).collect();
        let within = needs_within(&needs, &numbers);
        let entities: Vec<Entity<'g>> = numbers.iter().map(|number| graph.entity_at(*number)).collect();
        let providers = providers_of_apis(&within, &numbers, &entities, &changes);
        let stakes: Vec<u8> = entities.iter().map(|entity| stake::rank(*entity)).collect();
        // The order between an API and others is that of what provides it.
        let in_steps: Vec<bool> = (0..)
            .zip(&changes)
            .map(|(position, changes)| *changes && !providers.contains_key(&position))
            .collect();
        let (alternatives, group_sizes) = alternatives(&needs, &numbers, &in_steps);
        let rules = StepRules { first: query.order.first(), stakes: &stakes, changes: &in_steps };
        let steps = within.rollout_steps(&rules);
        let mut weights = Weights::new(entities.len());
        let critical = (0..).zip(&entities).filter(|(_, entity)| entity.is_critical());
        critical.for_each(|(position, _)| weights.set_critical(position));
        let limits = ReachCountLimits { exact_words_max: COUNT_WORDS_MAX };
        let counts = within.reach_counts(Direction::Dependents, &weights, limits);
        Self {
            graph,
            numbers,
            distances,
            changes,
            providers,
            alternatives,
            group_sizes,
            steps,
            precision: counts.precision,
            counts: counts.counts,
        }
    }

    /// The entities that change, by ref.
    pub(super) fn changing(&self) -> impl Iterator<Item = Entity<'g>> + '_ {
        let all = (0..).zip(&self.changes).filter(|(_, changes)| **changes);
        all.map(|(position, _)| self.entity(position))
    }

    /// The positions of those that have a step of their own, ascending.
    pub(super) fn stepping(&self) -> impl Iterator<Item = u32> + '_ {
        let all = (0..).zip(&self.changes).filter(|(_, changes)| **changes);
        all.map(|(position, _)| position).filter(|position| !self.providers.contains_key(position))
    }

    /// The APIs that go along with what provides them, with those, by position; in no order.
    pub(super) fn provided(&self) -> impl Iterator<Item = (u32, &[u32])> {
        self.providers.iter().map(|(api, providers)| (*api, providers.as_slice()))
    }

    /// The groups of alternatives that one is in, of those that change whole, each with how many it has.
    pub(super) fn alternatives(&self, position: u32) -> impl Iterator<Item = (u32, u32)> + '_ {
        let groups = self.alternatives.get(&position).into_iter().flatten();
        groups.map(|group| (*group, self.group_sizes[*group as usize]))
    }

    /// All that change, also APIs that go along, by position.
    pub(super) fn changing_positions(&self) -> impl Iterator<Item = u32> + '_ {
        (0..).zip(&self.changes).filter(|(_, changes)| **changes).map(|(position, _)| position)
    }

    pub(super) fn graph(&self) -> &'g CatalogGraph {
        self.graph
    }

    pub(super) fn entity(&self, position: u32) -> Entity<'g> {
        self.graph.entity_at(self.numbers[position as usize])
    }

    pub(super) fn distance(&self, position: u32) -> u32 {
        self.distances[position as usize]
    }

    pub(super) fn step(&self, position: u32) -> RolloutStep {
        self.steps[position as usize]
    }

    pub(super) fn count(&self, position: u32) -> ReachCount {
        self.counts[position as usize]
    }

    pub(super) fn at_stake(&self, position: u32) -> AtStake<'g> {
        AtStake { entity: self.entity(self.step(position).stake_of) }
    }
}

/// What the roots stand for, by number, ascending: the parts of a system or a domain, what a repository declares,
/// and everything else for itself.
fn changing_with(roots: &[Entity<'_>]) -> Vec<u32> {
    let mut numbers = Vec::new();
    for root in roots {
        let runs = |entity: &Entity<'_>| {
            !matches!(entity.name().kind(), "system" | "domain")
                && (entity.standing() != EntityStanding::Repository)
        };
        let before = numbers.len();
        numbers.extend(failing(*root).down.into_iter().filter(runs).map(Entity::index));
        if numbers.len() == before {
            numbers.push(root.index());
        }
    }
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

/// The needs between some entities that hold everything that needs any of them, by position.
fn needs_within(needs: &Needs, numbers: &[u32]) -> Needs {
    let mut list = NeedList::new(numbers.len());
    for (position, number) in (0..).zip(numbers) {
        for (dependent, _) in needs.next_to(*number, Direction::Dependents) {
            let dependent = numbers.binary_search(&dependent).expect("what needs one of them is one of them");
            let dependent = u32::try_from(dependent).expect("entities have numbers of 32 bits");
            list.push(dependent, position, Strength::Hard);
        }
    }
    Needs::new(&list)
}

/// The groups of alternatives of which every member has a step: by position of a member, and their sizes.
fn alternatives(needs: &Needs, numbers: &[u32], in_steps: &[bool]) -> (FxHashMap<u32, Vec<u32>>, Vec<u32>) {
    let (mut of_members, mut sizes): (FxHashMap<u32, Vec<u32>>, Vec<u32>) = Default::default();
    let mut seen: FxHashSet<Vec<u32>> = FxHashSet::default();
    for number in numbers {
        for (_, members) in needs.alternatives_of(*number) {
            let positions = members.iter().map(|member| {
                let position = numbers.binary_search(member).ok().filter(|position| in_steps[*position]);
                position.and_then(|position| u32::try_from(position).ok())
            });
            let Some(positions) = positions.collect::<Option<Vec<u32>>>() else { continue };
            if seen.insert(members) {
                let group = u32::try_from(sizes.len()).expect("there are fewer than 2^32 groups");
                sizes.push(u32::try_from(positions.len()).expect("a group is of entities"));
                positions.iter().for_each(|member| of_members.entry(*member).or_default().push(group));
            }
        }
    }
    (of_members, sizes)
}

/// The APIs that change with what provides them: of those that change, the ones that need nothing else here.
fn providers_of_apis(
    needs: &Needs,
    numbers: &[u32],
    entities: &[Entity<'_>],
    changes: &[bool],
) -> FxHashMap<u32, Vec<u32>> {
    let is_api = |position: u32| entities[position as usize].name().kind() == "api";
    let mut of_apis = FxHashMap::default();
    for position in (0..).take(entities.len()).filter(|position| is_api(*position)) {
        if !changes[position as usize] {
            continue;
        }
        let provided_by = entities[position as usize].related(RelationKind::ProvidesApi, RelationEnd::To);
        let provided_by: FxHashSet<u32> = provided_by.map(Entity::index).collect();
        let needed = needs.next_to(position, Direction::Dependencies);
        let providers: Vec<u32> = needed.map(|(provider, _)| provider).collect();
        let goes_along = providers.iter().all(|provider| {
            changes[*provider as usize]
                && !is_api(*provider)
                && provided_by.contains(&numbers[*provider as usize])
        });
        if goes_along && !providers.is_empty() {
            of_apis.insert(position, providers);
        }
    }
    of_apis
}
