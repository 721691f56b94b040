//! Exposure, asked of small sketches.

mod amplification;
mod call_limits;
mod concentration;
mod shared_fate;
mod tier_inversion;

use crate::graph::Entity;

/// Entities without their kinds and namespaces, as the sketches of these tests need them.
fn names<'g>(entities: impl IntoIterator<Item = Entity<'g>>) -> String {
    let names = entities.into_iter().map(|entity| entity.name().name().to_owned());
    names.collect::<Vec<String>>().join(" ")
}

/// Lines as a snapshot holds them.
fn lines(lines: impl IntoIterator<Item = String>) -> String {
    lines.into_iter().map(|line| line + "\n").collect()
}
