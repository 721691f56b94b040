//! What an entity is called, and where its repository is at home.

use std::{collections::BTreeSet, path::Path};

use catalog_core::model::RepositoryId;

use crate::repository::{FolderKind, id_of_url};

/// The longest name of an entity, in characters.
const NAME_CHARS_MAX: usize = 63;

/// A name with its evidence.
pub(super) struct Name {
    pub(super) text: String,
    pub(super) evidence: String,
}

/// Gives each entity a name of its own.
#[derive(Default)]
pub(super) struct Names {
    taken: BTreeSet<String>,
}

impl Names {
    pub(super) fn of_remote(&mut self, remote: &Remote) -> Name {
        let last = remote.id.as_str().rsplit('/').next().unwrap_or_default();
        Name { text: self.take(last), evidence: remote.evidence() }
    }

    /// The name of a folder of the tree, with that of the one above where two are called the same.
    pub(super) fn of_folder(&mut self, path: &str) -> Name {
        let (above, last) = path.rsplit_once('/').unwrap_or(("", path));
        let mut text = name_of(last);
        if self.taken.contains(&text) {
            text = name_of(&format!("{}-{last}", above.rsplit('/').next().unwrap_or_default()));
        }
        Name { text: self.take(&text), evidence: format!("the folder {path}/") }
    }

    /// The name that another catalog has for it.
    pub(super) fn of_known(&mut self, name: &str, evidence: String) -> Name {
        Name { text: self.take(name), evidence }
    }

    pub(super) fn of_root(&mut self, root: &Path) -> Name {
        let last = root.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        Name { text: self.take(&last), evidence: "the name of the folder".into() }
    }

    fn take(&mut self, text: &str) -> String {
        let name = name_of(text);
        let numbered = (2..).map(|number| format!("{name}-{number}"));
        let free = std::iter::once(name.clone()).chain(numbered).find(|name| !self.taken.contains(name));
        let free = free.unwrap_or(name);
        self.taken.insert(free.clone());
        free
    }
}

/// A text as the name of an entity: letters, digits and single marks between them, in lower case.
pub(super) fn name_of(text: &str) -> String {
    let mut name = String::new();
    for c in text.chars() {
        if c.is_ascii_alphanumeric() {
            name.push(c.to_ascii_lowercase());
        } else if !name.is_empty() && !name.ends_with(['-', '_', '.']) {
            name.push(if matches!(c, '_' | '.') { c } else { '-' });
        }
    }
    // Room is left for a number behind it.
    let cut: String = name.chars().take(NAME_CHARS_MAX - 4).collect();
    let cut = cut.trim_end_matches(['-', '_', '.']);
    if cut.is_empty() { "unnamed".into() } else { cut.into() }
}

/// Where a repository is at home.
pub(super) struct Remote {
    /// `host/owner/name`.
    id: RepositoryId,
}

impl Remote {
    /// The remote `origin` of a working repository.
    pub(super) fn of(root: &Path) -> Option<Self> {
        let Ok(FolderKind::Git(git)) = FolderKind::of(root) else { return None };
        let id = id_of_url(&git.config().origin?)?;
        Some(Self { id })
    }

    pub(super) fn evidence(&self) -> String {
        format!("the remote `origin`, {}", self.id)
    }

    /// What ties an entity to the place of its code, as Backstage's plugins read it.
    pub(super) fn annotations(&self, folder: &str) -> Vec<(&'static str, String)> {
        let Some((host, slug)) = self.id.as_str().split_once('/') else { return Vec::new() };
        let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/');
        let mut annotations = Vec::new();
        let below = match host {
            _ if folder.is_empty() => Some(String::new()),
            "github.com" => Some(format!("tree/HEAD/{folder}/")),
            "gitlab.com" => Some(format!("-/tree/HEAD/{folder}/")),
            _ => None,
        };
        if let Some(below) = below.filter(|_| slug.chars().chain(folder.chars()).all(is_plain)) {
            let location = format!("url:https://{host}/{slug}/{below}");
            annotations.push(("backstage.io/source-location", location));
        }
        match host {
            "github.com" => annotations.push(("github.com/project-slug", slug.to_owned())),
            "gitlab.com" => annotations.push(("gitlab.com/project-slug", slug.to_owned())),
            _ => {}
        }
        annotations
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_text_becomes_a_valid_name() {
        assert_eq!(name_of("Payments_API v2"), "payments_api-v2");
        assert_eq!(name_of("--x..y--"), "x.y");
        assert_eq!(name_of("größe"), "gr-e");
        assert_eq!(name_of("\u{1b}[31m"), "31m");
        assert_eq!(name_of("…"), "unnamed");
        assert_eq!(name_of(&"a-".repeat(80)).len(), 59);
    }

    #[test]
    fn no_two_entities_have_one_name() {
        let mut names = Names::default();
        let found = ["shop/api", "bank/api", "api", "shop/api"].map(|path| names.of_folder(path).text);
        assert_eq!(found, ["api", "bank-api", "api-2", "shop-api"]);
    }
}
