//! What kind of component a folder holds, and which folders hold one each.

use super::{
    folder::{Folder, Tree},
    packages::Packages,
};

/// Files that build an image of what runs.
const IMAGES: [&str; 2] = ["Dockerfile", "Containerfile"];
/// Files that tell how something is run, by name.
const RUN_FILES: [&str; 8] = [
    "Dockerfile",
    "Containerfile",
    "compose.yaml",
    "compose.yml",
    "docker-compose.yaml",
    "docker-compose.yml",
    "Procfile",
    "fly.toml",
];
/// Folders whose image is a tool of the build, not something that runs.
const BUILD_FOLDERS: [&str; 8] =
    [".devcontainer", ".github", ".gitlab", ".circleci", "docker", "build", "ci", "tools"];
/// How many services are proposed at most; more are a matter for more files.
const SERVICES_MAX: usize = 50;

/// The type of a component, with its evidence.
pub(super) struct Nature {
    pub(super) entity_type: &'static str,
    pub(super) evidence: String,
}

pub(super) fn of(folder: &Folder<'_>, packages: &Packages) -> Nature {
    let is = |entity_type, evidence: &str| Nature { entity_type, evidence: evidence.to_owned() };
    let page = folder.file(&["index.html"]);
    if let Some(place) = packages.website.as_deref().or(page) {
        return is("website", place);
    }
    if let Some(path) = folder.file(&RUN_FILES) {
        return is("service", path);
    }
    if let Some(path) = packages.evidence.first() {
        let evidence = format!("{path}, and nothing that tells how it is run");
        return Nature { entity_type: "library", evidence };
    }
    if let Some(path) = folder.file(&["mkdocs.yml", "mkdocs.yaml", "docusaurus.config.js"]) {
        return is("documentation", path);
    }
    is("other", "nothing tells what it is; as in `service`, `website`, `library`")
}

/// The folders below with an image of their own, where there are several of them; else none.
pub(super) fn services_below<'t>(tree: &'t Tree<'t>, inner: &str) -> Vec<Folder<'t>> {
    let top = tree.folder(inner);
    let mut folders: Vec<&str> = Vec::new();
    for path in top.all_files() {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let is_built = folder.rsplit('/').any(|part| BUILD_FOLDERS.contains(&part));
        if IMAGES.contains(&name) && !is_built && !folders.contains(&folder) {
            folders.push(folder);
        }
    }
    let below = folders.iter().filter(|folder| **folder != inner).count();
    if below < 2 || folders.len() > SERVICES_MAX {
        return Vec::new();
    }
    folders.sort_unstable();
    folders.into_iter().map(|folder| tree.folder(folder)).collect()
}
