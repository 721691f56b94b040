//! A proof: the shortest chains of needs between entities, each link with the lines that state it.

use catalog_core::{
    graph::CatalogGraph,
    query::{NeedPaths, NeedStep},
};
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    Page, Report, SCHEMA_VERSION,
    page::count,
    place::{PlaceReport, ref_of, short},
};

/// A proof: the shortest chains of needs.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct NeedPathReport {
    /// The version of this document's form.
    pub schema_version: u32,
    /// The revision of the catalog that answered.
    pub revision: u64,
    /// The entity that the chains were asked for.
    pub target: String,
    /// Whether there is such a chain.
    pub found: bool,
    /// The links of the first chain, each beginning where the one before ends; empty where the target is a
    /// root.
    pub steps: Vec<NeedStepReport>,
    /// All chains that were asked for, the first one included.
    pub paths: Vec<Vec<NeedStepReport>>,
    /// How many shortest chains there are.
    pub count: u64,
    /// Whether there are more than were asked for.
    pub truncated: bool,
}

/// One link of a chain of needs.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct NeedStepReport {
    /// The entity that needs.
    pub from: String,
    /// The entity that is needed.
    pub to: String,
    /// What says so.
    pub because: Vec<NeedReasonReport>,
}

/// A relation that makes one entity need another, with the places that state it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct NeedReasonReport {
    /// The relation's name seen from the entity that needs, as in `dependsOn` or `apiProvidedBy`.
    pub relation: &'static str,
    /// `hard` or `soft`, as stated.
    pub strength: &'static str,
    /// Whether one of several that stand in for each other is enough.
    pub any_of: bool,
    /// The places that state it.
    pub places: Vec<PlaceReport>,
}

impl From<&NeedStep<'_>> for NeedStepReport {
    fn from(step: &NeedStep<'_>) -> Self {
        let because = step.relations.iter().map(|relation| NeedReasonReport {
            relation: if relation.from() == step.from {
                relation.kind().name()
            } else {
                relation.kind().inverse_name()
            },
            strength: relation.strength().name(),
            any_of: relation.any_of().is_some(),
            places: relation.sources().map(|source| PlaceReport::from(&source.origin())).collect(),
        });
        Self { from: ref_of(step.from), to: ref_of(step.to), because: because.collect() }
    }
}

/// A chain of needs, one entity a line, each with what makes the one before it need it.
pub(super) fn proof_lines(steps: &[NeedStepReport]) -> Vec<String> {
    let mut lines: Vec<String> = steps.first().map(|step| short(&step.from)).into_iter().collect();
    for step in steps {
        let because = step.because.iter().map(|reason| {
            let place = reason.places.first().map(PlaceReport::proof).unwrap_or_default();
            let any_of = if reason.any_of { ", one of several" } else { "" };
            format!("{} ({}{any_of}) at {place}", reason.relation, reason.strength)
        });
        let because: Vec<String> = because.collect();
        lines.push(format!("→ {}   {}", short(&step.to), because.join("; ")));
    }
    lines
}

impl NeedPathReport {
    /// The report of an answer.
    pub fn new(graph: &CatalogGraph, target: String, answer: Option<&NeedPaths<'_>>) -> Self {
        let paths: Vec<Vec<NeedStepReport>> = answer
            .map(|answer| {
                answer.paths.iter().map(|path| path.iter().map(NeedStepReport::from).collect()).collect()
            })
            .unwrap_or_default();
        let count = answer.map_or(0, |answer| answer.count);
        Self {
            schema_version: SCHEMA_VERSION,
            revision: graph.revision().0,
            target,
            found: answer.is_some(),
            steps: paths.first().cloned().unwrap_or_default(),
            truncated: count > paths.len() as u64,
            count,
            paths,
        }
    }
}

impl Report for NeedPathReport {
    fn page(&self) -> Page {
        let target = short(&self.target);
        if !self.found {
            return Page::default().text(format!("no chain of needs connects these with {target}"));
        }
        if self.steps.is_empty() {
            return Page::default().text(format!("{target} is itself one of these"));
        }
        let needs = count(self.steps.len(), "need", "needs");
        let mut page = Page::default().heading(match self.count {
            1 => format!("{needs} between them"),
            more => format!("{needs} between them, in {more} ways"),
        });
        for path in &self.paths {
            page = page.lines(proof_lines(path));
        }
        if self.truncated {
            let hidden = self.count - self.paths.len() as u64;
            page = page.text(format!("{hidden} more not shown; `--max-paths NUMBER` shows more"));
        }
        page
    }

    fn rows(&self) -> Vec<serde_json::Value> {
        self.paths.iter().filter_map(|path| serde_json::to_value(path).ok()).collect()
    }
}
