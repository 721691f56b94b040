//! What the organisation is exposed to: the lists of four questions.

use std::{cmp::Reverse, sync::Arc};

use async_graphql::{Context, Object, Result};
use catalog_core::{
    graph::{CatalogGraph, Entity},
    model::Severity,
    query,
};

use super::call_limits::{RetryChainObject, RetryCircleObject, TimeoutInversionObject};
use super::concentration::{ExposureClassValue, ExposureObject};
use super::shared_fate::{IsolationBreachObject, SpuriousRedundancyObject};
use super::tier_inversion::{TierInversionObject, UnknownTierObject};
use crate::graphql::page::{Page, PageArguments, page};

/// What the organisation is exposed to.
pub(super) struct ExposurePart(pub(super) Arc<CatalogGraph>);

pub(super) fn ref_of(entity: Entity<'_>) -> String {
    entity.name().to_string()
}

pub(super) fn refs(entities: &[Entity<'_>]) -> Vec<String> {
    entities.iter().map(|entity| ref_of(*entity)).collect()
}

/// A severity as a part of a cursor: the worst first.
fn rank(severity: Severity) -> Reverse<u8> {
    Reverse(severity as u8)
}

#[Object]
impl ExposurePart {
    /// The number of the state of the catalog that the answer is from.
    async fn revision(&self) -> u64 {
        self.0.revision().0
    }

    /// What falls with each external party and each failure domain, if it alone fails: the one that brings
    /// down most critical entities first, then the one that degrades most of them, then by ref.
    async fn concentration(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only external parties, or only failure domains.")] class: Option<
            ExposureClassValue,
        >,
        #[graphql(desc = "How many rows, 1 to 100; 50 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only rows behind this cursor.")] after: Option<String>,
    ) -> Result<Page<ExposureObject>> {
        let mut answer = query::concentration(&self.0);
        if let Some(class) = class {
            answer.exposures.retain(|exposure| exposure.class == class.into());
        }
        page(
            ctx,
            self.0.revision(),
            &answer.exposures,
            &PageArguments::forward(first, after),
            |of| (Reverse(of.critical.down), Reverse(of.critical.degraded), ref_of(of.entity)),
            |of| ExposureObject::new(&self.0, of, answer.share(of.critical.down)),
        )
    }

    /// Entities that cannot work without less critical ones: critical entities first, then by tier and ref.
    async fn tier_inversions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many rows, 1 to 100; 50 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only rows behind this cursor.")] after: Option<String>,
    ) -> Result<Page<TierInversionObject>> {
        let answer = query::tier_inversions(&self.0);
        page(
            ctx,
            self.0.revision(),
            &answer.inversions,
            &PageArguments::forward(first, after),
            |of| (rank(of.severity), of.tier.number(), ref_of(of.entity), refs(&of.needed)),
            |of| TierInversionObject::new(&self.0, of),
        )
    }

    /// Entities without a tier that one with a tier cannot work without: the one that most critical entities
    /// need first, then by ref.
    async fn unknown_tiers(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many rows, 1 to 100; 50 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only rows behind this cursor.")] after: Option<String>,
    ) -> Result<Page<UnknownTierObject>> {
        let answer = query::tier_inversions(&self.0);
        page(
            ctx,
            self.0.revision(),
            &answer.unknown,
            &PageArguments::forward(first, after),
            |of| (Reverse(of.critical), ref_of(of.entity)),
            |of| UnknownTierObject::new(&self.0, of),
        )
    }

    /// Failure domains of one type that rest on something together, by the type.
    async fn isolation_breaches(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many rows, 1 to 100; 50 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only rows behind this cursor.")] after: Option<String>,
    ) -> Result<Page<IsolationBreachObject>> {
        let answer = query::shared_fate(&self.0);
        page(
            ctx,
            self.0.revision(),
            &answer.domains,
            &PageArguments::forward(first, after),
            |of| of.domain_type.clone(),
            |of| IsolationBreachObject::new(&self.0, of),
        )
    }

    /// Alternatives that all rest on one thing: what most critical entities count on first, then what most
    /// entities do, then by ref.
    async fn spurious_redundancies(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many rows, 1 to 100; 50 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only rows behind this cursor.")] after: Option<String>,
    ) -> Result<Page<SpuriousRedundancyObject>> {
        let answer = query::shared_fate(&self.0);
        page(
            ctx,
            self.0.revision(),
            &answer.alternatives,
            &PageArguments::forward(first, after),
            |of| (Reverse(of.critical), Reverse(of.needed_by.len()), refs(&of.members)),
            |of| SpuriousRedundancyObject::new(&self.0, of),
        )
    }

    /// Callers that give up before those they call do: by what is missing, the most first, then by ref.
    async fn timeout_inversions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many rows, 1 to 100; 50 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only rows behind this cursor.")] after: Option<String>,
    ) -> Result<Page<TimeoutInversionObject>> {
        let answer = query::call_limits(&self.0);
        page(
            ctx,
            self.0.revision(),
            &answer.timeouts,
            &PageArguments::forward(first, after),
            |of| {
                let call =
                    |of: &query::Call<'_>| (ref_of(of.from), ref_of(of.to), of.endpoint.map(str::to_owned));
                (Reverse(of.allowed_ms - of.timeout_ms), call(&of.call), call(&of.callee_call))
            },
            |of| TimeoutInversionObject::new(&self.0, of),
        )
    }

    /// Chains of calls on which retries multiply, the worst to each callee: the greatest amplification
    /// first, then by ref; a thousand at most.
    async fn retry_chains(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many rows, 1 to 100; 50 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only rows behind this cursor.")] after: Option<String>,
    ) -> Result<Page<RetryChainObject>> {
        let answer = query::call_limits(&self.0);
        let rows: Vec<(u64, RetryChainObject)> = (0..)
            .zip(&answer.chains)
            .map(|(position, of)| (position, RetryChainObject::new(&self.0, of)))
            .collect();
        page(
            ctx,
            self.0.revision(),
            &rows,
            &PageArguments::forward(first, after),
            |(position, _)| *position,
            |(_, chain)| chain.clone(),
        )
    }

    /// Circles of calls with retries, by ref: nothing bounds how often they call.
    async fn retry_circles(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many rows, 1 to 100; 50 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only rows behind this cursor.")] after: Option<String>,
    ) -> Result<Page<RetryCircleObject>> {
        let answer = query::call_limits(&self.0);
        page(
            ctx,
            self.0.revision(),
            &answer.circles,
            &PageArguments::forward(first, after),
            |of| of.links.first().map(|link| ref_of(link.from)).unwrap_or_default(),
            |of| RetryCircleObject::new(&self.0, of),
        )
    }
}
