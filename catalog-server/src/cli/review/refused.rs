//! What a review does not take, told to a person.

use catalog_core::{model::ReviewRefusal, review::AnswerRefused};

use super::CommandError;

impl From<ReviewRefusal> for CommandError {
    fn from(refusal: ReviewRefusal) -> Self {
        let message = refusal.to_string();
        match &refusal {
            ReviewRefusal::UnknownReview { known, .. } if known.is_empty() => {
                Self::undecided(message).hint("begin one with `catalog review start --all --due DATE`")
            }
            ReviewRefusal::UnknownReview { known, .. } => {
                let ids: Vec<String> = known.iter().take(5).map(|id| format!("`{id}`")).collect();
                Self::undecided(message).hint(format!("the latest are: {}", ids.join(", ")))
            }
            ReviewRefusal::NotInScope { review, .. } => Self::undecided(message)
                .hint(format!("`catalog review show {review} --limit 0` lists what it is about")),
            ReviewRefusal::Vanished { .. } => {
                Self::undecided(message).hint("nothing is left to answer: the review marks it as vanished")
            }
            ReviewRefusal::AnsweredMeanwhile { found, .. } => Self::undecided(message).hint(format!(
                "look at that answer with `catalog review show`, then answer with `--if-last {found}`"
            )),
            ReviewRefusal::Closed(_) => {
                Self::undecided(message).hint("begin another one with `catalog review start`")
            }
            ReviewRefusal::NotOwner { .. } => Self::undecided(message)
                .hint("without `--strict` the answer is taken, and marked as of a non-owner"),
            ReviewRefusal::ScopeEmpty => Self::undecided(message)
                .hint("`catalog list` takes the same filters, and shows what there is"),
            ReviewRefusal::ReceiverUnknown { .. } => {
                Self::undecided(message).hint("`catalog list --kind group` shows who is there")
            }
            ReviewRefusal::Exists(_)
            | ReviewRefusal::ScopeTooLarge { .. }
            | ReviewRefusal::HandOverToOwner { .. }
            | ReviewRefusal::AnswersFull(_)
            | ReviewRefusal::Unfit { .. }
            | ReviewRefusal::OtherHistory(_) => Self::undecided(message),
            ReviewRefusal::PersonMissing => {
                Self::usage(message).hint("say who with `--as`, or set git's `user.email`")
            }
            ReviewRefusal::ReasonMissing => Self::usage(message).hint("say why with `--reason TEXT`"),
            ReviewRefusal::NoId(_)
            | ReviewRefusal::DuePast
            | ReviewRefusal::ValueMissing
            | ReviewRefusal::NothingConfirmed
            | ReviewRefusal::TextTooLong { .. } => Self::usage(message),
        }
    }
}

impl From<AnswerRefused> for CommandError {
    fn from(refused: AnswerRefused) -> Self {
        match refused {
            AnswerRefused::NotFound(error) => error.into(),
            AnswerRefused::Refused(refusal) => refusal.into(),
        }
    }
}
