//! `catalog show`: one entity, whole.

use catalog_core::query::find_entity;

use super::{CommandError, ExitStatus, context::Context};
use crate::report::EntityReport;

/// Which entity to show.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The entity, as in `component:payments` or just `payments`
    #[arg(value_name = "REF")]
    entity: String,
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<ExitStatus, CommandError> {
    let graph = context.graph()?;
    let entity = find_entity(&graph, &arguments.entity)?;
    context.write(&EntityReport::new(entity), Some(0))?;
    Ok(ExitStatus::Fine)
}
