//! What a search found.

use catalog_core::{graph::CatalogGraph, query::SearchHit};
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    Page, Report, SCHEMA_VERSION, Table,
    entities::EntityRowReport,
    page::count,
    place::{cell, ref_cell, short},
};

/// The entities that fit a text, best first.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SearchReport {
    /// The version of this document's form.
    pub schema_version: u32,
    /// The revision of the catalog that answered.
    pub revision: u64,
    /// The text that was looked for.
    pub text: String,
    /// How many entities fit, listed or not.
    pub total: usize,
    /// The best of them.
    pub hits: Vec<SearchHitReport>,
}

/// One entity that was found.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SearchHitReport {
    /// How well it fits, from 1 to 100.
    pub score: u32,
    /// Where the text was found: `name`, `title`, `tag`, `description` or `similar-name`.
    pub matched: &'static str,
    /// The entity.
    #[serde(flatten)]
    pub entity: EntityRowReport,
}

impl SearchReport {
    /// The report of the first `hits_max` hits.
    pub fn new(graph: &CatalogGraph, text: &str, hits: &[SearchHit<'_>], hits_max: usize) -> Self {
        let listed = hits.iter().take(hits_max).map(|hit| SearchHitReport {
            score: hit.score,
            matched: hit.matched.name(),
            entity: EntityRowReport::from(hit.entity),
        });
        Self {
            schema_version: SCHEMA_VERSION,
            revision: graph.revision().0,
            text: text.to_owned(),
            total: hits.len(),
            hits: listed.collect(),
        }
    }
}

impl Report for SearchReport {
    fn page(&self) -> Page {
        let mut table = Table::new(&["entity", "title", "type", "owner", "found in"]);
        for hit in &self.hits {
            table.push([
                short(&hit.entity.entity),
                cell(hit.entity.title.as_deref()),
                cell(hit.entity.entity_type.as_deref()),
                ref_cell(hit.entity.owner.as_deref()),
                hit.matched.into(),
            ]);
        }
        let found = match self.total {
            0 => format!("nothing fits `{}`", self.text),
            total if total > self.hits.len() => {
                format!("the best {} of {}", self.hits.len(), count(total, "entity", "entities"))
            }
            total => count(total, "entity", "entities"),
        };
        Page::default().table(table).text(found)
    }

    fn rows(&self) -> Vec<serde_json::Value> {
        self.hits.iter().filter_map(|hit| serde_json::to_value(hit).ok()).collect()
    }
}
