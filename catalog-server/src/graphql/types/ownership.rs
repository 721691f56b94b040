//! Who answers for an entity.

use std::sync::Arc;

use async_graphql::{Context, Enum, Object, Result, SimpleObject};
use catalog_core::{
    gaps::{ExemptedGap, GapQuestion, OwnershipGap, gaps_about},
    graph::{CatalogGraph, Entity, OwnershipClaim, People},
    model::ClaimGround,
    query::{
        self, Contact, ContactKind, DependentsInBrief, Escalation, EscalationMember, EscalationStep,
        Freshness, Guide, StepObstacle,
    },
};

use super::{
    entity::EntityObject, gap::OwnershipGapObject, last_change::LastChangeObject, origin::OriginObject,
};
use crate::{clock::rfc3339, graphql::request_data::gap_question};

/// Who answers for an entity, on which grounds, and whom to call. Each part is worked out when it is asked for.
pub(crate) struct EntityOwnership {
    graph: Arc<CatalogGraph>,
    number: u32,
    read_from: Option<String>,
}

/// Who answers for an entity, on which grounds, and whom to call.
#[Object]
impl EntityOwnership {
    /// The number of the state of the catalog that the answer is from.
    async fn revision(&self) -> u64 {
        self.graph.revision().0
    }

    /// The entity that was asked about.
    async fn entity(&self) -> EntityObject {
        EntityObject::new(&self.graph, self.view())
    }

    /// The accountable team or person; null where nobody is named. Its `standing` is `PLACEHOLDER`
    /// where it is named and nothing declares it.
    async fn owner(&self) -> Option<EntityObject> {
        self.view().owner().map(|owner| EntityObject::new(&self.graph, owner))
    }

    /// Every ground for an ownership, strongest first.
    async fn claims(&self) -> Vec<OwnershipClaimObject> {
        let claims = self.view().ownership_claims().into_iter();
        claims.map(|claim| OwnershipClaimObject::new(&self.graph, claim)).collect()
    }

    /// What was asked, where that is a close name or an address; null where the entity was named.
    async fn read_from(&self) -> Option<&str> {
        self.read_from.as_deref()
    }

    /// Whom to call, first to last, at most 50; nobody stands in it twice.
    async fn escalation(&self) -> Vec<EscalationStepObject> {
        EscalationStepObject::steps(&self.graph, &query::whom_to_call(self.view()))
    }

    /// How many further steps there are.
    async fn escalation_left_out(&self) -> usize {
        query::whom_to_call(self.view()).steps_left_out
    }

    /// On-call contacts of the entity or its owner that contradict each other.
    async fn contradictions(&self) -> Vec<GuideObject> {
        let (_, contradictions) = query::guides_and_contradictions(self.view());
        GuideObject::all(&self.graph, contradictions)
    }

    /// Runbooks, dashboards and documentation, of the entity and of its owner.
    async fn guides(&self) -> Vec<GuideObject> {
        let (guides, _) = query::guides_and_contradictions(self.view());
        GuideObject::all(&self.graph, guides)
    }

    /// What depends on it, in brief; `blastRadius` has all of it.
    async fn dependents_in_brief(&self) -> DependentsInBriefObject {
        DependentsInBriefObject::new(&self.graph, &DependentsInBrief::of(self.view()))
    }

    /// What changed last in it, or else in its repository; null where no commits are known.
    async fn last_change(&self) -> Option<LastChangeObject> {
        let change = query::last_change(self.view(), &People::of(&self.graph));
        change.map(|change| LastChangeObject::new(&self.graph, &change))
    }

    /// The open gaps in its ownership and in its owner.
    async fn gaps(&self, ctx: &Context<'_>) -> Result<Vec<OwnershipGapObject>> {
        let (gaps, _) = self.found_gaps(ctx)?;
        Ok(gaps.iter().map(|gap| OwnershipGapObject::new(&self.graph, gap, None, None)).collect())
    }

    /// How many gaps about it the settings leave open.
    async fn gaps_exempted(&self, ctx: &Context<'_>) -> Result<usize> {
        Ok(self.found_gaps(ctx)?.1.len())
    }
}

/// A contact with the entity whose it is.
#[derive(Clone, SimpleObject)]
#[graphql(name = "Guide")]
pub(crate) struct GuideObject {
    /// Whose it is.
    entity: EntityObject,
    /// The contact.
    contact: ContactObject,
}

/// What depends on an entity, in a few numbers and names.
#[derive(Clone, SimpleObject)]
#[graphql(name = "DependentsInBrief")]
pub(crate) struct DependentsInBriefObject {
    /// How many entities need it, at any distance and by needs of any strength.
    total: usize,
    /// How many of them are of tier 0 or 1.
    critical: usize,
    /// The first of them: critical ones first, then by tier and distance; at most five.
    first: Vec<EntityObject>,
    /// How many owners they have.
    team_count: usize,
    /// The owners with most of them; at most five.
    teams: Vec<DependentTeamObject>,
    /// How many of them nobody owns.
    unowned: usize,
}

/// An owner of dependents.
#[derive(Clone, SimpleObject)]
#[graphql(name = "DependentTeam")]
pub(crate) struct DependentTeamObject {
    /// The owner.
    owner: EntityObject,
    /// How many of the dependents are theirs.
    affected: usize,
}

/// A member of a group with the first way to reach them.
#[derive(Clone, SimpleObject)]
#[graphql(name = "EscalationMember")]
pub(crate) struct EscalationMemberObject {
    /// The person.
    entity: EntityObject,
    /// How they are reached.
    contact: ContactObject,
}

/// Why a step of an escalation reaches nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(name = "StepObstacle", remote = "StepObstacle")]
pub(crate) enum StepObstacleValue {
    /// Nothing declares it, so that it is not known how it is reached.
    Undeclared,
    /// It is a group without a member, and so are all groups below it.
    Empty,
    /// It is declared, and neither on-call nor chat nor address is.
    NoContact,
}

/// A ground on which someone is held to own something.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(name = "OwnershipClaim")]
pub(crate) struct OwnershipClaimObject {
    /// The ref of the owner. Nothing need declare it.
    owner: String,
    /// The owner as written, where that is not a ref, as in `@acme/shop`.
    written: Option<String>,
    /// The ground.
    ground: ClaimGroundValue,
    /// Where it stands.
    origin: OriginObject,
    /// When that commit was made, as an RFC 3339 timestamp in UTC; null where that is not known.
    committed_at: Option<String>,
    /// When the repository was last read with success, as an RFC 3339 timestamp in UTC.
    observed_at: Option<String>,
}

/// The ground of an ownership, strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(name = "ClaimGround", remote = "ClaimGround")]
pub(crate) enum ClaimGroundValue {
    /// The entity's own manifest names the owner.
    Declared,
    /// A manifest of another catalog's format names the owner.
    OtherCatalog,
    /// The ownership file of the repository covers the path of the entity's manifest.
    PathRule,
    /// A file that describes what runs names somebody, as a chart does its maintainers.
    Evidence,
}

/// One step of an escalation.
#[derive(Clone, SimpleObject)]
#[graphql(name = "EscalationStep")]
pub(crate) struct EscalationStepObject {
    /// The entity whose contacts these are.
    entity: EntityObject,
    /// Why it is asked, as in `parent of group:shop`.
    reason: String,
    /// How it is reached, on-call first; empty where nothing is known.
    contacts: Vec<ContactObject>,
    /// What stands in the way of reaching somebody here; null where nothing does.
    obstacle: Option<StepObstacleValue>,
    /// Where something does: the next step at which nothing does; null where there is none.
    fallback: Option<EntityObject>,
    /// Members who can be reached themselves, where their group cannot be; at most three.
    members: Vec<EscalationMemberObject>,
}

/// A way to reach someone.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(name = "Contact")]
pub(crate) struct ContactObject {
    /// What kind of way.
    kind: ContactKindValue,
    /// The service, channel, address or URL, as written.
    value: String,
    /// The annotation, link or field that says so.
    source: String,
    /// Where that stands; null where only a name says so.
    origin: Option<OriginObject>,
}

/// The kinds of contacts, in the order in which one tries them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(name = "ContactKind", remote = "ContactKind")]
pub(crate) enum ContactKindValue {
    /// A service that wakes somebody.
    OnCall,
    /// A channel.
    Chat,
    /// An e-mail address.
    Email,
    /// What to do before anybody is reached.
    Runbook,
    /// Where one sees how it fares.
    Dashboard,
    /// What it is and how it works.
    Documentation,
}

impl EntityOwnership {
    /// What is known of an entity; `read_from` is what was asked, where that is another text than its name.
    pub(crate) fn new(graph: &Arc<CatalogGraph>, entity: Entity<'_>, read_from: Option<&str>) -> Self {
        let (graph, read_from) = (Arc::clone(graph), read_from.map(str::to_owned));
        Self { graph, number: entity.index(), read_from }
    }

    fn view(&self) -> Entity<'_> {
        self.graph.entity_at(self.number)
    }

    fn found_gaps(&self, ctx: &Context<'_>) -> Result<(Vec<OwnershipGap>, Vec<ExemptedGap>)> {
        let question = GapQuestion { graph: &self.graph, ..gap_question(ctx)? };
        Ok(gaps_about(question, self.view()))
    }
}

impl GuideObject {
    fn all(graph: &Arc<CatalogGraph>, guides: Vec<Guide<'_>>) -> Vec<Self> {
        let of = |guide: Guide<'_>| Self {
            entity: EntityObject::new(graph, guide.entity),
            contact: guide.contact.into(),
        };
        guides.into_iter().map(of).collect()
    }
}

impl DependentsInBriefObject {
    fn new(graph: &Arc<CatalogGraph>, dependents: &DependentsInBrief<'_>) -> Self {
        let first = dependents.first.iter().map(|entity| EntityObject::new(graph, *entity));
        let teams = dependents.teams.iter().map(|share| DependentTeamObject {
            owner: EntityObject::new(graph, share.entity),
            affected: share.affected,
        });
        Self {
            total: dependents.total,
            critical: dependents.critical,
            first: first.collect(),
            team_count: dependents.team_count,
            teams: teams.collect(),
            unowned: dependents.unowned,
        }
    }
}

impl EscalationStepObject {
    pub(crate) fn steps(graph: &Arc<CatalogGraph>, escalation: &Escalation<'_>) -> Vec<Self> {
        let of = |(position, step): (usize, &EscalationStep<'_>)| {
            let fallback = step.obstacle.and_then(|_| escalation.fallback_of(position));
            let member = |member: &EscalationMember<'_>| EscalationMemberObject {
                entity: EntityObject::new(graph, member.entity),
                contact: member.contact.clone().into(),
            };
            Self {
                entity: EntityObject::new(graph, step.entity),
                reason: step.reason.clone(),
                contacts: step.contacts.iter().cloned().map(Into::into).collect(),
                obstacle: step.obstacle.map(Into::into),
                fallback: fallback.map(|next| EntityObject::new(graph, next.entity)),
                members: step.members.iter().map(member).collect(),
            }
        };
        escalation.steps.iter().enumerate().map(of).collect()
    }
}

impl OwnershipClaimObject {
    pub(crate) fn new(graph: &CatalogGraph, claim: OwnershipClaim) -> Self {
        let freshness = Freshness::of(graph, &claim.origin);
        Self {
            owner: claim.owner.to_string(),
            written: claim.written.map(|written| written.to_string()),
            ground: claim.ground.into(),
            origin: claim.origin.into(),
            committed_at: freshness.committed_at.map(rfc3339),
            observed_at: freshness.observed_at.map(rfc3339),
        }
    }
}

impl From<Contact> for ContactObject {
    fn from(contact: Contact) -> Self {
        Self {
            kind: contact.kind.into(),
            value: contact.value,
            source: contact.source,
            origin: contact.origin.map(Into::into),
        }
    }
}
