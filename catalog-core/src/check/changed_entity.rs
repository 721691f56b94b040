//! The entities that a change is about, and why each is one.

use crate::{graph::Entity, model::EntityRef, query::EntityPair};

/// An entity that a change is about.
#[derive(Clone, Debug)]
pub struct ChangedEntity<'b, 'a> {
    /// The entity, as the graphs of base and head have it.
    pub entity: EntityPair<'b, 'a>,
    /// Why it is one, the surest ground first, each ground once; at least one.
    pub reasons: Vec<ChangeReason>,
}

/// Why a change is about an entity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeReason {
    /// On what ground.
    pub ground: ChangeGround,
    /// The paths that are the reason, by their place in the question, ascending; none where facts alone are.
    pub paths: Vec<usize>,
}

/// On what ground a change is about an entity, the surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChangeGround {
    /// Only the head has it.
    Added,
    /// Only the base has it.
    Removed,
    /// Something else is said of it: a field, or one of its relations.
    FactsChanged,
    /// It needs something else than before, though another entity's manifest says so.
    NeedsChanged,
    /// A manifest that declares it is among the paths.
    ManifestChanged,
    /// A manifest that declares it is among the paths and cannot be read, so that nobody knows what it says.
    ManifestBroken,
    /// What it offers is defined otherwise, in its manifest or in a file that it names.
    DefinitionChanged,
    /// It says that it is made of these files.
    CodeLocation,
    /// Its annotation `backstage.io/source-location` leads to a folder around these files.
    SourceLocation,
    /// Its manifest lies nearest to these files, in their folder or the next one above that has any.
    NearestManifest,
    /// Its manifest lies alone in the build to which these files belong.
    BuildRoot,
    /// It stands for the repository, and these files belong to no other entity.
    Repository,
}

impl ChangeGround {
    /// The ground in words, as JSON shows it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::FactsChanged => "facts-changed",
            Self::NeedsChanged => "needs-changed",
            Self::ManifestChanged => "manifest-changed",
            Self::ManifestBroken => "manifest-broken",
            Self::DefinitionChanged => "definition-changed",
            Self::CodeLocation => "code-location",
            Self::SourceLocation => "source-location",
            Self::NearestManifest => "nearest-manifest",
            Self::BuildRoot => "build-root",
            Self::Repository => "repository",
        }
    }

    /// The ground as one short phrase.
    pub fn reason(self) -> &'static str {
        match self {
            Self::Added => "it is new",
            Self::Removed => "it is removed",
            Self::FactsChanged => "something else is said of it",
            Self::NeedsChanged => "it needs something else",
            Self::ManifestChanged => "its manifest is changed",
            Self::ManifestBroken => "its manifest cannot be read",
            Self::DefinitionChanged => "its definition is changed",
            Self::CodeLocation => "it names these files as its code",
            Self::SourceLocation => "its source location is around these files",
            Self::NearestManifest => "its manifest is the nearest to these files",
            Self::BuildRoot => "its manifest is the only one in the build of these files",
            Self::Repository => "it stands for the repository",
        }
    }
}

impl ChangedEntity<'_, '_> {
    /// Its name.
    pub fn name(&self) -> &EntityRef {
        let name = self.entity.after.map(Entity::name).or(self.entity.before.map(Entity::name));
        name.expect("a changed entity is in one of the graphs")
    }

    /// Whether it is one only because it stands for the repository, in which paths belong to no other entity.
    pub fn is_repository_only(&self) -> bool {
        self.reasons.iter().all(|reason| reason.ground == ChangeGround::Repository)
    }
}
