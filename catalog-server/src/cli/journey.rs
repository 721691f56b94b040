//! `catalog journey`: a way through several entities, and who answers for the whole of it.

use catalog_core::query::{
    Accountability, Journey, JourneyBehindQuery, JourneyNotFound, declared_journey, declared_journeys,
    find_entity, find_journey, journey, journey_behind,
};

use super::{CommandError, ExitStatus, context::Context};
use crate::report::{JourneyReport, JourneysReport};

/// How many names of journeys a hint lists.
const NAMES_LISTED: usize = 20;

/// Which way.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The entities that the journey leads through, as in `component:loan-gateway resource:loan-rules`: the
    /// shortest way of needs along them. One word is a declared journey: its name in `catalog.toml`, or an
    /// entity with `spec.journey`. Without any, all declared journeys are listed
    #[arg(value_name = "REF|NAME")]
    waypoints: Vec<String>,
    /// Everything behind this entity, as an API: its providers, what those need, and so on, layer by layer
    #[arg(long, value_name = "REF", conflicts_with = "waypoints")]
    behind: Option<String>,
    /// With `--behind`: how many needs to follow at most, from 1
    #[arg(long, value_name = "NUMBER", requires = "behind", value_parser = clap::value_parser!(u32).range(1..))]
    max_depth: Option<u32>,
    /// End with exit code 1 where this holds of the journey, or of one of those that are listed
    #[arg(long, value_enum, value_name = "WHAT", value_delimiter = ',')]
    fail_on: Vec<FailOn>,
    /// How many rows a table shows; 0 for all
    #[arg(long, value_name = "ROWS")]
    limit: Option<usize>,
}

/// What may be wrong with a journey.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum FailOn {
    /// Nobody answers for the whole of it
    Unaccountable,
    /// A hop has no owner, or nothing declares it
    Unowned,
    /// No need leads from one hop to the next
    NoWay,
}

impl FailOn {
    fn holds(self, journey: &Journey<'_>) -> bool {
        match self {
            Self::Unaccountable => journey.accountability.owner.is_none(),
            Self::Unowned => journey.unowned + journey.unknown > 0,
            Self::NoWay => journey.without_way() > 0,
        }
    }
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<ExitStatus, CommandError> {
    let graph = context.graph()?;
    let plans = &context.gap_settings.journeys;
    let (answer, form) = match (&arguments.behind, &arguments.waypoints[..]) {
        (Some(behind), _) => {
            let entity = find_entity(&graph, behind)?;
            let query = JourneyBehindQuery { entity, depth_max: arguments.max_depth };
            (journey_behind(&graph, query), "layers")
        }
        (None, []) => {
            let report = JourneysReport::new(&graph, declared_journeys(&graph, plans));
            context.write(&report, arguments.limit)?;
            let fails = |journey| {
                // Who answers is known without looking for ways, which the other two ask for.
                let is_unaccountable = Accountability::of_declared(&journey).owner.is_none();
                let others =
                    [FailOn::Unowned, FailOn::NoWay].into_iter().filter(|of| arguments.fail_on.contains(of));
                let others: Vec<FailOn> = others.collect();
                let whole = || declared_journey(&graph, journey);
                (arguments.fail_on.contains(&FailOn::Unaccountable) && is_unaccountable)
                    || (!others.is_empty() && {
                        let journey = whole();
                        others.iter().any(|of| of.holds(&journey))
                    })
            };
            let has_failed = declared_journeys(&graph, plans).any(fails);
            return Ok(if has_failed { ExitStatus::Findings } else { ExitStatus::Fine });
        }
        (None, [name]) => {
            let declared = find_journey(&graph, plans, name).map_err(|error| {
                let journeys =
                    declared_journeys(&graph, plans).map(|journey| format!("`{}`", journey.name()));
                not_found(&error, &journeys.take(NAMES_LISTED).collect::<Vec<_>>())
            })?;
            (declared_journey(&graph, declared), "way")
        }
        (None, waypoints) => {
            let waypoints = waypoints.iter().map(|name| find_entity(&graph, name));
            let waypoints = waypoints.collect::<Result<Vec<_>, _>>()?;
            (journey(&graph, &waypoints), "way")
        }
    };
    context.write(&JourneyReport::new(&graph, &answer, form), arguments.limit)?;
    let has_failed = arguments.fail_on.iter().any(|of| of.holds(&answer));
    Ok(if has_failed { ExitStatus::Findings } else { ExitStatus::Fine })
}

fn not_found(error: &JourneyNotFound, journeys: &[String]) -> CommandError {
    let said = CommandError::undecided(error.to_string());
    let said = if journeys.is_empty() {
        said.hint(
            "no journey is declared: see `spec.journey` of an entity, or `[[journey]]` of `catalog.toml`",
        )
    } else {
        said.hint(format!("the journeys are: {}", journeys.join(", ")))
    };
    said.hint("for a way between entities name two or more, as in `catalog journey component:a resource:z`")
}
