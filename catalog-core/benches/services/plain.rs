//! The baseline: a breadth-first search over `u32` offsets and targets with a bit set, and nothing else.

use fixedbitset::FixedBitSet;

use super::Services;

/// The dependents of each entity as offsets and targets.
pub(crate) struct PlainSearch {
    starts: Vec<u32>,
    targets: Vec<u32>,
}

impl PlainSearch {
    /// All needs and memberships of groups, from what is needed to what needs it.
    pub(crate) fn of(services: &Services) -> Self {
        let needs = services.needs.iter().map(|(needy, needed, _)| (*needed, *needy));
        let members = services.groups.iter();
        let members = members.flat_map(|(needy, members)| members.iter().map(|member| (*member, *needy)));
        let mut pairs: Vec<(u32, u32)> = needs.chain(members).collect();
        pairs.sort_unstable();
        pairs.dedup();
        let mut plain = Self { starts: vec![0; services.size.entities as usize + 1], targets: Vec::new() };
        for (needed, needy) in pairs {
            plain.starts[needed as usize + 1] += 1;
            plain.targets.push(needy);
        }
        for entity in 0..services.size.entities as usize {
            plain.starts[entity + 1] += plain.starts[entity];
        }
        plain
    }

    pub(crate) fn need_count(&self) -> usize {
        self.targets.len()
    }

    /// How many others transitively need some entities.
    pub(crate) fn reach(&self, roots: &[u32]) -> usize {
        let mut met = FixedBitSet::with_capacity(self.starts.len() - 1);
        let mut queue = roots.to_vec();
        roots.iter().for_each(|root| met.insert(*root as usize));
        let mut next = 0;
        while let Some(entity) = queue.get(next).copied() {
            next += 1;
            let bounds = self.starts[entity as usize] as usize..self.starts[entity as usize + 1] as usize;
            for target in &self.targets[bounds] {
                if !met.put(*target as usize) {
                    queue.push(*target);
                }
            }
        }
        queue.len() - roots.len()
    }

    /// One search over the whole graph: from every entity that no earlier search has met.
    pub(crate) fn whole(&self) -> usize {
        let count = self.starts.len() - 1;
        let mut met = FixedBitSet::with_capacity(count);
        let mut queue: Vec<u32> = Vec::new();
        let mut next = 0;
        for first in 0..u32::try_from(count).expect("the graph is small") {
            if met.put(first as usize) {
                continue;
            }
            queue.push(first);
            while let Some(entity) = queue.get(next).copied() {
                next += 1;
                let bounds = self.starts[entity as usize] as usize..self.starts[entity as usize + 1] as usize;
                for target in &self.targets[bounds] {
                    if !met.put(*target as usize) {
                        queue.push(*target);
                    }
                }
            }
        }
        queue.len()
    }
}
