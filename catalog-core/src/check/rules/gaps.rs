//! Gaps in ownership that open and close.

use crate::{
    gaps::{GapQuestion, GapRule, OwnershipGap, gaps_among, ownership_gaps},
    graph::CatalogGraph,
};

use super::{
    super::{CheckFinding, CheckSubject, placing::named, rule::GAP_OPENED},
    Found, Look, finding, near, place_in,
};

/// From how many entities on it takes no longer to ask all of them at once.
const ENTITIES_MAX: usize = 2_000;

pub(super) fn find(look: Look<'_, '_, '_, '_>, found: &mut Found) {
    let names = near::concerned_in_ownership(look);
    let gaps = |graph: &CatalogGraph| {
        let question = GapQuestion { graph, now: look.question.now, settings: look.question.gaps };
        let gaps = if names.len() > ENTITIES_MAX || !look.question.gaps.journeys.is_empty() {
            ownership_gaps(question).gaps
        } else {
            gaps_among(question, near::of_graph(graph, &names))
        };
        // An exemption is the settings' own, which no repository changes.
        let of_entities = gaps.into_iter().filter(|gap| gap.code != "exemption-unused");
        of_entities.map(|gap| gap_finding(look, gap)).collect::<Vec<_>>()
    };
    let (before, after) = (gaps(look.question.base), gaps(look.question.head));
    let first = found.closed.len();
    found.add_difference(before, after);
    // What is removed has no gap any more, which closes none.
    let is_there = |finding: &CheckFinding| match &finding.subject {
        CheckSubject::Entity(name) => {
            named(look.question.head, name).is_some_and(|entity| !entity.is_placeholder())
        }
        CheckSubject::Path(_) | CheckSubject::Change => true,
    };
    let closed = found.closed.split_off(first);
    found.closed.extend(closed.into_iter().filter(is_there));
}

fn gap_finding(look: Look<'_, '_, '_, '_>, gap: OwnershipGap) -> CheckFinding {
    CheckFinding {
        detail: gap.code.into(),
        suggestion: GapRule::find(gap.code).map(|rule| lower_case(rule.remedy)),
        place: place_in(look.question.repository, gap.origins),
        concerns: {
            let mut related = gap.related;
            related.sort();
            related.dedup();
            related
        },
        ..finding(&GAP_OPENED, &gap.subject, format!("{}: {}", gap.code, gap.message))
    }
}

/// A sentence as a suggestion is written.
fn lower_case(sentence: &str) -> String {
    let mut chars = sentence.trim_end_matches('.').chars();
    chars.next().into_iter().flat_map(char::to_lowercase).chain(chars).collect()
}
