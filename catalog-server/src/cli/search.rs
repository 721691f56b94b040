//! `catalog search`: entities by a few words.

use catalog_core::query::search;

use super::{CommandError, ExitStatus, context::Context};
use crate::report::SearchReport;

/// What to look for.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Words that must all be found in the name, title, tags or description; typing errors in names
    /// are forgiven
    #[arg(required = true, value_name = "TEXT")]
    words: Vec<String>,
    /// How many entities to list, best first
    #[arg(long, value_name = "NUMBER", default_value_t = 20)]
    limit: usize,
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<ExitStatus, CommandError> {
    let graph = context.graph()?;
    let text = arguments.words.join(" ");
    let hits = search(&graph, &text);
    let limit = if arguments.limit == 0 { usize::MAX } else { arguments.limit };
    context.write(&SearchReport::new(&graph, &text, &hits, limit), Some(0))?;
    Ok(ExitStatus::Fine)
}
