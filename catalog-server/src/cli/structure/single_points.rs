//! `catalog structure single-points`: through which one entity every way to others goes.

use catalog_core::query::{SinglePointsFrom, SinglePointsQuery, find_entity, single_points};

use super::Top;
use crate::{
    cli::{CommandError, ExitStatus, context::Context},
    report::SinglePointsReport,
};

/// What to ask.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Where the ways begin
    #[arg(long, value_enum, default_value_t)]
    from: FromArgument,
    /// Begin at these entities only, as in `region-north`; may be given several times
    #[arg(long, value_name = "REF")]
    root: Vec<String>,
    #[command(flatten)]
    top: Top,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
enum FromArgument {
    /// Regions, zones, cells, data centres and external parties: through whom their failure travels.
    #[default]
    FailureDomains,
    /// Everything that hard-needs nothing: through whom any failure from below travels.
    Foundations,
    /// Everything that nobody hard-needs: through whom all use goes.
    EntryPoints,
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<ExitStatus, CommandError> {
    let graph = context.graph()?;
    let roots: Vec<_> =
        arguments.root.iter().map(|root| find_entity(&graph, root)).collect::<Result<_, _>>()?;
    let roots = (!roots.is_empty()).then_some(roots);
    let from = match arguments.from {
        FromArgument::FailureDomains => SinglePointsFrom::FailureDomains,
        FromArgument::Foundations => SinglePointsFrom::Foundations,
        FromArgument::EntryPoints => SinglePointsFrom::EntryPoints,
    };
    let answer = single_points(&graph, &SinglePointsQuery { from, roots });
    context.write(&SinglePointsReport::new(&graph, &answer, arguments.top.rows_max()), Some(0))?;
    Ok(ExitStatus::Fine)
}
