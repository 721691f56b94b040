//! Places, entities and staleness as JSON shows them everywhere.

use catalog_core::{
    graph::Entity,
    model::{Origin, Stale},
};
use schemars::JsonSchema;
use serde::Serialize;

use crate::clock::rfc3339;

/// Where something was read.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PlaceReport {
    /// The repository's id.
    pub repository: String,
    /// The commit, as forty hexadecimal digits; null for a directory without commits.
    pub commit: Option<String>,
    /// The file's path in the repository.
    pub path: String,
    /// The document in the file, from 0.
    pub document: u32,
    /// The line, from 1; 0 where the whole file is meant.
    pub line: u32,
    /// The column in characters, from 1; 0 where the whole line is meant.
    pub column: u32,
    /// The format the file was read as.
    pub format: &'static str,
}

impl From<&Origin> for PlaceReport {
    fn from(origin: &Origin) -> Self {
        Self {
            repository: origin.repository.to_string(),
            commit: origin.commit.map(|commit| commit.to_string()),
            path: origin.path.to_string(),
            document: origin.document,
            line: origin.position.line,
            column: origin.position.column,
            format: origin.format.name(),
        }
    }
}

impl PlaceReport {
    /// `repository:path:line`.
    pub(super) fn short(&self) -> String {
        let line = if self.line > 0 { format!(":{}", self.line) } else { String::new() };
        format!("{}:{}{line}", self.repository, self.path)
    }

    /// The first twelve digits of the commit.
    pub(super) fn short_commit(&self) -> Option<&str> {
        self.commit.as_deref().map(|commit| &commit[..12.min(commit.len())])
    }

    /// `repository:path:line @ commit`.
    pub(super) fn proof(&self) -> String {
        match self.short_commit() {
            Some(commit) => format!("{} @ {commit}", self.short()),
            None => self.short(),
        }
    }
}

/// That what is said is of an earlier commit, because its source cannot be read now.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StaleReport {
    /// `invalid`, `refused` or `unreachable`.
    pub reason: &'static str,
    /// Since when, as RFC 3339 in UTC.
    pub since: String,
    /// The commit that the kept facts are of.
    pub commit: Option<String>,
}

impl From<&Stale> for StaleReport {
    fn from(stale: &Stale) -> Self {
        Self {
            reason: stale.reason.name(),
            since: rfc3339(stale.since),
            commit: stale.commit.map(|commit| commit.to_string()),
        }
    }
}

impl StaleReport {
    /// `stale since …: reason`.
    pub(super) fn sentence(&self) -> String {
        let why = match self.reason {
            "unreachable" => "the repository cannot be read",
            "refused" => "the manifest is not read any more",
            _ => "the manifest cannot be understood any more",
        };
        format!("stale since {}: {why}", self.since)
    }
}

/// A ref in a table: short, and a dash where there is none.
pub(super) fn ref_cell(entity: Option<&str>) -> String {
    match entity {
        Some(text) => short(text),
        None => "–".into(),
    }
}

/// A canonical ref without its default namespace.
pub(super) fn short(text: &str) -> String {
    match text.split_once(":default/") {
        // A name with a `/` reads back only behind its namespace.
        Some((kind, name)) if !name.contains('/') => format!("{kind}:{name}"),
        _ => text.to_owned(),
    }
}

/// A value in a table, and a dash where there is none.
pub(super) fn cell(value: Option<&str>) -> String {
    value.unwrap_or("–").into()
}

/// A tier in a table.
pub(super) fn tier_cell(tier: Option<u8>) -> String {
    tier.map_or_else(|| "–".into(), |tier| tier.to_string())
}

/// The tier as a number.
pub(super) fn tier_of(entity: Entity<'_>) -> Option<u8> {
    entity.tier().map(catalog_core::model::Tier::number)
}

/// The canonical ref of an entity.
pub(super) fn ref_of(entity: Entity<'_>) -> String {
    entity.name().to_string()
}
