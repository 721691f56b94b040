//! A rollout: the waves of a change, each with what changes, whom to inform and why it is where it is.

use catalog_core::{
    graph::CatalogGraph,
    model::Tier,
    needs::Precision,
    query::{AtStake, Rollout, RolloutEntry, RolloutOrder, RolloutOwner, RolloutWave},
};
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    Page, Report, SCHEMA_VERSION, Table,
    blast_radius::EntityShareReport,
    page::count,
    place::{cell, ref_cell, ref_of, short, tier_cell, tier_of},
    unknowns::UnknownsReport,
};

/// How many owners a row of the page names; the others are counted.
const OWNERS_NAMED_MAX: usize = 3;

/// A change in waves. One wave begins when the one before has shown that it works.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RolloutReport {
    /// The version of this document's form.
    pub schema_version: u32,
    /// The revision of the catalog that answered.
    pub revision: u64,
    /// The entities asked about, as canonical refs.
    pub roots: Vec<String>,
    /// Whether only these change, and not what needs them.
    pub only_roots: bool,
    /// `dependents-first`: an entity changes when all that need it have. `dependencies-first`: when all that it
    /// needs has.
    pub order: &'static str,
    /// How many entities a wave was to have at most. A circle of needs may have more, and APIs that go along with
    /// what provides them are not counted.
    pub wave_max: u32,
    /// How many different entities change. One that runs in several failure domains is in several waves.
    pub total: usize,
    /// How many of these are critical (tiers 0 and 1).
    pub critical: usize,
    /// How many of these have no owner.
    pub unowned: usize,
    /// Whether dependents are counted exactly; where counting would take too long they are estimates.
    pub exact: bool,
    /// The standard error of an estimate, as a part of the count; null where the counts are exact.
    pub standard_error: Option<f64>,
    /// The waves, the first one first.
    pub waves: Vec<RolloutWaveReport>,
    /// Whom to inform, by the first wave with something of theirs, then by ref.
    pub owners: Vec<RolloutOwnerReport>,
    /// What is not known about the entities that change.
    pub unknown: UnknownsReport,
}

/// What changes at one time.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RolloutWaveReport {
    /// Its number, from 1.
    pub number: usize,
    /// The one failure domain that it is in; null where none is known of what changes.
    pub place: Option<String>,
    /// The most that is at stake in any of its entities.
    pub at_stake: AtStakeReport,
    /// Why it is a wave of its own and no earlier one, in codes: `first`, `more-at-stake`, `next-step`,
    /// `next-place`, `full`, `alternatives` or `circle`.
    pub reasons: Vec<&'static str>,
    /// The same in words.
    pub why: String,
    /// How many of its entities are critical (tiers 0 and 1).
    pub critical: usize,
    /// Whose its entities are, the owner with most of them first.
    pub owners: Vec<EntityShareReport>,
    /// How many of its entities have no owner.
    pub unowned: usize,
    /// Those of its entities that need each other in a circle.
    pub circles: Vec<Vec<String>>,
    /// What changes: the fewest dependents first, then by ref; APIs that go along last.
    pub entries: Vec<RolloutEntryReport>,
}

/// One entity in one wave.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RolloutEntryReport {
    /// The number of the wave, from 1.
    pub wave: usize,
    /// The entity, as a canonical ref.
    #[serde(rename = "ref")]
    pub entity: String,
    /// The failure domain that it changes in; null where it is in none, or an API that goes along.
    pub place: Option<String>,
    /// How many needs lie between it and the nearest of the entities asked about; 0 for one of these.
    pub distance: u32,
    /// How many entities transitively need it.
    pub dependents: u32,
    /// How many of these are critical (tiers 0 and 1).
    pub critical_dependents: u32,
    /// What is at stake: the most critical of it and those.
    pub at_stake: AtStakeReport,
    /// Why it changes no earlier, as a code: `first`, `after`, `at-stake` or `with-provider`.
    pub reason: &'static str,
    /// The entity that the reason is about; null for `first`.
    pub reason_ref: Option<String>,
    /// The failure domain that it changed in before this one.
    pub place_before: Option<String>,
    /// Another entity that it is in a circle with, and changes together with.
    pub circle_with: Option<String>,
    /// All of that in words.
    pub why: String,
    /// Its kind as declared.
    pub kind: String,
    /// Its type.
    #[serde(rename = "type")]
    pub entity_type: Option<String>,
    /// Its tier, 0 to 4; 0 and 1 are critical.
    pub tier: Option<u8>,
    /// Its owner.
    pub owner: Option<String>,
}

/// The most critical of some entities and all that transitively need them.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AtStakeReport {
    /// That one; of several, the first by ref.
    #[serde(rename = "ref")]
    pub entity: String,
    /// Its tier; null where it is not known.
    pub tier: Option<u8>,
}

/// Somebody to inform of the change before it comes.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RolloutOwnerReport {
    /// The owner, as a canonical ref.
    #[serde(rename = "ref")]
    pub owner: String,
    /// How many entities of theirs change.
    pub entities: usize,
    /// The first wave with one of these, from 1.
    pub first_wave: usize,
    /// How to inform them, as in `chat #payments`; null where no way is known.
    pub contact: Option<String>,
}

impl From<AtStake<'_>> for AtStakeReport {
    fn from(at_stake: AtStake<'_>) -> Self {
        Self { entity: ref_of(at_stake.entity), tier: at_stake.tier().map(Tier::number) }
    }
}

impl From<&RolloutOwner<'_>> for RolloutOwnerReport {
    fn from(owner: &RolloutOwner<'_>) -> Self {
        let contact = owner.contact();
        Self {
            owner: ref_of(owner.owner),
            entities: owner.changing,
            first_wave: owner.first_wave,
            contact: contact.map(|contact| format!("{} {}", contact.kind.name(), contact.value)),
        }
    }
}

impl RolloutEntryReport {
    fn new(entry: &RolloutEntry<'_>, wave: usize, order: RolloutOrder) -> Self {
        Self {
            wave,
            entity: ref_of(entry.entity),
            place: entry.place.map(ref_of),
            distance: entry.distance,
            dependents: entry.dependents,
            critical_dependents: entry.critical_dependents,
            at_stake: entry.at_stake.into(),
            reason: entry.reason.name(),
            reason_ref: entry.reason.entity().map(ref_of),
            place_before: entry.place_before.map(ref_of),
            circle_with: entry.circle_with.map(ref_of),
            why: entry.why(order),
            kind: entry.entity.kind().to_owned(),
            entity_type: entry.entity.entity_type().map(str::to_owned),
            tier: tier_of(entry.entity),
            owner: entry.entity.owner().map(ref_of),
        }
    }
}

impl RolloutWaveReport {
    fn new(wave: &RolloutWave<'_>, number: usize, order: RolloutOrder) -> Self {
        let refs = |circle: &Vec<_>| circle.iter().copied().map(ref_of).collect();
        let entry = |entry: &RolloutEntry<'_>| RolloutEntryReport::new(entry, number, order);
        Self {
            number,
            place: wave.place.map(ref_of),
            at_stake: wave.at_stake.into(),
            reasons: wave.reasons.iter().map(|reason| reason.name()).collect(),
            why: wave.why(order),
            critical: wave.critical,
            owners: wave.owners.iter().map(EntityShareReport::from).collect(),
            unowned: wave.unowned,
            circles: wave.circles.iter().map(refs).collect(),
            entries: wave.entries.iter().map(entry).collect(),
        }
    }

    /// The owners of the wave in a cell.
    fn inform(&self) -> String {
        let named = self.owners.iter().take(OWNERS_NAMED_MAX).map(|share| short(&share.entity));
        let mut named: Vec<String> = named.collect();
        if self.owners.len() > OWNERS_NAMED_MAX {
            named.push(format!("{} more", self.owners.len() - OWNERS_NAMED_MAX));
        }
        if self.unowned > 0 {
            named.push(format!("{} unowned", self.unowned));
        }
        named.join(", ")
    }
}

impl RolloutReport {
    /// The report of an answer.
    pub fn new(graph: &CatalogGraph, answer: &Rollout<'_>) -> Self {
        let waves = (1..).zip(&answer.waves);
        Self {
            schema_version: SCHEMA_VERSION,
            revision: graph.revision().0,
            roots: answer.roots.iter().map(|root| ref_of(*root)).collect(),
            only_roots: answer.only_roots,
            order: answer.order.name(),
            wave_max: answer.wave_max,
            total: answer.changing,
            critical: answer.critical,
            unowned: answer.unowned,
            exact: answer.precision == Precision::Exact,
            standard_error: match answer.precision {
                Precision::Exact => None,
                Precision::Estimated { standard_error } => Some(standard_error),
            },
            waves: waves.map(|(number, wave)| RolloutWaveReport::new(wave, number, answer.order)).collect(),
            owners: answer.owners.iter().map(RolloutOwnerReport::from).collect(),
            unknown: UnknownsReport::from(&answer.unknowns),
        }
    }

    fn headline(&self) -> String {
        format!(
            "{} {} in {}: {} critical, {} to inform, {} unowned",
            count(self.total, "entity", "entities"),
            if self.total == 1 { "changes" } else { "change" },
            count(self.waves.len(), "wave", "waves"),
            self.critical,
            count(self.owners.len(), "owner", "owners"),
            self.unowned
        )
    }

    /// What the order rests on, in a sentence.
    fn order_text(&self) -> &'static str {
        if self.order == RolloutOrder::DependentsFirst.name() {
            "a wave begins when the one before has shown that it works; what is needed changes behind what \
             needs it, so that as little as possible rests on what changes early"
        } else {
            "a wave begins when the one before has shown that it works; what is needed changes before what \
             needs it, so that it is there when dependents begin to use it"
        }
    }
}

impl Report for RolloutReport {
    fn page(&self) -> Page {
        let mut waves = Table::new(&["wave", "in", "entities", "critical", "tier at stake", "inform", "why"]);
        let mut entries = Table::new(&["wave", "entity", "in", "tier", "dependents", "owner", "why"]);
        for wave in &self.waves {
            waves.push([
                wave.number.to_string(),
                ref_cell(wave.place.as_deref()),
                wave.entries.len().to_string(),
                wave.critical.to_string(),
                tier_cell(wave.at_stake.tier),
                wave.inform(),
                wave.why.clone(),
            ]);
            for entry in &wave.entries {
                entries.push([
                    entry.wave.to_string(),
                    short(&entry.entity),
                    ref_cell(entry.place.as_deref()),
                    tier_cell(entry.tier),
                    entry.dependents.to_string(),
                    ref_cell(entry.owner.as_deref()),
                    entry.why.clone(),
                ]);
            }
        }
        let mut owners = Table::new(&["owner", "entities", "from wave", "inform by"]);
        for owner in &self.owners {
            owners.push([
                short(&owner.owner),
                owner.entities.to_string(),
                owner.first_wave.to_string(),
                cell(owner.contact.as_deref()),
            ]);
        }
        let page = Page::default().heading(self.headline()).text(self.order_text());
        let mut page = page.table(waves).main_table(entries).table(owners);
        if let Some(error) = self.standard_error {
            page = page.text(format!(
                "dependents are estimates, with a standard error of {:.1} %: to count exactly would take too long",
                error * 100.0
            ));
        }
        self.unknown.say(page)
    }

    fn rows(&self) -> Vec<serde_json::Value> {
        self.waves.iter().filter_map(|wave| serde_json::to_value(wave).ok()).collect()
    }
}
