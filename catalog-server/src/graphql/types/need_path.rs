//! A proof that one entity needs another.

use std::sync::Arc;

use async_graphql::{Context, Result, SimpleObject};
use catalog_core::{graph::CatalogGraph, model::RelationEnd, query};

use super::{
    entity::EntityObject,
    relation::{RelationObject, RelationSeen},
};
use crate::graphql::page::{Page, PageArguments, page};

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
    pub(crate) fn new(graph: &Arc<CatalogGraph>, answer: &query::NeedPaths<'_>) -> Self {
        let paths = answer.paths.iter().map(|steps| NeedPath::new(graph, steps)).collect();
        Self { paths, count: answer.count.to_string() }
    }
}

impl NeedStepObject {
    pub(crate) fn new(graph: &Arc<CatalogGraph>, step: &query::NeedStep<'_>) -> Self {
        let relations = step.relations.iter().map(|relation| {
            let end = if relation.from() == step.from { RelationEnd::From } else { RelationEnd::To };
            RelationObject::new(graph, RelationSeen { relation: *relation, end })
        });
        Self {
            from: EntityObject::new(graph, step.from),
            to: EntityObject::new(graph, step.to),
            relations: relations.collect(),
        }
    }
}

/// A page of the links of a chain, which are pairs of numbers in the order of the chain.
pub(crate) fn links_page(
    ctx: &Context<'_>,
    graph: &Arc<CatalogGraph>,
    links: &[(u32, u32)],
    arguments: &PageArguments,
) -> Result<Page<NeedStepObject>> {
    let numbered: Vec<(usize, (u32, u32))> = links.iter().copied().enumerate().collect();
    page(
        ctx,
        graph.revision(),
        &numbered,
        arguments,
        |(position, _)| *position,
        |(_, (from, to))| {
            let step = query::need_step(graph.entity_at(*from), graph.entity_at(*to));
            NeedStepObject::new(graph, &step)
        },
    )
}

impl NeedPath {
    pub(crate) fn new(graph: &Arc<CatalogGraph>, steps: &[query::NeedStep<'_>]) -> Self {
        Self { steps: steps.iter().map(|step| NeedStepObject::new(graph, step)).collect() }
    }
}
