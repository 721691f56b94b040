//! The check before a change: as JSON that other tools rely on, and as a page for a terminal.
//!
//! `subject` has what the change is about, `finding` what was found, `people` who is told and who agrees, `page`
//! lays all of it out; `markdown` does so for a merge request, `findings` for other programs.

mod finding;
mod findings;
mod markdown;
mod page;
mod people;
mod subject;

use catalog_core::{
    check::ChangeCheck,
    model::{RepositoryHead, RepositoryId, Revision, Timestamp},
};
use catalog_ingest::{change::RepositoryChange, repository::CommitOrder};
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    Page, Report, SCHEMA_VERSION,
    blast_radius::{AffectedReport, EntityShareReport},
    difference::said::{
        DifferingEntityReport, EntityChangeReport, EntityDifferenceReport, RelationChangeReport,
        RelationDifferenceReport, relation_report,
    },
    unknowns::UnknownsReport,
};

use finding::FindingReport;
pub(crate) use markdown::undecided_text;
use people::{AgreementReport, InformReport};
use subject::{ChangedEntityReport, ChangedPathReport, KnownReport, SideReport, note};

/// What a change touches, can break, and whose that is.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChangeCheckReport {
    /// The version of this document's form.
    pub schema_version: u32,
    /// The revision of the catalog that answered.
    pub revision: u64,
    /// The id of the repository that is changed.
    pub repository: String,
    /// What the change is compared with: where the lines of base and head meet.
    pub base: SideReport,
    /// What the change makes of it.
    pub head: SideReport,
    /// As what the catalog knew the repository beforehand.
    pub known: KnownReport,
    /// What it comes to: `pass`, `warn`, `needs-approval` or `block`.
    pub verdict: &'static str,
    /// Whether there is nothing to say: nothing that anybody needs changes, and nothing is found.
    pub quiet: bool,
    /// The counts of the lists below.
    pub counts: CheckCountsReport,
    /// What was opened by the change, the worst first.
    pub findings: Vec<FindingReport>,
    /// What was there before and is closed by the change. It has no effect.
    pub closed: Vec<FindingReport>,
    /// The entities that the change is about, in the order of their refs.
    pub changed: Vec<ChangedEntityReport>,
    /// What is said otherwise than before.
    pub facts: FactsReport,
    /// All that needs what changes.
    pub reach: ReachReport,
    /// Who must agree: first what the policy asks for, then what ownership files do.
    pub agree: Vec<AgreementReport>,
    /// Who is to be told, those with most of it first.
    pub inform: Vec<InformReport>,
    /// The paths that the change touches.
    pub paths: Vec<ChangedPathReport>,
    /// Those of them that belong to no entity but the repository itself.
    pub unplaced: Vec<String>,
    /// What is not known about the change.
    pub unknown: CheckUnknownsReport,
    /// What is to be said about how the change was found, a sentence each.
    pub notes: Vec<String>,
}

/// How long the lists of a check are.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CheckCountsReport {
    /// Paths that are touched.
    pub paths: usize,
    /// Entities that change, without those that only stand for a repository.
    pub changed: usize,
    /// Entities that need what changes.
    pub affected: usize,
    /// How many of those are critical (tiers 0 and 1).
    pub critical: usize,
    /// Owners of those.
    pub owners: usize,
    /// Findings that block.
    pub blocking: usize,
    /// Findings that ask for somebody's approval.
    pub asking: usize,
    /// Findings that warn.
    pub warning: usize,
    /// Findings that inform.
    pub informing: usize,
    /// Findings that are closed.
    pub closed: usize,
    /// Approvals that are missing.
    pub missing_approvals: usize,
}

/// What is said otherwise.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FactsReport {
    /// Entities that come, go, or are said to be something else.
    pub entities: EntityDifferenceReport,
    /// Relations that come, go, or are said otherwise.
    pub relations: RelationDifferenceReport,
}

/// All that needs what changes.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReachReport {
    /// The entities, sorted by distance, then by ref.
    pub affected: Vec<AffectedReport>,
    /// Their owners, most affected first.
    pub owners: Vec<EntityShareReport>,
    /// Their systems, most affected first.
    pub systems: Vec<EntityShareReport>,
    /// How many of them have no owner.
    pub unowned: usize,
    /// What is not known about them.
    pub unknown: UnknownsReport,
}

/// What is not known about a change.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CheckUnknownsReport {
    /// How many paths belong to no entity but the repository itself: what needs them is not known.
    pub unplaced: usize,
    /// How many paths pin another repository: what changes there is not known.
    pub submodules: usize,
    /// Ownership files that speak about changed paths and could not be read.
    pub unread_ownership_files: Vec<String>,
    /// Rules that were not asked of everything, since that would take too long, by code.
    pub rules_cut: Vec<&'static str>,
}

/// Where and when a check was asked for.
#[derive(Clone, Copy)]
pub struct CheckedChange<'r> {
    /// The repository.
    pub repository: &'r RepositoryId,
    /// Its change.
    pub change: &'r RepositoryChange,
    /// As what the catalog knew it.
    pub known: &'r RepositoryHead,
    /// The revision of the catalog.
    pub revision: Revision,
    /// When it is asked.
    pub now: Timestamp,
}

impl ChangeCheckReport {
    /// The report of an answer.
    pub fn new(check: &ChangeCheck<'_, '_>, of: CheckedChange<'_>) -> Self {
        let paths: Vec<ChangedPathReport> = of.change.paths.iter().map(ChangedPathReport::from).collect();
        let named = |path: &usize| paths.get(*path).map(|path| path.path.clone());
        let facts = &check.facts;
        let findings: Vec<FindingReport> = check.findings.iter().map(FindingReport::from).collect();
        let with = |effect: &str| findings.iter().filter(|finding| finding.effect == effect).count();
        let agree: Vec<AgreementReport> =
            check.agree.iter().map(|agreement| AgreementReport::new(agreement, &named)).collect();
        let changed: Vec<ChangedEntityReport> =
            check.changed.iter().map(|entity| ChangedEntityReport::new(entity, &named)).collect();
        let counts = CheckCountsReport {
            paths: paths.len(),
            changed: check.changed.iter().filter(|entity| !entity.is_repository_only()).count(),
            affected: check.reach.affected.len(),
            critical: check.reach.critical,
            owners: check.reach.owners.len(),
            blocking: with("block"),
            asking: with("require-approval-of"),
            warning: with("warn"),
            informing: with("inform"),
            closed: check.closed.len(),
            missing_approvals: agree.iter().filter(|of| of.of_policy && of.required && !of.given).count(),
        };
        Self {
            schema_version: SCHEMA_VERSION,
            revision: of.revision.0,
            repository: of.repository.to_string(),
            base: SideReport::from(&of.change.base),
            head: SideReport::from(&of.change.head),
            known: KnownReport::new(of),
            verdict: check.verdict.name(),
            quiet: check.is_quiet(),
            counts,
            findings,
            closed: check.closed.iter().map(FindingReport::from).collect(),
            facts: FactsReport {
                entities: EntityDifferenceReport {
                    added: facts.added.iter().copied().map(DifferingEntityReport::from).collect(),
                    removed: facts.removed.iter().copied().map(DifferingEntityReport::from).collect(),
                    changed: facts.changed.iter().map(EntityChangeReport::from).collect(),
                },
                relations: RelationDifferenceReport {
                    gained: facts.relations_gained.iter().copied().map(relation_report).collect(),
                    lost: facts.relations_lost.iter().copied().map(relation_report).collect(),
                    changed: facts.relations_changed.iter().map(RelationChangeReport::from).collect(),
                },
            },
            reach: ReachReport {
                affected: AffectedReport::rows(&check.reach),
                owners: check.reach.owners.iter().map(EntityShareReport::from).collect(),
                systems: check.reach.systems.iter().map(EntityShareReport::from).collect(),
                unowned: check.reach.unowned,
                unknown: UnknownsReport::from(&check.reach.unknowns),
            },
            changed,
            agree,
            inform: check.inform.iter().map(InformReport::from).collect(),
            unplaced: check.unplaced.iter().filter_map(named).collect(),
            unknown: CheckUnknownsReport {
                unplaced: check.unknowns.unplaced,
                submodules: check.unknowns.submodules,
                unread_ownership_files: check
                    .unknowns
                    .unread_ownership_files
                    .iter()
                    .map(ToString::to_string)
                    .collect(),
                rules_cut: check.unknowns.rules_cut.clone(),
            },
            notes: of.change.notes.iter().map(note).collect(),
            paths,
        }
    }
}

impl Report for ChangeCheckReport {
    fn page(&self) -> Page {
        page::page(self)
    }

    fn markdown(&self) -> Option<String> {
        Some(self.comment())
    }

    fn rows(&self) -> Vec<serde_json::Value> {
        self.findings.iter().filter_map(|row| serde_json::to_value(row).ok()).collect()
    }
}
