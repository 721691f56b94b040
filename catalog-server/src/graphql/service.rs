//! From a body to an answer.

use std::sync::Arc;

use async_graphql::{Request, Response, ServerError};
use catalog_core::{
    catalog::{Catalog, CurrentGraph},
    gaps::GapSettings,
    graph::CatalogGraph,
    readiness::PolicySet,
};
use tokio::{runtime::Handle, sync::Semaphore, task::spawn_blocking, time::timeout};

use super::{
    ErrorCode, EventStream, GraphqlLimits, Opened, Refusal,
    budget::{AnswerBudget, GiveUpOnDrop, Spent},
    change_feed::ChangeFeed,
    event_stream::is_subscription,
    mutation::WritableCatalog,
    request_body::RequestBody,
    schema::{CatalogSchema, build_schema, schema_sdl},
    vetting::{self, CostTable},
};
use crate::{access::Caller, crawling::Crawler};

/// How much of an error's message is passed on, in characters.
const MESSAGE_CHARS_MAX: usize = 400;

/// Answers GraphQL requests. Cloning is cheap; clones share their limits.
#[derive(Clone)]
pub struct GraphqlService {
    inner: Arc<Inner>,
    permits: Arc<Semaphore>,
    /// What mutations write to; without it they are refused.
    writable: Option<WritableCatalog>,
    /// What reads repositories, if anything does.
    crawler: Option<Crawler>,
    /// What tells of changes, if anything does.
    feed: Option<Arc<ChangeFeed>>,
    subscriptions: Arc<Semaphore>,
}

struct Inner {
    schema: CatalogSchema,
    costs: CostTable,
    limits: GraphqlLimits,
}

/// What a request is asked of, and by whom.
struct Asked {
    graph: Arc<CatalogGraph>,
    caller: Arc<Caller>,
    writable: Option<WritableCatalog>,
    crawler: Option<Crawler>,
}

/// What is sent back: JSON with the status that suits it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GraphqlAnswer {
    /// The HTTP status: 200 where the query was run, whatever its fields say.
    pub status: u16,
    /// The body, a GraphQL answer in JSON.
    pub body: Vec<u8>,
}

impl From<Refusal> for GraphqlAnswer {
    fn from(refusal: Refusal) -> Self {
        Self { status: refusal.code.http_status(), body: refusal.body() }
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
        let subscriptions = Arc::new(Semaphore::new(limits.subscriptions_max));
        let schema = build_schema(&limits, gaps, policies);
        let inner = Arc::new(Inner { schema, costs: CostTable::of(&schema_sdl()), limits });
        Self { inner, permits, writable: None, crawler: None, feed: None, subscriptions }
    }

    /// The same with other measures and policies.
    #[must_use]
    pub fn measured_by(self, gaps: Arc<GapSettings>, policies: Arc<PolicySet>) -> Self {
        let limits = self.inner.limits.clone();
        let Self { writable, crawler, feed, .. } = self;
        Self { writable, crawler, feed, ..Self::with_measures(limits, gaps, policies) }
    }

    /// The same, with mutations that write to this catalog.
    #[must_use]
    pub fn writing_to(mut self, catalog: Arc<Catalog>) -> Self {
        self.writable = Some(WritableCatalog(catalog));
        self
    }

    /// The same, with what reads repositories.
    #[must_use]
    pub fn crawling_with(mut self, crawler: Crawler) -> Self {
        self.crawler = Some(crawler);
        self
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

    /// Opens a request over a connection on which several answers can come: a subscription goes on, and
    /// everything else is answered as [`Self::answer`] does. What must pass is the same.
    pub async fn open(
        &self,
        body: Vec<u8>,
        graph: Arc<CatalogGraph>,
        caller: Arc<Caller>,
    ) -> Result<Opened, Refusal> {
        let limits = &self.inner.limits;
        let waiting = timeout(limits.patience, Arc::clone(&self.permits).acquire_owned());
        let Ok(Ok(permit)) = waiting.await else { return Err(overloaded(limits)) };
        let inner = Arc::clone(&self.inner);
        let vetting = spawn_blocking(move || {
            let _permit = permit;
            let vetted = inner.vetted(&body).and_then(|mut request| {
                let is_subscription = is_subscription(&mut request)?;
                Ok(is_subscription.then_some(request))
            });
            (vetted, body)
        });
        let (vetted, body) = vetting.await.map_err(|fault| {
            tracing::error!(%fault, "a query ended in a panic");
            Refusal::new(ErrorCode::Internal, "something went wrong here; the log has more")
        })?;
        let Some(mut request) = vetted? else {
            return Ok(Opened::Answer(self.answer(body, graph, caller).await));
        };
        let Ok(permit) = Arc::clone(&self.subscriptions).try_acquire_owned() else {
            let max = limits.subscriptions_max as u64;
            let what = "subscriptions that are open";
            return Err(Refusal::over_limit("graphql.subscriptions_max", max, max + 1, what));
        };
        // No graph: what goes on for hours would keep an old one in memory.
        request = request.data(caller);
        if let Some(feed) = &self.feed {
            request = request.data(Arc::clone(feed));
        }
        if let Some(crawler) = &self.crawler {
            request = request.data(crawler.clone());
        }
        let responses = self.inner.schema.execute_stream(request);
        let inner = Arc::clone(&self.inner);
        let finish = Box::new(move |response| inner.finish(response));
        Ok(Opened::Events(EventStream { responses: Box::pin(responses), finish, _permit: permit }))
    }

    /// Answers one request, all of it from one graph; a mutation is answered from the graph that it makes.
    ///
    /// The query runs on a thread of its own and holds one of the permits until it has ended, also
    /// where nobody waits for it any more; dropping the future ends it soon.
    pub async fn answer(
        &self,
        body: Vec<u8>,
        graph: Arc<CatalogGraph>,
        caller: Arc<Caller>,
    ) -> GraphqlAnswer {
        let limits = &self.inner.limits;
        let waiting = timeout(limits.patience, Arc::clone(&self.permits).acquire_owned());
        let Ok(Ok(permit)) = waiting.await else { return overloaded(limits).into() };
        let budget = AnswerBudget::new(limits.answer_bytes_max as u64);
        let guard = GiveUpOnDrop(Arc::clone(&budget));
        let inner = Arc::clone(&self.inner);
        let runtime = Handle::current();
        let (writable, crawler) = (self.writable.clone(), self.crawler.clone());
        let work = spawn_blocking(move || {
            let _permit = permit;
            inner.answer(&body, Asked { graph, caller, writable, crawler }, &budget, &runtime)
        });
        let answer = match timeout(limits.deadline, work).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(fault)) => {
                tracing::error!(%fault, "a query ended in a panic");
                Refusal::new(ErrorCode::Internal, "something went wrong here; the log has more").into()
            }
            Err(_) => too_slow(limits).into(),
        };
        drop(guard);
        answer
    }
}

impl Inner {
    fn answer(
        &self,
        body: &[u8],
        asked: Asked,
        budget: &Arc<AnswerBudget>,
        runtime: &Handle,
    ) -> GraphqlAnswer {
        let mut request = match self.vetted(body) {
            Ok(request) => request.data(asked.graph).data(asked.caller).data(Arc::clone(budget)),
            Err(refusal) => return refusal.into(),
        };
        if let Some(writable) = asked.writable {
            request = request.data(writable);
        }
        if let Some(crawler) = asked.crawler {
            request = request.data(crawler);
        }
        let response = runtime.block_on(self.schema.execute(request));
        match budget.spent() {
            Some(Spent::Bytes) => too_large(&self.limits).into(),
            Some(Spent::Time) => too_slow(&self.limits).into(),
            None => self.finish(response),
        }
    }

    fn vetted(&self, body: &[u8]) -> Result<Request, Refusal> {
        let mut body = RequestBody::read(body)?;
        let variables = body.take_variables();
        let document = vetting::vet(&body.query, &variables, &self.costs, &self.limits)?;
        // The library quotes a query only where it parses it, so it is not given the text.
        let mut request = Request::new(String::new()).variables(variables);
        request.operation_name = body.operation_name;
        request.set_parsed_query(document);
        Ok(request)
    }

    /// Gives every error a code, leaves out what is too much, and writes the answer.
    fn finish(&self, mut response: Response) -> GraphqlAnswer {
        // Only a query that was never run has errors without a path and no data.
        let was_run = response.errors.is_empty()
            || response.data != async_graphql::Value::Null
            || response.errors.iter().any(|error| !error.path.is_empty());
        response.errors.truncate(self.limits.errors_max);
        let code = if was_run { ErrorCode::Internal } else { ErrorCode::QueryInvalid };
        for error in &mut response.errors {
            finish_error(error, code);
        }
        match serde_json::to_vec(&response) {
            Ok(body) if body.len() > self.limits.answer_bytes_max => too_large(&self.limits).into(),
            Ok(body) => GraphqlAnswer { status: if was_run { 200 } else { code.http_status() }, body },
            Err(fault) => {
                tracing::error!(%fault, "an answer could not be written as JSON");
                Refusal::new(ErrorCode::Internal, "something went wrong here; the log has more").into()
            }
        }
    }
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
        let body = br#"{"query": "{ entities { nodes { ref } } }"}"#;
        let asked = Asked { graph, caller: Arc::new(Caller::local()), writable: None, crawler: None };
        let answer = service.inner.answer(body, asked, &budget, runtime.handle());
        let text = String::from_utf8_lossy(&answer.body).into_owned();
        assert_eq!(answer.status, 503, "{text}");
        assert!(text.contains("DEADLINE_EXCEEDED"), "{text}");
    }
}
