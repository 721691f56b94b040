//! A chain, a circle and a star of a million: nothing calls itself, and nothing takes the square of that.

use crate::{
    model::Strength,
    needs::{Direction, Failure, Health, NeedList, Needs, ReachLimits, Remedy},
};

const COUNT: u32 = 1_000_000;

fn laid_out(needs: impl Iterator<Item = (u32, u32)>) -> Needs {
    let mut list = NeedList::new(COUNT as usize);
    needs.for_each(|(needy, needed)| list.push(needy, needed, Strength::Hard));
    Needs::new(&list)
}

fn down(entity: u32) -> Failure {
    Failure { down: vec![entity], degraded: Vec::new() }
}

#[test]
fn a_chain_is_followed_to_its_end() {
    let needs = laid_out((1..COUNT).map(|needy| (needy, needy - 1)));
    let reach = needs.reach(&[0], Direction::Dependents, ReachLimits::default()).reached;
    let furthest = reach.last().expect("the chain is long");
    assert_eq!((furthest.entity, furthest.distance, furthest.is_hard), (COUNT - 1, COUNT - 1, true));
    let paths =
        needs.shortest_paths(&[0], COUNT - 1, Direction::Dependents, 2).expect("the chain hangs together");
    assert_eq!((paths.count, paths.paths[0].len()), (1, COUNT as usize));
    let impact = needs.impact(&down(0));
    assert_eq!(impact.affected.len(), COUNT as usize);
    let mended = needs.smallest_remedy(&down(0), &impact, COUNT - 1);
    assert_eq!(mended, Some(vec![Remedy::Need { needy: 1, needed: 0 }]));
}

#[test]
fn a_circle_is_gone_round_once() {
    let needs = laid_out((0..COUNT).map(|needy| (needy, (needy + 1) % COUNT)));
    let sizes = needs.reach_sizes(&[7], Direction::Dependencies, ReachLimits::default());
    assert_eq!((sizes.len(), sizes.iter().sum::<usize>()), (COUNT as usize - 1, COUNT as usize - 1));
    let impact = needs.impact(&down(7));
    assert!(impact.affected.iter().all(|affected| affected.health == Health::Down));
    assert_eq!(needs.remedies(&down(7), &impact, 6), vec![Remedy::Need { needy: 6, needed: 7 }]);
    assert!(needs.impact(&Failure::default()).affected.is_empty(), "a circle does not fail by itself");
}

#[test]
fn a_star_falls_with_its_middle() {
    let needs = laid_out((1..COUNT).map(|needy| (needy, 0)));
    let sizes = needs.reach_sizes(&[0], Direction::Dependents, ReachLimits::default());
    assert_eq!(sizes, vec![COUNT as usize - 1]);
    assert_eq!(needs.impact(&down(0)).affected.len(), COUNT as usize);
    assert_eq!(needs.impact(&down(1)).affected.len(), 1);
    let everything: Vec<u32> = (0..COUNT).collect();
    let all = needs.reach(&everything, Direction::Dependents, ReachLimits::default());
    assert!(all.reached.is_empty(), "a root is not reached");
}
