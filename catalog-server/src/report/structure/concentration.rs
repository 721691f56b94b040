//! What falls with each external party and each failure domain.

use catalog_core::{
    graph::CatalogGraph,
    query::{Concentration, Exposure},
};
use schemars::JsonSchema;
use serde::Serialize;

use crate::report::{
    Page, Report, SCHEMA_VERSION, Table,
    impact::HealthCountsReport,
    page::count,
    place::{cell, ref_of, short},
};

/// What falls with each external party and each failure domain, if it alone fails.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConcentrationReport {
    /// The version of this document's form.
    pub schema_version: u32,
    /// The revision of the catalog that answered.
    pub revision: u64,
    /// How many critical entities (tiers 0 and 1) the catalog has.
    pub critical: usize,
    /// How many parties and domains are listed.
    pub total: usize,
    /// Each party and domain: the one that brings down most critical entities first, then the one that
    /// degrades most of them, then by ref.
    pub exposures: Vec<ExposureReport>,
}

/// What falls with one party or domain.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ExposureReport {
    /// The party or domain, as a canonical ref.
    #[serde(rename = "ref")]
    pub entity: String,
    /// `external-party` (types `saas`, `cloud`, `partner`, `vendor`) or `failure-domain` (types `region`,
    /// `zone`, `cell`, `datacenter`).
    pub class: &'static str,
    /// Its type as declared.
    #[serde(rename = "type")]
    pub entity_type: Option<String>,
    /// Its owner: who talks to the party.
    pub owner: Option<String>,
    /// How many other entities it affects.
    pub affected: HealthCountsReport,
    /// How many of those are critical.
    pub critical: HealthCountsReport,
    /// The share of all critical entities that go down with it, from 0 to 1.
    pub critical_down_share: f64,
    /// The parties and domains behind it, with which it falls itself; the worst first, then by ref.
    pub rests_on: Vec<RestsOnReport>,
}

/// A party or domain behind another one.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RestsOnReport {
    /// The one behind, as a canonical ref.
    #[serde(rename = "ref")]
    pub entity: String,
    /// What becomes of the other one where this one fails: `down`, `degraded` or `at-risk`.
    pub health: &'static str,
}

impl ConcentrationReport {
    /// The report of an answer.
    pub fn new(graph: &CatalogGraph, answer: &Concentration<'_>) -> Self {
        let exposure = |of: &Exposure<'_>| ExposureReport {
            entity: ref_of(of.entity),
            class: of.class.name(),
            entity_type: of.entity.entity_type().map(str::to_owned),
            owner: of.entity.owner().map(ref_of),
            affected: of.all.into(),
            critical: of.critical.into(),
            critical_down_share: answer.share(of.critical.down),
            rests_on: of
                .rests_on
                .iter()
                .map(|behind| RestsOnReport { entity: ref_of(behind.entity), health: behind.health.name() })
                .collect(),
        };
        Self {
            schema_version: SCHEMA_VERSION,
            revision: graph.revision().0,
            critical: answer.critical,
            total: answer.exposures.len(),
            exposures: answer.exposures.iter().map(exposure).collect(),
        }
    }
}

impl Report for ConcentrationReport {
    fn page(&self) -> Page {
        let mut table = Table::new(&[
            "entity",
            "type",
            "critical down",
            "critical degraded",
            "critical without spare",
            "all down",
            "all degraded",
            "all without spare",
            "rests on",
        ]);
        for of in &self.exposures {
            let behind: Vec<String> = of.rests_on.iter().map(|behind| short(&behind.entity)).collect();
            table.push([
                short(&of.entity),
                cell(of.entity_type.as_deref()),
                format!("{} ({:.0} %)", of.critical.down, of.critical_down_share * 100.0),
                of.critical.degraded.to_string(),
                of.critical.at_risk.to_string(),
                of.affected.down.to_string(),
                of.affected.degraded.to_string(),
                of.affected.at_risk.to_string(),
                if behind.is_empty() { cell(None) } else { behind.join(", ") },
            ]);
        }
        let heading = if self.total == 0 {
            "the catalog knows no external party and no failure domain: a Resource is one by its type"
                .to_owned()
        } else {
            format!(
                "{}, each failing alone; the catalog has {}",
                count(self.total, "external party or failure domain", "external parties and failure domains"),
                count(self.critical, "critical entity", "critical entities"),
            )
        };
        Page::default().heading(heading).table(table)
    }

    fn rows(&self) -> Vec<serde_json::Value> {
        self.exposures.iter().filter_map(|row| serde_json::to_value(row).ok()).collect()
    }
}
