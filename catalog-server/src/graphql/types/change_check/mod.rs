//! The check before a change: what it touches, can break, and whose that is.
//!
//! `finding` has what was found, `people` who is told and who agrees, `facts` what is said otherwise.

mod facts;
mod finding;
mod people;

use std::sync::Arc;

use async_graphql::{Context, Enum, Object, Result, SimpleObject};
use catalog_core::{
    check::{ChangeCheck, ChangeGround, Effect, Verdict},
    graph::CatalogGraph,
    model::RepositoryId,
};

use super::{blast_radius::BlastRadiusObject, entity::EntityObject, repository::RepositoryObject};
use crate::graphql::page::{Page, page_in_order};

use facts::ChangedFactsObject;
use finding::CheckFindingObject;
use people::{AgreementObject, OwnerToInformObject};

/// What a check comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(name = "ChangeVerdict", remote = "Verdict")]
pub(crate) enum VerdictValue {
    /// Nothing stands against the change.
    Pass,
    /// Something warns.
    Warn,
    /// Somebody must agree and has not.
    NeedsApproval,
    /// Something stands in the way.
    Block,
}

/// Why a change is about an entity, the surest ground first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(name = "ChangeGround", remote = "ChangeGround")]
pub(crate) enum ChangeGroundValue {
    /// It is new.
    Added,
    /// It is removed.
    Removed,
    /// Something else is said of it: a field, or one of its relations.
    FactsChanged,
    /// It needs something else than before, though another entity's manifest says so.
    NeedsChanged,
    /// A manifest that declares it is among the paths.
    ManifestChanged,
    /// A manifest that declares it is among the paths and cannot be read, so that nobody knows what it says.
    ManifestBroken,
    /// What it offers is defined otherwise, in its manifest or in a file that it names.
    DefinitionChanged,
    /// It says that it is made of these files.
    CodeLocation,
    /// Its annotation `backstage.io/source-location` leads to a folder around these files.
    SourceLocation,
    /// Its manifest lies nearest to these files.
    NearestManifest,
    /// Its manifest lies alone in the build to which these files belong.
    BuildRoot,
    /// It stands for the repository, and these files belong to no other entity.
    Repository,
}

/// An entity that a change is about.
#[derive(Clone, SimpleObject)]
#[graphql(name = "ChangedEntity")]
pub(crate) struct ChangedEntityObject {
    /// The entity: as it is with the change, or without it where the change removes it.
    entity: EntityObject,
    /// Why the change is about it, the surest ground first.
    reasons: Vec<ChangeReasonObject>,
}

/// Why a change is about an entity.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(name = "ChangeReason")]
pub(crate) struct ChangeReasonObject {
    /// On what ground.
    ground: ChangeGroundValue,
    /// The ground as a short phrase.
    reason: &'static str,
    /// The paths that are the reason.
    paths: Vec<String>,
}

/// How many findings do what.
#[derive(Clone, Copy, Debug, SimpleObject)]
#[graphql(name = "CheckCounts")]
pub(crate) struct CheckCountsObject {
    /// Findings that block.
    blocking: usize,
    /// Findings that ask for somebody's approval.
    asking: usize,
    /// Findings that warn.
    warning: usize,
    /// Findings that inform.
    informing: usize,
    /// Approvals that the policy asks for and that are missing.
    missing_approvals: usize,
}

/// What is not known about a change.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(name = "CheckUnknowns")]
pub(crate) struct CheckUnknownsObject {
    /// How many paths belong to no entity but the repository itself: what needs them is not known.
    unplaced: usize,
    /// How many paths pin another repository: what changes there is not known.
    submodules: usize,
    /// Ownership files that speak about changed paths and could not be read.
    unread_ownership_files: Vec<String>,
    /// Rules that were not asked of everything, since that would take too long, by code.
    rules_cut: Vec<&'static str>,
}

/// That a change was not checked, and why.
#[derive(Clone, Debug, SimpleObject)]
pub(crate) struct ChangeNotChecked {
    /// The stable code: `PATH_INVALID`, `REPOSITORY_UNREAD` (the catalog has not read the repository),
    /// `STORE_MISSING` (this server has no store, which it takes to read manifests), `STORE_CHANGED` (a crawl came
    /// between: ask again), `STORE_FAILED`.
    pub(crate) code: &'static str,
    /// What happened, in one lower-case sentence.
    pub(crate) message: String,
}

/// The answer about a change.
pub(crate) struct ChangeCheckObject {
    graph: Arc<CatalogGraph>,
    repository: RepositoryId,
    verdict: Verdict,
    quiet: bool,
    undecided: bool,
    counts: CheckCountsObject,
    findings: Vec<CheckFindingObject>,
    closed: Vec<CheckFindingObject>,
    changed: Vec<ChangedEntityObject>,
    facts: ChangedFactsObject,
    reach: BlastRadiusObject,
    agree: Vec<AgreementObject>,
    inform: Vec<OwnerToInformObject>,
    unplaced: Vec<String>,
    unknown: CheckUnknownsObject,
    notes: Vec<String>,
}

impl ChangeCheckObject {
    /// The answer, whose graphs are `base` and `head`; `paths` are those of the question.
    pub(crate) fn new(
        (base, head): (&Arc<CatalogGraph>, &Arc<CatalogGraph>),
        repository: &RepositoryId,
        answer: &ChangeCheck<'_, '_>,
        paths: &[String],
        notes: Vec<String>,
    ) -> Self {
        let named = |place: &usize| paths.get(*place).cloned();
        let changed = answer.changed.iter().filter_map(|of| {
            let after = of.entity.after.map(|entity| EntityObject::new(head, entity));
            let entity = after.or_else(|| of.entity.before.map(|entity| EntityObject::new(base, entity)))?;
            let reasons = of.reasons.iter().map(|reason| ChangeReasonObject {
                ground: reason.ground.into(),
                reason: reason.ground.reason(),
                paths: reason.paths.iter().filter_map(named).collect(),
            });
            Some(ChangedEntityObject { entity, reasons: reasons.collect() })
        });
        let with = |wanted: fn(&Effect) -> bool| {
            answer.findings.iter().filter(|finding| wanted(&finding.effect)).count()
        };
        let missing = answer.agree.iter().filter(|of| of.is_of_policy() && of.is_required && !of.is_given);
        Self {
            graph: Arc::clone(base),
            repository: repository.clone(),
            verdict: answer.verdict,
            quiet: answer.is_quiet(),
            undecided: answer.unknowns.is_undecided(),
            counts: CheckCountsObject {
                blocking: with(|effect| matches!(effect, Effect::Block)),
                asking: with(|effect| matches!(effect, Effect::RequireApprovalOf(_))),
                warning: with(|effect| matches!(effect, Effect::Warn)),
                informing: with(|effect| matches!(effect, Effect::Inform)),
                missing_approvals: missing.count(),
            },
            findings: answer.findings.iter().map(Into::into).collect(),
            closed: answer.closed.iter().map(Into::into).collect(),
            changed: changed.collect(),
            facts: ChangedFactsObject::new(base, head, &answer.facts),
            reach: BlastRadiusObject::new(head, &answer.reach, Vec::new()),
            agree: answer.agree.iter().map(|of| AgreementObject::new(head, of, paths)).collect(),
            inform: answer.inform.iter().map(|of| OwnerToInformObject::new(head, of)).collect(),
            unplaced: answer.unplaced.iter().filter_map(named).collect(),
            unknown: CheckUnknownsObject {
                unplaced: answer.unknowns.unplaced,
                submodules: answer.unknowns.submodules,
                unread_ownership_files: answer
                    .unknowns
                    .unread_ownership_files
                    .iter()
                    .map(ToString::to_string)
                    .collect(),
                rules_cut: answer.unknowns.rules_cut.clone(),
            },
            notes,
        }
    }
}

/// What a change of one repository touches, can break, and whose that is. Only what the change itself brings
/// about counts; what was there before is not held against it.
#[Object(name = "ChangeCheck")]
impl ChangeCheckObject {
    /// The number of the state of the catalog that the change is held against.
    async fn revision(&self) -> u64 {
        self.graph.revision().0
    }

    /// The repository that is changed, as the catalog knows it; its `commit` and `observedAt` tell as of when.
    async fn repository(&self) -> Option<RepositoryObject> {
        let repository = self.graph.repository(&self.repository)?;
        Some(RepositoryObject::new(&self.graph, repository))
    }

    /// What it comes to by the policy of the organisation.
    async fn verdict(&self) -> VerdictValue {
        self.verdict.into()
    }

    /// Whether the last visit could not read the repository, so that the verdict rests on too little to go by.
    async fn undecided(&self) -> bool {
        self.undecided
    }

    /// Whether there is nothing to say: nothing that anybody needs changes, and nothing is found.
    async fn quiet(&self) -> bool {
        self.quiet
    }

    /// How many findings do what.
    async fn counts(&self) -> CheckCountsObject {
        self.counts
    }

    /// What is opened by the change, the worst first.
    async fn findings(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many rows, 1 to 100; 50 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only rows behind this cursor.")] after: Option<String>,
    ) -> Result<Page<CheckFindingObject>> {
        page_in_order(ctx, self.graph.revision().0, &self.findings, first, after)
    }

    /// What was there before and is closed by the change. It has no effect.
    async fn closed(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many rows, 1 to 100; 50 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only rows behind this cursor.")] after: Option<String>,
    ) -> Result<Page<CheckFindingObject>> {
        page_in_order(ctx, self.graph.revision().0, &self.closed, first, after)
    }

    /// The entities that the change is about, by ref.
    async fn changed(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many rows, 1 to 100; 50 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only rows behind this cursor.")] after: Option<String>,
    ) -> Result<Page<ChangedEntityObject>> {
        page_in_order(ctx, self.graph.revision().0, &self.changed, first, after)
    }

    /// What is said otherwise with the change than without it.
    async fn facts(&self) -> &ChangedFactsObject {
        &self.facts
    }

    /// All that needs what the change is about, with the change.
    async fn reach(&self) -> &BlastRadiusObject {
        &self.reach
    }

    /// Who must agree: first what the policy asks for, then what ownership files do.
    async fn agree(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many rows, 1 to 100; 50 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only rows behind this cursor.")] after: Option<String>,
    ) -> Result<Page<AgreementObject>> {
        page_in_order(ctx, self.graph.revision().0, &self.agree, first, after)
    }

    /// Who is to be told, those with most of it first.
    async fn inform(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many rows, 1 to 100; 50 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only rows behind this cursor.")] after: Option<String>,
    ) -> Result<Page<OwnerToInformObject>> {
        page_in_order(ctx, self.graph.revision().0, &self.inform, first, after)
    }

    /// The paths that belong to no entity but the repository itself.
    async fn unplaced(&self) -> &[String] {
        &self.unplaced
    }

    /// What is not known about the change.
    async fn unknown(&self) -> &CheckUnknownsObject {
        &self.unknown
    }

    /// What could not be told from what was sent, a sentence each: texts that are missing, and approvals that
    /// do not count.
    async fn notes(&self) -> &[String] {
        &self.notes
    }
}
