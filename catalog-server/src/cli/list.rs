//! `catalog list`: entities by filter.

use catalog_core::{
    graph::CatalogGraph,
    query::{EntityFilter, OWNER_KINDS, WHOLE_KINDS, find_entity_of_kinds},
};

use super::{CommandError, ExitStatus, context::Context};
use crate::report::EntitiesReport;

/// Which entities to list. Several values of one filter mean any of them.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    filter: FilterArguments,
    /// Only entities without an owner
    #[arg(long)]
    unowned: bool,
    /// Only critical entities: of tier 0 or 1
    #[arg(long)]
    critical: bool,
    /// Also names that others mention and nothing declares
    #[arg(long)]
    placeholders: bool,
    /// How many rows a table shows; 0 for all
    #[arg(long, value_name = "ROWS")]
    limit: Option<usize>,
}

/// Filters over entities.
#[derive(Debug, Default, clap::Args)]
pub(super) struct FilterArguments {
    /// By kind, as in `component`
    #[arg(long)]
    kind: Vec<String>,
    /// By namespace
    #[arg(long)]
    namespace: Vec<String>,
    /// By `spec.type`, as in `service`
    #[arg(long = "type", value_name = "TYPE")]
    entity_type: Vec<String>,
    /// By lifecycle, as in `production`
    #[arg(long)]
    lifecycle: Vec<String>,
    /// By tag
    #[arg(long)]
    tag: Vec<String>,
    /// By owner, as in `group:payments` or just `payments`
    #[arg(long, value_name = "REF")]
    owner: Vec<String>,
    /// By system, also through a part of it
    #[arg(long, value_name = "REF")]
    system: Vec<String>,
    /// By the repository that declares it: its id, or the end of it
    #[arg(long, value_name = "ID")]
    repository: Vec<String>,
}

impl FilterArguments {
    /// Whether nothing is asked for.
    pub(super) fn is_empty(&self) -> bool {
        let lists = [
            &self.kind,
            &self.namespace,
            &self.entity_type,
            &self.lifecycle,
            &self.tag,
            &self.owner,
            &self.system,
            &self.repository,
        ];
        lists.iter().all(|list| list.is_empty())
    }

    /// The filter that is meant.
    pub(super) fn filter(&self, graph: &CatalogGraph) -> Result<EntityFilter, CommandError> {
        let named = |texts: &[String], kinds: &[&str]| {
            // A name that is only mistyped must not give an empty list.
            let found = texts.iter().map(|text| find_entity_of_kinds(graph, text, kinds));
            found.map(|entity| entity.map(|entity| entity.name().clone())).collect::<Result<Vec<_>, _>>()
        };
        Ok(EntityFilter {
            kinds: self.kind.clone(),
            namespaces: self.namespace.clone(),
            types: self.entity_type.clone(),
            lifecycles: self.lifecycle.clone(),
            tags: self.tag.clone(),
            owners: named(&self.owner, &OWNER_KINDS)?,
            systems: named(&self.system, &WHOLE_KINDS)?,
            repositories: self.repository.clone(),
            unowned: false,
            critical: false,
            placeholders: false,
        })
    }
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<ExitStatus, CommandError> {
    let graph = context.graph()?;
    let filter = EntityFilter {
        unowned: arguments.unowned,
        critical: arguments.critical,
        placeholders: arguments.placeholders,
        ..arguments.filter.filter(&graph)?
    };
    context.write(&EntitiesReport::new(&graph, &filter.list(&graph)), arguments.limit)?;
    Ok(ExitStatus::Fine)
}
