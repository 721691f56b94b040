//! What the answers about one entity come to: a function of their list and of nothing else.

use crate::model::EntityRef;

use super::{Answer, AnswererStanding, Rejection, ReviewAnswer};

/// What the answers about one entity come to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReviewOutcome<'r> {
    /// What stands.
    pub state: OutcomeState,
    /// The answer that stands; `None` where there was none.
    pub standing: Option<&'r ReviewAnswer>,
    /// The answer that says that it exists, as long as nothing else was said since.
    pub exists: Option<&'r ReviewAnswer>,
    /// The answer that says that what is said of it is right, likewise.
    pub correct: Option<&'r ReviewAnswer>,
    /// To whom it was handed over, as long as nothing else was said since.
    pub handed_to: Option<&'r EntityRef>,
    /// The number of the last answer, whether it stands or not; 0 where there was none.
    pub last: u32,
    /// How many answers there were.
    pub answers: usize,
}

/// What stands about an entity by the answers of people.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OutcomeState {
    /// Nobody answered.
    #[default]
    Unanswered,
    /// Of existence and correctness one is confirmed.
    PartlyConfirmed,
    /// Both are confirmed.
    Confirmed,
    /// Something is wrong.
    Corrected,
    /// Handed over to somebody who has not confirmed that yet.
    HandOverPending,
    /// Handed over to somebody who has confirmed that.
    HandedOver,
    /// It does not belong in the list.
    Rejected(Rejection),
}

impl<'r> ReviewOutcome<'r> {
    /// What answers about one entity come to, given in their order. O(answers).
    ///
    /// The latest answer stands, with two exceptions. Existence and correctness may be confirmed one
    /// after the other. And while a hand-over waits, a confirmation accepts it where it is given for the
    /// receiver, withdraws it where it is given by another owner, and else leaves it waiting.
    pub fn of(answers: impl IntoIterator<Item = &'r ReviewAnswer>) -> Self {
        let mut outcome = Self::default();
        for answer in answers {
            outcome.take(answer);
            outcome.last = answer.number;
            outcome.answers += 1;
        }
        outcome
    }

    fn take(&mut self, answer: &'r ReviewAnswer) {
        let (exists, correct) = match &answer.answer {
            Answer::Confirm { exists, correct } => (*exists, *correct),
            other => {
                let state = match other {
                    Answer::HandOver { .. } => OutcomeState::HandOverPending,
                    Answer::Reject(why) => OutcomeState::Rejected(*why),
                    Answer::Correct { .. } | Answer::Confirm { .. } => OutcomeState::Corrected,
                };
                let handed_to = match other {
                    Answer::HandOver { to } => Some(to),
                    _ => None,
                };
                let (last, answers) = (self.last, self.answers);
                *self = Self { state, standing: Some(answer), handed_to, last, answers, ..Self::default() };
                return;
            }
        };
        if self.state == OutcomeState::HandOverPending {
            let is_receiver = answer.answers_for.as_ref() == self.handed_to;
            match answer.standing {
                AnswererStanding::Owner | AnswererStanding::Unknown if is_receiver => {
                    self.state = OutcomeState::HandedOver;
                }
                AnswererStanding::Owner => self.handed_to = None,
                AnswererStanding::Unknown | AnswererStanding::NonOwner => return,
            }
        }
        self.standing = Some(answer);
        if exists {
            self.exists = Some(answer);
        }
        if correct {
            self.correct = Some(answer);
        }
        if self.state != OutcomeState::HandedOver {
            self.state = match (self.exists, self.correct) {
                (Some(_), Some(_)) => OutcomeState::Confirmed,
                _ => OutcomeState::PartlyConfirmed,
            };
        }
    }
}
