//! Who owns a path, and who owns every path of a repository.

use catalog_core::{
    graph::{CatalogGraph, PathRuleView, RepositoryPathRules, RepositoryView},
    model::{ManifestFormat, OwnerName, RuleEffect, Timestamp},
    query::{PathOwnership, first_rule, owners_of_rules, path_escalation},
};
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    Page, Report, SCHEMA_VERSION, Table,
    escalation::{EscalationReport, table},
    ownership::ClaimReport,
    page::count,
    place::{ref_of, short},
};

/// Who owns a path.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PathOwnershipReport {
    /// The version of this document's form.
    pub schema_version: u32,
    /// The revision of the catalog that answered.
    pub revision: u64,
    /// The repository's id.
    pub repository: String,
    /// The path in it.
    pub path: String,
    /// The owners that the deciding rules name, as written; empty where they name nobody.
    pub owners: Vec<String>,
    /// The ownership file that was asked; of OWNERS files the highest one; null where the repository has none.
    pub file: Option<String>,
    /// The dialect of that file: `github`, `gitlab`, `gitea`, `bitbucket`, `prow` or `gerrit`.
    pub dialect: Option<String>,
    /// The first rule that decides and names somebody, else the last that decides; null where none matches.
    pub rule: Option<RuleReport>,
    /// All rules that together decide: one on GitHub and Bitbucket, one of each section on GitLab, and
    /// all that match in other dialects, in OWNERS files from the nearest folder upwards.
    pub decided_by: Vec<ExplainedRuleReport>,
    /// What the rules claim, with the owners as entities.
    pub claims: Vec<ClaimReport>,
    /// Rules that match as well and do not count, nearest file and last rule first.
    pub overridden: Vec<ExplainedRuleReport>,
    /// Ownership files that speak about the path and could not be read: whom they name is not known.
    pub unread: Vec<String>,
    /// The format of other ownership files of the repository, which answer where they are asked for.
    pub other_rules: Option<String>,
    /// The entity whose manifest lies nearest above the path.
    pub entity: Option<String>,
    /// Who owns that entity.
    pub entity_owner: Option<String>,
    /// Whom to call, first to last: the owners by the rules, whoever is above them, and then whoever answers
    /// for that entity.
    pub escalation: Vec<EscalationReport>,
    /// How many further steps there are.
    pub escalation_left_out: usize,
    /// When it was asked, from which the ages are counted.
    #[serde(skip)]
    now: Timestamp,
}

/// A rule of an ownership file.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RuleReport {
    /// The ownership file.
    pub path: String,
    /// The line, from 1.
    pub line: u32,
    /// The pattern as written.
    pub pattern: String,
}

/// A rule of an ownership file with all it says.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ExplainedRuleReport {
    /// The ownership file.
    pub path: String,
    /// The line, from 1.
    pub line: u32,
    /// The pattern as written.
    pub pattern: String,
    /// The dialect of the file.
    pub dialect: String,
    /// `grant`, `exclusion` (the path is taken out of the section) or `no-parent` (folders above do not count).
    pub effect: String,
    /// The owners as written; empty where what matches belongs to nobody.
    pub owners: Vec<String>,
    /// The section of a GitLab file; null in other dialects.
    pub section: Option<SectionReport>,
    /// Who is asked for a review without owning, as Prow tells it.
    pub reviewers: Vec<String>,
    /// Who must have reviewed, as Prow tells it.
    pub required_reviewers: Vec<String>,
}

/// A section of a GitLab file.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SectionReport {
    /// Its name; empty for the rules before any header.
    pub name: String,
    /// Whether a review is asked for but not required.
    pub optional: bool,
    /// How many approvals are required.
    pub approvals: u16,
}

impl RuleReport {
    fn new(of: &PathRuleView<'_>) -> Self {
        Self { path: of.path().to_owned(), line: of.rule.position.line, pattern: of.rule.pattern.to_string() }
    }
}

impl ExplainedRuleReport {
    fn new(of: &PathRuleView<'_>) -> Self {
        let names = |names: &[OwnerName]| names.iter().map(ToString::to_string).collect();
        let reviewers = of.rule.reviewers.as_deref();
        Self {
            path: of.path().to_owned(),
            line: of.rule.position.line,
            pattern: of.rule.pattern.to_string(),
            dialect: of.dialect().name().to_owned(),
            effect: effect_name(of.rule.effect).to_owned(),
            owners: names(&of.rule.owners),
            section: of.section().map(|section| SectionReport {
                name: section.name.to_string(),
                optional: section.optional,
                approvals: section.approvals,
            }),
            reviewers: reviewers.map(|of| names(&of.asked)).unwrap_or_default(),
            required_reviewers: reviewers.map(|of| names(&of.required)).unwrap_or_default(),
        }
    }

    /// The rule in one line: what it does to whom, and where it stands.
    fn line(&self) -> String {
        let mut text = format!("`{}` at {}:{} ({}", self.pattern, self.path, self.line, self.dialect);
        if let Some(section) = &self.section {
            let name = if section.name.is_empty() { "before any section" } else { &section.name };
            let optional = if section.optional { ", optional" } else { "" };
            text += &format!(", {name}{optional}");
            if section.approvals > 1 {
                text += &format!(", {} approvals", section.approvals);
            }
        }
        text += ")";
        match (self.effect.as_str(), self.owners.as_slice()) {
            ("exclusion", _) => text += " takes it out of the section",
            ("no-parent", _) => text += " lets nobody from above own it",
            (_, []) => text += " names nobody",
            (_, owners) => text += &format!(" names {}", owners.join(", ")),
        }
        for (word, names) in [("reviewed by", &self.reviewers), ("requires", &self.required_reviewers)] {
            if !names.is_empty() {
                text += &format!(", {word} {}", names.join(", "));
            }
        }
        text
    }
}

fn effect_name(effect: RuleEffect) -> &'static str {
    match effect {
        RuleEffect::Grant => "grant",
        RuleEffect::Exclusion => "exclusion",
        RuleEffect::NoParent => "no-parent",
    }
}

impl PathOwnershipReport {
    /// The report of an answer, at a moment.
    pub fn new(graph: &CatalogGraph, answer: &PathOwnership<'_>, now: Timestamp) -> Self {
        let explained = |rules: &[PathRuleView<'_>]| rules.iter().map(ExplainedRuleReport::new).collect();
        let escalation = path_escalation(graph, answer);
        let asked = answer.dialect.map(catalog_core::model::PathDialect::format);
        let formats = [ManifestFormat::Codeowners, ManifestFormat::Owners];
        let mut others = formats
            .into_iter()
            .filter(|format| Some(*format) != asked && answer.repository.path_rules_of(*format).is_some());
        Self {
            schema_version: SCHEMA_VERSION,
            revision: graph.revision().0,
            repository: answer.repository.id().to_string(),
            path: answer.path.clone(),
            owners: answer.owners().iter().map(ToString::to_string).collect(),
            file: answer.file.map(str::to_owned),
            dialect: answer.dialect.map(|dialect| dialect.name().to_owned()),
            rule: answer.rule().map(RuleReport::new),
            decided_by: explained(&answer.deciding),
            claims: answer.claims.iter().map(|claim| ClaimReport::new(graph, claim)).collect(),
            overridden: explained(&answer.overridden),
            unread: answer.unread.iter().map(ToString::to_string).collect(),
            other_rules: others.next().map(|format| format.name().to_owned()),
            entity: answer.nearest_entity.map(ref_of),
            entity_owner: answer.nearest_entity.and_then(catalog_core::graph::Entity::owner).map(ref_of),
            escalation: EscalationReport::steps(&escalation),
            escalation_left_out: escalation.steps_left_out,
            now,
        }
    }

    /// The same, shown with everything that was weighed.
    pub fn explained(self) -> ExplainedPathReport {
        ExplainedPathReport(self)
    }

    fn heading(&self) -> String {
        let path = format!("{}:{}", self.repository, self.path);
        match (&self.rule, self.owners.as_slice()) {
            (_, [_, ..]) => format!("{path} is owned by {}", self.owners.join(", ")),
            (Some(rule), _) => {
                let excluded = self.decided_by.iter().any(|rule| rule.effect == "exclusion");
                let why = if excluded { "takes it out" } else { "names no owner" };
                format!("{path} is owned by nobody: the rule in line {} of {} {why}", rule.line, rule.path)
            }
            (None, _) if !self.unread.is_empty() => {
                format!(
                    "whether somebody owns {path} is not known: {} cannot be read",
                    self.unread.join(", ")
                )
            }
            (None, _) if self.file.is_some() => format!("{path} is owned by nobody: no rule matches it"),
            (None, _) => format!("{path} has no ownership file above it"),
        }
    }

    /// The page with whom to call.
    fn with_escalation(&self, page: Page) -> Page {
        let (steps, left_out) = table(&self.escalation, self.escalation_left_out);
        left_out.into_iter().fold(page.table(steps), Page::text)
    }

    fn last_lines(&self, lines: &mut Vec<String>) {
        if self.rule.is_some() {
            let unread = self.unread.iter();
            lines.extend(unread.map(|file| format!("{file} cannot be read, and may name others")));
        }
        if let Some(entity) = &self.entity {
            let owner = self.entity_owner.as_deref().map_or_else(|| "nobody".into(), short);
            lines.push(format!("nearest entity: {}, owned by {owner}", short(entity)));
        }
    }
}

/// Who owns a path, shown with every rule that was weighed; as data it is the same report.
#[derive(Clone, Debug, Serialize)]
#[serde(transparent)]
pub struct ExplainedPathReport(PathOwnershipReport);

impl Report for ExplainedPathReport {
    fn page(&self) -> Page {
        let report = &self.0;
        let mut lines: Vec<String> =
            report.decided_by.iter().map(|rule| format!("decided by {}", rule.line())).collect();
        lines.extend(report.overridden.iter().map(|rule| format!("overrides {}", rule.line())));
        if let Some(other) = &report.other_rules {
            lines
                .push(format!("not asked: the {other} files of the repository; `--rules {other}` asks them"));
        }
        lines.extend(report.claims.iter().map(|claim| claim.line_with_age(report.now)));
        report.last_lines(&mut lines);
        report.with_escalation(Page::default().heading(report.heading()).lines(lines))
    }

    fn rows(&self) -> Vec<serde_json::Value> {
        self.0.rows()
    }
}

impl Report for PathOwnershipReport {
    fn page(&self) -> Page {
        let mut lines = Vec::new();
        for rule in &self.decided_by {
            lines.push(format!(
                "decided by `{}` at {}:{}:{}",
                rule.pattern, self.repository, rule.path, rule.line
            ));
        }
        lines.extend(self.claims.iter().map(|claim| claim.line_with_age(self.now)));
        for rule in &self.overridden {
            let file = if self.file.as_deref() == Some(&*rule.path) { "" } else { &rule.path };
            let of = if file.is_empty() { "" } else { " of " };
            lines.push(format!("overrides `{}` in line {}{of}{file}", rule.pattern, rule.line));
        }
        self.last_lines(&mut lines);
        self.with_escalation(Page::default().heading(self.heading()).lines(lines))
    }

    fn rows(&self) -> Vec<serde_json::Value> {
        serde_json::to_value(self).into_iter().collect()
    }
}

/// Who owns every path of a repository.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AllPathsReport {
    /// The version of this document's form.
    pub schema_version: u32,
    /// The revision of the catalog that answered.
    pub revision: u64,
    /// The repository's id.
    pub repository: String,
    /// The commit whose paths these are; null for a directory without commits.
    pub commit: Option<String>,
    /// How many paths there are.
    pub total: usize,
    /// How many of them nobody owns.
    pub unowned: usize,
    /// The paths, in byte order.
    pub paths: Vec<PathRowReport>,
}

/// One path with its owners.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PathRowReport {
    /// The path.
    pub path: String,
    /// Its owners as written; empty where it has none.
    pub owners: Vec<String>,
    /// The rule that decides; of several the first one that names somebody; null where none matches.
    pub rule: Option<RuleReport>,
    /// The dialect of the rule's file; null where none matches.
    pub dialect: Option<String>,
}

impl AllPathsReport {
    /// The report about paths, given as the bytes that the tree holds, in byte order; `rules` are the
    /// ownership files that answer.
    pub fn new(
        graph: &CatalogGraph,
        repository: RepositoryView<'_>,
        rules: Option<RepositoryPathRules<'_>>,
        paths: &[Box<[u8]>],
    ) -> Self {
        let rows = paths.iter().map(|path| {
            let deciding = rules.map(|rules| rules.deciding(path)).unwrap_or_default();
            let rule = first_rule(&deciding);
            PathRowReport {
                path: String::from_utf8_lossy(path).into_owned(),
                owners: owners_of_rules(&deciding).iter().map(ToString::to_string).collect(),
                rule: rule.map(RuleReport::new),
                dialect: rule.map(|rule| rule.dialect().name().to_owned()),
            }
        });
        let paths: Vec<PathRowReport> = rows.collect();
        Self {
            schema_version: SCHEMA_VERSION,
            revision: graph.revision().0,
            repository: repository.id().to_string(),
            commit: repository.head().commit.map(|commit| commit.to_string()),
            total: paths.len(),
            unowned: paths.iter().filter(|path| path.owners.is_empty()).count(),
            paths,
        }
    }
}

impl Report for AllPathsReport {
    fn page(&self) -> Page {
        let mut table = Table::new(&["path", "owners", "rule"]);
        for row in &self.paths {
            let rule = row.rule.as_ref().map(|rule| format!("{}:{} {}", rule.path, rule.line, rule.pattern));
            table.push([row.path.clone(), row.owners.join(" "), rule.unwrap_or_else(|| "–".into())]);
        }
        let summary = format!("{}, {} without an owner", count(self.total, "path", "paths"), self.unowned);
        Page::default().table(table).text(summary)
    }

    fn rows(&self) -> Vec<serde_json::Value> {
        self.paths.iter().filter_map(|row| serde_json::to_value(row).ok()).collect()
    }
}
