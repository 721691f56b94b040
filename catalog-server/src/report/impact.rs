//! What comes of a failure, as JSON that other tools rely on, and as a page that one reads in a hurry.

use catalog_core::{
    graph::{CatalogGraph, Entity},
    needs::HealthCounts,
    query::{
        Failing, ImpactAnswer, ImpactCounts, ImpactedEntity, KeptUp, OwnerToCall, RemedyView, SpareLost,
    },
};
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    Page, Report, SCHEMA_VERSION, Table,
    page::count,
    place::{cell, ref_cell, ref_of, short, tier_cell, tier_of},
    unknowns::UnknownsReport,
};

/// What is down, degraded or without a spare where something fails.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ImpactReport {
    /// The version of this document's form.
    pub schema_version: u32,
    /// The revision of the catalog that answered.
    pub revision: u64,
    /// What fails.
    pub failing: Vec<FailingReport>,
    /// What had failed already.
    pub already_down: Vec<String>,
    /// How many entities were in which state before.
    pub before: ImpactCountsReport,
    /// How many entities are in which state after, what fails by itself included.
    pub after: ImpactCountsReport,
    /// How many entities are worse than before, without what fails by itself.
    pub total: usize,
    /// Those entities: the worst first, critical ones before others, then by ref.
    pub affected: Vec<ImpactedReport>,
    /// Alternatives of which fewer work than before, those with the fewest left first.
    pub spares_lost: Vec<SpareLostReport>,
    /// Whom to call, in this order: who answers for what failed, then who has most at stake.
    pub owners: Vec<OwnerToCallReport>,
    /// How many entities that failed or are worse than before have no owner.
    pub unowned: usize,
    /// Entities that go on working with nobody to act for them.
    pub unattended: Vec<String>,
    /// What was asked to be kept up, and what that takes; null where nothing was asked.
    pub keep: Option<KeepReport>,
    /// What is not known about what fails and what is affected.
    pub unknown: UnknownsReport,
}

/// Something that fails.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FailingReport {
    /// What was named, as a canonical ref.
    #[serde(rename = "ref")]
    pub entity: String,
    /// `itself`, `parts` of a system or domain, what a `repository` declares, or `cannot-act` of a team.
    pub meaning: &'static str,
    /// What does not work then.
    pub down: Vec<String>,
}

/// How many entities are in which state.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ImpactCountsReport {
    /// All.
    pub all: HealthCountsReport,
    /// The critical ones (tiers 0 and 1).
    pub critical: HealthCountsReport,
}

/// How many entities are in each state that is not well.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct HealthCountsReport {
    /// How many do not work.
    pub down: u32,
    /// How many work in part.
    pub degraded: u32,
    /// How many work and have lost a spare.
    pub at_risk: u32,
}

impl From<ImpactCounts> for ImpactCountsReport {
    fn from(counts: ImpactCounts) -> Self {
        Self { all: counts.all.into(), critical: counts.critical.into() }
    }
}

impl From<HealthCounts> for HealthCountsReport {
    fn from(of: HealthCounts) -> Self {
        Self { down: of.down, degraded: of.degraded, at_risk: of.at_risk }
    }
}

/// One entity that is worse than before.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ImpactedReport {
    /// The entity, as a canonical ref.
    #[serde(rename = "ref")]
    pub entity: String,
    /// Its state: `down`, `degraded` or `at-risk`.
    pub health: &'static str,
    /// Its state before: the same words, or `unaffected`.
    pub before: &'static str,
    /// What it needs that brought it there: one cause of possibly several.
    pub because_of: String,
    /// Whether that is one of several that stand in for each other.
    pub by_alternatives: bool,
    /// Its kind as declared.
    pub kind: String,
    /// Its type.
    #[serde(rename = "type")]
    pub entity_type: Option<String>,
    /// Its tier, 0 to 4; 0 and 1 are critical.
    pub tier: Option<u8>,
    /// Its owner.
    pub owner: Option<String>,
    /// What would have kept it up: all of these together. Empty where it is not down, or where too many
    /// entities are for this to be told of each.
    pub remedies: Vec<RemedyReport>,
}

/// A need that is to be softened or given a spare.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RemedyReport {
    /// The entity whose need it is.
    pub needy: String,
    /// What it needs: one entity, or several of which none works.
    pub needed: Vec<String>,
}

/// Alternatives of which fewer work than before.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SpareLostReport {
    /// The entity that needs one of them.
    #[serde(rename = "ref")]
    pub entity: String,
    /// `hard` or `soft`: what it means for the entity where none works.
    pub strength: &'static str,
    /// All of them.
    pub members: Vec<String>,
    /// Those that worked fully before and do not now.
    pub lost: Vec<String>,
    /// How many still work fully.
    pub working: usize,
}

/// Somebody to call.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OwnerToCallReport {
    /// The owner, as a canonical ref.
    #[serde(rename = "ref")]
    pub owner: String,
    /// How many entities that failed are its own.
    pub failed: usize,
    /// How many of its entities are worse than before, by their states now.
    pub affected: ImpactCountsReport,
    /// The first way to reach it, as in `chat #payments`; null where none is known.
    pub contact: Option<String>,
}

/// What it takes to keep one entity up.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct KeepReport {
    /// The entity.
    #[serde(rename = "ref")]
    pub entity: String,
    /// Its state after the failure.
    pub health: &'static str,
    /// The smallest set of needs of which softening or doubling all keeps it up; null where that is not
    /// known: it is not down, it failed by itself, or alternatives take part.
    pub smallest_remedy: Option<Vec<RemedyReport>>,
}

fn refs(entities: &[Entity<'_>]) -> Vec<String> {
    entities.iter().map(|entity| ref_of(*entity)).collect()
}

impl From<&RemedyView<'_>> for RemedyReport {
    fn from(remedy: &RemedyView<'_>) -> Self {
        Self { needy: ref_of(remedy.needy), needed: refs(&remedy.needed) }
    }
}

impl From<&Failing<'_>> for FailingReport {
    fn from(failing: &Failing<'_>) -> Self {
        let (entity, meaning) = (ref_of(failing.entity), failing.meaning.name());
        Self { entity, meaning, down: refs(&failing.down) }
    }
}

impl From<&ImpactedEntity<'_>> for ImpactedReport {
    fn from(of: &ImpactedEntity<'_>) -> Self {
        Self {
            entity: ref_of(of.entity),
            health: of.health.name(),
            before: of.before.name(),
            because_of: ref_of(of.because_of),
            by_alternatives: of.by_alternatives,
            kind: of.entity.kind().to_owned(),
            entity_type: of.entity.entity_type().map(str::to_owned),
            tier: tier_of(of.entity),
            owner: of.entity.owner().map(ref_of),
            remedies: of.remedies.iter().map(RemedyReport::from).collect(),
        }
    }
}

impl From<&SpareLost<'_>> for SpareLostReport {
    fn from(spare: &SpareLost<'_>) -> Self {
        Self {
            entity: ref_of(spare.entity),
            strength: spare.strength.name(),
            members: refs(&spare.members),
            lost: refs(&spare.lost),
            working: spare.working,
        }
    }
}

impl From<&KeptUp<'_>> for KeepReport {
    fn from(kept: &KeptUp<'_>) -> Self {
        let remedy = kept.smallest_remedy.as_ref();
        Self {
            entity: ref_of(kept.entity),
            health: kept.health.name(),
            smallest_remedy: remedy.map(|remedy| remedy.iter().map(RemedyReport::from).collect()),
        }
    }
}

impl From<&OwnerToCall<'_>> for OwnerToCallReport {
    fn from(call: &OwnerToCall<'_>) -> Self {
        let contact = call.contacts.first();
        Self {
            owner: ref_of(call.owner),
            failed: call.failed,
            affected: call.affected.into(),
            contact: contact.map(|contact| format!("{} {}", contact.kind.name(), contact.value)),
        }
    }
}

impl ImpactReport {
    /// The report of an answer.
    pub fn new(graph: &CatalogGraph, answer: &ImpactAnswer<'_>) -> Self {
        Self {
            schema_version: SCHEMA_VERSION,
            revision: graph.revision().0,
            failing: answer.failing.iter().map(FailingReport::from).collect(),
            already_down: refs(&answer.already_down),
            before: answer.before.into(),
            after: answer.after.into(),
            total: answer.affected.len(),
            affected: answer.affected.iter().map(ImpactedReport::from).collect(),
            spares_lost: answer.spares_lost.iter().map(SpareLostReport::from).collect(),
            owners: answer.owners.iter().map(OwnerToCallReport::from).collect(),
            unowned: answer.unowned,
            unattended: refs(&answer.unattended),
            keep: answer.keep.as_ref().map(KeepReport::from),
            unknown: UnknownsReport::from(&answer.unknowns),
        }
    }

    fn headline(&self) -> String {
        let names: Vec<String> = self.failing.iter().map(|failing| short(&failing.entity)).collect();
        let what = match names.as_slice() {
            [] => "this".to_owned(),
            names if names.len() > 3 => format!("{} and {} more", names[..3].join(", "), names.len() - 3),
            names => names.join(", "),
        };
        let cannot_act = self.failing.iter().all(|failing| failing.meaning == "cannot-act");
        if cannot_act && !self.failing.is_empty() {
            let unattended = count(self.unattended.len(), "entity has", "entities have");
            return format!("where {what} cannot act, {unattended} nobody to act for them");
        }
        let fails = if names.len() == 1 { "fails" } else { "fail" };
        if self.affected.is_empty() {
            return format!("nothing else is worse where {what} {fails}");
        }
        let of = |health: &str| self.affected.iter().filter(|of| of.health == health).count();
        let critical = self.affected.iter().filter(|of| of.tier.is_some_and(|tier| tier <= 1)).count();
        format!(
            "where {what} {fails}: {} down, {} degraded, {} without a spare; {critical} of these are critical",
            of("down"),
            of("degraded"),
            of("at-risk"),
        )
    }

    fn keep_page(&self, mut page: Page) -> Page {
        let Some(keep) = &self.keep else { return page };
        let name = short(&keep.entity);
        let Some(remedy) = &keep.smallest_remedy else {
            return page.text(match keep.health {
                "down" => format!(
                    "what would keep {name} up in the fewest places is not known: it failed by itself, or \
                     alternatives take part; see its own row"
                ),
                health => format!("{name} is {health}: nothing has to be done to keep it up"),
            });
        };
        page = page.text(format!(
            "to keep {name} up, soften or double {}:",
            count(remedy.len(), "need, the fewest that are enough", "needs, the fewest that are enough"),
        ));
        page.lines(remedy.iter().map(RemedyReport::line).collect())
    }
}

impl RemedyReport {
    fn line(&self) -> String {
        let needed: Vec<String> = self.needed.iter().map(|needed| short(needed)).collect();
        format!("{} → {}", short(&self.needy), needed.join(" or "))
    }
}

impl Report for ImpactReport {
    fn page(&self) -> Page {
        let mut rows =
            Table::new(&["state", "entity", "type", "tier", "owner", "because of", "to keep it up"]);
        for row in &self.affected {
            let one_of = if row.by_alternatives { " (the last of several)" } else { "" };
            let one_of = if row.health == "at-risk" { " (one of several)" } else { one_of };
            let remedies = match row.remedies.as_slice() {
                [] => String::new(),
                [only] if only.needed.len() == 1 => "soften or double that need".into(),
                [only] => format!("a spare beside {}", count(only.needed.len(), "other", "others")),
                several => format!("soften or double {} needs", several.len()),
            };
            rows.push([
                row.health.into(),
                short(&row.entity),
                cell(row.entity_type.as_deref()),
                tier_cell(row.tier),
                ref_cell(row.owner.as_deref()),
                format!("{}{one_of}", short(&row.because_of)),
                remedies,
            ]);
        }
        let mut spares = Table::new(&["spares lost by", "still working", "of", "lost"]);
        for spare in &self.spares_lost {
            let lost: Vec<String> = spare.lost.iter().map(|lost| short(lost)).collect();
            let working = spare.working.to_string();
            spares.push([short(&spare.entity), working, spare.members.len().to_string(), lost.join(", ")]);
        }
        let mut owners = Table::new(&["call", "failed", "down", "degraded", "at risk", "how"]);
        for call in &self.owners {
            owners.push([
                short(&call.owner),
                call.failed.to_string(),
                call.affected.all.down.to_string(),
                call.affected.all.degraded.to_string(),
                call.affected.all.at_risk.to_string(),
                cell(call.contact.as_deref()),
            ]);
        }
        let mut unattended = Table::new(&["nobody acts for"]);
        for entity in &self.unattended {
            unattended.push([short(entity)]);
        }
        let mut page = Page::default().heading(self.headline()).table(rows).table(spares).table(owners);
        page = page.table(unattended);
        if self.unowned > 0 {
            page = page.text(format!("{} no owner", count(self.unowned, "of these has", "of these have")));
        }
        self.unknown.say(self.keep_page(page))
    }

    fn rows(&self) -> Vec<serde_json::Value> {
        self.affected.iter().filter_map(|row| serde_json::to_value(row).ok()).collect()
    }
}
