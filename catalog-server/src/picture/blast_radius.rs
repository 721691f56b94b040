//! The picture of a blast radius.

use catalog_core::{
    graph::{CatalogGraph, Entity},
    model::Strength,
    needs::Direction,
    query::BlastRadius,
};

use super::{Caption, Picture, Pictured, State};

/// How many roots a title names.
const ROOTS_NAMED: usize = 3;

/// Draws what was reached, with at most so many entities.
pub fn blast_radius_picture(graph: &CatalogGraph, answer: &BlastRadius<'_>, nodes_max: usize) -> Picture {
    let roots = answer.roots.iter().map(|root| Pictured { entity: *root, distance: 0, state: State::Root });
    let reached = answer.affected.iter().map(|affected| Pictured {
        entity: affected.entity,
        distance: affected.distance,
        state: if answer.way_to(affected).strength == Strength::Hard { State::Hard } else { State::Soft },
    });
    let names = names(&answer.roots);
    let title = match answer.direction {
        Direction::Dependents => format!("What needs {names}"),
        Direction::Dependencies => format!("What {names} needs"),
    };
    let entities = if answer.affected.len() == 1 { "entity" } else { "entities" };
    let mut remarks = vec![format!("{} {entities}, {} critical", answer.affected.len(), answer.critical)];
    if answer.cut_by_depth {
        remarks.push("more lies behind the depth that was asked for".into());
    }
    Picture::new(graph, Caption { title, remarks }, roots.chain(reached).collect(), nodes_max)
}

/// The names of a few entities, and how many more there are.
pub(super) fn names(entities: &[Entity<'_>]) -> String {
    let named: Vec<String> = entities.iter().take(ROOTS_NAMED).map(|root| root.name().short()).collect();
    match entities.len().saturating_sub(ROOTS_NAMED) {
        0 => named.join(", "),
        more => format!("{} and {more} more", named.join(", ")),
    }
}
