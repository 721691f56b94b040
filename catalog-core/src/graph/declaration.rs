//! A document of a manifest, as a view into the graph, and what it keeps.

use crate::model::{
    CodeLocation, ContentId, EntityRef, FoundBy, KeyedText, Link, Located, ManifestFormat, Objective, Origin,
    Position, Profile, RelationEnd, RelationKind, Stale, Tier,
};

use super::{
    CatalogGraph, Entity, RepositoryView,
    entity::{NONE, Standing},
    facts::Details,
    kept::Kept,
    symbols::Symbol,
};

/// One manifest.
#[derive(Debug)]
pub(super) struct SourceRecord {
    pub(super) repository: u32,
    pub(super) path: Box<str>,
    pub(super) format: ManifestFormat,
    pub(super) found_by: FoundBy,
    pub(super) content: ContentId,
    pub(super) stale: Option<Box<Stale>>,
}

/// One document of a manifest.
#[derive(Clone, Debug)]
pub(super) struct DeclarationRecord {
    pub(super) source: u32,
    pub(super) document: u32,
    pub(super) position: Position,
    pub(super) entity: u32,
    /// The name that it gives its entity, where the entity has another one or is not in the graph.
    pub(super) named: Option<Box<EntityRef>>,
    pub(super) strict: bool,
    pub(super) tier: Option<Tier>,
    pub(super) kind: Symbol,
    pub(super) entity_type: Symbol,
    pub(super) lifecycle: Symbol,
    /// The name as spelled, where that differs from the ref.
    pub(super) name_spelled: Option<Box<str>>,
    pub(super) problems: Box<[Box<str>]>,
    pub(super) stale: Option<Box<Stale>>,
    /// Whether an earlier declaration of its format stands for its entity.
    pub(super) is_left_out: bool,
    /// What it states where that is so.
    pub(super) left_out: Box<[LeftOutRelation]>,
    /// Whether it could not be read who its members are, or not all of them.
    pub(super) members_unread: bool,
    pub(super) details: Option<Kept<Details>>,
}

/// A relation that is not in the graph, because another declaration stands for the entity that states it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOutRelation {
    /// The entity that it starts at.
    pub from: EntityRef,
    /// Its kind, named from `from`.
    pub kind: RelationKind,
    /// The entity that it points at.
    pub to: EntityRef,
    /// The end that the declaration speaks of.
    pub subject: RelationEnd,
    /// Where it is stated.
    pub position: Position,
}

/// A view of one document in its graph.
#[derive(Clone, Copy)]
pub struct DeclarationView<'g> {
    graph: &'g CatalogGraph,
    slot: u32,
}

impl<'g> DeclarationView<'g> {
    pub(super) fn new(graph: &'g CatalogGraph, slot: u32) -> Self {
        Self { graph, slot }
    }

    pub(super) fn record(self) -> &'g DeclarationRecord {
        &self.graph.declarations[self.slot]
    }

    fn source(self) -> &'g SourceRecord {
        &self.graph.sources[self.record().source]
    }

    /// Its place in the order of repository, path and document: greater for what comes later.
    pub fn index(self) -> u64 {
        let repository = self.graph.repository_numbering.number_of(self.source().repository);
        u64::from(repository) << 32 | u64::from(self.slot)
    }

    /// Where it lies, which a change leaves as it is.
    pub(super) fn slot(self) -> u32 {
        self.slot
    }

    /// The entity that it speaks of; `None` where kind and name could not be read.
    pub fn entity(self) -> Option<Entity<'g>> {
        let entity = self.record().entity;
        (entity != NONE).then(|| Entity::new(self.graph, entity))
    }

    /// The name that it gives its entity; `None` where kind and name could not be read.
    ///
    /// The entity itself may have another name, from a format with more authority.
    pub fn named(self) -> Option<&'g EntityRef> {
        self.record().named.as_deref().or_else(|| self.entity().map(Entity::name))
    }

    /// The entity in the terms of the manifest's format, where these are others.
    pub fn declared_as(self) -> Option<&'g str> {
        self.details()?.declared_as.as_deref()
    }

    /// Whether it is the one that stands for its entity.
    pub fn stands(self) -> bool {
        self.entity().is_some_and(|entity| {
            matches!(entity.record().standing,
                Standing::Declared(number) | Standing::Evidence(number) if number == self.slot)
        })
    }

    /// Whether what it says counts: no earlier document of the same format speaks of its entity.
    pub fn counts(self) -> bool {
        !self.record().is_left_out
    }

    /// What it states without its being in the graph, because another declaration of the same format
    /// stands for its entity.
    pub fn left_out(self) -> &'g [LeftOutRelation] {
        &self.record().left_out
    }

    /// `metadata.title`.
    pub fn title(self) -> Option<&'g str> {
        self.details()?.title.as_deref()
    }

    /// `metadata.description`.
    pub fn description(self) -> Option<&'g str> {
        self.details()?.description.as_deref()
    }

    /// What it says that its entity promises, in the order of the file.
    pub fn objectives(self) -> &'g [Located<Objective>] {
        self.details().map_or(&[], |details| &details.objectives)
    }

    /// The annotations that it states, in the order of the file.
    pub fn annotations(self) -> &'g [KeyedText] {
        self.details().map_or(&[], |details| &details.annotations)
    }

    /// The links that it states, in the order of the file.
    pub fn links(self) -> &'g [Located<Link>] {
        self.details().map_or(&[], |details| &details.links)
    }

    /// How it says that its group or person is shown and reached.
    pub fn profile(self) -> Option<&'g Profile> {
        self.details()?.profile.as_deref()
    }

    fn details(self) -> Option<&'g Details> {
        self.record().details.as_deref()
    }

    /// The repository that holds it.
    pub fn repository(self) -> RepositoryView<'g> {
        RepositoryView::new(self.graph, self.source().repository)
    }

    /// The path of its manifest.
    pub fn path(self) -> &'g str {
        &self.source().path
    }

    /// The format of its manifest.
    pub fn format(self) -> ManifestFormat {
        self.source().format
    }

    /// The content that the last visit met at the path of its manifest, read well or not.
    pub fn content(self) -> ContentId {
        self.source().content
    }

    /// How its manifest was found.
    pub fn found_by(self) -> FoundBy {
        self.source().found_by
    }

    /// Its index in the file, from 0.
    pub fn document(self) -> u32 {
        self.record().document
    }

    /// Where it names its entity, or begins.
    pub fn position(self) -> Position {
        self.record().position
    }

    /// Where it was read, for a fact at `position`.
    pub fn origin_at(self, position: Position) -> Origin {
        let head = self.repository().head();
        let stale_commit = self.staleness().and_then(|stale| stale.commit);
        Origin {
            repository: head.id.clone(),
            commit: stale_commit.or(head.commit),
            path: self.source().path.clone(),
            document: self.document(),
            position,
            format: self.format(),
        }
    }

    /// Where it was read.
    pub fn origin(self) -> Origin {
        self.origin_at(self.position())
    }

    /// Whether the format's own reference reader takes it.
    pub fn is_strict(self) -> bool {
        self.record().strict
    }

    /// Why it would not.
    pub fn problems(self) -> &'g [Box<str>] {
        &self.record().problems
    }

    /// The kind as spelled; empty where it could not be read.
    pub fn kind(self) -> &'g str {
        self.graph.symbols.text(self.record().kind).unwrap_or_default()
    }

    /// The name as spelled; empty where it could not be read.
    pub fn spelled_name(self) -> &'g str {
        let spelled = self.record().name_spelled.as_deref();
        spelled.or_else(|| self.named().map(EntityRef::name)).unwrap_or_default()
    }

    /// `spec.type`.
    pub fn entity_type(self) -> Option<&'g str> {
        self.graph.symbols.text(self.record().entity_type)
    }

    /// `spec.lifecycle`.
    pub fn lifecycle(self) -> Option<&'g str> {
        self.graph.symbols.text(self.record().lifecycle)
    }

    /// `spec.tier`.
    pub fn tier(self) -> Option<Tier> {
        self.record().tier
    }

    /// The owners that it names, also where another declaration stands for its entity.
    pub fn owners(self) -> Vec<EntityRef> {
        let Some(entity) = self.entity() else { return Vec::new() };
        let stated = entity.outgoing().filter(|relation| {
            relation.kind() == RelationKind::OwnedBy
                && relation
                    .sources()
                    .any(|source| source.declaration.slot == self.slot && source.subject == RelationEnd::From)
        });
        let stated = stated.map(|relation| relation.to().name().clone());
        let left_out = self.left_out().iter().filter(|relation| {
            relation.kind == RelationKind::OwnedBy && relation.subject == RelationEnd::From
        });
        stated.chain(left_out.map(|relation| relation.to.clone())).collect()
    }

    /// The files of which it says that its entity is made, in the order of the file.
    pub fn code_locations(self) -> &'g [Located<CodeLocation>] {
        self.details().map_or(&[], |details| &details.code_locations)
    }

    /// Whether it says of its entity what another document says of its own, but for relations to others and
    /// wherever in its file it says so.
    pub fn says_the_same(self, other: DeclarationView<'_>) -> bool {
        fn unplaced<T>(items: &[Located<T>]) -> impl Iterator<Item = &T> {
            items.iter().map(|item| &item.value)
        }
        fn keyed(items: &[KeyedText]) -> impl Iterator<Item = (&str, &str)> {
            items.iter().map(|(key, text)| (&**key, &*text.value))
        }
        let same_details = match (self.details(), other.details()) {
            (None, None) => true,
            (Some(one), Some(of)) => {
                one.title == of.title
                    && one.description == of.description
                    && one.tags == of.tags
                    && one.profile == of.profile
                    && one.data_classes == of.data_classes
                    && one.declared_as == of.declared_as
                    && one.additions == of.additions
                    && keyed(&one.labels).eq(keyed(&of.labels))
                    && keyed(&one.annotations).eq(keyed(&of.annotations))
                    && unplaced(&one.links).eq(unplaced(&of.links))
                    && unplaced(&one.objectives).eq(unplaced(&of.objectives))
                    && unplaced(&one.code_locations).eq(unplaced(&of.code_locations))
            }
            _ => false,
        };
        same_details
            && self.named() == other.named()
            && self.kind() == other.kind()
            && self.spelled_name() == other.spelled_name()
            && self.entity_type() == other.entity_type()
            && self.lifecycle() == other.lifecycle()
            && self.tier() == other.tier()
            && self.counts() == other.counts()
            && self.record().members_unread == other.record().members_unread
    }

    /// What its staleness rests on: its own, its manifest's or its repository's.
    pub fn staleness(self) -> Option<Stale> {
        let own = self.record().stale.as_deref().or(self.source().stale.as_deref());
        own.cloned().or_else(|| self.repository().staleness())
    }
}
