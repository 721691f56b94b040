//! `catalog show`: one entity, whole.

use catalog_core::query::find_entity;

use super::{CommandError, ExitStatus, context::Context};
use crate::report::{DeclarationsReport, EntityReport};

/// Which entity to show.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The entity, as in `component:payments` or just `payments`
    #[arg(value_name = "REF")]
    entity: String,

    /// Lay what each manifest says about it side by side, beside what the catalog makes of it
    #[arg(long)]
    declarations: bool,
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<ExitStatus, CommandError> {
    let graph = context.graph()?;
    let entity = find_entity(&graph, &arguments.entity)?;
    let report = EntityReport::new(entity);
    if arguments.declarations {
        context.write(&DeclarationsReport(report), Some(0))?;
    } else {
        context.write(&report, Some(0))?;
    }
    Ok(ExitStatus::Fine)
}
