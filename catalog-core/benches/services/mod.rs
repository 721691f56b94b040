//! A catalog of the shape of services, drawn the same in every run, for the benches of this crate.
//!
//! Six layers, in which an entity mostly needs what lies in deeper ones, and one in a hundred needs closes
//! a short cycle. Fan-out has a median of 4 and a 99th percentile of 95, fan-in a median of 2, a 99th
//! percentile of some 40 and hubs that a tenth of all need directly, as in the topology of microservices
//! that Meta published (Huye, Shkuro, Sambasivan, USENIX ATC 2023). The numbers of entities are scattered
//! over the layers, as names are in life.

#![allow(dead_code, unused_imports, reason = "each bench uses a part")]
#![allow(clippy::allow_attributes, reason = "an expectation would not hold in the bench that uses all of it")]

mod plain;
mod repositories;

use catalog_core::{model::Strength, needs::NeedList};

pub(crate) use plain::PlainSearch;
pub(crate) use repositories::{ENTITIES_PER_REPOSITORY, build, name, repositories};

/// How large a catalog is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Size {
    pub(crate) entities: u32,
    pub(crate) needs: usize,
    /// A number without a divisor in common with that of the entities.
    stride: u64,
}

pub(crate) const S100K: Size = Size { entities: 100_000, needs: 500_000, stride: 61_803 };
pub(crate) const S1M: Size = Size { entities: 1_000_000, needs: 5_000_000, stride: 618_033 };

/// The parts of all entities that each layer ends at, in hundredths.
const LAYER_ENDS: [u32; 6] = [25, 50, 70, 85, 95, 100];
/// How many of a hundred entities have at most so many needs.
const FAN_OUT: [(u32, usize); 8] =
    [(12, 0), (30, 2), (55, 4), (75, 5), (90, 6), (97, 8), (99, 15), (100, 95)];
/// Of a hundred needs, how many lead to a near entity of the same layer and may close a cycle.
const BACK_PERCENT: u32 = 1;
const BACK_STEP_MAX: u32 = 50;
/// Of a hundred needs that lead deeper, how many lead to the next layer.
const NEXT_LAYER_PERCENT: u32 = 70;
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
}

/// Who needs whom, by number, with what the catalogs say of each entity.
pub(crate) struct Services {
    pub(crate) size: Size,
    /// Each `(needy, needed, strength)` once, by `needy` in the order of the draw.
    pub(crate) needs: Vec<(u32, u32, Strength)>,
    /// `(needy, members)`: one that works is enough.
    pub(crate) groups: Vec<(u32, Vec<u32>)>,
    /// The number of the team that owns each entity.
    pub(crate) owner_of: Vec<u32>,
    /// The tier of each entity.
    pub(crate) tier_of: Vec<u8>,
}

impl Services {
    pub(crate) fn draw(size: Size) -> Self {
        let mut numbers = Numbers(0x5eed_cafe_f00d_d00d);
        let mut services = Self {
            size,
            needs: Vec::with_capacity(size.needs),
            groups: Vec::new(),
            owner_of: vec![0; size.entities as usize],
            tier_of: vec![0; size.entities as usize],
        };
        let mut of_entity: Vec<Vec<u32>> = vec![Vec::new(); size.entities as usize];
        while services.needs.len() < size.needs {
            let ordinal = numbers.below(size.entities);
            let entity = scattered(size, ordinal);
            let percent = numbers.below(100);
            let fan_out =
                FAN_OUT.iter().find(|(share, _)| percent < *share).map_or(1, |(_, fan_out)| *fan_out);
            for _ in 0..fan_out.min(size.needs - services.needs.len()) {
                let Some(needed) = needed_by(size, ordinal, &mut numbers) else { continue };
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
            // A team owns neighbours of one layer, and what it owns is of much the same tier.
            services.owner_of[entity as usize] = ordinal / ENTITIES_PER_TEAM;
            services.tier_of[entity as usize] = u8::try_from(numbers.below(TIERS)).expect("a tier is small");
            if numbers.below(100) < GROUP_PERCENT {
                let count = 2 + numbers.below(2);
                let members: Vec<u32> = (0..count)
                    .filter_map(|_| Some(scattered(size, needed_by(size, ordinal, &mut numbers)?)))
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

    /// The entities of the last layer, which need little: databases, vendors, clouds.
    pub(crate) fn last_layer(&self) -> impl ExactSizeIterator<Item = u32> + use<> {
        let size = self.size;
        let (start, end) = layer_bounds(size, LAYER_ENDS.len() - 1);
        (start..end).map(move |ordinal| scattered(size, ordinal))
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

fn layer_bounds(size: Size, layer: usize) -> (u32, u32) {
    let end = |layer: usize| {
        u32::try_from(u64::from(size.entities) * u64::from(LAYER_ENDS[layer]) / 100).expect("a part")
    };
    (if layer == 0 { 0 } else { end(layer - 1) }, end(layer))
}

/// The place in the layers of something that the entity at `ordinal` needs; the last layer needs little.
fn needed_by(size: Size, ordinal: u32, numbers: &mut Numbers) -> Option<u32> {
    let layer = (0..LAYER_ENDS.len())
        .find(|layer| ordinal < layer_bounds(size, *layer).1)
        .expect("the last layer ends with the entities");
    let last = LAYER_ENDS.len() - 1;
    if numbers.below(100) < BACK_PERCENT {
        let (start, end) = layer_bounds(size, layer);
        let step = 1 + numbers.below(BACK_STEP_MAX);
        let is_forward = numbers.below(2) == 0;
        let near = if is_forward { ordinal + step } else { ordinal.saturating_sub(step) };
        return Some(near.clamp(start, end - 1));
    }
    if layer == last {
        return None;
    }
    let deeper = if numbers.below(100) < NEXT_LAYER_PERCENT {
        layer + 1
    } else {
        layer + 1 + numbers.below(u32::try_from(last - layer).expect("few layers")) as usize
    };
    let (start, end) = layer_bounds(size, deeper);
    // A high power of a uniform number leans towards 0: a few entities are needed by very many.
    let uniform = f64::from(numbers.below(1 << 24)) / f64::from(1 << 24);
    let part = uniform.powf(4.5);
    Some(start + ((f64::from(end - start) * part) as u32).min(end - start - 1))
}
