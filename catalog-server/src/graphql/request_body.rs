//! A request as it is sent: JSON in a body, or parameters of an address.
//!
//! After the draft "GraphQL over HTTP": `query`, `operationName`, `variables` and `extensions`, and
//! `documentId` of its appendix on persisted documents; and the hash in `extensions.persistedQuery` that some
//! clients send in place of a query, hoping that it is known.

use async_graphql::Variables;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{ErrorCode, Refusal};

/// How much of the reader's explanation is passed on, in characters.
const EXPLANATION_CHARS_MAX: usize = 200;

/// What is asked, before anything of it is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GraphqlQuestion {
    /// The body of a POST request.
    Body(Vec<u8>),
    /// The decoded parameters of a GET request, which may only read.
    Parameters(Vec<(String, String)>),
}

impl GraphqlQuestion {
    /// How long it is, in bytes.
    pub(super) fn byte_len(&self) -> usize {
        match self {
            Self::Body(body) => body.len(),
            Self::Parameters(parameters) => {
                parameters.iter().map(|(name, value)| name.len() + value.len()).sum()
            }
        }
    }

    /// What it is told by from others.
    pub fn parts(&self) -> Vec<&[u8]> {
        match self {
            Self::Body(body) => vec![body],
            Self::Parameters(parameters) => {
                parameters.iter().flat_map(|(name, value)| [name.as_bytes(), value.as_bytes()]).collect()
            }
        }
    }
}

impl From<Vec<u8>> for GraphqlQuestion {
    fn from(body: Vec<u8>) -> Self {
        Self::Body(body)
    }
}

/// A request. Members that are not known are ignored.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RequestBody {
    #[serde(default)]
    pub(super) query: Option<String>,
    #[serde(default)]
    pub(super) document_id: Option<String>,
    #[serde(default)]
    pub(super) operation_name: Option<String>,
    #[serde(default)]
    variables: Option<Map<String, Value>>,
    #[serde(default)]
    extensions: Option<RequestExtensions>,
    /// Whether it came in a way that must not change anything.
    #[serde(skip)]
    pub(super) only_reads: bool,
}

/// What this server knows beyond GraphQL's own members.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct RequestExtensions {
    #[serde(default)]
    revision: Option<u64>,
    #[serde(default)]
    persisted_query: Option<PersistedQuery>,
}

/// A query by its hash alone.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct PersistedQuery {
    sha256_hash: String,
}

impl RequestBody {
    /// Reads what is sent.
    pub(super) fn read(question: &GraphqlQuestion) -> Result<Self, Refusal> {
        let mut request = match question {
            GraphqlQuestion::Body(body) => Self::of_body(body)?,
            GraphqlQuestion::Parameters(parameters) => Self::of_parameters(parameters)?,
        };
        if request.query.is_none() && request.document_id.is_none() {
            request.document_id = request.hash_alone().map(|hash| format!("sha256:{hash}"));
        }
        match (&request.query, &request.document_id) {
            (Some(_), Some(_)) => {
                Err(invalid("`query` and `documentId` exclude each other; send one of them"))
            }
            (None, None) => Err(invalid("there is neither a `query` nor a `documentId`")),
            _ => Ok(request),
        }
    }

    fn of_body(body: &[u8]) -> Result<Self, Refusal> {
        if body.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'[') {
            let message = "the body is a list of requests; send one request a body";
            return Err(Refusal::new(ErrorCode::BatchNotAllowed, message));
        }
        serde_json::from_slice(body).map_err(|fault| {
            invalid(&format!("the body is no JSON object with a `query`: {}", explained(&fault)))
        })
    }

    fn of_parameters(parameters: &[(String, String)]) -> Result<Self, Refusal> {
        let mut request = Self { only_reads: true, ..Self::default() };
        let mut seen: Vec<&str> = Vec::new();
        for (name, value) in parameters {
            if seen.contains(&name.as_str()) {
                return Err(invalid(&format!("the parameter `{}` is there twice", shortened(name))));
            }
            seen.push(name);
            let json_of = |fault: serde_json::Error| {
                invalid(&format!("the parameter `{name}` is no JSON object: {}", explained(&fault)))
            };
            match name.as_str() {
                "query" => request.query = Some(value.clone()),
                "documentId" => request.document_id = Some(value.clone()),
                // The empty text is as if it were left out.
                "operationName" => {
                    request.operation_name = Some(value.clone()).filter(|name| !name.is_empty());
                }
                "variables" => request.variables = serde_json::from_str(value).map_err(json_of)?,
                "extensions" => request.extensions = serde_json::from_str(value).map_err(json_of)?,
                _ => {}
            }
        }
        Ok(request)
    }

    /// The hash that is sent as if the query of this hash were known here.
    pub(super) fn hash_alone(&self) -> Option<&str> {
        let persisted =
            self.extensions.as_ref()?.persisted_query.as_ref().filter(|_| self.query.is_none())?;
        Some(&persisted.sha256_hash)
    }

    /// Takes the variables out.
    pub(super) fn take_variables(&mut self) -> Variables {
        let variables = self.variables.take().unwrap_or_default();
        Variables::from_json(Value::Object(variables))
    }

    /// The revision that the request wants to be answered from: `{"extensions": {"revision": 41}}`.
    pub(super) fn revision(&self) -> Option<u64> {
        self.extensions.as_ref()?.revision
    }
}

fn invalid(message: &str) -> Refusal {
    Refusal::new(ErrorCode::BodyInvalid, message)
}

fn explained(fault: &serde_json::Error) -> String {
    shortened(&fault.to_string())
}

fn shortened(text: &str) -> String {
    text.chars().take(EXPLANATION_CHARS_MAX).collect()
}
