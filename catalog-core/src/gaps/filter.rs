//! Which gaps of a report one wants to see.

use fixedbitset::FixedBitSet;

use crate::{
    graph::{CatalogGraph, Entity},
    model::{EntityRef, RelationEnd, RelationKind, RepositoryId, Severity},
};

use super::{GapReport, GapRule, OwnershipGap};

/// What to keep of a report: gaps that meet every part that is set.
#[derive(Clone, Debug, Default)]
pub struct GapFilter {
    /// Gaps of one of these rules; of all where there are none.
    pub rules: Vec<&'static GapRule>,
    /// Gaps whose subject is this owner or has this owner.
    pub owner: Option<EntityRef>,
    /// Gaps whose subject is of this kind, without regard to case.
    pub kind: Option<Box<str>>,
    /// Gaps whose subject stands for this repository or is declared in it.
    pub repository: Option<RepositoryId>,
    /// Gaps whose subject is this system or domain, or transitively a part of it.
    pub system: Option<EntityRef>,
    /// Gaps at least as bad as this.
    pub severity_min: Option<Severity>,
}

impl GapFilter {
    /// Takes the other gaps out of a report of the same graph. O(gaps · log entities + parts of the system).
    pub fn apply(&self, graph: &CatalogGraph, report: &mut GapReport) {
        let parts = self.system.as_ref().map(|system| parts_of(graph, graph.entity(system)));
        report.gaps.retain(|gap| self.keeps(graph, parts.as_ref(), gap));
        report.exempted.retain(|exempted| self.keeps(graph, parts.as_ref(), &exempted.gap));
    }

    fn keeps(&self, graph: &CatalogGraph, parts: Option<&FixedBitSet>, gap: &OwnershipGap) -> bool {
        let subject = graph.entity(&gap.subject);
        let is_or_has_owner = |wanted: &EntityRef| {
            gap.subject == *wanted
                || subject.and_then(Entity::owner).is_some_and(|owner| owner.name() == wanted)
        };
        let is_part =
            |parts: &FixedBitSet| subject.is_some_and(|subject| parts.contains(subject.index() as usize));
        (self.rules.is_empty() || self.rules.iter().any(|rule| rule.code == gap.code))
            && self.severity_min.is_none_or(|severity_min| gap.severity >= severity_min)
            && self.kind.as_ref().is_none_or(|kind| kind.to_lowercase() == gap.subject.kind())
            && self.repository.as_ref().is_none_or(|repository| gap.repository.as_ref() == Some(repository))
            && self.owner.as_ref().is_none_or(is_or_has_owner)
            && parts.is_none_or(is_part)
    }
}

/// Everything that is transitively a part of a whole, with the whole.
fn parts_of(graph: &CatalogGraph, whole: Option<Entity<'_>>) -> FixedBitSet {
    let mut parts = FixedBitSet::with_capacity(graph.entities().len());
    let mut open: Vec<Entity<'_>> = whole.into_iter().collect();
    while let Some(whole) = open.pop() {
        if !parts.put(whole.index() as usize) {
            open.extend(whole.related(RelationKind::PartOf, RelationEnd::To));
        }
    }
    parts
}
