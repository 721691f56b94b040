//! A remark on input.

use async_graphql::SimpleObject;
use catalog_core::{graph::CatalogDiagnostic, model::Diagnostic};

use super::{origin::known, severity::SeverityValue};

/// A remark on something that was read: what was found, what was expected, and what to do.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(name = "Diagnostic")]
pub(crate) struct DiagnosticObject {
    /// The stable code, as in `yaml-syntax`.
    code: String,
    /// What the code means, in one sentence.
    summary: String,
    /// How much it matters.
    severity: SeverityValue,
    /// The id of the repository that it is about.
    repository: String,
    /// The path of the file; null where the repository as a whole is meant.
    path: Option<String>,
    /// The document in the file, counted from 0.
    document: Option<u32>,
    /// The line, counted from 1; null where the whole file is meant.
    line: Option<u32>,
    /// The column, in characters, counted from 1.
    column: Option<u32>,
    /// What was found and what was expected, in one lower-case sentence.
    message: String,
    /// What to write or do instead.
    suggestion: Option<String>,
    /// The line of the file that is meant.
    excerpt: Option<ExcerptObject>,
}

/// A line of a file with the part that is meant.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(name = "Excerpt")]
pub(crate) struct ExcerptObject {
    /// The line without its end; a long one is cut.
    text: String,
    /// How many characters are meant, from the diagnostic's column on.
    length: u32,
}

impl From<&CatalogDiagnostic> for DiagnosticObject {
    fn from(of: &CatalogDiagnostic) -> Self {
        Self::of(of.repository.as_str(), &of.diagnostic)
    }
}

impl DiagnosticObject {
    /// A remark on a repository.
    pub(crate) fn of(repository: &str, diagnostic: &Diagnostic) -> Self {
        Self {
            code: diagnostic.code.name().into(),
            summary: diagnostic.code.summary().into(),
            severity: diagnostic.severity.into(),
            repository: repository.to_owned(),
            path: diagnostic.path.as_deref().map(Into::into),
            document: diagnostic.document,
            line: known(diagnostic.position.line),
            column: known(diagnostic.position.column),
            message: diagnostic.message.to_string(),
            suggestion: diagnostic.advice().map(Into::into),
            excerpt: diagnostic
                .excerpt
                .as_ref()
                .map(|excerpt| ExcerptObject { text: excerpt.text.to_string(), length: excerpt.length }),
        }
    }
}
