//! Who can come at data of a class, for those who answer for it.

use catalog_core::{
    graph::CatalogGraph,
    query::{DataReach, PurposeStanding},
};
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    Page, Report, SCHEMA_VERSION, Table,
    blast_radius::EntityShareReport,
    page::count,
    place::{ref_cell, ref_of, short, tier_cell, tier_of},
};

/// How many entities of a way to the data are listed.
const PATH_LISTED: usize = 16;

/// Everything that can come at data of a class.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DataReachReport {
    /// The version of this document's form.
    pub schema_version: u32,
    /// The revision of the catalog that answered.
    pub revision: u64,
    /// The class, as the first of its holders spells it.
    pub class: String,
    /// What holds data of the class.
    pub holders: Vec<DataHolderReport>,
    /// How many entities can come at it, without the holders.
    pub total: usize,
    /// How many of those need a holder themselves.
    pub direct: usize,
    /// How many of those need a holder and do not say what for.
    pub undeclared: usize,
    /// How many lie behind those.
    pub behind_undeclared: usize,
    /// How many of all have no owner.
    pub unowned: usize,
    /// Who can come at it: what is in question first, then by distance and ref.
    pub accessors: Vec<DataAccessorReport>,
    /// The owners of those, the one with most of them first.
    pub owners: Vec<EntityShareReport>,
}

/// An entity that holds data of the class.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DataHolderReport {
    /// The entity, as a canonical ref.
    #[serde(rename = "ref")]
    pub entity: String,
    /// Its owner.
    pub owner: Option<String>,
    /// Every class of data that it holds.
    pub classes: Vec<String>,
}

/// An entity that can come at data of the class.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DataAccessorReport {
    /// The entity, as a canonical ref.
    #[serde(rename = "ref")]
    pub entity: String,
    /// Its tier, 0 to 4; 0 and 1 are critical.
    pub tier: Option<u8>,
    /// Its owner.
    pub owner: Option<String>,
    /// How many needs lie between it and the nearest holder; at least 1.
    pub distance: u32,
    /// The next entity on one shortest way to a holder.
    pub via: String,
    /// One shortest way to a holder, itself first; of long ways the first sixteen entities.
    pub path: Vec<String>,
    /// `hard` if some way of hard needs alone leads to a holder, else `soft`.
    pub strength: &'static str,
    /// `undeclared`: needs a holder and does not say what for. `behind-undeclared`: needs such an entity.
    /// `declared`: it is said what for.
    pub purpose: &'static str,
    /// What it says that it needs holders for.
    pub purposes: Vec<String>,
}

impl DataReachReport {
    /// The report of an answer.
    pub fn new(graph: &CatalogGraph, answer: &DataReach<'_>) -> Self {
        let paths = answer.paths(PATH_LISTED);
        let accessors = answer.accessors.iter().zip(paths).map(|(row, path)| DataAccessorReport {
            entity: ref_of(row.entity),
            tier: tier_of(row.entity),
            owner: row.entity.owner().map(ref_of),
            distance: row.distance,
            via: ref_of(row.via),
            path: path.into_iter().map(ref_of).collect(),
            strength: row.strength.name(),
            purpose: row.standing.name(),
            purposes: row.purposes.iter().map(|purpose| (*purpose).to_owned()).collect(),
        });
        let holders = answer.holders.iter().map(|holder| DataHolderReport {
            entity: ref_of(*holder),
            owner: holder.owner().map(ref_of),
            classes: holder.data_classes().iter().map(ToString::to_string).collect(),
        });
        Self {
            schema_version: SCHEMA_VERSION,
            revision: graph.revision().0,
            class: answer.class.to_owned(),
            holders: holders.collect(),
            total: answer.accessors.len(),
            direct: answer.direct(),
            undeclared: answer.count(PurposeStanding::Undeclared),
            behind_undeclared: answer.count(PurposeStanding::BehindUndeclared),
            unowned: answer.unowned,
            accessors: accessors.collect(),
            owners: answer.owners.iter().map(EntityShareReport::from).collect(),
        }
    }
}

impl Report for DataReachReport {
    fn page(&self) -> Page {
        let mut accessors = Table::new(&["purpose", "entity", "tier", "owner", "need", "way to the data"]);
        for row in &self.accessors {
            let purpose = if row.purposes.is_empty() || row.purpose != PurposeStanding::Declared.name() {
                row.purpose.to_owned()
            } else {
                row.purposes.join(", ")
            };
            let mut path: Vec<String> = row.path.iter().skip(1).map(|name| short(name)).collect();
            if row.path.len() <= row.distance as usize {
                path.push("…".into());
            }
            accessors.push([
                purpose,
                short(&row.entity),
                tier_cell(row.tier),
                ref_cell(row.owner.as_deref()),
                row.strength.into(),
                path.join(" → "),
            ]);
        }
        let mut holders = Table::new(&["holder", "owner", "classes"]);
        for holder in &self.holders {
            holders.push([
                short(&holder.entity),
                ref_cell(holder.owner.as_deref()),
                holder.classes.join(", "),
            ]);
        }
        let headline = format!(
            "{} can come at {} data: {} directly, {} of those without a purpose, {} behind those, {} unowned",
            count(self.total, "entity", "entities"),
            self.class,
            self.direct,
            self.undeclared,
            self.behind_undeclared,
            self.unowned
        );
        let mut page = Page::default().heading(headline).table(accessors).table(holders);
        if self.undeclared > 0 {
            page = page.text(
                "a purpose stands beside the need, as in `needs: [{ ref: resource:ledger-db, purpose: settlement }]`",
            );
        }
        page
    }

    fn rows(&self) -> Vec<serde_json::Value> {
        self.accessors.iter().filter_map(|row| serde_json::to_value(row).ok()).collect()
    }
}

/// Every class of data, with who can come at it in numbers.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DataClassesReport {
    /// The version of this document's form.
    pub schema_version: u32,
    /// The revision of the catalog that answered.
    pub revision: u64,
    /// The classes, sorted by name.
    pub classes: Vec<DataClassReport>,
}

/// A class of data.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DataClassReport {
    /// The class, as the first of its holders spells it.
    pub class: String,
    /// How many entities hold such data.
    pub holders: usize,
    /// How many entities can come at it, without the holders.
    pub accessors: usize,
    /// How many of those need a holder themselves.
    pub direct: usize,
    /// How many of those need a holder and do not say what for.
    pub undeclared: usize,
    /// How many of all have no owner.
    pub unowned: usize,
}

impl DataClassesReport {
    /// The report of the answers for all classes, one at a time in memory.
    pub fn new<'g>(graph: &'g CatalogGraph, answers: impl Iterator<Item = DataReach<'g>>) -> Self {
        let classes = answers.map(|answer| DataClassReport {
            class: answer.class.to_owned(),
            holders: answer.holders.len(),
            accessors: answer.accessors.len(),
            direct: answer.direct(),
            undeclared: answer.count(PurposeStanding::Undeclared),
            unowned: answer.unowned,
        });
        Self { schema_version: SCHEMA_VERSION, revision: graph.revision().0, classes: classes.collect() }
    }
}

impl Report for DataClassesReport {
    fn page(&self) -> Page {
        let mut table =
            Table::new(&["class", "holders", "can come at it", "directly", "without purpose", "unowned"]);
        for row in &self.classes {
            let counts = [row.holders, row.accessors, row.direct, row.undeclared, row.unowned];
            let [holders, accessors, direct, undeclared, unowned] = counts.map(|count| count.to_string());
            table.push([row.class.clone(), holders, accessors, direct, undeclared, unowned]);
        }
        let page = Page::default().table(table);
        if self.classes.is_empty() {
            return page.text("nothing in the catalog says that it holds data: no `spec.dataClass`");
        }
        page
    }

    fn rows(&self) -> Vec<serde_json::Value> {
        self.classes.iter().filter_map(|row| serde_json::to_value(row).ok()).collect()
    }
}
