//! A first manifest for a repository: the file itself, with the evidence of each field above it.

use std::fmt::Write;

use catalog_ingest::propose::{Proposal, ProposedEntity, ProposedField, ProposedValue};
use schemars::JsonSchema;
use serde::Serialize;

use super::{Page, Report, SCHEMA_VERSION, Table, escape::printable, yaml_text::yaml_scalar};
use crate::clock::rfc3339;

/// A manifest that is proposed.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProposalReport {
    /// The version of this document's form.
    pub schema_version: u32,
    /// The name that the file should have, from where the proposal was asked for.
    pub path: String,
    /// The text of the file.
    pub text: String,
    /// The same field by field.
    pub entities: Vec<ProposedEntityReport>,
    /// Who made the recent commits, where no file names an owner. Never an owner by itself.
    pub authors: Vec<RecentAuthorReport>,
}

/// One document of the file.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProposedEntityReport {
    /// As in `Component`.
    pub kind: &'static str,
    /// Its fields, in the order of the document.
    pub fields: Vec<ProposedFieldReport>,
}

/// One field of a document.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProposedFieldReport {
    /// The keys that lead to it.
    pub keys: Vec<&'static str>,
    /// Its values; one for a field that is no list.
    pub values: Vec<String>,
    /// Where they come from.
    pub evidence: String,
}

/// What one person did lately.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RecentAuthorReport {
    /// As in the person's latest commit.
    pub name: String,
    /// How many commits are the person's.
    pub commits: usize,
    /// How many commits were looked at.
    pub of: usize,
    /// When the latest was made, as RFC 3339 in UTC.
    pub latest: Option<String>,
}

const HEAD: &str = "\
# Proposed by `catalog init` from what is in the repository. Above each field stands where it comes from:
# check it, change what is wrong, and delete the comments.
";
/// What stands for an owner that nobody names: it is declared nowhere, so every report says so.
const UNKNOWN: &str = "unknown";

impl ProposalReport {
    /// The report of a proposal, for a file at `path`.
    pub fn new(proposal: &Proposal, path: &str) -> Self {
        let authors: Vec<RecentAuthorReport> = proposal
            .authors
            .iter()
            .map(|author| RecentAuthorReport {
                name: author.name.to_string(),
                commits: author.commits,
                of: author.of,
                latest: author.latest.map(rfc3339),
            })
            .collect();
        Self {
            schema_version: SCHEMA_VERSION,
            path: path.to_owned(),
            text: text(proposal, &authors),
            entities: proposal.entities.iter().map(ProposedEntityReport::from).collect(),
            authors,
        }
    }
}

impl From<&ProposedEntity> for ProposedEntityReport {
    fn from(entity: &ProposedEntity) -> Self {
        let fields = entity.fields.iter().map(|field| ProposedFieldReport {
            keys: field.keys.clone(),
            values: match &field.value {
                ProposedValue::Text(text) | ProposedValue::Include(text) => vec![text.clone()],
                ProposedValue::Texts(texts) => texts.clone(),
                ProposedValue::UnknownOwner => vec![UNKNOWN.into()],
            },
            evidence: field.evidence.clone(),
        });
        Self { kind: entity.kind, fields: fields.collect() }
    }
}

impl Report for ProposalReport {
    fn page(&self) -> Page {
        let mut table = Table::new(&["entity", "field", "value", "evidence"]);
        for entity in &self.entities {
            for field in &entity.fields {
                let name = field.keys.join(".");
                table.push([entity.kind.into(), name, field.values.join(", "), field.evidence.clone()]);
            }
        }
        Page::default().table(table)
    }

    fn rows(&self) -> Vec<serde_json::Value> {
        self.entities.iter().filter_map(|entity| serde_json::to_value(entity).ok()).collect()
    }
}

fn text(proposal: &Proposal, authors: &[RecentAuthorReport]) -> String {
    let mut text = HEAD.to_owned();
    for (position, entity) in proposal.entities.iter().enumerate() {
        if position > 0 {
            text.push_str("---\n");
        }
        // Only the first document repeats what the history says: it is of the whole repository.
        write_entity(&mut text, entity, if position == 0 { authors } else { &[] })
            .expect("a text takes whatever is written to it");
    }
    text
}

fn write_entity(
    text: &mut String,
    entity: &ProposedEntity,
    authors: &[RecentAuthorReport],
) -> std::fmt::Result {
    writeln!(text, "apiVersion: backstage.io/v1alpha1\nkind: {}", entity.kind)?;
    let mut open: &[&str] = &[];
    for field in &entity.fields {
        let Some((name, parents)) = field.keys.split_last() else { continue };
        let shared = open.iter().zip(parents).take_while(|(left, right)| left == right).count();
        for (depth, parent) in parents.iter().enumerate().skip(shared) {
            writeln!(text, "{}{}:", indentation(depth), yaml_scalar(parent))?;
        }
        open = parents;
        write_field(text, name, parents.len(), field, authors)?;
    }
    Ok(())
}

fn write_field(
    text: &mut String,
    name: &str,
    depth: usize,
    field: &ProposedField,
    authors: &[RecentAuthorReport],
) -> std::fmt::Result {
    let indentation = indentation(depth);
    writeln!(text, "{indentation}# {}", comment(&field.evidence))?;
    let key = yaml_scalar(name);
    match &field.value {
        ProposedValue::Text(value) => writeln!(text, "{indentation}{key}: {}", yaml_scalar(value)),
        ProposedValue::Texts(values) => {
            writeln!(text, "{indentation}{key}:")?;
            values.iter().try_for_each(|value| writeln!(text, "{indentation}  - {}", yaml_scalar(value)))
        }
        ProposedValue::Include(path) => {
            writeln!(text, "{indentation}{key}:\n{indentation}  $text: {}", yaml_scalar(path))
        }
        ProposedValue::UnknownOwner => {
            for author in authors {
                let RecentAuthorReport { name, commits, of, latest } = author;
                let latest = latest.as_ref().map(|at| format!(", the latest at {at}")).unwrap_or_default();
                let name = comment(name);
                writeln!(
                    text,
                    "{indentation}# a suggestion, no fact: {name} made {commits} of the last {of} commits{latest}"
                )?;
            }
            writeln!(text, "{indentation}{key}: {UNKNOWN}")
        }
    }
}

fn indentation(depth: usize) -> String {
    "  ".repeat(depth)
}

/// A text inside a comment: on one line, and without what a terminal obeys or YAML refuses.
fn comment(text: &str) -> String {
    const CHARS_MAX: usize = 300;
    printable(text)
        .chars()
        .take(CHARS_MAX)
        .map(|c| if matches!(c, '\u{2028}' | '\u{2029}' | '\u{fffe}' | '\u{ffff}') { '\u{fffd}' } else { c })
        .collect()
}
