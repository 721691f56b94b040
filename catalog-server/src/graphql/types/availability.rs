//! What entities promise, against what their needs allow.

use std::{cmp::Reverse, sync::Arc};

use async_graphql::{Context, Enum, Object, Result, SimpleObject};
use catalog_core::{
    graph::CatalogGraph,
    model::{Availability, Origin, Severity},
    needs::BoundMethod,
    query::{self, AllowedAvailability, AvailabilityPromise, AvailabilityRule},
};

use super::{
    entity::EntityObject, not_found::EntityNotFoundObject, origin::OriginObject, severity::SeverityValue,
};
use crate::graphql::page::{Page, PageArguments, page};

/// How a bound was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(name = "BoundMethod", remote = "BoundMethod")]
pub(crate) enum BoundMethodValue {
    /// As a product: nothing is shared between alternatives. Exact.
    Product,
    /// By factoring what alternatives share. Exact.
    Factoring,
    /// By inequalities, since too much is shared: the lower end may be too low, and the upper one too high.
    Association,
}

/// What entities promise, computed whole; its rows by number.
pub(crate) struct AvailabilityObject {
    graph: Arc<CatalogGraph>,
    rows: Vec<EntityAvailabilityObject>,
    promised: usize,
    inexact: usize,
    unknown: Vec<EntityNotFoundObject>,
}

/// What one entity promises.
#[derive(Clone)]
pub(crate) struct EntityAvailabilityObject {
    graph: Arc<CatalogGraph>,
    entity: u32,
    promise: Option<PromiseObject>,
    lower: AllowedAvailability,
    upper: AllowedAvailability,
    budget_taken: Option<f64>,
    needed: Option<u32>,
    unknown: Option<u32>,
    external: Vec<(u32, Availability, Option<f64>)>,
    findings: Vec<FindingRow>,
}

#[derive(Clone)]
struct FindingRow {
    rule: &'static AvailabilityRule,
    message: String,
    related: Vec<u32>,
    origins: Vec<Origin>,
}

impl AvailabilityObject {
    pub(crate) fn new(
        graph: &Arc<CatalogGraph>,
        answer: &query::AvailabilityAnswer<'_>,
        unknown: Vec<EntityNotFoundObject>,
    ) -> Self {
        Self {
            graph: Arc::clone(graph),
            rows: answer.entities.iter().map(|row| EntityAvailabilityObject::new(graph, row)).collect(),
            promised: answer.promised,
            inexact: answer.inexact,
            unknown,
        }
    }
}

/// What entities promise, against what their hard needs allow. It is always computed whole; only its lists
/// come in pages.
#[Object(name = "Availability")]
impl AvailabilityObject {
    /// The number of the state of the catalog that the answer is from.
    async fn revision(&self) -> u64 {
        self.graph.revision().0
    }

    /// The names asked about that are not in the catalog, with those that may be meant.
    async fn unknown(&self) -> &[EntityNotFoundObject] {
        &self.unknown
    }

    /// How many entities of the catalog promise an availability.
    async fn promised(&self) -> usize {
        self.promised
    }

    /// How many entities of the answer are only bounded, at one end or both.
    async fn inexact(&self) -> usize {
        self.inexact
    }

    /// The entities: those with the worst finding first, then those whose needs take most of their error
    /// budget, then by ref.
    async fn entities(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many rows, 1 to 100; 50 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only rows behind this cursor.")] after: Option<String>,
    ) -> Result<Page<EntityAvailabilityObject>> {
        page(
            ctx,
            self.graph.revision(),
            &self.rows,
            &PageArguments::forward(first, after),
            EntityAvailabilityObject::key,
            Clone::clone,
        )
    }
}

impl EntityAvailabilityObject {
    fn new(graph: &Arc<CatalogGraph>, row: &query::EntityAvailability<'_>) -> Self {
        let budget = row.promise.as_ref().map(|promise| promise.availability);
        let of_budget = |share: &query::ExternalShare<'_>| budget.map(|budget| share.of_budget(budget));
        Self {
            graph: Arc::clone(graph),
            entity: row.entity.index(),
            promise: row.promise.as_ref().map(PromiseObject::new),
            lower: row.lower,
            upper: row.upper,
            budget_taken: row.budget_taken(),
            needed: row.needed,
            unknown: row.unknown,
            external: row
                .external
                .iter()
                .map(|share| (share.party.index(), share.promise, of_budget(share)))
                .collect(),
            findings: row
                .findings
                .iter()
                .map(|finding| FindingRow {
                    rule: finding.rule,
                    message: finding.message.clone(),
                    related: finding.related.iter().map(|related| related.index()).collect(),
                    origins: finding.origins.clone(),
                })
                .collect(),
        }
    }

    /// Where it stands in the order of the answer.
    fn key(&self) -> (Reverse<u8>, Reverse<u64>, String) {
        let worst: Option<Severity> = self.findings.iter().map(|finding| finding.rule.severity).max();
        let severity = worst.map_or(0, |severity| severity as u8 + 1);
        // The bits of numbers that are not negative are in the order of the numbers.
        let taken = self.budget_taken.map_or(0, |taken| taken.to_bits() + 1);
        (Reverse(severity), Reverse(taken), self.reference().to_owned())
    }

    fn reference(&self) -> &str {
        self.graph.entity_at(self.entity).name().as_str()
    }

    fn object(&self, number: u32) -> EntityObject {
        EntityObject::new(&self.graph, self.graph.entity_at(number))
    }
}

/// What one entity promises, against what its hard needs allow.
#[Object(name = "EntityAvailability")]
impl EntityAvailabilityObject {
    /// Its ref, `kind:namespace/name`.
    #[graphql(name = "ref")]
    async fn ref_text(&self) -> &str {
        self.reference()
    }

    /// The entity.
    async fn entity(&self) -> EntityObject {
        self.object(self.entity)
    }

    /// What it promises; null where nothing.
    async fn promise(&self) -> Option<PromiseObject> {
        self.promise.clone()
    }

    /// What its needs allow where each entity behind it counts, once: the pessimistic end.
    async fn lower(&self) -> AllowedAvailabilityObject {
        self.lower.into()
    }

    /// What its needs allow where only direct promises count: the optimistic end.
    async fn upper(&self) -> AllowedAvailabilityObject {
        self.upper.into()
    }

    /// How many times its error budget its needs take at the optimistic end: above 1, the promise cannot be
    /// kept. Null without a promise, or where there is no budget.
    async fn budget_taken(&self) -> Option<f64> {
        self.budget_taken.filter(|taken| taken.is_finite())
    }

    /// How many entities it hard-needs, alternatives included, transitively; null where that was too dear.
    async fn needed(&self) -> Option<u32> {
        self.needed
    }

    /// How many of those promise nothing: they count as perfect, so that both ends are "at most".
    async fn unknown(&self) -> Option<u32> {
        self.unknown
    }

    /// The external parties whose failure alone brings it down, the least available first.
    async fn external(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many rows, 1 to 100; 50 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only rows behind this cursor.")] after: Option<String>,
    ) -> Result<Page<ExternalShareObject>> {
        page(
            ctx,
            self.graph.revision(),
            &self.external,
            &PageArguments::forward(first, after),
            |(party, promise, _)| {
                let bits = promise.unavailability().to_bits();
                (Reverse(bits), self.graph.entity_at(*party).name().to_string())
            },
            |(party, promise, of_budget)| ExternalShareObject {
                party: self.object(*party),
                promise: promise.percent(),
                minutes: promise.minutes(),
                of_budget: of_budget.filter(|share| share.is_finite()),
            },
        )
    }

    /// What is to be said about it, worst first.
    async fn findings(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many rows, 1 to 100; 50 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only rows behind this cursor.")] after: Option<String>,
    ) -> Result<Page<AvailabilityFindingObject>> {
        let rows: Vec<(usize, &FindingRow)> = self.findings.iter().enumerate().collect();
        page(
            ctx,
            self.graph.revision(),
            &rows,
            &PageArguments::forward(first, after),
            |(position, _)| *position,
            |(_, finding)| AvailabilityFindingObject {
                code: finding.rule.code,
                severity: finding.rule.severity.into(),
                message: finding.message.clone(),
                remedy: finding.rule.remedy,
                related: finding
                    .related
                    .iter()
                    .map(|related| self.graph.entity_at(*related).name().to_string())
                    .collect(),
                origins: finding.origins.iter().cloned().map(Into::into).collect(),
            },
        )
    }
}

/// What an entity promises.
#[derive(Clone, SimpleObject)]
#[graphql(name = "AvailabilityPromise")]
pub(crate) struct PromiseObject {
    /// In percent.
    availability: f64,
    /// What is missing to all, as a share of one: exact where the percentage is nearly 100.
    unavailability: f64,
    /// The error budget, in minutes of 30 days.
    minutes: f64,
    /// As it is written.
    stated: String,
    /// Where it is written.
    origin: Option<OriginObject>,
}

impl PromiseObject {
    pub(super) fn new(promise: &AvailabilityPromise<'_>) -> Self {
        Self {
            availability: promise.availability.percent(),
            unavailability: promise.availability.unavailability(),
            minutes: promise.availability.minutes(),
            stated: promise.stated.to_owned(),
            origin: promise.origin.clone().map(Into::into),
        }
    }
}

/// One end of what the needs of an entity allow.
#[derive(Clone, SimpleObject)]
#[graphql(name = "AllowedAvailability")]
pub(crate) struct AllowedAvailabilityObject {
    /// In percent.
    availability: f64,
    /// What is missing to all, as a share of one: exact where the percentage is nearly 100.
    unavailability: f64,
    /// The minutes of 30 days in which its needs fail it.
    minutes: f64,
    /// Whether the number is exact under its reading of promises.
    exact: bool,
    /// How it was found.
    method: BoundMethodValue,
}

impl From<AllowedAvailability> for AllowedAvailabilityObject {
    fn from(allowed: AllowedAvailability) -> Self {
        Self {
            availability: allowed.availability.percent(),
            unavailability: allowed.availability.unavailability(),
            minutes: allowed.availability.minutes(),
            exact: allowed.method.is_exact(),
            method: allowed.method.into(),
        }
    }
}

/// An external party whose failure alone brings an entity down.
#[derive(Clone, SimpleObject)]
#[graphql(name = "ExternalShare")]
pub(crate) struct ExternalShareObject {
    /// The party.
    party: EntityObject,
    /// What it promises, in percent.
    promise: f64,
    /// The minutes of 30 days in which it may fail while it keeps its promise.
    minutes: f64,
    /// How many times the error budget of the entity that is; null without a budget.
    of_budget: Option<f64>,
}

/// Something to be said about what an entity promises or expects.
#[derive(Clone, SimpleObject)]
#[graphql(name = "AvailabilityFinding")]
pub(crate) struct AvailabilityFindingObject {
    /// The stable code, as in `promise-over-bound`.
    code: &'static str,
    /// How much it matters.
    severity: SeverityValue,
    /// What was found, in one lower-case sentence.
    message: String,
    /// What to do about it.
    remedy: &'static str,
    /// The refs of other entities that it is about.
    related: Vec<String>,
    /// The places that state what does not fit.
    origins: Vec<OriginObject>,
}
