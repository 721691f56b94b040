//! Bridges and joints: the one hard need, or the one entity, that connects two parts of the organisation.

use std::cmp::Reverse;

use crate::{
    graph::{CatalogGraph, Entity},
    query::{NeedStep, path::need_step},
};

/// What alone holds parts of the graph of hard needs together, in whatever direction they lead.
#[derive(Clone, Debug, Default)]
pub struct Bridges<'g> {
    /// The needs without which no failure could pass between two parts, the one that cuts most off first,
    /// then by ref.
    pub bridges: Vec<BridgeNeed<'g>>,
    /// The entities without which that is so, likewise.
    pub joints: Vec<JoiningEntity<'g>>,
}

/// A hard need that is the only connection between two parts.
#[derive(Clone, Copy, Debug)]
pub struct BridgeNeed<'g> {
    /// The entity that needs.
    pub from: Entity<'g>,
    /// The entity that is needed.
    pub to: Entity<'g>,
    /// How many entities are on the side of `from`, itself included.
    pub from_side: usize,
    /// How many entities are on the side of `to`, itself included.
    pub to_side: usize,
}

impl<'g> BridgeNeed<'g> {
    /// How many entities the smaller side has: what softening this one need takes off the rest.
    pub fn cut_off(&self) -> usize {
        self.from_side.min(self.to_side)
    }

    /// The need with the relations that state it.
    pub fn step(&self) -> NeedStep<'g> {
        need_step(self.from, self.to)
    }
}

/// An entity that is the only connection between parts: an articulation point.
#[derive(Clone, Copy, Debug)]
pub struct JoiningEntity<'g> {
    /// The entity.
    pub entity: Entity<'g>,
    /// Into how many parts what is connected with it falls without it; at least 2.
    pub parts: usize,
    /// How many entities are then outside of the largest of these parts.
    pub cut_off: usize,
}

/// Finds the bridges and articulation points of the hard needs that nothing stands in for, taken without
/// regard to their direction. Two entities that hard-need each other are connected twice.
/// O(entities + needs), and the sorting of what is found.
pub fn bridges(graph: &CatalogGraph) -> Bridges<'_> {
    let cuts = graph.needs().cuts();
    let mut bridges: Vec<BridgeNeed<'_>> = cuts
        .bridges
        .iter()
        .map(|bridge| BridgeNeed {
            from: graph.entity_at(bridge.needy),
            to: graph.entity_at(bridge.needed),
            from_side: bridge.needy_side as usize,
            to_side: bridge.needed_side as usize,
        })
        .collect();
    bridges.sort_by_key(|bridge| Reverse(bridge.cut_off()));
    let mut joints: Vec<JoiningEntity<'_>> = cuts
        .articulation_points
        .iter()
        .map(|point| JoiningEntity {
            entity: graph.entity_at(point.entity),
            parts: point.parts as usize,
            cut_off: point.cut_off as usize,
        })
        .collect();
    joints.sort_by_key(|joint| Reverse((joint.cut_off, joint.parts)));
    Bridges { bridges, joints }
}
