//! Who owns what: by team, by system, by person, and entity by entity with its ground and place.

use catalog_core::{
    census::{ContactReach, CountedEntity, OwnershipCensus, ownership_census},
    gaps::ownership_gaps,
    model::Stale,
    needs::Precision,
};
use schemars::JsonSchema;
use serde::Serialize;

use crate::report::{
    Bars, Page, Report, SCHEMA_VERSION, Table,
    gaps::CoverageReport,
    page::{count, grouped},
    place::{PlaceReport, StaleReport, cell, ref_cell, ref_of, short, tier_cell, tier_of},
};

use super::{
    BARS_SHOWN, Inputs,
    counts::{SEVERITY_PARTS, STANDING_PARTS, SeverityCountsReport, StandingCountsReport, standing_cell},
    coverage,
    evidence::EvidenceReport,
};

/// How many of the entities that nobody owns a page lists as the ones that most rests on.
const UNOWNED_SHOWN: usize = 20;

/// Ownership as a document.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OwnershipCensusReport {
    /// The version of this document's form.
    pub schema_version: u32,
    /// The revision of the catalog that answered.
    pub revision: u64,
    /// How much of the organisation the numbers are taken from.
    pub coverage: CoverageReport,
    /// The entities that must have an owner, by whether they have one.
    pub standings: StandingCountsReport,
    /// Of the critical ones of them the same.
    pub critical: StandingCountsReport,
    /// Everybody who owns any of them, those with the most first, then by ref.
    pub teams: Vec<TeamReport>,
    /// Declared groups that own none of them.
    pub teams_without_entities: usize,
    /// The systems and domains with parts, in the order of their refs.
    pub systems: Vec<WholeReport>,
    /// How many of the entities are a part of no system and no domain.
    pub without_system: usize,
    /// Owners behind whom there is one person only, those with the most critical entities first.
    pub sole_persons: Vec<SolePersonReport>,
    /// The refs of the entities that nobody owns, those that most others need first.
    pub unowned: Vec<String>,
    /// Whether `dependents` are exact; false where they are an estimate.
    pub dependents_exact: bool,
    /// The entities that must have an owner, in the order of their refs.
    pub entities: Vec<OwnedEntityReport>,
    /// What all this rests on.
    pub evidence: EvidenceReport,
}

/// What a team answers for.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TeamReport {
    /// The team or person.
    #[serde(rename = "ref")]
    pub team: String,
    /// Whether a manifest declares it.
    pub declared: bool,
    /// How many entities it owns.
    pub entities: usize,
    /// How many of these are critical.
    pub critical: usize,
    /// Gaps that it has to see to.
    pub gaps: SeverityCountsReport,
    /// Who is reached about what it owns.
    pub reach: ReachReport,
}

/// Who is reached.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReachReport {
    /// `on-call`, `contact` (a chat channel or an address), or `nobody`.
    pub level: &'static str,
    /// The entity whose contact it is; null where nobody is reached.
    pub through: Option<String>,
}

/// What lies in a system or domain.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct WholeReport {
    /// The system or domain.
    #[serde(rename = "ref")]
    pub whole: String,
    /// Its own owner.
    pub owner: Option<String>,
    /// Its parts that must have an owner, by whether they have one.
    pub standings: StandingCountsReport,
    /// How many of these are critical.
    pub critical: usize,
    /// Gaps about its parts.
    pub gaps: SeverityCountsReport,
}

/// An owner behind whom there is one person only.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SolePersonReport {
    /// The person.
    pub person: String,
    /// The owner: the person, or a group without anybody else.
    pub owner: String,
    /// How many entities rest on that person in this way.
    pub entities: usize,
    /// How many of these are critical.
    pub critical: usize,
}

/// One entity that must have an owner.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OwnedEntityReport {
    /// The entity.
    #[serde(rename = "ref")]
    pub entity: String,
    /// `spec.type`.
    #[serde(rename = "type")]
    pub entity_type: Option<String>,
    /// The tier, 0 to 4; null where none is declared.
    pub tier: Option<u8>,
    /// The system or domain that it is a part of.
    pub system: Option<String>,
    /// `owned`, `owner-undeclared`, `unowned` or `unknown`.
    pub standing: &'static str,
    /// The owner; null where there is none.
    pub owner: Option<String>,
    /// The ground of the ownership: `declared`, `other-catalog`, `path-rule` or `evidence`.
    pub ground: Option<&'static str>,
    /// Where the owner is named; without an owner, where the entity is declared.
    pub place: Option<PlaceReport>,
    /// Who is reached about it.
    pub reach: ReachReport,
    /// How many entities transitively need it.
    pub dependents: usize,
    /// Gaps about it.
    pub gaps: SeverityCountsReport,
    /// Set where what is known is of an earlier commit.
    pub staleness: Option<StaleReport>,
}

impl From<ContactReach<'_>> for ReachReport {
    fn from(reach: ContactReach<'_>) -> Self {
        Self { level: reach.level.name(), through: reach.through.map(ref_of) }
    }
}

impl ReachReport {
    fn cell(&self) -> String {
        match &self.through {
            Some(through) => format!("{} through {}", self.level, short(through)),
            None => self.level.into(),
        }
    }
}

impl From<&CountedEntity<'_>> for OwnedEntityReport {
    fn from(row: &CountedEntity<'_>) -> Self {
        let entity = row.entity;
        let named = row.claim.as_ref().map(|claim| PlaceReport::from(&claim.origin));
        let declared = || entity.declaration().map(|declaration| PlaceReport::from(&declaration.origin()));
        Self {
            entity: ref_of(entity),
            entity_type: entity.entity_type().map(str::to_owned),
            tier: tier_of(entity),
            system: entity.system().map(ref_of),
            standing: row.standing.name(),
            owner: entity.owner().map(ref_of),
            ground: row.claim.as_ref().map(|claim| claim.ground.name()),
            place: named.or_else(declared),
            reach: row.reach.into(),
            dependents: row.dependents,
            gaps: row.gaps.into(),
            staleness: entity.staleness().as_ref().map(|stale: &Stale| StaleReport::from(stale)),
        }
    }
}

impl OwnershipCensusReport {
    /// The report of a catalog's ownership.
    pub fn new(inputs: Inputs<'_>) -> Self {
        let graph = inputs.question.graph;
        let census = ownership_census(graph, &ownership_gaps(inputs.question));
        let teams = census.teams.iter().map(|team| TeamReport {
            team: ref_of(team.team),
            declared: !team.team.is_placeholder(),
            entities: team.entities,
            critical: team.critical,
            gaps: team.gaps.into(),
            reach: team.reach.into(),
        });
        let systems = census.wholes.iter().map(|whole| WholeReport {
            whole: ref_of(whole.whole),
            owner: whole.whole.owner().map(ref_of),
            standings: whole.standings.into(),
            critical: whole.critical,
            gaps: whole.gaps.into(),
        });
        let sole_persons = census.sole_persons.iter().map(|sole| SolePersonReport {
            person: ref_of(sole.person),
            owner: ref_of(sole.owner),
            entities: sole.entities,
            critical: sole.critical,
        });
        Self {
            schema_version: SCHEMA_VERSION,
            revision: graph.revision().0,
            coverage: CoverageReport::from(&census.coverage),
            standings: census.standings.into(),
            critical: census.critical.into(),
            teams: teams.collect(),
            teams_without_entities: census.teams_without_entities,
            systems: systems.collect(),
            without_system: census.without_whole,
            sole_persons: sole_persons.collect(),
            unowned: unowned(&census),
            dependents_exact: census.precision == Precision::Exact,
            entities: census.entities.iter().map(OwnedEntityReport::from).collect(),
            evidence: inputs.into(),
        }
    }

    fn headline(&self) -> String {
        format!(
            "{} must have an owner: {}; {} of them are critical: {}",
            count(self.standings.total(), "entity", "entities"),
            self.standings.sentence(),
            grouped(self.critical.total()),
            self.critical.sentence(),
        )
    }

    fn teams_table(&self) -> Table {
        let mut table = Table::new(&[
            "team", "declared", "entities", "critical", "errors", "warnings", "notes", "reached",
        ])
        .with_numbers(&["entities", "critical", "errors", "warnings", "notes"]);
        for team in &self.teams {
            let [errors, warnings, notes] = team.gaps.cells();
            table.push([
                short(&team.team),
                if team.declared { "yes".into() } else { "no".into() },
                team.entities.to_string(),
                team.critical.to_string(),
                errors,
                warnings,
                notes,
                team.reach.cell(),
            ]);
        }
        table
    }

    fn systems_table(&self) -> Table {
        let names = STANDING_PARTS.map(|(name, _)| name);
        let [owned, undeclared, unowned, unknown] = names;
        let numbers = [owned, undeclared, unowned, unknown, "critical", "errors", "warnings", "notes"];
        let columns: Vec<&'static str> = ["system or domain", "owner"].into_iter().chain(numbers).collect();
        let mut table = Table::new(&columns).with_numbers(&numbers);
        for system in &self.systems {
            let [owned, undeclared, unowned, unknown] =
                system.standings.parts().map(|count| count.to_string());
            let [errors, warnings, notes] = system.gaps.cells();
            table.push([
                short(&system.whole),
                ref_cell(system.owner.as_deref()),
                owned,
                undeclared,
                unowned,
                unknown,
                system.critical.to_string(),
                errors,
                warnings,
                notes,
            ]);
        }
        table
    }

    fn sole_table(&self) -> Table {
        let mut table =
            Table::new(&["person", "behind", "entities", "critical"]).with_numbers(&["entities", "critical"]);
        for sole in &self.sole_persons {
            let behind =
                if sole.person == sole.owner { "(owns them directly)".into() } else { short(&sole.owner) };
            table.push([short(&sole.person), behind, sole.entities.to_string(), sole.critical.to_string()]);
        }
        table
    }

    fn unowned_table(&self) -> Table {
        let mut table = Table::new(&["entity", "type", "tier", "needed by", "place"])
            .with_numbers(&["tier", "needed by"]);
        for name in self.unowned.iter().take(UNOWNED_SHOWN) {
            // Both lists are of one census: the entities are in the order of their refs.
            let row = self.entities.binary_search_by(|row| row.entity.cmp(name)).ok();
            let Some(row) = row.map(|row| &self.entities[row]) else { continue };
            table.push([
                short(&row.entity),
                cell(row.entity_type.as_deref()),
                tier_cell(row.tier),
                row.dependents.to_string(),
                cell(row.place.as_ref().map(PlaceReport::short).as_deref()),
            ]);
        }
        table
    }

    fn entities_table(&self) -> Table {
        let mut table = Table::new(&[
            "entity",
            "type",
            "tier",
            "system",
            "standing",
            "owner",
            "ground",
            "place",
            "commit",
            "reached",
            "needed by",
            "errors",
            "warnings",
            "notes",
            "stale since",
        ])
        .with_numbers(&["tier", "needed by", "errors", "warnings", "notes"]);
        for row in &self.entities {
            let [errors, warnings, notes] = row.gaps.cells();
            table.push([
                short(&row.entity),
                cell(row.entity_type.as_deref()),
                tier_cell(row.tier),
                ref_cell(row.system.as_deref()),
                standing_cell(row.standing).into(),
                ref_cell(row.owner.as_deref()),
                cell(row.ground),
                cell(row.place.as_ref().map(PlaceReport::short).as_deref()),
                cell(row.place.as_ref().and_then(PlaceReport::short_commit)),
                row.reach.cell(),
                row.dependents.to_string(),
                errors,
                warnings,
                notes,
                cell(row.staleness.as_ref().map(|stale| stale.since.as_str())),
            ]);
        }
        table
    }

    fn teams_part(&self, page: Page) -> Page {
        let mut gaps = Bars::new("gaps by team and severity", "team", SEVERITY_PARTS).told_in_a_table();
        let mut worst: Vec<&TeamReport> = self.teams.iter().filter(|team| team.gaps.total() > 0).collect();
        worst.sort_by_key(|team| std::cmp::Reverse(team.gaps.parts()));
        for team in worst.iter().take(BARS_SHOWN) {
            gaps.push(short(&team.team), team.gaps.parts());
        }
        let mut remarks = Vec::new();
        if worst.len() > BARS_SHOWN {
            remarks.push(format!("the picture shows the first {BARS_SHOWN} of {} with gaps", worst.len()));
        }
        if self.teams_without_entities > 0 {
            let groups = count(self.teams_without_entities, "declared group owns", "declared groups own");
            remarks.push(format!("{groups} none of the entities"));
        }
        page.heading("Teams").bars(gaps).table(self.teams_table()).lines(remarks)
    }

    fn systems_part(&self, page: Page) -> Page {
        let mut bars =
            Bars::new("entities by system or domain", "system or domain", STANDING_PARTS).told_in_a_table();
        let mut largest: Vec<&WholeReport> = self.systems.iter().collect();
        largest.sort_by_key(|system| std::cmp::Reverse(system.standings.total()));
        for system in largest.iter().take(BARS_SHOWN) {
            bars.push(short(&system.whole), system.standings.parts());
        }
        let without = count(self.without_system, "entity is", "entities are");
        page.heading("Systems and domains")
            .bars(bars)
            .table(self.systems_table())
            .lines(vec![format!("{without} a part of no system and no domain")])
    }
}

fn unowned(census: &OwnershipCensus<'_>) -> Vec<String> {
    census.unowned_by_dependents().into_iter().map(|row| ref_of(row.entity)).collect()
}

impl Report for OwnershipCensusReport {
    fn page(&self) -> Page {
        let page = Page::default().heading("Ownership").text(self.headline());
        let shown = [("all", self.standings), ("critical", self.critical)];
        let mut page = coverage::lay_out(page, &self.coverage, &shown);
        page = self.teams_part(page);
        page = self.systems_part(page);
        if !self.sole_persons.is_empty() {
            page = page
                .heading("Resting on one person")
                .text("owners that are one person, and groups in which there is only one: nobody else answers when that person is away")
                .table(self.sole_table());
        }
        if !self.unowned.is_empty() {
            let shown = UNOWNED_SHOWN.min(self.unowned.len());
            let about = if self.dependents_exact { "" } else { "; the counts are estimates" };
            page = page
                .heading("Unowned, by how much needs it")
                .text(format!(
                    "the first {shown} of {}{about}",
                    count(self.unowned.len(), "entity", "entities")
                ))
                .table(self.unowned_table());
        }
        if !self.entities.is_empty() {
            page = page.heading("Entities");
        }
        self.evidence.lay_out(page.main_table(self.entities_table()))
    }

    fn rows(&self) -> Vec<serde_json::Value> {
        self.entities.iter().filter_map(|row| serde_json::to_value(row).ok()).collect()
    }
}
