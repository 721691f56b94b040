//! What is different between two stores: for a person who merges, and for other programs.

mod consequences;
pub(in crate::report) mod said;

use catalog_core::{
    gaps::GapDifference,
    query::{GraphDifference, HealthChange, ReachDifference},
};
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    Page, Report, SCHEMA_VERSION, Table,
    page::count,
    place::{cell, short},
};

use consequences::{
    CycleDifferenceReport, HealthChangeReport, ImpactDifferenceReport, PartyChangeReport, ReachChangeReport,
    ReachDifferenceReport,
};
use said::{
    DifferingEntityReport, DifferingGapReport, EntityChangeReport, EntityDifferenceReport,
    GapDifferenceReport, RelationChangeReport, RelationDifferenceReport, relation_report,
};

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
