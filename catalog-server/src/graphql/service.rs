//! From a body to an answer.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use async_graphql::{
    Request, Response, ServerError, Variables,
    parser::types::{DocumentOperations, ExecutableDocument, OperationType},
};
use catalog_core::{
    catalog::{Catalog, CurrentGraph},
    gaps::GapSettings,
    graph::CatalogGraph,
    readiness::PolicySet,
};
use tokio::{
    runtime::{Builder, Handle},
    sync::{OwnedSemaphorePermit, Semaphore},
    task::{JoinError, spawn_blocking},
    time::timeout,
};

use super::{
    ChangeMeasures, DocumentFault, DocumentFile, ErrorCode, EventStream, GraphqlLimits, GraphqlQuestion,
    Opened, Refusal,
    budget::{AnswerBudget, GiveUpOnDrop, OnlyVetted, Spent},
    change_feed::ChangeFeed,
    documents::Documents,
    event_stream::is_subscription,
    moment::{self, Dependence, of_one_moment},
    mutation::WritableCatalog,
    recent_graphs::RecentGraphs,
    record::{MutationRecord, note_refusal},
    request_body::RequestBody,
    schema::{CatalogSchema, build_schema, schema_sdl},
    scopes::{check_scopes, check_sees_everything, mutation_fields},
    seen_graph::SeenGraph,
    vetting::{self, CostTable, Vetted},
};
use crate::{
    access::{AccessControl, Caller, QueryTrace},
    crawling::Crawler,
};

/// How much of an error's message is passed on, in characters.
const MESSAGE_CHARS_MAX: usize = 400;
/// Bodies up to this size are vetted where they are read; larger ones on a thread of their own, since others
/// wait to be read meanwhile.
const VETTED_AT_ONCE_BYTES: usize = 16 * 1024;

/// Answers GraphQL requests. Cloning is cheap; clones share their limits.
#[derive(Clone)]
pub struct GraphqlService {
    inner: Arc<Inner>,
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
    /// What changes are held to.
    changes: Arc<ChangeMeasures>,
}

struct Inner {
    schema: CatalogSchema,
    costs: CostTable,
    limits: GraphqlLimits,
}

/// What a request is asked of, and by whom.
pub(super) struct Asked {
    pub(super) graph: Arc<CatalogGraph>,
    /// Whether nothing is hidden.
    pub(super) is_whole: bool,
    pub(super) caller: Arc<Caller>,
    pub(super) writable: Option<WritableCatalog>,
    pub(super) access: Arc<AccessControl>,
    pub(super) crawler: Option<Crawler>,
    pub(super) changes: Arc<ChangeMeasures>,
}

/// What is sent back: JSON with the status that suits it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GraphqlAnswer {
    /// The HTTP status: 200 where the query was run, whatever its fields say.
    pub status: u16,
    /// The body, a GraphQL answer in JSON.
    pub body: Vec<u8>,
    /// How long the same question has the same answer.
    pub validity: AnswerValidity,
    /// Why the query was not run, where it was not.
    pub refused: Option<ErrorCode>,
    /// The revision of the graph that answered; `None` where none was asked.
    pub revision: Option<u64>,
}

/// How long the same question, asked by somebody who may do the same, has the same answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnswerValidity {
    /// It is not to be relied on: something was written, or is wrong.
    Never,
    /// For as long as the graph, and no longer than the minute in which it was made: it says something of
    /// ages or dates.
    Minute,
    /// For as long as the graph.
    Revision,
}

impl From<Refusal> for GraphqlAnswer {
    fn from(refusal: Refusal) -> Self {
        let status = refusal.code.http_status();
        let (body, validity) = (refusal.body(), AnswerValidity::Never);
        Self { status, body, validity, refused: Some(refusal.code), revision: None }
    }
}

/// A query that has passed vetting, with what it will cost.
pub struct VettedQuery {
    query: String,
    operation_name: Option<String>,
    document: ExecutableDocument,
    variables: Variables,
    cost: u64,
    is_query: bool,
    is_quick: bool,
    /// The revision that is to answer, where that is not the current one.
    pinned: Option<u64>,
}

impl VettedQuery {
    /// What it costs, in the unit of `graphql.cost_max`; at least 1.
    pub fn cost(&self) -> u64 {
        self.cost
    }

    /// What the audit log keeps of the query.
    fn trace(&self) -> QueryTrace {
        QueryTrace::of(&self.query, self.cost)
    }

    /// What the library is asked.
    fn request(self) -> Request {
        // The library quotes a query only where it parses it, so it is not given the text.
        let mut request = Request::new(String::new()).variables(self.variables);
        request.operation_name = self.operation_name;
        request.set_parsed_query(self.document);
        request
    }
}

impl std::fmt::Debug for GraphqlService {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("GraphqlService").field("limits", &self.inner.limits).finish_non_exhaustive()
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
        let schema = build_schema(&limits, gaps, policies);
        let inner = Arc::new(Inner { schema, costs: CostTable::of(&schema_sdl()), limits });
        let access = Arc::new(AccessControl::local());
        Self {
            inner,
            permits,
            quick_permits,
            writable: Arc::default(),
            access,
            crawler: Arc::default(),
            feed: None,
            subscriptions,
            documents: Arc::default(),
            recent: Arc::default(),
            changes: Arc::default(),
        }
    }

    /// The same with other measures and policies.
    #[must_use]
    pub fn measured_by(self, gaps: Arc<GapSettings>, policies: Arc<PolicySet>) -> Self {
        let limits = self.inner.limits.clone();
        let Self { inner, permits, quick_permits, subscriptions, .. } =
            Self::with_measures(limits, gaps, policies);
        Self { inner, permits, quick_permits, subscriptions, ..self }
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

    /// The same, with what reads repositories.
    #[must_use]
    pub fn crawling_with(mut self, crawler: Crawler) -> Self {
        self.crawler = Arc::new(OnceLock::from(crawler));
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
        self.inner.limits.socket_subscriptions_max
    }

    /// The same, with what changes are held to.
    #[must_use]
    pub fn checking_by(mut self, changes: ChangeMeasures) -> Self {
        self.changes = Arc::new(changes);
        self
    }

    /// Keeps documents that can be asked for by name, in place of those that were kept before; with `only`,
    /// nothing else is answered from now on. Every clone of the service has them. Each is vetted as a request
    /// would be, without its variables; those that do not pass are not kept, and why is returned.
    pub fn keep_documents(&self, files: Vec<DocumentFile>, only: bool) -> Vec<DocumentFault> {
        let (documents, faults) = Documents::keep(files, only, |text| self.inner.vet_document(text));
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
        let name = vetted.operation_name.as_deref();
        if !is_subscription(&vetted.document, name)? {
            let answer = self.execute(vetted, seen, caller).await;
            return Ok(Opened::Answer(answer.unwrap_or_else(GraphqlAnswer::from)));
        }
        check_scopes(&vetted.document, name, &caller, self.access.may_introspect(&caller))?;
        if seen.part.is_some() {
            check_sees_everything(&vetted.document, name)?;
        }
        let limits = &self.inner.limits;
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
        let responses = self.inner.schema.execute_stream(request);
        let inner = Arc::clone(&self.inner);
        let finish = Box::new(move |response| {
            inner.finish(response, AnswerValidity::Never).unwrap_or_else(GraphqlAnswer::from)
        });
        Ok(Opened::Events(EventStream { responses: Box::pin(responses), finish, _permit: permit }))
    }

    /// Answers one request, all of it from one graph: `graph`, or that of the former revision that it asks for;
    /// a mutation is answered from the graph that it makes.
    ///
    /// The query runs on a thread of its own and holds one of the permits until it has ended, also
    /// where nobody waits for it any more; dropping the future ends it soon.
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
            return self.inner.vetted(&question, &documents);
        }
        let inner = Arc::clone(&self.inner);
        let vetted = spawn_blocking(move || inner.vetted(&question, &documents)).await;
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
        let limits = &self.inner.limits;
        let SeenGraph { graph, part } = graph.into();
        let recent = part.as_ref().map_or(&*self.recent, |part| &part.recent);
        let graph = recent.choose(graph, vetted.pinned, moment::now(), limits)?;
        let waiting = timeout(limits.patience, self.permit(vetted.is_quick));
        let Ok(Some(permit)) = waiting.await else { return Err(overloaded(limits)) };
        let budget = AnswerBudget::new(limits.answer_bytes_max as u64);
        let guard = GiveUpOnDrop(Arc::clone(&budget));
        let inner = Arc::clone(&self.inner);
        let runtime = Handle::current();
        let is_whole = part.is_none();
        // What is written through the catalog of a part goes to the whole store.
        let writable = self.writable.get().map(|whole| match part {
            Some(part) => WritableCatalog(Arc::clone(&part.catalog)),
            None => whole.clone(),
        });
        let crawler = self.crawler.get().filter(|_| is_whole).cloned();
        let access = Arc::clone(&self.access);
        let changes = Arc::clone(&self.changes);
        let span = tracing::Span::current();
        let work = spawn_blocking(move || {
            let _permit = permit;
            let asked = Asked { graph, is_whole, caller, writable, access, crawler, changes };
            span.in_scope(|| inner.answer(vetted, asked, &budget, &runtime))
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

impl Inner {
    fn answer(
        &self,
        vetted: VettedQuery,
        asked: Asked,
        budget: &Arc<AnswerBudget>,
        runtime: &Handle,
    ) -> Result<GraphqlAnswer, Refusal> {
        let may_introspect = asked.access.may_introspect(&asked.caller);
        let name = vetted.operation_name.as_deref();
        let allowed = check_scopes(&vetted.document, name, &asked.caller, may_introspect).and_then(|()| {
            if asked.is_whole { Ok(()) } else { check_sees_everything(&vetted.document, name) }
        });
        if let Err(refusal) = allowed {
            note_refusal(&asked, &refusal, &vetted.trace());
            return Err(refusal);
        }
        let changed = mutation_fields(&vetted.document, name);
        let record = MutationRecord::begin(&asked, changed, || vetted.trace())?;
        let (is_query, revision) = (vetted.is_query, asked.graph.revision().0);
        let request = vetted.request().data(asked.graph).data(asked.caller).data(asked.changes);
        let mut request = request.data(Arc::clone(budget));
        if let Some(writable) = asked.writable {
            request = request.data(writable);
        }
        if let Some(crawler) = asked.crawler {
            request = request.data(crawler);
        }
        let (mut response, depends_on) = of_one_moment(|| runtime.block_on(self.schema.execute(request)));
        if let Some(record) = record {
            record.end(&response);
        }
        if !may_introspect {
            response.errors.iter_mut().for_each(leave_out_suggestion);
        }
        let validity = match depends_on {
            _ if !is_query => AnswerValidity::Never,
            Dependence::Moment => AnswerValidity::Never,
            Dependence::Time => AnswerValidity::Minute,
            Dependence::Nothing => AnswerValidity::Revision,
        };
        match budget.spent() {
            Some(Spent::Bytes) => Err(too_large(&self.limits)),
            Some(Spent::Time) => Err(too_slow(&self.limits)),
            None => {
                let answer = self.finish(response, validity)?;
                Ok(GraphqlAnswer { revision: Some(revision), ..answer })
            }
        }
    }

    fn vetted(&self, question: &GraphqlQuestion, documents: &Documents) -> Result<VettedQuery, Refusal> {
        let mut body = RequestBody::read(question)?;
        let variables = body.take_variables();
        let pinned = body.revision();
        let query = match (&body.document_id, body.query) {
            (Some(id), _) => documents.text(id)?.as_ref().to_owned(),
            (None, Some(text)) => {
                documents.check(&text)?;
                text
            }
            (None, None) => String::new(),
        };
        let vetted = vetting::vet(&query, &variables, &self.costs, &self.limits)?;
        let Vetted { document, cost, is_query, is_quick } = vetted;
        let operation_name = body.operation_name;
        if is_mutation(&document, operation_name.as_deref()) {
            if body.only_reads {
                let message = "a mutation is sent by POST, as JSON; GET only reads";
                return Err(Refusal::new(ErrorCode::MethodNotAllowed, message));
            }
            if pinned.is_some() {
                let message = "a mutation is of no former revision; leave out `extensions.revision`";
                return Err(Refusal::new(ErrorCode::ArgumentInvalid, message));
            }
        }
        Ok(VettedQuery { query, operation_name, document, variables, cost, is_query, is_quick, pinned })
    }

    /// Vets a document as a request would be, and holds it against the schema; nothing of it is run.
    fn vet_document(&self, text: &str) -> Result<(), Refusal> {
        let variables = Variables::default();
        let Vetted { document, .. } = vetting::vet(text, &variables, &self.costs, &self.limits)?;
        let operations: Vec<Option<String>> = match &document.operations {
            DocumentOperations::Single(_) => vec![None],
            DocumentOperations::Multiple(of) => of.keys().map(|name| Some(name.to_string())).collect(),
        };
        let runtime = Builder::new_current_thread().build().map_err(|fault| {
            Refusal::new(ErrorCode::Internal, format!("it could not be held against the schema: {fault}"))
        })?;
        for operation in operations {
            let mut request = Request::new(String::new()).data(OnlyVetted);
            request.operation_name = operation;
            request.set_parsed_query(document.clone());
            let response = runtime.block_on(self.schema.execute(request));
            if let Some(error) = response.errors.into_iter().next() {
                let refusal = Refusal::new(ErrorCode::QueryInvalid, error.message);
                return Err(match error.locations.first() {
                    Some(place) => refusal.at(place.line, place.column),
                    None => refusal,
                });
            }
        }
        Ok(())
    }

    /// Gives every error a code, leaves out what is too much, and writes the answer.
    fn finish(&self, mut response: Response, validity: AnswerValidity) -> Result<GraphqlAnswer, Refusal> {
        // Only a query that was never run has errors without a path and no data.
        let was_run = response.errors.is_empty()
            || response.data != async_graphql::Value::Null
            || response.errors.iter().any(|error| !error.path.is_empty());
        response.errors.truncate(self.limits.errors_max);
        let code = if was_run { ErrorCode::Internal } else { ErrorCode::QueryInvalid };
        for error in &mut response.errors {
            finish_error(error, code);
        }
        let written = if was_run {
            serde_json::to_vec(&response)
        } else {
            // What was never run has no data, which is another thing than data that is null.
            serde_json::to_vec(&serde_json::json!({"errors": response.errors}))
        };
        let has_errors = !response.errors.is_empty();
        match written {
            Ok(body) if body.len() > self.limits.answer_bytes_max => Err(too_large(&self.limits)),
            Ok(body) => Ok(GraphqlAnswer {
                status: if was_run { 200 } else { code.http_status() },
                body,
                validity: if has_errors { AnswerValidity::Never } else { validity },
                refused: (!was_run).then_some(code),
                revision: None,
            }),
            Err(fault) => {
                tracing::error!(%fault, "an answer could not be written as JSON");
                Err(Refusal::new(ErrorCode::Internal, "something went wrong here; the log has more"))
            }
        }
    }
}

/// Leaves out the names of the schema that the library offers for one that it does not know.
fn leave_out_suggestion(error: &mut ServerError) {
    if let Some((message, _)) = error.message.split_once(" Did you mean") {
        error.message = message.to_owned();
    }
}

/// Whether the operation that is to be run writes.
fn is_mutation(document: &ExecutableDocument, operation: Option<&str>) -> bool {
    // Where it is not clear which is meant, the library refuses the request.
    document.operations.iter().any(|(name, of)| {
        let is_meant = operation.is_none_or(|wanted| name.is_none_or(|name| name.as_str() == wanted));
        is_meant && of.node.ty == OperationType::Mutation
    })
}

fn finish_error(error: &mut ServerError, code: ErrorCode) {
    if let Some((end, _)) = error.message.char_indices().nth(MESSAGE_CHARS_MAX) {
        error.message.truncate(end);
    }
    let extensions = error.extensions.get_or_insert_default();
    if extensions.get("code").is_none() {
        extensions.set("code", code.name());
    }
}

fn panicked(fault: &JoinError) -> Refusal {
    tracing::error!(%fault, "a query ended in a panic");
    Refusal::new(ErrorCode::Internal, "something went wrong here; the log has more")
}

fn overloaded(limits: &GraphqlLimits) -> Refusal {
    let message = format!(
        "{} queries are running, which is the limit `graphql.concurrent_max`; try again soon",
        limits.concurrent_max
    );
    Refusal::new(ErrorCode::Overloaded, message)
}

fn too_slow(limits: &GraphqlLimits) -> Refusal {
    let milliseconds = limits.deadline.as_millis();
    let message = format!("the answer took longer than the limit `graphql.deadline` of {milliseconds} ms");
    Refusal::new(ErrorCode::DeadlineExceeded, message)
}

fn too_large(limits: &GraphqlLimits) -> Refusal {
    let bytes = limits.answer_bytes_max;
    let message = format!(
        "the answer would be larger than the limit `graphql.answer_bytes_max` of {bytes} bytes; ask for smaller pages or fewer fields"
    );
    Refusal::new(ErrorCode::AnswerTooLarge, message)
}

#[cfg(test)]
mod tests {
    use tokio::runtime::Runtime;

    use super::*;

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
        let changes = Arc::default();
        let asked = Asked { graph, is_whole: true, caller, writable: None, access, crawler: None, changes };
        let vetted = service.inner.vetted(&body.into(), &Documents::default()).expect("the query passes");
        let answer = service.inner.answer(vetted, asked, &budget, runtime.handle());
        assert_eq!(answer.map_err(|refusal| refusal.code), Err(ErrorCode::DeadlineExceeded));
    }
}
