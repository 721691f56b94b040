//! A declared owner that the ownership file contradicts.

use crate::{
    graph::{CatalogGraph, Entity, OwnershipClaim},
    model::{ClaimGround, RelationEnd, RelationKind, Severity},
};

use super::{GapRule, OwnershipGap, must_be_owned};

pub(super) static RULE: GapRule = GapRule {
    code: "owner-conflict",
    summary: "The declared owner of an entity differs from all owners that the ownership file names for its manifest.",
    why: "Whoever is called may say that it is the other's, and changes are reviewed by somebody else.",
    remedy: "Bring `spec.owner` and the ownership file into agreement.",
    severity: Severity::Warning,
    check,
};

fn check(graph: &CatalogGraph, gaps: &mut Vec<OwnershipGap>) {
    for entity in graph.entities().filter(|entity| must_be_owned(*entity)) {
        gaps.extend(conflict(graph, entity));
    }
}

fn conflict(graph: &CatalogGraph, entity: Entity<'_>) -> Option<OwnershipGap> {
    let owner = entity.owner()?;
    let claims = entity.ownership_claims();
    let declared = claims.first().filter(|claim| claim.ground == ClaimGround::Declared)?;
    let by_path: Vec<&OwnershipClaim> =
        claims.iter().filter(|claim| claim.ground == ClaimGround::PathRule).collect();
    let first = by_path.first()?;
    let others: Vec<Entity<'_>> = by_path.iter().filter_map(|claim| graph.entity(&claim.owner)).collect();
    if by_path.iter().any(|claim| claim.owner == declared.owner)
        || others.iter().any(|other| are_close(owner, *other))
    {
        return None;
    }
    let is_known = others.iter().any(|other| !other.is_placeholder());
    let severity = if is_known { RULE.severity } else { Severity::Note };
    let named: Vec<String> =
        by_path.iter().filter_map(|claim| Some(format!("`{}`", claim.written.as_ref()?))).collect();
    let message = format!(
        "`{}` declares the owner `{}`, but `{}` names {} for `{}`{}",
        entity.name().short(),
        owner.name().short(),
        first.origin.path,
        named.join(", "),
        declared.origin.path,
        if is_known { "" } else { ", and no manifest declares them" },
    );
    let rules = entity.repository()?.path_rules()?;
    let mut gap = OwnershipGap::new(&RULE, severity, entity, message)
        .at(vec![declared.origin.clone(), first.origin.clone()])
        .resting_on(rules.staleness());
    gap.related.push(declared.owner.clone());
    gap.related.extend(by_path.iter().map(|claim| claim.owner.clone()));
    Some(gap)
}

/// Whether one of the two is a member of the other or lies right below it.
fn are_close(one: Entity<'_>, other: Entity<'_>) -> bool {
    // From the smaller thing to the larger: a person is in few groups, a group may hold many people.
    let is_within = |small: Entity<'_>, large: Entity<'_>| {
        small
            .related(RelationKind::MemberOf, RelationEnd::From)
            .chain(small.related(RelationKind::ChildOf, RelationEnd::From))
            .any(|above| above == large)
    };
    is_within(one, other) || is_within(other, one)
}
