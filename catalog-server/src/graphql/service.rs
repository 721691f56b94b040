//! From a body to an answer.

use std::sync::{Arc, Mutex, PoisonError};

use async_graphql::{
    Request, Response, ServerError,
    parser::types::{DocumentOperations, ExecutableDocument, OperationType},
};
use catalog_core::{catalog::Catalog, gaps::GapSettings, graph::CatalogGraph, readiness::PolicySet};
use tokio::{
    runtime::{Builder, Handle},
    sync::Semaphore,
    task::spawn_blocking,
    time::timeout,
};

use super::{
    ChangeMeasures, DocumentFault, DocumentFile, ErrorCode, GraphqlLimits, GraphqlQuestion, Refusal,
    budget::{AnswerBudget, GiveUpOnDrop, OnlyVetted, Spent},
    documents::Documents,
    mutation::WritableCatalog,
    recent_graphs::RecentGraphs,
    request_body::RequestBody,
    schema::{CatalogSchema, build_schema, schema_sdl},
    vetting::{self, CostTable},
};
use crate::{access::Caller, clock};

/// How much of an error's message is passed on, in characters.
const MESSAGE_CHARS_MAX: usize = 400;

/// Answers GraphQL requests. Cloning is cheap; clones share their limits.
#[derive(Clone)]
pub struct GraphqlService {
    inner: Arc<Inner>,
    permits: Arc<Semaphore>,
    documents: Arc<Mutex<Arc<Documents>>>,
    recent: Arc<RecentGraphs>,
    /// What mutations write to; without it they are refused.
    writable: Option<WritableCatalog>,
    /// What changes are held to.
    changes: Arc<ChangeMeasures>,
}

struct Inner {
    schema: CatalogSchema,
    costs: CostTable,
    limits: GraphqlLimits,
}

/// What a request is asked of, and by whom.
struct Asked {
    /// The current graph; a request can ask for a former one.
    graph: Arc<CatalogGraph>,
    recent: Arc<RecentGraphs>,
    documents: Arc<Documents>,
    caller: Arc<Caller>,
    writable: Option<WritableCatalog>,
    changes: Arc<ChangeMeasures>,
}

/// A request that may be run.
struct Vetted {
    request: Request,
    graph: Arc<CatalogGraph>,
}

/// What is sent back: JSON with the status that suits it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GraphqlAnswer {
    /// The HTTP status: 200 where the query was run, whatever its fields say.
    pub status: u16,
    /// The body, a GraphQL answer in JSON.
    pub body: Vec<u8>,
    /// Why the query was not run, where it was not.
    pub refused: Option<ErrorCode>,
    /// The revision of the graph that answered; `None` where none was asked.
    pub revision: Option<u64>,
}

impl From<Refusal> for GraphqlAnswer {
    fn from(refusal: Refusal) -> Self {
        let status = refusal.code.http_status();
        Self { status, body: refusal.body(), refused: Some(refusal.code), revision: None }
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
        Self {
            inner,
            permits,
            documents: Arc::default(),
            recent: Arc::default(),
            writable: None,
            changes: Arc::default(),
        }
    }

    /// The same with other measures and policies.
    #[must_use]
    pub fn measured_by(self, gaps: Arc<GapSettings>, policies: Arc<PolicySet>) -> Self {
        let Self { writable, documents, recent, changes, .. } = self;
        let limits = self.inner.limits.clone();
        Self { writable, documents, recent, changes, ..Self::with_measures(limits, gaps, policies) }
    }

    /// The same, with mutations that write to this catalog.
    #[must_use]
    pub fn writing_to(mut self, catalog: Arc<Catalog>) -> Self {
        self.writable = Some(WritableCatalog(catalog));
        self
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

    /// Answers one request, all of it from one graph: `graph`, or that of the former revision that it asks for;
    /// a mutation is answered from the graph that it makes.
    ///
    /// The query runs on a thread of its own and holds one of the permits until it has ended, also
    /// where nobody waits for it any more; dropping the future ends it soon.
    pub async fn answer(
        &self,
        question: impl Into<GraphqlQuestion>,
        graph: Arc<CatalogGraph>,
        caller: Arc<Caller>,
    ) -> GraphqlAnswer {
        let question = question.into();
        let limits = &self.inner.limits;
        let waiting = timeout(limits.patience, Arc::clone(&self.permits).acquire_owned());
        let Ok(Ok(permit)) = waiting.await else { return overloaded(limits).into() };
        let budget = AnswerBudget::new(limits.answer_bytes_max as u64);
        let guard = GiveUpOnDrop(Arc::clone(&budget));
        let inner = Arc::clone(&self.inner);
        let runtime = Handle::current();
        let (recent, documents) = (Arc::clone(&self.recent), self.documents());
        let (writable, changes) = (self.writable.clone(), Arc::clone(&self.changes));
        let asked = Asked { graph, recent, documents, caller, writable, changes };
        let work = spawn_blocking(move || {
            let _permit = permit;
            inner.answer(&question, asked, &budget, &runtime)
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
        question: &GraphqlQuestion,
        asked: Asked,
        budget: &Arc<AnswerBudget>,
        runtime: &Handle,
    ) -> GraphqlAnswer {
        let Vetted { request, graph } = match self.vetted(question, &asked) {
            Ok(vetted) => vetted,
            Err(refusal) => return refusal.into(),
        };
        let revision = graph.revision().0;
        let mut request = request.data(graph).data(asked.caller).data(asked.changes).data(Arc::clone(budget));
        if let Some(writable) = asked.writable {
            request = request.data(writable);
        }
        let response = runtime.block_on(self.schema.execute(request));
        let answer = match budget.spent() {
            Some(Spent::Bytes) => too_large(&self.limits).into(),
            Some(Spent::Time) => too_slow(&self.limits).into(),
            None => self.finish(response),
        };
        GraphqlAnswer { revision: Some(revision), ..answer }
    }

    fn vetted(&self, question: &GraphqlQuestion, asked: &Asked) -> Result<Vetted, Refusal> {
        let mut body = RequestBody::read(question)?;
        let variables = body.take_variables();
        let pinned = body.revision();
        let kept;
        let text = match (&body.document_id, &body.query) {
            (Some(id), _) => {
                kept = asked.documents.text(id)?;
                &*kept
            }
            (None, Some(text)) => {
                asked.documents.check(text)?;
                text.as_str()
            }
            (None, None) => "",
        };
        let document = vetting::vet(text, &variables, &self.costs, &self.limits)?;
        if is_mutation(&document, body.operation_name.as_deref()) {
            if body.only_reads {
                let message = "a mutation is sent by POST, as JSON; GET only reads";
                return Err(Refusal::new(ErrorCode::MethodNotAllowed, message));
            }
            if pinned.is_some() {
                let message = "a mutation is of no former revision; leave out `extensions.revision`";
                return Err(Refusal::new(ErrorCode::ArgumentInvalid, message));
            }
        }
        let current = Arc::clone(&asked.graph);
        let graph = asked.recent.choose(current, pinned, clock::now(), &self.limits)?;
        // The library quotes a query only where it parses it, so it is not given the text.
        let mut request = Request::new(String::new()).variables(variables);
        request.operation_name = body.operation_name;
        request.set_parsed_query(document);
        Ok(Vetted { request, graph })
    }

    /// Vets a document as a request would be, and holds it against the schema; nothing of it is run.
    fn vet_document(&self, text: &str) -> Result<(), Refusal> {
        let variables = async_graphql::Variables::default();
        let document = vetting::vet(text, &variables, &self.costs, &self.limits)?;
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
        let written = if was_run {
            serde_json::to_vec(&response)
        } else {
            // What was never run has no data, which is another thing than data that is null.
            serde_json::to_vec(&serde_json::json!({"errors": response.errors}))
        };
        match written {
            Ok(body) if body.len() > self.limits.answer_bytes_max => too_large(&self.limits).into(),
            Ok(body) if was_run => GraphqlAnswer { status: 200, body, refused: None, revision: None },
            Ok(body) => {
                GraphqlAnswer { status: code.http_status(), body, refused: Some(code), revision: None }
            }
            Err(fault) => {
                tracing::error!(%fault, "an answer could not be written as JSON");
                Refusal::new(ErrorCode::Internal, "something went wrong here; the log has more").into()
            }
        }
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
        let asked = Asked {
            graph,
            recent: Arc::default(),
            documents: Arc::default(),
            caller: Arc::new(Caller::local()),
            writable: None,
            changes: Arc::default(),
        };
        let answer = service.inner.answer(&body.into(), asked, &budget, runtime.handle());
        let text = String::from_utf8_lossy(&answer.body).into_owned();
        assert_eq!(answer.status, 503, "{text}");
        assert!(text.contains("DEADLINE_EXCEEDED"), "{text}");
    }
}
