//! What a document rests on: which repositories at which commits, which measures, which program.

use catalog_core::{
    gaps::{GapQuestion, GapSettings},
    model::{Severity, Timestamp},
    query::summary,
};
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    clock::rfc3339,
    report::{Page, Table, place::cell, status::RepositoryReport},
};

/// What a report was made of, beside the graph.
#[derive(Clone, Copy, Debug)]
pub struct Inputs<'g> {
    /// The question that was asked: the graph, the moment, and the measures.
    pub question: GapQuestion<'g>,
    /// How many names the settings say to mean another one.
    pub identities: usize,
}

/// What a report rests on. The same inputs give the same bytes.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct EvidenceReport {
    /// The program and its version.
    pub program: String,
    /// The revision of the catalog.
    pub revision: u64,
    /// The moment that the report is made for, as RFC 3339 in UTC: what is stale or overdue is so then.
    pub at: String,
    /// When a repository was last read with success, as RFC 3339 in UTC.
    pub as_of: Option<String>,
    /// When the repository that was not read for longest was last read with success.
    pub as_of_oldest: Option<String>,
    /// The settings that decide what is counted.
    pub settings: Vec<SettingReport>,
    /// The repositories, in the order of their ids.
    pub repositories: Vec<RepositoryReport>,
}

/// A setting.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SettingReport {
    /// What it sets.
    pub name: &'static str,
    /// To what.
    pub value: String,
}

impl Inputs<'_> {
    /// When a repository was last read with success: how old the newest knowledge is.
    pub fn as_of(&self) -> Option<Timestamp> {
        summary(self.question.graph).as_of
    }
}

impl From<Inputs<'_>> for EvidenceReport {
    fn from(Inputs { question, identities }: Inputs<'_>) -> Self {
        let GapQuestion { graph, now, settings } = question;
        let summary = summary(graph);
        let mut measures = vec![SettingReport { name: "identity", value: identities.to_string() }];
        measures.extend(settings_of(settings));
        Self {
            program: concat!("catalog ", env!("CARGO_PKG_VERSION")).into(),
            revision: graph.revision().0,
            at: rfc3339(now),
            as_of: summary.as_of.map(rfc3339),
            as_of_oldest: summary.as_of_oldest.map(rfc3339),
            settings: measures,
            repositories: graph.repositories().map(RepositoryReport::from).collect(),
        }
    }
}

/// The measures of gaps, each with its value. All fields are named here, so that a new one is not left out.
fn settings_of(settings: &GapSettings) -> Vec<SettingReport> {
    let GapSettings { shared_teams_min, departed_days, review_days, severities, exemptions, journeys } =
        settings;
    let severities: Vec<String> = severities
        .iter()
        .map(|(code, severity)| format!("{code} = {}", severity.map_or("off", Severity::name)))
        .collect();
    vec![
        SettingReport { name: "gaps.shared_teams_min", value: shared_teams_min.to_string() },
        SettingReport { name: "gaps.departed_days", value: departed_days.to_string() },
        SettingReport { name: "gaps.review_days", value: review_days.to_string() },
        SettingReport {
            name: "gaps.severity",
            value: if severities.is_empty() { "–".into() } else { severities.join(", ") },
        },
        SettingReport { name: "gaps.exemption", value: exemptions.len().to_string() },
        SettingReport { name: "journey", value: journeys.len().to_string() },
    ]
}

impl EvidenceReport {
    /// The end of a page.
    pub(super) fn lay_out(&self, page: Page) -> Page {
        let mut facts = vec![
            ("program".to_owned(), self.program.clone()),
            ("revision".to_owned(), self.revision.to_string()),
            ("made for".to_owned(), self.at.clone()),
            ("newest knowledge".to_owned(), cell(self.as_of.as_deref())),
            ("oldest knowledge".to_owned(), cell(self.as_of_oldest.as_deref())),
        ];
        let settings = self.settings.iter();
        facts.extend(settings.map(|setting| (format!("setting {}", setting.name), setting.value.clone())));
        let mut table = Table::new(&["repository", "commit", "committed", "observed", "status", "manifests"])
            .with_numbers(&["manifests"]);
        for row in &self.repositories {
            let since = row.unreadable_since.as_deref().map(|since| format!(" since {since}"));
            let status = match &row.reason {
                Some(reason) => format!("{}{}: {reason}", row.status, since.unwrap_or_default()),
                None => row.status.to_owned(),
            };
            table.push([
                row.id.clone(),
                cell(row.commit.as_deref()),
                cell(row.committed_at.as_deref()),
                cell(row.observed_at.as_deref()),
                status,
                row.manifests.to_string(),
            ]);
        }
        page.heading("Evidence")
            .text("made of these repositories as they were read, and of nothing else; the same inputs give the same bytes")
            .facts(facts)
            .table(table)
    }
}
