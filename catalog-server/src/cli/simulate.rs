//! `catalog simulate`: what is down, degraded or without a spare where something fails.

use catalog_core::{
    expression::EntityExpression,
    query::{Failing, ImpactQuery, failing, find_entity, impact},
};

use super::{
    CommandError, ExitStatus,
    context::{Context, write_drawn},
    roots::entities_named,
};
use crate::{
    clock,
    picture::{NODES_DEFAULT, NODES_MAX, impact_picture},
    report::ImpactReport,
};

/// What fails. Nothing is changed: the question is asked of what is known.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// What does not work: an entity, a region, a vendor; a system or domain with all its parts; a
    /// repository with all that it declares; or a group that cannot act. `-` reads names from standard input
    #[arg(long, value_name = "REF", num_args = 1.., required_unless_present_any = ["degrade", "fail_where"])]
    fail: Vec<String>,
    /// What does not work: every entity that this expression is true of, as in `type == 'saas' && tier > 1`. It
    /// may use ref, kind, name, title, type, lifecycle, tier, critical, declared, stale, owner, system,
    /// repository, tags, data, labels, annotations
    #[arg(long, value_name = "EXPRESSION")]
    fail_where: Option<String>,
    /// What works in part only
    #[arg(long, value_name = "REF", num_args = 1..)]
    degrade: Vec<String>,
    /// What has failed already: the answer is what gets worse from there
    #[arg(long, value_name = "REF", num_args = 1..)]
    already_down: Vec<String>,
    /// Say which needs, as few as possible, would have to be softened or given a spare to keep this up
    #[arg(long, value_name = "REF")]
    keep: Option<String>,
    /// How many entities a picture (`--format dot|mermaid|svg`) shows; the others are counted
    #[arg(long, value_name = "NUMBER", default_value_t = NODES_DEFAULT, value_parser = clap::value_parser!(u32).range(1..=NODES_MAX.into()))]
    nodes: u32,
    /// How many rows a table shows; 0 for all
    #[arg(long, value_name = "ROWS")]
    limit: Option<usize>,
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<ExitStatus, CommandError> {
    let graph = context.graph()?;
    let mut failed = entities_named_or_none(&graph, &arguments.fail)?;
    if let Some(expression) = &arguments.fail_where {
        let selected = EntityExpression::parse(expression)?.select(&graph, clock::now())?;
        if selected.is_empty() {
            return Err(CommandError::undecided(format!("no entity is one of which `{expression}` is true"))
                .hint("`catalog list` shows the facts that it can be about"));
        }
        failed.extend(selected);
    }
    let query = ImpactQuery {
        failing: failed.into_iter().map(failing).collect(),
        degraded: entities_named_or_none(&graph, &arguments.degrade)?,
        already_down: entities_named_or_none(&graph, &arguments.already_down)?
            .into_iter()
            .map(failing)
            .collect(),
        keep: arguments.keep.as_deref().map(|name| find_entity(&graph, name)).transpose()?,
        remedies_max: ImpactQuery::REMEDIES_MAX,
    };
    let nothing: Vec<&Failing<'_>> = query
        .failing
        .iter()
        .filter(|failing| failing.down.is_empty() && failing.unattended.is_empty())
        .collect();
    if let Some(failing) = nothing.first() {
        let name = failing.entity.name().short();
        return Err(CommandError::undecided(format!(
            "nothing fails with `{name}`: it holds and owns nothing"
        ))
        .hint(format!("look at it with `catalog show {name}`")));
    }
    let answer = impact(&graph, &query);
    if let Some(format) = context.picture_format {
        write_drawn(&impact_picture(&graph, &answer.impact, arguments.nodes as usize), format)?;
        return Ok(ExitStatus::Fine);
    }
    context.write(&ImpactReport::new(&graph, &answer), arguments.limit)?;
    Ok(ExitStatus::Fine)
}

fn entities_named_or_none<'g>(
    graph: &'g catalog_core::graph::CatalogGraph,
    names: &[String],
) -> Result<Vec<catalog_core::graph::Entity<'g>>, CommandError> {
    if names.is_empty() { Ok(Vec::new()) } else { entities_named(graph, names) }
}
