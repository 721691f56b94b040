//! The body of a request: JSON with a query.

use async_graphql::Variables;
use serde::Deserialize;

use super::{ErrorCode, Refusal};

/// How much of the reader's explanation is passed on, in characters.
const EXPLANATION_CHARS_MAX: usize = 200;

/// A request as it is sent. Other members, such as `extensions`, are ignored.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RequestBody {
    pub(super) query: String,
    #[serde(default)]
    pub(super) operation_name: Option<String>,
    #[serde(default)]
    variables: Option<serde_json::Map<String, serde_json::Value>>,
}

impl RequestBody {
    /// Reads a body that holds one request.
    pub(super) fn read(body: &[u8]) -> Result<Self, Refusal> {
        if body.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'[') {
            let message = "the body is a list of requests; send one request a body";
            return Err(Refusal::new(ErrorCode::BatchNotAllowed, message));
        }
        serde_json::from_slice(body).map_err(|fault| {
            let fault: String = fault.to_string().chars().take(EXPLANATION_CHARS_MAX).collect();
            Refusal::new(
                ErrorCode::BodyInvalid,
                format!("the body is no JSON object with a `query`: {fault}"),
            )
        })
    }

    /// Takes the variables out.
    pub(super) fn take_variables(&mut self) -> Variables {
        let variables = self.variables.take().unwrap_or_default();
        Variables::from_json(serde_json::Value::Object(variables))
    }
}
