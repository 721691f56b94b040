//! What a first manifest for a repository could say, from what lies in it: every field with its evidence.
//!
//! [`propose`] looks at the working tree as a push would bring it. `folder` is the part of it that one
//! entity is proposed for; `other_catalog`, `name`, `readme`, `packages`, `nature`, `ownership`, `stores`
//! and `interfaces` each know one kind of evidence. Nothing is guessed silently: what has no evidence is
//! said to be assumed, and the git history only ever suggests.

mod folder;
mod interfaces;
mod name;
mod nature;
mod other_catalog;
mod ownership;
mod packages;
mod readme;
mod stores;
#[cfg(test)]
mod tests;

use std::path::Path;

use catalog_core::model::{RepositoryDeclarations, RepositoryId};

use self::{
    folder::{Folder, Tree},
    name::{Names, Remote},
    nature::Nature,
    other_catalog::Known,
};
use crate::{
    assemble::{Visited, assemble},
    limits::CrawlLimits,
    manifest::backstage::has_manifest_name,
    repository::{RecentAuthor, RepositoryError, Snapshot, recent_authors},
};

/// How many commits the history is looked at.
const COMMITS_MAX: usize = 200;
/// How many people are suggested.
const AUTHORS_MAX: usize = 3;

/// What a first manifest could say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// The entities, in the order in which they should stand in the file.
    pub entities: Vec<ProposedEntity>,
    /// The manifest that is there already, as a path of the repository.
    pub existing: Option<Box<str>>,
    /// Who made the recent commits, where no file names an owner.
    pub authors: Vec<RecentAuthor>,
}

/// One document of the manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProposedEntity {
    /// As in `Component`.
    pub kind: &'static str,
    /// The fields, those of `metadata` before those of `spec`.
    pub fields: Vec<ProposedField>,
}

/// One field of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProposedField {
    /// The keys that lead to it, as in `metadata`, `annotations`, `github.com/project-slug`.
    pub keys: Vec<&'static str>,
    /// What it should hold.
    pub value: ProposedValue,
    /// Where that comes from: places of files and the like, in words. May hold names of files, which
    /// may hold anything.
    pub evidence: String,
}

/// The value of a field. Texts come from files and may hold anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProposedValue {
    /// One text.
    Text(String),
    /// A list of texts.
    Texts(Vec<String>),
    /// The text of another file, by its path from the manifest.
    Include(String),
    /// An owner that nothing names.
    UnknownOwner,
}

impl ProposedEntity {
    fn put(&mut self, keys: &[&'static str], value: ProposedValue, evidence: impl Into<String>) {
        self.fields.push(ProposedField { keys: keys.to_vec(), value, evidence: evidence.into() });
    }
}

/// Proposes a manifest for `folder`, which is `root` itself or below it; `root` is the top folder of a
/// repository, or a plain folder. `inner` is the path from the one to the other, empty for the root.
///
/// # Errors
///
/// The working tree cannot be read, or is over a limit.
pub fn propose(
    root: &Path,
    inner: &str,
    id: &RepositoryId,
    limits: &CrawlLimits,
) -> Result<Proposal, RepositoryError> {
    let snapshot = Snapshot::open_working(root, &limits.tree)?;
    let address = root.to_string_lossy();
    let declarations = assemble(&Visited::first(&snapshot, id, &address, limits))?.declarations;
    let tree = Tree::new(&snapshot, limits)?;
    let top = tree.folder(inner);
    let existing =
        tree.paths().iter().find(|path| top.is_file_of_its_own(path) && has_manifest_name(path)).cloned();
    let remote = Remote::of(root);
    let services = nature::services_below(&tree, inner);
    let mut entities = Vec::new();
    let mut names = Names::default();
    let mut is_owner_missing = false;
    for folder in if services.is_empty() { vec![top] } else { services } {
        let is_top = folder.path() == inner;
        let known = Known::of(&folder, &declarations);
        let name = match &remote {
            _ if let Some((name, evidence)) = known.and_then(|known| known.name()) => {
                names.of_known(name, evidence)
            }
            _ if !folder.path().is_empty() => names.of_folder(folder.path()),
            Some(remote) => names.of_remote(remote),
            None => names.of_root(root),
        };
        let described = component(&tree, &folder, name, known, remote.as_ref(), &declarations);
        is_owner_missing |= described.is_owner_missing;
        let stores = stores::of(&folder, &tree.folder(inner), is_top, &described.name);
        entities.extend(described.finish(stores, &folder, inner));
    }
    let authors = if is_owner_missing { recent_authors(root, COMMITS_MAX) } else { Vec::new() };
    let authors = authors.into_iter().take(AUTHORS_MAX).collect();
    Ok(Proposal { entities, existing, authors })
}

/// A component whose needs and interfaces are still to come.
struct Described {
    name: String,
    entity: ProposedEntity,
    owner: ownership::Owner,
    is_owner_missing: bool,
}

fn component(
    tree: &Tree<'_>,
    folder: &Folder<'_>,
    name: name::Name,
    known: Option<Known<'_>>,
    remote: Option<&Remote>,
    declarations: &RepositoryDeclarations,
) -> Described {
    let mut entity = ProposedEntity { kind: "Component", fields: Vec::new() };
    let packages = packages::of(folder);
    entity.put(&["metadata", "name"], ProposedValue::Text(name.text.clone()), name.evidence);
    let readme = readme::of(folder);
    let title = known.and_then(|known| known.text(|it| &it.title)).or(readme.title);
    let title = title.filter(|title| !title.0.eq_ignore_ascii_case(&name.text));
    if let Some((title, evidence)) = title {
        entity.put(&["metadata", "title"], ProposedValue::Text(title), evidence);
    }
    let description = known.and_then(|known| known.text(|it| &it.description)).or(readme.description);
    if let Some((description, evidence)) = description.or_else(|| packages.description.clone()) {
        entity.put(&["metadata", "description"], ProposedValue::Text(description), evidence);
    }
    if !packages.tags.is_empty() {
        let tags = packages.tags.iter().map(|tag| (*tag).to_owned()).collect();
        entity.put(&["metadata", "tags"], ProposedValue::Texts(tags), packages.evidence.join(", "));
    }
    if let Some(remote) = remote {
        for (key, value) in remote.annotations(folder.path()) {
            entity.put(&["metadata", "annotations", key], ProposedValue::Text(value), remote.evidence());
        }
    }
    let (entity_type, evidence) =
        known.and_then(|known| known.text(|it| &it.entity_type)).unwrap_or_else(|| {
            let Nature { entity_type, evidence } = nature::of(folder, &packages);
            (entity_type.into(), evidence)
        });
    entity.put(&["spec", "type"], ProposedValue::Text(entity_type), evidence);
    let (lifecycle, evidence) = known
        .and_then(|known| known.text(|it| &it.lifecycle))
        .unwrap_or_else(|| ("production".into(), "assumed; or `experimental`, or `deprecated`".into()));
    entity.put(&["spec", "lifecycle"], ProposedValue::Text(lifecycle), evidence);
    let owner =
        known.and_then(|known| known.owner()).unwrap_or_else(|| ownership::of(tree, folder, declarations));
    let is_owner_missing = owner.value == ProposedValue::UnknownOwner;
    entity.put(&["spec", "owner"], owner.value.clone(), owner.evidence.clone());
    if let Some((system, evidence)) = ownership::system_above(folder, declarations) {
        entity.put(&["spec", "system"], ProposedValue::Text(system), evidence);
    }
    Described { name: name.text, entity, owner, is_owner_missing }
}

impl Described {
    fn finish(
        mut self,
        stores: Option<(Vec<String>, String)>,
        folder: &Folder<'_>,
        inner: &str,
    ) -> Vec<ProposedEntity> {
        if let Some((stores, evidence)) = stores {
            self.entity.put(&["spec", "dependsOn"], ProposedValue::Texts(stores), evidence);
        }
        let interfaces = interfaces::of(folder, &self.name, inner);
        if !interfaces.is_empty() {
            let names = interfaces.iter().map(|api| api.name.clone()).collect();
            let evidence: Vec<&str> = interfaces.iter().map(|api| &*api.evidence).collect();
            let evidence = evidence.join(", ");
            self.entity.put(&["spec", "providesApis"], ProposedValue::Texts(names), evidence);
        }
        let mut entities = vec![self.entity];
        for api in interfaces {
            let mut entity = ProposedEntity { kind: "API", fields: Vec::new() };
            let definition = ProposedValue::Include(api.path);
            entity.put(&["metadata", "name"], ProposedValue::Text(api.name), api.evidence.clone());
            entity.put(&["spec", "type"], ProposedValue::Text(api.api_type.into()), api.evidence.clone());
            let lifecycle = ProposedValue::Text("production".into());
            entity.put(&["spec", "lifecycle"], lifecycle, "assumed, as for the component");
            entity.put(&["spec", "owner"], self.owner.value.clone(), self.owner.evidence.clone());
            entity.put(&["spec", "definition"], definition, api.evidence);
            entities.push(entity);
        }
        entities
    }
}
