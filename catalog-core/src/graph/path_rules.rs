//! The ownership files of a repository, as a view into the graph.

use std::sync::Arc;

use crate::{
    model::{ManifestFormat, Origin, PathDialect, PathRule, PathRules, PathSection, Stale},
    path_rules::{FileRule, RuleFiles},
};

use super::{RepositoryView, declaration::SourceRecord, kept::Kept};

/// Ownership files of one repository that answer together.
#[derive(Debug)]
pub(super) struct OwnershipRecord {
    /// The manifests, by number, in the order of `files`.
    pub(super) sources: Vec<u32>,
    pub(super) files: Kept<RuleFiles>,
}

/// The ownership files of a repository while it is taken in.
#[derive(Debug, Default)]
pub(super) struct OwnershipFiles {
    pub(super) codeowners: Vec<(u32, PathRules)>,
    pub(super) owners: Vec<(u32, PathRules)>,
    pub(super) unread: Vec<u32>,
}

impl OwnershipFiles {
    /// Takes in what a manifest says of paths. Of several CODEOWNERS files the first one stands.
    pub(super) fn take(&mut self, source: u32, format: ManifestFormat, rules: Option<PathRules>) {
        match (format, rules) {
            (ManifestFormat::Codeowners | ManifestFormat::Owners, None) => self.unread.push(source),
            (ManifestFormat::Owners, Some(rules)) => self.owners.push((source, rules)),
            (_, Some(rules)) if self.codeowners.is_empty() => self.codeowners.push((source, rules)),
            _ => {}
        }
    }
}

impl OwnershipRecord {
    /// Compiles files; `None` where there are none.
    pub(super) fn new(files: Vec<(u32, PathRules)>) -> Option<Arc<Self>> {
        let (sources, files): (Vec<u32>, Vec<PathRules>) = files.into_iter().unzip();
        (!sources.is_empty()).then(|| Arc::new(Self { sources, files: RuleFiles::new(files).into() }))
    }
}

/// The ownership files of a repository that answer together: its CODEOWNERS, or its OWNERS files.
#[derive(Clone, Copy)]
pub struct RepositoryPathRules<'g> {
    repository: RepositoryView<'g>,
    record: &'g OwnershipRecord,
}

/// A rule of an ownership file, where it stands.
#[derive(Clone, Copy)]
pub struct PathRuleView<'g> {
    repository: RepositoryView<'g>,
    source: &'g SourceRecord,
    rules: &'g PathRules,
    /// The rule.
    pub rule: &'g PathRule,
}

impl<'g> RepositoryPathRules<'g> {
    pub(super) fn new(repository: RepositoryView<'g>, record: &'g OwnershipRecord) -> Self {
        Self { repository, record }
    }

    /// The path of the file; of several OWNERS files the one that lies highest.
    pub fn path(&self) -> &'g str {
        let paths = self.record.sources.iter().map(|source| &*self.source(*source).path);
        paths.min_by_key(|path| (path.matches('/').count(), *path)).unwrap_or_default()
    }

    /// The format of the files, CODEOWNERS or OWNERS.
    pub fn format(&self) -> ManifestFormat {
        self.files().first().map_or(ManifestFormat::Codeowners, |file| file.rules.dialect.format())
    }

    /// The dialect of the file at [`path`](Self::path).
    pub fn dialect(&self) -> PathDialect {
        let path = self.path();
        let mut files = self.files().iter().zip(&self.record.sources);
        let of_path = files.find(|(_, source)| &*self.source(**source).path == path);
        of_path.map_or(PathDialect::Github, |(file, _)| file.rules.dialect)
    }

    /// All rules, file by file.
    pub fn rules(self) -> impl Iterator<Item = PathRuleView<'g>> {
        let view = self;
        let numbers = self
            .files()
            .iter()
            .enumerate()
            .flat_map(|(file, of)| (0..of.rules.rules.len()).map(move |rule| FileRule { file, rule }));
        numbers.filter_map(move |at| view.rule(at))
    }

    /// The rules that together decide about a path; see [`RuleFiles::deciding`].
    pub fn deciding(&self, path: impl AsRef<[u8]>) -> Vec<PathRuleView<'g>> {
        self.views(self.record.files.deciding(path))
    }

    /// The rules that match a path and do not decide about it; see [`RuleFiles::overridden`].
    pub fn overridden(&self, path: impl AsRef<[u8]>) -> Vec<PathRuleView<'g>> {
        self.views(self.record.files.overridden(path))
    }

    /// The rules about everything that has no rule of its own.
    pub fn catch_all(&self) -> Vec<PathRuleView<'g>> {
        self.views(self.record.files.catch_all())
    }

    /// What their staleness rests on: that of the first stale file, or the repository's.
    pub fn staleness(&self) -> Option<Stale> {
        let mut stale = self.record.sources.iter().filter_map(|source| self.source(*source).stale.as_deref());
        stale.next().cloned().or_else(|| self.repository.staleness())
    }

    fn files(&self) -> &'g [crate::path_rules::RuleFile] {
        self.record.files.files()
    }

    fn source(&self, source: u32) -> &'g SourceRecord {
        &self.repository.graph().sources[source]
    }

    fn views(&self, rules: Vec<FileRule>) -> Vec<PathRuleView<'g>> {
        rules.into_iter().filter_map(|at| self.rule(at)).collect()
    }

    fn rule(&self, at: FileRule) -> Option<PathRuleView<'g>> {
        let rules = &self.files().get(at.file)?.rules;
        let source = self.source(*self.record.sources.get(at.file)?);
        Some(PathRuleView { repository: self.repository, source, rules, rule: rules.rules.get(at.rule)? })
    }
}

impl<'g> PathRuleView<'g> {
    /// The path of its file.
    pub fn path(&self) -> &'g str {
        &self.source.path
    }

    /// The format of its file.
    pub fn format(&self) -> ManifestFormat {
        self.source.format
    }

    /// The dialect of its file.
    pub fn dialect(&self) -> PathDialect {
        self.rules.dialect
    }

    /// The section it belongs to, in dialects that have any.
    pub fn section(&self) -> Option<&'g PathSection> {
        self.rules.sections.get(self.rule.section as usize)
    }

    /// Where it stands; in a stale file at the commit that the file was read from.
    pub fn origin(&self) -> Origin {
        let head = self.repository.head();
        let stale_commit = self.source.stale.as_ref().and_then(|stale| stale.commit);
        Origin {
            repository: head.id.clone(),
            commit: stale_commit.or(head.commit),
            path: self.source.path.clone(),
            document: 0,
            position: self.rule.position,
            format: self.source.format,
        }
    }
}

impl std::fmt::Debug for PathRuleView<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{} {}", self.path(), self.rule.position.line, self.rule.pattern)
    }
}
