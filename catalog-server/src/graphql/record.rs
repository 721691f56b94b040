//! What the audit log is told of a request.

use std::sync::Arc;

use async_graphql::{Response, Value};

use super::{ErrorCode, Refusal, engine::Asked, mutation::WritableCatalog};
use crate::{
    access::{AccessControl, AuditEvent, Caller, QueryTrace},
    clock,
};

/// A mutation that was written down before it is run, and is to be again when it has.
pub(super) struct MutationRecord {
    access: Arc<AccessControl>,
    caller: Arc<Caller>,
    writable: Option<WritableCatalog>,
    fields: Vec<String>,
    trace: QueryTrace,
}

impl MutationRecord {
    /// Writes a mutation down; `None` where nothing is to be changed, or where there is no log.
    ///
    /// # Errors
    ///
    /// It could not be written down: then it is not run.
    pub(super) fn begin(
        asked: &Asked,
        fields: Vec<String>,
        trace: impl FnOnce() -> QueryTrace,
    ) -> Result<Option<Self>, Refusal> {
        let Some(log) = asked.access.audit().filter(|_| !fields.is_empty()) else { return Ok(None) };
        let trace = trace();
        let event = AuditEvent {
            fields: &fields,
            query: Some(&trace),
            ..AuditEvent::new("mutation-asked", &asked.caller)
        };
        if let Err(error) = log.write(&event, clock::now()) {
            tracing::error!(path = %log.path().display(), %error, "a mutation was refused, since it could not be written to the audit log");
            let message = "the audit log cannot be written to, so nothing is changed; questions are answered";
            return Err(Refusal::new(ErrorCode::AuditUnavailable, message));
        }
        let (access, caller) = (Arc::clone(&asked.access), Arc::clone(&asked.caller));
        Ok(Some(Self { access, caller, writable: asked.writable.clone(), fields, trace }))
    }

    /// Writes down what became of it. Where that fails the log still tells that it was asked for.
    pub(super) fn end(self, response: &Response) {
        let Some(log) = self.access.audit() else { return };
        let event = AuditEvent {
            fields: &self.fields,
            query: Some(&self.trace),
            result: Some(result_of(response)),
            revision: self.writable.map(|writable| writable.0.graph().revision().0),
            ..AuditEvent::new("mutation-answered", &self.caller)
        };
        if let Err(error) = log.write(&event, clock::now()) {
            tracing::error!(path = %log.path().display(), %error, request = %self.caller.request, "what became of a mutation could not be written to the audit log");
        }
    }
}

/// Writes down that whoever asks lacks a scope.
pub(super) fn note_refusal(asked: &Asked, refusal: &Refusal, trace: &QueryTrace) {
    let event = AuditEvent {
        scope: refusal.scope,
        code: Some(refusal.code.name()),
        query: Some(trace),
        ..AuditEvent::new("refused", &asked.caller)
    };
    asked.access.note_refusal(&event, clock::now());
}

/// What became of a mutation, as far as its answer shows it.
fn result_of(response: &Response) -> &'static str {
    if !response.errors.is_empty() {
        return "errors";
    }
    let Value::Object(fields) = &response.data else { return "done" };
    let has_user_errors = |answer: &Value| match answer {
        Value::Object(answer) => {
            matches!(answer.get("userErrors"), Some(Value::List(errors)) if !errors.is_empty())
        }
        _ => false,
    };
    if fields.values().any(has_user_errors) { "user-errors" } else { "done" }
}
