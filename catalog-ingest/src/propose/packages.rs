//! Package manifests: the languages of a folder, and what a package says of itself.

use super::folder::Folder;
use crate::manifest::yaml::{Node, read_yaml};

/// A package manifest and the tag that it stands for.
const MANIFESTS: [(&str, &str); 10] = [
    ("Cargo.toml", "rust"),
    ("package.json", "javascript"),
    ("pyproject.toml", "python"),
    ("setup.py", "python"),
    ("go.mod", "go"),
    ("pom.xml", "java"),
    ("build.gradle", "java"),
    ("build.gradle.kts", "kotlin"),
    ("Gemfile", "ruby"),
    ("composer.json", "php"),
];

/// What in `package.json` makes a website.
const WEB_PACKAGES: [&str; 8] =
    ["next", "nuxt", "react-dom", "vue", "svelte", "@angular/core", "gatsby", "astro"];

/// What the package manifests of a folder say.
#[derive(Debug, Default)]
pub(super) struct Packages {
    /// The languages, in the order of the table.
    pub(super) tags: Vec<&'static str>,
    /// The manifests, with their paths.
    pub(super) evidence: Vec<String>,
    /// What a package says that it is, with the place.
    pub(super) description: Option<(String, String)>,
    /// The place that shows that it is a website.
    pub(super) website: Option<String>,
}

pub(super) fn of(folder: &Folder<'_>) -> Packages {
    let mut packages = Packages::default();
    for (name, tag) in MANIFESTS {
        let Some(path) = folder.file(&[name]) else { continue };
        let is_typed = tag == "javascript" && folder.file(&["tsconfig.json"]).is_some();
        packages.add(if is_typed { "typescript" } else { tag }, path);
        if packages.description.is_some() && tag != "javascript" {
            continue;
        }
        let Some(text) = folder.tree().text(path) else { continue };
        if name.ends_with(".json") {
            packages.read_json(folder, path, &text);
        } else if name.ends_with(".toml") {
            packages.read_toml(path, &text);
        }
    }
    if let Some(path) = folder.files().find(|path| path.ends_with(".csproj") || path.ends_with(".fsproj")) {
        packages.add(if path.ends_with(".csproj") { "csharp" } else { "fsharp" }, path);
    }
    packages
}

impl Packages {
    fn add(&mut self, tag: &'static str, path: &str) {
        if !self.tags.contains(&tag) {
            self.tags.push(tag);
            self.evidence.push(path.to_owned());
        }
    }

    /// JSON is read as the YAML that it is.
    fn read_json(&mut self, folder: &Folder<'_>, path: &str, text: &str) {
        let documents = read_yaml(text, folder.tree().limits());
        let Some(Ok(document)) = documents.first() else { return };
        let root = document.root();
        if let Some(node) = root.get("description")
            && let Some(text) = node.text().filter(|text| !text.trim().is_empty())
            && self.description.is_none()
        {
            let line = node.position().line;
            self.description = Some((one_line(text), format!("{path}:{line}")));
        }
        let packages = ["dependencies", "devDependencies"].into_iter().filter_map(|key| root.get(key));
        let found = packages
            .flat_map(Node::entries)
            .find(|entry| entry.key.scalar().is_some_and(|package| WEB_PACKAGES.contains(&package)));
        if let Some(entry) = found {
            self.website = Some(format!("{path}:{}", entry.key.position().line));
        }
    }

    /// The one line of TOML that matters: `description` of the package itself.
    fn read_toml(&mut self, path: &str, text: &str) {
        let mut is_package = false;
        for (number, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.starts_with('[') {
                is_package = matches!(line, "[package]" | "[project]" | "[tool.poetry]");
                continue;
            }
            let value = line.strip_prefix("description").and_then(|rest| rest.trim_start().strip_prefix('='));
            if let Some(value) = value.filter(|_| is_package)
                && let Some(inner) = value.trim().strip_prefix('"').and_then(|value| value.split_once('"'))
                && !inner.0.contains('\\')
                && !inner.0.trim().is_empty()
            {
                self.description = Some((one_line(inner.0), format!("{path}:{}", number + 1)));
                return;
            }
        }
    }
}

fn one_line(text: &str) -> String {
    const CHARS_MAX: usize = 240;
    text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(CHARS_MAX).collect()
}
