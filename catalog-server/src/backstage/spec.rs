//! The `spec` of an entity, as far as the graph keeps it: what its manifests say together, with full refs.

use catalog_core::{
    graph::Entity,
    model::{EntityRef, RelationEnd, RelationKind, Tier},
};

use super::relation::RelationName;

/// A field of `spec`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SpecField {
    Type,
    Lifecycle,
    Owner,
    System,
    SubcomponentOf,
    Domain,
    SubdomainOf,
    ProvidesApis,
    ConsumesApis,
    DependsOn,
    DeployedTo,
    Parent,
    Children,
    Members,
    MemberOf,
    Profile,
    Tier,
    Slo,
    DataClass,
}

/// What a field holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum SpecValue<'g> {
    Text(&'g str),
    Number(u8),
    Texts(Vec<&'g str>),
    /// Keys are distinct.
    Object(Vec<(&'g str, &'g str)>),
}

impl SpecField {
    /// All fields, in the order in which they are shown.
    pub(super) const ALL: [Self; 19] = [
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
        Self::DeployedTo,
        Self::Parent,
        Self::Children,
        Self::Members,
        Self::MemberOf,
        Self::Profile,
        Self::Tier,
        Self::Slo,
        Self::DataClass,
    ];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Type => "type",
            Self::Lifecycle => "lifecycle",
            Self::Owner => "owner",
            Self::System => "system",
            Self::SubcomponentOf => "subcomponentOf",
            Self::Domain => "domain",
            Self::SubdomainOf => "subdomainOf",
            Self::ProvidesApis => "providesApis",
            Self::ConsumesApis => "consumesApis",
            Self::DependsOn => "dependsOn",
            Self::DeployedTo => "deployedTo",
            Self::Parent => "parent",
            Self::Children => "children",
            Self::Members => "members",
            Self::MemberOf => "memberOf",
            Self::Profile => "profile",
            Self::Tier => "tier",
            Self::Slo => "slo",
            Self::DataClass => "dataClass",
        }
    }

    /// What the field holds for an entity; nothing where it would not be shown.
    ///
    /// A relation stands in the field of the end that Backstage's field is named for, whoever states it.
    pub(super) fn value(self, entity: Entity<'_>) -> Option<SpecValue<'_>> {
        let kind = entity.name().kind();
        let text = |text: Option<_>| text.map(SpecValue::Text);
        match self {
            Self::Type => text(entity.entity_type()),
            Self::Lifecycle => text(entity.lifecycle()),
            Self::Owner => text(entity.owner().map(|owner| owner.name().as_str())),
            Self::System | Self::SubcomponentOf | Self::Domain | Self::SubdomainOf => {
                text(self.whole_of(entity))
            }
            Self::ProvidesApis => related(entity, RelationKind::ProvidesApi, RelationEnd::From, false),
            Self::ConsumesApis => related(entity, RelationKind::ConsumesApi, RelationEnd::From, false),
            Self::DependsOn => related(entity, RelationKind::DependsOn, RelationEnd::From, false),
            Self::DeployedTo => related(entity, RelationKind::DeployedTo, RelationEnd::From, false),
            Self::Parent => {
                let mut parents = entity.related(RelationKind::ChildOf, RelationEnd::From);
                text(parents.next().map(|parent| parent.name().as_str()))
            }
            // Backstage wants these two even where they are empty.
            Self::Children if kind == "group" => {
                related(entity, RelationKind::ChildOf, RelationEnd::To, true)
            }
            Self::MemberOf if kind == "user" => {
                related(entity, RelationKind::MemberOf, RelationEnd::From, true)
            }
            Self::Members => related(entity, RelationKind::MemberOf, RelationEnd::To, false),
            Self::Children | Self::MemberOf => None,
            Self::Profile => {
                let profile = entity.profile()?;
                let fields = [
                    ("displayName", &profile.display_name),
                    ("email", &profile.email),
                    ("picture", &profile.picture),
                ];
                let said = fields.into_iter().filter_map(|(name, value)| Some((name, value.as_deref()?)));
                Some(SpecValue::Object(said.collect()))
            }
            Self::Tier => entity.tier().map(Tier::number).map(SpecValue::Number),
            Self::Slo => {
                let mut objectives: Vec<(&str, &str)> = Vec::new();
                for objective in entity.objectives() {
                    let (indicator, target) = (&*objective.value.indicator, &*objective.value.target);
                    if !objectives.iter().any(|(known, _)| *known == indicator) {
                        objectives.push((indicator, target));
                    }
                }
                (!objectives.is_empty()).then_some(SpecValue::Object(objectives))
            }
            Self::DataClass => {
                let classes: Vec<&str> = entity.data_classes().iter().map(|class| &**class).collect();
                (!classes.is_empty()).then_some(SpecValue::Texts(classes))
            }
        }
    }

    /// What the entity is a part of, where it is this field that says so: the first by ref.
    fn whole_of(self, entity: Entity<'_>) -> Option<&str> {
        let field = |whole: &Entity<'_>| match (entity.name().kind(), whole.name().kind()) {
            ("domain", _) => Self::SubdomainOf,
            ("system", _) => Self::Domain,
            (_, "component") => Self::SubcomponentOf,
            _ => Self::System,
        };
        let mut wholes = entity.related(RelationKind::PartOf, RelationEnd::From);
        wholes.find(|whole| field(whole) == self).map(|whole| whole.name().as_str())
    }
}

fn related(
    entity: Entity<'_>,
    kind: RelationKind,
    end: RelationEnd,
    even_empty: bool,
) -> Option<SpecValue<'_>> {
    let targets: Vec<&str> =
        RelationName { kind, end }.targets(entity).into_iter().map(EntityRef::as_str).collect();
    (even_empty || !targets.is_empty()).then_some(SpecValue::Texts(targets))
}
