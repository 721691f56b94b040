//! Gaps counted by severity, by code and by team.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    gaps::{GapReport, GapRule, RULES},
    graph::{CatalogGraph, Entity},
    model::{EntityRef, Severity},
};

use super::{
    StandingCounts,
    teams::{Answerable, TeamGapCount, in_order},
};

/// How many gaps there are of each severity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SeverityCounts {
    /// Of severity `error`.
    pub errors: usize,
    /// Of severity `warning`.
    pub warnings: usize,
    /// Of severity `note`.
    pub notes: usize,
}

impl SeverityCounts {
    /// How many there are.
    pub fn total(&self) -> usize {
        self.errors + self.warnings + self.notes
    }

    pub(super) fn add(&mut self, severity: Severity) {
        *match severity {
            Severity::Error => &mut self.errors,
            Severity::Warning => &mut self.warnings,
            Severity::Note => &mut self.notes,
        } += 1;
    }

    pub(super) fn add_all(&mut self, other: Self) {
        self.errors += other.errors;
        self.warnings += other.warnings;
        self.notes += other.notes;
    }

    /// The worst first.
    pub(super) fn rank(&self) -> std::cmp::Reverse<(usize, usize, usize)> {
        std::cmp::Reverse((self.errors, self.warnings, self.notes))
    }
}

/// Gaps, counted.
#[derive(Clone, Debug)]
pub struct GapCensus<'g> {
    /// The entities that must have an owner, by whether they have one.
    pub standings: StandingCounts,
    /// All gaps.
    pub counts: SeverityCounts,
    /// By code, those with the worst gaps first, then by code; every rule is here, also without a gap.
    pub codes: Vec<CodeCount>,
    /// By who has to see to them, those with the worst gaps first; nobody and not known are last.
    pub teams: Vec<TeamGapCount<'g>>,
}

/// The gaps of one code.
#[derive(Clone, Copy, Debug)]
pub struct CodeCount {
    /// The rule that found them.
    pub rule: &'static GapRule,
    /// How many there are.
    pub counts: SeverityCounts,
    /// How many entities they are about.
    pub subjects: usize,
}

/// Counts the gaps of a report of the same graph. O(entities + gaps · log gaps).
pub fn gap_census<'g>(graph: &'g CatalogGraph, report: &GapReport) -> GapCensus<'g> {
    let mut counts = SeverityCounts::default();
    let mut codes: BTreeMap<&str, (SeverityCounts, BTreeSet<&EntityRef>)> =
        RULES.iter().map(|rule| (rule.code, Default::default())).collect();
    let mut teams: BTreeMap<Option<u32>, TeamGapCount<'g>> = BTreeMap::new();
    let mut unknown = SeverityCounts::default();
    for gap in &report.gaps {
        counts.add(gap.severity);
        let code = codes.entry(gap.code).or_default();
        code.0.add(gap.severity);
        code.1.insert(&gap.subject);
        match Answerable::for_gap(graph, gap) {
            Answerable::Unknown => unknown.add(gap.severity),
            team => {
                let key = team.entity().map(Entity::index);
                let count =
                    teams.entry(key).or_insert(TeamGapCount { team, counts: SeverityCounts::default() });
                count.counts.add(gap.severity);
            }
        }
    }
    let mut codes: Vec<CodeCount> = codes
        .into_iter()
        .filter_map(|(code, (counts, subjects))| {
            Some(CodeCount { rule: GapRule::find(code)?, counts, subjects: subjects.len() })
        })
        .collect();
    codes.sort_by_key(|code| code.counts.rank());
    let mut teams: Vec<TeamGapCount<'g>> = teams.into_values().collect();
    if unknown != SeverityCounts::default() {
        teams.push(TeamGapCount { team: Answerable::Unknown, counts: unknown });
    }
    teams.sort_by(|a, b| in_order(a.team, b.team).then_with(|| a.counts.rank().cmp(&b.counts.rank())));
    GapCensus { standings: StandingCounts::of_graph(graph), counts, codes, teams }
}
