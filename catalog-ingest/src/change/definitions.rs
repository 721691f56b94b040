//! The API definitions of the two sides of a change, and which of them are to be held against each other.

use std::collections::{BTreeMap, BTreeSet};

use catalog_core::model::{ContentId, EntityRef, Manifest};

use super::{RepositoryChange, content_of};
use crate::{
    api_change::{
        Definition, DefinitionSource, NamedDefinition, definitions_changed, definitions_named,
        may_be_definition, read_definition, read_inline_definition,
    },
    limits::{DefinitionLimits, ManifestLimits},
    manifest::Siblings,
    repository::Snapshot,
};

/// How a definition is told from all others: its file, and the API whose text it is where it stands in a manifest.
pub(super) type DefinitionKey = (Box<str>, Option<EntityRef>);

/// How the names of files end that a definition can refer to.
const REFERRED_TO: [&str; 6] = [".yaml", ".yml", ".json", ".proto", ".graphql", ".graphqls"];

/// The definitions of both sides.
pub(super) struct Definitions<'c> {
    /// `None` for a folder without commits.
    pub(super) before: Option<DefinitionSide<'c>>,
    pub(super) after: DefinitionSide<'c>,
}

impl<'c> Definitions<'c> {
    pub(super) fn read(
        change: &'c RepositoryChange,
        touched: &[&str],
        manifests: &ManifestLimits,
        limits: &'c DefinitionLimits,
    ) -> Self {
        let mut named = Named { touched, limits: manifests, read: BTreeMap::new() };
        let before = change.files.before.as_ref();
        let before = before.map(|files| named.side(files, &change.before.manifests, limits));
        let after = named.side(&change.files.after, &change.after.manifests, limits);
        Self { before, after }
    }

    /// Which definitions are held against each other, and of which APIs each pair is the definition. An API whose
    /// manifest names another definition than before is one of both.
    pub(super) fn pairs(
        &self,
        touched: &[&str],
    ) -> BTreeMap<(DefinitionKey, DefinitionKey), BTreeSet<EntityRef>> {
        let mut changed = self.after.touched(touched);
        changed.extend(self.before.iter().flat_map(|side| side.touched(touched)));
        let none = BTreeMap::new();
        let before = self.before.as_ref().map_or(&none, |side| &side.keys);
        let after = &self.after.keys;
        let mut pairs: BTreeMap<(DefinitionKey, DefinitionKey), BTreeSet<EntityRef>> = BTreeMap::new();
        let mut met: BTreeSet<&DefinitionKey> = BTreeSet::new();
        for api in before.keys().chain(after.keys()).collect::<BTreeSet<_>>() {
            let (was, is) = (before.get(api), after.get(api));
            // What a manifest holds that cannot be read any more is not known, and that is told of the manifest.
            let is_unread = is.is_none() && self.after.unread.contains(api);
            // A file that nothing names any more, or did not name before, may be there all the same.
            let Some((was, is)) = was.or(is).zip(is.or(was)).filter(|_| !is_unread) else { continue };
            met.extend([was, is]);
            if was != is || changed.contains(was) {
                pairs.entry((was.clone(), is.clone())).or_default().insert(api.clone());
            }
        }
        for key in changed.iter().filter(|key| key.1.is_none() && !met.contains(key)) {
            pairs.insert((key.clone(), key.clone()), BTreeSet::new());
        }
        pairs
    }
}

/// The definitions that manifests name. What both sides have is read once.
struct Named<'t> {
    touched: &'t [&'t str],
    limits: &'t ManifestLimits,
    read: BTreeMap<(Box<str>, ContentId), Vec<NamedDefinition>>,
}

impl Named<'_> {
    fn side<'c>(
        &mut self,
        snapshot: &'c Snapshot,
        manifests: &[Manifest],
        limits: &'c DefinitionLimits,
    ) -> DefinitionSide<'c> {
        let bytes_max = u64::try_from(limits.bytes_max).unwrap_or(u64::MAX);
        let files = Files { snapshot, bytes_max };
        let (mut named, mut unread) = (Vec::new(), BTreeSet::new());
        if !self.touched.iter().any(|path| may_be_part(path)) {
            return DefinitionSide { files, limits, named, keys: BTreeMap::new(), unread };
        }
        for manifest in manifests {
            let documents = manifest.documents.iter();
            let apis = documents.filter_map(|document| {
                let api = &document.declaration.as_ref()?.entity;
                (api.kind() == "api").then_some((api, document.stale.is_some()))
            });
            let apis: Vec<(&EntityRef, bool)> = apis.collect();
            if apis.is_empty() {
                continue;
            }
            let is_stale = manifest.stale.is_some();
            unread.extend(apis.iter().filter(|(_, stale)| is_stale || *stale).map(|(api, _)| (*api).clone()));
            let key = (manifest.path.clone(), manifest.content);
            let read = self.read.entry(key).or_insert_with(|| {
                let bytes = files.read(&manifest.path).map(|(_, bytes)| bytes).unwrap_or_default();
                definitions_named(&manifest.path, &bytes, self.limits)
            });
            named.extend(read.iter().cloned());
        }
        let keys = named.iter().map(|named| (named.api.clone(), key_of(named))).collect();
        DefinitionSide { files, limits, named, keys, unread }
    }
}

fn key_of(named: &NamedDefinition) -> DefinitionKey {
    match &named.source {
        DefinitionSource::File(path) => (path.clone(), None),
        DefinitionSource::Inline { .. } => (named.manifest.clone(), Some(named.api.clone())),
    }
}

fn may_be_part(path: &str) -> bool {
    REFERRED_TO.iter().any(|end| path.ends_with(end)) || may_be_definition(path)
}

/// The files of one side, as large as definitions may be.
struct Files<'c> {
    snapshot: &'c Snapshot,
    bytes_max: u64,
}

impl Siblings for Files<'_> {
    fn read(&self, path: &str) -> Option<(ContentId, Vec<u8>)> {
        content_of(self.snapshot, path, self.bytes_max)
    }
}

/// The definitions of one side of a change.
pub(super) struct DefinitionSide<'c> {
    files: Files<'c>,
    limits: &'c DefinitionLimits,
    named: Vec<NamedDefinition>,
    /// By API its definition.
    keys: BTreeMap<EntityRef, DefinitionKey>,
    /// The APIs of manifests that cannot be read, and are known from before alone.
    unread: BTreeSet<EntityRef>,
}

impl DefinitionSide<'_> {
    /// The definitions of this side that changed paths touch.
    fn touched(&self, paths: &[&str]) -> BTreeSet<DefinitionKey> {
        if !paths.iter().any(|path| may_be_part(path)) {
            return BTreeSet::new();
        }
        let own_files = self.named.iter().filter_map(|named| match &named.source {
            DefinitionSource::File(path) => self.definition(&(path.clone(), None)),
            DefinitionSource::Inline { .. } => None,
        });
        let read_from: Vec<Vec<Box<str>>> = own_files.map(|definition| definition.files).collect();
        let read_from: Vec<&[Box<str>]> = read_from.iter().map(Vec::as_slice).collect();
        let mut keys = BTreeSet::new();
        for changed in definitions_changed(paths.iter().copied(), &self.named, &read_from) {
            keys.extend(changed.named.iter().map(|index| key_of(&self.named[*index])));
            if changed.named.is_empty() {
                keys.insert((changed.path, None));
            }
        }
        keys
    }

    pub(super) fn definition(&self, (path, api): &DefinitionKey) -> Option<Definition> {
        let Some(api) = api else {
            let (_, bytes) = self.files.read(path)?;
            return read_definition(path, &bytes, &self.files, self.limits);
        };
        let named = self.named.iter().find(|named| named.api == *api && named.manifest == *path)?;
        match &named.source {
            DefinitionSource::Inline { position, text } => {
                read_inline_definition(path, *position, text, named.format, &self.files, self.limits)
            }
            DefinitionSource::File(_) => None,
        }
    }
}
