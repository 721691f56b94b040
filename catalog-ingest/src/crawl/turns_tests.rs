//! Whose turn it is, and when again, in a time that passes only where somebody waits for it.

use std::time::Duration;

use super::{
    message::FetchRefusal,
    pace::fake::FakePace,
    turns::{Turn, Turns, Verdict},
};
use crate::{
    limits::{CrawlLimits, FetchLimits},
    repository::FetchTrouble,
};

const PASSING: FetchTrouble = FetchTrouble::Passing { retry_after: None };

fn limits() -> FetchLimits {
    CrawlLimits::default().fetch
}

/// The turns of repositories at these hosts.
fn turns<'a>(hosts: &[&str], limits: &'a FetchLimits, pace: &'a FakePace) -> Turns<'a, FakePace> {
    let hosts: Vec<_> = hosts.iter().map(|host| (*host).to_owned()).enumerate().collect();
    Turns::new(hosts.into_iter(), limits, pace, 7)
}

fn refusal(trouble: FetchTrouble) -> FetchRefusal {
    FetchRefusal { is_empty: false, message: "it failed".to_owned(), trouble }
}

fn after(seconds: u64) -> FetchTrouble {
    FetchTrouble::Passing { retry_after: Some(Duration::from_secs(seconds)) }
}

/// Lets every turn fail in the same way; what the last word on each repository is.
fn fail_all(hosts: &[&str], limits: &FetchLimits, trouble: FetchTrouble) -> (Vec<String>, Vec<Duration>) {
    let pace = FakePace::default();
    let turns = turns(hosts, limits, &pace);
    let mut said = vec![String::new(); hosts.len()];
    while let Some(turn) = turns.next() {
        let index = turn.index;
        if let Some(reason) = &turn.given_up {
            said[index] = format!("not asked: {reason}");
        } else if let Verdict::Final(refusal) = turns.failed(turn, refusal(trouble)) {
            said[index] = refusal.message;
        }
    }
    (said, pace.waits())
}

#[test]
fn a_host_has_its_slots_and_holds_up_no_other() {
    let (limits, pace) = (limits(), FakePace::default());
    let turns = turns(&["slow", "slow", "slow", "quick", "slow", "quick", "quick"], &limits, &pace);
    let given: Vec<Turn> = (0..4).filter_map(|_| turns.next()).collect();
    let indexes: Vec<_> = given.iter().map(|turn| turn.index).collect();
    assert_eq!(indexes, [0, 3, 1, 5], "two of each host");
    // The slow ones go on and on; the others have their turns as soon as there are slots.
    turns.done(&given[1]);
    assert_eq!(turns.next().map(|turn| turn.index), Some(6));
    turns.done(&given[0]);
    assert_eq!(turns.next().map(|turn| turn.index), Some(2));
}

#[test]
fn every_repository_has_its_turn_and_then_there_is_none() {
    let (limits, pace) = (limits(), FakePace::default());
    let turns = turns(&["a", "b", "a", "a"], &limits, &pace);
    let mut seen = Vec::new();
    while let Some(turn) = turns.next() {
        seen.push(turn.index);
        turns.done(&turn);
    }
    seen.sort_unstable();
    assert_eq!((seen, pace.waits()), (vec![0, 1, 2, 3], Vec::new()));
    assert!(turns.next().is_none());
}

#[test]
fn a_failure_that_may_pass_is_tried_again_after_growing_pauses() {
    let (said, waits) = fail_all(&["a"], &limits(), PASSING);
    assert_eq!(said, ["it failed (after 3 attempts)"]);
    let [first, second] = waits[..] else { panic!("{waits:?}") };
    assert!(first >= Duration::from_secs(1) && first <= Duration::from_secs(2), "{first:?}");
    assert!(second >= Duration::from_secs(2) && second <= Duration::from_secs(4), "{second:?}");
}

#[test]
fn pauses_differ_and_never_pass_their_limit() {
    let limits = FetchLimits {
        attempts_max: 9,
        host_failures_max: 100,
        retry_pause_max: Duration::from_secs(5),
        ..limits()
    };
    let (_, waits) = fail_all(&["a"], &limits, PASSING);
    assert!(waits.len() == 8 && waits.iter().all(|wait| *wait <= Duration::from_secs(5)), "{waits:?}");
    let (_, of_two) = fail_all(&["a", "b"], &FetchLimits { attempts_max: 2, ..limits }, PASSING);
    // Were they the same, one wait would do for both.
    assert_eq!(of_two.len(), 2, "{of_two:?}");
}

#[test]
fn a_lasting_failure_is_not_tried_again() {
    for trouble in [FetchTrouble::Lasting, FetchTrouble::LoginWanted] {
        assert_eq!(fail_all(&["a", "a"], &limits(), trouble), (vec!["it failed".to_owned(); 2], Vec::new()));
    }
}

#[test]
fn a_host_that_wants_to_be_left_alone_for_a_while_is() {
    let (said, waits) = fail_all(&["a"], &limits(), after(30));
    assert_eq!(said, ["it failed (after 3 attempts)"]);
    assert_eq!(waits, [Duration::from_secs(30); 2]);
    // Nobody else of the host is asked meanwhile either.
    let (limits, pace) = (limits(), FakePace::default());
    let turns = turns(&["a", "a"], &limits, &pace);
    let turn = turns.next().expect("the first one");
    assert_eq!(turns.failed(turn, refusal(after(30))), Verdict::Again);
    assert_eq!(turns.next().map(|turn| turn.index), Some(1));
    assert_eq!(pace.waits(), [Duration::from_secs(30)]);
}

#[test]
fn a_host_that_wants_to_be_left_alone_for_too_long_is_given_up() {
    let (said, waits) = fail_all(&["a", "a", "b"], &limits(), after(3_600));
    assert!(waits.is_empty(), "{waits:?}");
    assert!(said[0].contains("`fetch.retry_pause_max` of 60s") && said[0].contains("3600s"), "{said:?}");
    assert!(said[1].starts_with("not asked: its host `a` is left alone"), "{said:?}");
    assert!(said[2].starts_with("it failed; its host `b`"), "{said:?}");
}

#[test]
fn a_host_that_fails_again_and_again_is_given_up_and_others_are_not() {
    let few = FetchLimits { attempts_max: 1, host_failures_max: 3, ..limits() };
    let (said, _) = fail_all(&["a", "a", "a", "a", "a", "b"], &few, PASSING);
    assert_eq!((&*said[0], &*said[1], &*said[5]), ("it failed", "it failed", "it failed"));
    assert!(said[2].contains("3 times in a row, which is the limit `fetch.host_failures_max`"), "{said:?}");
    assert!(said[3..5].iter().all(|it| it.starts_with("not asked: ")), "{said:?}");
}

#[test]
fn who_stops_is_given_no_more_turns() {
    let (limits, pace) = (limits(), FakePace::default());
    let turns = turns(&["a", "b"], &limits, &pace);
    turns.stop();
    assert!(turns.next().is_none());
}
