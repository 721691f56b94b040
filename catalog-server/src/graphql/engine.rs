//! The schema with what stands around it: reads a question, lets its query pass or not, runs it, and has the
//! answer written.

use std::{
    pin::pin,
    sync::Arc,
    task::{Context, Poll, Waker},
};

use async_graphql::{
    Request, Variables,
    parser::types::{DocumentOperations, ExecutableDocument, OperationType},
};
use catalog_core::graph::CatalogGraph;
use tokio::runtime::{Builder, Handle};

use super::{
    AnswerValidity, ErrorCode, GraphqlAnswer, GraphqlLimits, GraphqlQuestion, Measures, Refusal,
    answer::{finish, leave_out_suggestion, too_large, too_slow},
    budget::{AnswerBudget, Spent},
    documents::Documents,
    event_stream::is_subscription,
    extension::{HeldOnce, OnlyVetted},
    moment::{Dependence, of_one_moment},
    mutation::WritableCatalog,
    operation::operation_meant,
    plain_rows::WritesRows,
    record::{MutationRecord, note_refusal},
    request_body::RequestBody,
    schema::{CatalogSchema, build_schema, schema_sdl},
    scopes::{check_scopes, check_sees_everything, mutation_fields},
    vetting::{self, CostTable, ParsedQueries, ParsedQuery, Weight},
};
use crate::{
    access::{AccessControl, Caller, QueryTrace},
    crawling::Crawler,
};

/// Queries up to this cost that only look up what they name are answered where they are read.
const INSTANT_COST_MAX: u64 = 100;

/// What answers from whichever graph it is given.
pub(super) struct Engine {
    pub(super) schema: CatalogSchema,
    pub(super) limits: GraphqlLimits,
    costs: CostTable,
    parsed: ParsedQueries,
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
    pub(super) measures: Arc<Measures>,
}

/// A query that has passed vetting, with what it will cost.
pub struct VettedQuery {
    text: String,
    operation_name: Option<String>,
    parsed: Arc<ParsedQuery>,
    variables: Variables,
    weight: Weight,
    /// The revision that is to answer, where that is not the current one.
    pinned: Option<u64>,
}

impl VettedQuery {
    /// What it costs, in the unit of `graphql.cost_max`; at least 1.
    pub fn cost(&self) -> u64 {
        self.weight.cost
    }

    /// Whether it is cheap and only looks up what it names.
    pub(super) fn is_quick(&self) -> bool {
        self.weight.is_quick
    }

    /// Whether it is so quick that it is not worth a thread of its own.
    pub(super) fn is_instant(&self) -> bool {
        self.weight.is_quick && self.weight.cost <= INSTANT_COST_MAX
    }

    /// The revision that is to answer, where that is not the current one.
    pub(super) fn pinned(&self) -> Option<u64> {
        self.pinned
    }

    /// The operations, and the name of the one that is meant.
    pub(super) fn operation(&self) -> (&ExecutableDocument, Option<&str>) {
        (&self.parsed.document, self.operation_name.as_deref())
    }

    /// What the audit log keeps of the query.
    fn trace(&self) -> QueryTrace {
        QueryTrace::of(&self.text, self.weight.cost)
    }

    /// What the library is asked.
    pub(super) fn request(self) -> Request {
        let has_only_plain_variables = vetting::has_only_plain(&self.variables, &self.parsed.document);
        // The library quotes a query only where it parses it, so it is not given the text.
        let mut request = Request::new(String::new()).variables(self.variables);
        request.operation_name = self.operation_name;
        if !self.parsed.repeats_a_key {
            request = request.data(WritesRows);
        }
        if has_only_plain_variables {
            request = request.data(HeldOnce(Arc::clone(&self.parsed)));
        }
        let run = self.parsed.same_fields().map_or(&self.parsed.document, |same| &same.once);
        request.set_parsed_query(run.clone());
        request
    }
}

impl Engine {
    /// With these limits.
    pub(super) fn new(limits: GraphqlLimits) -> Self {
        let schema = build_schema(&limits);
        Self { schema, limits, costs: CostTable::of(&schema_sdl()), parsed: ParsedQueries::default() }
    }

    /// Runs a query: on `runtime`, or, where it cannot have to wait for anything, on this thread.
    pub(super) fn run(
        &self,
        vetted: VettedQuery,
        asked: Asked,
        budget: &Arc<AnswerBudget>,
        runtime: Option<&Handle>,
    ) -> Result<GraphqlAnswer, Refusal> {
        if !vetted.parsed.is_query
            && is_subscription(&vetted.parsed.document, vetted.operation_name.as_deref())?
        {
            let message = "a subscription is answered over SSE (`Accept: text/event-stream`) or a WebSocket";
            return Err(Refusal::new(ErrorCode::QueryInvalid, message));
        }
        let may_introspect = asked.access.may_introspect(&asked.caller);
        let (document, name) = vetted.operation();
        let allowed = check_scopes(document, name, &asked.caller, may_introspect)
            .and_then(|()| if asked.is_whole { Ok(()) } else { check_sees_everything(document, name) });
        if let Err(refusal) = allowed {
            note_refusal(&asked, &refusal, &vetted.trace());
            return Err(refusal);
        }
        let changed = mutation_fields(document, name);
        let record = MutationRecord::begin(&asked, changed, || vetted.trace())?;
        let (parsed, revision) = (Arc::clone(&vetted.parsed), asked.graph.revision().0);
        let request = vetted.request().data(asked.graph).data(asked.caller).data(asked.measures);
        let mut request = request.data(Arc::clone(budget));
        if let Some(writable) = asked.writable {
            request = request.data(writable);
        }
        if let Some(crawler) = asked.crawler {
            request = request.data(crawler);
        }
        let (mut response, depends_on) = of_one_moment(|| match runtime {
            Some(runtime) => runtime.block_on(self.schema.execute(request)),
            None => resolve_here(self.schema.execute(request)),
        });
        if let Some(record) = record {
            record.end(&response);
        }
        if let Some(same_fields) = parsed.same_fields() {
            same_fields.hand_out(&mut response, budget, self.limits.errors_max);
        }
        if !may_introspect {
            response.errors.iter_mut().for_each(leave_out_suggestion);
        }
        let validity = match depends_on {
            _ if !parsed.is_query => AnswerValidity::Never,
            Dependence::Moment => AnswerValidity::Never,
            Dependence::Time => AnswerValidity::Minute,
            Dependence::Nothing => AnswerValidity::Revision,
        };
        match budget.spent() {
            Some(Spent::Bytes) => Err(too_large(&self.limits)),
            Some(Spent::Time) => Err(too_slow(&self.limits)),
            None => {
                let answer = finish(response, validity, &self.limits)?;
                Ok(GraphqlAnswer { revision: Some(revision), ..answer })
            }
        }
    }

    pub(super) fn vetted(
        &self,
        question: &GraphqlQuestion,
        documents: &Documents,
    ) -> Result<VettedQuery, Refusal> {
        let mut body = RequestBody::read(question)?;
        let variables = body.take_variables();
        let (pinned, is_hash_alone) = (body.revision(), body.hash_alone().is_some());
        let text = match (&body.document_id, body.query) {
            (Some(id), _) => {
                let unknown = |refusal| if is_hash_alone { hash_unknown() } else { refusal };
                documents.text(id).map_err(unknown)?.as_ref().to_owned()
            }
            (None, Some(text)) => {
                documents.check(&text)?;
                text
            }
            (None, None) => String::new(),
        };
        let parsed = self.parsed.of(&text, &self.limits)?;
        let weight = vetting::weigh(&parsed, &variables, &self.costs, &self.limits)?;
        let operation_name = body.operation_name;
        let meant = operation_meant(&parsed.document, operation_name.as_deref());
        vetting::check_given(&variables, meant)?;
        if meant.is_some_and(|operation| operation.ty == OperationType::Mutation) {
            if body.only_reads {
                let message = "a mutation is sent by POST, as JSON; GET only reads";
                return Err(Refusal::new(ErrorCode::MethodNotAllowed, message));
            }
            if pinned.is_some() {
                let message = "a mutation is of no former revision; leave out `extensions.revision`";
                return Err(Refusal::new(ErrorCode::ArgumentInvalid, message));
            }
        }
        Ok(VettedQuery { text, operation_name, parsed, variables, weight, pinned })
    }

    /// Vets a document as a request would be, and holds it against the schema; nothing of it is run.
    pub(super) fn vet_document(&self, text: &str) -> Result<(), Refusal> {
        let parsed = vetting::parse(text, &self.limits)?;
        vetting::weigh(&parsed, &Variables::default(), &self.costs, &self.limits)?;
        let document = &parsed.document;
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
}

/// Clients that find this code send the query itself, and nothing but queries from then on.
fn hash_unknown() -> Refusal {
    let message =
        "a query by its hash alone is answered where it is kept as a document; send the query itself";
    Refusal::new(ErrorCode::PersistedQueryNotSupported, message)
}

/// Carries out what never waits for anything else, on this thread.
fn resolve_here<T>(work: impl Future<Output = T>) -> T {
    let mut work = pin!(work);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        // Work that is many pieces may stop between them to let others go on.
        if let Poll::Ready(value) = work.as_mut().poll(&mut context) {
            return value;
        }
    }
}
