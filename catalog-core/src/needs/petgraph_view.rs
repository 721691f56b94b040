//! The needs as petgraph sees a graph, so that its algorithms run on our arrays without a copy.

use fixedbitset::FixedBitSet;
use petgraph::visit::{
    GraphBase, GraphProp, GraphRef, IntoNeighbors, IntoNeighborsDirected, IntoNodeIdentifiers, NodeCount,
    NodeIndexable, VisitMap, Visitable,
};

use super::{Direction, Needs, need_rows::Neighbour};

/// A view of the needs whose nodes are places and whose edges lead to what is needed.
#[derive(Clone, Copy)]
pub(super) struct NeedsView<'g>(&'g Needs);

impl<'g> NeedsView<'g> {
    pub(super) fn new(needs: &'g Needs) -> Self {
        Self(needs)
    }
}

/// The neighbours of one place.
pub(super) struct NeighboursOf<'g>(std::slice::Iter<'g, Neighbour>);

impl Iterator for NeighboursOf<'_> {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        self.0.next().map(|neighbour| neighbour.place())
    }
}

/// The places that a petgraph algorithm has met.
#[derive(Clone, Default)]
pub(super) struct Met(FixedBitSet);

impl VisitMap<u32> for Met {
    fn visit(&mut self, entity: u32) -> bool {
        !self.0.put(entity as usize)
    }

    fn is_visited(&self, entity: &u32) -> bool {
        self.0.contains(*entity as usize)
    }

    fn unvisit(&mut self, entity: u32) -> bool {
        let was_met = self.0.contains(entity as usize);
        self.0.set(entity as usize, false);
        was_met
    }
}

impl GraphBase for NeedsView<'_> {
    type EdgeId = (u32, u32);
    type NodeId = u32;
}

impl GraphRef for NeedsView<'_> {}

impl GraphProp for NeedsView<'_> {
    type EdgeType = petgraph::Directed;
}

impl NodeCount for NeedsView<'_> {
    fn node_count(&self) -> usize {
        self.0.entity_count()
    }
}

impl NodeIndexable for NeedsView<'_> {
    fn node_bound(&self) -> usize {
        self.0.entity_count()
    }

    fn to_index(&self, entity: u32) -> usize {
        entity as usize
    }

    fn from_index(&self, position: usize) -> u32 {
        u32::try_from(position).expect("entities have numbers of 32 bits")
    }
}

impl Visitable for NeedsView<'_> {
    type Map = Met;

    fn visit_map(&self) -> Met {
        Met(FixedBitSet::with_capacity(self.0.entity_count()))
    }

    fn reset_map(&self, map: &mut Met) {
        map.0.clear();
        map.0.grow(self.0.entity_count());
    }
}

impl IntoNodeIdentifiers for NeedsView<'_> {
    type NodeIdentifiers = std::ops::Range<u32>;

    fn node_identifiers(self) -> Self::NodeIdentifiers {
        0..u32::try_from(self.0.entity_count()).expect("entities have numbers of 32 bits")
    }
}

impl<'g> IntoNeighbors for NeedsView<'g> {
    type Neighbors = NeighboursOf<'g>;

    fn neighbors(self, entity: u32) -> NeighboursOf<'g> {
        self.neighbors_directed(entity, petgraph::Direction::Outgoing)
    }
}

impl<'g> IntoNeighborsDirected for NeedsView<'g> {
    type NeighborsDirected = NeighboursOf<'g>;

    fn neighbors_directed(self, entity: u32, direction: petgraph::Direction) -> NeighboursOf<'g> {
        let direction = match direction {
            petgraph::Direction::Outgoing => Direction::Dependencies,
            petgraph::Direction::Incoming => Direction::Dependents,
        };
        NeighboursOf(self.0.rows(direction).of(entity).iter())
    }
}
