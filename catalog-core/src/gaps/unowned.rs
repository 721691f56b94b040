//! An entity that nobody owns.

use crate::{
    graph::{CatalogGraph, Entity},
    model::Severity,
};

use super::{GapRule, OwnershipGap, must_be_owned};

pub(super) static RULE: GapRule = GapRule {
    code: "unowned",
    summary: "An entity declares no owner, and no ownership file names one for its manifest.",
    why: "Nobody is called when it fails, and nobody is asked when it has to change.",
    remedy: "Name the team that answers for it in `spec.owner`.",
    severity: Severity::Warning,
    check,
};

fn check(graph: &CatalogGraph, gaps: &mut Vec<OwnershipGap>) {
    for entity in graph.entities().filter(|entity| must_be_owned(*entity) && entity.owner().is_none()) {
        let (severity, critical) =
            if entity.is_critical() { (Severity::Error, "critical ") } else { (Severity::Warning, "") };
        let message =
            format!("{critical}`{}` declares no owner, and {}", entity.name().short(), by_path(entity));
        gaps.push(OwnershipGap::new(&RULE, severity, entity, message));
    }
}

/// What the ownership file of its repository says about its manifest.
fn by_path(entity: Entity<'_>) -> String {
    let place = || {
        let declaration = entity.declaration()?;
        Some((declaration.path(), declaration.repository().path_rules()?))
    };
    match place() {
        None => match entity.repository().and_then(|of| of.unread_ownership_files().next()) {
            Some(unread) => format!("`{unread}`, which may name one, cannot be read"),
            None => "its repository has no ownership file".into(),
        },
        Some((path, rules)) => {
            let deciding = rules.deciding(path);
            match deciding.iter().find(|of| !of.rule.owners.is_empty()).or(deciding.last()) {
                None => format!("no rule of `{}` covers `{path}`", rules.path()),
                Some(of) if of.rule.owners.is_empty() => {
                    format!("rule `{}` of `{}` leaves `{path}` to nobody", of.rule.pattern, of.path())
                }
                Some(of) => format!("`{}` does not speak about entities of its kind", of.path()),
            }
        }
    }
}
