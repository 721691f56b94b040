//! Limits of calls that do not fit each other.

use std::sync::Arc;

use async_graphql::{Context, Object, Result, SimpleObject};
use catalog_core::{
    graph::CatalogGraph,
    model::{Origin, Severity},
    query::{Call, RetryChain, RetryCircle, RetryLink, StatedLimit, TimeoutInversion},
};

use crate::graphql::{
    page::{Page, PageArguments, page},
    types::{entity::EntityObject, origin::OriginObject, severity::SeverityValue},
};

/// A call with the limits that are stated.
#[derive(Clone, SimpleObject)]
#[graphql(name = "Call")]
pub(crate) struct CallObject {
    /// The caller.
    from: EntityObject,
    /// What is called: an entity, or an API that others provide.
    to: EntityObject,
    /// The endpoint; null where the statements are about all of them.
    endpoint: Option<String>,
    /// After how many milliseconds the caller gives up one attempt; null where nothing is said.
    timeout_ms: Option<StatedLimitObject>,
    /// How often the caller tries again; null where nothing is said.
    retries: Option<StatedLimitObject>,
}

/// A limit of a call, as it is stated.
#[derive(Clone, SimpleObject)]
#[graphql(name = "StatedLimit")]
pub(crate) struct StatedLimitObject {
    /// The value that is taken.
    value: u64,
    /// Where it is stated.
    origin: OriginObject,
    /// Other values that are stated for the same, the strongest first; they are not taken.
    contradicted_by: Vec<OtherLimitObject>,
}

/// A limit that is not taken.
#[derive(Clone, SimpleObject)]
#[graphql(name = "OtherLimit")]
pub(crate) struct OtherLimitObject {
    /// The value.
    value: u64,
    /// Where it is stated.
    origin: OriginObject,
}

/// A caller that gives up while what it calls is still waiting.
#[derive(Clone, SimpleObject)]
#[graphql(name = "TimeoutInversion")]
pub(crate) struct TimeoutInversionObject {
    /// `ERROR` where the caller is critical, else `WARNING`.
    severity: SeverityValue,
    /// The call that gives up.
    call: CallObject,
    /// Its timeout, in milliseconds.
    timeout_ms: u64,
    /// The one that is still waiting: what is called, or one that provides the API that is called.
    callee: EntityObject,
    /// What that one calls.
    callee_call: CallObject,
    /// How long it may wait for that, with all attempts, in milliseconds.
    allowed_ms: u64,
}

/// One call of a chain.
#[derive(Clone, SimpleObject)]
#[graphql(name = "RetryLink")]
pub(crate) struct RetryLinkObject {
    /// The caller.
    from: EntityObject,
    /// The callee; a provider where the caller is an API.
    to: EntityObject,
    /// How often it is tried; 1 where nothing is said.
    attempts: u64,
    /// Where the retries are stated; null where nothing is said.
    origin: Option<OriginObject>,
}

impl CallObject {
    fn new(graph: &Arc<CatalogGraph>, call: &Call<'_>) -> Self {
        Self {
            from: EntityObject::new(graph, call.from),
            to: EntityObject::new(graph, call.to),
            endpoint: call.endpoint.map(str::to_owned),
            timeout_ms: call.timeout_ms.as_ref().map(StatedLimitObject::from),
            retries: call.retries.as_ref().map(StatedLimitObject::from),
        }
    }
}

impl<T: Copy + Into<u64>> From<&StatedLimit<T>> for StatedLimitObject {
    fn from(limit: &StatedLimit<T>) -> Self {
        let other = |(value, origin): &(T, Origin)| OtherLimitObject {
            value: (*value).into(),
            origin: origin.clone().into(),
        };
        Self {
            value: limit.value.into(),
            origin: limit.origin.clone().into(),
            contradicted_by: limit.contradicted_by.iter().map(other).collect(),
        }
    }
}

impl TimeoutInversionObject {
    pub(super) fn new(graph: &Arc<CatalogGraph>, of: &TimeoutInversion<'_>) -> Self {
        Self {
            severity: of.severity().into(),
            call: CallObject::new(graph, &of.call),
            timeout_ms: of.timeout_ms,
            callee: EntityObject::new(graph, of.callee),
            callee_call: CallObject::new(graph, &of.callee_call),
            allowed_ms: of.allowed_ms,
        }
    }
}

/// The calls of a chain, as they are shown.
#[derive(Clone)]
struct Links {
    graph: Arc<CatalogGraph>,
    links: Vec<LinkRow>,
}

#[derive(Clone)]
struct LinkRow {
    position: u64,
    from: u32,
    to: u32,
    attempts: u64,
    origin: Option<Origin>,
}

impl Links {
    fn new(graph: &Arc<CatalogGraph>, links: &[RetryLink<'_>]) -> Self {
        let row = |(position, link): (u64, &RetryLink<'_>)| LinkRow {
            position,
            from: link.from.index(),
            to: link.to.index(),
            attempts: link.attempts,
            origin: link.call.as_ref().and_then(|call| Some(call.retries.as_ref()?.origin.clone())),
        };
        Self { graph: Arc::clone(graph), links: (0..).zip(links).map(row).collect() }
    }

    fn page(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Page<RetryLinkObject>> {
        let object = |number: u32| EntityObject::new(&self.graph, self.graph.entity_at(number));
        page(
            ctx,
            self.graph.revision(),
            &self.links,
            &PageArguments::forward(first, after),
            |link| link.position,
            |link| RetryLinkObject {
                from: object(link.from),
                to: object(link.to),
                attempts: link.attempts,
                origin: link.origin.clone().map(Into::into),
            },
        )
    }
}

/// A chain of calls on which several are tried again.
#[derive(Clone)]
pub(crate) struct RetryChainObject {
    amplification: u64,
    severity: Severity,
    links: Links,
}

impl RetryChainObject {
    pub(super) fn new(graph: &Arc<CatalogGraph>, of: &RetryChain<'_>) -> Self {
        Self { amplification: of.amplification, severity: of.severity(), links: Links::new(graph, &of.links) }
    }
}

/// A chain of calls on which several are tried again.
#[Object(name = "RetryChain")]
impl RetryChainObject {
    /// How much it matters.
    async fn severity(&self) -> SeverityValue {
        self.severity.into()
    }

    /// How many calls of the last callee one request can become.
    async fn amplification(&self) -> u64 {
        self.amplification
    }

    /// The calls, each beginning where the one before ends.
    async fn links(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many rows, 1 to 100; 50 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only rows behind this cursor.")] after: Option<String>,
    ) -> Result<Page<RetryLinkObject>> {
        self.links.page(ctx, first, after)
    }
}

/// A circle of calls in which something is tried again.
pub(crate) struct RetryCircleObject {
    amplification_each_round: u64,
    severity: Severity,
    links: Links,
}

impl RetryCircleObject {
    pub(super) fn new(graph: &Arc<CatalogGraph>, of: &RetryCircle<'_>) -> Self {
        Self {
            amplification_each_round: of.amplification_each_round,
            severity: of.severity(),
            links: Links::new(graph, &of.links),
        }
    }
}

/// A circle of calls in which something is tried again: nothing bounds how often it calls.
#[Object(name = "RetryCircle")]
impl RetryCircleObject {
    /// How much it matters.
    async fn severity(&self) -> SeverityValue {
        self.severity.into()
    }

    /// How many times more there is to do after each round.
    async fn amplification_each_round(&self) -> u64 {
        self.amplification_each_round
    }

    /// The calls, each beginning where the one before ends, the first where the last ends.
    async fn links(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many rows, 1 to 100; 50 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only rows behind this cursor.")] after: Option<String>,
    ) -> Result<Page<RetryLinkObject>> {
        self.links.page(ctx, first, after)
    }
}
