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

/// When an answer is made, and whether it depends on that.
#[derive(Clone, Copy, Debug)]
struct Moment {
    at: Timestamp,
    was_read: bool,
}

/// The moment of the answer that is being made.
pub(super) fn now() -> Timestamp {
    MOMENT.with(|cell| match cell.get() {
        Some(moment) => {
            cell.set(Some(Moment { was_read: true, ..moment }));
            moment.at
        }
        None => clock::now(),
    })
}

/// Makes an answer on this thread. Tells also whether it depends on the time at which it was made.
pub(super) fn of_one_moment<T>(make: impl FnOnce() -> T) -> (T, bool) {
    /// Ends the moment also where making the answer ends in a panic.
    struct Ending;
    impl Drop for Ending {
        fn drop(&mut self) {
            MOMENT.with(|cell| cell.set(None));
        }
    }
    MOMENT.with(|cell| cell.set(Some(Moment { at: clock::now(), was_read: false })));
    let ending = Ending;
    let made = make();
    let was_read = MOMENT.with(|cell| cell.get().is_some_and(|moment| moment.was_read));
    drop(ending);
    (made, was_read)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_that_asks_for_the_time_is_known_to_depend_on_it() {
        let (moments, depends) = of_one_moment(|| (now(), now()));
        assert!(depends && moments.0 == moments.1);
        assert!(!of_one_moment(|| ()).1);
    }
}
