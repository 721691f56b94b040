//! What a repository would say if some of its files had other texts, without the repository at hand.
//!
//! Whoever describes a change from afar sends the texts of the manifests in it; all other manifests say what the
//! last visit read. What takes more than these texts to tell is not guessed but said.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
};

use catalog_core::model::{
    ChangedPath, ContentId, Diagnostic, DiagnosticCode, FoundBy, Manifest, ManifestFormat, PathStatus,
    Position, RepositoryDeclarations, StaleReason, Timestamp, grouped,
};

use super::{
    stale::{self, Before, Refusal},
    tombstones,
};
use crate::{
    limits::{CrawlLimits, ScanMode},
    manifest::{self, ManifestFile, ReadOptions, Siblings, codeowners, format_by_content, format_by_path},
    repository::content_id,
};

/// The change of a repository as somebody tells it.
pub(crate) struct Told<'a> {
    /// What the repository says without it.
    pub(crate) known: &'a RepositoryDeclarations,
    pub(crate) paths: &'a [ChangedPath],
    /// Texts of files as the change makes them, by path.
    pub(crate) texts: &'a BTreeMap<Box<str>, Box<[u8]>>,
    pub(crate) limits: &'a CrawlLimits,
    pub(crate) now: Timestamp,
}

/// What the repository would say.
pub(crate) struct ToldChange {
    pub(crate) declarations: RepositoryDeclarations,
    /// What could not be told, a sentence each, each once.
    pub(crate) untold: BTreeSet<String>,
}

/// Reads the texts of a change. O(manifests known + texts).
pub(crate) fn told(change: &Told<'_>) -> ToldChange {
    let mut telling = Telling {
        change,
        manifests: change.known.manifests.iter().map(|of| (of.path.clone(), of.clone())).collect(),
        untold: BTreeSet::new(),
    };
    for path in change.paths {
        telling.take(path);
    }
    telling.keep_one_codeowners();
    telling.look_at_inputs();
    let Telling { manifests, untold, .. } = telling;
    let known = change.known;
    let manifests: Vec<Manifest> = manifests.into_values().collect();
    let head = known.head.clone();
    let declarations = RepositoryDeclarations {
        tombstones: tombstones(&manifests, Some(known), None, change.now),
        head,
        manifests,
        diagnostics: known.diagnostics.clone(),
        history: known.history.clone(),
    };
    ToldChange { declarations, untold }
}

struct Telling<'a> {
    change: &'a Told<'a>,
    manifests: BTreeMap<Box<str>, Manifest>,
    untold: BTreeSet<String>,
}

impl Telling<'_> {
    fn take(&mut self, path: &ChangedPath) {
        let text_of = |path: &[u8]| std::str::from_utf8(path).ok().map(Box::<str>::from);
        let (before, after) = (path.before().and_then(text_of), path.after().and_then(text_of));
        if path.status == PathStatus::Submodule {
            return;
        }
        let old = match (&before, &after) {
            (Some(before), Some(after)) if before == after => self.manifests.get(before).cloned(),
            (Some(before), _) => self.manifests.remove(before),
            (None, _) => None,
        };
        let Some(after) = after else { return };
        let Some(bytes) = self.change.texts.get(&after) else {
            if let Some(mut old) = old {
                // What is moved says what it said, as far as anybody knows.
                old.path.clone_from(&after);
                self.manifests.insert(after.clone(), old);
                self.untold
                    .insert(format!("the text of `{after}` was not sent: it counts as what it said before"));
            } else if format_by_path(&after).is_some() {
                self.untold.insert(format!("the text of `{after}` was not sent: what it says is not known"));
            }
            return;
        };
        match self.read(&after, bytes, old.as_ref()) {
            Some(manifest) => self.manifests.insert(after, manifest),
            None => self.manifests.remove(&after),
        };
    }

    /// What a text says; `None` where it is no manifest.
    fn read(&mut self, path: &str, bytes: &[u8], old: Option<&Manifest>) -> Option<Manifest> {
        let (format, found_by) = self.format(path, bytes, old)?;
        let known = self.change.known;
        let before = Before {
            manifest: old.filter(|old| old.format == format),
            commit: known.head.commit,
            now: self.change.now,
        };
        let mut manifest = Manifest {
            path: path.into(),
            format,
            found_by,
            content: content_id(bytes),
            inputs: Vec::new(),
            locations: Vec::new(),
            documents: Vec::new(),
            path_rules: None,
            stale: None,
            diagnostics: Vec::new(),
        };
        let limits = &self.change.limits.manifest;
        let (name, bytes_max) = match format {
            ManifestFormat::Codeowners => ("codeowners.bytes_max", limits.codeowners_bytes_max),
            _ => ("manifest.bytes_max", limits.bytes_max),
        };
        if bytes.len() as u64 > bytes_max {
            let (met, value) = (grouped(bytes.len() as u64), grouped(bytes_max));
            let message = format!("`{path}` is {met} bytes, over the limit `{name}` of {value}");
            let diagnostic =
                Diagnostic::new(DiagnosticCode::ManifestTooLarge, message).at(path, Position::default());
            let refusal = Refusal { diagnostic, reason: StaleReason::Refused };
            stale::keep_refused(&mut manifest, &before, refusal);
            return Some(manifest);
        }
        let siblings = ToldSiblings { texts: self.change.texts, missed: RefCell::default() };
        let file = ManifestFile { repository: &known.head.id, path, bytes, found_by };
        let options = ReadOptions { limits, port: &self.change.limits.port };
        let reading = manifest::read(format, &file, &siblings, options);
        if reading.foreign {
            return None;
        }
        for missed in siblings.missed.into_inner() {
            self.untold.insert(format!(
                "`{path}` includes `{missed}`, of which no text was sent: it counts as missing"
            ));
        }
        if let Some(old) = old {
            manifest.locations.clone_from(&old.locations);
        }
        if reading.broken {
            self.untold.insert(format!("`{path}` cannot be read whole: what it said before is kept"));
        }
        if !reading.location_targets.is_empty() {
            self.untold.insert(format!("what `{path}` names as locations was not looked at again"));
        }
        stale::merge(&mut manifest, &before, reading);
        manifest.locations.sort_unstable();
        manifest.locations.dedup();
        Some(manifest)
    }

    /// What a file is read as, and how it is found.
    fn format(&self, path: &str, bytes: &[u8], old: Option<&Manifest>) -> Option<(ManifestFormat, FoundBy)> {
        let is_named = |of: &Manifest| of.locations.iter().any(|target| **target == *path);
        if let Some(format) = format_by_path(path) {
            Some((format, FoundBy::Name))
        } else if let Some(old) = old.filter(|old| *old.path == *path) {
            Some((old.format, old.found_by))
        } else if self.manifests.values().any(is_named) {
            Some((ManifestFormat::Backstage, FoundBy::Location))
        } else if self.change.limits.scan == ScanMode::Content {
            format_by_content(path, bytes).map(|format| (format, FoundBy::Content))
        } else {
            None
        }
    }

    /// Of several CODEOWNERS files, a host reads the one in the first of its places.
    fn keep_one_codeowners(&mut self) {
        let dialects = &self.change.limits.manifest.host_dialects;
        let host = codeowners::dialect_of_host(&self.change.known.head.id, dialects);
        let mut places = codeowners::places(host).iter();
        let is_there = |place: &&&str| {
            self.manifests.get(**place).is_some_and(|of| of.format == ManifestFormat::Codeowners)
        };
        let chosen = places.find(is_there).copied();
        self.manifests.retain(|path, of| of.format != ManifestFormat::Codeowners || chosen == Some(&**path));
    }

    /// Says which manifests include a file that changes, and were not sent again.
    fn look_at_inputs(&mut self) {
        let changed: BTreeSet<&[u8]> =
            self.change.paths.iter().flat_map(|path| [path.before(), path.after()]).flatten().collect();
        for manifest in self.manifests.values() {
            if self.change.texts.contains_key(&manifest.path) {
                continue;
            }
            for input in manifest.inputs.iter().filter(|input| changed.contains(input.path.as_bytes())) {
                self.untold.insert(format!(
                    "`{}` includes `{}`, which changes: it counts as what it said before",
                    manifest.path, input.path
                ));
            }
        }
    }
}

/// The texts that were sent, as the other files of the commit.
struct ToldSiblings<'a> {
    texts: &'a BTreeMap<Box<str>, Box<[u8]>>,
    missed: RefCell<BTreeSet<String>>,
}

impl Siblings for ToldSiblings<'_> {
    fn read(&self, path: &str) -> Option<(ContentId, Vec<u8>)> {
        let text = self.texts.get(path);
        if text.is_none() {
            self.missed.borrow_mut().insert(path.to_owned());
        }
        text.map(|bytes| (content_id(bytes), bytes.to_vec()))
    }
}
