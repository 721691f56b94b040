//! The picture of an impact: what fails, and what comes of it.

use std::collections::HashMap;

use catalog_core::{
    graph::{CatalogGraph, Entity},
    needs::{Affected, Cause, Health, Impact},
};

use super::{Caption, Picture, Pictured, State, blast_radius::names};

/// Draws what comes of a failure, with at most so many entities; as far from what failed as causes lie
/// between.
pub fn impact_picture(graph: &CatalogGraph, impact: &Impact, nodes_max: usize) -> Picture {
    let distances = distances(&impact.affected);
    let pictured: Vec<Pictured<'_>> = impact
        .affected
        .iter()
        .map(|affected| Pictured {
            entity: graph.entity_at(affected.entity),
            distance: distances[&affected.entity],
            state: match (affected.cause, affected.health) {
                (Cause::Failed, _) => State::Failed,
                (_, Health::Down) => State::Down,
                (_, Health::Degraded) => State::Degraded,
                (_, Health::AtRisk) => State::AtRisk,
                (_, Health::Unaffected) => State::Unaffected,
            },
        })
        .collect();
    let failed: Vec<Entity<'_>> =
        pictured.iter().filter(|one| one.state == State::Failed).map(|one| one.entity).collect();
    let count = |state: State| pictured.iter().filter(|one| one.state == state).count();
    let remark = format!(
        "{} down, {} degraded, {} at risk",
        count(State::Down),
        count(State::Degraded),
        count(State::AtRisk)
    );
    let caption =
        Caption { title: format!("What comes of a failure of {}", names(&failed)), remarks: vec![remark] };
    Picture::new(graph, caption, pictured, nodes_max)
}

/// By entity, how many causes lie between it and what failed by itself. O(affected).
fn distances(affected: &[Affected]) -> HashMap<u32, u32> {
    let causes: HashMap<u32, Cause> = affected.iter().map(|one| (one.entity, one.cause)).collect();
    let mut distances: HashMap<u32, u32> = HashMap::with_capacity(affected.len());
    for one in affected {
        let mut chain = Vec::new();
        let mut at = one.entity;
        let known = loop {
            if let Some(known) = distances.get(&at) {
                break Some(*known);
            }
            chain.push(at);
            match causes.get(&at) {
                Some(Cause::Need(cause) | Cause::Alternatives(cause)) => at = *cause,
                Some(Cause::Failed) | None => break None,
            }
        };
        let first = known.map_or(0, |known| known + 1);
        distances.extend(chain.into_iter().rev().zip(first..));
    }
    distances
}
