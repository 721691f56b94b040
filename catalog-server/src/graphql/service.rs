//! From a body to an answer.

use std::sync::Arc;

use async_graphql::{Request, Response, ServerError, Variables, parser::types::ExecutableDocument};
use catalog_core::{catalog::Catalog, gaps::GapSettings, graph::CatalogGraph, readiness::PolicySet};
use tokio::{runtime::Handle, sync::Semaphore, task::spawn_blocking, time::timeout};

use super::{
    ErrorCode, GraphqlLimits, Refusal,
    budget::{AnswerBudget, GiveUpOnDrop, Spent},
    mutation::WritableCatalog,
    record::{MutationRecord, note_refusal},
    request_body::RequestBody,
    schema::{CatalogSchema, build_schema, schema_sdl},
    scopes::{check_scopes, mutation_fields},
    vetting::{self, CostTable},
};
use crate::access::{AccessControl, Caller, QueryTrace};

/// How much of an error's message is passed on, in characters.
const MESSAGE_CHARS_MAX: usize = 400;

/// Answers GraphQL requests. Cloning is cheap; clones share their limits.
#[derive(Clone)]
pub struct GraphqlService {
    inner: Arc<Inner>,
    permits: Arc<Semaphore>,
    /// What mutations write to; without it they are refused.
    writable: Option<WritableCatalog>,
    /// Who may ask for the schema.
    access: Arc<AccessControl>,
}

struct Inner {
    schema: CatalogSchema,
    costs: CostTable,
    limits: GraphqlLimits,
}

/// What a request is asked of, and by whom.
pub(super) struct Asked {
    pub(super) graph: Arc<CatalogGraph>,
    pub(super) caller: Arc<Caller>,
    pub(super) writable: Option<WritableCatalog>,
    pub(super) access: Arc<AccessControl>,
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
        let schema = build_schema(&limits, gaps, policies);
        let inner = Arc::new(Inner { schema, costs: CostTable::of(&schema_sdl()), limits });
        Self { inner, permits, writable: None, access: Arc::new(AccessControl::local()) }
    }

    /// The same with other measures and policies.
    #[must_use]
    pub fn measured_by(self, gaps: Arc<GapSettings>, policies: Arc<PolicySet>) -> Self {
        let (writable, access) = (self.writable, self.access);
        Self { writable, access, ..Self::with_measures(self.inner.limits.clone(), gaps, policies) }
    }

    /// The same, with mutations that write to this catalog.
    #[must_use]
    pub fn writing_to(mut self, catalog: Arc<Catalog>) -> Self {
        self.writable = Some(WritableCatalog(catalog));
        self
    }

    /// The same, where this tells who may ask for the schema.
    #[must_use]
    pub fn guarded_by(mut self, access: Arc<AccessControl>) -> Self {
        self.access = access;
        self
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
        let asked =
            Asked { graph, caller, writable: self.writable.clone(), access: Arc::clone(&self.access) };
        let work = spawn_blocking(move || {
            let _permit = permit;
            inner.answer(&body, asked, &budget, &runtime)
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
        let may_introspect = asked.access.may_introspect(&asked.caller);
        let vetted = match self.vetted(body) {
            Ok(vetted) => vetted,
            Err(refusal) => return refusal.into(),
        };
        let name = vetted.operation_name.as_deref();
        if let Err(refusal) = check_scopes(&vetted.document, name, &asked.caller, may_introspect) {
            note_refusal(&asked, &refusal, &vetted.trace());
            return refusal.into();
        }
        let changed = mutation_fields(&vetted.document, name);
        let record = match MutationRecord::begin(&asked, changed, || vetted.trace()) {
            Ok(record) => record,
            Err(refusal) => return refusal.into(),
        };
        let mut request = vetted.request().data(asked.graph).data(asked.caller).data(Arc::clone(budget));
        if let Some(writable) = asked.writable {
            request = request.data(writable);
        }
        let mut response = runtime.block_on(self.schema.execute(request));
        if let Some(record) = record {
            record.end(&response);
        }
        if !may_introspect {
            response.errors.iter_mut().for_each(leave_out_suggestion);
        }
        match budget.spent() {
            Some(Spent::Bytes) => too_large(&self.limits).into(),
            Some(Spent::Time) => too_slow(&self.limits).into(),
            None => self.finish(response),
        }
    }

    fn vetted(&self, body: &[u8]) -> Result<Vetted, Refusal> {
        let mut body = RequestBody::read(body)?;
        let variables = body.take_variables();
        let (document, cost) = vetting::vet(&body.query, &variables, &self.costs, &self.limits)?;
        Ok(Vetted { query: body.query, operation_name: body.operation_name, document, variables, cost })
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

/// Leaves out the names of the schema that the library offers for one that it does not know.
fn leave_out_suggestion(error: &mut ServerError) {
    if let Some((message, _)) = error.message.split_once(" Did you mean") {
        error.message = message.to_owned();
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

/// A request that has passed the vetting.
struct Vetted {
    query: String,
    operation_name: Option<String>,
    document: ExecutableDocument,
    variables: Variables,
    cost: u64,
}

impl Vetted {
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
        let asked = Asked {
            graph,
            caller: Arc::new(Caller::local()),
            writable: None,
            access: Arc::new(AccessControl::local()),
        };
        let answer = service.inner.answer(body, asked, &budget, runtime.handle());
        let text = String::from_utf8_lossy(&answer.body).into_owned();
        assert_eq!(answer.status, 503, "{text}");
        assert!(text.contains("DEADLINE_EXCEEDED"), "{text}");
    }
}
