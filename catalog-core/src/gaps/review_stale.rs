//! An entity that nobody has confirmed for long.

use rustc_hash::FxHashMap;

use crate::{
    graph::Entity,
    model::{EntityRef, Severity, Timestamp, grouped},
    review::{ItemState, LastConfirmation, reviewed_item, reviewed_items},
};

use super::{GapCheck, GapQuestion, GapRule, OwnershipGap, must_be_owned};

pub(super) static RULE: GapRule = GapRule {
    code: "review-stale",
    summary: "An owner has not confirmed an entity for long, or not answered about it in a review that is due.",
    why: "Ownership that nobody looks at drifts: teams change, services are switched off, and the list stays.",
    remedy: "Answer with `catalog review confirm`, `correct`, `hand-over` or `reject`, or begin a new review with `catalog review start`.",
    severity: Severity::Note,
    check: GapCheck::Whole { all, about },
};

const SECONDS_PER_DAY: i64 = 24 * 60 * 60;

/// Without any review of an entity nothing is said about it: who does not review has no stale reviews.
fn all(question: GapQuestion<'_>, gaps: &mut Vec<OwnershipGap>) {
    let GapQuestion { graph, .. } = question;
    let mut known: FxHashMap<&EntityRef, LastConfirmation<'_>> = FxHashMap::default();
    for review in graph.reviews().iter() {
        for item in reviewed_items(graph, review) {
            known.entry(&item.item.entity).or_default().take(review, item);
        }
    }
    if known.is_empty() {
        return;
    }
    let entities = graph.entities();
    gaps.extend(entities.filter_map(|entity| gap(question, entity, known.get(entity.name())?)));
}

fn about(question: GapQuestion<'_>, entity: Entity<'_>, gaps: &mut Vec<OwnershipGap>) {
    let mut last = LastConfirmation::default();
    for review in question.graph.reviews().iter() {
        if let Some(item) = review.item(entity.name()) {
            let answers = review.answers_about(entity.name()).collect();
            last.take(review, reviewed_item(question.graph, review, item, answers));
        }
    }
    gaps.extend(gap(question, entity, &last));
}

fn gap(question: GapQuestion<'_>, entity: Entity<'_>, last: &LastConfirmation<'_>) -> Option<OwnershipGap> {
    let owner = entity.owner().filter(|_| must_be_owned(entity))?;
    let found = finding(last, question.now, question.settings.review_days)?;
    let critical = if entity.is_critical() { "critical " } else { "" };
    let message = format!("{critical}`{}` {found}", entity.name().short());
    Some(OwnershipGap::new(&RULE, RULE.severity, entity, message).about([owner]))
}

/// What is wrong, if anything is.
fn finding(last: &LastConfirmation<'_>, now: Timestamp, review_days: u32) -> Option<String> {
    let overdue = last.reviews.iter().find_map(|(review, item)| {
        let days = review.days_past_due(now).filter(|_| !item.state.is_done())?;
        Some((review, item, days))
    });
    if let Some((review, item, days)) = overdue {
        let what = if item.state == ItemState::HandOverPending {
            "was handed over, which is not confirmed,"
        } else {
            "is not answered"
        };
        return Some(format!(
            "{what} in review `{}`, which has been due for {}",
            review.id,
            shown(days.into())
        ));
    }
    if let Some((at, review)) = last.confirmed {
        let days = now.0.saturating_sub(at.0) / SECONDS_PER_DAY;
        return (days > i64::from(review_days)).then(|| {
            let limit = shown(review_days.into());
            format!(
                "was last confirmed {} ago, in review `{}`, over the {limit} of `review_days`",
                shown(days),
                review.id
            )
        });
    }
    let is_asked = last.reviews.iter().any(|(review, _)| review.closed.is_none());
    let (review, item) = last.reviews.last().filter(|_| !is_asked)?;
    let id = &review.id;
    Some(match item.state {
        ItemState::Corrected => format!("was found wrong in review `{id}` and was not confirmed since"),
        ItemState::Rejected => format!("was rejected in review `{id}` and was not confirmed since"),
        _ => format!("was not confirmed in review `{id}`, which is closed"),
    })
}

fn shown(days: i64) -> String {
    format!("{} {}", grouped(days), if days == 1 { "day" } else { "days" })
}
