//! Which gaps opened and closed between two states of a catalog, by code.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    gaps::{GapReport, GapRule},
    model::EntityRef,
};

/// What opened and closed, by code. A gap is the same where its code and its entity are.
#[derive(Clone, Debug)]
pub struct GapTrend {
    /// The codes that either state has a gap of, in their order.
    pub codes: Vec<CodeTrend>,
}

/// What opened and closed of one code: `before` + `opened` - `closed` = `after`.
#[derive(Clone, Copy, Debug)]
pub struct CodeTrend {
    /// The rule.
    pub rule: &'static GapRule,
    /// How many entities had such a gap before.
    pub before: usize,
    /// How many have one now that had none.
    pub opened: usize,
    /// How many had one that have none now.
    pub closed: usize,
    /// How many have one now.
    pub after: usize,
}

impl GapTrend {
    /// How many opened and how many closed, of all codes.
    pub fn totals(&self) -> (usize, usize) {
        let sum = |of: fn(&CodeTrend) -> usize| self.codes.iter().map(of).sum();
        (sum(|code| code.opened), sum(|code| code.closed))
    }
}

/// Counts what opened and closed between two reports. O(n log n) in gaps.
pub fn gap_trend(before: &GapReport, after: &GapReport) -> GapTrend {
    type Subjects<'r> = (BTreeSet<&'r EntityRef>, BTreeSet<&'r EntityRef>);
    let mut codes: BTreeMap<&str, Subjects<'_>> = BTreeMap::new();
    for gap in &before.gaps {
        codes.entry(gap.code).or_default().0.insert(&gap.subject);
    }
    for gap in &after.gaps {
        codes.entry(gap.code).or_default().1.insert(&gap.subject);
    }
    let trend = |(code, (before, after)): (&str, Subjects<'_>)| {
        Some(CodeTrend {
            rule: GapRule::find(code)?,
            before: before.len(),
            opened: after.difference(&before).count(),
            closed: before.difference(&after).count(),
            after: after.len(),
        })
    };
    GapTrend { codes: codes.into_iter().filter_map(trend).collect() }
}
