//! Which gaps opened and closed between two graphs.

use std::collections::BTreeSet;

use crate::model::EntityRef;

use super::{GapReport, OwnershipGap};

/// Gaps that only one of two reports has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GapDifference {
    /// Gaps that only the report after has, in its order.
    pub opened: Vec<OwnershipGap>,
    /// Gaps that only the report before has, in its order.
    pub closed: Vec<OwnershipGap>,
}

/// Compares the gaps of two graphs. A gap is the same where its code and its entity are, however it is
/// worded and wherever it is read. O(n log n) in gaps.
pub fn gap_difference(before: GapReport, after: GapReport) -> GapDifference {
    let is_known = |of: &[OwnershipGap]| -> BTreeSet<(&'static str, EntityRef)> {
        of.iter().map(|gap| (gap.code, gap.subject.clone())).collect()
    };
    let (known_before, known_after) = (is_known(&before.gaps), is_known(&after.gaps));
    let only = |gaps: Vec<OwnershipGap>, known: &BTreeSet<(&'static str, EntityRef)>| {
        gaps.into_iter().filter(|gap| !known.contains(&(gap.code, gap.subject.clone()))).collect()
    };
    GapDifference { opened: only(after.gaps, &known_before), closed: only(before.gaps, &known_after) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        gaps::{GapQuestion, GapSettings, ownership_gaps},
        sketch,
    };

    fn check(before: &str, after: &str, expected: (&str, &str)) {
        let settings = GapSettings::default();
        let gaps = |sketch: &str| {
            let graph = sketch::graph(sketch);
            ownership_gaps(GapQuestion { graph: &graph, now: sketch::READ_AT, settings: &settings })
        };
        let difference = gap_difference(gaps(before), gaps(after));
        let shown = |gaps: &[OwnershipGap]| {
            let shown: Vec<String> =
                gaps.iter().map(|gap| format!("{} {}", gap.code, gap.subject.short())).collect();
            shown.join(", ")
        };
        assert_eq!((shown(&difference.opened).as_str(), shown(&difference.closed).as_str()), expected);
    }

    #[test]
    fn gaps_are_known_by_code_and_entity_not_by_their_words() {
        let unowned = "component:a\ngroup:x members user:u\nuser:u";
        check(unowned, unowned, ("", ""));
        check(
            unowned,
            "component:a tier 1 annotation catalog/chat=#a\ngroup:x members user:u\nuser:u",
            ("", ""),
        );
        check(
            unowned,
            "component:a owner group:x\ngroup:x members user:u\nuser:u",
            ("", "unowned component:a"),
        );
        check(
            unowned,
            "component:a owner group:y\ngroup:x members user:u\nuser:u",
            ("owner-unknown component:a", "unowned component:a"),
        );
    }
}
