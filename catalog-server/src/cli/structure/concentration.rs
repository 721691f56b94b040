//! `catalog structure concentration`: what falls with each external party and each failure domain.

use catalog_core::{graph::ExposureClass, query::concentration};

use super::super::{CommandError, ExitStatus, context::Context};
use crate::report::ConcentrationReport;

/// Which exposures to list.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Only external parties, or only failure domains
    #[arg(long, value_enum)]
    class: Option<ClassArgument>,
    /// End with exit code 1 where one that is listed brings down this share of all critical entities or
    /// more, in percent
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(1..=100))]
    fail_on: Option<u8>,
    /// How many rows a table shows; 0 for all
    #[arg(long, value_name = "ROWS")]
    limit: Option<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum ClassArgument {
    /// Resources of type saas, cloud, partner or vendor.
    Party,
    /// Resources of type region, zone, cell or datacenter.
    Domain,
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<ExitStatus, CommandError> {
    let graph = context.graph()?;
    let mut answer = concentration(&graph);
    if let Some(class) = arguments.class {
        let class = match class {
            ClassArgument::Party => ExposureClass::ExternalParty,
            ClassArgument::Domain => ExposureClass::FailureDomain,
        };
        answer.exposures.retain(|exposure| exposure.class == class);
    }
    let has_failed = arguments.fail_on.is_some_and(|percent| {
        let share =
            |exposure: &catalog_core::query::Exposure<'_>| answer.share(exposure.critical.down) * 100.0;
        answer.exposures.iter().any(|exposure| share(exposure) >= f64::from(percent))
    });
    context.write(&ConcentrationReport::new(&graph, &answer), arguments.limit)?;
    Ok(if has_failed { ExitStatus::Findings } else { ExitStatus::Fine })
}
