//! `catalog diff`: what is different between two stores.

use std::path::PathBuf;

use catalog_core::{
    gaps::{gap_difference, ownership_gaps},
    graph::CatalogGraph,
    model::EntityRef,
    query::{EntityNotFound, EntityPair, difference, find_entity},
};

use super::{CommandError, ExitStatus, blast_radius::DirectionArgument, context::Context};
use crate::report::{DifferenceAnswers, DifferenceReport};

/// Which stores to compare, and what to ask.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The store as it was: a copy of the store file from before a crawl, or that of another branch
    #[arg(long, value_name = "FILE")]
    before: PathBuf,
    /// The store as it is [default: that of --store]
    #[arg(long, value_name = "FILE")]
    after: Option<PathBuf>,
    /// Compare what needs this entity (with `--direction dependencies`: what it needs), instead of what
    /// the entities with other needs rest on
    #[arg(long, value_name = "REF")]
    root: Vec<String>,
    /// Which way to look from `--root`
    #[arg(long, value_enum, default_value_t)]
    direction: DirectionArgument,
    /// Compare what a failure of this entity does
    #[arg(long, value_name = "REF")]
    fail: Vec<String>,
    /// Of how many entities the reach is compared, where no `--root` is named
    #[arg(long, value_name = "NUMBER", default_value_t = 100)]
    reach_max: usize,
    /// End with exit code 1 where anything is different
    #[arg(long)]
    exit_code: bool,
    /// How many rows a table shows; 0 for all
    #[arg(long, value_name = "ROWS")]
    limit: Option<usize>,
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<ExitStatus, CommandError> {
    let before = context.graph_at(&arguments.before)?;
    let after = context.graph_at(arguments.after.as_deref().unwrap_or(&context.store_path))?;
    let difference = difference(&before, &after);
    let roots: Vec<EntityPair<'_, '_>> = arguments
        .root
        .iter()
        .map(|root| pair(&before, &after, root))
        .collect::<Result<_, EntityNotFound>>()?;
    let failed: Vec<EntityRef> = arguments
        .fail
        .iter()
        .map(|fail| Ok(pair(&before, &after, fail)?.name().clone()))
        .collect::<Result<_, EntityNotFound>>()?;
    let answers = DifferenceAnswers {
        gaps: gap_difference(
            ownership_gaps(context.gap_question(&before)),
            ownership_gaps(context.gap_question(&after)),
        ),
        reach: if roots.is_empty() {
            difference.reach(arguments.reach_max)
        } else {
            difference.reach_of(roots, arguments.direction.into())
        },
        impact: (!failed.is_empty())
            .then(|| (failed.iter().map(EntityRef::to_string).collect(), difference.impact(&failed))),
    };
    let report = DifferenceReport::new(&difference, answers);
    context.write(&report, arguments.limit)?;
    let is_finding = arguments.exit_code && report.different;
    Ok(if is_finding { ExitStatus::Findings } else { ExitStatus::Fine })
}

/// An entity by a person's word, as both stores have it; the store after decides what is meant.
fn pair<'g>(
    before: &'g CatalogGraph,
    after: &'g CatalogGraph,
    text: &str,
) -> Result<EntityPair<'g, 'g>, EntityNotFound> {
    let name = match find_entity(after, text) {
        Ok(entity) => entity.name(),
        Err(error) => find_entity(before, text).map_err(|_| error)?.name(),
    };
    Ok(EntityPair { before: before.entity(name), after: after.entity(name) })
}
