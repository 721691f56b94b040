//! Calls: what an entity asks of another one, how long it waits, and how often it tries again.

use crate::{
    graph::{Entity, Relation},
    model::{NeedTerms, Origin, RelationClass, RelationKind},
};

/// What one entity asks of another one.
#[derive(Clone, Debug)]
pub struct Call<'g> {
    /// The caller.
    pub from: Entity<'g>,
    /// What is called: an entity, or an API that others provide.
    pub to: Entity<'g>,
    /// The endpoint, where the statements are about one alone.
    pub endpoint: Option<&'g str>,
    /// After how many milliseconds the caller gives up one attempt.
    pub timeout_ms: Option<StatedLimit<u64>>,
    /// How often the caller tries again.
    pub retries: Option<StatedLimit<u32>>,
}

/// A limit of a call, as it is stated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatedLimit<T> {
    /// The value that is taken: that of the format with the most authority, of several the first by
    /// repository, path and document.
    pub value: T,
    /// Where it is stated.
    pub origin: Origin,
    /// Other values that are stated for the same, with their places; the strongest first.
    pub contradicted_by: Vec<(T, Origin)>,
}

impl Call<'_> {
    /// How often it is tried in all; 1 where nothing is said.
    pub fn attempts(&self) -> u64 {
        self.retries.as_ref().map_or(1, |retries| u64::from(retries.value) + 1)
    }

    /// For how many milliseconds it may go on in all, with all its attempts; `None` without a timeout.
    pub fn allowed_ms(&self) -> Option<u64> {
        Some(self.timeout_ms.as_ref()?.value.saturating_mul(self.attempts()))
    }

    /// Whether it is said twice, and not the same.
    pub fn is_contradicted(&self) -> bool {
        self.timeout_ms.as_ref().is_some_and(|limit| !limit.contradicted_by.is_empty())
            || self.retries.as_ref().is_some_and(|limit| !limit.contradicted_by.is_empty())
    }
}

/// The entities that one calls, ascending, each once; itself and what only describes a deployment left out.
pub(super) fn callees(entity: Entity<'_>) -> Vec<Entity<'_>> {
    let mut callees: Vec<Entity<'_>> = call_relations(entity).map(Relation::to).collect();
    callees.sort_unstable_by_key(|callee| callee.index());
    callees.dedup();
    callees
}

fn call_relations(entity: Entity<'_>) -> impl Iterator<Item = Relation<'_>> {
    entity.outgoing().filter(move |relation| {
        matches!(relation.kind(), RelationKind::DependsOn | RelationKind::ConsumesApi)
            && relation.class() != RelationClass::Deployed
            && relation.to() != entity
    })
}

/// Those that provide an API, ascending; what only describes a deployment left out.
pub(super) fn providers(api: Entity<'_>) -> Vec<Entity<'_>> {
    let provided = api.incoming().filter(|relation| {
        relation.kind() == RelationKind::ProvidesApi && relation.class() != RelationClass::Deployed
    });
    let mut providers: Vec<Entity<'_>> = provided.map(Relation::from).collect();
    providers.sort_unstable_by_key(|provider| provider.index());
    providers.dedup();
    providers
}

/// The calls of an entity of which some limit is stated, by what is called and by endpoint.
pub(super) fn stated_calls(entity: Entity<'_>) -> Vec<Call<'_>> {
    let mut statements: Vec<(Entity<'_>, &NeedTerms, Origin)> = Vec::new();
    for relation in call_relations(entity) {
        for (terms, origin) in relation.terms() {
            if terms.timeout_ms.is_some() || terms.retries.is_some() {
                statements.push((relation.to(), terms, origin));
            }
        }
    }
    // A statement is known to each relation of its two entities.
    statements.sort_by(|a, b| key(a).cmp(&key(b)));
    statements.dedup_by(|a, b| a.0 == b.0 && a.1 == b.1 && a.2 == b.2);
    let same = |a: &(Entity<'_>, &NeedTerms, Origin), b: &(Entity<'_>, &NeedTerms, Origin)| {
        a.0 == b.0 && a.1.endpoint == b.1.endpoint
    };
    let calls = statements.chunk_by(same).map(|of_one| Call {
        from: entity,
        to: of_one[0].0,
        endpoint: of_one[0].1.endpoint.as_deref(),
        timeout_ms: limit(of_one.iter().filter_map(|(_, terms, origin)| Some((terms.timeout_ms?, origin)))),
        retries: limit(of_one.iter().filter_map(|(_, terms, origin)| Some((terms.retries?, origin)))),
    });
    calls.collect()
}

/// What is called, the endpoint, and what is believed first.
fn key<'a>(
    (to, terms, origin): &'a (Entity<'_>, &NeedTerms, Origin),
) -> (u32, Option<&'a str>, crate::model::Authority, &'a Origin) {
    (to.index(), terms.endpoint.as_deref(), origin.format.authority(), origin)
}

/// The first of some values, and those that contradict it.
fn limit<'a, T: Copy + PartialEq>(
    mut stated: impl Iterator<Item = (T, &'a Origin)>,
) -> Option<StatedLimit<T>> {
    let (value, origin) = stated.next()?;
    let contradicted_by = stated.filter(|(other, _)| *other != value);
    Some(StatedLimit {
        value,
        origin: origin.clone(),
        contradicted_by: contradicted_by.map(|(value, origin)| (value, origin.clone())).collect(),
    })
}
