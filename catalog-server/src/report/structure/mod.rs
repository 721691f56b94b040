//! The structure of the graph of needs: where it is fragile, whatever changes or fails.

mod bridges;
mod call_limits;
mod concentration;
mod cycles;
mod longest_chains;
mod overview;
mod shared_fate;
mod single_points;
mod tier_inversion;

pub use bridges::BridgesReport;
pub use call_limits::CallLimitsReport;
pub use concentration::ConcentrationReport;
pub use cycles::CyclesReport;
pub use longest_chains::LongestChainsReport;
pub use overview::StructureReport;
pub use shared_fate::SharedFateReport;
pub use single_points::SinglePointsReport;
pub use tier_inversion::TierInversionsReport;

use super::{
    need_path::{NeedStepReport, proof_lines},
    page::count,
    place::short,
};

/// How many names a cell of a table shows.
const NAMES_SHOWN: usize = 4;

/// How many links of a chain a page shows; JSON has all.
const LINKS_SHOWN: usize = 50;

/// The first links of a chain as lines, and how many more there are.
fn first_links(steps: &[NeedStepReport]) -> Vec<String> {
    let mut lines = proof_lines(&steps[..steps.len().min(LINKS_SHOWN)]);
    if steps.len() > LINKS_SHOWN {
        lines.push(format!("… and {} more", count(steps.len() - LINKS_SHOWN, "need", "needs")));
    }
    lines
}

/// The first few names, and how many more there are.
fn few(names: &[String], separator: &str) -> String {
    let mut shown: Vec<String> = names.iter().take(NAMES_SHOWN).map(|name| short(name)).collect();
    if names.len() > NAMES_SHOWN {
        shown.push(format!("… {} more", names.len() - NAMES_SHOWN));
    }
    if shown.is_empty() { "–".into() } else { shown.join(separator) }
}
