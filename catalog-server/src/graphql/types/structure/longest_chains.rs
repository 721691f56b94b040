//! The longest chains of hard needs.

use std::sync::Arc;

use async_graphql::{Context, Object, Result, SimpleObject};
use catalog_core::{graph::CatalogGraph, query};

use crate::graphql::{
    GraphqlLimits,
    page::{Page, PageArguments},
    types::need_path::{NeedStepObject, links_page},
};

/// The field of the structure.
pub(crate) struct LongestChainsPart(pub(super) Arc<CatalogGraph>);

#[Object]
impl LongestChainsPart {
    /// How many entities have to work one behind the other: the longest chains of hard needs, in which
    /// entities that hard-need each other in a circle are one step.
    async fn longest_chains(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many chains at most, 1 to 100; 10 where it is left out.")] first: Option<i32>,
    ) -> Result<LongestChainsObject> {
        let count_max = chain_count(ctx, first)?;
        let answer = query::longest_chains(&self.0, count_max);
        let chain = |chain: &query::NeedChain<'_>| NeedChainObject {
            length: chain.length,
            owner_count: chain.owner_count(),
            graph: Arc::clone(&self.0),
            entities: chain.entities.iter().map(|entity| entity.index()).collect(),
        };
        Ok(LongestChainsObject {
            longest: answer.levels.len().saturating_sub(1),
            chains: answer.chains.iter().map(chain).collect(),
        })
    }
}

fn chain_count(ctx: &Context<'_>, first: Option<i32>) -> Result<usize> {
    const DEFAULT: usize = 10;
    match first {
        None => Ok(DEFAULT),
        Some(first) => crate::graphql::page::row_count("first", first, ctx.data::<GraphqlLimits>()?),
    }
}

/// The longest chains of hard needs.
#[derive(Clone, SimpleObject)]
#[graphql(name = "LongestChains")]
pub(crate) struct LongestChainsObject {
    /// How many needs the longest chain has.
    longest: usize,
    /// The longest chains from entities that nothing outside of their own circle hard-needs, the longest
    /// first, then by the ref of the first entity; of those that are the same behind their first need only
    /// the first.
    chains: Vec<NeedChainObject>,
}

/// A chain by numbers.
#[derive(Clone)]
pub(crate) struct NeedChainObject {
    graph: Arc<CatalogGraph>,
    length: usize,
    owner_count: usize,
    entities: Vec<u32>,
}

/// A chain of hard needs.
#[Object(name = "NeedChain")]
impl NeedChainObject {
    /// How many needs it has, without those within circles.
    async fn length(&self) -> usize {
        self.length
    }

    /// How many teams and people answer for its entities.
    async fn owner_count(&self) -> usize {
        self.owner_count
    }

    /// The links, each beginning where the one before ends.
    async fn steps(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many rows, 1 to 100; 50 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only rows behind this cursor.")] after: Option<String>,
    ) -> Result<Page<NeedStepObject>> {
        let links: Vec<(u32, u32)> = self.entities.windows(2).map(|link| (link[0], link[1])).collect();
        links_page(ctx, &self.graph, &links, &PageArguments::forward(first, after))
    }
}
