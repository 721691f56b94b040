//! Needs that were changed, again and again, against needs that were laid out anew.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::oracle::strength;
use crate::{
    model::Strength,
    needs::{Direction, Failure, NeedList, Needs, ReachLimits, Renumbering},
};

/// What each entity needs, by a label that it keeps.
type State = BTreeMap<u32, OfOne>;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct OfOne {
    needs: Vec<(u32, Strength)>,
    groups: Vec<(Strength, Vec<u32>)>,
}

const LABELS: u32 = 14;

fn state() -> impl Strategy<Value = State> {
    let of_one = (
        prop::collection::vec((0..LABELS, strength()), 0..4),
        prop::collection::vec((strength(), prop::collection::vec(0..LABELS, 0..4)), 0..2),
    );
    prop::collection::btree_map(0..LABELS, of_one.prop_map(|(needs, groups)| OfOne { needs, groups }), 0..12)
}

/// The state after a change: of some labels what the one says, of the others what the other says.
fn mixed(former: &State, latter: &State, changing: &BTreeSet<u32>) -> State {
    let mut state: State = former.clone();
    for label in changing {
        match latter.get(label) {
            Some(of_one) => state.insert(*label, of_one.clone()),
            None => state.remove(label),
        };
    }
    state
}

fn numbers(state: &State) -> BTreeMap<u32, u32> {
    state.keys().copied().zip(0..).collect()
}

/// What is known of the needs of one label, without what leads to labels that are not there.
fn known(state: &State, label: u32) -> OfOne {
    let of_one = &state[&label];
    let is_there = |label: &u32| state.contains_key(label);
    let members = |members: &Vec<u32>| members.iter().copied().filter(is_there).collect();
    OfOne {
        needs: of_one.needs.iter().copied().filter(|(needed, _)| is_there(needed)).collect(),
        groups: of_one.groups.iter().map(|(strength, of)| (*strength, members(of))).collect(),
    }
}

fn push(list: &mut NeedList, state: &State, label: u32) {
    let number = numbers(state);
    let OfOne { needs, groups } = known(state, label);
    for (needed, strength) in needs {
        list.push(number[&label], number[&needed], strength);
    }
    for (strength, members) in groups {
        let members: Vec<u32> = members.iter().map(|member| number[member]).collect();
        list.push_group(number[&label], strength, &members);
    }
}

fn laid_out(state: &State) -> Needs {
    let mut list = NeedList::new(state.len());
    state.keys().for_each(|label| push(&mut list, state, *label));
    Needs::new(&list)
}

fn changed(needs: &Needs, former: &State, latter: &State) -> Needs {
    let before = numbers(former);
    let removed = former.keys().filter(|label| !latter.contains_key(label)).map(|label| before[label]);
    let inserted = latter.keys().filter(|label| !former.contains_key(label));
    let inserted_before =
        inserted.map(|label| before.range(label..).next().map_or(before.len() as u32, |(_, number)| *number));
    let renumbering = Renumbering::new(removed.collect(), inserted_before.collect());
    let needy: Vec<u32> = latter
        .keys()
        .copied()
        .filter(|label| !former.contains_key(label) || known(former, *label) != known(latter, *label))
        .collect();
    let number = numbers(latter);
    let mut list = NeedList::new(latter.len());
    needy.iter().for_each(|label| push(&mut list, latter, *label));
    let needy: Vec<u32> = needy.iter().map(|label| number[label]).collect();
    needs.with_change(&renumbering, &needy, &list)
}

/// Everything that the needs say, by number.
fn everything(needs: &Needs) -> Vec<String> {
    let mut said = vec![format!("{} {}", needs.entity_count(), needs.len())];
    for entity in 0..u32::try_from(needs.entity_count()).expect("few") {
        for direction in [Direction::Dependents, Direction::Dependencies] {
            let next: Vec<_> = needs.next_to(entity, direction).collect();
            let reach = needs.reach(&[entity], direction, ReachLimits::default()).reached;
            let reach: Vec<_> = reach.iter().map(|of| (of.entity, of.distance, of.is_hard)).collect();
            said.push(format!("{entity} {} {next:?} {reach:?}", direction.name()));
        }
        let mut groups: Vec<_> = needs.alternatives_of(entity).collect();
        groups.sort_unstable();
        let failure = Failure { down: vec![entity], degraded: Vec::new() };
        let affected = needs.impact(&failure).affected;
        let affected: Vec<_> = affected.iter().map(|of| (of.entity, of.health)).collect();
        said.push(format!("{entity} {groups:?} {affected:?}"));
    }
    said.push(format!("{:?}", needs.cycles()));
    said
}

proptest! {
    #[test]
    fn changed_needs_are_those_that_are_laid_out_anew(
        (first, steps) in (
            state(),
            prop::collection::vec((state(), prop::collection::btree_set(0..LABELS, 0..8)), 1..5),
        ),
    ) {
        let mut state = first;
        let mut needs = laid_out(&state);
        for (other, changing) in steps {
            let next = mixed(&state, &other, &changing);
            let before = everything(&needs);
            let after = changed(&needs, &state, &next);
            prop_assert_eq!(everything(&after), everything(&laid_out(&next)));
            prop_assert_eq!(everything(&needs), before, "the needs before it stay");
            (needs, state) = (after, next);
        }
    }
}
