//! What is said otherwise with a change than without it.

use std::sync::Arc;

use async_graphql::{Context, Object, Result, SimpleObject};
use catalog_core::{
    graph::{CatalogGraph, Relation},
    query::{EntityChange, GraphDifference, RelationChange},
};

use crate::graphql::{
    page::{Page, page_in_order},
    types::{
        entity::{EntityObject, EntityPage},
        relation::{RelationClassValue, StrengthValue},
    },
};

/// What is said otherwise with a change than without it.
pub(crate) struct ChangedFactsObject {
    revision: u64,
    added: Vec<EntityObject>,
    removed: Vec<EntityObject>,
    changed: Vec<EntityChangeObject>,
    gained: Vec<StatedRelationObject>,
    lost: Vec<StatedRelationObject>,
    relations_changed: Vec<RelationChangeObject>,
}

/// An entity of which something else is said.
#[derive(Clone, SimpleObject)]
#[graphql(name = "EntityChange")]
pub(crate) struct EntityChangeObject {
    /// The entity, as it is with the change.
    entity: EntityObject,
    /// What is different.
    fields: Vec<FieldChangeObject>,
}

/// One thing that is said otherwise.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(name = "FieldChange")]
pub(crate) struct FieldChangeObject {
    /// `standing`, `kind`, `type`, `lifecycle`, `tier`, `owner`, `system`, `objectives` or `dataClasses`.
    field: &'static str,
    /// As it was; null where nothing was said.
    before: Option<String>,
    /// As it is; null where nothing is said.
    after: Option<String>,
}

/// A relation as it is with a change, or without it.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(name = "StatedRelation")]
pub(crate) struct StatedRelationObject {
    /// The ref of where it starts.
    from: String,
    /// Its name seen from there, as in `dependsOn`.
    relation: &'static str,
    /// The ref of where it ends.
    to: String,
    /// How it came to be known.
    class: RelationClassValue,
    /// How much the one needs the other; null where the relation is no need.
    strength: Option<StrengthValue>,
    /// Whether it is one of several needs of which one that works is enough.
    any_of: bool,
}

/// A relation that is said otherwise.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(name = "RelationChange")]
pub(crate) struct RelationChangeObject {
    /// What is different: `class`, `strength`, `alternatives` (what stands in for the other).
    changed: Vec<&'static str>,
    /// As it was.
    before: StatedRelationObject,
    /// As it is.
    after: StatedRelationObject,
}

impl ChangedFactsObject {
    pub(super) fn new(
        base: &Arc<CatalogGraph>,
        head: &Arc<CatalogGraph>,
        facts: &GraphDifference<'_, '_>,
    ) -> Self {
        let change = |of: &EntityChange<'_, '_>| EntityChangeObject {
            entity: EntityObject::new(head, of.after),
            fields: of
                .fields
                .iter()
                .map(|field| FieldChangeObject {
                    field: field.field.name(),
                    before: field.before.clone(),
                    after: field.after.clone(),
                })
                .collect(),
        };
        Self {
            revision: base.revision().0,
            added: facts.added.iter().map(|entity| EntityObject::new(head, *entity)).collect(),
            removed: facts.removed.iter().map(|entity| EntityObject::new(base, *entity)).collect(),
            changed: facts.changed.iter().map(change).collect(),
            gained: facts.relations_gained.iter().copied().map(Into::into).collect(),
            lost: facts.relations_lost.iter().copied().map(Into::into).collect(),
            relations_changed: facts.relations_changed.iter().map(Into::into).collect(),
        }
    }
}

/// What is said otherwise with a change than without it.
#[Object(name = "ChangedFacts")]
impl ChangedFactsObject {
    /// The entities that come with the change, by ref.
    async fn added(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many rows, 1 to 100; 50 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only rows behind this cursor.")] after: Option<String>,
    ) -> Result<EntityPage> {
        page_in_order(ctx, self.revision, &self.added, first, after)
    }

    /// The entities that go with the change, by ref, as they are without it.
    async fn removed(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many rows, 1 to 100; 50 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only rows behind this cursor.")] after: Option<String>,
    ) -> Result<EntityPage> {
        page_in_order(ctx, self.revision, &self.removed, first, after)
    }

    /// The entities of which something else is said, by ref.
    async fn changed(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many rows, 1 to 100; 50 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only rows behind this cursor.")] after: Option<String>,
    ) -> Result<Page<EntityChangeObject>> {
        page_in_order(ctx, self.revision, &self.changed, first, after)
    }

    /// The relations that come, by where they start.
    async fn relations_gained(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many rows, 1 to 100; 50 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only rows behind this cursor.")] after: Option<String>,
    ) -> Result<Page<StatedRelationObject>> {
        page_in_order(ctx, self.revision, &self.gained, first, after)
    }

    /// The relations that go, by where they start.
    async fn relations_lost(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many rows, 1 to 100; 50 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only rows behind this cursor.")] after: Option<String>,
    ) -> Result<Page<StatedRelationObject>> {
        page_in_order(ctx, self.revision, &self.lost, first, after)
    }

    /// The relations that are said otherwise, by where they start.
    async fn relations_changed(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many rows, 1 to 100; 50 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only rows behind this cursor.")] after: Option<String>,
    ) -> Result<Page<RelationChangeObject>> {
        page_in_order(ctx, self.revision, &self.relations_changed, first, after)
    }
}

impl From<Relation<'_>> for StatedRelationObject {
    fn from(relation: Relation<'_>) -> Self {
        Self {
            from: relation.from().name().to_string(),
            relation: relation.kind().name(),
            to: relation.to().name().to_string(),
            class: relation.class().into(),
            strength: relation.kind().needy_end().map(|_| relation.strength().into()),
            any_of: relation.any_of().is_some(),
        }
    }
}

impl From<&RelationChange<'_, '_>> for RelationChangeObject {
    fn from(change: &RelationChange<'_, '_>) -> Self {
        Self {
            changed: change.aspects.iter().map(|aspect| aspect.name()).collect(),
            before: change.before.into(),
            after: change.after.into(),
        }
    }
}
