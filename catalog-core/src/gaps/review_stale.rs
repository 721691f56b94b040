//! An entity that nobody has confirmed for long.

use rustc_hash::FxHashMap;

use crate::{
    model::{EntityRef, Severity, Timestamp, grouped},
    review::{ItemState, LastConfirmation, reviewed_items},
};

use super::{GapQuestion, GapRule, OwnershipGap, must_be_owned};

pub(super) static RULE: GapRule = GapRule {
    code: "review-stale",
    summary: "An owner has not confirmed an entity for long, or not answered about it in a review that is due.",
    why: "Ownership that nobody looks at drifts: teams change, services are switched off, and the list stays.",
    remedy: "Answer with `catalog review confirm`, `correct`, `hand-over` or `reject`, or begin a new review with `catalog review start`.",
    severity: Severity::Note,
    check,
};

const SECONDS_PER_DAY: i64 = 24 * 60 * 60;

/// Without any review of an entity nothing is said about it: who does not review has no stale reviews.
fn check(question: GapQuestion<'_>, gaps: &mut Vec<OwnershipGap>) {
    let GapQuestion { graph, now, settings } = question;
    let mut known: FxHashMap<&EntityRef, LastConfirmation<'_>> = FxHashMap::default();
    for review in graph.reviews().iter() {
        for item in reviewed_items(graph, review) {
            known.entry(&item.item.entity).or_default().take(review, item);
        }
    }
    if known.is_empty() {
        return;
    }
    let owned = graph.entities().filter(|entity| must_be_owned(*entity) && entity.owner().is_some());
    for entity in owned {
        let Some(last) = known.get(entity.name()) else { continue };
        let Some(found) = finding(last, now, settings.review_days) else { continue };
        let (severity, critical) =
            if entity.is_critical() { (Severity::Warning, "critical ") } else { (RULE.severity, "") };
        let message = format!("{critical}`{}` {found}", entity.name().short());
        let gap = OwnershipGap::new(&RULE, severity, entity, message);
        gaps.push(gap.about(entity.owner()));
    }
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
