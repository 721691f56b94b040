//! `catalog blast-radius`: everything that needs an entity, or that it needs.

use catalog_core::{
    graph::NeedFilter,
    model::{RelationClass, RelationKind, Strength},
    needs::Direction,
    query::{BlastRadiusQuery, EntityFilter, blast_radius, find_entity, need_paths},
};

use super::{
    CommandError, ExitStatus,
    context::{Context, write_drawn},
    list::FilterArguments,
    roots::entities_named,
};
use crate::{
    picture::{NODES_DEFAULT, NODES_MAX, blast_radius_picture},
    report::{BlastRadiusReport, NeedPathReport},
};

/// What to ask.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The entities that change or fail, as in `component:payments` or just `payments`; `-` reads them from
    /// standard input, one a line
    #[arg(required = true, value_name = "REF")]
    roots: Vec<String>,
    /// Which way to look
    #[arg(long, value_enum, default_value_t)]
    direction: DirectionArgument,
    /// How many needs to follow at most, from 1
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..))]
    max_depth: Option<u32>,
    #[command(flatten)]
    along: AlongArguments,
    /// Show all shortest chains of needs to this entity, with the lines that state them
    #[arg(long, value_name = "REF")]
    path_to: Option<String>,
    /// With `--path-to`: how many chains to write out at most, from 1
    #[arg(long, value_name = "NUMBER", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..))]
    max_paths: u32,
    #[command(flatten, next_help_heading = "What to report of what is reached")]
    filter: FilterArguments,
    /// Only critical entities: of tier 0 or 1
    #[arg(long, help_heading = "What to report of what is reached")]
    critical: bool,
    /// How many rows a table shows; 0 for all
    #[arg(long, value_name = "ROWS")]
    limit: Option<usize>,
    /// How many entities a picture (`--format dot|mermaid|svg`) shows; the others are counted
    #[arg(long, value_name = "NUMBER", default_value_t = NODES_DEFAULT, value_parser = clap::value_parser!(u32).range(1..=NODES_MAX.into()))]
    nodes: u32,
}

/// Which needs to follow. Several values of one option mean any of them.
#[derive(Debug, Default, clap::Args)]
#[command(next_help_heading = "Which needs to follow")]
pub(super) struct AlongArguments {
    /// Only relations of this kind
    #[arg(long, value_enum, value_name = "KIND")]
    relation: Vec<RelationArgument>,
    /// Only relations that came to be known in this way; those of compose files and the like are otherwise
    /// left out
    #[arg(long, value_enum, value_name = "CLASS")]
    class: Vec<ClassArgument>,
    /// Only needs of this strength; one of several that stand in for each other is soft by itself
    #[arg(long, value_enum)]
    strength: Option<StrengthArgument>,
}

impl AlongArguments {
    pub(super) fn filter(&self) -> NeedFilter {
        NeedFilter {
            kinds: self.relation.iter().map(|kind| kind.kind()).collect(),
            classes: self.class.iter().map(|class| class.class()).collect(),
            strength: self.strength.map(|strength| match strength {
                StrengthArgument::Hard => Strength::Hard,
                StrengthArgument::Soft => Strength::Soft,
            }),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
#[value(rename_all = "camelCase")]
enum RelationArgument {
    /// Needs at run time.
    DependsOn,
    /// Calls of an API.
    ConsumesApi,
    /// What an API needs of its providers.
    ProvidesApi,
    /// Places where something runs.
    DeployedTo,
}

impl RelationArgument {
    fn kind(self) -> RelationKind {
        match self {
            Self::DependsOn => RelationKind::DependsOn,
            Self::ConsumesApi => RelationKind::ConsumesApi,
            Self::ProvidesApi => RelationKind::ProvidesApi,
            Self::DeployedTo => RelationKind::DeployedTo,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum ClassArgument {
    /// A person wrote it down.
    Declared,
    /// It was read off what is deployed.
    Deployed,
    /// It was seen in traffic.
    Observed,
}

impl ClassArgument {
    fn class(self) -> RelationClass {
        match self {
            Self::Declared => RelationClass::Declared,
            Self::Deployed => RelationClass::Deployed,
            Self::Observed => RelationClass::Observed,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum StrengthArgument {
    /// Down when the other is down.
    Hard,
    /// Degraded when the other is down.
    Soft,
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
    let roots = entities_named(&graph, &arguments.roots)?;
    let direction = Direction::from(arguments.direction);
    let along = arguments.along.filter();
    if let Some(target) = &arguments.path_to {
        if context.picture_format.is_some() {
            return Err(CommandError::usage("a chain of needs (`--path-to`) is not drawn")
                .hint("it comes as `--format table|json|ndjson|csv|markdown`"));
        }
        let target = find_entity(&graph, target)?;
        let paths = need_paths(&graph, &roots, target, direction, &along, arguments.max_paths as usize);
        let report = NeedPathReport::new(&graph, target.name().to_string(), paths.as_ref());
        context.write(&report, Some(0))?;
        return Ok(ExitStatus::Fine);
    }
    let shows_all = arguments.filter.is_empty() && !arguments.critical;
    let show = if shows_all {
        None
    } else {
        let filter = arguments.filter.filter(&graph)?;
        Some(EntityFilter { critical: arguments.critical, placeholders: true, ..filter })
    };
    let query = BlastRadiusQuery { roots, direction, depth_max: arguments.max_depth, along, show };
    let answer = blast_radius(&graph, &query);
    if let Some(format) = context.picture_format {
        write_drawn(&blast_radius_picture(&graph, &answer, arguments.nodes as usize), format)?;
        return Ok(ExitStatus::Fine);
    }
    context.write(&BlastRadiusReport::new(&graph, &answer), arguments.limit)?;
    Ok(ExitStatus::Fine)
}
