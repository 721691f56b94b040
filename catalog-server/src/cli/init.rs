//! `catalog init`: a first manifest for a repository, from what lies in it.

use std::{
    fs::OpenOptions,
    io::{ErrorKind, Write},
    path::{Path, PathBuf},
};

use catalog_ingest::{
    plan::enclosing_repository,
    propose::{Proposal, propose},
    repository::RepositoryAddress,
};

use super::{
    CommandError, ExitStatus,
    context::{Context, say, stdout},
    crawl::working_folder,
};
use crate::report::{Format, ProposalReport};

/// What to propose a manifest for.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Arguments {
    /// The folder of a repository, or of one service in it [default: the one that one stands in]
    #[arg(value_name = "PATH")]
    path: Option<PathBuf>,
    /// Write the file `catalog-info.yaml`; one that is there is never overwritten
    #[arg(long)]
    write: bool,
}

const AFTER_HELP: &str = "\
Takes the name from the remote or the folder, title and description from the README, the owner from
CODEOWNERS or OWNERS, the type and tags from package manifests and Dockerfiles, data stores from compose
files, APIs from OpenAPI and AsyncAPI files. Where several folders have a Dockerfile, each becomes a
document. Above each field stands its evidence; who committed lately is only ever a suggestion.

  catalog init                 print the proposal
  catalog init --write         write it, then look at it: `catalog lint`";

/// The file that is proposed.
const FILE: &str = "catalog-info.yaml";

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<ExitStatus, CommandError> {
    let here = working_folder()?;
    let path = arguments.path.as_deref().unwrap_or(Path::new("."));
    let RepositoryAddress::Folder(folder) = RepositoryAddress::folder(path, &here) else {
        return Err(CommandError::usage("name a folder"));
    };
    if !folder.is_dir() {
        return Err(CommandError::undecided(format!("`{}` is no folder", path.display()))
            .hint("name the folder of a repository, as in `catalog init .`"));
    }
    let proposal = proposal(context, &folder)?;
    if let Some(existing) = &proposal.existing {
        return Err(CommandError::undecided(format!("`{existing}` is there already"))
            .hint("`catalog lint` says what is wrong with it"));
    }
    let shown = path.join(FILE);
    let shown = shown.strip_prefix(".").unwrap_or(&shown);
    let report = ProposalReport::new(&proposal, &shown.to_string_lossy());
    if arguments.write {
        write_new(&folder.join(FILE), &report)?;
        say(&format!("wrote `{}`; look it over, then: catalog lint", crate::report::printable(&report.path)));
    }
    match context.format {
        Format::Table if arguments.write => {}
        Format::Table => {
            let mut to = stdout();
            to.write_all(report.text.as_bytes())?;
            to.flush()?;
        }
        _ => context.write(&report, Some(0))?,
    }
    Ok(ExitStatus::Fine)
}

fn proposal(context: &Context, folder: &Path) -> Result<Proposal, CommandError> {
    let enclosing = enclosing_repository(folder);
    let id = RepositoryAddress::Folder(folder.to_owned()).id();
    let (root, id) = match (enclosing, id) {
        (Some(found), _) => found,
        (None, Some(id)) => (folder.to_owned(), id),
        (None, None) => return Err(CommandError::undecided("the root of the file system is no repository")),
    };
    let inner = folder.strip_prefix(&root).unwrap_or(Path::new(""));
    let inner: Vec<_> = inner.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    propose(&root, &inner.join("/"), &id, &context.settings.crawl_limits())
        .map_err(|error| CommandError::undecided(format!("`{}` could not be read: {error}", root.display())))
}

/// Writes a file that is not there yet. Nothing that is there is touched, also no link.
fn write_new(path: &Path, report: &ProposalReport) -> Result<(), CommandError> {
    let written = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(path)
        .and_then(|mut file| file.write_all(report.text.as_bytes()));
    written.map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => CommandError::undecided(format!("`{}` is there already", report.path))
            .hint("it is never overwritten: remove it first"),
        _ => CommandError::undecided(format!("`{}` could not be written: {error}", report.path)),
    })
}
