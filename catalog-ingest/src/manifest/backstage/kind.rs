//! The built-in kinds: the fields of their `spec`, and the relations that those state.

use catalog_core::model::{
    Field,
    RelationEnd::{self, From, To},
    RelationKind::{self, ChildOf, ConsumesApi, DependsOn, MemberOf, OwnedBy, PartOf, ProvidesApi},
};

/// A kind that Backstage's own processors recognise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum KnownKind {
    Component,
    Api,
    Resource,
    System,
    Domain,
    Group,
    User,
    Location,
    Template,
}

/// A field of `spec` that a kind's schema names.
pub(super) struct SpecField {
    pub(super) name: &'static str,
    pub(super) required: bool,
    pub(super) shape: SpecShape,
}

/// What a field of `spec` must hold.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum SpecShape {
    /// A text that is not empty.
    Text,
    /// A list of texts that are not empty.
    Texts,
    /// `displayName`, `email` and `picture`, texts that are not empty.
    Profile,
    /// `required` or `optional`.
    Presence,
    /// A list of mappings that each have an `action`.
    Steps,
}

/// A field of `spec` whose references become relations.
pub(super) struct RelationField {
    pub(super) field: Field,
    pub(super) name: &'static str,
    /// The kind of references without one; `None` where one is required.
    pub(super) default_kind: Option<&'static str>,
    pub(super) relation: RelationKind,
    /// Which end of the relation the entity itself is.
    pub(super) subject: RelationEnd,
    /// Whether the field holds a list.
    pub(super) many: bool,
}

impl KnownKind {
    const ALL: [Self; 9] = [
        Self::Component,
        Self::Api,
        Self::Resource,
        Self::System,
        Self::Domain,
        Self::Group,
        Self::User,
        Self::Location,
        Self::Template,
    ];

    /// The kind as it must be written.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Component => "Component",
            Self::Api => "API",
            Self::Resource => "Resource",
            Self::System => "System",
            Self::Domain => "Domain",
            Self::Group => "Group",
            Self::User => "User",
            Self::Location => "Location",
            Self::Template => "Template",
        }
    }

    /// The kind of this name, in whatever case it is written.
    pub(super) fn from_any_case(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name().eq_ignore_ascii_case(text))
    }

    /// Every `apiVersion` that declares this kind.
    pub(super) fn api_versions(self) -> &'static [&'static str] {
        match self {
            Self::Template => &["scaffolder.backstage.io/v1beta3"],
            _ => &["backstage.io/v1alpha1", "backstage.io/v1beta1"],
        }
    }

    /// The fields that the kind's schema names.
    pub(super) fn spec_fields(self) -> &'static [SpecField] {
        match self {
            Self::Component => {
                const {
                    &[
                        required("type"),
                        required("lifecycle"),
                        required("owner"),
                        optional("system"),
                        optional("subcomponentOf"),
                        texts("providesApis"),
                        texts("consumesApis"),
                        texts("dependsOn"),
                    ]
                }
            }
            Self::Api => {
                const {
                    &[
                        required("type"),
                        required("lifecycle"),
                        required("owner"),
                        required("definition"),
                        optional("system"),
                    ]
                }
            }
            Self::Resource => {
                const { &[required("type"), required("owner"), optional("system"), texts("dependsOn")] }
            }
            Self::System => const { &[required("owner"), optional("domain"), optional("type")] },
            Self::Domain => const { &[required("owner"), optional("subdomainOf"), optional("type")] },
            Self::Group => {
                const {
                    &[
                        required("type"),
                        SpecField { name: "children", required: true, shape: SpecShape::Texts },
                        optional("parent"),
                        texts("members"),
                        SpecField { name: "profile", required: false, shape: SpecShape::Profile },
                    ]
                }
            }
            Self::User => {
                const {
                    &[
                        SpecField { name: "memberOf", required: true, shape: SpecShape::Texts },
                        SpecField { name: "profile", required: false, shape: SpecShape::Profile },
                    ]
                }
            }
            Self::Location => {
                const {
                    &[
                        optional("type"),
                        optional("target"),
                        texts("targets"),
                        SpecField { name: "presence", required: false, shape: SpecShape::Presence },
                    ]
                }
            }
            Self::Template => {
                const {
                    &[
                        required("type"),
                        SpecField { name: "steps", required: true, shape: SpecShape::Steps },
                        optional("owner"),
                        optional("lifecycle"),
                    ]
                }
            }
        }
    }

    /// The fields that state relations, also those that no schema names.
    pub(super) fn relation_fields(self) -> &'static [RelationField] {
        match self {
            Self::Component => {
                const {
                    &[
                        OWNER,
                        SYSTEM,
                        one(Field::SubcomponentOf, "subcomponentOf", "component", PartOf, From),
                        many(Field::ProvidesApis, "providesApis", Some("api"), ProvidesApi, From),
                        many(Field::ConsumesApis, "consumesApis", Some("api"), ConsumesApi, From),
                        DEPENDS_ON,
                        DEPENDENCY_OF,
                    ]
                }
            }
            Self::Api => const { &[OWNER, SYSTEM] },
            Self::Resource => const { &[OWNER, SYSTEM, DEPENDS_ON, DEPENDENCY_OF] },
            Self::System => const { &[OWNER, one(Field::Domain, "domain", "domain", PartOf, From)] },
            Self::Domain => {
                const { &[OWNER, one(Field::SubdomainOf, "subdomainOf", "domain", PartOf, From)] }
            }
            Self::Group => {
                const {
                    &[
                        one(Field::Parent, "parent", "group", ChildOf, From),
                        many(Field::Children, "children", Some("group"), ChildOf, To),
                        many(Field::Members, "members", Some("user"), MemberOf, To),
                    ]
                }
            }
            Self::User => const { &[many(Field::MemberOf, "memberOf", Some("group"), MemberOf, From)] },
            Self::Location => const { &[] },
            Self::Template => const { &[OWNER] },
        }
    }

    /// Whether the catalog's own additions to `spec` are read for this kind.
    pub(super) fn has_additions(self) -> bool {
        matches!(self, Self::Component | Self::Api | Self::Resource | Self::System)
    }
}

/// The relations that are read for kinds that nobody knows: those that most kinds share.
pub(super) const FOREIGN_RELATION_FIELDS: &[RelationField] = &[OWNER, SYSTEM, DEPENDS_ON, DEPENDENCY_OF];

const OWNER: RelationField = one(Field::Owner, "owner", "group", OwnedBy, From);
const SYSTEM: RelationField = one(Field::System, "system", "system", PartOf, From);
const DEPENDS_ON: RelationField = many(Field::DependsOn, "dependsOn", None, DependsOn, From);
const DEPENDENCY_OF: RelationField = many(Field::DependencyOf, "dependencyOf", None, DependsOn, To);

const fn one(
    field: Field,
    name: &'static str,
    default_kind: &'static str,
    relation: RelationKind,
    subject: RelationEnd,
) -> RelationField {
    RelationField { field, name, default_kind: Some(default_kind), relation, subject, many: false }
}

const fn many(
    field: Field,
    name: &'static str,
    default_kind: Option<&'static str>,
    relation: RelationKind,
    subject: RelationEnd,
) -> RelationField {
    RelationField { field, name, default_kind, relation, subject, many: true }
}

const fn required(name: &'static str) -> SpecField {
    SpecField { name, required: true, shape: SpecShape::Text }
}

const fn optional(name: &'static str) -> SpecField {
    SpecField { name, required: false, shape: SpecShape::Text }
}

const fn texts(name: &'static str) -> SpecField {
    SpecField { name, required: false, shape: SpecShape::Texts }
}
