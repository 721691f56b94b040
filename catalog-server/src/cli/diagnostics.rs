//! `catalog diagnostics`: what is to be said about the manifests.

use catalog_core::{
    graph::CatalogDiagnostic,
    model::{DiagnosticCode, Severity},
};

use super::{CommandError, ExitStatus, context::Context};
use crate::report::DiagnosticsReport;

/// Which diagnostics to list.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Only of this severity or worse
    #[arg(long, value_enum, default_value_t)]
    severity: SeverityArgument,
    /// Only of this code, as in `yaml-syntax`
    #[arg(long)]
    code: Vec<String>,
    /// Only of this repository: its id, or the end of it
    #[arg(long, value_name = "ID")]
    repository: Option<String>,
    /// End with exit code 1 where one of this severity or worse is listed
    #[arg(long, value_enum, value_name = "SEVERITY")]
    fail_on: Option<SeverityArgument>,
    /// How many rows a table shows; 0 for all
    #[arg(long, value_name = "ROWS")]
    limit: Option<usize>,
}

/// A severity, as the command line writes it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum SeverityArgument {
    /// Worth knowing.
    #[default]
    Note,
    /// Doubtful.
    Warning,
    /// Broken.
    Error,
}

impl From<SeverityArgument> for Severity {
    fn from(argument: SeverityArgument) -> Self {
        match argument {
            SeverityArgument::Note => Self::Note,
            SeverityArgument::Warning => Self::Warning,
            SeverityArgument::Error => Self::Error,
        }
    }
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<ExitStatus, CommandError> {
    let codes = arguments.code.iter().map(|name| {
        DiagnosticCode::from_name(name).ok_or_else(|| {
            CommandError::usage(format!("no diagnostic has the code `{name}`"))
                .hint("`schema/codes.md` lists the codes")
        })
    });
    let codes: Vec<DiagnosticCode> = codes.collect::<Result<_, _>>()?;
    let graph = context.graph()?;
    let repository = match &arguments.repository {
        Some(text) => Some(catalog_core::query::find_repository(&graph, text)?.id().clone()),
        None => None,
    };
    let severity = Severity::from(arguments.severity);
    let listed = |of: &&CatalogDiagnostic| {
        of.diagnostic.severity >= severity
            && (codes.is_empty() || codes.contains(&of.diagnostic.code))
            && repository.as_ref().is_none_or(|id| *id == of.repository)
    };
    let fails = arguments.fail_on.map(Severity::from);
    let has_failed = graph
        .diagnostics()
        .iter()
        .filter(listed)
        .any(|of| fails.is_some_and(|severity| of.diagnostic.severity >= severity));
    context
        .write(&DiagnosticsReport::new(&graph, graph.diagnostics().iter().filter(listed)), arguments.limit)?;
    Ok(if has_failed { ExitStatus::Findings } else { ExitStatus::Fine })
}
