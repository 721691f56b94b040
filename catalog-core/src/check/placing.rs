//! Which entities a change is about: those whose files it touches, and those of which it says something else.

use std::collections::BTreeMap;

use crate::{
    graph::{CatalogGraph, DeclarationView, Entity, EntityStanding, Relation, RepositoryView},
    model::{Authority, ChangedPath, EntityRef, RelationEnd, StaleReason},
    query::{EntityPair, GraphDifference},
};

use super::{ChangeGround, ChangeQuestion, ChangeReason, ChangedEntity, location::Locations};

/// What a change is about.
pub(super) struct Placed<'b, 'a> {
    /// The entities, in the order of their refs.
    pub(super) changed: Vec<ChangedEntity<'b, 'a>>,
    /// The paths that belong to none, ascending.
    pub(super) unplaced: Vec<usize>,
}

/// By entity and ground the paths, ascending.
#[derive(Default)]
struct Reasons(BTreeMap<EntityRef, BTreeMap<ChangeGround, Vec<usize>>>);

impl Reasons {
    fn add(&mut self, entity: &EntityRef, ground: ChangeGround, path: Option<usize>) {
        let paths = self.0.entry(entity.clone()).or_default().entry(ground).or_default();
        if let Some(path) = path
            && paths.last() != Some(&path)
        {
            paths.push(path);
        }
    }
}

/// Finds the entities of a change. O(entities of the catalog + documents of the repository), and for each path
/// what lies above it.
pub(super) fn place<'b, 'a>(
    question: ChangeQuestion<'b, 'a, '_>,
    facts: &GraphDifference<'b, 'a>,
) -> Placed<'b, 'a> {
    let mut reasons = Reasons::default();
    let unplaced = place_paths(question, &mut reasons);
    place_facts(facts, &mut reasons);
    question.redefined.iter().for_each(|api| reasons.add(api, ChangeGround::DefinitionChanged, None));
    let mut changed: Vec<ChangedEntity<'b, 'a>> = Vec::with_capacity(reasons.0.len());
    for (name, grounds) in reasons.0 {
        let entity = EntityPair { before: named(question.base, &name), after: named(question.head, &name) };
        let reasons = grounds.into_iter().map(|(ground, paths)| ChangeReason { ground, paths }).collect();
        if entity.before.is_some() || entity.after.is_some() {
            changed.push(ChangedEntity { entity, reasons });
        }
    }
    Placed { changed, unplaced }
}

/// The entity of just this name.
pub(super) fn named<'g>(graph: &'g CatalogGraph, name: &EntityRef) -> Option<Entity<'g>> {
    graph.entity(name).filter(|entity| entity.name() == name)
}

/// Places each path; gives back those that belong to no entity.
fn place_paths(question: ChangeQuestion<'_, '_, '_>, reasons: &mut Reasons) -> Vec<usize> {
    let base_repository = question.base.repository(question.repository);
    let head_repository = question.head.repository(question.repository);
    let base =
        base_repository.map(|repository| Locations::of(question.base, repository, question.build_roots));
    let is_one = std::ptr::eq(question.base, question.head);
    let head =
        head_repository.filter(|_| !is_one).map(|of| Locations::of(question.head, of, question.build_roots));
    let sides = (base.as_ref(), if is_one { base.as_ref() } else { head.as_ref() });
    let mut unplaced = Vec::new();
    for (number, path) in question.paths.iter().enumerate() {
        if !place_path(sides, path, number, reasons) {
            unplaced.push(number);
        }
    }
    let itself = head_repository.and_then(RepositoryView::entity).map(Entity::name);
    let itself = itself.or_else(|| base_repository.and_then(RepositoryView::entity).map(Entity::name));
    if let Some(itself) = itself {
        unplaced.iter().for_each(|path| reasons.add(itself, ChangeGround::Repository, Some(*path)));
    }
    unplaced
}

type Sides<'s, 'b, 'a, 'q> = (Option<&'s Locations<'b, 'q>>, Option<&'s Locations<'a, 'q>>);

/// Places one path; says whether it belongs to anything.
fn place_path(
    (base, head): Sides<'_, '_, '_, '_>,
    path: &ChangedPath,
    number: usize,
    reasons: &mut Reasons,
) -> bool {
    let before = base.zip(path.before());
    let after = head.zip(path.after());
    let documents_before = before.map_or(&[][..], |(base, path)| base.manifest(path));
    let documents_after = after.map_or(&[][..], |(head, path)| head.manifest(path));
    let is_manifest = place_manifest(documents_before, documents_after, number, reasons);
    if is_manifest || is_ownership_file(path.bytes()) {
        return true;
    }
    let mut is_placed = false;
    let mut take = |entity: Entity<'_>, ground: ChangeGround| {
        is_placed = true;
        reasons.add(entity.name(), ground, Some(number));
    };
    if let Some((base, path)) = before {
        base.around(path).into_iter().for_each(|(entity, ground)| take(entity, ground));
    }
    if let Some((head, path)) = after {
        head.around(path).into_iter().for_each(|(entity, ground)| take(entity, ground));
    }
    is_placed
}

/// An ownership file changes what is said of entities, and is no part of one.
pub(super) fn is_ownership_file(path: &[u8]) -> bool {
    let name = path.rsplit(|byte| *byte == b'/').next().unwrap_or_default();
    matches!(name, b"CODEOWNERS" | b"OWNERS" | b"OWNERS_ALIASES")
}

/// Where a path is a manifest, notes the entities that it declares and of which it says something else. What
/// describes how something runs is a part of it, so that whatever is changed there counts. Says whether nothing
/// but a catalog reads the file.
fn place_manifest(
    before: &[DeclarationView<'_>],
    after: &[DeclarationView<'_>],
    number: usize,
    reasons: &mut Reasons,
) -> bool {
    let mut is_of_catalog = false;
    for entity in after.iter().filter(|of| is_broken(**of)).filter_map(|of| of.entity()) {
        reasons.add(entity.name(), ChangeGround::ManifestBroken, Some(number));
    }
    for declaration in before {
        is_of_catalog |= note(*declaration, after, number, reasons);
    }
    for declaration in after {
        is_of_catalog |= note(*declaration, before, number, reasons);
    }
    is_of_catalog
}

/// Whether a document is only known as it was when its manifest could be read.
pub(super) fn is_broken(declaration: DeclarationView<'_>) -> bool {
    let stale = declaration.staleness();
    stale.is_some_and(|stale| matches!(stale.reason, StaleReason::Invalid | StaleReason::Refused))
}

fn note(
    declaration: DeclarationView<'_>,
    others: &[DeclarationView<'_>],
    number: usize,
    reasons: &mut Reasons,
) -> bool {
    let is_of_catalog = declaration.format().authority() <= Authority::OtherCatalog;
    if let Some(entity) = declaration.entity() {
        let is_same = |other: &DeclarationView<'_>| declaration.says_the_same(*other);
        if !is_of_catalog || !others.iter().any(is_same) {
            reasons.add(entity.name(), ChangeGround::ManifestChanged, Some(number));
        }
    }
    is_of_catalog
}

/// Notes the entities of which the graphs say something else.
fn place_facts(facts: &GraphDifference<'_, '_>, reasons: &mut Reasons) {
    let is_known = |entity: &Entity<'_>| entity.standing() != EntityStanding::Placeholder;
    for entity in facts.added.iter().filter(|entity| is_known(entity)) {
        reasons.add(entity.name(), ChangeGround::Added, None);
    }
    for entity in facts.removed.iter().filter(|entity| is_known(entity)) {
        reasons.add(entity.name(), ChangeGround::Removed, None);
    }
    for change in &facts.changed {
        let ground = match (is_known(&change.before), is_known(&change.after)) {
            (false, false) => continue,
            (false, true) => ChangeGround::Added,
            (true, false) => ChangeGround::Removed,
            (true, true) => ChangeGround::FactsChanged,
        };
        reasons.add(change.after.name(), ground, None);
    }
    for relation in &facts.relations_gained {
        note_relation(*relation, reasons);
    }
    for relation in &facts.relations_lost {
        note_relation(*relation, reasons);
    }
    for change in &facts.relations_changed {
        note_relation(change.before, reasons);
        note_relation(change.after, reasons);
    }
    for pair in facts.needs_changed() {
        // What nothing declares may need something, too: others say so of it.
        let Some(name) = pair.after.map(Entity::name).or(pair.before.map(Entity::name)) else { continue };
        let is_told = reasons.0.get(name).is_some_and(|grounds| {
            grounds.keys().next().is_some_and(|ground| *ground < ChangeGround::NeedsChanged)
        });
        if !is_told {
            reasons.add(name, ChangeGround::NeedsChanged, None);
        }
    }
}

/// Notes the entities whose manifests state a relation.
fn note_relation(relation: Relation<'_>, reasons: &mut Reasons) {
    for source in relation.sources() {
        let end = match source.subject {
            RelationEnd::From => relation.from(),
            RelationEnd::To => relation.to(),
        };
        if end.standing() == EntityStanding::Placeholder {
            continue;
        }
        let grounds = reasons.0.get(end.name());
        let is_told =
            grounds.is_some_and(|grounds| grounds.keys().any(|of| *of <= ChangeGround::FactsChanged));
        if !is_told {
            reasons.add(end.name(), ChangeGround::FactsChanged, None);
        }
    }
}
