//! `catalog owner`: who answers for an entity or a path.

use std::path::{Path, PathBuf};

use catalog_core::{
    gaps::gaps_about,
    graph::{CatalogGraph, RepositoryView},
    model::{EntityRef, ManifestFormat},
    query::{
        EntityNotFound, OwnerSubject, find_entity, find_entity_close, find_repository, is_address, ownership,
        path_in_repository, path_ownership, subject_of_address,
    },
};
use catalog_ingest::{
    crawl::paths_of,
    plan::enclosing_repository,
    repository::{RepositoryAddress, cached_folder},
};

use super::{CommandError, ExitStatus, context::Context, responsibility};
use crate::{
    clock,
    report::{AllPathsReport, OwnershipReport, PathOwnershipReport},
};

/// Whose owner to tell.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// An entity, as in `component:payments`, just `payments` or roughly `paymnts`; a path of the repository
    /// that one stands in; a path of any repository, as in `shop/web:src/cart.ts`; or the address of a
    /// repository or of a page about one of its files
    #[arg(value_name = "REF|PATH|URL", required_unless_present = "all_paths")]
    subject: Option<String>,
    /// Take the subject as a path of this repository: its id, or the end of it
    #[arg(long, value_name = "ID")]
    repository: Option<String>,
    /// Tell the owners of every file of the repository
    #[arg(long, requires = "repository", conflicts_with = "subject")]
    all_paths: bool,
    /// Show every rule that was weighed: those that decide and those that they override, with file, line,
    /// dialect and section
    #[arg(long, conflicts_with = "all_paths")]
    explain: bool,
    /// Say who has this responsibility for the entity, and why; `all` tells each
    #[arg(long = "for", value_enum, value_name = "RESPONSIBILITY", conflicts_with_all = ["repository", "all_paths", "explain", "rules"])]
    responsibility: Option<responsibility::Argument>,
    /// Which ownership files answer for a path; without it CODEOWNERS where there is one, else OWNERS
    #[arg(long, value_enum, value_name = "FILES")]
    rules: Option<Rules>,
    /// How many rows a table shows; 0 for all
    #[arg(long, value_name = "ROWS")]
    limit: Option<usize>,
}

/// Ownership files that answer together.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Rules {
    /// The CODEOWNERS file
    Codeowners,
    /// The OWNERS files
    Owners,
}

impl Arguments {
    fn format(&self) -> Option<ManifestFormat> {
        self.rules.map(|rules| match rules {
            Rules::Codeowners => ManifestFormat::Codeowners,
            Rules::Owners => ManifestFormat::Owners,
        })
    }
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<ExitStatus, CommandError> {
    let graph = context.graph()?;
    if let Some(repository) = &arguments.repository {
        let repository = find_repository(&graph, repository)?;
        return match &arguments.subject {
            Some(path) => write_path(context, arguments, &graph, repository, path),
            None => {
                let paths = all_paths(context, repository)?;
                let rules = match arguments.format() {
                    Some(format) => repository.path_rules_of(format),
                    None => repository.path_rules(),
                };
                context.write(&AllPathsReport::new(&graph, repository, rules, &paths), arguments.limit)?;
                Ok(ExitStatus::Fine)
            }
        };
    }
    let word = arguments.subject.as_deref().unwrap_or_default();
    let subject = subject_meant(&graph, word)?;
    match (subject, arguments.responsibility) {
        (OwnerSubject::Entity { entity, is_close }, Some(asked)) => {
            responsibility::run(context, entity, is_close.then_some(word), asked)
        }
        (OwnerSubject::Entity { entity, is_close }, None) => {
            let gaps = gaps_about(context.gap_question(&graph), entity);
            let report = OwnershipReport::new(&ownership(entity), &gaps, clock::now());
            context.write(&if is_close { report.read_from(word) } else { report }, Some(0))?;
            Ok(ExitStatus::Fine)
        }
        (OwnerSubject::Path { path, .. }, Some(_)) => Err(CommandError::usage(format!(
            "`{path}` is a path, and responsibilities are those of entities"
        ))
        .hint(format!("`catalog owner {word}` tells the entity that it belongs to"))),
        (OwnerSubject::Path { repository, path }, None) => {
            write_path(context, arguments, &graph, repository, &path)
        }
    }
}

/// What a word means: an address, an entity, a path, or a name that is close to one of an entity.
fn subject_meant<'g>(graph: &'g CatalogGraph, word: &str) -> Result<OwnerSubject<'g>, CommandError> {
    if is_address(word) {
        return subject_of_address(graph, word).ok_or_else(|| {
            CommandError::undecided(format!("no repository of the catalog has the address `{word}`"))
                .hint("`catalog status` lists the repositories; `catalog crawl` reads more")
        });
    }
    let miss = match find_entity(graph, word) {
        Ok(entity) => return Ok(OwnerSubject::Entity { entity, is_close: false }),
        Err(error) => error,
    };
    let path = || {
        let (repository, path) = as_path(graph, word)?;
        Some(OwnerSubject::Path { repository, path })
    };
    // A word is a path where it looks like one, before it is taken for a misspelled name.
    let looks_like_path = word.contains('/') || word.contains(':') || Path::new(word).exists();
    if looks_like_path && let Some(path) = path() {
        return Ok(path);
    }
    if matches!(miss, EntityNotFound::Unknown { .. }) {
        match find_entity_close(graph, word) {
            Ok(meant) => return Ok(meant),
            Err(EntityNotFound::Unknown { nearest, .. }) if nearest.len() > 1 => {
                return Err(several(word, &nearest));
            }
            Err(_) => {}
        }
    }
    path().ok_or_else(|| not_found(miss, word))
}

fn several(word: &str, names: &[EntityRef]) -> CommandError {
    let names: Vec<String> = names.iter().map(|name| format!("`{}`", name.short())).collect();
    CommandError::undecided(format!(
        "entity `{word}` is not in the catalog, and its name is close to {} others",
        names.len()
    ))
    .hint(format!("say which: {}", names.join(", ")))
}

fn write_path(
    context: &Context,
    arguments: &Arguments,
    graph: &CatalogGraph,
    repository: RepositoryView<'_>,
    path: &str,
) -> Result<ExitStatus, CommandError> {
    if path_in_repository(path).is_none() {
        let id = repository.id();
        return Err(CommandError::undecided(format!("`{path}` leads out of repository `{id}`"))
            .hint("write the path as it is in the repository, as in `src/main.rs`"));
    }
    let answer = path_ownership(graph, repository, path, arguments.format());
    let report = PathOwnershipReport::new(graph, &answer, clock::now());
    if arguments.explain {
        context.write(&report.explained(), Some(0))?;
    } else {
        context.write(&report, Some(0))?;
    }
    Ok(ExitStatus::Fine)
}

/// A word as a path: `repository:path`, or a path below the repository that one stands in.
fn as_path<'g>(graph: &'g CatalogGraph, word: &str) -> Option<(RepositoryView<'g>, String)> {
    if let Some((repository, path)) = word.split_once(':')
        && let Ok(repository) = find_repository(graph, repository)
    {
        return Some((repository, path.to_owned()));
    }
    let here = std::env::current_dir().ok()?;
    let full = normal(&here.join(word));
    let (root, repository) = crawled_above(graph, &full).or_else(|| {
        let (root, id) = enclosing_repository(&full)?;
        Some((root, find_repository(graph, id.as_str()).ok()?))
    })?;
    let mut path = full.strip_prefix(&root).ok()?.to_string_lossy().into_owned();
    if word.ends_with('/') || full.is_dir() {
        path.push('/');
    }
    Some((repository, path))
}

/// The repository that was crawled where the path lies.
fn crawled_above<'g>(graph: &'g CatalogGraph, path: &Path) -> Option<(PathBuf, RepositoryView<'g>)> {
    let crawled =
        graph.repositories().map(|repository| (PathBuf::from(&*repository.head().address), repository));
    crawled
        .filter(|(root, _)| root.is_absolute() && path.starts_with(root))
        .max_by_key(|(root, _)| root.as_os_str().len())
}

/// A path without `.` and `..`, by its text alone: it need not exist.
fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part {
            std::path::Component::CurDir => {}
            std::path::Component::ParentDir => {
                normal.pop();
            }
            part => normal.push(part),
        }
    }
    normal
}

fn not_found(error: EntityNotFound, word: &str) -> CommandError {
    let looks_like_path = word.contains('/') || Path::new(word).exists();
    let error = CommandError::from(error);
    if looks_like_path {
        error.hint("for a path, name its repository: `catalog owner --repository ID PATH`")
    } else {
        error
    }
}

/// The files of a repository at the commit whose rules are in the store.
fn all_paths(context: &Context, repository: RepositoryView<'_>) -> Result<Vec<Box<[u8]>>, CommandError> {
    let head = repository.head();
    let options = super::crawl_job::reading_options(context, context.cache_folder())?;
    let address = RepositoryAddress::parse(&head.address, Path::new("/")).map_err(|error| error.to_string());
    let listed = address.and_then(|address| {
        let folder = match address {
            RepositoryAddress::Folder(folder) => folder,
            RepositoryAddress::Remote(url) => cached_folder(&url, &context.cache_folder()),
        };
        paths_of(&folder, head.commit, &options).map_err(|error| error.to_string())
    });
    listed.map_err(|error| {
        CommandError::undecided(format!("the files of repository `{}` could not be listed: {error}", head.id))
            .hint("the store keeps the rules, not the list of files: the repository itself must be readable")
    })
}
