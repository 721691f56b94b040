//! Answers that were given of late, for whoever asks the same again: dashboards ask few questions, often.
//!
//! An answer is kept under what its tag is made of (see `etag`): the graph, the question as it was sent, and what
//! its asker may do. So it is found only where making it again would give the same. It is kept from the second time
//! on that it is made.

use std::{
    collections::{HashMap, VecDeque},
    sync::{PoisonError, RwLock},
};

use catalog_core::model::Timestamp;

use super::etag::{QuestionKey, minute};
use crate::graphql::{AnswerValidity, AskedBefore, GraphqlAnswer};

/// The greatest part of all that is kept which one answer may be.
const PART_MAX: usize = 64;
/// What an answer takes beside its body, in bytes.
const OVERHEAD_BYTES: usize = 256;

/// Answers by question, up to a number of bytes.
#[derive(Debug)]
pub(super) struct KeptAnswers {
    bytes_max: usize,
    asked: AskedBefore,
    kept: RwLock<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    answers: HashMap<QuestionKey, KeptAnswer>,
    /// The keys of those in the order in which they came.
    order: VecDeque<QuestionKey>,
    bytes: usize,
}

#[derive(Debug)]
struct KeptAnswer {
    answer: GraphqlAnswer,
    /// What its query costs.
    cost: u64,
    /// The minute in which it was made.
    minute: i64,
}

impl KeptAnswer {
    fn bytes(&self) -> usize {
        self.answer.body.len() + OVERHEAD_BYTES
    }
}

impl KeptAnswers {
    /// Room for so many bytes; none keeps nothing.
    pub(super) fn new(bytes_max: usize) -> Self {
        Self { bytes_max, asked: AskedBefore::default(), kept: RwLock::default() }
    }

    /// The answer to a question with the cost of its query, if it is kept and still holds.
    pub(super) fn get(&self, key: QuestionKey, now: Timestamp) -> Option<(GraphqlAnswer, u64)> {
        let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner);
        let of = kept.answers.get(&key)?;
        let holds = of.answer.validity == AnswerValidity::Revision || of.minute == minute(now);
        holds.then(|| (of.answer.clone(), of.cost))
    }

    /// Keeps an answer that was made for a question at some time, if it holds for a while and is not the first of
    /// late. Where there is no room, the oldest go: they are of former revisions, if any are.
    pub(super) fn keep(&self, key: QuestionKey, answer: &GraphqlAnswer, cost: u64, now: Timestamp) {
        let is_wanted = answer.status == 200 && answer.validity != AnswerValidity::Never;
        if !is_wanted || answer.body.len() + OVERHEAD_BYTES > self.bytes_max / PART_MAX {
            return;
        }
        // Of the key, any part is a good hash.
        if !self.asked.note(key.0 as u64) {
            return;
        }
        let answer = KeptAnswer { answer: answer.clone(), cost, minute: minute(now) };
        let bytes = answer.bytes();
        let mut kept = self.kept.write().unwrap_or_else(PoisonError::into_inner);
        kept.bytes += bytes;
        match kept.answers.insert(key, answer) {
            Some(former) => kept.bytes -= former.bytes(),
            None => kept.order.push_back(key),
        }
        while kept.bytes > self.bytes_max {
            let Some(oldest) = kept.order.pop_front() else { break };
            if let Some(gone) = kept.answers.remove(&oldest) {
                kept.bytes -= gone.bytes();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(body_bytes: usize, validity: AnswerValidity) -> GraphqlAnswer {
        GraphqlAnswer {
            status: 200,
            body: vec![b'1'; body_bytes].into(),
            validity,
            refused: None,
            revision: Some(1),
        }
    }

    /// A key that is told from others as real ones are.
    fn key(number: u32) -> QuestionKey {
        QuestionKey(u128::from(number) << 32)
    }

    /// Keeps an answer as if it had been made before.
    fn keep(kept: &KeptAnswers, key: QuestionKey, answer: &GraphqlAnswer, cost: u64, now: Timestamp) {
        kept.asked.note(key.0 as u64);
        kept.keep(key, answer, cost, now);
    }

    #[test]
    fn an_answer_is_kept_when_it_is_made_again() {
        let kept = KeptAnswers::new(1 << 20);
        let answer = answer(10, AnswerValidity::Revision);
        for expected in [false, true] {
            kept.keep(key(1), &answer, 1, Timestamp(0));
            assert_eq!(kept.get(key(1), Timestamp(0)).is_some(), expected);
        }
    }

    #[test]
    fn an_answer_is_given_again_for_as_long_as_it_holds() {
        let kept = KeptAnswers::new(1 << 20);
        let check = |validity, later, expected: bool| {
            let (key, answer) = (key(1), answer(10, validity));
            keep(&kept, key, &answer, 7, Timestamp(600));
            let found = kept.get(key, Timestamp(later));
            assert_eq!(found, expected.then_some((answer, 7)), "{validity:?} {later}");
        };
        check(AnswerValidity::Revision, 10_000, true);
        check(AnswerValidity::Minute, 659, true);
        check(AnswerValidity::Minute, 660, false);
        keep(&kept, key(2), &answer(10, AnswerValidity::Never), 1, Timestamp(0));
        keep(
            &kept,
            key(3),
            &GraphqlAnswer { status: 400, ..answer(1, AnswerValidity::Revision) },
            1,
            Timestamp(0),
        );
        assert_eq!([2, 3, 4].map(|number| kept.get(key(number), Timestamp(0))), [None, None, None]);
    }

    #[test]
    fn what_is_kept_stays_below_its_limit() {
        let kept = KeptAnswers::new(64 * 1_024);
        for number in 0..1_000 {
            keep(&kept, key(number), &answer(700, AnswerValidity::Revision), 1, Timestamp(0));
            let kept = kept.kept.read().expect("nothing panicked");
            assert!(kept.bytes <= 64 * 1_024 && kept.bytes == kept.answers.len() * (700 + OVERHEAD_BYTES));
            assert_eq!(kept.answers.len(), kept.order.len());
        }
        assert!(kept.get(key(999), Timestamp(0)).is_some() && kept.get(key(900), Timestamp(0)).is_none());
        keep(&kept, key(0), &answer(1_024, AnswerValidity::Revision), 1, Timestamp(0));
        assert!(kept.get(key(0), Timestamp(0)).is_none_or(|(answer, _)| answer.body.len() == 700));
        let none = KeptAnswers::new(0);
        keep(&none, key(0), &answer(0, AnswerValidity::Revision), 1, Timestamp(0));
        assert_eq!(none.get(key(0), Timestamp(0)), None);
    }
}
