//! A catalog of the shape of services, drawn the same in every run, for the benches of this crate.
//!
//! Who needs whom is drawn by [`Topology`], after the published topology of a large company. The numbers of
//! entities are scattered over it, as names are in life. [`Shape`] tells what came out.

#![allow(dead_code, unused_imports, reason = "each bench uses a part")]
#![allow(clippy::allow_attributes, reason = "an expectation would not hold in the bench that uses all of it")]

mod plain;
mod repositories;
mod shape;
mod topology;

use catalog_core::{model::Strength, needs::NeedList};

pub(crate) use plain::PlainSearch;
pub(crate) use repositories::{ENTITIES_PER_REPOSITORY, build, name, repositories};
pub(crate) use shape::Shape;
use topology::Topology;

/// How large a catalog is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Size {
    pub(crate) entities: u32,
    pub(crate) needs: usize,
    /// A number without a divisor in common with that of the entities.
    stride: u64,
}

pub(crate) const S10K: Size = Size { entities: 10_000, needs: 50_000, stride: 6_181 };
pub(crate) const S100K: Size = Size { entities: 100_000, needs: 500_000, stride: 61_803 };
pub(crate) const S1M: Size = Size { entities: 1_000_000, needs: 5_000_000, stride: 618_033 };

/// Of a hundred entities, how many are the deepest of their domains.
const LAST_PERCENT: u32 = 5;
const SOFT_PERCENT: u32 = 10;
/// Of a hundred entities, how many need one of several others.
const GROUP_PERCENT: u32 = 5;
const ENTITIES_PER_TEAM: u32 = 50;
const TIERS: u32 = 5;

/// The same numbers for the same seed, on every machine (xorshift, Marsaglia 2003).
pub(crate) struct Numbers(pub(crate) u64);

impl Numbers {
    pub(crate) fn below(&mut self, end: u32) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        u32::try_from(((self.0 >> 32) * u64::from(end)) >> 32).expect("the product is below the end")
    }

    /// From 0 to 1.
    pub(crate) fn part(&mut self) -> f64 {
        f64::from(self.below(1 << 30)) / f64::from(1 << 30)
    }
}

/// Who needs whom, by number, with what the catalogs say of each entity.
pub(crate) struct Services {
    pub(crate) size: Size,
    /// Each `(needy, needed, strength)` once, in the order of the draw.
    pub(crate) needs: Vec<(u32, u32, Strength)>,
    /// `(needy, members)`: one that works is enough.
    pub(crate) groups: Vec<(u32, Vec<u32>)>,
    /// The number of the team that owns each entity.
    pub(crate) owner_of: Vec<u32>,
    /// The tier of each entity.
    pub(crate) tier_of: Vec<u8>,
    last: Vec<u32>,
}

impl Services {
    pub(crate) fn draw(size: Size) -> Self {
        let mut numbers = Numbers(0x5eed_cafe_f00d_d00d);
        let topology = Topology::draw(size.entities, &mut numbers);
        let mut services = Self {
            size,
            needs: Vec::with_capacity(size.needs),
            groups: Vec::new(),
            owner_of: vec![0; size.entities as usize],
            tier_of: vec![0; size.entities as usize],
            last: topology.deepest(LAST_PERCENT).map(|ordinal| scattered(size, ordinal)).collect(),
        };
        let mut of_entity: Vec<Vec<u32>> = vec![Vec::new(); size.entities as usize];
        // What is drawn twice is missing in the end, and anybody then needs one more.
        let fan_outs: Vec<u32> =
            (0..size.entities).map(|ordinal| topology.fan_out(ordinal, &mut numbers)).collect();
        let mut rest = Numbers(0x0dd_0e5);
        let rest = std::iter::repeat_with(|| (rest.below(size.entities), 1));
        for (ordinal, fan_out) in (0..).zip(fan_outs).chain(rest) {
            if services.needs.len() == size.needs {
                break;
            }
            let entity = scattered(size, ordinal);
            for _ in 0..fan_out {
                let Some(needed) = topology.needed_by(ordinal, &mut numbers) else { continue };
                let needed = scattered(size, needed);
                let known = &mut of_entity[entity as usize];
                if needed != entity && !known.contains(&needed) {
                    known.push(needed);
                    let is_soft = numbers.below(100) < SOFT_PERCENT;
                    let strength = if is_soft { Strength::Soft } else { Strength::Hard };
                    services.needs.push((entity, needed, strength));
                }
            }
        }
        for ordinal in 0..size.entities {
            let entity = scattered(size, ordinal);
            // A team owns neighbours.
            services.owner_of[entity as usize] = ordinal / ENTITIES_PER_TEAM;
            services.tier_of[entity as usize] = u8::try_from(numbers.below(TIERS)).expect("a tier is small");
            if numbers.below(100) < GROUP_PERCENT {
                let count = 2 + numbers.below(2);
                let members: Vec<u32> = (0..count)
                    .filter_map(|_| Some(scattered(size, topology.needed_by(ordinal, &mut numbers)?)))
                    .filter(|member| *member != entity)
                    .collect();
                services.groups.push((entity, members));
            }
        }
        services
    }

    pub(crate) fn team_count(&self) -> u32 {
        self.size.entities.div_ceil(ENTITIES_PER_TEAM)
    }

    /// The deepest entities of all domains, which need little: databases, vendors, clouds.
    pub(crate) fn last_layer(&self) -> impl ExactSizeIterator<Item = u32> {
        self.last.iter().copied()
    }

    /// The needs for the core to lay out, with the groups.
    pub(crate) fn list(&self) -> NeedList {
        let mut list = NeedList::new(self.size.entities as usize);
        list.reserve(self.needs.len());
        for (needy, needed, strength) in &self.needs {
            list.push(*needy, *needed, *strength);
        }
        for (needy, members) in &self.groups {
            list.push_group(*needy, Strength::Hard, members);
        }
        list
    }

    /// The entity that most others transitively need.
    pub(crate) fn hub(&self, plain: &mut PlainSearch) -> u32 {
        let mut count = vec![0_u32; self.size.entities as usize];
        self.needs.iter().for_each(|(_, needed, _)| count[*needed as usize] += 1);
        let mut most: Vec<u32> = (0..self.size.entities).collect();
        most.sort_unstable_by_key(|entity| std::cmp::Reverse(count[*entity as usize]));
        most.truncate(20);
        most.into_iter().max_by_key(|entity| plain.reach(&[*entity])).expect("there are entities")
    }
}

/// The number of the entity at a place in the layers.
fn scattered(size: Size, ordinal: u32) -> u32 {
    u32::try_from(u64::from(ordinal) * size.stride % u64::from(size.entities)).expect("below the count")
}
