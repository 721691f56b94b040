//! Who owns a path, and who owns every path of a repository.

use catalog_core::{
    graph::{CatalogGraph, RepositoryView},
    model::PathRule,
    query::PathOwnership,
};
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    Page, Report, SCHEMA_VERSION, Table,
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
    /// The owners that the deciding rule names, as written; empty where it names nobody.
    pub owners: Vec<String>,
    /// The ownership file; null where the repository has none.
    pub file: Option<String>,
    /// The rule that decides; null where none matches.
    pub rule: Option<RuleReport>,
    /// What the rule claims, with the owners as entities.
    pub claims: Vec<ClaimReport>,
    /// Rules that match as well and are overridden, the last of the file first.
    pub overridden: Vec<RuleReport>,
    /// The entity whose manifest lies nearest above the path.
    pub entity: Option<String>,
    /// Who owns that entity.
    pub entity_owner: Option<String>,
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

impl RuleReport {
    fn new(file: &str, rule: &PathRule) -> Self {
        Self { path: file.to_owned(), line: rule.position.line, pattern: rule.pattern.to_string() }
    }
}

impl PathOwnershipReport {
    /// The report of an answer.
    pub fn new(graph: &CatalogGraph, answer: &PathOwnership<'_>) -> Self {
        let file = answer.file.unwrap_or_default();
        Self {
            schema_version: SCHEMA_VERSION,
            revision: graph.revision().0,
            repository: answer.repository.id().to_string(),
            path: answer.path.clone(),
            owners: written_owners(answer.rule),
            file: answer.file.map(str::to_owned),
            rule: answer.rule.map(|rule| RuleReport::new(file, rule)),
            claims: answer.claims.iter().map(ClaimReport::from).collect(),
            overridden: answer.overridden.iter().map(|rule| RuleReport::new(file, rule)).collect(),
            entity: answer.nearest_entity.map(ref_of),
            entity_owner: answer.nearest_entity.and_then(catalog_core::graph::Entity::owner).map(ref_of),
        }
    }
}

fn written_owners(rule: Option<&PathRule>) -> Vec<String> {
    rule.map(|rule| rule.owners.iter().map(ToString::to_string).collect()).unwrap_or_default()
}

impl Report for PathOwnershipReport {
    fn page(&self) -> Page {
        let path = format!("{}:{}", self.repository, self.path);
        let heading = match (&self.rule, self.owners.as_slice()) {
            (_, [_, ..]) => format!("{path} is owned by {}", self.owners.join(", ")),
            (Some(rule), _) => {
                format!(
                    "{path} is owned by nobody: the rule in line {} of {} names no owner",
                    rule.line, rule.path
                )
            }
            (None, _) if self.file.is_some() => format!("{path} is owned by nobody: no rule matches it"),
            (None, _) => format!("{path} has no ownership file above it"),
        };
        let mut lines = Vec::new();
        if let Some(rule) = &self.rule {
            lines.push(format!(
                "decided by `{}` at {}:{}:{}",
                rule.pattern, self.repository, rule.path, rule.line
            ));
        }
        lines.extend(self.claims.iter().map(ClaimReport::line));
        for rule in &self.overridden {
            lines.push(format!("overrides `{}` in line {}", rule.pattern, rule.line));
        }
        if let Some(entity) = &self.entity {
            let owner = self.entity_owner.as_deref().map_or_else(|| "nobody".into(), short);
            lines.push(format!("nearest entity: {}, owned by {owner}", short(entity)));
        }
        Page::default().heading(heading).lines(lines)
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
    /// The rule that decides; null where none matches.
    pub rule: Option<RuleReport>,
}

impl AllPathsReport {
    /// The report about paths, given as the bytes that the tree holds, in byte order.
    pub fn new(graph: &CatalogGraph, repository: RepositoryView<'_>, paths: &[Box<[u8]>]) -> Self {
        let rules = repository.path_rules();
        let rows = paths.iter().map(|path| {
            let rule = rules.and_then(|rules| {
                let rule = rules.matcher.deciding_rule(path)?;
                Some((rules.path, rules.rules.rules.get(rule)?))
            });
            PathRowReport {
                path: String::from_utf8_lossy(path).into_owned(),
                owners: written_owners(rule.map(|(_, rule)| rule)),
                rule: rule.map(|(file, rule)| RuleReport::new(file, rule)),
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
