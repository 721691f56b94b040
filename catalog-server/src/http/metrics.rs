//! Figures for Prometheus: what was asked, how long it took, what was refused, what is in the catalog.
//!
//! Names and units are those of Prometheus' conventions; every label has few values, whatever clients send.
//! `/metrics` answers whoever may ask questions: the figures name no entity, no repository and nobody.

mod crawl;
mod graph;

use std::sync::{Arc, Mutex, PoisonError};

use axum::{
    Extension,
    extract::State,
    http::{Method, header},
    response::{IntoResponse, Response},
};
use prometheus_client::{
    encoding::{EncodeLabelSet, text::encode},
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
    registry::{Registry, Unit},
};
use tokio::task::spawn_blocking;

use super::{ServerState, SharedState, connection_slots::SlotsFull, graphql_endpoint::refuse};
use crate::{
    access::{Caller, Scope},
    clock,
    graphql::{ErrorCode, Refusal},
};

pub use crawl::CrawlMetrics;
use graph::GraphFigures;

/// The form in which the figures are written.
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
/// The route of what has none.
const NO_ROUTE: &str = "none";
/// What came of a query that was answered.
const ANSWERED: &str = "answered";
/// What came of reading a certificate again.
const REPLACED: &str = "replaced";
const KEPT: &str = "kept";
/// What came of a span.
const EXPORTED: &str = "exported";
const LOST: &str = "lost";
/// The bounds by which times are sorted, in seconds: from an owner that is looked up to a query at its deadline.
const SECONDS: [f64; 12] = [0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 2.5, 10.0];
/// The bounds by which costs of queries are sorted.
const COSTS: [f64; 7] = [1.0, 10.0, 100.0, 500.0, 1_000.0, 5_000.0, 20_000.0];

/// The figures of one server.
pub struct Metrics {
    registry: Registry,
    requests: Family<RequestLabels, Counter>,
    request_durations: Family<RouteLabels, Histogram, fn() -> Histogram>,
    requests_in_flight: Gauge,
    connections: Gauge,
    connections_refused: Family<LimitLabels, Counter>,
    rate_limited: Counter,
    queries: Family<OutcomeLabels, Counter>,
    /// Those of them that were answered.
    queries_answered: Counter,
    query_duration: Histogram,
    query_cost: Histogram,
    not_modified: Counter,
    certificate_reloads: Family<OutcomeLabels, Counter>,
    spans: Family<OutcomeLabels, Counter>,
    ready: Gauge,
    graph: Mutex<GraphFigures>,
    crawl: CrawlMetrics,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    method: &'static str,
    route: String,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RouteLabels {
    route: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct LimitLabels {
    limit: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OutcomeLabels {
    outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct BuildLabels {
    version: &'static str,
}

/// Counts something as going on until it is dropped.
pub(super) struct Ongoing(Gauge);

impl Drop for Ongoing {
    fn drop(&mut self) {
        self.0.dec();
    }
}

impl Metrics {
    /// Figures that begin now.
    pub fn new() -> Self {
        let mut registry = Registry::default();
        let started = Gauge::<i64>::default();
        started.set(clock::now().seconds());
        registry.register_with_unit(
            "process_start_time",
            "When the process started, since 1970",
            Unit::Seconds,
            started,
        );
        let registry_of_catalog = registry.sub_registry_with_prefix("catalog");
        let build = Family::<BuildLabels, Gauge>::default();
        build.get_or_create(&BuildLabels { version: env!("CARGO_PKG_VERSION") }).set(1);
        registry_of_catalog.register("build_info", "What is running; always 1", build);
        let new_durations: fn() -> Histogram = || Histogram::new(SECONDS);
        let queries = Family::<OutcomeLabels, Counter>::default();
        let queries_answered = queries.get_or_create_owned(&OutcomeLabels { outcome: ANSWERED });
        let metrics = Self {
            requests: Family::default(),
            request_durations: Family::new_with_constructor(new_durations),
            requests_in_flight: Gauge::default(),
            connections: Gauge::default(),
            connections_refused: Family::default(),
            rate_limited: Counter::default(),
            queries,
            queries_answered,
            query_duration: Histogram::new(SECONDS),
            query_cost: Histogram::new(COSTS),
            not_modified: Counter::default(),
            certificate_reloads: Family::default(),
            spans: Family::default(),
            ready: Gauge::default(),
            graph: Mutex::new(GraphFigures::registered_in(registry_of_catalog)),
            crawl: CrawlMetrics::registered_in(registry_of_catalog),
            registry: Registry::default(),
        };
        metrics.begin_at_zero();
        let to = registry_of_catalog;
        let seconds = Unit::Seconds;
        to.register("http_requests", "Requests answered", metrics.requests.clone());
        to.register_with_unit(
            "http_request_duration",
            "Time from the head of a request to that of its answer",
            seconds.clone(),
            metrics.request_durations.clone(),
        );
        to.register("http_requests_in_flight", "Requests being answered", metrics.requests_in_flight.clone());
        to.register("http_connections", "Open connections", metrics.connections.clone());
        to.register(
            "http_connections_refused",
            "Connections closed at once, by the limit they would have gone over",
            metrics.connections_refused.clone(),
        );
        to.register("http_rate_limited", "Requests refused by their rate", metrics.rate_limited.clone());
        to.register(
            "http_not_modified",
            "Questions whose answer was what the client had, so that none was made",
            metrics.not_modified.clone(),
        );
        to.register(
            "graphql_queries",
            "GraphQL requests, by what came of them: `answered`, or the code of the refusal",
            metrics.queries.clone(),
        );
        to.register_with_unit(
            "graphql_query_duration",
            "Time that answering a query took that had passed",
            seconds,
            metrics.query_duration.clone(),
        );
        to.register("graphql_query_cost", "Cost of queries that had passed", metrics.query_cost.clone());
        to.register(
            "tls_certificate_reloads",
            "Times that the certificate was read again: `replaced` or `kept`",
            metrics.certificate_reloads.clone(),
        );
        to.register(
            "trace_spans",
            "Spans for the collector of traces: `exported`, or `lost` since it was not there or too slow",
            metrics.spans.clone(),
        );
        to.register("ready", "Whether questions are answered: 1 or 0", metrics.ready.clone());
        Self { registry, ..metrics }
    }

    /// What has not happened yet is there, as 0: a figure that comes into being with its first event hides it
    /// from whoever asks how much it has grown.
    fn begin_at_zero(&self) {
        for limit in [SlotsFull::All, SlotsFull::Client] {
            self.connections_refused.get_or_create(&LimitLabels { limit: limit.limit() }).inc_by(0);
        }
        for code in ErrorCode::ALL {
            self.queries.get_or_create(&OutcomeLabels { outcome: code.name() }).inc_by(0);
        }
        for outcome in [REPLACED, KEPT] {
            self.certificate_reloads.get_or_create(&OutcomeLabels { outcome }).inc_by(0);
        }
        for outcome in [EXPORTED, LOST] {
            self.spans.get_or_create(&OutcomeLabels { outcome }).inc_by(0);
        }
    }

    /// The figures of crawls, for whoever crawls to count on.
    pub fn crawl(&self) -> &CrawlMetrics {
        &self.crawl
    }

    /// Spans were handed to a collector of traces, or dropped.
    pub fn spans_end(&self, are_exported: bool, count: u64) {
        let outcome = if are_exported { EXPORTED } else { LOST };
        self.spans.get_or_create(&OutcomeLabels { outcome }).inc_by(count);
    }

    pub(super) fn request_begins(&self) -> Ongoing {
        self.requests_in_flight.inc();
        Ongoing(self.requests_in_flight.clone())
    }

    pub(super) fn request_ends(&self, method: &Method, route: Option<&str>, status: u16, seconds: f64) {
        let route = route.unwrap_or(NO_ROUTE).to_owned();
        let labels = RequestLabels { method: known_method(method), route: route.clone(), status };
        self.requests.get_or_create(&labels).inc();
        self.request_durations.get_or_create(&RouteLabels { route }).observe(seconds);
    }

    pub(super) fn connection_begins(&self) -> Ongoing {
        self.connections.inc();
        Ongoing(self.connections.clone())
    }

    pub(super) fn connection_refused(&self, limit: &'static str) {
        self.connections_refused.get_or_create(&LimitLabels { limit }).inc();
    }

    pub(super) fn rate_limited(&self) {
        self.rate_limited.inc();
    }

    pub(super) fn not_modified(&self) {
        self.not_modified.inc();
    }

    pub(super) fn query_refused(&self, code: ErrorCode) {
        self.queries.get_or_create(&OutcomeLabels { outcome: code.name() }).inc();
    }

    pub(super) fn query_answered(&self, cost: u64, seconds: f64) {
        self.queries_answered.inc();
        self.query_duration.observe(seconds);
        #[expect(clippy::cast_precision_loss, reason = "costs are far below what a double holds exactly")]
        self.query_cost.observe(cost as f64);
    }

    pub(super) fn certificate_reloaded(&self, was_replaced: bool) {
        let outcome = if was_replaced { REPLACED } else { KEPT };
        self.certificate_reloads.get_or_create(&OutcomeLabels { outcome }).inc();
    }

    /// Everything, as text. Goes through the graph once after it has changed.
    fn text(&self, state: &ServerState) -> String {
        self.ready.set(i64::from(state.readiness.reason().is_none()));
        self.graph.lock().unwrap_or_else(PoisonError::into_inner).look_at(&state.counted(), clock::now());
        let mut text = String::new();
        encode(&mut text, &self.registry).expect("text can be written to memory");
        text
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

impl std::fmt::Debug for Metrics {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Metrics").finish_non_exhaustive()
    }
}

/// The method, if it is one that something here answers: a client may send any word.
pub(super) fn known_method(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

/// `/metrics`.
pub(super) async fn show(
    State(state): State<SharedState>,
    Extension(caller): Extension<Arc<Caller>>,
) -> Response {
    if !caller.may(Scope::Read) {
        let message = "the figures are for those who may ask questions; expected the scope `read`";
        return refuse(&Refusal::new(ErrorCode::Forbidden, message));
    }
    if let Err(refusal) = state.whole_for(&caller, "the figures are") {
        return refuse(&refusal);
    }
    answer(state).await
}

/// The figures, for whoever can reach the port that they have to themselves.
pub(super) async fn answer(state: SharedState) -> Response {
    let text = spawn_blocking(move || state.metrics.text(&state)).await;
    match text {
        Ok(text) => ([(header::CONTENT_TYPE, OPEN_METRICS)], text).into_response(),
        Err(fault) => {
            tracing::error!(%fault, "the figures could not be written");
            refuse(&Refusal::new(ErrorCode::Internal, "something went wrong here; the log has more"))
        }
    }
}
