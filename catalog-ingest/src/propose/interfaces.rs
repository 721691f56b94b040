//! Interfaces that a folder describes: OpenAPI and AsyncAPI files.

use super::{
    folder::Folder,
    name::{Names, name_of},
};
use crate::manifest::yaml::read_yaml;

/// How deep below the folder descriptions are looked for.
const DEPTH_MAX: usize = 3;
/// How many are proposed.
const INTERFACES_MAX: usize = 10;

/// An interface that a file describes.
pub(super) struct Interface {
    pub(super) name: String,
    /// As in `openapi`.
    pub(super) api_type: &'static str,
    /// The file as the manifest names it.
    pub(super) path: String,
    pub(super) evidence: String,
}

/// The interfaces that files below a folder describe. `inner` is the folder of the manifest.
pub(super) fn of(folder: &Folder<'_>, component: &str, inner: &str) -> Vec<Interface> {
    let mut found: Vec<(&str, &'static str)> = Vec::new();
    for path in folder.all_files() {
        let is_near = folder.below(path).is_some_and(|rest| rest.matches('/').count() < DEPTH_MAX);
        if is_near
            && may_describe(path)
            && found.len() < INTERFACES_MAX
            && let Some(api_type) = described(folder, path)
        {
            found.push((path, api_type));
        }
    }
    let is_only = found.len() == 1;
    let mut names = Names::default();
    let interfaces = found.into_iter().filter_map(|(path, api_type)| {
        let file = path.rsplit('/').next().unwrap_or(path);
        let stem = file.split('.').next().unwrap_or(file);
        let name = if is_only { component.to_owned() } else { name_of(&format!("{component}-{stem}")) };
        let from_manifest = match inner {
            "" => Some(path),
            inner => path.strip_prefix(inner).and_then(|rest| rest.strip_prefix('/')),
        };
        // The names of the interfaces of one component are told apart from each other only.
        let name = names.of_folder(&name).text;
        from_manifest.map(|path| (name, api_type, path.to_owned()))
    });
    interfaces
        .map(|(name, api_type, path)| {
            let evidence = if inner.is_empty() { path.clone() } else { format!("{inner}/{path}") };
            Interface { name, api_type, path: format!("./{path}"), evidence }
        })
        .collect()
}

/// Whether a file has a name that descriptions have.
fn may_describe(path: &str) -> bool {
    let file = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    let is_known = ["openapi", "swagger", "asyncapi"].iter().any(|word| file.contains(word));
    is_known && [".yaml", ".yml", ".json"].iter().any(|ending| file.ends_with(ending))
}

fn described(folder: &Folder<'_>, path: &str) -> Option<&'static str> {
    let text = folder.tree().text(path)?;
    let documents = read_yaml(&text, folder.tree().limits());
    let root = documents.first()?.as_ref().ok()?.root();
    if root.entry("openapi").is_some() || root.entry("swagger").is_some() {
        Some("openapi")
    } else {
        root.entry("asyncapi").map(|_| "asyncapi")
    }
}
