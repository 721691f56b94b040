//! The first part of every document: how much of the organisation was read.

use crate::report::{BarLook, Bars, Page, gaps::CoverageReport, page::count};

use super::counts::{STANDING_PARTS, StandingCountsReport};

/// Adds what was read, and who is owned as far as that is known.
pub(super) fn lay_out(
    page: Page,
    coverage: &CoverageReport,
    entities: &[(&str, StandingCountsReport)],
) -> Page {
    let kept = coverage.unreadable.saturating_sub(coverage.unknown);
    let mut repositories = Bars::new(
        "repositories by what could be read of them",
        "repositories",
        [
            ("read, with a catalog manifest", BarLook::Fine),
            ("read, without one", BarLook::Mild),
            ("unreadable, known from before", BarLook::Doubtful),
            ("unreadable, nothing known", BarLook::Unknown),
        ],
    );
    repositories.push(
        "all",
        [coverage.with_manifests.saturating_sub(kept), coverage.without_manifests, kept, coverage.unknown],
    );
    let mut owned =
        Bars::new("entities that must have an owner, by whether they have one", "entities", STANDING_PARTS);
    for (label, standings) in entities {
        owned.push(*label, standings.parts());
    }
    let unread = if coverage.unreadable == 0 {
        "every repository could be read the last time".to_owned()
    } else {
        format!(
            "{} could not be read the last time: what was known of them is kept and is stale, and what was never known is not counted as missing",
            count(coverage.unreadable, "repository", "repositories")
        )
    };
    let mut lines = vec![unread];
    if coverage.entities_stale > 0 {
        lines.push(format!(
            "{} known from an earlier commit only",
            count(coverage.entities_stale, "entity is", "entities are")
        ));
    }
    if coverage.placeholders > 0 {
        lines.push(format!(
            "{} named and declared nowhere",
            count(coverage.placeholders, "entity is", "entities are")
        ));
    }
    page.heading("Coverage").bars(repositories).bars(owned).lines(lines)
}
