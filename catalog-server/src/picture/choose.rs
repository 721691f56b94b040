//! Which entities a picture shows, and in which column each stands.

use super::Pictured;

/// A column of a picture, from the roots outwards.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Column {
    /// The positions of the entities that are shown.
    pub(super) shown: Vec<usize>,
    /// How many others stand here, counted only.
    pub(super) hidden: usize,
    /// The least and the greatest distance of what stands here.
    pub(super) distances: (u32, u32),
}

/// Picks at most `nodes_max` of some entities, which are sorted by distance: what is at distance 0 first,
/// then for a half of the room that is left the nearest critical ones, then the nearest. Every distance of
/// which something is shown is a column; those between two such make one together.
pub(super) fn columns(pictured: &[Pictured<'_>], nodes_max: usize) -> Vec<Column> {
    let is_kept = kept(pictured, nodes_max.max(1));
    let mut columns: Vec<Column> = Vec::new();
    let mut start = 0;
    for layer in pictured.chunk_by(|a, b| a.distance == b.distance) {
        let positions = start..start + layer.len();
        start = positions.end;
        let distance = layer[0].distance;
        let shown: Vec<usize> = positions.filter(|position| is_kept[*position]).collect();
        let hidden = layer.len() - shown.len();
        match columns.last_mut() {
            Some(last) if shown.is_empty() && last.shown.is_empty() => {
                last.hidden += hidden;
                last.distances.1 = distance;
            }
            _ => columns.push(Column { shown, hidden, distances: (distance, distance) }),
        }
    }
    columns
}

fn kept(pictured: &[Pictured<'_>], nodes_max: usize) -> Vec<bool> {
    let mut is_kept = vec![false; pictured.len()];
    let mut room = nodes_max;
    let mut keep = |positions: &mut dyn Iterator<Item = usize>, room_max: usize| {
        let mut taken = 0;
        for position in positions {
            if taken == room_max.min(room) {
                break;
            }
            if !std::mem::replace(&mut is_kept[position], true) {
                taken += 1;
            }
        }
        room -= taken;
        room
    };
    let roots = pictured.partition_point(|one| one.distance == 0);
    // A hundred thousand roots must not hide everything that hangs on them.
    let roots_max = if roots == pictured.len() { nodes_max } else { nodes_max.div_ceil(2) };
    let left = keep(&mut (0..roots), roots_max);
    let mut by_worth: Vec<usize> = (roots..pictured.len()).collect();
    let critical: Vec<usize> =
        by_worth.iter().copied().filter(|one| pictured[*one].entity.is_critical()).collect();
    keep(&mut critical.into_iter(), left.div_ceil(2));
    by_worth.sort_by_key(|one| (pictured[*one].distance, !pictured[*one].entity.is_critical()));
    keep(&mut by_worth.into_iter().chain(0..roots), usize::MAX);
    is_kept
}
