//! Redundancy and isolation that are none.

use catalog_core::{
    graph::CatalogGraph,
    query::{CommonThing, IsolationBreach, SharedFate, SpuriousRedundancy},
};
use schemars::JsonSchema;
use serde::Serialize;

use crate::report::{
    Page, Report, SCHEMA_VERSION, Table,
    page::count,
    place::{ref_of, short},
};

/// What should be apart, and rests on one thing.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SharedFateReport {
    /// The version of this document's form.
    pub schema_version: u32,
    /// The revision of the catalog that answered.
    pub revision: u64,
    /// How many findings are listed, of both kinds.
    pub total: usize,
    /// Failure domains of one type that rest on something together, by the type.
    pub domains: Vec<IsolationBreachReport>,
    /// Alternatives that all rest on something: what most critical entities count on first.
    pub alternatives: Vec<SpuriousRedundancyReport>,
}

/// Failure domains of one type that are held to be isolated from each other, and are not.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct IsolationBreachReport {
    /// `warning`.
    pub severity: &'static str,
    /// The type, in lower case, as in `region`.
    pub domain_type: String,
    /// All domains of the type that something is deployed to.
    pub domains: Vec<String>,
    /// What two or more of them rest on: what most of them do first, then by ref; at most ten.
    pub common: Vec<CommonThingReport>,
    /// How many such things there are.
    pub common_total: usize,
}

/// Alternatives of which one that works is enough, and that all fall with one thing.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SpuriousRedundancyReport {
    /// `error` where a critical entity cannot work without any of them, else `warning`.
    pub severity: &'static str,
    /// The alternatives: members of an `anyOf`, places of deployment, or providers of an API.
    pub members: Vec<String>,
    /// The entities that count on them.
    pub needed_by: Vec<String>,
    /// How many of these are critical.
    pub critical: usize,
    /// `hard` where one of these cannot work without any of the members, else `soft`.
    pub strength: &'static str,
    /// What all members rest on by hard needs, where their ways first meet; at most ten.
    pub common: Vec<CommonThingReport>,
    /// How many such things there are.
    pub common_total: usize,
}

/// Something that several entities rest on.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CommonThingReport {
    /// What they rest on.
    #[serde(rename = "ref")]
    pub entity: String,
    /// The proof: a way of hard needs for each of those that rest on it.
    pub ways: Vec<WayReport>,
}

/// A way of hard needs.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct WayReport {
    /// The domain or the alternative that rests on the common thing.
    pub of: String,
    /// The entities from there, or from what is deployed to it alone, to the common thing.
    pub way: Vec<String>,
}

impl From<&CommonThing<'_>> for CommonThingReport {
    fn from(thing: &CommonThing<'_>) -> Self {
        let ways = thing.ways.iter().map(|way| WayReport {
            of: ref_of(way.of),
            way: way.way.iter().map(|entity| ref_of(*entity)).collect(),
        });
        Self { entity: ref_of(thing.entity), ways: ways.collect() }
    }
}

impl CommonThingReport {
    fn lines(&self) -> impl Iterator<Item = String> {
        self.ways.iter().map(|way| {
            let steps: Vec<String> = way.way.iter().map(|step| short(step)).collect();
            format!("{}: {}", short(&way.of), steps.join(" → "))
        })
    }
}

impl SharedFateReport {
    /// The report of an answer.
    pub fn new(graph: &CatalogGraph, answer: &SharedFate<'_>) -> Self {
        let domains = answer.domains.iter().map(|of: &IsolationBreach<'_>| IsolationBreachReport {
            severity: of.severity().name(),
            domain_type: of.domain_type.clone(),
            domains: of.domains.iter().map(|domain| ref_of(*domain)).collect(),
            common: of.common.iter().map(CommonThingReport::from).collect(),
            common_total: of.common_total,
        });
        let alternatives =
            answer.alternatives.iter().map(|of: &SpuriousRedundancy<'_>| SpuriousRedundancyReport {
                severity: of.severity().name(),
                members: of.members.iter().map(|member| ref_of(*member)).collect(),
                needed_by: of.needed_by.iter().map(|needy| ref_of(*needy)).collect(),
                critical: of.critical,
                strength: of.strength.name(),
                common: of.common.iter().map(CommonThingReport::from).collect(),
                common_total: of.common_total,
            });
        Self {
            schema_version: SCHEMA_VERSION,
            revision: graph.revision().0,
            total: answer.domains.len() + answer.alternatives.len(),
            domains: domains.collect(),
            alternatives: alternatives.collect(),
        }
    }
}

fn joined(refs: &[String], by: &str) -> String {
    refs.iter().map(|text| short(text)).collect::<Vec<String>>().join(by)
}

fn named(common: &[CommonThingReport], total: usize) -> String {
    let names: Vec<String> = common.iter().map(|thing| short(&thing.entity)).collect();
    let more = total - names.len();
    let more = if more == 0 { String::new() } else { format!(" and {more} more") };
    format!("{}{more}", names.join(", "))
}

impl Report for SharedFateReport {
    fn page(&self) -> Page {
        let mut table =
            Table::new(&["severity", "what is held to be apart", "rests on", "needed by", "critical"]);
        let mut proofs = Vec::new();
        for of in &self.domains {
            let domains = joined(&of.domains, " and ");
            let dash = || "–".to_owned();
            table.push([of.severity.into(), domains, named(&of.common, of.common_total), dash(), dash()]);
            proofs.extend(of.common.iter().flat_map(CommonThingReport::lines));
        }
        for of in &self.alternatives {
            table.push([
                of.severity.into(),
                joined(&of.members, " or "),
                named(&of.common, of.common_total),
                of.needed_by.len().to_string(),
                of.critical.to_string(),
            ]);
            proofs.extend(of.common.iter().flat_map(CommonThingReport::lines));
        }
        let mut seen = std::collections::BTreeSet::new();
        proofs.retain(|line| seen.insert(line.clone()));
        let heading = match self.total {
            0 => "what is held to be apart is apart, as far as the catalog knows".to_owned(),
            total => format!(
                "{} that {} on one thing",
                count(total, "redundancy", "redundancies"),
                if total == 1 { "rests" } else { "rest" }
            ),
        };
        let page = Page::default().heading(heading).table(table);
        if proofs.is_empty() { page } else { page.lines(proofs) }
    }

    fn rows(&self) -> Vec<serde_json::Value> {
        let domains = self.domains.iter().filter_map(|row| serde_json::to_value(row).ok());
        domains.chain(self.alternatives.iter().filter_map(|row| serde_json::to_value(row).ok())).collect()
    }
}
