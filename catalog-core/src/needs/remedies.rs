//! What would keep an entity up: which needs to soften, or to give a spare.
//!
//! For one step the answer is exact and simple: every hard need of something that is down, and every group
//! of which nothing works, brings the entity down by itself, so each of them has to be mended, and mending
//! all of them is enough. Further away fewer changes may do, where ways of failure run together: the
//! smallest such set of plain needs is a minimum cut between what failed and the entity (Menger 1927),
//! found by augmenting paths (Ford, Fulkerson 1956) with needs as edges of capacity one, O(size of the cut ·
//! needs of what is down). Where groups of alternatives take part, smallest sets are hitting sets and as
//! hard as those; then only the one-step answer is given.

use std::collections::hash_map::Entry;

use fixedbitset::FixedBitSet;
use rustc_hash::{FxHashMap, FxHashSet};

use super::{Direction, Failure, Health, Impact, Needs};
use crate::model::Strength;

/// One thing that brings an entity down by itself.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Remedy {
    /// The hard need of `needy` on `needed` is to be softened, or given an alternative.
    Need {
        /// The entity that needs.
        needy: u32,
        /// The entity that is down.
        needed: u32,
    },
    /// A group of alternatives of `needy` is to get a member that works, or to be softened.
    Alternatives {
        /// The entity that needs one of the members.
        needy: u32,
        /// The members, all down, ascending.
        members: Vec<u32>,
    },
}

impl Needs {
    /// What has to be mended at an entity itself for it to stay up: all of it, and nothing else. Empty where
    /// it is not down, or failed by itself. O(needs of the entity · log affected); where something that it
    /// needs is down and needs it in turn, as much as the impact itself.
    pub fn remedies(&self, failure: &Failure, impact: &Impact, entity: u32) -> Vec<Remedy> {
        if impact.health(entity) != Health::Down || impact.has_failed(entity) {
            return Vec::new();
        }
        let remedies = self.down_requirements(impact, entity);
        // What is down only because the entity itself is comes back with it.
        if self.leads_back(&remedies, impact, entity) {
            return self.down_requirements(&self.impact_keeping(failure, &[entity]), entity);
        }
        remedies
    }

    /// Each hard need of something that is down, and each hard group of which everything is.
    fn down_requirements(&self, impact: &Impact, entity: u32) -> Vec<Remedy> {
        let place = self.place_of(entity);
        let is_down = |place: u32| impact.health(self.entity_at(place)) == Health::Down;
        let row = self.rows(Direction::Dependencies).of(place).iter();
        let needs = row.filter(|of| of.is_hard() && is_down(of.place()));
        let needs = needs.map(|of| Remedy::Need { needy: entity, needed: self.entity_at(of.place()) });
        let groups = self.alternatives().of(place).filter(|group| {
            group.strength == Strength::Hard && group.members.iter().all(|member| is_down(*member))
        });
        let groups = groups.map(|group| {
            let mut members: Vec<u32> = group.members.iter().map(|of| self.entity_at(*of)).collect();
            members.sort_unstable();
            Remedy::Alternatives { needy: entity, members }
        });
        let mut remedies: Vec<Remedy> = needs.chain(groups).collect();
        remedies.sort_unstable();
        remedies
    }

    /// Whether something that an entity requires is down and needs the entity in turn.
    fn leads_back(&self, remedies: &[Remedy], impact: &Impact, entity: u32) -> bool {
        let required: FxHashSet<u32> = remedies
            .iter()
            .flat_map(|remedy| match remedy {
                Remedy::Need { needed, .. } => std::slice::from_ref(needed),
                Remedy::Alternatives { members, .. } => members,
            })
            .map(|entity| self.place_of(*entity))
            .collect();
        let mut met = FxHashSet::from_iter([self.place_of(entity)]);
        let mut queue = vec![self.place_of(entity)];
        while let Some(place) = queue.pop() {
            for of in self.rows(Direction::Dependents).of(place) {
                if required.contains(&of.place()) {
                    return true;
                }
                if impact.health(self.entity_at(of.place())) == Health::Down && met.insert(of.place()) {
                    queue.push(of.place());
                }
            }
        }
        false
    }

    /// The smallest set of needs, anywhere between what failed and an entity, of which mending all keeps the
    /// entity up; of several the one that is nearest to what failed, where it helps the most. `None` where a
    /// group of alternatives takes part, where the entity failed by itself, or where it is not down.
    pub fn smallest_remedy(&self, failure: &Failure, impact: &Impact, entity: u32) -> Option<Vec<Remedy>> {
        if impact.health(entity) != Health::Down || impact.has_failed(entity) {
            return None;
        }
        let mut down = FixedBitSet::with_capacity(self.entity_count());
        let fallen = impact.affected.iter().take_while(|affected| affected.health == Health::Down);
        fallen.for_each(|affected| down.insert(self.place_of(affected.entity) as usize));
        let failed: FxHashSet<u32> = self.places_of(&failure.down).into_iter().collect();
        let mut cut = Cut { needs: self, down, failed, flow: FxHashSet::default() };
        let root = self.place_of(entity);
        if cut.search(root, false).by_alternatives {
            return None;
        }
        loop {
            let search = cut.search(root, true);
            let Some(end) = search.end else {
                return Some(cut.needs_into(&cut.beyond()));
            };
            cut.augment(root, end, &search);
        }
    }
}

/// A flow from an entity along hard needs, through what is down, to what failed.
struct Cut<'n> {
    needs: &'n Needs,
    down: FixedBitSet,
    failed: FxHashSet<u32>,
    /// Needs `(needy, needed)` that carry flow.
    flow: FxHashSet<(u32, u32)>,
}

/// What a search for one more way has met.
#[derive(Default)]
struct WaySearch {
    /// Each place with the one that it was met from.
    met_from: FxHashMap<u32, u32>,
    /// Something that failed and can be reached.
    end: Option<u32>,
    /// Whether a group of alternatives has brought down something that was met.
    by_alternatives: bool,
}

impl Cut<'_> {
    /// Looks for a way that is not used up, until the first one or everywhere.
    fn search(&self, root: u32, is_first_enough: bool) -> WaySearch {
        let mut search = WaySearch::default();
        search.met_from.insert(root, root);
        let mut queue = vec![root];
        let mut next = 0;
        let is_down = |place: u32| self.down.contains(place as usize);
        while let Some(place) = queue.get(next).copied() {
            next += 1;
            if self.failed.contains(&place) {
                search.end = Some(place);
                if is_first_enough {
                    return search;
                }
                continue;
            }
            search.by_alternatives |= self.needs.alternatives().of(place).any(|group| {
                group.strength == Strength::Hard && group.members.iter().all(|member| is_down(*member))
            });
            let rows = |direction: Direction| self.needs.rows(direction).of(place).iter();
            let on = rows(Direction::Dependencies).filter(|of| {
                of.is_hard() && is_down(of.place()) && !self.flow.contains(&(place, of.place()))
            });
            // Also back along needs that carry flow towards this place.
            let back = rows(Direction::Dependents).filter(|of| self.flow.contains(&(of.place(), place)));
            for of in on.chain(back) {
                if let Entry::Vacant(entry) = search.met_from.entry(of.place()) {
                    entry.insert(place);
                    queue.push(of.place());
                }
            }
        }
        search
    }

    fn augment(&mut self, root: u32, end: u32, search: &WaySearch) {
        let mut at = end;
        while at != root {
            let from = search.met_from[&at];
            if !self.flow.remove(&(at, from)) {
                self.flow.insert((from, at));
            }
            at = from;
        }
    }

    /// Everything from which what failed can be reached on ways that are not used up.
    fn beyond(&self) -> FxHashSet<u32> {
        let mut beyond = self.failed.clone();
        let mut queue: Vec<u32> = beyond.iter().copied().collect();
        while let Some(place) = queue.pop() {
            let rows = |direction: Direction| self.needs.rows(direction).of(place).iter();
            let on = rows(Direction::Dependents).filter(|of| {
                let is_down = self.down.contains(of.place() as usize);
                of.is_hard() && is_down && !self.flow.contains(&(of.place(), place))
            });
            let back = rows(Direction::Dependencies).filter(|of| self.flow.contains(&(place, of.place())));
            queue.extend(on.chain(back).map(|of| of.place()).filter(|place| beyond.insert(*place)));
        }
        beyond
    }

    /// The needs that lead into a set of places, all of which are used up.
    fn needs_into(&self, places: &FxHashSet<u32>) -> Vec<Remedy> {
        let leads_into = |(needy, needed): &&(u32, u32)| !places.contains(needy) && places.contains(needed);
        let entity = |place: u32| self.needs.entity_at(place);
        let mut needs: Vec<Remedy> = self
            .flow
            .iter()
            .filter(leads_into)
            .map(|(needy, needed)| Remedy::Need { needy: entity(*needy), needed: entity(*needed) })
            .collect();
        needs.sort_unstable();
        needs
    }
}
