//! Cycles of needs.

use std::{cmp::Reverse, sync::Arc};

use async_graphql::{Context, Object, Result};
use catalog_core::{
    graph::{CatalogGraph, Entity},
    query,
};

use crate::graphql::{
    page::{Page, PageArguments, page},
    types::{
        entity::EntityObject,
        need_path::{NeedStepObject, links_page},
    },
};

/// The field of the structure.
pub(crate) struct CyclesPart(pub(super) Arc<CatalogGraph>);

#[Object]
impl CyclesPart {
    /// Who needs whom in a circle: the largest sets of entities that all transitively need each other, the
    /// one with most entities first, then by the first ref.
    async fn cycles(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many rows, 1 to 100; 50 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only rows behind this cursor.")] after: Option<String>,
    ) -> Result<Page<NeedCycleObject>> {
        page(
            ctx,
            self.0.revision(),
            &query::need_cycles(&self.0),
            &PageArguments::forward(first, after),
            |cycle| (Reverse(cycle.members.len()), cycle.members.first().map(|of| of.name().to_string())),
            |cycle| NeedCycleObject::new(&self.0, cycle),
        )
    }
}

/// A cycle by numbers, with its proof.
pub(crate) struct NeedCycleObject {
    graph: Arc<CatalogGraph>,
    members: Vec<u32>,
    owners: Vec<u32>,
    hard_members: usize,
    critical: usize,
    is_smallest: bool,
    witness: Vec<u32>,
}

impl NeedCycleObject {
    fn new(graph: &Arc<CatalogGraph>, cycle: &query::NeedCycle<'_>) -> Self {
        Self {
            graph: Arc::clone(graph),
            members: cycle.members.iter().map(|member| member.index()).collect(),
            owners: cycle.owners().into_iter().map(Entity::index).collect(),
            hard_members: cycle.hard_members,
            critical: cycle.critical(),
            is_smallest: cycle.is_smallest,
            witness: cycle.witness_entities().iter().map(|entity| entity.index()).collect(),
        }
    }

    fn page_of(
        &self,
        ctx: &Context<'_>,
        numbers: &[u32],
        arguments: &PageArguments,
    ) -> Result<Page<EntityObject>> {
        let name = |number: &u32| self.graph.entity_at(*number).name().to_string();
        let object = |number: &u32| EntityObject::new(&self.graph, self.graph.entity_at(*number));
        page(ctx, self.graph.revision(), numbers, arguments, name, object)
    }
}

/// Entities that all transitively need each other, by needs of any strength.
#[Object(name = "NeedCycle")]
impl NeedCycleObject {
    /// The entities, by ref.
    async fn members(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many rows, 1 to 100; 50 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only rows behind this cursor.")] after: Option<String>,
    ) -> Result<Page<EntityObject>> {
        self.page_of(ctx, &self.members, &PageArguments::forward(first, after))
    }

    /// How many of them are in a circle of hard needs alone, in which one that is down brings all down.
    async fn hard_members(&self) -> usize {
        self.hard_members
    }

    /// How many of them are critical: of tier 0 or 1.
    async fn critical(&self) -> usize {
        self.critical
    }

    /// Who answers for them, by ref: who has to agree where the circle is to be broken.
    async fn owners(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many rows, 1 to 100; 50 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only rows behind this cursor.")] after: Option<String>,
    ) -> Result<Page<EntityObject>> {
        self.page_of(ctx, &self.owners, &PageArguments::forward(first, after))
    }

    /// One smallest circle among them: each link begins where the one before ends, and the last ends where
    /// the first begins.
    async fn witness(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many rows, 1 to 100; 50 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only rows behind this cursor.")] after: Option<String>,
    ) -> Result<Page<NeedStepObject>> {
        let next = self.witness.iter().cycle().skip(1);
        let links: Vec<(u32, u32)> = self.witness.iter().copied().zip(next.copied()).collect();
        links_page(ctx, &self.graph, &links, &PageArguments::forward(first, after))
    }

    /// Whether no circle among them is smaller than `witness`; for a very large cycle only a short one is
    /// looked for.
    async fn smallest(&self) -> bool {
        self.is_smallest
    }
}
