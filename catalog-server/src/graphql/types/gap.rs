//! A hole in ownership.

use std::sync::Arc;

use async_graphql::{Context, Object, Result, SimpleObject};
use catalog_core::{
    gaps::{GapExemption, GapRule, GapSettings, OwnerSuggestion, OwnershipGap},
    graph::CatalogGraph,
    model::{EntityRef, RepositoryId},
};

use super::{
    entity::EntityObject, origin::OriginObject, severity::SeverityValue, suggestion::OwnerSuggestionObject,
};
use crate::graphql::request_data::gap_question;

/// A hole in ownership.
#[derive(Clone)]
pub(crate) struct OwnershipGapObject {
    graph: Arc<CatalogGraph>,
    gap: OwnershipGap,
    suggestion: Option<OwnerSuggestion>,
    exemption: Option<GapExemption>,
}

impl OwnershipGapObject {
    /// A gap; the suggestion is worked out only where it is asked for.
    pub(crate) fn new(
        graph: &Arc<CatalogGraph>,
        gap: &OwnershipGap,
        suggestion: Option<OwnerSuggestion>,
        exemption: Option<&GapExemption>,
    ) -> Self {
        Self { graph: Arc::clone(graph), gap: gap.clone(), suggestion, exemption: exemption.cloned() }
    }
}

/// That a gap is left open on purpose.
#[derive(Clone, SimpleObject)]
#[graphql(name = "GapExemption")]
pub(crate) struct GapExemptionObject {
    /// The ref of whoever answers for it. Nothing need declare it.
    owner: String,
    /// That owner.
    owner_entity: Option<EntityObject>,
    /// Why it is left open.
    reason: String,
    /// The last day on which it is, as in `2027-01-31`.
    until: String,
}

/// Something missing, broken or doubtful in who owns what.
#[Object(name = "OwnershipGap")]
impl OwnershipGapObject {
    /// The stable code of the rule that found it, as in `owner-unknown`.
    async fn code(&self) -> &str {
        self.gap.code
    }

    /// The rule that found it, in words.
    async fn rule(&self, ctx: &Context<'_>) -> Result<Option<GapRuleObject>> {
        let settings = gap_question(ctx)?.settings;
        Ok(GapRule::find(self.gap.code).map(|rule| GapRuleObject::new(rule, settings)))
    }

    /// How much it matters.
    async fn severity(&self) -> SeverityValue {
        self.gap.severity.into()
    }

    /// The ref of the entity whose ownership it is about.
    async fn subject(&self) -> &str {
        self.gap.subject.as_str()
    }

    /// That entity.
    async fn entity(&self) -> Option<EntityObject> {
        self.graph.entity(&self.gap.subject).map(|entity| EntityObject::new(&self.graph, entity))
    }

    /// The id of the repository that the subject stands for or is declared in; null for what nothing declares.
    async fn repository(&self) -> Option<&str> {
        self.gap.repository.as_ref().map(RepositoryId::as_str)
    }

    /// What was found, in one lower-case sentence.
    async fn message(&self) -> &str {
        &self.gap.message
    }

    /// The places that say so; of a conflict both, the stronger one first.
    async fn origins(&self) -> Vec<OriginObject> {
        self.gap.origins.iter().cloned().map(Into::into).collect()
    }

    /// The refs of other entities that it is about: the owner that is doubtful, what is needed and unowned.
    async fn related(&self) -> Vec<&str> {
        self.gap.related.iter().map(EntityRef::as_str).collect()
    }

    /// Who answers for leaving it open, and until when; null for a gap that is open.
    async fn exemption(&self) -> Option<GapExemptionObject> {
        let exemption = self.exemption.as_ref()?;
        Some(GapExemptionObject {
            owner: exemption.owner.to_string(),
            owner_entity: self
                .graph
                .entity(&exemption.owner)
                .map(|owner| EntityObject::new(&self.graph, owner)),
            reason: exemption.reason.to_string(),
            until: exemption.until.to_string(),
        })
    }

    /// Whether it rests on knowledge of an earlier commit.
    async fn stale(&self) -> bool {
        self.gap.stale
    }

    /// Who could own what it is about, as recent commits say it; null where they say nothing. A suggestion,
    /// never an assignment.
    async fn suggested_owner(&self) -> Option<OwnerSuggestionObject> {
        self.suggestion.as_ref().map(OwnerSuggestionObject::from)
    }
}

/// One kind of ownership gap, in words.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(name = "GapRule")]
pub(crate) struct GapRuleObject {
    /// The stable code, as in `owner-unknown`.
    code: &'static str,
    /// What it means, in one sentence.
    summary: &'static str,
    /// Why it matters, in one sentence.
    why: &'static str,
    /// What to do about it, in one sentence.
    remedy: &'static str,
    /// The severity that its gaps usually have; one step worse about what is critical.
    severity: SeverityValue,
    /// The severity that the settings give it; null where they say nothing, or turn it off.
    severity_here: Option<SeverityValue>,
    /// Whether the settings turn it off.
    off: bool,
}

impl GapRuleObject {
    pub(crate) fn new(rule: &GapRule, settings: &GapSettings) -> Self {
        let here = settings.severities.get(rule.code);
        Self {
            code: rule.code,
            summary: rule.summary,
            why: rule.why,
            remedy: rule.remedy,
            severity: rule.severity.into(),
            severity_here: here.copied().flatten().map(Into::into),
            off: here.is_some_and(Option::is_none),
        }
    }
}
