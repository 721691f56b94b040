//! One line of the audit log.

use catalog_core::model::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::super::{Caller, Identity, Scope, token_text::hex};
use crate::clock;

/// How much of a name is written, in characters.
const NAME_CHARS_MAX: usize = 200;
/// How many fields of one request are written.
const FIELDS_MAX: usize = 20;
/// How much of a field's name is written, in characters.
const FIELD_CHARS_MAX: usize = 80;

/// One line of the audit log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AuditEntry {
    /// Its number, from 1.
    pub n: u64,
    /// The SHA-256 of the line before it, without its end; zeros for the first.
    pub previous: String,
    /// When it was written.
    pub at: String,
    /// `mutation-asked` before a change is made, `mutation-answered` after it; `refused`; `token-created`,
    /// `token-revoked`.
    pub event: String,
    /// Who: `local`, `anonymous`, `token:ID` or `person:SUBJECT`.
    pub who: String,
    /// What their token is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What they may do.
    pub scopes: Vec<String>,
    /// Where the connection came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// The name of the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<String>,
    /// The fields of the mutation, by their names in the schema.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<String>,
    /// The scope that was wanted and missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// The code of a refusal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// What became of a mutation: `done`, `user-errors` or `errors`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<String>,
    /// The revision of the catalog after a mutation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<u64>,
    /// The SHA-256 of the query's text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub query: Option<String>,
    /// What the query costs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost: Option<u64>,
    /// The token that was made or revoked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// How many refusals before this line were not written, because there were too many in a second.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub left_out: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// What a query is told by where its text is not to be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryTrace {
    /// The SHA-256 of its text, in hexadecimal digits.
    pub sha256: String,
    /// What it costs.
    pub cost: u64,
}

impl QueryTrace {
    /// The trace of a query.
    pub fn of(query: &str, cost: u64) -> Self {
        Self { sha256: hex(&Sha256::digest(query.as_bytes())), cost }
    }
}

/// Something that is to be written down.
#[derive(Clone, Debug)]
pub struct AuditEvent<'a> {
    /// What kind of thing, as [`AuditEntry::event`] has it.
    pub event: &'static str,
    /// Who asked.
    pub caller: &'a Caller,
    /// The fields of the mutation.
    pub fields: &'a [String],
    /// The scope that was missing.
    pub scope: Option<Scope>,
    /// The code of a refusal.
    pub code: Option<&'static str>,
    /// What became of a mutation.
    pub result: Option<&'static str>,
    /// The revision after it.
    pub revision: Option<u64>,
    /// The query.
    pub query: Option<&'a QueryTrace>,
    /// The token that it is about.
    pub token: Option<String>,
}

impl<'a> AuditEvent<'a> {
    /// An event of which nothing further is known yet.
    pub fn new(event: &'static str, caller: &'a Caller) -> Self {
        Self {
            event,
            caller,
            fields: &[],
            scope: None,
            code: None,
            result: None,
            revision: None,
            query: None,
            token: None,
        }
    }

    /// The line of the event.
    pub(super) fn entry(&self, n: u64, previous: String, left_out: u64, now: Timestamp) -> AuditEntry {
        let name = match &self.caller.identity {
            Identity::Token { name, .. } => Some(cut(name, NAME_CHARS_MAX)),
            _ => None,
        };
        let fields = self.fields.iter().take(FIELDS_MAX);
        AuditEntry {
            n,
            previous,
            at: clock::rfc3339(now),
            event: self.event.to_owned(),
            who: cut(&self.caller.identity.to_string(), NAME_CHARS_MAX),
            name,
            scopes: self.caller.scopes.iter().map(|scope| scope.name().to_owned()).collect(),
            address: self.caller.address.map(|address| address.to_string()),
            request: Some(self.caller.request.to_string()),
            fields: fields.map(|field| cut(field, FIELD_CHARS_MAX)).collect(),
            scope: self.scope.map(|scope| scope.name().to_owned()),
            code: self.code.map(str::to_owned),
            result: self.result.map(str::to_owned),
            revision: self.revision,
            query: self.query.map(|query| query.sha256.clone()),
            cost: self.query.map(|query| query.cost),
            token: self.token.clone(),
            left_out,
        }
    }
}

/// The beginning of a text; what is left out is marked.
fn cut(text: &str, chars_max: usize) -> String {
    match text.char_indices().nth(chars_max) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
