//! Which repositories a host ever listed, kept between visits.
//!
//! The list is a manifest of the path `repositories` without documents; its inputs are the repositories
//! by id. The content of one is a digest of the host's own number of it, by which it is known again under
//! another name, and is missing where the host does not list it any more.

use std::collections::{BTreeMap, BTreeSet};

use catalog_core::model::{
    ContentId, Diagnostic, DiagnosticCode, Manifest, ManifestInput, RepositoryId, grouped,
};

use super::declare::manifest;
use crate::repository::content_id;

/// The path of the manifest.
pub(super) const PATH: &str = "repositories";
/// How many repositories one message names.
const NAMES_MAX: usize = 5;

/// What a host lists, and listed before.
#[derive(Debug, Default)]
pub(super) struct KnownList {
    by_id: BTreeMap<Box<str>, Option<ContentId>>,
}

/// What is different from the visit before.
#[derive(Debug, Default)]
pub(super) struct Compared {
    /// What was listed at some time and is not now, with its new id where it has one.
    pub(super) unlisted: BTreeMap<Box<str>, Option<Box<str>>>,
    /// Remarks on the source.
    pub(super) diagnostics: Vec<Diagnostic>,
}

impl KnownList {
    /// What an earlier visit left.
    pub(super) fn of(manifests: &[Manifest]) -> Self {
        let kept = manifests.iter().find(|manifest| &*manifest.path == PATH);
        let inputs = kept.into_iter().flat_map(|manifest| &manifest.inputs);
        Self { by_id: inputs.map(|input| (input.path.clone(), input.content)).collect() }
    }

    /// Notes a repository that is listed now.
    pub(super) fn note(&mut self, id: &RepositoryId, number: u64) {
        self.by_id.insert(id.as_str().into(), Some(content_id(number.to_string().as_bytes())));
    }

    /// The ids that the last visit listed.
    pub(super) fn listed(&self) -> impl Iterator<Item = &str> {
        self.by_id.iter().filter(|(_, content)| content.is_some()).map(|(id, _)| &**id)
    }

    /// Holds what is listed now against what was before, and takes over what is not listed any more.
    pub(super) fn compare(&mut self, before: &Self) -> Compared {
        let mut compared = Compared::default();
        let now: BTreeMap<ContentId, Box<str>> =
            self.by_id.iter().filter_map(|(id, content)| Some(((*content)?, id.clone()))).collect();
        let (mut lost, mut listed_before): (Vec<Box<str>>, usize) = (Vec::new(), 0);
        for (id, content) in &before.by_id {
            listed_before += usize::from(content.is_some());
            if self.by_id.contains_key(id) {
                continue;
            }
            let new_id = content.and_then(|content| now.get(&content)).cloned();
            if let Some(new_id) = &new_id {
                let message =
                    format!("`{id}` is called `{new_id}` now; what it said under its old name is kept");
                compared.diagnostics.push(Diagnostic::new(DiagnosticCode::RepositoryMoved, message));
            } else if content.is_some() {
                lost.push(id.clone());
            }
            compared.unlisted.insert(id.clone(), new_id);
        }
        let listed_now = self.by_id.len();
        // Half of them, or the last one: more than what a day usually takes.
        if !lost.is_empty() && (listed_now == 0 || lost.len() * 2 >= listed_before.max(4)) {
            let names: Vec<String> = lost.iter().take(NAMES_MAX).map(|id| format!("`{id}`")).collect();
            let more = match lost.len().saturating_sub(NAMES_MAX) {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            let message = format!(
                "the host lists {} repositories, where it listed {}; {}{more} are kept and stale",
                grouped(listed_now),
                grouped(listed_before),
                names.join(", "),
            );
            compared.diagnostics.push(Diagnostic::new(DiagnosticCode::SourceShrunk, message));
        }
        let gone: BTreeSet<Box<str>> = compared.unlisted.keys().cloned().collect();
        self.by_id.extend(gone.into_iter().map(|id| (id, None)));
        compared
    }

    /// The list as it is kept.
    pub(super) fn into_manifest(self) -> Manifest {
        let text: String = self.by_id.iter().map(|(id, content)| format!("{id} {content:?}\n")).collect();
        let inputs = self.by_id.into_iter().map(|(path, content)| ManifestInput { path, content }).collect();
        Manifest { inputs, ..manifest(PATH, content_id(text.as_bytes())) }
    }
}
