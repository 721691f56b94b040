//! From a body to an answer.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use arc_swap::ArcSwap;
use catalog_core::{
    catalog::{Catalog, CurrentGraph},
    gaps::GapSettings,
    readiness::PolicySet,
};
use tokio::{
    runtime::Handle,
    sync::{OwnedSemaphorePermit, Semaphore},
    task::spawn_blocking,
    time::timeout,
};

use super::{
    AnswerValidity, DocumentFault, DocumentFile, EventStream, GraphqlAnswer, GraphqlLimits, GraphqlQuestion,
    Measures, Opened, Refusal, VettedQuery,
    answer::{finish, overloaded, panicked, too_slow},
    budget::{AnswerBudget, GiveUpOnDrop},
    change_feed::ChangeFeed,
    documents::Documents,
    engine::{Asked, Engine},
    event_stream::is_subscription,
    moment,
    mutation::WritableCatalog,
    recent_graphs::RecentGraphs,
    scopes::{check_scopes, check_sees_everything},
    seen_graph::SeenGraph,
};
use crate::{
    access::{AccessControl, Caller},
    crawling::Crawler,
};

/// Bodies up to this size are vetted where they are read; larger ones on a thread of their own, since others
/// wait to be read meanwhile.
const VETTED_AT_ONCE_BYTES: usize = 16 * 1024;

/// Answers GraphQL requests. Cloning is cheap; clones share their limits.
#[derive(Clone)]
pub struct GraphqlService {
    pub(super) engine: Arc<Engine>,
    permits: Arc<Semaphore>,
    /// Further permits, for queries that are quick.
    quick_permits: Arc<Semaphore>,
    /// What mutations write to; without it they are refused.
    writable: Arc<OnceLock<WritableCatalog>>,
    /// Who may ask for the schema.
    access: Arc<AccessControl>,
    /// What reads repositories, once anything does.
    crawler: Arc<OnceLock<Crawler>>,
    /// What tells of changes, if anything does.
    feed: Option<Arc<ChangeFeed>>,
    subscriptions: Arc<Semaphore>,
    /// Queries that are kept, to be asked for by name.
    documents: Arc<Mutex<Arc<Documents>>>,
    /// The graphs that were answered from of late.
    recent: Arc<RecentGraphs>,
    /// What answers are measured by.
    measures: Arc<ArcSwap<Measures>>,
}

impl std::fmt::Debug for GraphqlService {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("GraphqlService").field("limits", &self.engine.limits).finish_non_exhaustive()
    }
}

impl GraphqlService {
    /// A service with these limits, the usual measures for gaps, and no policies.
    pub fn new(limits: GraphqlLimits) -> Self {
        Self::with_measures(limits, Arc::default(), Arc::default())
    }

    /// A service with these limits, the measures by which gaps are found, and the policies that `gate` and
    /// `readiness` ask.
    pub fn with_measures(limits: GraphqlLimits, gaps: Arc<GapSettings>, policies: Arc<PolicySet>) -> Self {
        let permits = Arc::new(Semaphore::new(limits.concurrent_max));
        let quick_permits = Arc::new(Semaphore::new(limits.quick_concurrent_max));
        let subscriptions = Arc::new(Semaphore::new(limits.subscriptions_max));
        let engine = Arc::new(Engine::new(limits));
        let measures = Measures { gaps, policies, ..Measures::default() };
        let access = Arc::new(AccessControl::local());
        Self {
            engine,
            permits,
            quick_permits,
            writable: Arc::default(),
            access,
            crawler: Arc::default(),
            feed: None,
            subscriptions,
            documents: Arc::default(),
            recent: Arc::default(),
            measures: Arc::new(ArcSwap::from_pointee(measures)),
        }
    }

    /// From now on, this service and its clones measure by this, while questions are answered.
    pub fn measure_by(&self, measures: Measures) {
        self.measures.store(Arc::new(measures));
    }

    /// The same, with mutations that write to this catalog.
    #[must_use]
    pub fn writing_to(mut self, catalog: Arc<Catalog>) -> Self {
        self.writable = Arc::new(OnceLock::from(WritableCatalog(catalog)));
        self
    }

    /// From now on, mutations of this service and its clones write to this catalog. Once is enough: a service
    /// that writes already goes on writing where it does.
    pub fn begin_writing_to(&self, catalog: Arc<Catalog>) {
        let _writes_already = self.writable.set(WritableCatalog(catalog));
    }

    /// The same, where this tells who may ask for the schema.
    #[must_use]
    pub fn guarded_by(mut self, access: Arc<AccessControl>) -> Self {
        self.access = access;
        self
    }

    /// From now on, this service and its clones have repositories read by this. Once is enough.
    pub fn begin_crawling(&self, crawler: Crawler) {
        let _crawls_already = self.crawler.set(crawler);
    }

    /// The same, with subscriptions to the changes of this graph, as long as [`Self::watch`] runs.
    #[must_use]
    pub fn telling_of(mut self, current: Arc<CurrentGraph>) -> Self {
        self.feed = Some(Arc::new(ChangeFeed::new(current)));
        self
    }

    /// Tells subscribers of changes until it is dropped.
    pub async fn watch(&self) {
        if let Some(feed) = &self.feed {
            Arc::clone(feed).run().await;
        }
    }

    /// How many subscriptions one WebSocket may have.
    pub fn socket_subscriptions_max(&self) -> usize {
        self.engine.limits.socket_subscriptions_max
    }

    /// Keeps documents that can be asked for by name, in place of those that were kept before; with `only`,
    /// nothing else is answered from now on. Every clone of the service has them. Each is vetted as a request
    /// would be, without its variables; those that do not pass are not kept, and why is returned.
    pub fn keep_documents(&self, files: Vec<DocumentFile>, only: bool) -> Vec<DocumentFault> {
        let (documents, faults) = Documents::keep(files, only, |text| self.engine.vet_document(text));
        *self.documents.lock().unwrap_or_else(PoisonError::into_inner) = Arc::new(documents);
        faults
    }

    /// How many documents are kept.
    pub fn document_count(&self) -> usize {
        self.documents().len()
    }

    fn documents(&self) -> Arc<Documents> {
        Arc::clone(&self.documents.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Opens a request over a connection on which several answers can come: a subscription goes on, and
    /// everything else is answered as [`Self::answer`] does. What must pass is the same.
    pub async fn open(
        &self,
        question: impl Into<GraphqlQuestion>,
        graph: impl Into<SeenGraph>,
        caller: Arc<Caller>,
    ) -> Result<Opened, Refusal> {
        let seen = graph.into();
        let vetted = self.vet(question).await?;
        let (document, name) = vetted.operation();
        if !is_subscription(document, name)? {
            let answer = self.execute(vetted, seen, caller).await;
            return Ok(Opened::Answer(answer.unwrap_or_else(GraphqlAnswer::from)));
        }
        check_scopes(document, name, &caller, self.access.may_introspect(&caller))?;
        if seen.part.is_some() {
            check_sees_everything(document, name)?;
        }
        let limits = &self.engine.limits;
        let Ok(permit) = Arc::clone(&self.subscriptions).try_acquire_owned() else {
            let max = limits.subscriptions_max as u64;
            let what = "subscriptions that are open";
            return Err(Refusal::over_limit("graphql.subscriptions_max", max, max + 1, what));
        };
        // No graph: what goes on for hours would keep an old one in memory.
        let mut request = vetted.request().data(caller);
        let feed = match &seen.part {
            Some(part) => Some(part.feed()),
            None => self.feed.clone(),
        };
        if let Some(feed) = feed {
            request = request.data(feed);
        }
        if let Some(crawler) = self.crawler.get().filter(|_| seen.part.is_none()) {
            request = request.data(crawler.clone());
        }
        let responses = self.engine.schema.execute_stream(request);
        let engine = Arc::clone(&self.engine);
        let finish = Box::new(move |response| {
            finish(response, AnswerValidity::Never, &engine.limits).unwrap_or_else(GraphqlAnswer::from)
        });
        Ok(Opened::Events(EventStream { responses: Box::pin(responses), finish, _permit: permit }))
    }

    /// Answers one request, all of it from one graph: `graph`, or that of the former revision that it asks for;
    /// a mutation is answered from the graph that it makes.
    ///
    /// The query runs on a thread of its own, unless it takes no longer than to get one, and holds one of the
    /// permits until it has ended, also where nobody waits for it any more; dropping the future ends it soon.
    pub async fn answer(
        &self,
        question: impl Into<GraphqlQuestion>,
        graph: impl Into<SeenGraph>,
        caller: Arc<Caller>,
    ) -> GraphqlAnswer {
        let vetted = match self.vet(question).await {
            Ok(vetted) => vetted,
            Err(refusal) => return refusal.into(),
        };
        self.execute(vetted, graph, caller).await.unwrap_or_else(GraphqlAnswer::from)
    }

    /// Reads a question, and lets its query pass or refuses it, before anything is asked of the catalog.
    pub async fn vet(&self, question: impl Into<GraphqlQuestion>) -> Result<VettedQuery, Refusal> {
        let (question, documents) = (question.into(), self.documents());
        if question.byte_len() <= VETTED_AT_ONCE_BYTES {
            return self.engine.vetted(&question, &documents);
        }
        let engine = Arc::clone(&self.engine);
        let vetted = spawn_blocking(move || engine.vetted(&question, &documents)).await;
        vetted.unwrap_or_else(|fault| Err(panicked(&fault)))
    }

    /// Runs a query that has passed.
    ///
    /// # Errors
    ///
    /// It asks for a revision that is kept no more, as many run as may, or it takes too long or grows too large.
    pub async fn execute(
        &self,
        vetted: VettedQuery,
        graph: impl Into<SeenGraph>,
        caller: Arc<Caller>,
    ) -> Result<GraphqlAnswer, Refusal> {
        let limits = &self.engine.limits;
        let SeenGraph { graph, part } = graph.into();
        let recent = part.as_ref().map_or(&*self.recent, |part| &part.recent);
        let graph = recent.choose(graph, vetted.pinned(), moment::now(), limits)?;
        let is_whole = part.is_none();
        // What is written through the catalog of a part goes to the whole store.
        let writable = self.writable.get().map(|whole| match part {
            Some(part) => WritableCatalog(Arc::clone(&part.catalog)),
            None => whole.clone(),
        });
        let crawler = self.crawler.get().filter(|_| is_whole).cloned();
        let access = Arc::clone(&self.access);
        let measures = self.measures.load_full();
        let measures = if is_whole { measures } else { measures.seen_in(&graph) };
        let asked = Asked { graph, is_whole, caller, writable, access, crawler, measures };
        let budget = AnswerBudget::new(limits.answer_bytes_max as u64);
        if vetted.is_instant() {
            // As on a thread of its own, a panic ends the query and not the connection.
            let ran = catch_unwind(AssertUnwindSafe(|| self.engine.run(vetted, asked, &budget, None)));
            return ran.unwrap_or_else(|_| Err(panicked(&"on the thread that read the request")));
        }
        let waiting = timeout(limits.patience, self.permit(vetted.is_quick()));
        let Ok(Some(permit)) = waiting.await else { return Err(overloaded(limits)) };
        let guard = GiveUpOnDrop(Arc::clone(&budget));
        let engine = Arc::clone(&self.engine);
        let runtime = Handle::current();
        let span = tracing::Span::current();
        let work = spawn_blocking(move || {
            let _permit = permit;
            span.in_scope(|| engine.run(vetted, asked, &budget, Some(&runtime)))
        });
        let answer = match timeout(limits.deadline, work).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(fault)) => Err(panicked(&fault)),
            Err(_) => Err(too_slow(limits)),
        };
        drop(guard);
        answer
    }

    /// A place to run in. Quick queries have further ones of their own, which the others cannot take.
    async fn permit(&self, is_quick: bool) -> Option<OwnedSemaphorePermit> {
        if let Ok(permit) = Arc::clone(&self.permits).try_acquire_owned() {
            return Some(permit);
        }
        let common = Arc::clone(&self.permits).acquire_owned();
        if !is_quick {
            return common.await.ok();
        }
        tokio::select! {
            permit = Arc::clone(&self.quick_permits).acquire_owned() => permit.ok(),
            permit = common => permit.ok(),
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::runtime::Runtime;

    use super::*;
    use crate::graphql::ErrorCode;

    #[test]
    fn an_answer_that_nobody_waits_for_any_more_is_given_up() {
        let runtime = Runtime::new().expect("a runtime can be built");
        let service = GraphqlService::new(GraphqlLimits::default());
        let graph = Arc::new(catalog_core::sketch::graph("component:web -> component:api"));
        let budget = AnswerBudget::new(1_000_000);
        drop(GiveUpOnDrop(Arc::clone(&budget)));
        let body = br#"{"query": "{ entities { nodes { ref } } }"}"#.to_vec();
        let access = Arc::new(AccessControl::local());
        let caller = Arc::new(Caller::local());
        let measures = Arc::default();
        let asked = Asked { graph, is_whole: true, caller, writable: None, access, crawler: None, measures };
        let vetted = service.engine.vetted(&body.into(), &Documents::default()).expect("the query passes");
        let answer = service.engine.run(vetted, asked, &budget, Some(runtime.handle()));
        assert_eq!(answer.map_err(|refusal| refusal.code), Err(ErrorCode::DeadlineExceeded));
    }
}
