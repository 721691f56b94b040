//! What is remembered of how names were united, to tell whether a change can unite them otherwise.

use rustc_hash::FxHashSet;

use super::loose_names::folded;
use crate::{graph::kept::Kept, model::EntityRef};

/// Which names mean what, as far as a change must know.
#[derive(Clone, Debug)]
pub(in crate::graph) enum NameRules {
    /// Each name means the entity of just that name, and no format is there that could change this.
    Plain,
    /// Names of several formats are united.
    United(Kept<UnitedNames>),
}

/// Names that a change of a plain repository can have an effect on elsewhere.
#[derive(Debug, Default)]
pub(in crate::graph) struct UnitedNames {
    /// Names that entities have beside their own.
    renamed: FxHashSet<EntityRef>,
    /// Entities with other names, and names that something tries to unite or that deployments declare.
    bound: FxHashSet<EntityRef>,
    /// What loosely written references come to, as names fold.
    loose: FxHashSet<Box<str>>,
    /// Names that are met in what describes deployments.
    deployed: FxHashSet<EntityRef>,
    /// Namespaces that belong to deployments of one repository.
    local_namespaces: FxHashSet<Box<str>>,
    /// Whether annotations say what an entity is called in a cluster.
    pub(in crate::graph) has_clusters: bool,
}

/// All of them, each set in order: what is renamed, bound and deployed, loose texts and local namespaces.
pub(in crate::graph) struct UnitedParts<'u> {
    pub(in crate::graph) names: [Vec<&'u str>; 3],
    pub(in crate::graph) texts: [Vec<&'u str>; 2],
    pub(in crate::graph) has_clusters: bool,
}

impl UnitedNames {
    /// Takes them apart.
    pub(in crate::graph) fn parts(&self) -> UnitedParts<'_> {
        let names = [&self.renamed, &self.bound, &self.deployed].map(|set| {
            let mut names: Vec<&str> = set.iter().map(EntityRef::as_str).collect();
            names.sort_unstable();
            names
        });
        let texts = [&self.loose, &self.local_namespaces].map(|set| {
            let mut texts: Vec<&str> = set.iter().map(|text| &**text).collect();
            texts.sort_unstable();
            texts
        });
        UnitedParts { names, texts, has_clusters: self.has_clusters }
    }

    /// Puts them together; `None` where a name is none.
    pub(in crate::graph) fn of_parts(parts: UnitedParts<'_>) -> Option<Self> {
        let names =
            |texts: Vec<&str>| texts.into_iter().map(EntityRef::from_canonical).collect::<Option<_>>();
        let [renamed, bound, deployed] = parts.names;
        let [loose, local_namespaces] = parts.texts.map(|texts| texts.into_iter().map(Into::into).collect());
        Some(Self {
            renamed: names(renamed)?,
            bound: names(bound)?,
            deployed: names(deployed)?,
            loose,
            local_namespaces,
            has_clusters: parts.has_clusters,
        })
    }

    pub(super) fn note_renamed(&mut self, name: &EntityRef, entity: &EntityRef) {
        self.renamed.insert(name.clone());
        self.bound.insert(entity.clone());
    }

    pub(super) fn note_bound(&mut self, name: &EntityRef) {
        self.bound.insert(name.clone());
    }

    pub(super) fn note_loose(&mut self, reference: &EntityRef) {
        let last = reference.name().rsplit('/').next().unwrap_or_default();
        self.loose.insert(folded(reference.name()).into());
        self.loose.insert(folded(last).into());
    }

    pub(super) fn note_local_namespace(&mut self, namespace: &str) {
        self.local_namespaces.insert(namespace.into());
    }

    pub(in crate::graph) fn note_deployed(&mut self, name: &EntityRef) {
        self.deployed.insert(name.clone());
    }

    /// Whether a name is another one of an entity, or could be.
    pub(in crate::graph) fn is_renamed(&self, name: &EntityRef) -> bool {
        self.renamed.contains(name) || self.local_namespaces.contains(name.namespace())
    }

    /// Whether an entity has other names, or something tries to give it any.
    pub(in crate::graph) fn is_bound(&self, name: &EntityRef) -> bool {
        self.bound.contains(name) || self.is_renamed(name)
    }

    /// Whether a reference that is written loosely can mean something that is called like this.
    pub(in crate::graph) fn is_called(&self, text: &str) -> bool {
        self.loose.contains(folded(text).as_str())
    }

    /// Whether it matters elsewhere that a name is declared or mentioned.
    pub(in crate::graph) fn is_awaited(&self, name: &EntityRef) -> bool {
        self.is_called(name.name()) || self.deployed.contains(name)
    }
}
