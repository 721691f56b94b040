//! A declared owner that another manifest or the ownership file contradicts.

use crate::{
    graph::{CatalogGraph, Entity, OwnershipClaim, RepositoryView},
    model::{ClaimGround, RelationEnd, RelationKind, Severity},
};

use super::{GapCheck, GapQuestion, GapRule, OwnershipGap, must_be_owned};

pub(super) static RULE: GapRule = GapRule {
    code: "owner-conflict",
    summary: "Two places name different owners of an entity: two manifests, or a manifest and the ownership file that covers it.",
    why: "Whoever is called may say that it is the other's, and changes are reviewed by somebody else.",
    remedy: "Bring the two places into agreement, or say in the settings that both names mean one team.",
    severity: Severity::Warning,
    check: GapCheck::Each(check),
};

fn check(GapQuestion { graph, .. }: GapQuestion<'_>, entity: Entity<'_>, gaps: &mut Vec<OwnershipGap>) {
    if may_be_told_twice(entity) && must_be_owned(entity) {
        gaps.extend(conflict(graph, entity));
    }
}

/// Whether more than one place can say who owns an entity. Of most only their own manifest does, and to
/// gather what is claimed of each would take more time than all other rules together.
fn may_be_told_twice(entity: Entity<'_>) -> bool {
    let declared = entity.outgoing().filter(|relation| relation.kind() == RelationKind::OwnedBy);
    match declared.map(|relation| relation.sources().count()).sum::<usize>() {
        0 => false,
        1 => entity.repository().and_then(RepositoryView::path_rules).is_some(),
        _ => true,
    }
}

fn conflict(graph: &CatalogGraph, entity: Entity<'_>) -> Option<OwnershipGap> {
    let claims = entity.ownership_claims();
    let strongest = claims.first().filter(|claim| claim.ground <= ClaimGround::OtherCatalog)?;
    let place = |claim: &OwnershipClaim| {
        (claim.ground, claim.origin.repository.clone(), claim.origin.path.clone(), claim.origin.document)
    };
    // Charts and the like name maintainers, who need not be the owners.
    let judged: Vec<&OwnershipClaim> =
        claims.iter().filter(|claim| claim.ground <= ClaimGround::PathRule).collect();
    let (own, others): (Vec<&OwnershipClaim>, Vec<&OwnershipClaim>) =
        judged.into_iter().partition(|claim| place(claim) == place(strongest));
    let entity_of = |claim: &&OwnershipClaim| graph.entity(&claim.owner);
    let agrees = |claims: &[&OwnershipClaim]| {
        claims.iter().any(|claim| {
            own.iter().any(|own| own.owner == claim.owner)
                || entity_of(claim)
                    .is_some_and(|other| own.iter().filter_map(entity_of).any(|own| are_close(own, other)))
        })
    };
    let differing: Vec<&[&OwnershipClaim]> =
        others.chunk_by(|a, b| place(a) == place(b)).filter(|claims| !agrees(claims)).collect();
    let first = differing.first()?;
    let is_known = differing
        .iter()
        .flat_map(|claims| claims.iter())
        .filter_map(entity_of)
        .any(|other| !other.is_placeholder());
    let severity = if is_known { RULE.severity } else { Severity::Note };
    let named: Vec<String> = first
        .iter()
        .map(|claim| match &claim.written {
            Some(written) => format!("`{written}`"),
            None => format!("`{}`", claim.owner.short()),
        })
        .collect();
    let more = match differing.len() - 1 {
        0 => String::new(),
        1 => " (and one more file names another)".to_owned(),
        more => format!(" (and {more} more files name others)"),
    };
    let about = if first[0].ground == ClaimGround::PathRule {
        format!(" for `{}`", strongest.origin.path)
    } else {
        String::new()
    };
    let message = format!(
        "`{}` declares the owner `{}`, but `{}` names {}{about}{}{more}",
        entity.name().short(),
        strongest.owner.short(),
        first[0].origin.path,
        named.join(", "),
        if is_known { "" } else { ", and no manifest declares them" },
    );
    let mut origins = vec![strongest.origin.clone()];
    origins.extend(differing.iter().map(|claims| claims[0].origin.clone()));
    let rules = entity.repository().and_then(RepositoryView::path_rules);
    let rests_on_rules = differing.iter().any(|claims| claims[0].ground == ClaimGround::PathRule);
    let mut gap = OwnershipGap::new(&RULE, severity, entity, message)
        .at(origins)
        .resting_on(rules.filter(|_| rests_on_rules).and_then(|rules| rules.staleness()));
    gap.related.push(strongest.owner.clone());
    gap.related.extend(differing.iter().flat_map(|claims| claims.iter()).map(|claim| claim.owner.clone()));
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
