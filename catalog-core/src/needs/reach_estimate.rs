//! About how much lies behind every entity, where counting exactly is too dear.
//!
//! A sketch of a set of a few hundred bytes tells about how many members it has, and the sketch of a union
//! is the greater of each two bytes (Flajolet, Fusy, Gandouet, Meunier, "HyperLogLog", 2007). One pass over the
//! condensation against the order of needs gives the sketch of what lies behind each component (Boldi,
//! Rosa, Vigna, "HyperANF" 2011 and 2013, on graphs with cycles). Three passes, for entities, critical ones and
//! teams, each of [`SLICES`] slices so that memory stays at 64 bytes a component:
//! O(3 · 256 bytes · (components + needs)).

use super::{
    condensation::Condensation,
    reach_counts::{Facts, ReachCount},
};

/// Bytes of a slice of a sketch.
const SLICE: usize = 64;
/// How many slices a sketch has.
const SLICES: u32 = 4;
/// The standard error of an estimate, as a part of it: 1.04 / √(bytes of a sketch).
pub(super) const STANDARD_ERROR: f64 = 0.065;

/// A HyperLogLog sketch of a set of numbers, or a slice of a larger one: the greatest number of leading zeros
/// that the hashes of its members have, from 1, for each of so many parts of them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sketch<const BYTES: usize>([u8; BYTES]);

/// 2 to the power of minus a byte of a sketch.
const POWERS: [f32; 66] = {
    let mut powers = [1.0; 66];
    let mut exponent = 1;
    while exponent < 66 {
        powers[exponent] = powers[exponent - 1] / 2.0;
        exponent += 1;
    }
    powers
};

impl<const BYTES: usize> Sketch<BYTES> {
    pub(super) const EMPTY: Self = Self([0; BYTES]);

    /// Puts a number into the set.
    pub(super) fn insert(&mut self, number: u32) {
        self.insert_slice(number, 0, 1);
    }

    /// Puts a number into one slice of a sketch of several, if it belongs to that slice.
    fn insert_slice(&mut self, number: u32, slice: u32, slices: u32) {
        let hash = hash(number);
        let position = hash as usize & (BYTES * slices as usize - 1);
        if let Some(byte) = position.checked_sub(slice as usize * BYTES).and_then(|at| self.0.get_mut(at)) {
            // The low bits chose the byte; the high ones are as good as others.
            *byte = (*byte).max(1 + (hash >> 16 | 1 << 47).trailing_zeros() as u8);
        }
    }

    /// The union of both sets.
    pub(super) fn merge(&mut self, other: &Self) {
        for (byte, other) in self.0.iter_mut().zip(&other.0) {
            *byte = (*byte).max(*other);
        }
    }

    /// About how many members the set has.
    pub(super) fn estimate(&self) -> f32 {
        let (sum, empty) = self.harmonic();
        size(BYTES, sum, empty)
    }

    /// About how many members the set has, which is one of about `size` and more. How much more is told by how
    /// many bytes are greater, since the error of an estimate of both would be greater than what is little more.
    pub(super) fn grown_from(&self, part: &Self, size: u32) -> u32 {
        let greater = self.0.iter().zip(&part.0).filter(|(byte, part)| byte > part).count();
        if greater > BYTES / 4 {
            return self.estimate() as u32;
        }
        // A byte becomes greater by some two thirds of the members that could do so; the others are as great.
        let changing = BYTES * 2 / 3 - greater;
        size.saturating_add((u64::from(size) * greater as u64 / changing as u64) as u32)
    }

    /// The sum of the inverse powers of two, and how many bytes are 0.
    fn harmonic(&self) -> (f32, u32) {
        let sum = self.0.iter().map(|byte| POWERS[*byte as usize]).sum();
        let empty = self.0.iter().map(|byte| u32::from(*byte == 0)).sum();
        (sum, empty)
    }
}

/// The estimate of a sketch, by the formula of the paper with its correction for small sets.
fn size(bytes: usize, sum: f32, empty: u32) -> f32 {
    let count = bytes as f32;
    let alpha = match bytes {
        0..=16 => 0.673,
        17..=32 => 0.697,
        33..=64 => 0.709,
        _ => 0.7213 / (1.0 + 1.079 / count),
    };
    let raw = alpha * count * count / sum;
    if raw <= 2.5 * count && empty > 0 { count * (count / empty as f32).ln() } else { raw }
}

/// A hash of 64 good bits (the finalizer of `SplitMix64`, Steele, Lea, Flood 2014).
fn hash(number: u32) -> u64 {
    let mut hash = u64::from(number).wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}

/// About what lies behind each place, without itself.
pub(super) fn by_place(condensation: &Condensation, facts: &Facts) -> Vec<ReachCount> {
    let every = Pass { condensation, insert: &|place, put| put(place) };
    let critical = Pass {
        condensation,
        insert: &|place, put| {
            if facts.is_critical_at(place) {
                put(place);
            }
        },
    };
    let teams = Pass { condensation, insert: &|place, put| facts.owner_at(place).into_iter().for_each(put) };
    let (entities, (critical, teams)) = std::thread::scope(|threads| {
        let entities = threads.spawn(|| every.run());
        let others = (critical.run(), teams.run());
        (entities.join().expect("an estimate is made without a panic"), others)
    });
    let mut counts = vec![ReachCount::default(); condensation.component_of().len()];
    for (place, component) in (0..).zip(condensation.component_of()) {
        let at = *component as usize;
        let own = condensation.members(*component).len();
        // In a circle everything lies behind itself, and is not counted there.
        let itself = u32::from(own > 1);
        let entities = entities[at].saturating_sub(itself).max(number(own) - 1);
        counts[place as usize] = ReachCount {
            entities,
            critical: critical[at]
                .saturating_sub(itself * u32::from(facts.is_critical_at(place)))
                .min(entities),
            teams: teams[at].min(entities),
        };
    }
    counts
}

/// Puts the numbers that a place stands for into a set.
type Insert<'p> = dyn Fn(u32, &mut dyn FnMut(u32)) + Sync + 'p;

/// An estimate of one kind of set for all components.
struct Pass<'p> {
    condensation: &'p Condensation,
    insert: &'p Insert<'p>,
}

impl Pass<'_> {
    /// About how many numbers lie behind each component; in it too, where it is of several places.
    fn run(&self) -> Vec<u32> {
        let count = self.condensation.len();
        let mut harmonics = vec![(0.0_f32, 0_u32); count];
        let mut sketches = vec![Sketch::<SLICE>::EMPTY; count];
        for slice in 0..SLICES {
            for component in (0..count).rev() {
                let mut sketch = Sketch::EMPTY;
                for next in self.condensation.next().of(number(component)) {
                    sketch.merge(&sketches[*next as usize]);
                }
                let behind = sketch;
                let members = self.condensation.members(number(component));
                for place in members {
                    (self.insert)(*place, &mut |number| sketch.insert_slice(number, slice, SLICES));
                }
                let (sum, empty) = if members.len() > 1 { sketch.harmonic() } else { behind.harmonic() };
                harmonics[component].0 += sum;
                harmonics[component].1 += empty;
                sketches[component] = sketch;
            }
        }
        let bytes = SLICE * SLICES as usize;
        harmonics.into_iter().map(|(sum, empty)| size(bytes, sum, empty).round() as u32).collect()
    }
}

fn number(position: usize) -> u32 {
    u32::try_from(position).expect("components have numbers of 32 bits")
}
