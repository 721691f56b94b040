//! Typed, directed relations between entities, and what it takes for one to need another.

/// The kind of a relation, named for the direction `from → to`.
///
/// Each has an inverse name for the same edge seen from its other end; the pairs are Backstage's
/// well-known relations; `deployedTo`/`hosts`, `relatedTo`/`relatedFrom`, the four of responsibilities and
/// `passesThrough`/`passedThroughBy` are ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum RelationKind {
    /// `from` needs `to` at run time.
    DependsOn = 0,
    /// `from` calls the API `to`.
    ConsumesApi = 1,
    /// `from` offers the API `to`.
    ProvidesApi = 2,
    /// `from` runs in the place `to`.
    DeployedTo = 3,
    /// `from` is owned by `to`.
    OwnedBy = 4,
    /// `from` is a part of `to`.
    PartOf = 5,
    /// The person or group `from` is a member of `to`.
    MemberOf = 6,
    /// The group `from` lies below the group `to`.
    ChildOf = 7,
    /// `from` has to do with `to` in a way that only its format names.
    RelatedTo = 8,
    /// The group or person `to` watches `from`.
    MonitoredBy = 9,
    /// The group or person `to` sets the objectives of `from`.
    ObjectivesSetBy = 10,
    /// The group or person `to` decides on breaking changes of `from`.
    BreakingChangesDecidedBy = 11,
    /// The group or person `to` answers for the service level of `from`.
    ServiceLevelAnsweredBy = 12,
    /// The journey of `from` passes through `to`.
    PassesThrough = 13,
}

impl RelationKind {
    /// All kinds, in the order of their numbers.
    pub const ALL: [Self; 14] = [
        Self::DependsOn,
        Self::ConsumesApi,
        Self::ProvidesApi,
        Self::DeployedTo,
        Self::OwnedBy,
        Self::PartOf,
        Self::MemberOf,
        Self::ChildOf,
        Self::RelatedTo,
        Self::MonitoredBy,
        Self::ObjectivesSetBy,
        Self::BreakingChangesDecidedBy,
        Self::ServiceLevelAnsweredBy,
        Self::PassesThrough,
    ];

    /// The relation's name seen from `from`, as in `dependsOn`.
    pub fn name(self) -> &'static str {
        self.names().0
    }

    /// The relation's name seen from `to`, as in `dependencyOf`.
    pub fn inverse_name(self) -> &'static str {
        self.names().1
    }

    fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::DependsOn => ("dependsOn", "dependencyOf"),
            Self::ConsumesApi => ("consumesApi", "apiConsumedBy"),
            Self::ProvidesApi => ("providesApi", "apiProvidedBy"),
            Self::DeployedTo => ("deployedTo", "hosts"),
            Self::OwnedBy => ("ownedBy", "ownerOf"),
            Self::PartOf => ("partOf", "hasPart"),
            Self::MemberOf => ("memberOf", "hasMember"),
            Self::ChildOf => ("childOf", "parentOf"),
            Self::RelatedTo => ("relatedTo", "relatedFrom"),
            Self::MonitoredBy => ("monitoredBy", "monitors"),
            Self::ObjectivesSetBy => ("objectivesSetBy", "setsObjectivesOf"),
            Self::BreakingChangesDecidedBy => ("breakingChangesDecidedBy", "decidesBreakingChangesOf"),
            Self::ServiceLevelAnsweredBy => ("serviceLevelAnsweredBy", "answersForServiceLevelOf"),
            Self::PassesThrough => ("passesThrough", "passedThroughBy"),
        }
    }

    /// Which end of this relation needs the other one to work; `None` where failure does not travel.
    ///
    /// An API needs its providers, so `providesApi` is needed from its `to` end.
    pub fn needy_end(self) -> Option<RelationEnd> {
        match self {
            Self::DependsOn | Self::ConsumesApi | Self::DeployedTo => Some(RelationEnd::From),
            Self::ProvidesApi => Some(RelationEnd::To),
            Self::OwnedBy | Self::PartOf | Self::MemberOf | Self::ChildOf | Self::RelatedTo => None,
            Self::MonitoredBy
            | Self::ObjectivesSetBy
            | Self::BreakingChangesDecidedBy
            | Self::ServiceLevelAnsweredBy
            | Self::PassesThrough => None,
        }
    }
}

/// One of the two ends of a relation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RelationEnd {
    /// The end that the relation is named from.
    From,
    /// The end that it points at.
    To,
}

/// How a fact about a relation came to be known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum RelationClass {
    /// A person wrote it down.
    Declared = 0,
    /// It was read off what is deployed.
    Deployed = 1,
    /// It was seen in traffic.
    Observed = 2,
}

impl RelationClass {
    /// The class in words, as JSON shows it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Declared => "declared",
            Self::Deployed => "deployed",
            Self::Observed => "observed",
        }
    }
}

/// How much an entity needs another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Strength {
    /// It works, degraded, when the other is down.
    Soft = 0,
    /// It is down when the other is down.
    Hard = 1,
}

impl Strength {
    /// The strength in words, as JSON shows it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Soft => "soft",
            Self::Hard => "hard",
        }
    }
}
