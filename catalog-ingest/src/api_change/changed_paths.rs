//! Which definitions a list of changed paths touches.

use std::collections::{BTreeMap, BTreeSet};

use super::{DefinitionSource, NamedDefinition, may_be_definition};

/// A definition that may have changed; what its file holds at base and at head decides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangedDefinition {
    /// The file that holds it, as a path from the root of the repository.
    pub path: Box<str>,
    /// Why it is looked at.
    pub found_as: FoundAs,
    /// The API entities whose definition it is, as indexes into the list that was given, ascending.
    pub named: Vec<usize>,
}

/// Why a definition is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FoundAs {
    /// An API entity of the catalog names it, or holds it.
    Named,
    /// Its path ends as those of definitions do.
    ByPath,
    /// It did not change itself, and refers to a file that did.
    RefersTo,
}

/// The definitions that changed paths may touch, sorted by path.
///
/// `named` are the definitions of the catalog's API entities, at base and at head; `read_from` are the files
/// that each known definition was read from ([`Definition::files`](super::Definition::files), its own first),
/// by which a definition is found of which only a part was changed. Paths that differ from what is named only in
/// their bytes that are no UTF-8 are none of definitions.
pub fn definitions_changed<'p>(
    changed: impl IntoIterator<Item = &'p str>,
    named: &[NamedDefinition],
    read_from: &[&[Box<str>]],
) -> Vec<ChangedDefinition> {
    let changed: BTreeSet<&str> = changed.into_iter().collect();
    let mut found: BTreeMap<&str, (FoundAs, Vec<usize>)> = BTreeMap::new();
    let mut add = |path, found_as: FoundAs, named: Option<usize>| {
        let (known, entities) = found.entry(path).or_insert((found_as, Vec::new()));
        *known = found_as.min(*known);
        entities.extend(named);
    };
    for path in changed.iter().copied().filter(|path| may_be_definition(path)) {
        add(path, FoundAs::ByPath, None);
    }
    for files in read_from {
        if let Some((own, others)) = files.split_first()
            && others.iter().any(|path| changed.contains(&**path))
        {
            add(own, FoundAs::RefersTo, None);
        }
    }
    for (index, definition) in named.iter().enumerate() {
        let path = match &definition.source {
            DefinitionSource::File(path) => path,
            DefinitionSource::Inline { .. } => &definition.manifest,
        };
        if changed.contains(&**path) {
            add(path, FoundAs::Named, Some(index));
        }
    }
    let definition = |(path, (found_as, named)): (&str, (FoundAs, Vec<usize>))| ChangedDefinition {
        path: path.into(),
        found_as,
        named,
    };
    found.into_iter().map(definition).collect()
}
