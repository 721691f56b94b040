//! Who answers for an entity, on one screen.

use catalog_core::{
    gaps::{ExemptedGap, OwnershipGap},
    graph::{CatalogGraph, OwnershipClaim},
    model::Timestamp,
    query::{DependentsInBrief, Freshness, OwnershipAnswer, responsibilities},
};
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    Page, Report, SCHEMA_VERSION,
    age::ago,
    escalation::{EscalationReport, GuideReport, table},
    gaps::OwnershipGapReport,
    last_change::LastChangeReport,
    page::count,
    place::{PlaceReport, StaleReport, ref_of, short, tier_of},
    responsibility::ResponsibilityReport,
};
use crate::clock::rfc3339;

/// Who answers for an entity.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OwnershipReport {
    /// The version of this document's form.
    pub schema_version: u32,
    /// The revision of the catalog that answered.
    pub revision: u64,
    /// The entity asked about.
    #[serde(rename = "ref")]
    pub entity: String,
    /// What was asked, where that is a close name or an address; null where the entity was named.
    pub read_from: Option<String>,
    /// Its tier; null where it has none.
    pub tier: Option<u8>,
    /// The accountable team or person; null where nobody is named.
    pub owner: Option<String>,
    /// Whether a manifest declares that owner; null where there is none.
    pub owner_declared: Option<bool>,
    /// Every ground for an ownership, strongest first.
    pub claims: Vec<ClaimReport>,
    /// Whom to call, first to last, and who is next where a step leads nowhere.
    pub escalation: Vec<EscalationReport>,
    /// How many further steps there are.
    pub escalation_left_out: usize,
    /// On-call contacts that contradict each other.
    pub contradictions: Vec<GuideReport>,
    /// Runbooks, dashboards and documentation, of the entity and of its owner.
    pub guides: Vec<GuideReport>,
    /// What depends on it.
    pub dependents: DependentsReport,
    /// What changed last; null where the history is not known.
    pub last_change: Option<LastChangeReport>,
    /// The open gaps in its ownership and in its owner.
    pub gaps: Vec<OwnershipGapReport>,
    /// How many gaps the settings leave open.
    pub gaps_exempted: usize,
    /// Who watches it, sets its objectives, decides on its breaking changes and answers for its service level.
    pub responsibilities: Vec<ResponsibilityReport>,
    /// Set where what is known is of an earlier commit.
    pub staleness: Option<StaleReport>,
    /// When it was asked, from which the ages are counted.
    #[serde(skip)]
    now: Timestamp,
}

/// A ground for an ownership.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ClaimReport {
    /// The owner, as a canonical ref.
    pub owner: String,
    /// The owner as an ownership file writes it; null where it is written as a ref.
    pub written: Option<String>,
    /// `declared` by the entity's manifest, by one of an `other-catalog`, by a `path-rule` of an ownership
    /// file, or by `evidence` of what runs.
    pub ground: &'static str,
    /// Where it stands.
    pub origin: PlaceReport,
    /// When that commit was made, as RFC 3339 in UTC; null where that is not known.
    pub committed_at: Option<String>,
    /// When the repository was last read with success, as RFC 3339 in UTC.
    pub observed_at: Option<String>,
    #[serde(skip)]
    freshness: Freshness,
}

/// What depends on an entity.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DependentsReport {
    /// How many entities need it, at any distance.
    pub total: usize,
    /// How many of them are of tier 0 or 1.
    pub critical: usize,
    /// The first of them, critical ones first, then by tier and distance; at most five.
    pub first: Vec<DependentReport>,
    /// How many owners they have.
    pub team_count: usize,
    /// The owners with most of them; at most five.
    pub teams: Vec<TeamReport>,
    /// How many of them nobody owns.
    pub unowned: usize,
}

/// An entity that needs another.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DependentReport {
    /// The entity.
    #[serde(rename = "ref")]
    pub entity: String,
    /// Its tier; null where it has none.
    pub tier: Option<u8>,
    /// Its owner; null where it has none.
    pub owner: Option<String>,
}

/// An owner of dependents.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TeamReport {
    /// The owner.
    #[serde(rename = "ref")]
    pub entity: String,
    /// How many of the dependents are theirs.
    pub affected: usize,
}

impl ClaimReport {
    /// The report of a claim of a graph.
    pub fn new(graph: &CatalogGraph, claim: &OwnershipClaim) -> Self {
        let freshness = Freshness::of(graph, &claim.origin);
        Self {
            owner: claim.owner.to_string(),
            written: claim.written.as_ref().map(ToString::to_string),
            ground: claim.ground.name(),
            origin: PlaceReport::from(&claim.origin),
            committed_at: freshness.committed_at.map(rfc3339),
            observed_at: freshness.observed_at.map(rfc3339),
            freshness,
        }
    }

    /// The claim as one line with its proof.
    pub(super) fn line(&self) -> String {
        let written =
            self.written.as_ref().map(|written| format!(" (written `{written}`)")).unwrap_or_default();
        format!("{} {}{written} at {}", self.ground, short(&self.owner), self.origin.proof())
    }

    /// The same with how old it is.
    pub(super) fn line_with_age(&self, now: Timestamp) -> String {
        let committed = self.freshness.committed_at.map(|at| format!(", committed {}", ago(now, at)));
        let read = match (&self.freshness.stale, self.freshness.observed_at) {
            (Some(stale), _) => format!(", not readable since {}", ago(now, stale.since).replace(" ago", "")),
            (None, Some(at)) => format!(", read {}", ago(now, at)),
            (None, None) => String::new(),
        };
        self.line() + &committed.unwrap_or_default() + &read
    }
}

impl DependentsReport {
    fn new(dependents: &DependentsInBrief<'_>) -> Self {
        let dependent = |entity: &catalog_core::graph::Entity<'_>| DependentReport {
            entity: ref_of(*entity),
            tier: tier_of(*entity),
            owner: entity.owner().map(ref_of),
        };
        Self {
            total: dependents.total,
            critical: dependents.critical,
            first: dependents.first.iter().map(dependent).collect(),
            team_count: dependents.team_count,
            teams: dependents
                .teams
                .iter()
                .map(|share| TeamReport { entity: ref_of(share.entity), affected: share.affected })
                .collect(),
            unowned: dependents.unowned,
        }
    }

    fn lines(&self) -> Vec<String> {
        if self.total == 0 {
            return vec!["nothing that the catalog knows".to_owned()];
        }
        let more = |named: usize, all: usize| if named < all { ", …" } else { "" };
        let first = self.first.iter().map(|dependent| match dependent.tier {
            Some(tier) => format!("{} (tier {tier})", short(&dependent.entity)),
            None => short(&dependent.entity),
        });
        let critical =
            if self.critical > 0 { format!(", {} critical", self.critical) } else { String::new() };
        let mut lines = vec![format!(
            "{}{critical}: {}{}",
            count(self.total, "entity", "entities"),
            first.collect::<Vec<_>>().join(", "),
            more(self.first.len(), self.total)
        )];
        if self.team_count > 0 {
            let teams = self.teams.iter().map(|team| format!("{} {}", short(&team.entity), team.affected));
            lines.push(format!(
                "of {}: {}{}",
                count(self.team_count, "owner", "owners"),
                teams.collect::<Vec<_>>().join(", "),
                more(self.teams.len(), self.team_count)
            ));
        }
        lines
    }
}

impl OwnershipReport {
    /// The report of an answer, with the gaps about it and those that are left open, at a moment.
    pub fn new(
        answer: &OwnershipAnswer<'_>,
        (gaps, exempted): &(Vec<OwnershipGap>, Vec<ExemptedGap>),
        now: Timestamp,
    ) -> Self {
        let graph = answer.entity.graph();
        Self {
            schema_version: SCHEMA_VERSION,
            revision: graph.revision().0,
            entity: ref_of(answer.entity),
            read_from: None,
            tier: tier_of(answer.entity),
            owner: answer.owner.map(ref_of),
            owner_declared: answer.owner.map(|owner| !owner.is_placeholder()),
            claims: answer.claims.iter().map(|claim| ClaimReport::new(graph, claim)).collect(),
            escalation: EscalationReport::steps(&answer.escalation),
            escalation_left_out: answer.escalation.steps_left_out,
            contradictions: answer.contradictions.iter().map(GuideReport::from).collect(),
            guides: answer.guides.iter().map(GuideReport::from).collect(),
            dependents: DependentsReport::new(&answer.dependents),
            last_change: answer.last_change.as_ref().map(LastChangeReport::from),
            gaps: gaps.iter().map(OwnershipGapReport::from).collect(),
            gaps_exempted: exempted.len(),
            responsibilities: responsibilities(answer.entity)
                .iter()
                .map(ResponsibilityReport::from)
                .collect(),
            staleness: answer.entity.staleness().as_ref().map(StaleReport::from),
            now,
        }
    }

    /// The same, saying from which word the entity was read.
    #[must_use]
    pub fn read_from(mut self, word: &str) -> Self {
        self.read_from = Some(word.to_owned());
        self
    }

    fn heading(&self) -> String {
        let entity = short(&self.entity);
        match (&self.owner, self.owner_declared) {
            (Some(owner), Some(true)) => format!("{entity} is owned by {}", short(owner)),
            (Some(owner), _) => {
                format!("{entity} names {} as its owner, which no manifest declares", short(owner))
            }
            (None, _) if self.answers_itself() => format!("{entity} answers for itself"),
            (None, _) => format!("{entity} has no owner"),
        }
    }

    /// Whether it is a group or a person, who need no owner.
    fn answers_itself(&self) -> bool {
        self.entity.starts_with("group:") || self.entity.starts_with("user:")
    }

    /// What is said beside whom to call: a name with its lines each, in one column.
    fn facts(&self) -> Vec<(String, String)> {
        let mut facts = Vec::new();
        let mut add = |name: &str, lines: Vec<String>| {
            for (position, line) in lines.into_iter().enumerate() {
                facts.push((if position == 0 { name.to_owned() } else { String::new() }, line));
            }
        };
        add("because", self.claims.iter().map(|claim| claim.line_with_age(self.now)).collect());
        if !self.contradictions.is_empty() {
            let named = self.contradictions.iter().map(|guide| {
                let place = guide.contact.origin.as_ref().map(PlaceReport::short).unwrap_or_default();
                format!("{} ({} at {place})", guide.contact.value, guide.contact.source)
            });
            let named: Vec<String> = named.collect();
            add("beware", vec![format!("more than one on-call is named: {}", named.join(", "))]);
        }
        let guides = self.guides.iter();
        add(
            "look at",
            guides.map(|guide| format!("{} {}", guide.contact.kind, guide.contact.value)).collect(),
        );
        add("needed by", self.dependents.lines());
        if let Some(change) = &self.last_change {
            add("last change", vec![change.sentence()]);
        }
        let gap = |gap: &OwnershipGapReport| format!("{}[{}] {}", gap.severity, gap.code, gap.message);
        add("gaps", self.gaps.iter().map(gap).collect());
        if self.gaps_exempted > 0 {
            let many = count(self.gaps_exempted, "gap is", "gaps are");
            add("exempted", vec![format!("{many} left open by the settings")]);
        }
        if let Some(staleness) = &self.staleness {
            add("note", vec![staleness.sentence()]);
        }
        facts
    }
}

impl Report for OwnershipReport {
    fn page(&self) -> Page {
        let mut page = Page::default();
        if let Some(word) = &self.read_from {
            page = page.text(format!("read `{word}` as {}", short(&self.entity)));
        }
        let (steps, left_out) = table(&self.escalation, self.escalation_left_out);
        let is_reached = self.escalation.iter().any(|step| step.obstacle.is_none());
        let facts = self.facts();
        page = page.heading(self.heading()).table(steps);
        if !is_reached {
            page = page.text(
                "nobody can be called: no step names an on-call, a chat or an address that is answered",
            );
        }
        left_out.into_iter().fold(page, Page::text).facts(facts)
    }

    fn rows(&self) -> Vec<serde_json::Value> {
        serde_json::to_value(self).into_iter().collect()
    }
}
