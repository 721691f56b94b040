//! Which sources are counted by search, in which order, and which in blocks.
//!
//! A sketch of 32 bytes tells about how much lies behind each component. Each hangs on the next one with most
//! behind it, if the rest is little; these are trees, and a tree is searched where that is less work than to
//! sweep its sources in blocks. A block costs the same for few sources as for many, so that where they do not
//! fill one, more of them hang on others. O(32 · (components + needs)).

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
/// A block costs about as much as to search through all components so many times, however few its sources are.
const BLOCK_SEARCHES: usize = 16;
/// What a source of a block costs at least, in components that are searched.
const BLOCK_SHARE_MIN: usize = 64;
/// Trees are searched together until they cost so much.
const TASK_COST: u64 = 1 << 15;

impl Plan {
    pub(super) fn new(condensation: &Condensation) -> Self {
        let sizes = Sizes::of(condensation);
        let mut trees = Trees::with_sources_in_block(&sizes, BLOCK);
        loop {
            let in_blocks = trees.in_blocks().count();
            let fuller = Trees::with_sources_in_block(&sizes, in_blocks.clamp(1, BLOCK));
            // Fewer sources share the cost of a block, so that for some of these searching is cheaper.
            if in_blocks >= BLOCK || fuller.in_blocks().count() >= in_blocks {
                break;
            }
            trees = fuller;
        }
        let Sizes { sizes, .. } = sizes;
        let count = sizes.len();
        let mut in_blocks: Vec<u32> = trees.in_blocks().collect();
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
        let searched = in_tree_order(&trees.parents, |root| trees.is_searched(root));
        let mut start = 0;
        let mut cost = 0;
        for (position, component) in searched.iter().enumerate() {
            if trees.parents[*component as usize] != NONE {
                continue;
            }
            if cost > TASK_COST {
                tasks.push((cost, Task::Trees(start..position)));
                (start, cost) = (position, 0);
            }
            cost += trees.search_costs[*component as usize];
        }
        tasks.push((cost, Task::Trees(start..searched.len())));
        tasks.sort_by_key(|(cost, _)| Reverse(*cost));
        Self { parents: trees.parents, searched, tasks: tasks.into_iter().map(|(_, task)| task).collect() }
    }

    /// Every source in a block, whatever that costs.
    #[cfg(test)]
    pub(super) fn in_blocks(condensation: &Condensation) -> Self {
        let sources: Vec<u32> = (0..number(condensation.len())).collect();
        let tasks = sources.chunks(BLOCK).map(|sources| Task::Block(sources.to_vec())).collect();
        Self { parents: Vec::new(), searched: Vec::new(), tasks }
    }

    /// The component that one hangs on.
    pub(super) fn parent_of(&self, component: u32) -> Option<u32> {
        Some(self.parents[component as usize]).filter(|parent| *parent != NONE)
    }
}

/// What hangs on what, and what it costs.
struct Trees {
    parents: Vec<u32>,
    /// The root of the tree of each component.
    roots: Vec<u32>,
    /// By root, to search the tree, and to sweep it in blocks.
    search_costs: Vec<u64>,
    block_costs: Vec<u64>,
}

impl Trees {
    /// Trees in which a component hangs on the heaviest next one where what it has beyond that costs less than
    /// its share of a block of so many sources.
    fn with_sources_in_block(Sizes { sizes, heaviest }: &Sizes, sources: usize) -> Self {
        let count = sizes.len();
        let share =
            number((count * BLOCK_SEARCHES / sources).clamp(BLOCK_SHARE_MIN, count.max(BLOCK_SHARE_MIN)));
        let mut trees = Self {
            parents: vec![NONE; count],
            roots: vec![0; count],
            search_costs: vec![0; count],
            block_costs: vec![0; count],
        };
        // What lies behind a component has a higher number, so that roots are known before what hangs on them.
        for component in (0..count).rev() {
            let (size, heaviest) = (sizes[component], heaviest[component]);
            let block_cost = size.min(share);
            let (root, search_cost) = match sizes.get(heaviest as usize) {
                Some(behind) if size.saturating_sub(*behind) <= block_cost => {
                    trees.parents[component] = heaviest;
                    (trees.roots[heaviest as usize], size.saturating_sub(*behind) + 1)
                }
                _ => (number(component), size),
            };
            trees.roots[component] = root;
            trees.search_costs[root as usize] += u64::from(search_cost);
            trees.block_costs[root as usize] += u64::from(block_cost);
        }
        trees
    }

    /// Whether to search the tree of a component is cheaper.
    fn is_searched(&self, component: u32) -> bool {
        let root = self.roots[component as usize] as usize;
        self.search_costs[root] <= self.block_costs[root] + 1
    }

    fn in_blocks(&self) -> impl Iterator<Item = u32> {
        (0..number(self.roots.len())).filter(|component| !self.is_searched(*component))
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
            sizes[component] = if sum <= Self::COUNTED_MAX {
                sum
            } else {
                let grown = sketch.grown_from(&sketches[heaviest[component] as usize], most);
                grown.clamp(most + 1, sum)
            };
        }
        Self { sizes, heaviest }
    }
}

fn number(position: usize) -> u32 {
    u32::try_from(position).expect("components have numbers of 32 bits")
}
