//! `catalog owner --for`: who has a responsibility for an entity.

use catalog_core::{
    graph::Entity,
    query::{Responsibility, responsibilities, responsible_for},
};

use super::{CommandError, ExitStatus, context::Context};
use crate::report::ResponsibilitiesReport;

/// A responsibility, as the command line names it.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub(super) enum Argument {
    /// Who watches it
    Monitoring,
    /// Who sets its objectives
    Objectives,
    /// Who decides on breaking changes
    BreakingChange,
    /// Who answers for the service level
    ServiceLevel,
    /// All of them
    All,
}

pub(super) fn run(
    context: &Context,
    entity: Entity<'_>,
    read_from: Option<&str>,
    asked: Argument,
) -> Result<ExitStatus, CommandError> {
    let asked = match asked {
        Argument::Monitoring => Some(Responsibility::Monitoring),
        Argument::Objectives => Some(Responsibility::Objectives),
        Argument::BreakingChange => Some(Responsibility::BreakingChange),
        Argument::ServiceLevel => Some(Responsibility::ServiceLevel),
        Argument::All => None,
    };
    let answers = match asked {
        Some(asked) => vec![responsible_for(entity, asked)],
        None => responsibilities(entity).into(),
    };
    context.write(&ResponsibilitiesReport::new(&answers, asked, read_from), Some(0))?;
    Ok(ExitStatus::Fine)
}
