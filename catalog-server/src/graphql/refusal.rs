//! A request that is answered by one error and nothing else.

use serde_json::json;

use super::ErrorCode;

/// Why a request is not answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The stable code.
    pub code: ErrorCode,
    /// What was met and what is expected: lower case, without a period.
    pub message: String,
    /// The limit that was met, where one was.
    pub limit: Option<LimitMet>,
    /// Line and column in the query, both from 1.
    pub position: Option<(usize, usize)>,
}

/// A limit and what went over it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LimitMet {
    /// The limit's name, as in `graphql.depth_max`.
    pub name: &'static str,
    /// Its value.
    pub value: u64,
    /// The value met; where counting was given up, the first value over the limit.
    pub met: u64,
}

impl Refusal {
    /// A refusal without a limit or a place.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), limit: None, position: None }
    }

    /// A refusal by a limit on `what`, as in `fields within fields`.
    pub fn over_limit(name: &'static str, value: u64, met: u64, what: &str) -> Self {
        Self {
            code: ErrorCode::LimitExceeded,
            message: format!("{what}: {met}, over the limit `{name}` of {value}"),
            limit: Some(LimitMet { name, value, met }),
            position: None,
        }
    }

    /// The same at a place of the query.
    #[must_use]
    pub fn at(mut self, line: usize, column: usize) -> Self {
        self.position = Some((line, column));
        self
    }

    /// The answer's body, in the form of a GraphQL answer.
    pub fn body(&self) -> Vec<u8> {
        let mut extensions = json!({"code": self.code.name()});
        if let Some(limit) = &self.limit {
            extensions["limit"] = json!(limit.name);
            extensions["value"] = json!(limit.value);
            extensions["met"] = json!(limit.met);
        }
        let mut error = json!({"message": self.message, "extensions": extensions});
        if let Some((line, column)) = self.position {
            error["locations"] = json!([{"line": line, "column": column}]);
        }
        json!({"errors": [error]}).to_string().into_bytes()
    }
}
