//! The one moment of an answer: what it says of ages and dates is of the same second throughout.
//!
//! Whoever makes an answer begins its [`Moment`]; resolvers ask for it by [`now`], which remembers that it was
//! asked for. An answer for which nobody did depends on the graph alone, and stays right for as long as that.

use std::cell::Cell;

use catalog_core::model::Timestamp;

use crate::clock;

thread_local! {
    /// The moment of the answer that this thread is making. An answer is made on one thread from its
    /// beginning to its end.
    static MOMENT: Cell<Option<Moment>> = const { Cell::new(None) };
}

/// When an answer is made, and what it depends on.
#[derive(Clone, Copy, Debug)]
struct Moment {
    at: Timestamp,
    depends_on: Dependence,
}

/// What an answer depends on beside the graph and who asks; the last one counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Dependence {
    /// On nothing.
    Nothing,
    /// On the time at which it was made.
    Time,
    /// On what may be otherwise in the next moment, such as how far a crawl is.
    Moment,
}

/// The moment of the answer that is being made.
pub(super) fn now() -> Timestamp {
    MOMENT.with(|cell| match cell.get() {
        Some(moment) => {
            let depends_on = moment.depends_on.max(Dependence::Time);
            cell.set(Some(Moment { depends_on, ..moment }));
            moment.at
        }
        None => clock::now(),
    })
}

/// The same of an answer that tells what may be otherwise in the next moment.
pub(super) fn passing_now() -> Timestamp {
    let now = now();
    MOMENT.with(|cell| {
        cell.set(cell.get().map(|moment| Moment { depends_on: Dependence::Moment, ..moment }));
    });
    now
}

/// Makes an answer on this thread. Tells also what it depends on.
pub(super) fn of_one_moment<T>(make: impl FnOnce() -> T) -> (T, Dependence) {
    /// Ends the moment also where making the answer ends in a panic.
    struct Ending;
    impl Drop for Ending {
        fn drop(&mut self) {
            MOMENT.with(|cell| cell.set(None));
        }
    }
    MOMENT.with(|cell| cell.set(Some(Moment { at: clock::now(), depends_on: Dependence::Nothing })));
    let ending = Ending;
    let made = make();
    let depends_on = MOMENT.with(|cell| cell.get().map_or(Dependence::Nothing, |moment| moment.depends_on));
    drop(ending);
    (made, depends_on)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_that_asks_for_the_time_is_known_to_depend_on_it() {
        let (moments, depends_on) = of_one_moment(|| (now(), now()));
        assert!(depends_on == Dependence::Time && moments.0 == moments.1);
        assert_eq!(of_one_moment(|| ()).1, Dependence::Nothing);
        assert_eq!(of_one_moment(|| (passing_now(), now())).1, Dependence::Moment);
    }
}
