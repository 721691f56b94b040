//! What a review is about: which entities its scope means, and what they are at the start.

use std::sync::Arc;

use crate::{
    graph::{CatalogGraph, DeclarationView, Entity},
    model::{EntityRef, NewReview, Person, ReviewId, ReviewItem, ReviewScope, Timestamp},
    query::{EntityFilter, must_be_owned},
};

/// What is said of a review that is to begin, beside its scope.
#[derive(Clone, Debug)]
pub struct ReviewTerms {
    /// Its id; `None` for one that suits its title.
    pub id: Option<ReviewId>,
    /// What people call it.
    pub title: Box<str>,
    /// Who begins it.
    pub by: Person,
    /// The last moment at which an answer is in time.
    pub due: Timestamp,
    /// How many days before the start a change still confirms; `None` where only people confirm.
    pub automatic_days: Option<u32>,
}

/// The entities that a scope means: of those that must be owned, the ones that pass, in the order of
/// their refs. O(entities).
pub fn entities_in_scope<'g>(graph: &'g CatalogGraph, scope: &ReviewScope) -> Vec<Entity<'g>> {
    let texts = |texts: &[Box<str>]| texts.iter().map(ToString::to_string).collect();
    let filter = EntityFilter {
        kinds: texts(&scope.kinds),
        namespaces: texts(&scope.namespaces),
        owners: scope.owners.clone(),
        systems: scope.systems.clone(),
        repositories: texts(&scope.repositories),
        ..EntityFilter::default()
    };
    let has_tier = |entity: Entity<'_>| {
        scope.tiers.is_empty() || entity.tier().is_some_and(|tier| scope.tiers.contains(&tier))
    };
    let is_meant = |entity: &Entity<'_>| must_be_owned(*entity) && filter.matches(*entity);
    graph.entities().filter(|entity| is_meant(entity) && has_tier(*entity)).collect()
}

/// The review of what a scope means in a graph, which holds what its entities are now. O(entities).
pub fn new_review(graph: &CatalogGraph, scope: ReviewScope, terms: ReviewTerms) -> NewReview {
    let item = |entity: Entity<'_>| ReviewItem {
        entity: entity.name().clone(),
        owner: entity.owner().map(|owner| owner.name().clone()),
        manifest: entity.declaration().map(DeclarationView::content),
        changed_at: entity.declaration().and_then(manifest_changed_at),
    };
    let items: Arc<[ReviewItem]> = entities_in_scope(graph, &scope).into_iter().map(item).collect();
    let ReviewTerms { id, title, by, due, automatic_days } = terms;
    NewReview { id, title, scope, items, by, due, automatic_days }
}

/// When the manifest of a declaration was last changed. A stale one says nothing of what it is now.
fn manifest_changed_at(declaration: DeclarationView<'_>) -> Option<Timestamp> {
    let history = declaration.repository().history().filter(|_| declaration.staleness().is_none())?;
    history.manifest_changed_at(declaration.path())
}

/// A scope in words, as in `of kind component, owned by group:shop`; `everything that must be owned`
/// where nothing is left out.
pub fn scope_sentence(scope: &ReviewScope) -> String {
    let texts = |texts: &[Box<str>]| texts.join(" or ");
    let refs = |refs: &[EntityRef]| refs.iter().map(EntityRef::short).collect::<Vec<_>>().join(" or ");
    let tiers: Vec<String> = scope.tiers.iter().map(|tier| tier.number().to_string()).collect();
    let parts = [
        ("of kind", texts(&scope.kinds)),
        ("in namespace", texts(&scope.namespaces)),
        ("owned by", refs(&scope.owners)),
        ("part of", refs(&scope.systems)),
        ("declared in", texts(&scope.repositories)),
        ("of tier", tiers.join(" or ")),
    ];
    let said: Vec<String> = parts
        .into_iter()
        .filter(|(_, values)| !values.is_empty())
        .map(|(word, values)| format!("{word} {values}"))
        .collect();
    if said.is_empty() { "everything that must be owned".to_owned() } else { said.join(", ") }
}
