//! `catalog slo`: what entities promise, against what their needs allow.

use catalog_core::{
    model::Severity,
    needs::AvailabilityLimits,
    query::{AvailabilityQuery, availability, availability_arithmetic, find_entity},
};

use super::{CommandError, ExitStatus, context::Context, diagnostics::SeverityArgument};
use crate::report::AvailabilityReport;

/// What to ask.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Arguments {
    /// The entities whose arithmetic to show line by line; without any, all that promise something, worst first
    #[arg(value_name = "REF")]
    entities: Vec<String>,
    /// End with exit code 1 where a finding of this severity or worse is listed
    #[arg(long, value_enum, value_name = "SEVERITY")]
    fail_on: Option<SeverityArgument>,
    /// How many entities that alternatives share are taken apart before an answer is only bounded; each one
    /// more doubles the work
    #[arg(long, value_name = "NUMBER", default_value_t = AvailabilityLimits::default().factoring_entities_max,
          value_parser = clap::value_parser!(u32).range(0..=i64::from(AvailabilityLimits::FACTORING_ENTITIES_MOST)))]
    factoring_entities_max: u32,
    /// How many rows a table shows; 0 for all
    #[arg(long, value_name = "ROWS")]
    limit: Option<usize>,
}

const AFTER_HELP: &str = "\
An entity is down where something that it hard-needs is down, or where all of
several alternatives are. So it cannot be more available than these allow,
whatever it does itself. There are two ends, because a promise can be read in
two ways:
  at most        it is what callers get: only direct promises count
  if all count   it is about one's own doing: each entity behind it counts, once

Failures are taken as independent. What promises nothing counts as perfect, and
is counted as unknown.";

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<ExitStatus, CommandError> {
    let graph = context.graph()?;
    let named = arguments.entities.iter().map(|text| find_entity(&graph, text));
    let named = named.collect::<Result<Vec<_>, _>>()?;
    let limits = AvailabilityLimits {
        factoring_entities_max: arguments.factoring_entities_max,
        ..AvailabilityLimits::default()
    };
    let query = AvailabilityQuery { entities: (!named.is_empty()).then_some(named), limits };
    let answer = availability(&graph, &query);
    let shown: Vec<_> = match &query.entities {
        Some(_) => answer.entities.iter().map(|row| row.entity).collect(),
        None => Vec::new(),
    };
    let arithmetic =
        if shown.is_empty() { Vec::new() } else { availability_arithmetic(&graph, &shown, limits) };
    context.write(&AvailabilityReport::new(&graph, &answer, &arithmetic), arguments.limit)?;
    let fails = arguments.fail_on.map(Severity::from);
    let has_failed = answer
        .entities
        .iter()
        .any(|row| row.severity().is_some_and(|worst| fails.is_some_and(|severity| worst >= severity)));
    Ok(if has_failed { ExitStatus::Findings } else { ExitStatus::Fine })
}
