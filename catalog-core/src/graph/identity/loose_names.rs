//! Declared entities by what people may call them, for references in formats that are written loosely.

use rustc_hash::FxHashMap;

use super::classes::Classes;
use crate::{
    graph::{build::GraphBuilder, entity::NONE, ownership::OwnerNames},
    model::{EntityRef, OwnerName},
};

/// Declared entities by what people may call them; `None` where that can mean several.
pub(super) struct LooseNames {
    /// By name in the default namespace, among kinds that may be taken for each other.
    exact: FxHashMap<(Family, String), Option<u32>>,
    /// By kind and folded name.
    of_kind: FxHashMap<(String, String), Option<u32>>,
    /// By folded name, among kinds that may be taken for each other.
    folded: FxHashMap<(Family, String), Option<u32>>,
    /// Groups by folded name, title or display name.
    groups: FxHashMap<String, Option<u32>>,
}

/// Kinds that other formats do not tell apart: what they call a service may be a database here.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Family {
    Things,
    Wholes,
}

impl Family {
    fn of(kind: &str) -> Option<Self> {
        match kind {
            "component" | "resource" | "api" => Some(Self::Things),
            "system" | "domain" => Some(Self::Wholes),
            _ => None,
        }
    }
}

impl LooseNames {
    pub(super) fn new(builder: &GraphBuilder, classes: &mut Classes) -> Self {
        let mut loose = Self {
            exact: FxHashMap::default(),
            of_kind: FxHashMap::default(),
            folded: FxHashMap::default(),
            groups: FxHashMap::default(),
        };
        for (number, name) in (0..).zip(&builder.names) {
            if name.namespace() != EntityRef::DEFAULT_NAMESPACE || !classes.is_declared(number) {
                continue;
            }
            let fold = folded(name.name());
            if name.kind() == "group" {
                put_unique(&mut loose.groups, fold, number, classes);
            } else if let Some(family) = Family::of(name.kind()) {
                put_unique(&mut loose.exact, (family, name.name().to_owned()), number, classes);
                put_unique(&mut loose.of_kind, (name.kind().to_owned(), fold.clone()), number, classes);
                put_unique(&mut loose.folded, (family, fold), number, classes);
            }
        }
        for declaration in builder.declarations.iter().filter(|declaration| declaration.entity != NONE) {
            let name = &builder.names[declaration.entity as usize];
            let Some(details) = declaration.details.as_deref().filter(|_| name.kind() == "group") else {
                continue;
            };
            let shown = details.profile.as_ref().and_then(|profile| profile.display_name.as_deref());
            for title in details.title.as_deref().into_iter().chain(shown) {
                put_unique(&mut loose.groups, folded(title), declaration.entity, classes);
            }
        }
        loose
    }

    /// The component, resource, API, system or domain that a reference can mean.
    pub(super) fn thing(&self, name: &EntityRef) -> Option<u32> {
        let family = Family::of(name.kind())?;
        let fold = folded(name.name());
        let of_kind = self.of_kind.get(&(name.kind().to_owned(), fold.clone())).copied();
        let exact = self.exact.get(&(family, name.name().to_owned())).copied();
        let folded = self.folded.get(&(family, fold)).copied();
        exact.or(of_kind).or(folded).flatten()
    }

    /// The team or person that a reference can mean.
    pub(super) fn owner(
        &self,
        name: &EntityRef,
        owner_names: &OwnerNames,
        by_ref: &FxHashMap<&EntityRef, u32>,
    ) -> Option<u32> {
        let text = name.name().trim_start_matches('@');
        let known = owner_names.known(text).and_then(|entity| by_ref.get(entity).copied());
        let last = text.rsplit('/').next().unwrap_or(text);
        known
            .or_else(|| self.groups.get(&folded(text)).or_else(|| self.groups.get(&folded(last))).copied()?)
    }
}

/// Puts an entity under a key; two different ones make the key mean nothing.
fn put_unique<K: Eq + std::hash::Hash>(
    map: &mut FxHashMap<K, Option<u32>>,
    key: K,
    entity: u32,
    classes: &mut Classes,
) {
    let known = map.entry(key).or_insert(Some(entity));
    if known.is_some_and(|known| classes.of(known) != classes.of(entity)) {
        *known = None;
    }
}

/// A name in lower case with one `-` for everything but letters and digits.
pub(super) fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for part in text.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty()) {
        if !folded.is_empty() {
            folded.push('-');
        }
        folded.extend(part.chars().flat_map(char::to_lowercase));
    }
    folded
}

impl OwnerNames {
    /// The entity that a team's path, a login or an e-mail address means, where one carries it.
    pub(super) fn known(&self, text: &str) -> Option<&EntityRef> {
        let last = text.rsplit('/').next().unwrap_or(text);
        let lower = text.to_lowercase();
        self.emails
            .get(lower.as_str())
            .or_else(|| self.teams.get(lower.as_str()))
            .or_else(|| self.logins.get(lower.as_str()))
            .or_else(|| self.teams.get(last.to_lowercase().as_str()))
    }

    /// Notes what the configuration says, before anything else.
    pub(super) fn note_surely(&mut self, name: &OwnerName, entity: &EntityRef) {
        let text = name.as_str();
        let key: Box<str> = text.trim_start_matches('@').to_lowercase().into();
        let map = match (text.starts_with('@'), text.contains('/')) {
            (true, true) => &mut self.teams,
            (true, false) => &mut self.logins,
            (false, _) => &mut self.emails,
        };
        map.insert(key, entity.clone());
    }
}
