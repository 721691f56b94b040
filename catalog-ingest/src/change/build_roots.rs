//! To which build changed files belong, where a manifest does not lie above them but elsewhere in the same build.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use catalog_core::model::{Manifest, area_of_manifest};

use super::RepositoryChange;
use crate::repository::Snapshot;

/// The files that stand at the root of a build: of cargo, npm, go, maven, gradle and python.
const BUILD_FILES: [&str; 7] =
    ["Cargo.toml", "package.json", "go.mod", "pom.xml", "build.gradle", "build.gradle.kts", "pyproject.toml"];
/// In how many folders build files are looked for; what lies beyond belongs to no build that is known.
const FOLDERS_MAX: usize = 2_000;

/// By folder with the build file that is nearest to some changed path, the only folder below it, within that
/// build, for which manifests speak. A build with several such folders tells nothing, and is left out.
pub fn build_roots(change: &RepositoryChange) -> BTreeMap<Box<str>, Box<str>> {
    let mut builds = Builds { files: &change.files.after, known: HashMap::new() };
    let paths = change.paths.iter().flat_map(|path| [path.before(), path.after()]).flatten();
    let paths = paths.filter_map(|path| std::str::from_utf8(path).ok());
    let roots: BTreeSet<String> = paths.filter_map(|path| builds.root_of(folder_of(path))).collect();
    if roots.is_empty() {
        return BTreeMap::new();
    }
    let manifests = change.before.manifests.iter().chain(&change.after.manifests);
    let declares = |manifest: &&Manifest| manifest.documents.iter().any(|of| of.declaration.is_some());
    let areas: BTreeSet<&str> = manifests.filter(declares).map(|of| area_of_manifest(&of.path)).collect();
    let mut found = BTreeMap::new();
    for root in roots.iter().filter(|root| !areas.contains(root.as_str())) {
        let below = areas.iter().filter(|area| is_below(area, root));
        let mut own = below.filter(|area| builds.root_of(area).as_ref() == Some(root));
        if let (Some(only), None) = (own.next(), own.next()) {
            found.insert(root.as_str().into(), (*only).into());
        }
    }
    found
}

/// The builds of one side of a change.
struct Builds<'c> {
    files: &'c Snapshot,
    /// By folder whether a build file lies in it.
    known: HashMap<String, bool>,
}

impl Builds<'_> {
    /// The nearest folder with a build file, from this one upwards.
    fn root_of(&mut self, folder: &str) -> Option<String> {
        let mut at = folder;
        loop {
            if self.is_root(at) {
                return Some(at.to_owned());
            }
            if at.is_empty() {
                return None;
            }
            at = folder_of(at);
        }
    }

    fn is_root(&mut self, folder: &str) -> bool {
        if let Some(known) = self.known.get(folder) {
            return *known;
        }
        if self.known.len() >= FOLDERS_MAX {
            return false;
        }
        let file =
            |name: &&str| if folder.is_empty() { (*name).to_owned() } else { format!("{folder}/{name}") };
        let is_root = BUILD_FILES.iter().any(|name| self.files.find(&file(name)).is_some());
        self.known.insert(folder.to_owned(), is_root);
        is_root
    }
}

fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn is_below(folder: &str, root: &str) -> bool {
    let rest = if root.is_empty() { Some(folder) } else { folder.strip_prefix(root) };
    rest.is_some_and(|rest| root.is_empty() && !rest.is_empty() || rest.starts_with('/'))
}
