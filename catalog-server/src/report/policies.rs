//! The policies themselves: what they ask of entities, level by level.

use catalog_core::readiness::{Assessment, Policy, PolicySet};
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    Page, Report, SCHEMA_VERSION, Table,
    readiness::{Assessed, LevelReport, PolicyFaultReport, PolicyReport},
};

/// The policies themselves, as `catalog gate --policies` lists them.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PoliciesReport {
    /// The version of this document's form.
    pub schema_version: u32,
    /// The policies.
    pub policies: Vec<PolicyOutline>,
    /// What is wrong with others.
    pub faults: Vec<PolicyFaultReport>,
}

/// A policy, without entities.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PolicyOutline {
    /// Its name.
    pub name: String,
    /// What it is called.
    pub title: Option<String>,
    /// The level that an entity must reach to pass.
    pub required: String,
    /// The levels, each with its checks.
    pub levels: Vec<LevelReport>,
}

impl PoliciesReport {
    /// The report of the policies.
    pub fn new(policies: &PolicySet) -> Self {
        let outline = |policy: &Policy| {
            let nothing = Assessment { policy, entities: Vec::new(), not_applicable: 0 };
            let of = PolicyReport::new(&Assessed { assessment: nothing, required: policy.required });
            PolicyOutline { name: of.name, title: of.title, required: of.required, levels: of.levels }
        };
        Self {
            schema_version: SCHEMA_VERSION,
            policies: policies.policies.iter().map(outline).collect(),
            faults: policies.faults.iter().map(PolicyFaultReport::from).collect(),
        }
    }
}

impl Report for PoliciesReport {
    fn page(&self) -> Page {
        let mut table = Table::new(&["policy", "level", "check", "what is asked", "place"]);
        for policy in &self.policies {
            for level in &policy.levels {
                for check in &level.checks {
                    table.push([
                        policy.name.clone(),
                        level.name.clone(),
                        check.id.clone(),
                        check.title.clone(),
                        check.place.clone(),
                    ]);
                }
            }
        }
        let shown = |fault: &PolicyFaultReport| format!("{}: {}", fault.place(), fault.message);
        Page::default().table(table).lines(self.faults.iter().map(shown).collect())
    }

    fn rows(&self) -> Vec<serde_json::Value> {
        self.policies.iter().filter_map(|policy| serde_json::to_value(policy).ok()).collect()
    }
}
