//! The change question: everything from which the changed entities can be reached along needs.

use std::sync::OnceLock;

use crate::{
    graph::{CatalogGraph, Entity, EntityMarks, NeedFilter},
    model::Strength,
    needs::{Direction, ReachLimits, Reached},
    query::{EntityFilter, Unknowns},
};

/// A question about reach.
#[derive(Clone, Debug)]
pub struct BlastRadiusQuery<'g> {
    /// The entities that change. Of one graph; in any order.
    pub roots: Vec<Entity<'g>>,
    /// What to look for: those that need the roots, or those that the roots need.
    pub direction: Direction,
    /// How far to look; `None` looks to the end.
    pub depth_max: Option<u32>,
    /// Which needs to follow.
    pub along: NeedFilter,
    /// Which of the entities that are reached to report; `None` reports all. What is not reported is
    /// followed all the same.
    pub show: Option<EntityFilter>,
}

impl<'g> BlastRadiusQuery<'g> {
    /// Everything that needs some entities, or that they need.
    pub fn new(roots: Vec<Entity<'g>>, direction: Direction) -> Self {
        Self { roots, direction, depth_max: None, along: NeedFilter::default(), show: None }
    }
}

/// Everything that transitively needs a set of entities, or is needed by it.
#[derive(Clone, Debug)]
pub struct BlastRadius<'g> {
    /// The entities asked about, in the order of their refs.
    pub roots: Vec<Entity<'g>>,
    /// Which way was looked.
    pub direction: Direction,
    /// Every entity that was reached and asked for, without the roots, sorted by distance, then by ref.
    pub affected: Vec<AffectedEntity<'g>>,
    /// How many more were reached and not asked for.
    pub not_shown: usize,
    /// The owners of those in `affected`, the one with most affected first, then by ref.
    pub owners: Vec<EntityShare<'g>>,
    /// The systems of those, likewise.
    pub systems: Vec<EntityShare<'g>>,
    /// How many of those have no owner.
    pub unowned: usize,
    /// How many of those are critical (tiers 0 and 1).
    pub critical: usize,
    /// What is not known about those and the roots.
    pub unknowns: Unknowns<'g>,
    /// Whether more lies behind the depth asked for.
    pub cut_by_depth: bool,
    /// The ways to those in `affected`, once somebody asks for one.
    ways: OnceLock<NeedWays>,
    depth_max: Option<u32>,
    along: NeedFilter,
}

/// One entity in a blast radius.
#[derive(Clone, Copy, Debug)]
pub struct AffectedEntity<'g> {
    /// The entity.
    pub entity: Entity<'g>,
    /// How many needs lie between it and the nearest root; at least 1.
    pub distance: u32,
}

/// How needs lead to one entity in a blast radius.
#[derive(Clone, Copy, Debug)]
pub struct NeedWay<'g> {
    /// The next entity on one shortest way to a root.
    pub via: Entity<'g>,
    /// Hard where some way of hard needs alone leads there.
    pub strength: Strength,
}

/// An owner or a system with a part of a blast radius.
#[derive(Clone, Copy, Debug)]
pub struct EntityShare<'g> {
    /// The owner or the system.
    pub entity: Entity<'g>,
    /// How many of the affected entities are its own.
    pub affected: usize,
}

/// Computes reach exactly: an upper bound of what a change can break that is safe to rely on.
///
/// O(needs met), plus O(entities/64), and as much again where ways are asked for; where only some needs are
/// followed, O(relations) more. Without roots the answer is empty.
pub fn blast_radius<'g>(graph: &'g CatalogGraph, query: &BlastRadiusQuery<'g>) -> BlastRadius<'g> {
    let mut roots = query.roots.clone();
    roots.sort_unstable_by_key(|root| root.index());
    roots.dedup();
    let numbers: Vec<u32> = roots.iter().map(|root| root.index()).collect();
    let limits = ReachLimits { depth_max: query.depth_max };
    let extent = graph.needs_along(&query.along).extent(&numbers, query.direction, limits);
    let reached = extent.reached;
    let roll_ups = graph.roll_ups(reached.len());
    let mut affected: Vec<AffectedEntity<'g>> = Vec::with_capacity(reached.len());
    let (mut owners, mut systems, mut critical) = (Vec::new(), Vec::new(), 0);
    let mut marked: Vec<(Entity<'g>, EntityMarks)> = Vec::new();
    for (number, distance) in &reached {
        let (entity, of) = (graph.entity_at(*number), roll_ups.of(*number));
        if query.show.as_ref().is_some_and(|show| !show.matches_rolled_up(entity, of)) {
            continue;
        }
        affected.push(AffectedEntity { entity, distance: *distance });
        owners.extend(of.owner());
        systems.extend(of.system());
        critical += usize::from(of.marks.is_critical());
        if of.marks.is_partly_unknown() {
            marked.push((entity, of.marks));
        }
    }
    let marked_roots = roots.iter().map(|root| (*root, EntityMarks::of(*root)));
    BlastRadius {
        not_shown: reached.len() - affected.len(),
        unowned: affected.len() - owners.len(),
        owners: shares(graph, owners),
        systems: shares(graph, systems),
        critical,
        unknowns: Unknowns::of_marked(graph, marked_roots.chain(marked)),
        roots,
        direction: query.direction,
        affected,
        cut_by_depth: extent.cut_by_depth,
        ways: OnceLock::new(),
        depth_max: query.depth_max,
        along: query.along.clone(),
    }
}

impl<'g> BlastRadius<'g> {
    /// How needs lead to one of those in `affected`. The first call finds the ways to all of them, which takes
    /// about as long as to find who they are.
    ///
    /// # Panics
    ///
    /// Where the row is of another answer.
    pub fn way_to(&self, row: &AffectedEntity<'g>) -> NeedWay<'g> {
        let graph = row.entity.graph();
        let ways = self.ways.get_or_init(|| {
            let roots: Vec<u32> = self.roots.iter().map(|root| root.index()).collect();
            NeedWays::find(graph, &roots, self.direction, self.depth_max, &self.along)
        });
        let (via, strength) = ways.to(row.entity.index(), row.distance);
        NeedWay { via: graph.entity_at(via), strength }
    }

    /// How many needs were to be followed at most, and which.
    pub fn followed(&self) -> (Option<u32>, &NeedFilter) {
        (self.depth_max, &self.along)
    }
}

/// The ways to everything that is reached from some entities, by number.
#[derive(Clone, Debug)]
pub struct NeedWays(Vec<Reached>);

impl NeedWays {
    /// The ways from `roots`, by number: as a [`BlastRadiusQuery`] would follow them. O(needs met).
    pub fn find(
        graph: &CatalogGraph,
        roots: &[u32],
        direction: Direction,
        depth_max: Option<u32>,
        along: &NeedFilter,
    ) -> Self {
        let limits = ReachLimits { depth_max };
        Self(graph.needs_along(along).reach(roots, direction, limits).reached)
    }

    /// The number of the next entity on one shortest way back to a root, and the strength of the strongest way.
    /// O(log reached).
    ///
    /// # Panics
    ///
    /// Where no entity of this number was reached at this distance.
    pub fn to(&self, entity: u32, distance: u32) -> (u32, Strength) {
        let place = self.0.binary_search_by_key(&(distance, entity), |of| (of.distance, of.entity));
        let reached = &self.0[place.expect("it was reached at this distance")];
        (reached.via, if reached.is_hard { Strength::Hard } else { Strength::Soft })
    }
}

/// How often each entity is there by number, the most frequent first, then by ref.
pub(super) fn shares(graph: &CatalogGraph, mut numbers: Vec<u32>) -> Vec<EntityShare<'_>> {
    let share = |number: u32, affected: usize| EntityShare { entity: graph.entity_at(number), affected };
    let entity_count = graph.entities().len();
    let mut shares: Vec<EntityShare<'_>> = if numbers.len() > entity_count / 16 {
        // To count under all numbers takes less time than to sort so many.
        let mut counts = vec![0_u32; entity_count];
        numbers.iter().for_each(|number| counts[*number as usize] += 1);
        (0..)
            .zip(counts)
            .filter(|(_, count)| *count > 0)
            .map(|(number, count)| share(number, count as usize))
            .collect()
    } else {
        numbers.sort_unstable();
        numbers.chunk_by(|a, b| a == b).map(|same| share(same[0], same.len())).collect()
    };
    shares.sort_by_key(|share| std::cmp::Reverse(share.affected));
    shares
}

/// The owners of some entities, the one with most of them first, then by ref; and how many entities have
/// none.
pub(super) fn owner_shares<'g>(
    graph: &'g CatalogGraph,
    entities: impl ExactSizeIterator<Item = Entity<'g>>,
) -> (Vec<EntityShare<'g>>, usize) {
    let count = entities.len();
    let owners = shares(graph, entities.filter_map(Entity::owner).map(Entity::index).collect());
    let owned: usize = owners.iter().map(|share| share.affected).sum();
    (owners, count - owned)
}
