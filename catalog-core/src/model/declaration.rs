//! What one manifest says about one entity.

use super::{EntityRef, Located, Position, RelationClass, RelationEnd, RelationKind, Strength};

/// What one document of a manifest says about one entity: facts, each with its place.
///
/// The repository, commit, path and format are those of the manifest that holds it. Everything a
/// document may leave out is `None` or empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declaration {
    /// The entity spoken of.
    pub entity: EntityRef,
    /// Kind, namespace and name as the manifest spells them.
    pub spelling: Spelling,
    /// Where the entity's name stands.
    pub position: Position,
    /// The entity in the terms of its format where these are others, as in `service:checkout` or an ARI.
    pub declared_as: Option<Box<str>>,
    /// Other names by which documents may mean this entity, as refs: an ARI, an alias, a tag.
    pub aliases: Vec<Located<EntityRef>>,
    /// The files that the entity is made of, where the document says so.
    pub code_locations: Vec<Located<CodeLocation>>,
    /// `metadata.title`.
    pub title: Option<Located<Box<str>>>,
    /// `metadata.description`.
    pub description: Option<Located<Box<str>>>,
    /// `spec.type`.
    pub entity_type: Option<Located<Box<str>>>,
    /// `spec.lifecycle`.
    pub lifecycle: Option<Located<Box<str>>>,
    /// `spec.tier`: 0 to 4; 0 and 1 are critical.
    pub tier: Option<Located<Tier>>,
    /// `spec.slo`: what the entity promises.
    pub objectives: Vec<Located<Objective>>,
    /// `spec.dataClass`: the classes of data that it holds.
    pub data_classes: Vec<Located<Box<str>>>,
    /// `metadata.labels`, in the order of the file.
    pub labels: Vec<KeyedText>,
    /// `metadata.annotations`, in the order of the file.
    pub annotations: Vec<KeyedText>,
    /// `metadata.tags`, in the order of the file.
    pub tags: Vec<Located<Box<str>>>,
    /// `metadata.links`, in the order of the file.
    pub links: Vec<Located<Link>>,
    /// `spec.profile` of a Group or User.
    pub profile: Option<Profile>,
    /// Every relation that the document states, in the order of the file.
    pub relations: Vec<DeclaredRelation>,
    /// Fields that the document states by an addition of ours, which is believed before any format's own.
    pub additions: Vec<Field>,
    /// Fields that are there but could not be read; their last good values are kept.
    pub unread: Vec<Field>,
}

impl Declaration {
    /// A declaration that says nothing but the entity's name.
    pub fn new(entity: EntityRef, spelling: Spelling, position: Position) -> Self {
        Self {
            entity,
            spelling,
            position,
            declared_as: None,
            aliases: Vec::new(),
            code_locations: Vec::new(),
            title: None,
            description: None,
            entity_type: None,
            lifecycle: None,
            tier: None,
            objectives: Vec::new(),
            data_classes: Vec::new(),
            labels: Vec::new(),
            annotations: Vec::new(),
            tags: Vec::new(),
            links: Vec::new(),
            profile: None,
            relations: Vec::new(),
            additions: Vec::new(),
            unread: Vec::new(),
        }
    }

    /// The relations that name the entity's owners.
    pub fn owners(&self) -> impl Iterator<Item = &DeclaredRelation> {
        self.relations.iter().filter(|relation| {
            relation.kind == RelationKind::OwnedBy && relation.subject == RelationEnd::From
        })
    }
}

/// A label or an annotation: its key, and its value with the place.
pub type KeyedText = (Box<str>, Located<Box<str>>);

/// A name as its manifest spells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spelling {
    /// As in `Component`.
    pub kind: Box<str>,
    /// `None` where the manifest leaves it out.
    pub namespace: Option<Box<str>>,
    /// As in `Payments-API`.
    pub name: Box<str>,
}

/// How much depends on an entity, from 0 (the most) to 4.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tier(u8);

impl Tier {
    /// The least important tier.
    pub const LAST: u8 = 4;

    /// A tier by its number; `None` beyond 4.
    pub fn new(number: u8) -> Option<Self> {
        (number <= Self::LAST).then_some(Self(number))
    }

    /// 0 to 4.
    pub fn number(self) -> u8 {
        self.0
    }

    /// Whether an outage of the entity is an outage of the organisation: tiers 0 and 1.
    pub fn is_critical(self) -> bool {
        self.0 <= 1
    }
}

/// Files that an entity is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeLocation {
    /// The address of the repository as written; `None` for the one that holds the manifest.
    pub repository: Option<Box<str>>,
    /// A path from the root of the repository, which may be a glob; empty for the whole of it.
    pub path: Box<str>,
}

/// A promise about an entity, or an expectation of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Objective {
    /// What is promised, as in `availability`.
    pub indicator: Box<str>,
    /// The value as written, as in `99.95` (percent over 30 days) or `300ms`.
    pub target: Box<str>,
}

/// A link that people follow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Where it leads. May use any scheme; the edges decide what they make clickable.
    pub url: Box<str>,
    /// What it is called.
    pub title: Option<Box<str>>,
    /// The kind of target, as in `runbook`.
    pub link_type: Option<Box<str>>,
}

/// How a group or a person is shown and reached.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    /// `spec.profile.displayName`.
    pub display_name: Option<Box<str>>,
    /// `spec.profile.email`.
    pub email: Option<Box<str>>,
    /// `spec.profile.picture`.
    pub picture: Option<Box<str>>,
}

/// A relation that a document states between its entity and another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeclaredRelation {
    /// The field that states it.
    pub field: Field,
    /// Its kind, named from its `from` end.
    pub kind: RelationKind,
    /// Which end the document's own entity is.
    pub subject: RelationEnd,
    /// The entity at the other end.
    pub other: EntityRef,
    /// Where the other entity is named.
    pub position: Position,
    /// How it came to be known.
    pub class: RelationClass,
    /// What is said of it beyond its existence; `None` leaves the defaults in force.
    pub terms: Option<Box<NeedTerms>>,
}

/// What a document says of a need beyond its existence.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NeedTerms {
    /// How much the other is needed.
    pub strength: Option<Strength>,
    /// Needs of one document with the same number stand in for each other: one that works is enough.
    pub any_of: Option<u16>,
    /// What is expected of the other.
    pub expects: Vec<Objective>,
    /// After how many milliseconds the caller gives up.
    pub timeout_ms: Option<u64>,
    /// How often the caller tries again.
    pub retries: Option<u32>,
    /// The endpoint that is used, as in `GET /rates/{pair}`.
    pub endpoint: Option<Box<str>>,
    /// What the format calls a relation that none of ours is.
    pub label: Option<Box<str>>,
    /// What the other is needed for, where it holds data that not everybody may come at.
    pub purpose: Option<Box<str>>,
}

/// The fields of a document that can carry facts, as far as they can be told apart from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Field {
    /// `metadata.title`.
    Title = 0,
    /// `metadata.description`.
    Description = 1,
    /// `metadata.labels`.
    Labels = 2,
    /// `metadata.annotations`.
    Annotations = 3,
    /// `metadata.tags`.
    Tags = 4,
    /// `metadata.links`.
    Links = 5,
    /// `spec.type`.
    Type = 6,
    /// `spec.lifecycle`.
    Lifecycle = 7,
    /// `spec.owner`.
    Owner = 8,
    /// `spec.system`.
    System = 9,
    /// `spec.subcomponentOf`.
    SubcomponentOf = 10,
    /// `spec.domain`.
    Domain = 11,
    /// `spec.subdomainOf`.
    SubdomainOf = 12,
    /// `spec.providesApis`.
    ProvidesApis = 13,
    /// `spec.consumesApis`.
    ConsumesApis = 14,
    /// `spec.dependsOn`.
    DependsOn = 15,
    /// `spec.dependencyOf`.
    DependencyOf = 16,
    /// `spec.parent`.
    Parent = 17,
    /// `spec.children`.
    Children = 18,
    /// `spec.members`.
    Members = 19,
    /// `spec.memberOf`.
    MemberOf = 20,
    /// `spec.profile`.
    Profile = 21,
    /// `spec.tier`.
    Tier = 22,
    /// `spec.slo`.
    Slo = 23,
    /// `spec.needs`.
    Needs = 24,
    /// `spec.deployedTo`.
    DeployedTo = 25,
    /// `spec.dataClass`.
    DataClass = 26,
    /// Other names of the entity.
    Aliases = 27,
    /// The files that it is made of.
    CodeLocations = 28,
    /// Relations that the format names itself.
    Related = 29,
    /// `spec.responsibilities`.
    Responsibilities = 30,
    /// `spec.journey`.
    Journey = 31,
}

impl Field {
    /// All fields, in the order of their numbers.
    pub const ALL: [Self; 32] = [
        Self::Title,
        Self::Description,
        Self::Labels,
        Self::Annotations,
        Self::Tags,
        Self::Links,
        Self::Type,
        Self::Lifecycle,
        Self::Owner,
        Self::System,
        Self::SubcomponentOf,
        Self::Domain,
        Self::SubdomainOf,
        Self::ProvidesApis,
        Self::ConsumesApis,
        Self::DependsOn,
        Self::DependencyOf,
        Self::Parent,
        Self::Children,
        Self::Members,
        Self::MemberOf,
        Self::Profile,
        Self::Tier,
        Self::Slo,
        Self::Needs,
        Self::DeployedTo,
        Self::DataClass,
        Self::Aliases,
        Self::CodeLocations,
        Self::Related,
        Self::Responsibilities,
        Self::Journey,
    ];
}
