//! The worst chain of retries, against every chain there is.

use std::collections::BTreeSet;

use proptest::prelude::*;

use crate::query::exposure::call_amplification::{Attempts, amplification};

fn calls() -> impl Strategy<Value = (u32, Vec<Attempts>)> {
    (1..9_u32).prop_flat_map(|count| {
        let attempts = prop_oneof![3 => Just(1_u64), 2 => 2..5_u64];
        let call =
            (0..count, 0..count, attempts).prop_map(|(from, to, attempts)| Attempts { from, to, attempts });
        (Just(count), prop::collection::vec(call, 0..16))
    })
}

fn attempts(calls: &[Attempts], from: u32, to: u32) -> Option<u64> {
    let between = calls.iter().filter(|call| (call.from, call.to) == (from, to));
    between.map(|call| call.attempts).max()
}

/// Whether one can be reached from another by one call or more.
fn reaches(calls: &[Attempts], from: u32, to: u32) -> bool {
    let mut met = BTreeSet::new();
    let mut open = vec![from];
    while let Some(at) = open.pop() {
        for call in calls.iter().filter(|call| call.from == at && call.from != call.to) {
            if met.insert(call.to) {
                open.push(call.to);
            }
        }
    }
    met.contains(&to)
}

/// The product of every chain without repetitions that leads through no circle with retries: by its end,
/// with the number of calls that are tried again, if the last one is.
fn every_chain(count: u32, calls: &[Attempts]) -> Vec<(u32, u64, usize, bool)> {
    let is_of_circle = |entity: u32| {
        calls.iter().any(|call| {
            call.attempts > 1
                && call.from != call.to
                && reaches(calls, call.to, call.from)
                && (call.from == entity
                    || (reaches(calls, entity, call.from) && reaches(calls, call.from, entity)))
        })
    };
    let mut found = Vec::new();
    let mut open: Vec<(Vec<u32>, u64, usize)> =
        (0..count).filter(|entity| !is_of_circle(*entity)).map(|entity| (vec![entity], 1, 0)).collect();
    while let Some((way, product, retrying)) = open.pop() {
        let at = way[way.len() - 1];
        for next in (0..count).filter(|next| !way.contains(next) && !is_of_circle(*next)) {
            if let Some(attempts) = attempts(calls, at, next) {
                let longer: Vec<u32> = way.iter().copied().chain([next]).collect();
                let retrying = retrying + usize::from(attempts > 1);
                found.push((next, product * attempts, retrying, attempts > 1));
                open.push((longer, product * attempts, retrying));
            }
        }
    }
    found
}

proptest! {
    #[test]
    fn the_worst_chain_is_the_worst_of_all((count, calls) in calls()) {
        let answer = amplification(count as usize, calls.clone());
        let every = every_chain(count, &calls);
        let worst_to = |end: u32| every.iter().filter(|of| of.0 == end).map(|of| of.1).max();
        for (product, way) in &answer.chains {
            let links: Vec<u64> =
                way.windows(2).filter_map(|link| attempts(&calls, link[0], link[1])).collect();
            prop_assert_eq!(links.len() + 1, way.len(), "a chain is one of calls");
            prop_assert_eq!(links.iter().product::<u64>(), *product);
            prop_assert!(links.iter().filter(|attempts| **attempts > 1).count() > 1);
            prop_assert_eq!(way.last().and_then(|end| worst_to(*end)), Some(*product));
        }
        prop_assert_eq!(answer.chains.len(), answer.chains_total);
        // The worst of all is told, if several of its calls are tried again in every way to be as bad.
        let worst = every.iter().map(|of| of.1).max().unwrap_or(1);
        let is_lone = every.iter().any(|of| of.1 == worst && of.2 == 1);
        if worst > 1 && !is_lone {
            prop_assert_eq!(answer.chains.first().map(|chain| chain.0), Some(worst));
        }
    }

    #[test]
    fn every_circle_with_retries_is_told_once((count, calls) in calls()) {
        let answer = amplification(count as usize, calls.clone());
        let mut left: Vec<&Attempts> = calls
            .iter()
            .filter(|call| call.attempts > 1 && call.from != call.to && reaches(&calls, call.to, call.from))
            .collect();
        for circle in &answer.circles {
            let round: Vec<u32> = circle.iter().chain(circle.first()).copied().collect();
            let links: Vec<u64> =
                round.windows(2).filter_map(|link| attempts(&calls, link[0], link[1])).collect();
            prop_assert_eq!(links.len(), circle.len());
            prop_assert!(links.iter().any(|attempts| *attempts > 1));
            let before = left.len();
            let is_here = |of: u32| of == circle[0] || (reaches(&calls, of, circle[0]) && reaches(&calls, circle[0], of));
            left.retain(|call| !is_here(call.from));
            prop_assert!(left.len() < before, "a circle is of one component");
        }
        prop_assert!(left.is_empty(), "{:?}", left);
    }
}

#[test]
fn a_long_chain_and_a_large_circle_overflow_nothing() {
    const LARGE: u32 = 200_000;
    let call = |from: u32, to: u32| Attempts { from, to, attempts: 2 };
    let chain: Vec<Attempts> = (1..LARGE).map(|entity| call(entity - 1, entity)).collect();
    let answer = amplification(LARGE as usize, chain.clone());
    assert_eq!(answer.chains.len(), 1);
    assert_eq!((answer.chains[0].0, answer.circles.len()), (u64::MAX, 0));
    let circle = chain.into_iter().chain([call(LARGE - 1, 0)]).collect();
    let answer = amplification(LARGE as usize, circle);
    assert_eq!((answer.chains.len(), answer.circles.len()), (0, 1));
    assert_eq!(answer.circles[0].len(), LARGE as usize);
}
