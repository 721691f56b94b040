//! One gap: what is wrong with whose ownership, and where that is read.

use crate::{
    graph::{CatalogGraph, DeclarationView, Entity},
    model::{EntityRef, Origin, RepositoryId, Severity, Stale, StaleReason},
};

use super::{GapExemption, GapRule, OwnerSuggestion, severity::severity_about};

/// Something missing, broken or doubtful in ownership.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnershipGap {
    /// The code of the rule that found it.
    pub code: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// The entity whose ownership it is about.
    pub subject: EntityRef,
    /// The repository that the subject stands for or is declared in; `None` for what nothing declares.
    pub repository: Option<RepositoryId>,
    /// What was found: one lower-case sentence without a period.
    pub message: String,
    /// The places that say so; of a conflict both, the stronger one first.
    pub origins: Vec<Origin>,
    /// Other entities that it is about: the owner that is doubtful, what is needed and unowned.
    pub related: Vec<EntityRef>,
    /// Whether it rests on knowledge of an earlier commit; the message says so, too.
    pub stale: bool,
    /// Who could own what it is about; only where [`GapReport::suggest_owners`] was asked.
    ///
    /// [`GapReport::suggest_owners`]: super::GapReport::suggest_owners
    pub suggestion: Option<Box<OwnerSuggestion>>,
}

impl OwnershipGap {
    /// A gap of a rule about an entity, at the place that declares it. `usual` is the severity of the
    /// rule, or that of a milder case of it; what is critical makes it one step worse.
    pub(super) fn new(rule: &GapRule, usual: Severity, subject: Entity<'_>, message: String) -> Self {
        let gap = Self {
            code: rule.code,
            severity: severity_about(subject, usual),
            subject: subject.name().clone(),
            repository: subject.repository().map(|repository| repository.id().clone()),
            message,
            origins: subject.declaration().map(DeclarationView::origin).into_iter().collect(),
            related: Vec::new(),
            stale: false,
            suggestion: None,
        };
        gap.resting_on(subject.staleness())
    }

    /// A gap about an exemption of the settings: about the entity that it names, or else about whoever
    /// answers for it, who need not be in the catalog.
    pub(super) fn of_exemption(
        rule: &GapRule,
        graph: &CatalogGraph,
        exemption: &GapExemption,
        message: String,
    ) -> Self {
        match exemption.subject.single().and_then(|name| graph.entity(&name)) {
            Some(subject) => {
                let mut gap = Self::new(rule, rule.severity, subject, message);
                gap.related.push(exemption.owner.clone());
                gap
            }
            None => Self {
                code: rule.code,
                severity: rule.severity,
                subject: exemption.owner.clone(),
                repository: None,
                message,
                origins: Vec::new(),
                related: Vec::new(),
                stale: false,
                suggestion: None,
            },
        }
    }

    /// The same with other places; no places keep what it has.
    pub(super) fn at(mut self, origins: Vec<Origin>) -> Self {
        if !origins.is_empty() {
            self.origins = origins;
        }
        self
    }

    /// The same, about these entities, too.
    pub(super) fn about<'g>(mut self, related: impl IntoIterator<Item = Entity<'g>>) -> Self {
        self.related.extend(related.into_iter().map(|entity| entity.name().clone()));
        self
    }

    /// The same resting on knowledge that may be stale.
    pub(super) fn resting_on(mut self, staleness: Option<Stale>) -> Self {
        if let Some(stale) = staleness.filter(|_| !self.stale) {
            self.stale = true;
            self.message.push_str(match stale.reason {
                StaleReason::Invalid => " (as last read: the file is not valid now)",
                StaleReason::Refused => " (as last read: the file is not read now)",
                StaleReason::Unreachable => " (as last read: the repository cannot be read now)",
            });
        }
        self
    }
}
