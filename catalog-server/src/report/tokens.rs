//! The tokens that are known, without the tokens.

use catalog_core::model::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use super::{Page, Report, SCHEMA_VERSION, Table};
use crate::{
    access::{Scope, TokenList, TokenRecord},
    clock,
};

/// The tokens that were made.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TokensReport {
    /// The version of this document's form.
    pub schema_version: u32,
    /// The tokens, in the order in which they were made.
    pub tokens: Vec<TokenRow>,
}

/// One token.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TokenRow {
    /// Which one it is: the eight digits after its prefix.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// `good`, `expired` or `revoked`.
    pub state: &'static str,
    /// What whoever holds it may do: `read`, `review`, `crawl`, `admin`.
    pub scopes: Vec<&'static str>,
    /// When it was made.
    pub created: String,
    /// From when on it is worth nothing.
    pub expires: String,
    /// When it was revoked; null where it was not.
    pub revoked: Option<String>,
}

impl TokensReport {
    /// The report of a list of tokens at a moment.
    pub fn new(list: &TokenList, now: Timestamp) -> Self {
        let row = |record: &TokenRecord| TokenRow {
            id: record.id.to_string(),
            name: record.name.clone(),
            state: match record.revoked {
                Some(_) => "revoked",
                None if record.is_valid(now) => "good",
                None => "expired",
            },
            scopes: record.scopes.iter().map(Scope::name).collect(),
            created: clock::rfc3339(record.created),
            expires: clock::rfc3339(record.expires),
            revoked: record.revoked.map(clock::rfc3339),
        };
        Self { schema_version: SCHEMA_VERSION, tokens: list.records().iter().map(row).collect() }
    }
}

impl Report for TokensReport {
    fn page(&self) -> Page {
        let mut table = Table::new(&["id", "name", "scopes", "state", "created", "expires"]);
        for row in &self.tokens {
            table.push([
                row.id.clone(),
                row.name.clone(),
                row.scopes.join(", "),
                row.state.to_owned(),
                row.created.clone(),
                row.expires.clone(),
            ]);
        }
        Page::default().heading("tokens").table(table)
    }

    fn rows(&self) -> Vec<serde_json::Value> {
        self.tokens.iter().filter_map(|row| serde_json::to_value(row).ok()).collect()
    }
}
