//! Where entities change: the failure domains that they are deployed to.

use rustc_hash::FxHashMap;

use crate::{
    graph::{Entity, ExposureClass, Relation},
    model::{RelationClass, RelationKind},
};

/// The failure domains that an entity is in, by number, and itself where it is one.
pub(super) fn places_of(entity: Entity<'_>) -> Vec<u32> {
    if is_domain(entity) {
        return vec![entity.index()];
    }
    let deployed = entity.outgoing().filter(|relation| {
        relation.kind() == RelationKind::DeployedTo && relation.class() != RelationClass::Deployed
    });
    let mut places: Vec<u32> =
        deployed.map(Relation::to).filter(|to| is_domain(*to)).map(Entity::index).collect();
    places.sort_unstable();
    places.dedup();
    places
}

fn is_domain(entity: Entity<'_>) -> bool {
    ExposureClass::of(entity) == Some(ExposureClass::FailureDomain)
}

/// Failure domains in the order in which a change goes through them: what less is deployed to comes first, since
/// it takes less with it.
#[derive(Debug, Default)]
pub(super) struct PlaceOrder {
    positions: FxHashMap<u32, u32>,
}

impl PlaceOrder {
    /// Orders some domains. O(what is deployed to them).
    pub(super) fn new<'g>(places: impl IntoIterator<Item = Entity<'g>>) -> Self {
        let mut sorted: Vec<(usize, u32)> = places
            .into_iter()
            .map(|place| {
                let deployed = place.incoming().filter(|of| of.kind() == RelationKind::DeployedTo);
                (deployed.filter(|of| of.class() != RelationClass::Deployed).count(), place.index())
            })
            .collect();
        sorted.sort_unstable();
        Self { positions: (0..).zip(sorted).map(|(position, (_, place))| (place, position)).collect() }
    }

    /// Where a place comes. What is in no known place comes last, since it may change everywhere at once.
    pub(super) fn position(&self, place: Option<u32>) -> u32 {
        place.and_then(|place| self.positions.get(&place).copied()).unwrap_or(u32::MAX)
    }
}
