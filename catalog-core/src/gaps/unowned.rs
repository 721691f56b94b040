//! An entity that nobody owns.

use crate::{
    graph::{DeclarationView, Entity, PathRuleView, RepositoryView},
    model::Severity,
};

use super::{GapCheck, GapQuestion, GapRule, OwnershipGap, is_unowned, journey_unowned};

pub(super) static RULE: GapRule = GapRule {
    code: "unowned",
    summary: "An entity declares no owner, and no ownership file names one for its manifest.",
    why: "Nobody is called when it fails, and nobody is asked when it has to change.",
    remedy: "Name the team that answers for it in `spec.owner`.",
    severity: Severity::Warning,
    check: GapCheck::Each(check),
};

fn check(_: GapQuestion<'_>, entity: Entity<'_>, gaps: &mut Vec<OwnershipGap>) {
    // Of a journey that nobody answers for, that is the gap.
    if is_unowned(entity) && !journey_unowned::is_only_a_journey(entity) {
        let critical = if entity.is_critical() { "critical " } else { "" };
        let message =
            format!("{critical}`{}` declares no owner, and {}", entity.name().short(), by_path(entity));
        gaps.push(OwnershipGap::new(&RULE, RULE.severity, entity, message));
    }
}

/// What the ownership file of its repository says about its manifest.
fn by_path(entity: Entity<'_>) -> String {
    let Some(path) = entity.declaration().map(DeclarationView::path) else {
        return "its repository has no ownership file".into();
    };
    let repository = entity.repository();
    let rules = repository.and_then(RepositoryView::path_rules);
    let deciding = rules.map(|rules| rules.deciding(path)).unwrap_or_default();
    match (first_of(&deciding), rules) {
        (Some(of), _) if of.rule.owners.is_empty() => {
            format!("rule `{}` of `{}` leaves `{path}` to nobody", of.rule.pattern, of.path())
        }
        (Some(of), _) => format!("`{}` does not speak about entities of its kind", of.path()),
        (None, Some(rules)) => format!("no rule of `{}` covers `{path}`", rules.path()),
        (None, None) => "its repository has no ownership file".into(),
    }
}

/// The rule to name: the first one that names somebody, or else the last one.
fn first_of<'r, 'g>(deciding: &'r [PathRuleView<'g>]) -> Option<&'r PathRuleView<'g>> {
    deciding.iter().find(|of| !of.rule.owners.is_empty()).or(deciding.last())
}
