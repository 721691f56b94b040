//! A repository of which nothing is known: neither what it holds nor whose it is.

use crate::{
    graph::{Entity, EntityStanding, RepositoryView},
    model::Severity,
};

use super::{GapCheck, GapQuestion, GapRule, OwnershipGap};

pub(super) static RULE: GapRule = GapRule {
    code: "repository-uncatalogued",
    summary: "A repository was read and holds neither a manifest that declares entities nor an ownership file.",
    why: "Nothing is known of what runs from it, what that needs, and who needs it.",
    remedy: "Add a `catalog-info.yaml` that declares what the repository holds, or at least a `CODEOWNERS` file.",
    severity: Severity::Warning,
    check: GapCheck::Whole { all, about },
};

fn all(GapQuestion { graph, .. }: GapQuestion<'_>, gaps: &mut Vec<OwnershipGap>) {
    graph.repositories().for_each(|repository| gaps.extend(gap(repository)));
}

fn about(_: GapQuestion<'_>, entity: Entity<'_>, gaps: &mut Vec<OwnershipGap>) {
    let repository = entity.repository().filter(|_| entity.standing() == EntityStanding::Repository);
    gaps.extend(repository.and_then(gap));
}

fn gap(repository: RepositoryView<'_>) -> Option<OwnershipGap> {
    // Of a repository that could not be read, nobody knows what it holds. One with an ownership
    // file is catalogued: whoever asks about it, or about a path in it, gets an answer.
    let is_silent = repository.head().status.is_read()
        && repository.catalog_manifests() == 0
        && repository.path_rules().is_none();
    let entity = repository.entity().filter(|_| is_silent)?;
    let message = format!("repository `{}` declares no entity and has no ownership file", repository.id());
    let mut gap = OwnershipGap::new(&RULE, RULE.severity, entity, message).about(entity.owner());
    gap.repository = Some(repository.id().clone());
    Some(gap)
}
