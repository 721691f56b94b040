//! What is counted of each entity: that it is there, whether it is critical, and who owns it.

use fixedbitset::FixedBitSet;

use crate::needs::{Needs, condensation::Condensation};

/// Which entities are critical, and who owns each.
#[derive(Clone, Debug, Default)]
pub struct Weights {
    critical: FixedBitSet,
    owner_of: Vec<u32>,
}

impl Weights {
    /// What stands for the owner of what nobody owns.
    const UNOWNED: u32 = u32::MAX;

    /// So many entities that are not critical and that nobody owns.
    pub fn new(entity_count: usize) -> Self {
        Self {
            critical: FixedBitSet::with_capacity(entity_count),
            owner_of: vec![Self::UNOWNED; entity_count],
        }
    }

    /// An entity is critical.
    pub fn set_critical(&mut self, entity: u32) {
        self.critical.insert(entity as usize);
    }

    /// An entity has an owner, under any number that is the same for all that it owns, but 2³² - 1.
    pub fn set_owner(&mut self, entity: u32, owner: u32) {
        self.owner_of[entity as usize] = owner;
    }

    /// How many entities there are.
    pub fn entity_count(&self) -> usize {
        self.owner_of.len()
    }

    /// Whether an entity is critical.
    pub(in crate::needs) fn is_critical(&self, entity: u32) -> bool {
        self.critical.contains(entity as usize)
    }

    /// Owners numbered from 0, by entity, with how many there are.
    pub(in crate::needs) fn dense_owners(&self) -> (Vec<u32>, usize) {
        let mut known: Vec<u32> = self.owner_of.clone();
        known.sort_unstable();
        known.dedup();
        known.pop_if(|owner| *owner == Self::UNOWNED);
        let number = |owner: &u32| match known.binary_search(owner) {
            Ok(number) => u32::try_from(number).expect("there are fewer owners than entities"),
            Err(_) => Self::UNOWNED,
        };
        (self.owner_of.iter().map(number).collect(), known.len())
    }
}

/// What is counted of a component, in four bytes: whether its only member is critical and who owns it, or
/// that it has several.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::needs) struct Fact(u32);

impl Fact {
    const CRITICAL: u32 = 1 << 31;
    const SEVERAL: u32 = 1 << 30;
    const OWNER: u32 = Self::SEVERAL - 1;

    /// A component of one entity.
    fn one(is_critical: bool, owner: Option<u32>) -> Self {
        // Owners are fewer than places, of which there are less than 2^29.
        Self(owner.map_or(0, |owner| owner + 1) | if is_critical { Self::CRITICAL } else { 0 })
    }

    /// Whether it is of several entities, which [`Facts::several`] tells about.
    pub(in crate::needs) fn is_several(self) -> bool {
        self.0 & Self::SEVERAL != 0
    }

    /// How many critical entities it is: one or none.
    pub(in crate::needs) fn critical(self) -> u32 {
        self.0 >> 31
    }

    /// Who owns its only entity.
    pub(in crate::needs) fn owner(self) -> Option<u32> {
        (self.0 & Self::OWNER).checked_sub(1)
    }
}

/// What is counted of a component of several entities.
#[derive(Clone, Debug)]
pub(in crate::needs) struct Several {
    component: u32,
    /// How many entities it is.
    pub(in crate::needs) size: u32,
    /// How many of these are critical.
    pub(in crate::needs) critical: u32,
    /// Their owners, ascending, with how many each owns.
    pub(in crate::needs) owners: Vec<(u32, u32)>,
}

/// What is counted of all components.
#[derive(Debug)]
pub(in crate::needs) struct Facts {
    of: Vec<Fact>,
    critical_at: FixedBitSet,
    owner_at: Vec<u32>,
    owner_count: usize,
    /// By component.
    several: Vec<Several>,
}

impl Facts {
    pub(in crate::needs) fn new(needs: &Needs, condensation: &Condensation, weights: &Weights) -> Self {
        let (owner_of, owner_count) = weights.dense_owners();
        let places = 0..number(needs.entity_count());
        let owner_at: Vec<u32> =
            places.clone().map(|place| owner_of[needs.entity_at(place) as usize]).collect();
        let mut critical_at = FixedBitSet::with_capacity(needs.entity_count());
        for place in places {
            critical_at.set(place as usize, weights.is_critical(needs.entity_at(place)));
        }
        let mut facts = Self { of: Vec::new(), critical_at, owner_at, owner_count, several: Vec::new() };
        facts.of.reserve(condensation.len());
        for component in 0..number(condensation.len()) {
            let fact = match condensation.members(component) {
                [only] => Fact::one(facts.is_critical_at(*only), facts.owner_at(*only)),
                members => {
                    let critical = members.iter().filter(|place| facts.is_critical_at(**place)).count();
                    let owners = facts.count_owners(members);
                    let (size, critical) = (number(members.len()), number(critical));
                    facts.several.push(Several { component, size, critical, owners });
                    Fact(Fact::SEVERAL)
                }
            };
            facts.of.push(fact);
        }
        facts
    }

    fn count_owners(&self, members: &[u32]) -> Vec<(u32, u32)> {
        let mut owners: Vec<u32> = members.iter().filter_map(|place| self.owner_at(*place)).collect();
        owners.sort_unstable();
        let count = |same: &[u32]| (same[0], number(same.len()));
        owners.chunk_by(|a, b| a == b).map(count).collect()
    }

    pub(in crate::needs) fn of(&self, component: u32) -> Fact {
        self.of[component as usize]
    }

    /// What is counted of a component of several entities.
    pub(in crate::needs) fn several(&self, component: u32) -> &Several {
        let found = self.several.binary_search_by_key(&component, |several| several.component);
        &self.several[found.expect("it is of several entities")]
    }

    pub(in crate::needs) fn owner_at(&self, place: u32) -> Option<u32> {
        Some(self.owner_at[place as usize]).filter(|owner| *owner != Weights::UNOWNED)
    }

    pub(in crate::needs) fn is_critical_at(&self, place: u32) -> bool {
        self.critical_at.contains(place as usize)
    }

    /// How many owners there are; their numbers are from 0.
    pub(in crate::needs) fn owner_count(&self) -> usize {
        self.owner_count
    }
}

fn number(count: usize) -> u32 {
    u32::try_from(count).expect("places have numbers of 32 bits")
}
