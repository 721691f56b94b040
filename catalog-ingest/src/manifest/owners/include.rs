//! The files that an OWNERS file of Gerrit takes over: which they are, and whom they name.

use std::collections::{BTreeMap, VecDeque};

use catalog_core::model::{ManifestInput, OwnerName, grouped};

use super::{
    folder_of,
    gerrit_line::{GerritLine, without_comment},
};
use crate::{limits::ManifestLimits, manifest::Siblings};

/// Why a file is not taken over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// It lies in another project or on another branch, which is never fetched.
    Elsewhere,
    /// It leads out of the repository.
    Outside,
    /// It is not there, or is no text.
    Missing(String),
    /// There are more files than the limit allows.
    TooMany(String),
}

/// The files that were asked for, each one once.
pub(super) struct Includes<'s> {
    siblings: &'s dyn Siblings,
    /// How many more files may be gone through.
    visits_left: usize,
    visits_max: usize,
    files: BTreeMap<String, Option<String>>,
    inputs: BTreeMap<String, ManifestInput>,
}

impl<'s> Includes<'s> {
    pub(super) fn new(siblings: &'s dyn Siblings, limits: &ManifestLimits) -> Self {
        Self {
            siblings,
            visits_left: limits.owners_includes_max,
            visits_max: limits.owners_includes_max,
            files: BTreeMap::new(),
            inputs: BTreeMap::new(),
        }
    }

    /// The files that were asked for, sorted by path.
    pub(super) fn into_inputs(self) -> Vec<ManifestInput> {
        self.inputs.into_values().collect()
    }

    /// The text of the file that is named in a file of `folder`.
    pub(super) fn text(&mut self, named: &str, folder: &str) -> Result<&str, Refusal> {
        self.text_at(resolve(named, folder)?)
    }

    fn text_at(&mut self, path: String) -> Result<&str, Refusal> {
        let Some(left) = self.visits_left.checked_sub(1) else {
            let limit = grouped(self.visits_max);
            return Err(Refusal::TooMany(limit));
        };
        self.visits_left = left;
        if !self.files.contains_key(&path) {
            let found = self.siblings.read(&path);
            let content = found.as_ref().map(|(content, _)| *content);
            self.inputs.insert(path.clone(), ManifestInput { path: path.as_str().into(), content });
            self.files.insert(path.clone(), found.and_then(|(_, bytes)| String::from_utf8(bytes).ok()));
        }
        match self.files.get(&path).and_then(Option::as_deref) {
            Some(text) => Ok(text),
            None => Err(Refusal::Missing(path)),
        }
    }

    /// Whom a file names without a restriction, directly or through further files; never for single files.
    pub(super) fn owners(
        &mut self,
        named: &str,
        folder: &str,
        names_max: usize,
    ) -> Result<Vec<OwnerName>, Refusal> {
        let mut owners: Vec<OwnerName> = Vec::new();
        let mut seen: Vec<String> = Vec::new();
        let mut waiting = VecDeque::from([(named.to_owned(), folder.to_owned())]);
        let mut refused = None;
        while let Some((named, folder)) = waiting.pop_front() {
            let text = match resolve(&named, &folder) {
                Ok(path) if seen.contains(&path) => continue,
                Ok(path) => {
                    seen.push(path.clone());
                    self.text_at(path)
                }
                Err(refusal) => Err(refusal),
            };
            let text = match text {
                Ok(text) => text,
                Err(refusal) => {
                    refused.get_or_insert(refusal);
                    continue;
                }
            };
            let folder = seen.last().map_or("", |path| folder_of(path));
            for line in text.lines() {
                match GerritLine::parse(without_comment(line)) {
                    Some(GerritLine::Owner(owner))
                        if owners.len() < names_max && !owners.contains(&owner) =>
                    {
                        owners.push(owner);
                    }
                    Some(GerritLine::File(next) | GerritLine::Include(next)) => {
                        waiting.push_back((next.to_owned(), folder.to_owned()));
                    }
                    _ => {}
                }
            }
        }
        match refused {
            Some(refusal) if owners.is_empty() => Err(refusal),
            _ => Ok(owners),
        }
    }
}

/// The path in the repository that a file of `folder` names: from the root where it begins with a `/`.
fn resolve(named: &str, folder: &str) -> Result<String, Refusal> {
    // Chromium writes `file://path` for a path from the root.
    let (named, from_root) = match named.strip_prefix("//") {
        Some(rest) => (rest, true),
        None => (named, named.starts_with('/')),
    };
    if named.contains(':') {
        return Err(Refusal::Elsewhere);
    }
    let start = if from_root { "" } else { folder };
    let mut parts: Vec<&str> = start.split('/').filter(|part| !part.is_empty()).collect();
    for part in named.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop().ok_or(Refusal::Outside)?;
            }
            part => parts.push(part),
        }
    }
    if parts.is_empty() || parts.contains(&".git") { Err(Refusal::Outside) } else { Ok(parts.join("/")) }
}
