//! `diagnostics`: remarks on what was read.

use async_graphql::{Context, InputObject, Object, Result};
use catalog_core::{graph::CatalogDiagnostic, model::Severity, query::find_repository};

use super::graph_of;
use crate::graphql::{
    ErrorCode,
    page::{Page, PageArguments, error, page},
    types::{diagnostic::DiagnosticObject, severity::SeverityValue},
};

#[derive(Default)]
pub(super) struct DiagnosticsQuery;

/// Which diagnostics to list. The parts are joined by *and*; a part that is left out asks for nothing.
#[derive(Clone, Debug, Default, InputObject)]
#[graphql(name = "DiagnosticFilter")]
pub(super) struct DiagnosticFilterInput {
    /// Diagnostics at least as bad as this.
    severity: Option<SeverityValue>,
    /// A code, as in `yaml-syntax`.
    code: Option<String>,
    /// A repository: its whole id, or the end of one after a `/`.
    repository: Option<String>,
}

#[Object]
impl DiagnosticsQuery {
    /// Remarks on what was read and on how it fits together, by repository, path and place.
    async fn diagnostics(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which diagnostics; all where it is left out.")] filter: Option<
            DiagnosticFilterInput,
        >,
        #[graphql(desc = "How many rows, 1 to 100; 50 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only rows behind this cursor.")] after: Option<String>,
    ) -> Result<Page<DiagnosticObject>> {
        let graph = graph_of(ctx)?;
        let filter = filter.unwrap_or_default();
        let repository = match filter.repository.map(|text| find_repository(graph, &text)) {
            None => None,
            Some(Ok(repository)) => Some(repository.id()),
            Some(Err(fault)) => return Err(error(ErrorCode::ArgumentInvalid, fault.to_string())),
        };
        let severity_min: Option<Severity> = filter.severity.map(Into::into);
        let passes = |of: &&CatalogDiagnostic| {
            severity_min.is_none_or(|severity_min| of.diagnostic.severity >= severity_min)
                && filter.code.as_ref().is_none_or(|code| of.diagnostic.code.name() == code)
                && repository.is_none_or(|repository| of.repository == *repository)
        };
        let mut rows: Vec<&CatalogDiagnostic> = graph.diagnostics().iter().filter(passes).collect();
        // The graph's order with a last word for remarks on one place, so that every row has a key of its own.
        rows.sort_by(|a, b| key_of(a).cmp(&key_of(b)));
        page(
            ctx,
            graph.revision(),
            &rows,
            &PageArguments::forward(first, after),
            |row| owned_key_of(row),
            |row| (*row).into(),
        )
    }
}

type DiagnosticKey<Text> = (Text, Option<Text>, Option<u32>, u32, u32, Text, Text);

fn key_of(of: &CatalogDiagnostic) -> DiagnosticKey<&str> {
    let diagnostic = &of.diagnostic;
    (
        of.repository.as_str(),
        diagnostic.path.as_deref(),
        diagnostic.document,
        diagnostic.position.line,
        diagnostic.position.column,
        diagnostic.code.name(),
        &diagnostic.message,
    )
}

fn owned_key_of(of: &CatalogDiagnostic) -> DiagnosticKey<String> {
    let (repository, path, document, line, column, code, message) = key_of(of);
    (repository.into(), path.map(Into::into), document, line, column, code.into(), message.into())
}
