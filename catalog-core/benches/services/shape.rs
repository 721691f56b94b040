//! The shape of a drawn graph, for whoever reads the times.

use std::fmt;

use catalog_core::needs::{Direction, Needs, ReachCounts};

/// How often things are needed and need others, and how far that reaches.
pub(crate) struct Shape {
    fan_in: [usize; 3],
    fan_out: [usize; 3],
    cycles: usize,
    largest_cycle: usize,
    /// What lies behind an entity in the direction of dependents, at the median, the 99th percentile and most.
    reach: [usize; 3],
    mean_reach: f64,
}

impl Shape {
    /// The shape of a graph of which all dependents are counted.
    pub(crate) fn of(needs: &Needs, counts: &ReachCounts) -> Self {
        let entities = 0..u32::try_from(needs.entity_count()).expect("the graph is small");
        let fan =
            |direction| quantiles(entities.clone().map(|entity| needs.next_to(entity, direction).len()));
        let cycles = needs.cycle_witnesses();
        let reach = || counts.counts.iter().map(|count| count.entities as usize);
        Self {
            fan_in: fan(Direction::Dependents),
            fan_out: fan(Direction::Dependencies),
            cycles: cycles.len(),
            largest_cycle: cycles.iter().map(|cycle| cycle.members.len()).max().unwrap_or_default(),
            reach: quantiles(reach()),
            mean_reach: reach().sum::<usize>() as f64 / needs.entity_count() as f64,
        }
    }
}

/// The median, the 99th percentile and the greatest.
fn quantiles(values: impl Iterator<Item = usize>) -> [usize; 3] {
    let mut values: Vec<usize> = values.collect();
    values.sort_unstable();
    let last = values.len() - 1;
    [50, 99, 100].map(|percent| values[last * percent / 100])
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of = |[p50, p99, max]: [usize; 3]| format!("p50 {p50}, p99 {p99}, max {max}");
        writeln!(f, "fan-in: {}; fan-out: {}", of(self.fan_in), of(self.fan_out))?;
        writeln!(f, "dependents: mean {:.0}, {}", self.mean_reach, of(self.reach))?;
        write!(f, "{} circles, the largest of {} entities", self.cycles, self.largest_cycle)
    }
}
