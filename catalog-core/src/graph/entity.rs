//! An entity, as a view into the graph.

use crate::model::{
    CodeLocation, EntityRef, KeyedText, Link, Located, Objective, Profile, RelationEnd, RelationKind, Stale,
    Tier,
};

use super::{
    CatalogGraph, DeclarationView, Relation, RepositoryView,
    facts::{Details, Facts},
};

/// No number: stands where an entity, declaration or owner is missing.
pub(super) const NONE: u32 = u32::MAX;

#[derive(Clone, Debug)]
pub(super) struct EntityRecord {
    pub(super) name: EntityRef,
    pub(super) standing: Standing,
    /// What its declarations say together, by number; [`NONE`] where there is only one.
    pub(super) merged: u32,
}

/// Why an entity is in the graph, with the number of what says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    Declared(u32),
    Repository(u32),
    Evidence(u32),
    Placeholder,
}

/// A view of one entity in its graph: two words, copied freely.
#[derive(Clone, Copy)]
pub struct Entity<'g> {
    graph: &'g CatalogGraph,
    slot: u32,
}

/// Why an entity is in the graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EntityStanding {
    /// A manifest declares it.
    Declared,
    /// It stands for a crawled repository.
    Repository,
    /// Only files that describe what runs know it, as a compose file does its containers.
    Evidence,
    /// Something names it, and nothing declares it.
    Placeholder,
}

impl EntityStanding {
    /// The standing in words, as JSON shows it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Declared => "declared",
            Self::Repository => "repository",
            Self::Evidence => "evidence",
            Self::Placeholder => "placeholder",
        }
    }
}

impl<'g> Entity<'g> {
    pub(super) fn new(graph: &'g CatalogGraph, slot: u32) -> Self {
        Self { graph, slot }
    }

    /// The graph that it belongs to.
    pub fn graph(self) -> &'g CatalogGraph {
        self.graph
    }

    /// Its number: 0 to the number of entities, in the order of their refs. Only good within this graph.
    pub fn index(self) -> u32 {
        self.graph.numbering.number_of(self.slot)
    }

    /// Where it lies, which a change leaves as it is.
    pub(super) fn slot(self) -> u32 {
        self.slot
    }

    pub(super) fn record(self) -> &'g EntityRecord {
        &self.graph.entities[self.slot]
    }

    /// Its name.
    pub fn name(self) -> &'g EntityRef {
        &self.record().name
    }

    /// Why it is in the graph.
    pub fn standing(self) -> EntityStanding {
        match self.record().standing {
            Standing::Declared(_) => EntityStanding::Declared,
            Standing::Repository(_) => EntityStanding::Repository,
            Standing::Evidence(_) => EntityStanding::Evidence,
            Standing::Placeholder => EntityStanding::Placeholder,
        }
    }

    /// Whether something names or mentions it, and no manifest of a catalog's format declares it.
    pub fn is_placeholder(self) -> bool {
        matches!(self.standing(), EntityStanding::Placeholder | EntityStanding::Evidence)
    }

    /// The declaration that stands for it: of the formats that declare it the one with the most
    /// authority, and there the first by repository, path and document.
    pub fn declaration(self) -> Option<DeclarationView<'g>> {
        match self.record().standing {
            Standing::Declared(declaration) | Standing::Evidence(declaration) => {
                Some(DeclarationView::new(self.graph, declaration))
            }
            Standing::Repository(_) | Standing::Placeholder => None,
        }
    }

    /// Every declaration of it: by the authority of its format, then by repository, path and document.
    /// The one that stands for it is the first.
    pub fn declarations(self) -> impl Iterator<Item = DeclarationView<'g>> {
        let declarations = self.graph.declarations_of.of(self.slot).iter();
        declarations.map(move |declaration| DeclarationView::new(self.graph, *declaration))
    }

    /// The repository that it stands for, or that declares it.
    pub fn repository(self) -> Option<RepositoryView<'g>> {
        match self.record().standing {
            Standing::Repository(repository) => Some(RepositoryView::new(self.graph, repository)),
            Standing::Declared(_) | Standing::Evidence(_) => {
                self.declaration().map(DeclarationView::repository)
            }
            Standing::Placeholder => None,
        }
    }

    /// Its kind as declared, as in `Component`.
    pub fn kind(self) -> &'g str {
        self.declaration().map_or_else(|| usual_spelling(self.name().kind()), DeclarationView::kind)
    }

    /// Its name as declared, without kind and namespace.
    pub fn spelled_name(self) -> &'g str {
        self.declaration().map_or_else(|| self.name().name(), DeclarationView::spelled_name)
    }

    /// `spec.type`; `repository` for a crawled repository.
    pub fn entity_type(self) -> Option<&'g str> {
        match self.record().standing {
            Standing::Repository(_) => Some("repository"),
            _ => match self.merged() {
                Some(facts) => self.graph.symbols.text(facts.entity_type),
                None => self.declaration()?.entity_type(),
            },
        }
    }

    /// `spec.lifecycle`.
    pub fn lifecycle(self) -> Option<&'g str> {
        match self.merged() {
            Some(facts) => self.graph.symbols.text(facts.lifecycle),
            None => self.declaration()?.lifecycle(),
        }
    }

    /// `spec.tier`.
    pub fn tier(self) -> Option<Tier> {
        match self.merged() {
            Some(facts) => facts.tier,
            None => self.declaration()?.tier(),
        }
    }

    /// Whether its tier is 0 or 1.
    pub fn is_critical(self) -> bool {
        self.tier().is_some_and(Tier::is_critical)
    }

    /// `metadata.title`.
    pub fn title(self) -> Option<&'g str> {
        self.details()?.title.as_deref()
    }

    /// `metadata.description`.
    pub fn description(self) -> Option<&'g str> {
        self.details()?.description.as_deref()
    }

    /// `metadata.labels`, in the order of the file.
    pub fn labels(self) -> &'g [KeyedText] {
        self.details().map_or(&[], |details| &details.labels)
    }

    /// `metadata.annotations`, in the order of the file.
    pub fn annotations(self) -> &'g [KeyedText] {
        self.details().map_or(&[], |details| &details.annotations)
    }

    /// The annotation of this key.
    pub fn annotation(self, key: &str) -> Option<&'g str> {
        self.annotations().iter().find(|(name, _)| &**name == key).map(|(_, value)| &*value.value)
    }

    /// `metadata.tags`, in the order of the file.
    pub fn tags(self) -> &'g [Box<str>] {
        self.details().map_or(&[], |details| &details.tags)
    }

    /// `metadata.links`, in the order of the file.
    pub fn links(self) -> &'g [Located<Link>] {
        self.details().map_or(&[], |details| &details.links)
    }

    /// `spec.profile`.
    pub fn profile(self) -> Option<&'g Profile> {
        self.details()?.profile.as_deref()
    }

    /// `spec.slo`.
    pub fn objectives(self) -> &'g [Located<Objective>] {
        self.details().map_or(&[], |details| &details.objectives)
    }

    /// `spec.dataClass`.
    pub fn data_classes(self) -> &'g [Box<str>] {
        self.details().map_or(&[], |details| &details.data_classes)
    }

    /// The files that it is made of, as its manifests say it.
    pub fn code_locations(self) -> &'g [Located<CodeLocation>] {
        self.details().map_or(&[], |details| &details.code_locations)
    }

    /// Other names that documents or the configuration give it, sorted. O(other names in the catalog).
    pub fn aliases(self) -> impl Iterator<Item = &'g EntityRef> {
        let aliases = &self.graph.aliases;
        aliases.iter().filter(move |(_, entity)| *entity == self.slot).map(|(name, _)| name)
    }

    fn merged(self) -> Option<&'g Facts> {
        let number = self.record().merged;
        (number != NONE).then(|| &self.graph.merged[number])
    }

    fn details(self) -> Option<&'g Details> {
        match self.merged() {
            Some(facts) => Some(&facts.details),
            None => self.declaration()?.record().details.as_deref(),
        }
    }

    /// Whether a declaration of it leaves unknown who its members are, or not all of them.
    pub fn members_unread(self) -> bool {
        self.declarations().any(|declaration| declaration.record().members_unread)
    }

    /// The relations that start at it, sorted by kind and target.
    pub fn outgoing(self) -> impl Iterator<Item = Relation<'g>> {
        self.graph.relations.outgoing(self.slot).map(move |relation| Relation::new(self.graph, relation))
    }

    /// The relations that end at it, sorted by kind and source.
    pub fn incoming(self) -> impl Iterator<Item = Relation<'g>> {
        let incoming = self.graph.relations.incoming(self.slot).iter();
        incoming.map(move |relation| Relation::new(self.graph, *relation))
    }

    /// What it is related to by `kind`, itself standing at `end`: `related(PartOf, From)` are the
    /// entities that it is a part of, `related(PartOf, To)` are its parts.
    pub fn related(self, kind: RelationKind, end: RelationEnd) -> impl Iterator<Item = Entity<'g>> {
        let outgoing = (end == RelationEnd::From).then(|| self.outgoing()).into_iter().flatten();
        let incoming = (end == RelationEnd::To).then(|| self.incoming()).into_iter().flatten();
        outgoing
            .filter(move |relation| relation.kind() == kind)
            .map(Relation::to)
            .chain(incoming.filter(move |relation| relation.kind() == kind).map(Relation::from))
    }

    /// The system, or for a system the domain, that it is a part of; of several, the first by ref.
    pub fn system(self) -> Option<Entity<'g>> {
        let mut wholes = self.related(RelationKind::PartOf, RelationEnd::From);
        wholes.find(|whole| matches!(whole.name().kind(), "system" | "domain"))
    }

    /// What stale knowledge about it rests on, if any of it is stale: of its document, its manifest
    /// or its repository, in this order.
    pub fn staleness(self) -> Option<Stale> {
        match self.record().standing {
            Standing::Declared(_) | Standing::Evidence(_) => self.declaration()?.staleness(),
            Standing::Repository(_) => self.repository()?.staleness(),
            Standing::Placeholder => None,
        }
    }
}

impl PartialEq for Entity<'_> {
    /// Within one graph, entities are equal where their numbers are.
    fn eq(&self, other: &Self) -> bool {
        self.slot == other.slot && std::ptr::eq(self.graph, other.graph)
    }
}

impl Eq for Entity<'_> {}

impl std::fmt::Debug for Entity<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.name().fmt(f)
    }
}

/// How Backstage spells the kinds that it knows; other kinds as they are.
fn usual_spelling(kind: &str) -> &str {
    const KINDS: [&str; 9] =
        ["API", "Component", "Domain", "Group", "Location", "Resource", "System", "Template", "User"];
    KINDS.into_iter().find(|known| known.eq_ignore_ascii_case(kind)).unwrap_or(kind)
}
