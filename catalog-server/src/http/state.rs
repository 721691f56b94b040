//! What answers are made from.

use std::{
    fmt,
    net::SocketAddr,
    sync::{Arc, OnceLock, PoisonError, RwLock},
};

use arc_swap::ArcSwapOption;
use catalog_core::{
    catalog::{Catalog, CurrentGraph},
    graph::CatalogGraph,
    model::Revision,
};

use tokio::sync::Semaphore;

use super::{
    CorsOrigins, HttpLimits, Metrics, NoOrigin, RateLimits, Readiness, TlsIdentity, Transport,
    backstage::BackstageService,
    drain::Drain,
    etag::EntityTags,
    export_endpoint::ExportPermits,
    export_measures::{TellMeasures, ToldMeasures},
    graph_files::GraphFiles,
    kept_answers::KeptAnswers,
    rate::Rates,
    reload::ReloadHook,
    views::Views,
};
use crate::{
    access::{AccessControl, Caller, Visibility},
    backstage::BackstageLimits,
    crawling::{Crawler, webhook::Hooks},
    graphql::{
        DocumentFault, DocumentFile, ErrorCode, GraphqlLimits, GraphqlService, Measures, Refusal, SeenGraph,
    },
};

/// The state as requests share it: each passes through many hands, none of which has to take all of it.
pub(super) type SharedState = Arc<ServerState>;

/// What the server answers from. Clones share everything.
#[derive(Clone)]
pub struct ServerState {
    /// The whole graph, which not everybody is to see: answers are made from [`ServerState::graph_for`].
    catalog: Arc<CurrentGraph>,
    views: Arc<Views>,
    pub(super) readiness: Arc<Readiness>,
    pub(super) graphql: GraphqlService,
    pub(super) backstage: BackstageService,
    pub(super) limits: Arc<HttpLimits>,
    pub(super) tls: Option<Arc<TlsIdentity>>,
    pub(super) reload_hooks: Vec<ReloadHook>,
    pub(super) cors: CorsOrigins,
    /// Whether a browser gets an editor for queries.
    pub(super) has_editor: bool,
    pub(super) metrics: Arc<Metrics>,
    /// Where figures have a port of their own.
    pub(super) metrics_listen: Option<SocketAddr>,
    pub(super) tags: Arc<EntityTags>,
    pub(super) kept_answers: Arc<KeptAnswers>,
    /// How many more requests may be answered now.
    pub(super) request_places: Arc<Semaphore>,
    rates: Arc<RwLock<Arc<Rates>>>,
    pub(super) access: Arc<AccessControl>,
    pub(super) is_plain_on_purpose: bool,
    pub(super) webhooks: Arc<OnceLock<Webhooks>>,
    pub(super) drain: Drain,
    /// How many WebSockets may still be opened.
    pub(super) websockets: Arc<Semaphore>,
    pub(super) graph_files: Arc<GraphFiles>,
    pub(super) measures: Arc<ArcSwapOption<ToldMeasures>>,
    pub(super) exports: ExportPermits,
    /// Whether spans are said what traces want to know of requests.
    pub(super) is_traced: bool,
}

/// The place where the graph is exchanged that somebody sees: the whole one, or that of a part.
#[derive(Clone, Debug)]
pub(super) struct SeenPlace {
    part_number: u16,
    current: Arc<CurrentGraph>,
}

impl SeenPlace {
    /// The number of the part; 0 for the whole.
    pub(super) fn part_number(&self) -> u16 {
        self.part_number
    }

    /// The graph as it is now.
    pub(super) fn graph(&self) -> Arc<CatalogGraph> {
        self.current.get()
    }
}

/// How many WebSockets are open at once.
pub(super) const WEBSOCKETS_MAX: u32 = 500;

/// What hears webhooks, and what has their repositories read.
#[derive(Clone, Debug)]
pub(super) struct Webhooks {
    pub(super) hooks: Arc<Hooks>,
    pub(super) crawler: Crawler,
    /// How many are heard at once: each holds a body.
    pub(super) permits: Arc<Semaphore>,
}

/// How many webhooks are heard at once.
const WEBHOOKS_MAX: usize = 8;

impl ServerState {
    /// A state with the default limits.
    pub fn new(catalog: Arc<CurrentGraph>, readiness: Arc<Readiness>) -> Self {
        Self::with_limits(catalog, readiness, HttpLimits::default(), GraphqlLimits::default())
    }

    /// A state with limits.
    pub fn with_limits(
        catalog: Arc<CurrentGraph>,
        readiness: Arc<Readiness>,
        limits: HttpLimits,
        graphql: GraphqlLimits,
    ) -> Self {
        let graphql = GraphqlService::new(graphql).telling_of(Arc::clone(&catalog));
        Self {
            catalog,
            views: Arc::default(),
            readiness,
            graphql,
            request_places: Arc::new(Semaphore::new(limits.requests_max.min(Semaphore::MAX_PERMITS))),
            tls: None,
            reload_hooks: Vec::new(),
            cors: CorsOrigins::default(),
            has_editor: true,
            metrics: Arc::default(),
            metrics_listen: None,
            tags: Arc::new(EntityTags::new()),
            kept_answers: Arc::new(KeptAnswers::new(limits.kept_answers_bytes_max)),
            rates: Arc::new(RwLock::new(Arc::new(Rates::new(&RateLimits::default())))),
            access: Arc::new(AccessControl::local()),
            is_plain_on_purpose: false,
            webhooks: Arc::default(),
            drain: Drain::default(),
            websockets: Arc::new(Semaphore::new(WEBSOCKETS_MAX as usize)),
            graph_files: Arc::default(),
            measures: Arc::default(),
            exports: ExportPermits::default(),
            is_traced: false,
            limits: Arc::new(limits),
            backstage: BackstageService::new(BackstageLimits::default()),
        }
    }

    /// The same, where this tells who asks; without it only this machine asks, and may do everything.
    #[must_use]
    pub fn with_access(mut self, access: Arc<AccessControl>) -> Self {
        self.graphql = self.graphql.guarded_by(Arc::clone(&access));
        self.access = access;
        self
    }

    /// The same, and may listen beyond this machine without TLS: something in front of it has it.
    #[must_use]
    pub fn plain_on_purpose(mut self) -> Self {
        self.is_plain_on_purpose = true;
        self
    }

    /// How what is sent is kept from others on the way.
    pub fn transport(&self) -> Transport {
        match (&self.tls, self.is_plain_on_purpose) {
            (Some(_), _) => Transport::Tls,
            (None, true) => Transport::PlainOnPurpose,
            (None, false) => Transport::Plain,
        }
    }

    /// The same with these bounds on questions of Backstage's clients.
    #[must_use]
    pub fn with_backstage_limits(mut self, limits: BackstageLimits) -> Self {
        self.backstage = BackstageService::new(limits);
        self
    }

    /// From now on, repositories are read by this, and these say that something was pushed.
    pub fn begin_crawling(&self, crawler: Crawler, hooks: Hooks) {
        self.graphql.begin_crawling(crawler.clone());
        let permits = Arc::new(Semaphore::new(WEBHOOKS_MAX));
        let _heard_already = self.webhooks.set(Webhooks { hooks: Arc::new(hooks), crawler, permits });
    }

    /// From now on, questions are answered: the graph is in its place. Mutations, if any, write to this catalog.
    pub fn set_ready(&self, catalog: Option<Arc<Catalog>>) {
        if let Some(catalog) = catalog {
            self.graphql.begin_writing_to(catalog);
        }
        self.readiness.set_ready();
    }

    /// The same, where these rules hide a part of the catalog from some; [`Views::begin`] says of which store.
    /// There are so many different parts at most: who would see a further one is refused.
    #[must_use]
    pub fn visible_by(mut self, visibility: Visibility, views_max: usize) -> Self {
        self.views = Arc::new(Views::new(visibility, views_max));
        self
    }

    /// What those see from whom something is hidden.
    pub fn views(&self) -> Arc<Views> {
        Arc::clone(&self.views)
    }

    /// The graph that a caller is answered from: the only way to one in this room.
    ///
    /// # Errors
    ///
    /// What they see of the catalog is not there yet.
    pub(super) async fn graph_for(&self, caller: &Caller) -> Result<SeenGraph, Refusal> {
        let key = self.views.key_of(caller);
        if key.sees_everything() {
            return Ok(self.catalog.get().into());
        }
        Ok(self.views.part(key).await?.graph())
    }

    /// The place where the graph is exchanged that a caller is answered from.
    ///
    /// # Errors
    ///
    /// What they see of the catalog is not there yet.
    pub(super) async fn place_for(&self, caller: &Caller) -> Result<SeenPlace, Refusal> {
        let key = self.views.key_of(caller);
        if key.sees_everything() {
            return Ok(SeenPlace { part_number: 0, current: self.current() });
        }
        let part = self.views.part(key).await?;
        Ok(SeenPlace { part_number: key.number(), current: part.catalog().current() })
    }

    /// The place where the whole graph is exchanged, for a caller from whom nothing is hidden.
    ///
    /// # Errors
    ///
    /// Something is; `what` they asked for is refused.
    pub(super) fn whole_for(&self, caller: &Caller, what: &str) -> Result<Arc<CurrentGraph>, Refusal> {
        if self.views.key_of(caller).sees_everything() {
            return Ok(self.current());
        }
        let message = format!(
            "{what} of the whole catalog, a part of which is hidden from whoever asks; ask by GraphQL"
        );
        Err(Refusal::new(ErrorCode::Forbidden, message))
    }

    /// The revision of the catalog.
    pub(super) fn revision(&self) -> Revision {
        self.catalog.get().revision()
    }

    /// The whole graph, to count what is in it.
    pub(super) fn counted(&self) -> Arc<CatalogGraph> {
        self.catalog.get()
    }

    /// The place where the graph is exchanged that answers are made from.
    pub fn current(&self) -> Arc<CurrentGraph> {
        Arc::clone(&self.catalog)
    }

    /// The same behind TLS.
    #[must_use]
    pub fn encrypted_by(mut self, identity: TlsIdentity) -> Self {
        self.tls = Some(Arc::new(identity));
        self
    }

    /// From now on, pages of these origins may read answers, and of no others.
    ///
    /// # Errors
    ///
    /// One of them is no origin; then nothing is changed.
    pub fn share_with(&self, origins: &[String]) -> Result<(), NoOrigin> {
        self.cors.replace(origins)
    }

    /// From now on, no answer that was given is given again, and nobody is told that one is what it was: what
    /// answers rest on beside the graph has changed, such as who may see what.
    pub fn forget_answers(&self) {
        self.tags.forget();
    }

    /// From now on, clients may ask as much as these limits say, and begin anew.
    pub fn limit_rates(&self, limits: &RateLimits) {
        *self.rates.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(Rates::new(limits));
    }

    pub(super) fn rates(&self) -> Arc<Rates> {
        Arc::clone(&self.rates.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The figures of the server, to count on.
    pub fn metrics(&self) -> Arc<Metrics> {
        Arc::clone(&self.metrics)
    }

    /// The same, and whoever can reach this address gets the figures there, without a token.
    #[must_use]
    pub fn with_metrics_at(mut self, address: SocketAddr) -> Self {
        self.metrics_listen = Some(address);
        self
    }

    /// The same, whose requests say in their spans what traces want to know, by OpenTelemetry's conventions.
    #[must_use]
    pub fn traced(mut self) -> Self {
        self.is_traced = true;
        self
    }

    /// The same with or without an editor for queries, which a browser gets.
    #[must_use]
    pub fn with_editor(mut self, has_editor: bool) -> Self {
        self.has_editor = has_editor;
        self
    }

    /// The same, and `hook` is called whenever the process is told to reload (`SIGHUP`), on a thread that may
    /// wait. What cannot be read leaves what was read before in use, and is said in the log.
    #[must_use]
    pub fn on_reload(mut self, hook: impl Fn() + Send + Sync + 'static) -> Self {
        self.reload_hooks.push(ReloadHook(Arc::new(hook)));
        self
    }

    /// Keeps documents that can be asked for by name, in place of those that were kept before, while questions
    /// are answered: see [`GraphqlService::keep_documents`].
    pub fn keep_documents(&self, files: Vec<DocumentFile>, only: bool) -> Vec<DocumentFault> {
        let faults = self.graphql.keep_documents(files, only);
        self.forget_answers();
        faults
    }

    /// From now on, answers are measured by this, and those who answer from a copy of the graph are `told` so at
    /// `/export/measures`, each as much as they may see; without it, they are told nothing.
    pub fn measure_by(&self, measures: Measures, told: Option<TellMeasures>) {
        self.graphql.measure_by(measures);
        self.measures.store(told.map(|told| Arc::new(ToldMeasures::new(told))));
        self.forget_answers();
    }
}

impl fmt::Debug for ServerState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerState").field("limits", &self.limits).finish_non_exhaustive()
    }
}
