//! Which sources are counted by search, in which order, and which in blocks.
//!
//! A sketch of 32 bytes tells about how much lies behind each component. Each hangs on the next one with most
//! behind it, if the rest is little; these are trees, and a tree is searched where that is less work than to
//! sweep its sources in blocks. O(32 · (components + needs)).

use std::{cmp::Reverse, ops::Range};

use super::block_sweep::BLOCK;
use crate::needs::{condensation::Condensation, need_rows::starts, reach_estimate::Sketch};

/// What is to be done, the dearest first.
#[derive(Debug)]
pub(super) struct Plan {
    /// By component, the one that it hangs on, or `NONE`.
    parents: Vec<u32>,
    /// Trees, one after the other, each with parents before their children.
    pub(super) searched: Vec<u32>,
    pub(super) tasks: Vec<Task>,
}

/// Something that one core does by itself.
#[derive(Debug)]
pub(super) enum Task {
    /// To search the trees in a part of [`Plan::searched`].
    Trees(Range<usize>),
    /// To sweep a block of sources, which are in order.
    Block(Vec<u32>),
}

const NONE: u32 = u32::MAX;
/// A source of a block costs as much as to search so many components out of all of them.
const BLOCK_SHARE: usize = 256;
/// And never less than this.
const BLOCK_SHARE_MIN: usize = 64;
/// Trees are searched together until they cost so much.
const TASK_COST: u64 = 1 << 15;

impl Plan {
    pub(super) fn new(condensation: &Condensation) -> Self {
        let Sizes { sizes, heaviest } = Sizes::of(condensation);
        let count = condensation.len();
        let share = u32::try_from((count / BLOCK_SHARE).max(BLOCK_SHARE_MIN)).expect("fewer than places");
        // What lies behind a component has a higher number, so that roots are known before what hangs on them.
        let mut parents = vec![NONE; count];
        let mut roots = vec![0_u32; count];
        let mut search_costs = vec![0_u64; count];
        let mut block_costs = vec![0_u64; count];
        for component in (0..count).rev() {
            let (size, heaviest) = (sizes[component], heaviest[component]);
            let block_cost = size.min(share);
            let alone = (number(component), size);
            let (root, search_cost) = match sizes.get(heaviest as usize) {
                Some(behind) if size.saturating_sub(*behind) <= block_cost => {
                    parents[component] = heaviest;
                    (roots[heaviest as usize], size.saturating_sub(*behind) + 1)
                }
                _ => alone,
            };
            roots[component] = root;
            search_costs[root as usize] += u64::from(search_cost);
            block_costs[root as usize] += u64::from(block_cost);
        }
        let is_searched = |component: u32| {
            let root = roots[component as usize] as usize;
            search_costs[root] <= block_costs[root] + 1
        };
        let mut in_blocks: Vec<u32> =
            (0..number(count)).filter(|component| !is_searched(*component)).collect();
        in_blocks.sort_by_key(|component| Reverse(sizes[*component as usize]));
        let mut tasks: Vec<(u64, Task)> = in_blocks
            .chunks(BLOCK)
            .map(|sources| {
                let mut sources = sources.to_vec();
                sources.sort_unstable();
                let cost: u64 = sources.iter().map(|source| u64::from(sizes[*source as usize])).sum();
                (cost.min(count as u64) * 8, Task::Block(sources))
            })
            .collect();
        let searched = in_tree_order(&parents, is_searched);
        let mut start = 0;
        let mut cost = 0;
        for (position, component) in searched.iter().enumerate() {
            if parents[*component as usize] != NONE {
                continue;
            }
            if cost > TASK_COST {
                tasks.push((cost, Task::Trees(start..position)));
                (start, cost) = (position, 0);
            }
            cost += search_costs[*component as usize];
        }
        tasks.push((cost, Task::Trees(start..searched.len())));
        tasks.sort_by_key(|(cost, _)| Reverse(*cost));
        Self { parents, searched, tasks: tasks.into_iter().map(|(_, task)| task).collect() }
    }

    /// The component that one hangs on.
    pub(super) fn parent_of(&self, component: u32) -> Option<u32> {
        Some(self.parents[component as usize]).filter(|parent| *parent != NONE)
    }
}

/// The components of whole trees, each behind its parent and before everything that hangs on another one.
fn in_tree_order(parents: &[u32], is_wanted: impl Fn(u32) -> bool) -> Vec<u32> {
    let hanging = || (0..number(parents.len())).filter(|component| parents[*component as usize] != NONE);
    let child_starts = starts(parents.len(), hanging().map(|component| parents[component as usize]));
    let mut at = child_starts.clone();
    let mut children = vec![0; hanging().count()];
    for component in hanging() {
        let at = &mut at[parents[component as usize] as usize];
        children[*at as usize] = component;
        *at += 1;
    }
    let mut order = Vec::with_capacity(parents.len());
    let mut open = Vec::new();
    for root in 0..number(parents.len()) {
        if parents[root as usize] != NONE || !is_wanted(root) {
            continue;
        }
        open.push(root);
        while let Some(component) = open.pop() {
            order.push(component);
            let bounds = child_starts[component as usize]..child_starts[component as usize + 1];
            open.extend(&children[bounds.start as usize..bounds.end as usize]);
        }
    }
    order
}

/// About how many components lie behind each, with itself, and the next one with most.
struct Sizes {
    sizes: Vec<u32>,
    heaviest: Vec<u32>,
}

impl Sizes {
    /// Up to this many, what lies behind is counted as if no two ways met.
    const COUNTED_MAX: u32 = 32;

    fn of(condensation: &Condensation) -> Self {
        let count = condensation.len();
        let mut sketches = vec![Sketch::<32>::EMPTY; count];
        let mut sizes = vec![0_u32; count];
        let mut heaviest = vec![NONE; count];
        for component in (0..count).rev() {
            let mut sketch = Sketch::EMPTY;
            let (mut sum, mut most) = (1_u32, 0);
            for next in condensation.next().of(number(component)) {
                sketch.merge(&sketches[*next as usize]);
                let size = sizes[*next as usize];
                sum = sum.saturating_add(size);
                if size > most {
                    most = size;
                    heaviest[component] = *next;
                }
            }
            sketch.insert(number(component));
            sketches[component] = sketch;
            sizes[component] =
                if sum <= Self::COUNTED_MAX { sum } else { (sketch.estimate() as u32).clamp(most + 1, sum) };
        }
        Self { sizes, heaviest }
    }
}

fn number(position: usize) -> u32 {
    u32::try_from(position).expect("components have numbers of 32 bits")
}
