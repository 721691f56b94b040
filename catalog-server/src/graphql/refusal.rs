//! A request that is answered by one error and nothing else.

use serde_json::json;

use super::ErrorCode;
use crate::access::Scope;

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
    /// The scope that whoever asks lacks, where that is why.
    pub scope: Option<Scope>,
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
        Self { code, message: message.into(), limit: None, position: None, scope: None }
    }

    /// A refusal by a limit on `what`, as in `fields within fields`.
    pub fn over_limit(name: &'static str, value: u64, met: u64, what: &str) -> Self {
        Self {
            code: ErrorCode::LimitExceeded,
            message: format!("{what}: {met}, over the limit `{name}` of {value}"),
            limit: Some(LimitMet { name, value, met }),
            position: None,
            scope: None,
        }
    }

    /// The same for want of a scope.
    #[must_use]
    pub fn wanting(mut self, scope: Scope) -> Self {
        self.scope = Some(scope);
        self
    }

    /// The same at a place of the query.
    #[must_use]
    pub fn at(mut self, line: usize, column: usize) -> Self {
        self.position = Some((line, column));
        self
    }

    /// The answer's body, in the form of a GraphQL answer.
    pub fn body(&self) -> Vec<u8> {
        self.body_of_request(None)
    }

    /// The same, with the name of the request as `requestId`, by which the log tells more.
    pub fn body_of_request(&self, request_id: Option<&str>) -> Vec<u8> {
        let mut extensions = json!({"code": self.code.name()});
        if let Some(request_id) = request_id {
            extensions["requestId"] = json!(request_id);
        }
        if let Some(limit) = &self.limit {
            extensions["limit"] = json!(limit.name);
            extensions["value"] = json!(limit.value);
            extensions["met"] = json!(limit.met);
        }
        if let Some(scope) = self.scope {
            extensions["scope"] = json!(scope.name());
        }
        let mut error = json!({"message": self.message, "extensions": extensions});
        if let Some((line, column)) = self.position {
            error["locations"] = json!([{"line": line, "column": column}]);
        }
        json!({"errors": [error]}).to_string().into_bytes()
    }
}
