//! What a graph makes of what repositories say, in sketches.

mod build;
mod change;
mod file;
mod identity;
mod local_change;
mod needs;
mod ownership;
mod properties;
mod scale;

use expect_test::Expect;

use super::*;
use crate::{
    model::{EntityRef, RelationEnd},
    needs::{Direction, Reach, ReachLimits, Reached},
    sketch::{self, entity_ref},
};

/// Everything that a graph says that does not depend on where in a file it stands: entities with
/// standing and owner, relations, needs, diagnostics.
fn canonical(graph: &CatalogGraph) -> String {
    let mut text = String::new();
    for entity in graph.entities() {
        text += &format!("{} {}", entity.name().short(), entity.standing().name());
        if let Some(repository) = entity.repository() {
            text += &format!(" of {repository:?}");
        }
        if let Some(owner) = entity.owner() {
            text += &format!(" owner {}", owner.name().short());
        }
        text += "\n";
        for relation in entity.outgoing() {
            // The numbers of groups follow the file; what counts is who is in one group.
            let group = relation.any_of().map(|group| {
                let same = entity.outgoing().filter(|other| other.any_of() == Some(group));
                same.map(|other| format!(" {}", other.to().name().short())).collect::<String>()
            });
            text += &format!("  {} {}", relation.kind().name(), relation.to().name().short());
            if relation.kind().needy_end().is_some() {
                text += &format!(" {}", relation.strength().name());
            }
            if let Some(group) = group {
                text += &format!(" one of{group}");
            }
            text += "\n";
        }
        for (needed, strength) in graph.needs().next_to(entity.index(), Direction::Dependencies) {
            text += &format!("  needs {} {}\n", graph.entity_at(needed).name().short(), strength.name());
        }
    }
    for diagnostic in graph.diagnostics() {
        let CatalogDiagnostic { repository, diagnostic } = diagnostic;
        text += &format!("{repository} {} {}\n", diagnostic.code.name(), diagnostic.message);
    }
    text
}

fn entity<'g>(graph: &'g CatalogGraph, name: &str) -> Entity<'g> {
    graph.entity(&entity_ref(name)).expect("the entity is in the sketch")
}

fn names<'g>(entities: impl IntoIterator<Item = Entity<'g>>) -> String {
    let names: Vec<String> = entities.into_iter().map(|entity| entity.name().short()).collect();
    names.join(" ")
}

/// Draws a graph and compares one view of it.
fn check(drawn: &str, view: impl Fn(&CatalogGraph) -> String, expected: &Expect) {
    expected.assert_eq(&view(&sketch::graph(drawn)));
}

/// Each reached entity as `name distance via strength`, one a line.
fn reached(graph: &CatalogGraph, roots: &str, direction: Direction, depth_max: Option<u32>) -> String {
    let roots: Vec<u32> = roots.split_whitespace().map(|root| entity(graph, root).index()).collect();
    let reach = graph.needs().reach(&roots, direction, ReachLimits { depth_max });
    let mut text: String = reach
        .reached
        .iter()
        .map(|reached| {
            format!(
                "{} {} via {} {}\n",
                graph.entity_at(reached.entity).name().short(),
                reached.distance,
                graph.entity_at(reached.via).name().short(),
                if reached.is_hard { "hard" } else { "soft" },
            )
        })
        .collect();
    if reach.cut_by_depth {
        text += "and more\n";
    }
    text
}
