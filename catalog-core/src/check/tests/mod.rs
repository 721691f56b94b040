//! What a check finds in small sketches, rule by rule.

mod agreements;
mod findings;
mod placing;
mod policy;
mod properties;

use expect_test::Expect;

use super::*;
use crate::{graph::CatalogGraph, model::PathStatus, sketch};

/// The paths that lines name: `A`, `M`, `D`, `S` or `R from` before each.
fn paths(lines: &str) -> Vec<ChangedPath> {
    let path = |line: &str| {
        let (word, path) = line.split_once(' ').expect("a status and a path");
        match word {
            "A" => ChangedPath::new(path.as_bytes(), PathStatus::Added),
            "M" => ChangedPath::new(path.as_bytes(), PathStatus::Modified),
            "D" => ChangedPath::new(path.as_bytes(), PathStatus::Deleted),
            "S" => ChangedPath::new(path.as_bytes(), PathStatus::Submodule),
            "R" => {
                let (from, to) = path.split_once(' ').expect("where it was and where it is");
                ChangedPath::new(to.as_bytes(), PathStatus::Renamed { from: from.as_bytes().into() })
            }
            other => panic!("`{other}` is no status"),
        }
    };
    lines.lines().map(str::trim).filter(|line| !line.is_empty()).map(path).collect()
}

/// A change of `example/catalog`.
struct Case {
    base: CatalogGraph,
    head: CatalogGraph,
    paths: Vec<ChangedPath>,
    policy: CheckPolicy,
    gaps: GapSettings,
    repository: RepositoryId,
    approved_by: Vec<EntityRef>,
    redefined: Vec<EntityRef>,
    build_roots: BTreeMap<Box<str>, Box<str>>,
}

impl Case {
    fn new(base: &str, head: &str, changed: &str) -> Self {
        Self {
            base: sketch::graph(base),
            head: sketch::graph(head),
            paths: paths(changed),
            policy: CheckPolicy::default(),
            gaps: GapSettings::default(),
            repository: sketch::repository_id("example/catalog"),
            approved_by: Vec::new(),
            redefined: Vec::new(),
            build_roots: BTreeMap::new(),
        }
    }

    fn check(&self) -> ChangeCheck<'_, '_> {
        self.check_of(&self.base, &self.head)
    }

    fn check_of<'b, 'a>(&self, base: &'b CatalogGraph, head: &'a CatalogGraph) -> ChangeCheck<'b, 'a> {
        check(ChangeQuestion {
            base,
            head,
            repository: &self.repository,
            paths: &self.paths,
            policy: &self.policy,
            gaps: &self.gaps,
            build_roots: &self.build_roots,
            redefined: &self.redefined,
            found: &[],
            approved_by: &self.approved_by,
            now: sketch::READ_AT,
        })
    }
}

fn placed(check: &ChangeCheck<'_, '_>) -> String {
    let mut lines = Vec::new();
    for changed in &check.changed {
        let reason = |reason: &ChangeReason| {
            let paths: Vec<String> = reason.paths.iter().map(ToString::to_string).collect();
            let paths = if paths.is_empty() { String::new() } else { format!(" [{}]", paths.join(" ")) };
            format!("{}{paths}", reason.ground.name())
        };
        let reasons: Vec<String> = changed.reasons.iter().map(reason).collect();
        lines.push(format!("{}: {}", changed.name().short(), reasons.join(", ")));
    }
    if !check.unplaced.is_empty() {
        let unplaced: Vec<String> = check.unplaced.iter().map(ToString::to_string).collect();
        lines.push(format!("nobody's: [{}]", unplaced.join(" ")));
    }
    lines.join("\n")
}

fn shown(finding: &CheckFinding) -> String {
    let place = finding.place.as_ref().map(|place| format!(" ({}:{})", place.path, place.position.line));
    let code = finding.rule.code();
    format!("{} {code}: {}{}", finding.effect.name(), finding.message, place.unwrap_or_default())
}

fn found(check: &ChangeCheck<'_, '_>) -> String {
    let mut lines: Vec<String> =
        check.findings.iter().map(|finding| format!("+ {}", shown(finding))).collect();
    lines.extend(check.closed.iter().map(|finding| format!("- {}", shown(finding))));
    lines.push(check.verdict.name().to_owned());
    lines.join("\n")
}

#[expect(clippy::needless_pass_by_value, reason = "an expectation is written where it is used")]
fn check_found(base: &str, head: &str, expected: Expect) {
    let case = Case::new(base, head, "M catalog-info.yaml");
    expected.assert_eq(&found(&case.check()));
}
