//! What is different between two stores: for a person who merges, and for other programs.

use catalog_core::{
    gaps::{GapDifference, OwnershipGap},
    graph::{Entity, Relation},
    needs::Health,
    query::{
        CycleDifference, EntityChange, Fall, GraphDifference, HealthChange, PartyChange, ReachChange,
        ReachDifference, RelationChange,
    },
};
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    Page, Report, SCHEMA_VERSION, Table,
    page::count,
    place::{cell, ref_of, short, tier_of},
};

/// How many entities the reach of one entity lists as gained, and as lost; the others are counted.
const REACHED_LISTED: usize = 100;

/// What is different between two stores, or between two states of one.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DifferenceReport {
    /// The version of this document's form.
    pub schema_version: u32,
    /// The revision of the store after.
    pub revision: u64,
    /// The revision of the store before. Revisions of two stores say nothing about each other.
    pub revision_before: u64,
    /// Whether anything is different.
    pub different: bool,
    /// Entities that come, go, or are said to be something else.
    pub entities: EntityDifferenceReport,
    /// Relations that come, go, or are said otherwise.
    pub relations: RelationDifferenceReport,
    /// Gaps in ownership that opened and closed.
    pub gaps: GapDifferenceReport,
    /// The entities that need something else than before, or need it otherwise.
    pub needs_changed: Vec<String>,
    /// What is reached now that was not before, and the reverse.
    pub reach: ReachDifferenceReport,
    /// Outside parties and failure domains of which a failure does something else than before.
    pub parties: Vec<PartyChangeReport>,
    /// What the failure that was asked about does otherwise; null where none was.
    pub impact: Option<ImpactDifferenceReport>,
    /// Circles of needs that were closed or broken.
    pub cycles: CycleDifferenceReport,
}

/// Entities that come, go, or are said to be something else.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct EntityDifferenceReport {
    /// Only after, in the order of their refs.
    pub added: Vec<DifferingEntityReport>,
    /// Only before, in the order of their refs.
    pub removed: Vec<DifferingEntityReport>,
    /// Of both, with what is different.
    pub changed: Vec<EntityChangeReport>,
}

/// An entity that only one of the two has.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DifferingEntityReport {
    /// The entity, as a canonical ref.
    #[serde(rename = "ref")]
    pub entity: String,
    /// `declared`, `repository`, `evidence` or `placeholder`.
    pub standing: &'static str,
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

/// An entity of which something else is said.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct EntityChangeReport {
    /// The entity, as a canonical ref.
    #[serde(rename = "ref")]
    pub entity: String,
    /// What is different.
    pub fields: Vec<FieldChangeReport>,
}

/// One thing that is said otherwise.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FieldChangeReport {
    /// `standing`, `kind`, `type`, `lifecycle`, `tier`, `owner`, `system`, `objectives` or `dataClasses`.
    pub field: &'static str,
    /// As it was; null where nothing was said.
    pub before: Option<String>,
    /// As it is; null where nothing is said.
    pub after: Option<String>,
}

/// Relations that come, go, or are said otherwise.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RelationDifferenceReport {
    /// Only after, by `from`, relation and `to`.
    pub gained: Vec<DifferingRelationReport>,
    /// Only before, by `from`, relation and `to`.
    pub lost: Vec<DifferingRelationReport>,
    /// Of both, with what is different.
    pub changed: Vec<RelationChangeReport>,
}

/// A relation as one of the two has it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DifferingRelationReport {
    /// Where it starts.
    pub from: String,
    /// Its name seen from there, as in `dependsOn`.
    pub relation: &'static str,
    /// Where it ends.
    pub to: String,
    /// `declared`, `deployed` or `observed`.
    pub class: &'static str,
    /// `hard` or `soft`; means something only where the one needs the other.
    pub strength: &'static str,
    /// Whether it is one of several needs of which one that works is enough.
    pub any_of: bool,
}

/// A relation that is said otherwise.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RelationChangeReport {
    /// What is different: `class`, `strength`, `alternatives` (what stands in for the other).
    pub changed: Vec<&'static str>,
    /// As it was.
    pub before: DifferingRelationReport,
    /// As it is.
    pub after: DifferingRelationReport,
}

/// Gaps in ownership that opened and closed, known by code and entity.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GapDifferenceReport {
    /// Only after, worst first.
    pub opened: Vec<DifferingGapReport>,
    /// Only before, worst first.
    pub closed: Vec<DifferingGapReport>,
}

/// A gap that only one of the two has.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DifferingGapReport {
    /// The stable code; `schema/codes.md` explains each.
    pub code: &'static str,
    /// `error`, `warning` or `note`.
    pub severity: &'static str,
    /// The entity whose ownership it is about.
    #[serde(rename = "ref")]
    pub subject: String,
    /// What was found.
    pub message: String,
}

/// What entities reach otherwise than before.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReachDifferenceReport {
    /// `dependencies`: what the entities need. `dependents`: what needs them.
    pub direction: &'static str,
    /// Of how many entities the reach was compared.
    pub compared: usize,
    /// Of how many it was not, because there were too many.
    pub left_out: usize,
    /// Those of which it is another one.
    pub changes: Vec<ReachChangeReport>,
}

/// What one entity reaches otherwise than before.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReachChangeReport {
    /// The entity, as a canonical ref.
    #[serde(rename = "ref")]
    pub entity: String,
    /// How many entities it reaches now and did not before.
    pub gained_total: usize,
    /// The first hundred of those, in the order of their refs.
    pub gained: Vec<String>,
    /// How many entities it reached before and does not now.
    pub lost_total: usize,
    /// The first hundred of those, in the order of their refs.
    pub lost: Vec<String>,
}

/// An outside party or failure domain of which a failure does something else.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PartyChangeReport {
    /// The party, as a canonical ref.
    #[serde(rename = "ref")]
    pub entity: String,
    /// What its failure did; all zero where it was not there.
    pub before: FallReport,
    /// What its failure does; all zero where it is not there any more.
    pub after: FallReport,
}

/// How many entities a failure leaves in each state, without what failed by itself.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FallReport {
    /// How many do not work.
    pub down: usize,
    /// How many work in part.
    pub degraded: usize,
    /// How many have lost a spare.
    pub at_risk: usize,
}

/// What a failure does otherwise than before.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ImpactDifferenceReport {
    /// What fails.
    pub failed: Vec<String>,
    /// The entities that are in another state than before, in the order of their refs.
    pub changes: Vec<HealthChangeReport>,
}

/// An entity that a failure leaves in another state than before.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct HealthChangeReport {
    /// The entity, as a canonical ref.
    #[serde(rename = "ref")]
    pub entity: String,
    /// `unaffected`, `at-risk`, `degraded` or `down`; null where it was not there.
    pub before: Option<&'static str>,
    /// The same now; null where it is not there any more.
    pub after: Option<&'static str>,
}

/// Circles of needs that were closed or broken, as refs.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CycleDifferenceReport {
    /// Entities that all need each other now, and did not all before.
    pub closed: Vec<Vec<String>>,
    /// Entities that all needed each other before, and do not all now.
    pub broken: Vec<Vec<String>>,
}

/// What is asked of a difference, beside the difference itself.
#[derive(Debug)]
pub struct DifferenceAnswers<'b, 'a> {
    /// The gaps of both.
    pub gaps: GapDifference,
    /// What is reached otherwise.
    pub reach: ReachDifference<'b, 'a>,
    /// What fails by itself, and what that does otherwise, where it was asked for.
    pub impact: Option<(Vec<String>, Vec<HealthChange<'b, 'a>>)>,
}

impl DifferenceReport {
    /// The report of an answer.
    pub fn new<'g>(difference: &GraphDifference<'g, 'g>, answers: DifferenceAnswers<'g, 'g>) -> Self {
        let DifferenceAnswers { gaps, reach, impact } = answers;
        let parties = difference.parties().iter().map(PartyChangeReport::from).collect();
        Self {
            schema_version: SCHEMA_VERSION,
            revision: difference.after().revision().0,
            revision_before: difference.before().revision().0,
            different: !difference.is_empty() || !gaps.opened.is_empty() || !gaps.closed.is_empty(),
            entities: EntityDifferenceReport {
                added: difference.added.iter().copied().map(DifferingEntityReport::from).collect(),
                removed: difference.removed.iter().copied().map(DifferingEntityReport::from).collect(),
                changed: difference.changed.iter().map(EntityChangeReport::from).collect(),
            },
            relations: RelationDifferenceReport {
                gained: difference.relations_gained.iter().copied().map(relation_report).collect(),
                lost: difference.relations_lost.iter().copied().map(relation_report).collect(),
                changed: difference.relations_changed.iter().map(RelationChangeReport::from).collect(),
            },
            gaps: GapDifferenceReport {
                opened: gaps.opened.iter().map(DifferingGapReport::from).collect(),
                closed: gaps.closed.iter().map(DifferingGapReport::from).collect(),
            },
            needs_changed: difference.needs_changed().map(|pair| pair.name().to_string()).collect(),
            reach: ReachDifferenceReport {
                direction: reach.direction.name(),
                compared: reach.compared,
                left_out: reach.left_out,
                changes: reach.changes.iter().map(ReachChangeReport::from).collect(),
            },
            parties,
            impact: impact.map(|(failed, changes)| ImpactDifferenceReport {
                failed,
                changes: changes.iter().map(HealthChangeReport::from).collect(),
            }),
            cycles: CycleDifferenceReport::from(difference.cycles()),
        }
    }

    fn headline(&self) -> String {
        if !self.different {
            return "nothing is different".into();
        }
        let (entities, relations) = (&self.entities, &self.relations);
        format!(
            "{} added, {} removed, {} changed; {} gained, {} lost, {} changed; {} opened, {} closed",
            count(entities.added.len(), "entity", "entities"),
            entities.removed.len(),
            entities.changed.len(),
            count(relations.gained.len(), "relation", "relations"),
            relations.lost.len(),
            relations.changed.len(),
            count(self.gaps.opened.len(), "gap", "gaps"),
            self.gaps.closed.len(),
        )
    }

    /// Everything that is different, a line each.
    fn lines(&self) -> Vec<DifferenceLine> {
        let mut lines = Vec::new();
        let mut line =
            |change: &'static str, about: &'static str, of: String, before: String, after: String| {
                lines.push(DifferenceLine { change, about, of, before, after });
            };
        for (change, entities) in [("added", &self.entities.added), ("removed", &self.entities.removed)] {
            for entity in entities {
                let said = [entity.entity_type.clone(), entity.owner.as_deref().map(short)];
                let said: Vec<String> = said.into_iter().flatten().collect();
                let (before, after) = on_side(change == "removed", said.join(", "));
                line(change, "entity", short(&entity.entity), before, after);
            }
        }
        for entity in &self.entities.changed {
            for field in &entity.fields {
                let shown = |text: &Option<String>| cell(text.as_deref().map(short).as_deref());
                line(
                    "changed",
                    field.field,
                    short(&entity.entity),
                    shown(&field.before),
                    shown(&field.after),
                );
            }
        }
        for (change, relations) in [("gained", &self.relations.gained), ("lost", &self.relations.lost)] {
            for relation in relations {
                let (before, after) = on_side(change == "lost", relation.said());
                line(change, "relation", relation.named(), before, after);
            }
        }
        for relation in &self.relations.changed {
            line(
                "changed",
                "relation",
                relation.after.named(),
                relation.before.said(),
                relation.after.said(),
            );
        }
        for (change, gaps) in [("opened", &self.gaps.opened), ("closed", &self.gaps.closed)] {
            for gap in gaps {
                let (before, after) = on_side(change == "closed", gap.message.clone());
                line(change, gap.code, short(&gap.subject), before, after);
            }
        }
        for (change, circles) in [("closed", &self.cycles.closed), ("broken", &self.cycles.broken)] {
            for circle in circles {
                let names: Vec<String> = circle.iter().map(|name| short(name)).collect();
                line(change, "circle of needs", names.join(", "), String::new(), String::new());
            }
        }
        for party in &self.parties {
            line("changed", "failure", short(&party.entity), party.before.said(), party.after.said());
        }
        for health in self.impact.iter().flat_map(|impact| &impact.changes) {
            line("changed", "state", short(&health.entity), cell(health.before), cell(health.after));
        }
        lines
    }
}

/// A text in the column of what was, or of what is.
fn on_side(is_before: bool, text: String) -> (String, String) {
    if is_before { (text, String::new()) } else { (String::new(), text) }
}

/// One line of a difference: the rows of NDJSON and of the table.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct DifferenceLine {
    change: &'static str,
    about: &'static str,
    of: String,
    before: String,
    after: String,
}

impl Report for DifferenceReport {
    fn page(&self) -> Page {
        let mut lines = Table::new(&["change", "about", "of", "before", "after"]);
        for line in self.lines() {
            lines.push([line.change.into(), line.about.into(), line.of, line.before, line.after]);
        }
        let mut reach = Table::new(&["entity", "reaches now", "reaches no more"]);
        for change in &self.reach.changes {
            reach.push([
                short(&change.entity),
                few(&change.gained, change.gained_total),
                few(&change.lost, change.lost_total),
            ]);
        }
        let mut page = Page::default().heading(self.headline()).table(lines);
        if !self.reach.changes.is_empty() {
            let what = match self.reach.direction {
                "dependents" => "what needs these is not what it was",
                _ => "what these rest on is not what it was",
            };
            page = page.heading(what).table(reach);
        }
        if self.reach.left_out > 0 {
            page = page.text(format!(
                "{} behind those were not compared; `--reach-max NUMBER` compares more",
                count(self.reach.left_out, "more entity", "more entities")
            ));
        }
        page
    }

    fn rows(&self) -> Vec<serde_json::Value> {
        self.lines().iter().filter_map(|line| serde_json::to_value(line).ok()).collect()
    }
}

/// The first few of some names, and how many more there are.
fn few(names: &[String], total: usize) -> String {
    const SHOWN: usize = 4;
    let shown: Vec<String> = names.iter().take(SHOWN).map(|name| short(name)).collect();
    match total.saturating_sub(SHOWN) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

impl From<Entity<'_>> for DifferingEntityReport {
    fn from(entity: Entity<'_>) -> Self {
        Self {
            entity: ref_of(entity),
            standing: entity.standing().name(),
            kind: entity.kind().to_owned(),
            entity_type: entity.entity_type().map(str::to_owned),
            tier: tier_of(entity),
            owner: entity.owner().map(ref_of),
        }
    }
}

impl From<&EntityChange<'_, '_>> for EntityChangeReport {
    fn from(change: &EntityChange<'_, '_>) -> Self {
        let fields = change.fields.iter().map(|field| FieldChangeReport {
            field: field.field.name(),
            before: field.before.clone(),
            after: field.after.clone(),
        });
        Self { entity: ref_of(change.after), fields: fields.collect() }
    }
}

fn relation_report(relation: Relation<'_>) -> DifferingRelationReport {
    DifferingRelationReport {
        from: ref_of(relation.from()),
        relation: relation.kind().name(),
        to: ref_of(relation.to()),
        class: relation.class().name(),
        strength: relation.strength().name(),
        any_of: relation.any_of().is_some(),
    }
}

impl DifferingRelationReport {
    fn named(&self) -> String {
        format!("{} {} {}", short(&self.from), self.relation, short(&self.to))
    }

    /// What is said of it, where that says anything.
    fn said(&self) -> String {
        let is_need = ["dependsOn", "consumesApi", "deployedTo"].contains(&self.relation);
        let mut said: Vec<&str> = Vec::new();
        said.extend(is_need.then_some(self.strength));
        said.extend(self.any_of.then_some("one of several"));
        said.extend((self.class != "declared").then_some(self.class));
        said.join(", ")
    }
}

impl From<&RelationChange<'_, '_>> for RelationChangeReport {
    fn from(change: &RelationChange<'_, '_>) -> Self {
        Self {
            changed: change.aspects.iter().map(|aspect| aspect.name()).collect(),
            before: relation_report(change.before),
            after: relation_report(change.after),
        }
    }
}

impl From<&OwnershipGap> for DifferingGapReport {
    fn from(gap: &OwnershipGap) -> Self {
        Self {
            code: gap.code,
            severity: gap.severity.name(),
            subject: gap.subject.to_string(),
            message: gap.message.clone(),
        }
    }
}

impl<'g> From<&ReachChange<'g, 'g>> for ReachChangeReport {
    fn from(change: &ReachChange<'g, 'g>) -> Self {
        let listed = |entities: &[Entity<'_>]| -> Vec<String> {
            entities.iter().take(REACHED_LISTED).map(|entity| ref_of(*entity)).collect()
        };
        Self {
            entity: change.root.name().to_string(),
            gained_total: change.gained.len(),
            gained: listed(&change.gained),
            lost_total: change.lost.len(),
            lost: listed(&change.lost),
        }
    }
}

impl<'g> From<&PartyChange<'g, 'g>> for PartyChangeReport {
    fn from(change: &PartyChange<'g, 'g>) -> Self {
        Self {
            entity: change.party.name().to_string(),
            before: change.before.into(),
            after: change.after.into(),
        }
    }
}

impl From<Fall> for FallReport {
    fn from(fall: Fall) -> Self {
        Self { down: fall.down, degraded: fall.degraded, at_risk: fall.at_risk }
    }
}

impl FallReport {
    fn said(self) -> String {
        format!("{} down, {} degraded, {} at risk", self.down, self.degraded, self.at_risk)
    }
}

impl<'g> From<&HealthChange<'g, 'g>> for HealthChangeReport {
    fn from(change: &HealthChange<'g, 'g>) -> Self {
        Self {
            entity: change.entity.name().to_string(),
            before: change.before.map(Health::name),
            after: change.after.map(Health::name),
        }
    }
}

impl From<CycleDifference<'_, '_>> for CycleDifferenceReport {
    fn from(cycles: CycleDifference<'_, '_>) -> Self {
        let names = |circles: Vec<Vec<Entity<'_>>>| {
            circles.into_iter().map(|circle| circle.into_iter().map(ref_of).collect()).collect()
        };
        Self { closed: names(cycles.closed), broken: names(cycles.broken) }
    }
}
