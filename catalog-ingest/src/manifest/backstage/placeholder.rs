//! `$text`, `$json` and `$yaml`: files that a document includes, of the same commit only.

use std::collections::BTreeMap;

use catalog_core::model::{ContentId, DiagnosticCode, ManifestInput};

use super::absolute_url::is_absolute_url;
use crate::{
    limits::ManifestLimits,
    manifest::{
        Siblings,
        reading::{self, Remark, Remarks, folder_of, path_joined, quoted},
        yaml::{Node, YamlDocument},
    },
};

/// Whether a node is a mapping that stands for a file: exactly one key, `$text`, `$json` or `$yaml`.
///
/// It counts as a text, since what the file holds decides nothing that is checked here.
pub(super) fn is_placeholder(node: Node<'_>) -> bool {
    placeholder(node).is_some()
}

/// The key and the target of a placeholder.
fn placeholder(node: Node<'_>) -> Option<(&str, Node<'_>)> {
    let mut entries = node.entries();
    let entry = entries.next()?;
    let key = entry.key.scalar()?;
    let is_one =
        entries.len() == 0 && matches!(key, "$text" | "$json" | "$yaml") && entry.value.text().is_some();
    is_one.then_some((key, entry.value))
}

/// The files that one manifest includes.
pub(super) struct Includes<'f> {
    folder: &'f str,
    siblings: &'f dyn Siblings,
    inputs: BTreeMap<String, Option<ContentId>>,
    inputs_max: usize,
    text_bytes_max: usize,
}

impl<'f> Includes<'f> {
    /// Prepares for the manifest at `path`.
    pub(super) fn new(path: &'f str, siblings: &'f dyn Siblings, limits: &ManifestLimits) -> Self {
        let folder = folder_of(path);
        Self {
            folder,
            siblings,
            inputs: BTreeMap::new(),
            inputs_max: limits.entity_relations_max,
            text_bytes_max: limits.entity_description_bytes_max,
        }
    }

    /// Looks for every file that a document includes, and says which ones are not there.
    pub(super) fn look_for_all(&mut self, document: &YamlDocument<'_>, remarks: &mut Remarks<'_>) {
        for (key, target) in document.nodes().filter_map(placeholder) {
            let text = target.text().unwrap_or_default();
            if is_absolute_url(text) {
                continue;
            }
            let remark =
                |message: String| Remark::new(DiagnosticCode::PlaceholderUnresolved, target, message);
            let Some(path) = resolved_path(self.folder, text) else {
                let message = format!("`{key}` leads to {}, outside the repository", quoted(text));
                remarks.push(remark(message).suggest("name a file of this repository, relative to this one"));
                continue;
            };
            if !self.inputs.contains_key(&path) && self.inputs.len() >= self.inputs_max {
                let message = format!(
                    "the file includes more files than the limit `entity.relations_max` of {}",
                    self.inputs_max
                );
                remarks.push(Remark::new(DiagnosticCode::ListTooLong, target, message));
                return;
            }
            let content = self
                .inputs
                .entry(path.clone())
                .or_insert_with(|| self.siblings.read(&path).map(|(content, _)| content));
            if content.is_none() {
                let message =
                    format!("`{key}` names {}, which is no readable file of this commit", quoted(&path));
                remarks.push(remark(message));
            }
        }
    }

    /// Every file that was looked for, sorted by path.
    pub(super) fn finish(self) -> Vec<ManifestInput> {
        self.inputs.into_iter().map(|(path, content)| ManifestInput { path: path.into(), content }).collect()
    }
}

impl reading::Includes for Includes<'_> {
    fn is_placeholder(&self, node: Node<'_>) -> bool {
        is_placeholder(node)
    }

    /// The content of the file that a `$text` names; `None` where it cannot be read here, or is longer
    /// than a description may be: one file may stand for many values.
    fn text(&self, node: Node<'_>) -> Option<String> {
        let ("$text", target) = placeholder(node)? else { return None };
        let path = resolved_path(self.folder, target.text()?)?;
        self.inputs.get(&path).copied().flatten()?;
        let (_, bytes) = self.siblings.read(&path).filter(|(_, bytes)| bytes.len() <= self.text_bytes_max)?;
        String::from_utf8(bytes).ok()
    }
}

/// The path from the root of the repository; `None` where it leads out of it or names no file.
fn resolved_path(folder: &str, target: &str) -> Option<String> {
    if target.starts_with('/') || target.contains('\\') || is_absolute_url(target) {
        return None;
    }
    path_joined(folder, target).filter(|path| !path.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stay_in_the_repository() {
        let check = |folder, target, expected: Option<&str>| {
            assert_eq!(resolved_path(folder, target).as_deref(), expected, "{folder} {target}");
        };
        check("a/b", "./c.yaml", Some("a/b/c.yaml"));
        check("a/b", "../../c.yaml", Some("c.yaml"));
        check("a/b", "../../../c.yaml", None);
        check("", "c//d", Some("c/d"));
        check("", "/etc/passwd", None);
        check("", ".", None);
        check("a", "https://example.com/c", None);
    }
}
