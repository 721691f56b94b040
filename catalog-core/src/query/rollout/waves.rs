//! Steps become waves: one failure domain to a wave, circles whole, and no more entities than are asked for.

use std::{cmp::Reverse, ops::Range};

use rustc_hash::FxHashMap;

use super::{
    AtStake, EntryReason, RolloutEntry, RolloutOrder, RolloutQuery, RolloutWave, WaveReason,
    places::{PlaceOrder, places_of},
    scope::Scope,
};
use crate::{graph::Entity, query::blast_radius::owner_shares};

/// What changes together in one place: an entity or a circle, by position.
#[derive(Debug)]
struct Block {
    phase: u8,
    step: u32,
    stake: u8,
    /// The number of the place, and where it comes.
    place: Option<u32>,
    place_position: u32,
    /// The first of the circle, or the entity.
    circle: u32,
    /// Each with the number of the place that it changed in before.
    members: Vec<Member>,
}

#[derive(Clone, Copy, Debug)]
struct Member {
    position: u32,
    place: Option<u32>,
    place_before: Option<u32>,
    /// Whether it changes here and nowhere else.
    is_whole: bool,
}

/// A wave to be.
struct Draft {
    blocks: Range<usize>,
    /// One of the wave before that all alternatives would have changed with, were this one wave with that.
    apart_from: Option<u32>,
}

impl Block {
    /// What tells one wave from another.
    fn step_and_place(&self) -> (u8, u32, u8, u32) {
        (self.phase, self.step, self.stake, self.place_position)
    }
}

/// The waves of a change, the first one first. O(entities · log entities + relations).
pub(super) fn waves<'g>(scope: &Scope<'g>, query: &RolloutQuery<'g>) -> Vec<RolloutWave<'g>> {
    let wave_max = query.wave_max.max(1);
    let blocks = blocks(scope);
    let drafts = drafts(scope, &blocks, wave_max as usize);
    let mut along = apis_by_wave(scope, query.order, &blocks, &drafts);
    let circles = circles(scope);
    let entity = |position: u32| scope.entity(position);
    let place = |number: u32| scope.graph().entity_at(number);
    let mut previous: Option<&Block> = None;
    let mut waves = Vec::with_capacity(drafts.len());
    for (wave, draft) in drafts.into_iter().enumerate() {
        let own = &blocks[draft.blocks];
        let mut entries: Vec<(u32, RolloutEntry<'g>)> = Vec::new();
        for member in own.iter().flat_map(|block| &block.members) {
            let reason = reason(scope, member.position, blocks[0].phase);
            let entry = entry(scope, member.position, reason);
            let (place, place_before) = (member.place.map(place), member.place_before.map(place));
            entries.push((member.position, RolloutEntry { place, place_before, ..entry }));
        }
        for (api, provider) in along.remove(&wave).unwrap_or_default() {
            entries.push((api, entry(scope, api, EntryReason::WithProvider(entity(provider)))));
        }
        let mut here: FxHashMap<u32, Vec<u32>> = FxHashMap::default();
        for (position, entry) in &mut entries {
            let circle = scope.step(*position).circle;
            if let Some((first, second)) = circles.get(&circle) {
                entry.circle_with = Some(entity(if first == position { *second } else { *first }));
                here.entry(circle).or_default().push(*position);
            }
        }
        let mut here: Vec<Vec<u32>> = here.into_values().filter(|circle| circle.len() > 1).collect();
        here.iter_mut().for_each(|circle| circle.sort_unstable());
        here.sort_unstable();

        let entries: Vec<RolloutEntry<'g>> = entries.into_iter().map(|(_, entry)| entry).collect();
        let at_stake = entries.iter().map(|entry| entry.at_stake);
        let at_stake = at_stake.max_by_key(|of| (of.rank(), Reverse(of.entity.index())));
        let at_stake = at_stake.expect("a wave has entries");
        let full = match draft.apart_from {
            Some(before) => WaveReason::Alternatives { before: entity(before) },
            None => WaveReason::Full { wave_max },
        };
        let mut reasons = vec![begins(previous, &own[0], at_stake, full, place)];
        reasons.extend(here.iter().map(|circle| {
            let first = scope.step(circle[0]).circle;
            let block = own.iter().find(|block| block.circle == first);
            let is_over = block.is_some_and(|block| block.members.len() > wave_max as usize);
            WaveReason::Circle { entities: circle.len(), is_over }
        }));
        let (owners, unowned) = owner_shares(scope.graph(), entries.iter().map(|entry| entry.entity));
        waves.push(RolloutWave {
            place: own[0].place.map(place),
            at_stake,
            reasons,
            circles: here.into_iter().map(|circle| circle.into_iter().map(entity).collect()).collect(),
            owners,
            unowned,
            critical: entries.iter().filter(|entry| entry.entity.is_critical()).count(),
            entries,
        });
        previous = own.first();
    }
    waves
}

/// Everything that has a step, in the order in which it changes.
fn blocks(scope: &Scope<'_>) -> Vec<Block> {
    let mut stepping: Vec<(u32, Vec<u32>)> =
        scope.stepping().map(|position| (position, places_of(scope.entity(position)))).collect();
    let mut all: Vec<u32> = stepping.iter().flat_map(|(_, places)| places).copied().collect();
    all.sort_unstable();
    all.dedup();
    let order = PlaceOrder::new(all.into_iter().map(|place| scope.graph().entity_at(place)));
    stepping.iter_mut().for_each(|(_, places)| places.sort_by_key(|place| order.position(Some(*place))));
    stepping.sort_by_key(|(position, _)| scope.step(*position).circle);
    let mut blocks: Vec<Block> = Vec::new();
    for circle in stepping.chunk_by(|a, b| scope.step(a.0).circle == scope.step(b.0).circle) {
        let mut members: Vec<Member> = Vec::new();
        let first_place = circle.iter().flat_map(|(_, places)| places).copied();
        let first_place = first_place.min_by_key(|place| order.position(Some(*place)));
        for (position, places) in circle {
            if places.is_empty() {
                members.push(Member { position: *position, place: None, place_before: None, is_whole: true });
            }
            let before = std::iter::once(None).chain(places.iter().copied().map(Some));
            members.extend(places.iter().zip(before).map(|(place, place_before)| Member {
                position: *position,
                place: Some(*place),
                place_before,
                is_whole: places.len() == 1,
            }));
        }
        // What is in no known place changes with the first of its circle.
        let place_of = |member: &Member| member.place.or(first_place);
        members.sort_by_key(|member| order.position(place_of(member)));
        let step = scope.step(circle[0].0);
        blocks.extend(members.chunk_by(|a, b| place_of(a) == place_of(b)).map(|members| Block {
            phase: step.phase,
            step: step.step,
            stake: step.stake,
            place: place_of(&members[0]),
            place_position: order.position(place_of(&members[0])),
            circle: step.circle,
            members: members.to_vec(),
        }));
    }
    blocks.sort_by_cached_key(|block| {
        let dependents = block.members.iter().map(|member| scope.count(member.position).entities).max();
        (block.step_and_place(), dependents, block.circle)
    });
    blocks
}

/// Which blocks make a wave each. A block that is too large by itself is a wave.
fn drafts(scope: &Scope<'_>, blocks: &[Block], wave_max: usize) -> Vec<Draft> {
    let mut drafts: Vec<Draft> = Vec::new();
    let mut held = 0;
    // How many of each group of alternatives change in the wave whole, and one of them.
    let mut changing: FxHashMap<u32, (u32, u32)> = FxHashMap::default();
    for (position, block) in blocks.iter().enumerate() {
        let mut own: FxHashMap<u32, (u32, u32)> = FxHashMap::default();
        for member in block.members.iter().filter(|member| member.is_whole) {
            for (group, size) in scope.alternatives(member.position) {
                own.entry(group).or_insert((0, size)).0 += 1;
            }
        }
        let is_same = |draft: &Draft| {
            blocks[draft.blocks.start].step_and_place() == block.step_and_place()
                && held + block.members.len() <= wave_max
        };
        let open = drafts.last_mut().filter(|draft| is_same(draft));
        let is_open = open.is_some();
        let apart_from = own.iter().filter_map(|(group, (count, size))| {
            let (others, one) = changing.get(group)?;
            (is_open && others + count == *size).then_some(*one)
        });
        match (open, apart_from.min()) {
            (Some(draft), None) => {
                draft.blocks.end = position + 1;
                held += block.members.len();
            }
            (_, apart_from) => {
                drafts.push(Draft { blocks: position..position + 1, apart_from });
                held = block.members.len();
                changing.clear();
            }
        }
        let first = block.members[0].position;
        for (group, (count, _)) in own {
            changing.entry(group).or_insert((0, first)).0 += count;
        }
    }
    drafts
}

/// The APIs that go along, by wave, each with what provides it: where dependents change first an API changes
/// with the first of its providers, since then nothing that calls it is left; else with the last, from when on
/// whoever answers has changed.
fn apis_by_wave(
    scope: &Scope<'_>,
    order: RolloutOrder,
    blocks: &[Block],
    drafts: &[Draft],
) -> FxHashMap<usize, Vec<(u32, u32)>> {
    let mut first_and_last: FxHashMap<u32, (usize, usize)> = FxHashMap::default();
    for (wave, draft) in drafts.iter().enumerate() {
        for block in &blocks[draft.blocks.clone()] {
            first_and_last.entry(block.circle).or_insert((wave, wave)).1 = wave;
        }
    }
    let mut by_wave: FxHashMap<usize, Vec<(u32, u32)>> = FxHashMap::default();
    for (api, providers) in scope.provided() {
        let waves = providers.iter().map(|provider| {
            let (first, last) = first_and_last[&scope.step(*provider).circle];
            (*provider, first, last)
        });
        let with = match order {
            RolloutOrder::DependentsFirst => waves.map(|(of, first, _)| (first, of)).min(),
            RolloutOrder::DependenciesFirst => {
                waves.map(|(of, _, last)| (last, Reverse(of))).max().map(|(wave, Reverse(of))| (wave, of))
            }
        };
        let (wave, provider) = with.expect("an API that goes along has a provider");
        by_wave.entry(wave).or_default().push((api, provider));
    }
    by_wave.values_mut().for_each(|apis| apis.sort_unstable());
    by_wave
}

/// The first two entities that change of each circle of several, by the first of all its entities.
fn circles(scope: &Scope<'_>) -> FxHashMap<u32, (u32, u32)> {
    let mut firsts: FxHashMap<u32, u32> = FxHashMap::default();
    let mut circles: FxHashMap<u32, (u32, u32)> = FxHashMap::default();
    for position in scope.changing_positions() {
        let circle = scope.step(position).circle;
        match firsts.get(&circle) {
            Some(first) => {
                circles.entry(circle).or_insert((*first, position));
            }
            None => {
                firsts.insert(circle, position);
            }
        }
    }
    circles
}

/// Why an entity changes no earlier. The lowest phase is the one that waits for nothing.
fn reason<'g>(scope: &Scope<'g>, position: u32, phase_min: u8) -> EntryReason<'g> {
    let step = scope.step(position);
    match step.after {
        Some(after) if scope.step(after).phase == step.phase => EntryReason::After(scope.entity(after)),
        _ if step.phase == phase_min => EntryReason::First,
        _ => EntryReason::AtStake(scope.at_stake(position)),
    }
}

fn entry<'g>(scope: &Scope<'g>, position: u32, reason: EntryReason<'g>) -> RolloutEntry<'g> {
    let count = scope.count(position);
    RolloutEntry {
        entity: scope.entity(position),
        place: None,
        distance: scope.distance(position),
        dependents: count.entities,
        critical_dependents: count.critical,
        at_stake: scope.at_stake(position),
        reason,
        place_before: None,
        circle_with: None,
    }
}

/// What sets a wave apart from the one before.
fn begins<'g>(
    previous: Option<&Block>,
    own: &Block,
    at_stake: AtStake<'g>,
    full: WaveReason<'g>,
    place: impl Fn(u32) -> Entity<'g>,
) -> WaveReason<'g> {
    match previous {
        None => WaveReason::First,
        Some(before) if before.phase < own.phase => WaveReason::MoreAtStake(at_stake),
        Some(before) if before.step < own.step => WaveReason::NextStep,
        Some(before) if before.stake < own.stake => WaveReason::MoreAtStake(at_stake),
        Some(Block { place: Some(before), .. }) if own.place != Some(*before) => {
            WaveReason::NextPlace { before: place(*before) }
        }
        Some(_) => full,
    }
}
