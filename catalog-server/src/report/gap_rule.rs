//! One rule of gaps, explained: what it is, why it hurts, how to mend it.

use catalog_core::gaps::{GapRule, GapSettings};
use schemars::JsonSchema;
use serde::Serialize;

use super::{Page, Report, SCHEMA_VERSION};

/// A rule of gaps in ownership.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GapRuleReport {
    /// The version of this document's form.
    pub schema_version: u32,
    /// The stable code.
    pub code: &'static str,
    /// `error`, `warning` or `note`: what its gaps usually are, one step worse about what is critical.
    pub severity: &'static str,
    /// What the settings make of that: `off`, `error`, `warning` or `note`; null where they say nothing.
    pub severity_here: Option<&'static str>,
    /// What it means.
    pub summary: &'static str,
    /// Why it matters.
    pub why: &'static str,
    /// What to do about it.
    pub remedy: &'static str,
}

impl GapRuleReport {
    /// The report of a rule.
    pub fn new(rule: &GapRule, settings: &GapSettings) -> Self {
        let severity_here = settings.severities.get(rule.code);
        Self {
            schema_version: SCHEMA_VERSION,
            code: rule.code,
            severity: rule.severity.name(),
            severity_here: severity_here
                .map(|severity| severity.map_or("off", catalog_core::model::Severity::name)),
            summary: rule.summary,
            why: rule.why,
            remedy: rule.remedy,
        }
    }
}

impl Report for GapRuleReport {
    fn page(&self) -> Page {
        let usual = format!("{}, and one step worse about what is critical (tier 0 or 1)", self.severity);
        let severity = match self.severity_here {
            None => usual,
            Some("off") => format!("off by the settings; usually {usual}"),
            Some(here) => format!("{here} by the settings; usually {usual}"),
        };
        let facts = [
            ("what it is", self.summary.to_owned()),
            ("why it hurts", self.why.to_owned()),
            ("how to mend it", self.remedy.to_owned()),
            ("severity", severity),
            (
                "leave it open",
                "with a `[[gaps.exemption]]` in `catalog.toml`: who answers, why, until when".into(),
            ),
        ];
        let facts = facts.into_iter().map(|(name, text)| (name.to_owned(), text)).collect();
        Page::default().heading(self.code).facts(facts)
    }

    fn rows(&self) -> Vec<serde_json::Value> {
        serde_json::to_value(self).into_iter().collect()
    }
}
