//! `catalog blast-radius`: everything that needs an entity, or that it needs.

use catalog_core::{
    needs::Direction,
    query::{BlastRadiusQuery, blast_radius, find_entity, need_path},
};

use super::{CommandError, ExitStatus, context::Context};
use crate::report::{BlastRadiusReport, NeedPathReport};

/// What to ask.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The entities that change or fail, as in `component:payments` or just `payments`
    #[arg(required = true, value_name = "REF")]
    roots: Vec<String>,
    /// Which way to look
    #[arg(long, value_enum, default_value_t)]
    direction: DirectionArgument,
    /// How many needs to follow at most, from 1
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..))]
    max_depth: Option<u32>,
    /// Show one shortest chain of needs to this entity, with the lines that state it
    #[arg(long, value_name = "REF")]
    path_to: Option<String>,
    /// How many rows a table shows; 0 for all
    #[arg(long, value_name = "ROWS")]
    limit: Option<usize>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum DirectionArgument {
    /// What needs the entities.
    #[default]
    Dependents,
    /// What the entities need.
    Dependencies,
}

impl From<DirectionArgument> for Direction {
    fn from(direction: DirectionArgument) -> Self {
        match direction {
            DirectionArgument::Dependents => Self::Dependents,
            DirectionArgument::Dependencies => Self::Dependencies,
        }
    }
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<ExitStatus, CommandError> {
    let graph = context.graph()?;
    let roots =
        arguments.roots.iter().map(|root| find_entity(&graph, root)).collect::<Result<Vec<_>, _>>()?;
    let direction = arguments.direction.into();
    if let Some(target) = &arguments.path_to {
        let target = find_entity(&graph, target)?;
        let path = need_path(&graph, &roots, target, direction);
        context.write(&NeedPathReport::new(&graph, target.name().to_string(), path.as_deref()), Some(0))?;
        return Ok(ExitStatus::Fine);
    }
    let query = BlastRadiusQuery { roots, direction, depth_max: arguments.max_depth };
    let answer = blast_radius(&graph, &query);
    context.write(&BlastRadiusReport::new(&graph, &answer), arguments.limit)?;
    Ok(ExitStatus::Fine)
}
