//! A repository that declares no entity.

use crate::{graph::CatalogGraph, model::Severity};

use super::{GapRule, OwnershipGap};

pub(super) static RULE: GapRule = GapRule {
    code: "repository-uncatalogued",
    summary: "A repository was read and holds no manifest that declares entities.",
    why: "Nothing is known of what runs from it, what that needs, and who needs it.",
    remedy: "Add a `catalog-info.yaml` that declares what the repository holds.",
    severity: Severity::Warning,
    check,
};

fn check(graph: &CatalogGraph, gaps: &mut Vec<OwnershipGap>) {
    for repository in graph.repositories() {
        // Of a repository that could not be read, nobody knows what it holds.
        if !repository.head().status.is_read() || repository.catalog_manifests() > 0 {
            continue;
        }
        let Some(entity) = repository.entity() else { continue };
        let (severity, message) = match repository.path_rules() {
            // What lies in it has owners, by path.
            Some(rules) => (
                Severity::Note,
                format!(
                    "repository `{}` declares no entity; only `{}` says who owns its paths",
                    repository.id(),
                    rules.path
                ),
            ),
            None => (
                RULE.severity,
                format!("repository `{}` declares no entity and has no ownership file", repository.id()),
            ),
        };
        let mut gap = OwnershipGap::new(&RULE, severity, entity, message).about(entity.owner());
        gap.repository = Some(repository.id().clone());
        gaps.push(gap);
    }
}
