//! What an answer about needs cannot know.

use std::sync::Arc;

use async_graphql::{Context, Object, Result};
use catalog_core::{graph::CatalogGraph, query::Unknowns};

use super::entity::EntityObject;
use crate::graphql::page::{Page, PageArguments, page};

/// What is not known about the entities of an answer; its rows by number.
pub(crate) struct UnknownsObject {
    graph: Arc<CatalogGraph>,
    undeclared: Vec<u32>,
    stale: Vec<u32>,
    without_manifests: Vec<u32>,
    unreadable_repositories: usize,
    repositories_without_manifests: usize,
}

impl UnknownsObject {
    pub(crate) fn new(graph: &Arc<CatalogGraph>, unknowns: &Unknowns<'_>) -> Self {
        let numbers =
            |entities: &[catalog_core::graph::Entity<'_>]| entities.iter().map(|of| of.index()).collect();
        Self {
            graph: Arc::clone(graph),
            undeclared: numbers(&unknowns.undeclared),
            stale: numbers(&unknowns.stale),
            without_manifests: numbers(&unknowns.without_manifests),
            unreadable_repositories: unknowns.unreadable_repositories.len(),
            repositories_without_manifests: unknowns.repositories_without_manifests,
        }
    }

    fn page(
        &self,
        ctx: &Context<'_>,
        rows: &[u32],
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Page<EntityObject>> {
        let entity = |number: &u32| self.graph.entity_at(*number);
        page(
            ctx,
            self.graph.revision(),
            rows,
            &PageArguments::forward(first, after),
            |number| entity(number).name().to_string(),
            |number| EntityObject::new(&self.graph, entity(number)),
        )
    }
}

/// What is not known about the entities of an answer, and so may be missing from it.
#[Object(name = "NotKnown")]
impl UnknownsObject {
    /// Entities of the answer that others name and nothing declares: what they need is not known.
    async fn undeclared(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many rows, 1 to 100; 50 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only rows behind this cursor.")] after: Option<String>,
    ) -> Result<Page<EntityObject>> {
        self.page(ctx, &self.undeclared, first, after)
    }

    /// Entities of the answer that are known from an earlier commit only.
    async fn stale(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many rows, 1 to 100; 50 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only rows behind this cursor.")] after: Option<String>,
    ) -> Result<Page<EntityObject>> {
        self.page(ctx, &self.stale, first, after)
    }

    /// Repositories of the answer, as entities, that hold no manifest of a catalog.
    async fn without_manifests(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many rows, 1 to 100; 50 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only rows behind this cursor.")] after: Option<String>,
    ) -> Result<Page<EntityObject>> {
        self.page(ctx, &self.without_manifests, first, after)
    }

    /// How many repositories of the whole catalog the last visit could not read.
    async fn unreadable_repositories(&self) -> usize {
        self.unreadable_repositories
    }

    /// How many repositories of the whole catalog hold no manifest of a catalog; they may need anything.
    async fn repositories_without_manifests(&self) -> usize {
        self.repositories_without_manifests
    }
}
