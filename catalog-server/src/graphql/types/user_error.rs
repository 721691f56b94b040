//! Why a mutation did nothing, as data.

use async_graphql::SimpleObject;
use catalog_core::{model::ReviewRefusal, query::EntityNotFound, review::AnswerRefused, store::StoreError};

/// Why a mutation did nothing.
#[derive(Clone, Debug, SimpleObject)]
pub(crate) struct UserError {
    /// The stable code, as in `ENTITY_NOT_IN_SCOPE`.
    code: &'static str,
    /// What happened, in one lower-case sentence.
    message: String,
    /// The argument that it is about, as in `ref`; null where it is about none.
    field: Option<&'static str>,
}

impl UserError {
    /// An argument that means nothing.
    pub(crate) fn invalid(field: &'static str, message: impl Into<String>) -> Self {
        Self { code: "ARGUMENT_INVALID", message: message.into(), field: Some(field) }
    }

    /// A server that has only a graph.
    pub(crate) fn no_store() -> Self {
        let message = "this server has no store that it could write to".to_owned();
        Self { code: "STORE_READ_ONLY", message, field: None }
    }

    /// A server that reads nothing by itself.
    pub(crate) fn not_crawling() -> Self {
        let message = "this server reads no repositories by itself; start it with `--crawl`".to_owned();
        Self { code: "CRAWLING_OFF", message, field: None }
    }

    /// A repository that is not in the catalog.
    pub(crate) fn unknown_repository(field: &'static str, message: String) -> Self {
        Self { code: "REPOSITORY_UNKNOWN", message, field: Some(field) }
    }

    /// As many crawls wait as may.
    pub(crate) fn queue_full(message: String) -> Self {
        Self { code: "QUEUE_FULL", message, field: None }
    }

    /// A name that is not in the catalog.
    pub(crate) fn not_found(field: &'static str, error: &EntityNotFound) -> Self {
        let code = match error {
            EntityNotFound::Ambiguous { .. } => "ENTITY_AMBIGUOUS",
            EntityNotFound::Syntax { .. } | EntityNotFound::Unknown { .. } => "ENTITY_UNKNOWN",
        };
        Self { code, message: error.to_string(), field: Some(field) }
    }
}

impl From<&ReviewRefusal> for UserError {
    fn from(refusal: &ReviewRefusal) -> Self {
        Self { code: refusal.code(), message: refusal.to_string(), field: Some(refusal.field()) }
    }
}

impl From<ReviewRefusal> for UserError {
    fn from(refusal: ReviewRefusal) -> Self {
        Self::from(&refusal)
    }
}

impl From<AnswerRefused> for UserError {
    fn from(refused: AnswerRefused) -> Self {
        match refused {
            AnswerRefused::NotFound(error) => Self::not_found("ref", &error),
            AnswerRefused::Refused(refusal) => refusal.into(),
        }
    }
}

impl From<&StoreError> for UserError {
    /// What is told leaves out whatever is nobody's business; the log has it.
    fn from(error: &StoreError) -> Self {
        let (code, message) = match error {
            StoreError::Held { .. } => ("STORE_HELD", "another process holds the store; try again soon"),
            StoreError::ReadOnly(_) | StoreError::NeedsRepair => {
                ("STORE_READ_ONLY", "the store cannot be written to")
            }
            StoreError::Full(_) => ("STORE_FULL", "there is no space left for the store"),
            _ => ("STORE_FAILED", "the store could not take it; the log has more"),
        };
        tracing::warn!(%error, "a mutation could not be written");
        Self { code, message: message.to_owned(), field: None }
    }
}
