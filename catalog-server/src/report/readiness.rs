//! What policies say of entities: level by level, with what to do next.

use std::collections::BTreeMap;

use catalog_core::{
    graph::CatalogGraph,
    model::Timestamp,
    readiness::{Assessment, CheckVerdict, EntityReadiness, Outcome, Policy, PolicyFault},
};
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    Page, Report, SCHEMA_VERSION, Table,
    page::count,
    place::{PlaceReport, cell, ref_cell, ref_of, short, tier_of},
};
use crate::clock::rfc3339;

/// Up to how many verdicts are shown with every check, instead of as rows of a table.
const SHOWN_WHOLE_MAX: usize = 3;

/// What policies say of entities. As the input of another policy engine, `input.entities[]` has a row for
/// each entity and policy, with `input.entities[].checks[].verdict`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReadinessReport {
    /// The version of this document's form.
    pub schema_version: u32,
    /// The revision of the catalog that answered.
    pub revision: u64,
    /// When it was asked, as RFC 3339 in UTC: ages are counted to this moment.
    pub asked_at: String,
    /// `passed`, `failed`, `could-not-decide`, or `not-applicable` where no policy is about what was asked:
    /// failed if anything failed, else `could-not-decide` if anything could not be decided.
    pub outcome: &'static str,
    /// The policies that were asked.
    pub policies: Vec<PolicyReport>,
    /// What is wrong with policies that could not be asked.
    pub faults: Vec<PolicyFaultReport>,
    /// What is said, by policy, then by ref; entities that a policy is not about are left out.
    pub entities: Vec<EntityReadinessReport>,
}

/// A policy, with how many entities came how far.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PolicyReport {
    /// Its name.
    pub name: String,
    /// What it is called.
    pub title: Option<String>,
    /// The level that was asked for.
    pub required: String,
    /// How many entities passed.
    pub passed: usize,
    /// How many failed.
    pub failed: usize,
    /// Of how many it could not be decided.
    pub undecided: usize,
    /// How many of those that were asked about it is not about.
    pub not_applicable: usize,
    /// The levels, each with its checks and with how many entities reached it and no higher one.
    pub levels: Vec<LevelReport>,
    /// How many entities reached no level.
    pub without_level: usize,
    /// The same by team, the one with most that failed first, then by ref.
    pub teams: Vec<TeamReadinessReport>,
}

/// A level of a policy.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LevelReport {
    /// Its name.
    pub name: String,
    /// How many entities reached it and no higher one.
    pub entities: usize,
    /// What is checked.
    pub checks: Vec<CheckReport>,
}

/// A check of a policy, in words.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CheckReport {
    /// Its name within the policy.
    pub id: String,
    /// What is asked.
    pub title: String,
    /// Why it matters.
    pub why: String,
    /// What to do where it fails.
    pub remedy: String,
    /// Where it stands, as `file:line`.
    pub place: String,
}

/// How the entities of a team stand.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TeamReadinessReport {
    /// The owner; null for what nobody owns.
    pub owner: Option<String>,
    /// How many entities passed.
    pub passed: usize,
    /// How many failed.
    pub failed: usize,
    /// Of how many it could not be decided.
    pub undecided: usize,
    /// How many reached each level and no higher one, in the order of the levels.
    pub levels: Vec<usize>,
    /// How many reached none.
    pub without_level: usize,
}

/// Something in a policy that is not understood.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PolicyFaultReport {
    /// The policy, as far as its name is known.
    pub policy: String,
    /// The file.
    pub file: String,
    /// The line, from 1; 0 where the whole file is meant.
    pub line: u32,
    /// The column in characters, from 1; 0 where the whole line is meant.
    pub column: u32,
    /// What was found and what was expected.
    pub message: String,
}

/// What one policy says of one entity.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct EntityReadinessReport {
    /// The entity, as a canonical ref.
    #[serde(rename = "ref")]
    pub entity: String,
    /// Its kind as declared.
    pub kind: String,
    /// Its type.
    #[serde(rename = "type")]
    pub entity_type: Option<String>,
    /// Its tier, 0 to 4.
    pub tier: Option<u8>,
    /// Its owner.
    pub owner: Option<String>,
    /// The policy.
    pub policy: String,
    /// `passed`, `failed`, `could-not-decide` or `not-applicable`, at the level that was asked for.
    pub outcome: &'static str,
    /// The highest level that it reached.
    pub reached: Option<String>,
    /// The first level that it did not reach.
    pub next: Option<String>,
    /// Why it is not known whether the policy is about it; then there are no checks.
    pub undecided: Option<String>,
    /// The checks of the levels that it reached and of the next one.
    pub checks: Vec<CheckVerdictReport>,
    /// What keeps it from the next level, by the ids of checks: what failed, then what could not be decided.
    pub missing: Vec<String>,
}

/// What is said of one check of one entity.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CheckVerdictReport {
    /// The level.
    pub level: String,
    /// The check's id.
    pub id: String,
    /// `passed`, `failed`, `not-applicable`, `exempted` or `could-not-decide`.
    pub verdict: &'static str,
    /// Why; left out of long lists where it passed.
    pub reason: String,
    /// The places that it rests on, or where something is to be added.
    pub origins: Vec<PlaceReport>,
}

/// What was asked of one policy: the answers, with the place of the level that they are held against.
#[derive(Clone, Debug)]
pub struct Assessed<'g, 'p> {
    /// The answers.
    pub assessment: Assessment<'g, 'p>,
    /// The place of the level.
    pub required: usize,
}

impl From<&PolicyFault> for PolicyFaultReport {
    fn from(fault: &PolicyFault) -> Self {
        Self {
            policy: fault.policy.to_string(),
            file: fault.file.to_string(),
            line: fault.line,
            column: fault.column,
            message: fault.message.clone(),
        }
    }
}

impl PolicyFaultReport {
    /// `file:line:column`, as far as it is known.
    pub(super) fn place(&self) -> String {
        match self.line {
            0 => self.file.clone(),
            line => format!("{}:{line}:{}", self.file, self.column),
        }
    }
}

fn check_verdict(level: &str, check: &CheckVerdict<'_>) -> CheckVerdictReport {
    CheckVerdictReport {
        level: level.to_owned(),
        id: check.check.id.to_string(),
        verdict: check.verdict.name(),
        reason: check.reason.to_string(),
        origins: check.origins.iter().map(PlaceReport::from).collect(),
    }
}

impl EntityReadinessReport {
    fn new(answer: &EntityReadiness<'_, '_>, required: usize) -> Self {
        let level = |place: usize| answer.policy.levels[place].name.to_string();
        let levels = answer.levels.iter();
        Self {
            entity: ref_of(answer.entity),
            kind: answer.entity.kind().to_owned(),
            entity_type: answer.entity.entity_type().map(str::to_owned),
            tier: tier_of(answer.entity),
            owner: answer.entity.owner().map(ref_of),
            policy: answer.policy.name.to_string(),
            outcome: answer.outcome(required).name(),
            reached: answer.reached().map(level),
            next: answer.next().map(|next| next.level.name.to_string()),
            undecided: answer.undecided.as_deref().map(str::to_owned),
            checks: levels
                .flat_map(|level| level.checks.iter().map(|check| check_verdict(&level.level.name, check)))
                .collect(),
            missing: answer.missing().iter().map(|check| check.check.id.to_string()).collect(),
        }
    }
}

/// How many came how far.
#[derive(Default)]
struct Standing {
    outcomes: BTreeMap<Outcome, usize>,
    levels: BTreeMap<Option<usize>, usize>,
}

impl Standing {
    fn add(&mut self, answer: &EntityReadiness<'_, '_>, required: usize) {
        *self.outcomes.entry(answer.outcome(required)).or_default() += 1;
        *self.levels.entry(answer.reached()).or_default() += 1;
    }

    fn outcome(&self, outcome: Outcome) -> usize {
        self.outcomes.get(&outcome).copied().unwrap_or_default()
    }

    fn level(&self, level: Option<usize>) -> usize {
        self.levels.get(&level).copied().unwrap_or_default()
    }
}

impl PolicyReport {
    pub(super) fn new(assessed: &Assessed<'_, '_>) -> Self {
        let (policy, required): (&Policy, usize) = (assessed.assessment.policy, assessed.required);
        let mut all = Standing::default();
        let mut teams: BTreeMap<Option<String>, Standing> = BTreeMap::new();
        for answer in &assessed.assessment.entities {
            all.add(answer, required);
            teams.entry(answer.entity.owner().map(ref_of)).or_default().add(answer, required);
        }
        let places = 0..policy.levels.len();
        let mut teams: Vec<TeamReadinessReport> = teams
            .into_iter()
            .map(|(owner, standing)| TeamReadinessReport {
                owner,
                passed: standing.outcome(Outcome::Passed),
                failed: standing.outcome(Outcome::Failed),
                undecided: standing.outcome(Outcome::Undecided),
                levels: places.clone().map(|place| standing.level(Some(place))).collect(),
                without_level: standing.level(None),
            })
            .collect();
        teams.sort_by(|a, b| {
            (b.failed, b.undecided).cmp(&(a.failed, a.undecided)).then_with(|| a.owner.cmp(&b.owner))
        });
        Self {
            name: policy.name.to_string(),
            title: policy.title.as_deref().map(str::to_owned),
            required: policy.levels[required].name.to_string(),
            passed: all.outcome(Outcome::Passed),
            failed: all.outcome(Outcome::Failed),
            undecided: all.outcome(Outcome::Undecided),
            not_applicable: assessed.assessment.not_applicable,
            levels: policy
                .levels
                .iter()
                .enumerate()
                .map(|(place, level)| LevelReport {
                    name: level.name.to_string(),
                    entities: all.level(Some(place)),
                    checks: level
                        .checks
                        .iter()
                        .map(|check| CheckReport {
                            id: check.id.to_string(),
                            title: check.title.to_string(),
                            why: check.why.to_string(),
                            remedy: check.remedy.to_string(),
                            place: check.place.to_string(),
                        })
                        .collect(),
                })
                .collect(),
            without_level: all.level(None),
            teams,
        }
    }

    fn entities(&self) -> usize {
        self.passed + self.failed + self.undecided
    }

    fn check(&self, id: &str) -> Option<&CheckReport> {
        self.levels.iter().flat_map(|level| &level.checks).find(|check| check.id == id)
    }

    /// `3 at bronze, 2 at silver, 1 at none`.
    fn levels_in_words(&self, levels: &[usize], without: usize) -> String {
        let named = self.levels.iter().zip(levels).map(|(level, entities)| (&*level.name, *entities));
        let named = named.rev().chain([("none", without)]).filter(|(_, entities)| *entities > 0);
        named.map(|(name, entities)| format!("{name} {entities}")).collect::<Vec<_>>().join(", ")
    }
}

impl ReadinessReport {
    /// The report of what was asked, with what is wrong with policies that were to be asked.
    pub fn new<'s>(
        graph: &CatalogGraph,
        asked_at: Timestamp,
        assessed: &[Assessed<'_, '_>],
        faults: impl IntoIterator<Item = &'s PolicyFault>,
    ) -> Self {
        let policies: Vec<PolicyReport> = assessed.iter().map(PolicyReport::new).collect();
        let faults: Vec<PolicyFaultReport> = faults.into_iter().map(PolicyFaultReport::from).collect();
        let any = |of: fn(&PolicyReport) -> usize| policies.iter().any(|policy| of(policy) > 0);
        let outcome = match () {
            () if any(|policy| policy.failed) => Outcome::Failed,
            () if any(|policy| policy.undecided) || !faults.is_empty() => Outcome::Undecided,
            () if any(|policy| policy.passed) => Outcome::Passed,
            () => Outcome::NotApplicable,
        };
        let answers = assessed.iter().flat_map(|of| {
            of.assessment.entities.iter().map(|answer| EntityReadinessReport::new(answer, of.required))
        });
        Self {
            schema_version: SCHEMA_VERSION,
            revision: graph.revision().0,
            asked_at: rfc3339(asked_at),
            outcome: outcome.name(),
            entities: answers.collect(),
            policies,
            faults,
        }
    }

    fn policy(&self, name: &str) -> Option<&PolicyReport> {
        self.policies.iter().find(|policy| policy.name == name)
    }

    /// What the check of a verdict says of itself.
    pub(super) fn check_of(&self, entity: &EntityReadinessReport, id: &str) -> Option<&CheckReport> {
        self.policy(&entity.policy)?.check(id)
    }

    fn shown_whole(&self, mut page: Page, entity: &EntityReadinessReport) -> Page {
        let (name, policy) = (short(&entity.entity), &entity.policy);
        let required = self.policy(policy).map_or("", |policy| &*policy.required);
        let verdict = match entity.outcome {
            "passed" => format!("`{name}` passes `{policy}` at {required}"),
            "failed" => format!("`{name}` fails `{policy}` at {required}"),
            _ => format!("whether `{name}` passes `{policy}` at {required} could not be decided"),
        };
        page = page.heading(verdict);
        if let Some(why) = &entity.undecided {
            return page.text(why.clone());
        }
        let mut table = Table::new(&["level", "check", "verdict", "reason", "place"]);
        for check in &entity.checks {
            table.push([
                check.level.clone(),
                check.id.clone(),
                check.verdict.replace('-', " "),
                check.reason.clone(),
                check.origins.first().map(PlaceReport::short).unwrap_or_default(),
            ]);
        }
        page = page.table(table);
        let Some(next) = &entity.next else { return page.text("every level is reached") };
        let missing = entity.missing.iter().filter_map(|id| self.check_of(entity, id));
        let steps = missing.map(|check| {
            let what = if check.remedy.is_empty() { &check.title } else { &check.remedy };
            format!("{}: {what}", check.id)
        });
        let reached = entity.reached.as_deref().unwrap_or("no level");
        page.text(format!("it reached {reached}; to reach {next}:")).lines(steps.collect())
    }

    fn shown_as_rows(&self, mut page: Page) -> Page {
        let mut table = Table::new(&["entity", "owner", "policy", "outcome", "reached", "next", "missing"]);
        for entity in &self.entities {
            table.push([
                short(&entity.entity),
                ref_cell(entity.owner.as_deref()),
                entity.policy.clone(),
                entity.outcome.replace('-', " "),
                cell(entity.reached.as_deref()),
                cell(entity.next.as_deref()),
                entity.undecided.clone().unwrap_or_else(|| entity.missing.join(", ")),
            ]);
        }
        page = page.table(table);
        for policy in &self.policies {
            let levels: Vec<usize> = policy.levels.iter().map(|level| level.entities).collect();
            page = page.heading(format!(
                "{}: {}, {} passed at {}, {} failed, {} could not be decided",
                policy.name,
                count(policy.entities(), "entity", "entities"),
                policy.passed,
                policy.required,
                policy.failed,
                policy.undecided,
            ));
            page = page.text(format!(
                "levels reached: {}; not about {} more",
                policy.levels_in_words(&levels, policy.without_level),
                policy.not_applicable
            ));
            let mut teams = Table::new(&["team", "passed", "failed", "undecided", "levels reached"]);
            for team in &policy.teams {
                teams.push([
                    ref_cell(team.owner.as_deref()),
                    team.passed.to_string(),
                    team.failed.to_string(),
                    team.undecided.to_string(),
                    policy.levels_in_words(&team.levels, team.without_level),
                ]);
            }
            page = page.table(teams);
        }
        page
    }
}

impl Report for ReadinessReport {
    fn page(&self) -> Page {
        let mut page = Page::default();
        let all: usize = self.policies.iter().map(|policy| policy.entities() + policy.not_applicable).sum();
        if all > SHOWN_WHOLE_MAX * self.policies.len().max(1) {
            page = self.shown_as_rows(page);
        } else {
            for entity in &self.entities {
                page = self.shown_whole(page, entity);
            }
            if self.entities.is_empty() && self.faults.is_empty() {
                page = page.text("no policy is about it");
            }
        }
        if !self.faults.is_empty() {
            let policies = count(self.faults.len(), "fault", "faults");
            page = page.heading(format!("{policies} in policies: what they say could not be decided"));
            let shown = |fault: &PolicyFaultReport| format!("{}: {}", fault.place(), fault.message);
            page = page.lines(self.faults.iter().map(shown).collect());
        }
        page
    }

    fn rows(&self) -> Vec<serde_json::Value> {
        self.entities.iter().filter_map(|entity| serde_json::to_value(entity).ok()).collect()
    }
}
