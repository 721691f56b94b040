//! What is sent back.

use async_graphql::{Response, ServerError};
use bytes::Bytes;

use super::{ErrorCode, GraphqlLimits, Refusal, answer_text::write_answer};

/// How much of an error's message is passed on, in characters.
const MESSAGE_CHARS_MAX: usize = 400;

/// What is sent back: JSON with the status that suits it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GraphqlAnswer {
    /// The HTTP status: 200 where the query was run, whatever its fields say.
    pub status: u16,
    /// The body, a GraphQL answer in JSON.
    pub body: Bytes,
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
        let (body, validity) = (refusal.body().into(), AnswerValidity::Never);
        Self { status, body, validity, refused: Some(refusal.code), revision: None }
    }
}

/// Gives every error a code, leaves out what is too much, and writes the answer.
pub(super) fn finish(
    mut response: Response,
    validity: AnswerValidity,
    limits: &GraphqlLimits,
) -> Result<GraphqlAnswer, Refusal> {
    // Only a query that was never run has errors without a path and no data.
    let was_run = response.errors.is_empty()
        || response.data != async_graphql::Value::Null
        || response.errors.iter().any(|error| !error.path.is_empty());
    response.errors.truncate(limits.errors_max);
    let code = if was_run { ErrorCode::Internal } else { ErrorCode::QueryInvalid };
    for error in &mut response.errors {
        finish_error(error, code);
    }
    let written = if was_run {
        write_answer(&response)
    } else {
        // What was never run has no data, which is another thing than data that is null.
        serde_json::to_vec(&serde_json::json!({"errors": response.errors}))
    };
    let has_errors = !response.errors.is_empty();
    match written {
        Ok(body) if body.len() > limits.answer_bytes_max => Err(too_large(limits)),
        Ok(body) => Ok(GraphqlAnswer {
            status: if was_run { 200 } else { code.http_status() },
            body: body.into(),
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

/// Leaves out the names of the schema that the library offers for one that it does not know.
pub(super) fn leave_out_suggestion(error: &mut ServerError) {
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

pub(super) fn panicked(fault: &dyn std::fmt::Display) -> Refusal {
    tracing::error!(%fault, "a query ended in a panic");
    Refusal::new(ErrorCode::Internal, "something went wrong here; the log has more")
}

pub(super) fn overloaded(limits: &GraphqlLimits) -> Refusal {
    let message = format!(
        "{} queries are running, which is the limit `graphql.concurrent_max`; try again soon",
        limits.concurrent_max
    );
    Refusal::new(ErrorCode::Overloaded, message)
}

pub(super) fn too_slow(limits: &GraphqlLimits) -> Refusal {
    let milliseconds = limits.deadline.as_millis();
    let message = format!("the answer took longer than the limit `graphql.deadline` of {milliseconds} ms");
    Refusal::new(ErrorCode::DeadlineExceeded, message)
}

pub(super) fn too_large(limits: &GraphqlLimits) -> Refusal {
    let bytes = limits.answer_bytes_max;
    let message = format!(
        "the answer would be larger than the limit `graphql.answer_bytes_max` of {bytes} bytes; ask for smaller pages or fewer fields"
    );
    Refusal::new(ErrorCode::AnswerTooLarge, message)
}
