//! What it means for something to fail: an entity, a region, a vendor, a system, a repository, a team.

use crate::{
    graph::{Entity, EntityStanding, RepositoryView},
    model::{RelationEnd, RelationKind},
};

/// Something that is said to fail, with what fails with it.
#[derive(Clone, Debug)]
pub struct Failing<'g> {
    /// What was named.
    pub entity: Entity<'g>,
    /// What its failure means.
    pub meaning: FailureMeaning,
    /// What does not work then, in the order of refs.
    pub down: Vec<Entity<'g>>,
    /// What works and has nobody to act for it, in the order of refs.
    pub unattended: Vec<Entity<'g>>,
}

/// What the failure of an entity means, by its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FailureMeaning {
    /// It does not work: a component, an API, a resource; a region or a vendor among them.
    Itself,
    /// Everything that is a part of it does not work: a system or a domain.
    Parts,
    /// Everything that a repository declares does not work.
    Repository,
    /// It cannot act: a group with all below it, or a person. Ownership carries no failure, so that what is
    /// owned goes on working, with nobody to call.
    CannotAct,
}

impl FailureMeaning {
    /// The meaning in words, as JSON shows it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Itself => "itself",
            Self::Parts => "parts",
            Self::Repository => "repository",
            Self::CannotAct => "cannot-act",
        }
    }
}

/// What fails with an entity. O(what belongs to it).
pub fn failing(entity: Entity<'_>) -> Failing<'_> {
    let (meaning, mut down, mut unattended) = match entity.name().kind() {
        "group" | "user" => {
            let teams = with_everything_below(entity, RelationKind::ChildOf);
            let owned = teams.into_iter().flat_map(Entity::owned).collect();
            (FailureMeaning::CannotAct, Vec::new(), owned)
        }
        "system" | "domain" => {
            (FailureMeaning::Parts, with_everything_below(entity, RelationKind::PartOf), Vec::new())
        }
        _ if entity.standing() == EntityStanding::Repository => {
            let declared = entity.repository().into_iter().flat_map(RepositoryView::entities);
            let runs = |entity: &Entity<'_>| !matches!(entity.name().kind(), "group" | "user" | "location");
            let down = declared.filter(runs).chain([entity]).collect();
            (FailureMeaning::Repository, down, Vec::new())
        }
        _ => (FailureMeaning::Itself, vec![entity], Vec::new()),
    };
    for list in [&mut down, &mut unattended] {
        list.sort_unstable_by_key(|entity| entity.index());
        list.dedup();
    }
    Failing { entity, meaning, down, unattended }
}

/// An entity with everything that is transitively a child or a part of it.
fn with_everything_below(entity: Entity<'_>, kind: RelationKind) -> Vec<Entity<'_>> {
    let mut met = rustc_hash::FxHashSet::from_iter([entity.index()]);
    let mut found = vec![entity];
    let mut next = 0;
    while let Some(whole) = found.get(next).copied() {
        next += 1;
        found.extend(whole.related(kind, RelationEnd::To).filter(|part| met.insert(part.index())));
    }
    found
}
