//! Critical entities that rest on less critical ones.

use catalog_core::{
    graph::CatalogGraph,
    query::{TierInversion, TierInversions},
};
use schemars::JsonSchema;
use serde::Serialize;

use crate::report::{
    Page, Report, SCHEMA_VERSION, Table,
    page::count,
    place::{PlaceReport, ref_of, short, tier_of},
};

/// Where the tiers of entities and their hard needs contradict each other.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TierInversionsReport {
    /// The version of this document's form.
    pub schema_version: u32,
    /// The revision of the catalog that answered.
    pub revision: u64,
    /// How many inversions are listed.
    pub total: usize,
    /// The inversions: those of critical entities first, then by tier and ref.
    pub inversions: Vec<TierInversionReport>,
    /// Entities without a tier that one with a tier cannot work without; the one that most critical
    /// entities need first, then by ref.
    pub unknown: Vec<UnknownTierReport>,
}

/// An entity that cannot work without a less critical one.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TierInversionReport {
    /// `error` where the entity is critical (tiers 0 and 1), else `warning`.
    pub severity: &'static str,
    /// The entity that needs, as a canonical ref.
    #[serde(rename = "ref")]
    pub entity: String,
    /// Its tier.
    pub tier: u8,
    /// What it needs: one entity, or several that stand in for each other, all of them less critical.
    pub needed: Vec<NeededTierReport>,
    /// The API without a tier that the needed ones provide, where the need is of that.
    pub through: Option<String>,
    /// The places that state the need.
    pub places: Vec<PlaceReport>,
}

/// What is needed, with its tier.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct NeededTierReport {
    /// The entity, as a canonical ref.
    #[serde(rename = "ref")]
    pub entity: String,
    /// Its tier, 0 to 4.
    pub tier: Option<u8>,
}

/// An entity of which nobody says how critical it is.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct UnknownTierReport {
    /// The entity, as a canonical ref.
    #[serde(rename = "ref")]
    pub entity: String,
    /// Those with a tier that cannot work without it, by ref.
    pub needed_by: Vec<String>,
    /// How many of these are critical.
    pub critical: usize,
}

impl TierInversionsReport {
    /// The report of an answer.
    pub fn new(graph: &CatalogGraph, answer: &TierInversions<'_>) -> Self {
        let inversion = |of: &TierInversion<'_>| TierInversionReport {
            severity: of.severity.name(),
            entity: ref_of(of.entity),
            tier: of.tier.number(),
            needed: of
                .needed
                .iter()
                .map(|needed| NeededTierReport { entity: ref_of(*needed), tier: tier_of(*needed) })
                .collect(),
            through: of.through.map(ref_of),
            places: of.origins.iter().map(PlaceReport::from).collect(),
        };
        let unknown = answer.unknown.iter().map(|of| UnknownTierReport {
            entity: ref_of(of.entity),
            needed_by: of.needed_by.iter().map(|needy| ref_of(*needy)).collect(),
            critical: of.critical,
        });
        Self {
            schema_version: SCHEMA_VERSION,
            revision: graph.revision().0,
            total: answer.inversions.len(),
            inversions: answer.inversions.iter().map(inversion).collect(),
            unknown: unknown.collect(),
        }
    }
}

impl Report for TierInversionsReport {
    fn page(&self) -> Page {
        let mut table = Table::new(&["severity", "entity", "tier", "needs", "place"]);
        for of in &self.inversions {
            let needed = of.needed.iter().map(|needed| {
                let tier = needed.tier.map_or_else(String::new, |tier| format!(" (tier {tier})"));
                format!("{}{tier}", short(&needed.entity))
            });
            let needed = needed.collect::<Vec<String>>().join(" or ");
            let through =
                of.through.as_ref().map_or_else(String::new, |api| format!(" through {}", short(api)));
            table.push([
                of.severity.into(),
                short(&of.entity),
                of.tier.to_string(),
                format!("{needed}{through}"),
                of.places.first().map(PlaceReport::short).unwrap_or_default(),
            ]);
        }
        let mut unknown = Table::new(&["without a tier", "needed by", "critical"]);
        for of in &self.unknown {
            unknown.push([short(&of.entity), of.needed_by.len().to_string(), of.critical.to_string()]);
        }
        let heading = match self.total {
            0 => "nothing rests on what is less critical than itself, as far as tiers are known".to_owned(),
            total => format!("{} on what is less critical", count(total, "hard need", "hard needs")),
        };
        let mut page = Page::default().heading(heading).table(table);
        if !self.unknown.is_empty() {
            let entities = count(self.unknown.len(), "entity", "entities");
            page = page.text(format!("{entities} without a tier that others with one cannot work without:"));
        }
        page.table(unknown)
    }

    fn rows(&self) -> Vec<serde_json::Value> {
        self.inversions.iter().filter_map(|row| serde_json::to_value(row).ok()).collect()
    }
}
