//! `catalog lint`: everything that is wrong with the manifests of a working tree, before it is pushed.

use std::{
    collections::BTreeMap,
    io::Write,
    path::{Component, Path, PathBuf},
};

use catalog_core::{
    graph::GraphBuilder,
    model::{DiagnosticCode, RepositoryId, Severity},
};
use catalog_ingest::{
    lint::{Lint, LintOptions, lint},
    plan::enclosing_repository,
    repository::RepositoryAddress,
};

use super::{
    CommandError, ExitStatus,
    context::{Context, say, stdout},
    crawl::working_folder,
    scan::ScanArgument,
};
use crate::{
    report::{Format, LintReport, show_lint, write_findings},
    settings::ScanSetting,
};

/// What to look at.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Arguments {
    /// Files or folders to report on [default: the repository or folder that one stands in]
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// End with exit code 1 where something of this severity or worse is found
    #[arg(long, value_enum, value_name = "SEVERITY", default_value_t)]
    fail_on: FailOn,
    /// Take it for an error when the format's own reader, as Backstage, would refuse a document
    #[arg(long)]
    strict: bool,
    /// Find manifests by the names of files, or also by what is in YAML files
    #[arg(long, value_enum, value_name = "MODE")]
    scan: Option<ScanArgument>,
}

const AFTER_HELP: &str = "\
Looks at the files as they lie in the folder: the tracked ones and the new ones that git does not ignore.
Nothing is written, and no store is needed. With `--store FILE`, references and owners are also held
against that catalog.

  catalog lint                          the whole repository
  catalog lint services/orders          only what is about this folder
  catalog lint --fail-on warning        fail on warnings, too
  catalog lint --format github          annotations in GitHub Actions
  catalog lint --format sarif > x.sarif for code scanning; `gitlab` and `junit` likewise

Exit codes: 0 nothing that fails, 1 findings, 2 something could not be read, 64 wrong usage.";

/// From which severity on a finding fails.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
enum FailOn {
    /// Whatever is said.
    Note,
    /// What is doubtful or broken.
    Warning,
    /// What is broken.
    #[default]
    Error,
    /// Nothing.
    Never,
}

impl FailOn {
    fn severity(self) -> Option<Severity> {
        match self {
            Self::Note => Some(Severity::Note),
            Self::Warning => Some(Severity::Warning),
            Self::Error => Some(Severity::Error),
            Self::Never => None,
        }
    }
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<ExitStatus, CommandError> {
    let here = working_folder()?;
    let named = if arguments.paths.is_empty() { &[PathBuf::from(".")][..] } else { &arguments.paths };
    let trees = trees(&here, named)?;
    let mut limits = context.settings.crawl_limits();
    limits.scan = arguments.scan.map_or(context.settings.crawl.scan, ScanSetting::from).into();
    let options = LintOptions { limits: &limits, strict: arguments.strict };
    let mut lints = Vec::with_capacity(trees.len());
    for tree in &trees {
        let others = if context.store_is_named { Some(others(context, &tree.id)?) } else { None };
        let mut found = lint(&tree.root, &tree.id, options, others).map_err(|error| {
            CommandError::undecided(format!("`{}` could not be read: {error}", tree.root.display()))
        })?;
        if !arguments.paths.is_empty() {
            found.keep_only(&tree.paths);
        }
        lints.push(found);
    }
    let report = LintReport::new(&lints);
    let fails = arguments.fail_on.severity();
    let mut to = stdout();
    match (context.findings_format, context.format) {
        (Some(format), _) => write_findings(&report.findings(fails), format, &mut to)?,
        (None, Format::Table) => {
            let shown = |lint: &Lint, path: &str| {
                let root = trees.iter().find(|tree| tree.id == lint.repository).map(|tree| &tree.root);
                root.map_or_else(|| path.to_owned(), |root| from_here(&here, &root.join(path)))
            };
            show_lint(&lints, &shown, &mut to)?;
        }
        (None, _) => context.write(&report, None)?,
    }
    to.flush()?;
    if report.manifests == 0 && report.diagnostics.is_empty() {
        say("hint: there is no manifest here; `catalog init` proposes one");
    }
    Ok(status(&lints, fails))
}

fn status(lints: &[Lint], fails: Option<Severity>) -> ExitStatus {
    let mut found = lints.iter().flat_map(|lint| &lint.diagnostics);
    if found.clone().any(|of| of.code == DiagnosticCode::RepositoryUnreadable) {
        ExitStatus::Undecided
    } else if found.any(|of| fails.is_some_and(|least| of.severity >= least)) {
        ExitStatus::Findings
    } else {
        ExitStatus::Fine
    }
}

/// A working tree, with the paths in it that are meant.
struct Tree {
    root: PathBuf,
    id: RepositoryId,
    paths: Vec<String>,
}

/// The working trees that the paths lie in, by their roots.
fn trees(here: &Path, named: &[PathBuf]) -> Result<Vec<Tree>, CommandError> {
    let mut trees: BTreeMap<PathBuf, Tree> = BTreeMap::new();
    for path in named {
        let RepositoryAddress::Folder(full) = RepositoryAddress::folder(path, here) else { continue };
        let metadata = full.symlink_metadata().map_err(|error| {
            let shown = path.display();
            CommandError::undecided(format!("`{shown}` could not be read: {error}"))
                .hint("name files or folders that are there")
        })?;
        let (root, id) = root_of(here, &full, metadata.is_dir());
        let inner = full.strip_prefix(&root).unwrap_or(Path::new(""));
        let parts: Vec<_> = inner.components().map(|part| part.as_os_str().to_string_lossy()).collect();
        let tree = Tree { root: root.clone(), id, paths: Vec::new() };
        trees.entry(root).or_insert(tree).paths.push(parts.join("/"));
    }
    Ok(trees.into_values().collect())
}

/// The top folder of the tree that a path lies in, with the id that a crawl gives it.
fn root_of(here: &Path, full: &Path, is_folder: bool) -> (PathBuf, RepositoryId) {
    if let Some(found) = enclosing_repository(full) {
        return found;
    }
    let folder = if is_folder {
        full
    } else if full.starts_with(here) {
        here
    } else {
        full.parent().unwrap_or(full)
    };
    let id = RepositoryAddress::folder(folder, here).id();
    (folder.to_owned(), id.or_else(|| RepositoryId::new("here")).expect("the word is an id"))
}

/// What every other repository of the named store says.
fn others(context: &Context, own: &RepositoryId) -> Result<GraphBuilder, CommandError> {
    let taken = context.store()?.read(|reader| {
        let mut builder = GraphBuilder::new().with_identity(context.identity.clone());
        reader.for_each_repository(|declarations| {
            if declarations.head.id != *own {
                builder.add(declarations);
            }
        })?;
        Ok(builder)
    });
    taken.map_err(|error| context.store_error(&error))
}

/// A path as it is typed in a folder.
fn from_here(here: &Path, full: &Path) -> String {
    let shared = here.components().zip(full.components()).take_while(|(left, right)| left == right).count();
    let up = here.components().skip(shared).map(|_| Component::ParentDir);
    let path: PathBuf = up.chain(full.components().skip(shared)).collect();
    path.to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_shown_as_they_are_typed() {
        let check = |here: &str, full: &str, expected: &str| {
            assert_eq!(from_here(Path::new(here), Path::new(full)), expected);
        };
        check("/src/shop", "/src/shop/a/b.yaml", "a/b.yaml");
        check("/src/shop/a", "/src/shop/CODEOWNERS", "../CODEOWNERS");
        check("/src/shop", "/src/bank/x", "../bank/x");
    }
}
