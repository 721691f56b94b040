//! What the graph of needs looks like as a whole: where it is fragile, whatever changes or fails.
//!
//! [`need_cycles`] shows who needs whom in a circle, [`single_points()`] through whom every failure or every
//! use goes, [`bridges()`] what alone holds parts of the organisation together, and [`longest_chains()`] how
//! many entities have to work one behind the other. [`structure_overview`] asks all of it.

mod bridges;
mod cycles;
mod longest_chains;
mod overview;
mod single_points;
#[cfg(test)]
mod tests;

pub use bridges::{BridgeNeed, Bridges, JoiningEntity, bridges};
pub use cycles::{NeedCycle, need_cycles};
pub use longest_chains::{LongestChains, NeedChain, longest_chains};
pub use overview::{StructureOverview, structure_overview};
pub use single_points::{
    SinglePoint, SinglePoints, SinglePointsFrom, SinglePointsQuery, TakenDown, single_points, taken_down_by,
    without_spare_of,
};
