//! The longest chains of hard needs.

use std::sync::Arc;

use async_graphql::{Context, Object, Result, SimpleObject};
use catalog_core::{graph::CatalogGraph, query};

use crate::graphql::{GraphqlLimits, types::need_path::NeedStepObject};

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
            steps: chain.steps().iter().map(|step| NeedStepObject::new(&self.0, step)).collect(),
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

/// A chain of hard needs.
#[derive(Clone, SimpleObject)]
#[graphql(name = "NeedChain")]
pub(crate) struct NeedChainObject {
    /// How many needs it has, without those within circles.
    length: usize,
    /// How many teams and people answer for its entities.
    owner_count: usize,
    /// The links, each beginning where the one before ends.
    steps: Vec<NeedStepObject>,
}
