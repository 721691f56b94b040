//! A list of entities.

use catalog_core::graph::{CatalogGraph, Entity};
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    Page, Report, SCHEMA_VERSION, Table,
    page::count,
    place::{cell, ref_cell, ref_of, short, tier_cell, tier_of},
};

/// A list of entities, in the order of their refs.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct EntitiesReport {
    /// The version of this document's form.
    pub schema_version: u32,
    /// The revision of the catalog that answered.
    pub revision: u64,
    /// How many entities there are.
    pub total: usize,
    /// The entities.
    pub entities: Vec<EntityRowReport>,
}

/// One entity in a list.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct EntityRowReport {
    /// The entity, as a canonical ref.
    #[serde(rename = "ref")]
    pub entity: String,
    /// Its kind as declared.
    pub kind: String,
    /// Its name as declared.
    pub name: String,
    /// Its title.
    pub title: Option<String>,
    /// Its type.
    #[serde(rename = "type")]
    pub entity_type: Option<String>,
    /// Its lifecycle.
    pub lifecycle: Option<String>,
    /// Its tier, 0 to 4.
    pub tier: Option<u8>,
    /// Its owner.
    pub owner: Option<String>,
    /// The repository that declares it.
    pub repository: Option<String>,
    /// `declared`, `repository` or `placeholder`.
    pub standing: &'static str,
    /// Whether what is known of it is of an earlier commit.
    pub stale: bool,
}

impl From<Entity<'_>> for EntityRowReport {
    fn from(entity: Entity<'_>) -> Self {
        Self {
            entity: ref_of(entity),
            kind: entity.kind().to_owned(),
            name: entity.spelled_name().to_owned(),
            title: entity.title().map(str::to_owned),
            entity_type: entity.entity_type().map(str::to_owned),
            lifecycle: entity.lifecycle().map(str::to_owned),
            tier: tier_of(entity),
            owner: entity.owner().map(ref_of),
            repository: entity.repository().map(|repository| repository.id().to_string()),
            standing: entity.standing().name(),
            stale: entity.staleness().is_some(),
        }
    }
}

impl EntitiesReport {
    /// The report of a list.
    pub fn new(graph: &CatalogGraph, entities: &[Entity<'_>]) -> Self {
        Self {
            schema_version: SCHEMA_VERSION,
            revision: graph.revision().0,
            total: entities.len(),
            entities: entities.iter().map(|entity| EntityRowReport::from(*entity)).collect(),
        }
    }
}

impl Report for EntitiesReport {
    fn page(&self) -> Page {
        let mut table = Table::new(&["entity", "type", "lifecycle", "tier", "owner", "repository"]);
        for row in &self.entities {
            let stale = if row.stale { " (stale)" } else { "" };
            table.push([
                format!("{}{stale}", short(&row.entity)),
                cell(row.entity_type.as_deref()),
                cell(row.lifecycle.as_deref()),
                tier_cell(row.tier),
                ref_cell(row.owner.as_deref()),
                cell(row.repository.as_deref()),
            ]);
        }
        Page::default().table(table).text(count(self.total, "entity", "entities"))
    }

    fn rows(&self) -> Vec<serde_json::Value> {
        self.entities.iter().filter_map(|row| serde_json::to_value(row).ok()).collect()
    }
}
