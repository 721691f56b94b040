//! Everything that is to be said about a working tree before it is pushed, without a store.
//!
//! The tree is read as a crawl would read it once it is pushed; on top come the remarks that need the
//! whole of it: `ownership_files` looks for rules that decide nothing and files that no host reads,
//! `file_names` for manifests with a name that is passed over, `together` for what the manifests say
//! to each other and to the rest of the catalog, `refusals` for what `--strict` adds.

mod file_names;
mod ownership_files;
mod refusals;
mod together;

#[cfg(test)]
mod tests;

use std::{collections::HashMap, path::Path};

use catalog_core::{
    graph::GraphBuilder,
    model::{Diagnostic, DiagnosticCode, Excerpt, RepositoryId},
};

use crate::{
    assemble::{Visited, assemble},
    limits::CrawlLimits,
    repository::{EntryKind, FileContent, RepositoryError, Snapshot},
};

/// How to look at a working tree.
#[derive(Clone, Copy, Debug)]
pub struct LintOptions<'a> {
    /// Bounds on what is read.
    pub limits: &'a CrawlLimits,
    /// Whether it is an error when the format's own reference reader would refuse a document.
    pub strict: bool,
}

/// What is to be said about a working tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lint {
    /// The id that a crawl gives the repository.
    pub repository: RepositoryId,
    /// The manifests that were read, in the order of their paths.
    pub manifests: Vec<Box<str>>,
    /// The remarks by path and place; those on the repository as a whole come first.
    pub diagnostics: Vec<Diagnostic>,
}

impl Lint {
    /// Leaves only what is about these files and folders, or about the repository as a whole. Paths
    /// are from the root of the tree, without a `/` at their end; an empty one is the root.
    pub fn keep_only(&mut self, paths: &[String]) {
        let is_below = |path: &str| {
            paths.iter().any(|kept| {
                kept.is_empty()
                    || path
                        .strip_prefix(kept.as_str())
                        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            })
        };
        self.manifests.retain(|path| is_below(path));
        self.diagnostics.retain(|diagnostic| diagnostic.path.as_deref().is_none_or(is_below));
    }
}

/// Says everything about the working tree at `root`, the top folder of a repository or a plain folder.
///
/// With `others`, which has taken in every other repository of a catalog, references are held against
/// all of it. Takes time for the entries of the tree, and for the manifests among them.
///
/// # Errors
///
/// The tree as a whole cannot be read, or is over a limit.
pub fn lint(
    root: &Path,
    repository: &RepositoryId,
    options: LintOptions<'_>,
    others: Option<GraphBuilder>,
) -> Result<Lint, RepositoryError> {
    let snapshot = Snapshot::open_working(root, &options.limits.tree)?;
    let address = root.to_string_lossy();
    let declarations =
        assemble(&Visited::first(&snapshot, repository, &address, options.limits))?.declarations;
    let mut paths: Vec<Box<[u8]>> = Vec::new();
    snapshot.walk(&options.limits.tree, true, &mut |path, entry| {
        if entry.kind != EntryKind::Folder {
            paths.push(path.into());
        }
    })?;

    let mut added = Vec::new();
    for manifest in &declarations.manifests {
        ownership_files::remark_on_dead_rules(manifest, &paths, &options.limits.manifest, &mut added);
        if options.strict {
            refusals::remark_on_refusals(manifest, &mut added);
        }
    }
    ownership_files::remark_on_case(&paths, &mut added);
    let source = Source { snapshot: &snapshot, limits: options.limits };
    file_names::remark_on_names(&paths, &source, &mut added);
    let manifests = declarations.manifests.iter().map(|manifest| manifest.path.clone()).collect();
    let mut diagnostics = together::remarks(declarations, others, &source);
    diagnostics.append(&mut added);
    source.add_excerpts(&mut diagnostics);
    diagnostics.sort_by(|left, right| {
        (&left.path, left.position, left.code, &left.message).cmp(&(
            &right.path,
            right.position,
            right.code,
            &right.message,
        ))
    });
    diagnostics.dedup();
    Ok(Lint { repository: repository.clone(), manifests, diagnostics })
}

/// The files of the tree.
struct Source<'a> {
    snapshot: &'a Snapshot,
    limits: &'a CrawlLimits,
}

impl Source<'_> {
    /// The text of a regular file within the limit on manifests.
    fn text(&self, path: &str) -> Option<String> {
        let entry = self.snapshot.find(path).filter(|entry| entry.kind == EntryKind::File)?;
        let limits = &self.limits.manifest;
        let bytes_max = limits.bytes_max.max(limits.codeowners_bytes_max);
        match self.snapshot.read(path.as_bytes(), entry, bytes_max).ok()? {
            FileContent::Whole(_, bytes) => Some(String::from_utf8_lossy(&bytes).into_owned()),
            FileContent::TooLarge(_) => None,
        }
    }

    /// Shows the line wherever a place is known and its line is not.
    fn add_excerpts(&self, diagnostics: &mut [Diagnostic]) {
        let mut texts: HashMap<Box<str>, Option<String>> = HashMap::new();
        for diagnostic in diagnostics {
            let Some(path) = diagnostic.path.clone() else { continue };
            // A line that holds credentials is shown by nobody but the reader, which masks them.
            let is_shown = diagnostic.excerpt.is_none()
                && diagnostic.position.line > 0
                && diagnostic.code != DiagnosticCode::Secret;
            if !is_shown {
                continue;
            }
            let text = texts.entry(path).or_insert_with_key(|path| self.text(path));
            let text = text.as_deref().unwrap_or_default();
            let text = text.strip_prefix('\u{feff}').unwrap_or(text);
            let excerpt = Excerpt::of(text, diagnostic.position, 1);
            diagnostic.excerpt = excerpt.map(|excerpt| to_end_of_word(excerpt, diagnostic));
        }
    }
}

/// Marks the word that begins at the place, without the comment behind it.
fn to_end_of_word(mut excerpt: Excerpt, diagnostic: &Diagnostic) -> Excerpt {
    excerpt.text = crate::manifest::without_secrets(&excerpt.text).into();
    let before = usize::try_from(diagnostic.position.column.saturating_sub(1)).unwrap_or(usize::MAX);
    let rest: String = excerpt.text.chars().skip(before).collect();
    let is_pattern =
        matches!(diagnostic.code, DiagnosticCode::CodeownersUnused | DiagnosticCode::CodeownersOverridden);
    let ends_word = |c: char| c.is_whitespace() || !is_pattern && matches!(c, ',' | ']' | '}');
    let word = rest.split(ends_word).next().unwrap_or_default();
    excerpt.length = u32::try_from(word.chars().count()).unwrap_or(1).max(1);
    excerpt
}
