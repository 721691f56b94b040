//! Bridges and joints: what alone connects two parts of the organisation.

use catalog_core::{
    graph::CatalogGraph,
    query::{BridgeNeed, Bridges, JoiningEntity},
};
use schemars::JsonSchema;
use serde::Serialize;

use crate::report::{
    Page, Report, SCHEMA_VERSION, Table,
    need_path::NeedStepReport,
    page::{count, grouped},
    place::{PlaceReport, ref_cell, ref_of, short, tier_cell, tier_of},
};

/// What alone holds parts of the graph of hard needs together, in whatever direction they lead.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct BridgesReport {
    /// The version of this document's form.
    pub schema_version: u32,
    /// The revision of the catalog that answered.
    pub revision: u64,
    /// How many bridges there are; `bridges` shows the first of them.
    pub total: usize,
    /// The hard needs without which no failure could pass between two parts, the one that cuts most
    /// entities off first, then by ref.
    pub bridges: Vec<BridgeReport>,
    /// How many joints there are; `joints` shows the first of them.
    pub joint_total: usize,
    /// The entities without which that is so (articulation points), likewise.
    pub joints: Vec<JointReport>,
}

/// A hard need that is the only connection between two parts.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct BridgeReport {
    /// The need, with what says so.
    #[serde(flatten)]
    pub need: NeedStepReport,
    /// How many entities are on the side of `from`, itself included.
    pub from_side: usize,
    /// How many entities are on the side of `to`, itself included.
    pub to_side: usize,
    /// How many entities the smaller side has.
    pub cut_off: usize,
}

/// An entity that is the only connection between parts.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct JointReport {
    /// The entity, as a canonical ref.
    #[serde(rename = "ref")]
    pub entity: String,
    /// Its type.
    #[serde(rename = "type")]
    pub entity_type: Option<String>,
    /// Its tier, 0 to 4; 0 and 1 are critical.
    pub tier: Option<u8>,
    /// Its owner.
    pub owner: Option<String>,
    /// Into how many parts what is connected with it falls without it.
    pub parts: usize,
    /// How many entities are then outside of the largest of these parts.
    pub cut_off: usize,
}

impl BridgesReport {
    /// The report of the first so many bridges, and as many joints.
    pub fn new(graph: &CatalogGraph, answer: &Bridges<'_>, rows_max: usize) -> Self {
        let bridge = |bridge: &BridgeNeed<'_>| BridgeReport {
            need: NeedStepReport::from(&bridge.step()),
            from_side: bridge.from_side,
            to_side: bridge.to_side,
            cut_off: bridge.cut_off(),
        };
        let joint = |joint: &JoiningEntity<'_>| JointReport {
            entity: ref_of(joint.entity),
            entity_type: joint.entity.entity_type().map(str::to_owned),
            tier: tier_of(joint.entity),
            owner: joint.entity.owner().map(ref_of),
            parts: joint.parts,
            cut_off: joint.cut_off,
        };
        Self {
            schema_version: SCHEMA_VERSION,
            revision: graph.revision().0,
            total: answer.bridges.len(),
            bridges: answer.bridges.iter().take(rows_max).map(bridge).collect(),
            joint_total: answer.joints.len(),
            joints: answer.joints.iter().take(rows_max).map(joint).collect(),
        }
    }

    pub(super) fn overview(&self, page: Page) -> Page {
        let mut bridges = Table::new(&["need", "cuts off", "on its side", "beyond it", "stated at"]);
        for bridge in &self.bridges {
            let place = bridge.need.because.iter().find_map(|reason| reason.places.first());
            bridges.push([
                format!("{} → {}", short(&bridge.need.from), short(&bridge.need.to)),
                grouped(bridge.cut_off),
                grouped(bridge.from_side),
                grouped(bridge.to_side),
                place.map(PlaceReport::short).unwrap_or_default(),
            ]);
        }
        let mut joints = Table::new(&["entity", "tier", "owner", "cuts off", "parts"]);
        for joint in &self.joints {
            joints.push([
                short(&joint.entity),
                tier_cell(joint.tier),
                ref_cell(joint.owner.as_deref()),
                grouped(joint.cut_off),
                grouped(joint.parts),
            ]);
        }
        if self.total == 0 && self.joint_total == 0 {
            return page.heading("no hard need and no entity is the only connection between two parts");
        }
        let needs = count(self.total, "hard need is", "hard needs are");
        let entities = count(self.joint_total, "entity is", "entities are");
        page.heading(format!("{needs} the only connection between two parts"))
            .table(bridges)
            .heading(format!("{entities} the only connection between two parts or more"))
            .table(joints)
    }
}

impl Report for BridgesReport {
    fn page(&self) -> Page {
        self.overview(Page::default())
    }

    fn rows(&self) -> Vec<serde_json::Value> {
        self.bridges.iter().filter_map(|row| serde_json::to_value(row).ok()).collect()
    }
}
