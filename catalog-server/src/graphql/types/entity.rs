//! An entity of the catalog.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Object, Result};
use catalog_core::{
    gaps::GapQuestion,
    graph::{CatalogGraph, Entity, EntityStanding},
    model::{EntityRef, RelationEnd},
    needs::Direction,
    query,
    readiness::Assessor,
};

use super::{
    declaration::DeclarationObject,
    origin::OriginObject,
    ownership::OwnershipClaimObject,
    readiness::ReadinessObject,
    relation::{RelationName, RelationObject, RelationSeen, relations_of},
    removal::RemovalObject,
    repository::RepositoryObject,
    responsibility::{ResponsibilityObject, ResponsibilityValue},
    stale::StaleObject,
    text::{CodeLocationObject, KeyValue, LinkObject, ObjectiveObject, key_values},
};
use crate::{
    clock::rfc3339,
    graphql::{
        cursor::encode_id,
        page::{Page, PageArguments, page, plain_page},
        request_data::{chosen_policy, gap_question},
    },
};

/// What ids of entities begin with.
pub(crate) const ID_TYPE: &str = "entity";

/// A page of entities.
pub(crate) type EntityPage = Page<EntityObject>;

/// An entity by its number in a graph.
#[derive(Clone)]
pub(crate) struct EntityObject {
    graph: Arc<CatalogGraph>,
    number: u32,
}

/// Why an entity is in the catalog.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(name = "EntityStanding", remote = "EntityStanding")]
pub(crate) enum EntityStandingValue {
    /// A manifest declares it.
    Declared,
    /// It stands for a crawled repository.
    Repository,
    /// Only files that describe what runs know it, as a compose file does its containers.
    Evidence,
    /// Something names it, and nothing declares it.
    Placeholder,
}

/// Which end of a relation an entity is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub(crate) enum RelationDirection {
    /// The relation starts at this entity, as `dependsOn` and `ownedBy` do.
    Outgoing,
    /// The relation ends at this entity, as `dependencyOf` and `ownerOf` do.
    Incoming,
}

impl RelationDirection {
    /// The end that an entity is in relations of this direction.
    fn end(self) -> RelationEnd {
        match self {
            Self::Outgoing => RelationEnd::From,
            Self::Incoming => RelationEnd::To,
        }
    }
}

impl EntityObject {
    pub(crate) fn new(graph: &Arc<CatalogGraph>, entity: Entity<'_>) -> Self {
        Self { graph: Arc::clone(graph), number: entity.index() }
    }

    fn view(&self) -> Entity<'_> {
        self.graph.entity_at(self.number)
    }

    fn beside(&self, entity: Entity<'_>) -> Self {
        Self::new(&self.graph, entity)
    }

    /// A page of entities that are sorted by ref.
    fn page_of(
        &self,
        ctx: &Context<'_>,
        entities: &[Entity<'_>],
        arguments: &PageArguments,
    ) -> Result<EntityPage> {
        let key = |entity: &Entity<'_>| entity.name().to_string();
        plain_page(
            ctx,
            self.graph.revision(),
            entities,
            arguments,
            key,
            |entity| self.beside(*entity),
            |entity| *entity,
        )
    }

    fn next_to(&self, direction: Direction) -> Vec<Entity<'_>> {
        let numbers = self.graph.needs().next_to(self.number, direction);
        numbers.map(|(number, _)| self.graph.entity_at(number)).collect()
    }
}

/// A thing in the catalog: a service, an API, a database, a team, a person, a vendor, a place. All
/// that the manifests say of one name amounts to one entity.
#[Object(name = "Entity")]
impl EntityObject {
    /// Its opaque id, for `node` and for caches.
    pub(crate) async fn id(&self) -> ID {
        encode_id(ID_TYPE, self.view().name().as_str())
    }

    /// Its name, `kind:namespace/name`, in lower case: two entities are the same where their refs are.
    #[graphql(name = "ref")]
    async fn reference(&self) -> &str {
        self.view().name().as_str()
    }

    /// Its kind as declared, as in `Component`.
    async fn kind(&self) -> &str {
        self.view().kind()
    }

    /// Its namespace, in lower case; `default` where its manifest names none.
    async fn namespace(&self) -> &str {
        self.view().name().namespace()
    }

    /// Its name as declared, without kind and namespace.
    async fn name(&self) -> &str {
        self.view().spelled_name()
    }

    /// What it is called where people read it.
    async fn title(&self) -> Option<&str> {
        self.view().title()
    }

    /// What it is, in its manifest's words.
    async fn description(&self) -> Option<&str> {
        self.view().description()
    }

    /// What sort of its kind it is, as in `service`, `library`, `database`, `saas`, `region`.
    #[graphql(name = "type")]
    async fn entity_type(&self) -> Option<&str> {
        self.view().entity_type()
    }

    /// Where it is in its life, as in `production`.
    async fn lifecycle(&self) -> Option<&str> {
        self.view().lifecycle()
    }

    /// How much depends on it, from 0 (the most) to 4; 0 and 1 are critical. Null where nothing says so.
    async fn tier(&self) -> Option<u8> {
        self.view().tier().map(catalog_core::model::Tier::number)
    }

    /// Whether an outage of it is an outage of the organisation: its tier is 0 or 1.
    async fn critical(&self) -> bool {
        self.view().is_critical()
    }

    /// Its tags, in the order of the manifest.
    async fn tags(&self) -> Vec<&str> {
        self.view().tags().iter().map(|tag| &**tag).collect()
    }

    /// Its labels, in the order of the manifest.
    async fn labels(&self) -> Vec<KeyValue> {
        key_values(self.view().labels())
    }

    /// Its annotations, in the order of the manifest: notes of other tools, such as how it is reached.
    async fn annotations(&self) -> Vec<KeyValue> {
        key_values(self.view().annotations())
    }

    /// Links that people follow, in the order of the manifest.
    async fn links(&self) -> Vec<LinkObject> {
        self.view().links().iter().map(|link| (&link.value).into()).collect()
    }

    /// What it promises, as in an availability of 99.95 percent over 30 days.
    async fn objectives(&self) -> Vec<ObjectiveObject> {
        self.view().objectives().iter().map(|objective| (&objective.value).into()).collect()
    }

    /// The classes of data that it holds, as in `pii`.
    async fn data_classes(&self) -> Vec<&str> {
        self.view().data_classes().iter().map(|class| &**class).collect()
    }

    /// Why it is in the catalog.
    async fn standing(&self) -> EntityStandingValue {
        self.view().standing().into()
    }

    /// Other names that manifests or the settings give it, by which `entity` finds it as well, as refs.
    async fn aliases(&self) -> Vec<&str> {
        self.view().aliases().map(EntityRef::as_str).collect()
    }

    /// The files that it is made of, as its manifests say it.
    async fn code_locations(&self) -> Vec<CodeLocationObject> {
        self.view().code_locations().iter().map(|location| (&location.value).into()).collect()
    }

    /// When the repository that declares it was last read with success, as an RFC 3339 timestamp in UTC: as of
    /// then its manifest said so. Null for a placeholder.
    async fn observed_at(&self) -> Option<String> {
        self.view().repository().and_then(|repository| repository.head().observed_at).map(rfc3339)
    }

    /// Who declared it until recently and does no more, the latest first; mostly empty. For a name that nothing
    /// declares any more, this tells what became of it.
    async fn removals(&self) -> Vec<RemovalObject> {
        self.graph.removals(self.view().name()).into_iter().map(Into::into).collect()
    }

    /// Set where what is known of it is of an earlier commit than the newest.
    async fn stale(&self) -> Option<StaleObject> {
        self.view().staleness().map(Into::into)
    }

    /// Where the declaration that stands for it was read; null for a placeholder or a repository.
    async fn origin(&self) -> Option<OriginObject> {
        self.view().declaration().map(|declaration| declaration.origin().into())
    }

    /// The team or person that answers for it; null where nobody is named. Its `standing` is
    /// `PLACEHOLDER` where it is named and nothing declares it.
    async fn owner(&self) -> Option<EntityObject> {
        self.view().owner().map(|owner| self.beside(owner))
    }

    /// Everything that claims to know the owner, strongest ground first.
    async fn ownership_claims(&self) -> Vec<OwnershipClaimObject> {
        let claims = self.view().ownership_claims().into_iter();
        claims.map(|claim| OwnershipClaimObject::new(&self.graph, claim)).collect()
    }

    /// Who watches it, sets its objectives, decides on its breaking changes and answers for its service
    /// level: as its manifests say, else by default.
    async fn responsibilities(
        &self,
        #[graphql(name = "for", desc = "Only this responsibility; all where it is left out.")] asked: Option<
            ResponsibilityValue,
        >,
    ) -> Vec<ResponsibilityObject> {
        let answers = match asked {
            Some(asked) => vec![query::responsible_for(self.view(), asked.into())],
            None => query::responsibilities(self.view()).into(),
        };
        answers.into_iter().map(|answer| ResponsibilityObject::new(&self.graph, answer)).collect()
    }

    /// What a policy says of it: the same verdict that `gate` gives.
    async fn readiness(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The policy; may be left out where there is only one.")] policy: Option<String>,
        #[graphql(
            desc = "The level that is asked for; the one that the policy requires where it is left out."
        )]
        level: Option<String>,
    ) -> Result<ReadinessObject> {
        let (policy, required) = chosen_policy(ctx, policy.as_deref(), level.as_deref())?;
        let question = GapQuestion { graph: &self.graph, ..gap_question(ctx)? };
        let answer = Assessor::new(question, policy).assess(self.view());
        Ok(ReadinessObject::new(&self.graph, &answer, required))
    }

    /// The system, or for a system the domain, that it is a part of; of several, the first by ref.
    async fn system(&self) -> Option<EntityObject> {
        self.view().system().map(|it| self.beside(it))
    }

    /// The repository that declares it, or that it stands for.
    async fn repository(&self) -> Option<RepositoryObject> {
        self.view().repository().map(|repository| RepositoryObject::new(&self.graph, repository))
    }

    /// Its relations, seen from here: first those that start here, then those that end here, each by
    /// kind, then by the other end's ref.
    async fn relations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only relations that have one of these names as seen from here.")] names: Option<
            Vec<RelationName>,
        >,
        #[graphql(desc = "Only relations that start here, or only those that end here.")] direction: Option<
            RelationDirection,
        >,
        #[graphql(desc = "How many rows, 1 to 100; 50 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only rows behind this cursor.")] after: Option<String>,
    ) -> Result<Page<RelationObject>> {
        let is_wanted = |seen: &RelationSeen<'_>| {
            let is_named =
                |names: &Vec<RelationName>| names.contains(&RelationName::of(seen.relation.kind(), seen.end));
            direction.is_none_or(|direction| direction.end() == seen.end)
                && names.as_ref().is_none_or(is_named)
        };
        let rows: Vec<RelationSeen<'_>> = relations_of(self.view()).filter(is_wanted).collect();
        plain_page(
            ctx,
            self.graph.revision(),
            &rows,
            &PageArguments::forward(first, after),
            |seen| (seen.end as u8, seen.relation.kind() as u8, seen.other().name().to_string()),
            |seen| RelationObject::new(&self.graph, *seen),
            |seen| *seen,
        )
    }

    /// What it needs directly, by ref: what it depends on, the APIs that it calls, the places that it
    /// runs in; for an API, its providers.
    async fn dependencies(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many rows, 1 to 100; 50 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only rows behind this cursor.")] after: Option<String>,
    ) -> Result<EntityPage> {
        self.page_of(ctx, &self.next_to(Direction::Dependencies), &PageArguments::forward(first, after))
    }

    /// What needs it directly, by ref. Everything that transitively needs it is `blastRadius`.
    async fn dependents(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many rows, 1 to 100; 50 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only rows behind this cursor.")] after: Option<String>,
    ) -> Result<EntityPage> {
        self.page_of(ctx, &self.next_to(Direction::Dependents), &PageArguments::forward(first, after))
    }

    /// The members of a group, people and groups, by ref.
    async fn members(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many rows, 1 to 100; 50 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only rows behind this cursor.")] after: Option<String>,
    ) -> Result<EntityPage> {
        let members: Vec<Entity<'_>> = self.view().members().collect();
        self.page_of(ctx, &members, &PageArguments::forward(first, after))
    }

    /// What it answers for, as the owner, by ref.
    async fn owned(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many rows, 1 to 100; 50 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only rows behind this cursor.")] after: Option<String>,
    ) -> Result<EntityPage> {
        let owned: Vec<Entity<'_>> = self.view().owned().collect();
        self.page_of(ctx, &owned, &PageArguments::forward(first, after))
    }

    /// Every declaration of it, by repository, path and document; one of them stands for it.
    async fn declarations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many rows, 1 to 100; 50 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only rows behind this cursor.")] after: Option<String>,
    ) -> Result<Page<DeclarationObject>> {
        let mut rows: Vec<_> = self.view().declarations().collect();
        rows.sort_by_key(|declaration| declaration.index());
        page(
            ctx,
            self.graph.revision(),
            &rows,
            &PageArguments::forward(first, after),
            |declaration| {
                let repository = declaration.repository().id().to_string();
                (repository, declaration.path().to_owned(), declaration.document())
            },
            |declaration| (*declaration).into(),
        )
    }
}
