//! What comes of a request that goes on: one answer after the other.

use async_graphql::{
    Response,
    futures_util::{StreamExt, stream::BoxStream},
    parser::types::{ExecutableDocument, OperationType, Selection},
};
use tokio::sync::OwnedSemaphorePermit;

use super::{ErrorCode, GraphqlAnswer, Refusal, operation::operation_meant};

/// What a request came to, over a connection on which several answers can come.
pub enum Opened {
    /// One answer: it was a query or a mutation.
    Answer(GraphqlAnswer),
    /// One answer after the other: it is a subscription.
    Events(EventStream),
}

/// The answers of a subscription. Dropping it ends the subscription.
pub struct EventStream {
    pub(super) responses: BoxStream<'static, Response>,
    pub(super) finish: Box<dyn Fn(Response) -> GraphqlAnswer + Send>,
    pub(super) _permit: OwnedSemaphorePermit,
}

impl EventStream {
    /// The next answer, or nothing once all is told. An answer without the status 200 is a refusal of all of it.
    pub async fn next(&mut self) -> Option<GraphqlAnswer> {
        let response = self.responses.next().await?;
        Some((self.finish)(response))
    }
}

impl std::fmt::Debug for EventStream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EventStream").finish_non_exhaustive()
    }
}

/// Whether the operation that is asked for is a subscription, which must ask for one thing alone.
pub(super) fn is_subscription(document: &ExecutableDocument, name: Option<&str>) -> Result<bool, Refusal> {
    let operation = operation_meant(document, name);
    let Some(operation) = operation.filter(|operation| operation.ty == OperationType::Subscription) else {
        return Ok(false);
    };
    match operation.selection_set.node.items.as_slice() {
        [only] if matches!(only.node, Selection::Field(_)) => Ok(true),
        _ => {
            let message = "a subscription asks for exactly one field, without a fragment around it";
            Err(Refusal::new(ErrorCode::QueryInvalid, message))
        }
    }
}
