//! A proof that one entity needs another.

use std::sync::Arc;

use async_graphql::SimpleObject;
use catalog_core::{graph::CatalogGraph, model::RelationEnd, query};

use super::{entity::EntityObject, relation::RelationObject};

/// One shortest chain of needs between an entity and the nearest of those asked about.
#[derive(Clone, SimpleObject)]
pub(crate) struct NeedPath {
    /// The links, beginning at the entity that needs; empty where the entity is one of those asked about.
    steps: Vec<NeedStepObject>,
}

/// The shortest chains of needs between an entity and the nearest of those asked about.
#[derive(Clone, SimpleObject)]
pub(crate) struct NeedPaths {
    /// The chains, as many as were asked for, by the refs on the way.
    paths: Vec<NeedPath>,
    /// How many there are in all, as a decimal number: there can be more than an integer holds.
    count: String,
}

/// One link of a chain of needs.
#[derive(Clone, SimpleObject)]
#[graphql(name = "NeedStep")]
pub(crate) struct NeedStepObject {
    /// The entity that needs.
    from: EntityObject,
    /// The entity that is needed.
    to: EntityObject,
    /// The relations that say so, seen from `from`.
    relations: Vec<RelationObject>,
}

impl NeedPaths {
    pub(crate) fn new(graph: &Arc<CatalogGraph>, answer: query::NeedPaths<'_>) -> Self {
        let paths = answer.paths.into_iter().map(|steps| NeedPath::new(graph, steps)).collect();
        Self { paths, count: answer.count.to_string() }
    }
}

impl NeedPath {
    pub(crate) fn new(graph: &Arc<CatalogGraph>, steps: Vec<query::NeedStep<'_>>) -> Self {
        let step = |step: query::NeedStep<'_>| NeedStepObject {
            from: EntityObject::new(graph, step.from),
            to: EntityObject::new(graph, step.to),
            relations: step
                .relations
                .iter()
                .map(|relation| {
                    let end = if relation.from() == step.from { RelationEnd::From } else { RelationEnd::To };
                    RelationObject::new(graph, *relation, end)
                })
                .collect(),
        };
        Self { steps: steps.into_iter().map(step).collect() }
    }
}
