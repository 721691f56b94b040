//! `catalog check`: what a change of the repository one stands in can break, whose that is, and whether the
//! policy lets it pass.

use std::{
    fs::File,
    io::{Read, Write},
    path::{Path, PathBuf},
};

use catalog_core::{
    catalog::{ChangedGraphError, graph_with, open_graph_and_repository},
    check::{ChangeCheck, ChangeQuestion, Verdict, approving, check},
    graph::{CatalogGraph, RepositoryView},
    model::{EntityRef, RepositoryDeclarations, RepositoryId},
    query::find_repository,
    store::Store,
};
use catalog_ingest::{
    change::{
        ChangeError, ChangeHead, ChangeRequest, RepositoryChange, build_roots, changed_operations,
        read_change,
    },
    plan::enclosing_repository,
    repository::{RepositoryError, RevisionError},
};

use super::{
    CommandError, ExitStatus,
    check_faces::{AlsoArgument, write_also, write_also_undecided},
    context::{Context, say, stdout},
    crawl::working_folder,
    scan::ScanArgument,
};
use crate::{
    clock,
    report::{ChangeCheckReport, CheckedChange, Format, undecided_text, write_findings},
    settings::ScanSetting,
};

/// Which change, and what is made of the answer.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Arguments {
    /// The branch, tag or commit that the change is to go onto; it is compared with where their lines meet
    #[arg(long, value_name = "REVISION", required_unless_present_any = ["files", "working_tree"])]
    base: Option<String>,
    /// What the change makes of it [default: HEAD]
    #[arg(long, value_name = "REVISION", conflicts_with = "working_tree")]
    head: Option<String>,
    /// Take the files as they lie in the folder, with what is not committed
    #[arg(long)]
    working_tree: bool,
    /// Take this list of changed files, `-` for standard input: a path a line, or each with a NUL byte behind it
    #[arg(long, value_name = "FILE")]
    files: Option<PathBuf>,
    /// The repository's id in the catalog [default: as `catalog crawl` names it]
    #[arg(long, value_name = "ID")]
    repository: Option<String>,
    /// Who has agreed to the change, as in `group:platform`; several times or with commas for several
    #[arg(long, value_name = "REF", value_delimiter = ',')]
    approved_by: Vec<String>,
    /// From which verdict on the command ends with exit code 1
    #[arg(long, value_enum, value_name = "VERDICT", default_value_t)]
    fail_on: FailOn,
    /// What to end with where it could not be decided: exit code 2, or 0 as if all were well
    #[arg(long, value_enum, value_name = "OUTCOME", default_value_t)]
    on_error: OnError,
    /// Find manifests by the names of files, or also by what is in YAML files
    #[arg(long, value_enum, value_name = "MODE")]
    scan: Option<ScanArgument>,
    /// Write the same answer in another format, too: `markdown` for a comment, `summary` for that of a job (added
    /// to the file), json, sarif, github, gitlab or junit; several times for several
    #[arg(long, value_name = "FORMAT=FILE")]
    also: Vec<AlsoArgument>,
    /// How many rows a table shows; 0 for all
    #[arg(long, value_name = "ROWS")]
    limit: Option<usize>,
}

const AFTER_HELP: &str = "\
Holds what the manifests and files of a repository are at the base against what they are at the head, in a
catalog that has read the repository. Nothing is written, and no network is needed. Only what the change itself
brings about counts. What blocks and who must agree is set in `catalog.toml`: `[check]` and `[[check.rule]]`.

  catalog check --base origin/main                      what this branch changes
  catalog check --base HEAD --working-tree              what is not committed yet
  git diff --name-only HEAD | catalog check --files -   of these files
  catalog check --base main --approved-by group:payments
  catalog check --base main --format markdown | catalog comment    as a comment on the merge request
  catalog check --base main --format github --also markdown=check.md --also sarif=check.sarif

Exit codes: 0 passes, 1 blocked or an approval is missing, 2 could not decide, 64 wrong usage.";

/// From which verdict on a check fails.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
enum FailOn {
    /// Where something warns, too.
    Warn,
    /// Where somebody must agree and has not, or something stands in the way.
    #[default]
    Block,
    /// Never.
    Never,
}

impl FailOn {
    /// The least verdict that fails.
    fn verdict(self) -> Option<Verdict> {
        match self {
            Self::Warn => Some(Verdict::Warn),
            Self::Block => Some(Verdict::NeedsApproval),
            Self::Never => None,
        }
    }
}

/// What to make of a check that could not decide.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
enum OnError {
    /// Exit code 2.
    #[default]
    Fail,
    /// Exit code 0, which is said.
    Pass,
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<ExitStatus, CommandError> {
    end(context, arguments, decide(context, arguments))
}

/// Ends a check: what could not be decided is told wherever what was is to be told.
pub(super) fn end(
    context: &Context,
    arguments: &Arguments,
    outcome: Result<ExitStatus, CommandError>,
) -> Result<ExitStatus, CommandError> {
    if let Err(error) = &outcome
        && error.status == ExitStatus::Undecided
        && !error.is_broken_pipe()
    {
        write_also_undecided(&arguments.also, &error.message)?;
        if context.format == Format::Markdown {
            let mut to = stdout();
            to.write_all(undecided_text(&error.message).as_bytes())?;
            to.flush()?;
        }
    }
    match outcome {
        Err(error)
            if arguments.on_error == OnError::Pass
                && error.status == ExitStatus::Undecided
                && !error.is_broken_pipe() =>
        {
            say(&error.to_string());
            say("warning: nothing was checked, and the change passes because of `--on-error=pass`");
            Ok(ExitStatus::Fine)
        }
        outcome => outcome,
    }
}

fn decide(context: &Context, arguments: &Arguments) -> Result<ExitStatus, CommandError> {
    let here = working_folder()?;
    let place = Place::find(&here, arguments.repository.as_deref())?;
    let files = arguments.files.as_deref().map(|path| read_list(path, context)).transpose()?;
    let catalog = Known::open(context, &place)?;
    let mut limits = context.settings.crawl_limits();
    limits.scan = arguments.scan.map_or(context.settings.crawl.scan, ScanSetting::from).into();
    let now = clock::now();
    let head = match &arguments.head {
        Some(revision) => ChangeHead::Revision(revision),
        None if arguments.working_tree || files.is_some() => ChangeHead::WorkingTree,
        None => ChangeHead::Revision("HEAD"),
    };
    let mut change = read_change(&ChangeRequest {
        folder: &place.folder,
        repository: &catalog.id,
        base: arguments.base.as_deref(),
        head,
        files: files.as_deref(),
        known: catalog.declarations.as_ref(),
        known_commit: catalog.graph.repository(&catalog.id).and_then(|known| known.head().commit),
        limits: &limits,
        now,
    })
    .map_err(|error| change_error(&error))?;
    catalog.add_history(&mut change);
    let base = if change.is_base_known { None } else { Some(catalog.with(context, &change.before)?) };
    let base = base.as_deref().unwrap_or(&catalog.graph);
    let after = if change.says_the_same() { None } else { Some(catalog.with(context, &change.after)?) };
    let after = after.as_deref().unwrap_or(base);
    let definitions = context.settings.limits.definition_limits();
    let operations = changed_operations(&change, base, &limits.manifest, &definitions);
    let approved_by = approvals(after, &arguments.approved_by);
    let answer = check(ChangeQuestion {
        base,
        head: after,
        repository: &catalog.id,
        paths: &change.paths,
        policy: &context.settings.check.policy(),
        gaps: context.gap_settings(),
        build_roots: &build_roots(&change),
        redefined: &operations.redefined,
        found: &operations.findings,
        approved_by: &approved_by,
        now,
    });
    let known = catalog.graph.repository(&catalog.id);
    let known = known.expect("a repository that is not in the graph was refused").head();
    let checked = CheckedChange {
        repository: &catalog.id,
        change: &change,
        known,
        revision: catalog.graph.revision(),
        now,
    };
    let report = ChangeCheckReport::new(&answer, checked);
    let is_undecided = answer.unknowns.is_undecided();
    let fails = arguments.fail_on.verdict();
    match context.findings_format {
        // Other programs and reviewers would take what is not known for what is not there.
        _ if is_undecided && (context.findings_format.is_some() || context.format == Format::Markdown) => {}
        Some(format) => {
            let mut to = stdout();
            write_findings(&report.findings(fails), format, &mut to)?;
            to.flush()?;
        }
        None => context.write(&report, arguments.limit)?,
    }
    if is_undecided {
        let id = &catalog.id;
        return Err(CommandError::undecided(format!("the catalog could not read `{id}` the last time"))
            .hint("`catalog status` tells why; crawl it again"));
    }
    write_also(&arguments.also, &report, fails)?;
    Ok(status(&answer, fails))
}

fn status(answer: &ChangeCheck<'_, '_>, fails: Option<Verdict>) -> ExitStatus {
    let is_failure = fails.is_some_and(|least| answer.verdict >= least);
    if is_failure { ExitStatus::Findings } else { ExitStatus::Fine }
}

/// The folder that is looked at, and what it is called.
struct Place {
    folder: PathBuf,
    id: Option<RepositoryId>,
    /// What the caller calls it, where it does.
    named: Option<String>,
}

impl Place {
    fn find(here: &Path, named: Option<&str>) -> Result<Self, CommandError> {
        let named = named.map(str::to_owned);
        match enclosing_repository(here) {
            Some((folder, id)) => Ok(Self { folder, id: Some(id), named }),
            None if named.is_some() => Ok(Self { folder: here.to_owned(), id: None, named }),
            None => {
                let here = here.display();
                Err(CommandError::undecided(format!("`{here}` lies in no git repository"))
                    .hint("go to the repository that is changed")
                    .hint("or name it with `--repository ID`, and its changed files with `--files -`"))
            }
        }
    }
}

/// What the catalog knows.
struct Known {
    graph: std::mem::ManuallyDrop<CatalogGraph>,
    /// `None` for a graph file.
    store: Option<Store>,
    id: RepositoryId,
    declarations: Option<RepositoryDeclarations>,
}

impl Known {
    fn open(context: &Context, place: &Place) -> Result<Self, CommandError> {
        if context.is_graph_file() {
            let graph = context.graph()?;
            let id = repository_of(&graph, place)?;
            return Ok(Self { graph, store: None, id, declarations: None });
        }
        let store = context.store()?;
        let asked = place.named.as_deref().and_then(RepositoryId::new).or_else(|| place.id.clone());
        // A name that is no id is looked up in the graph, and read by the id that it means.
        let asked = asked.or_else(|| RepositoryId::new("none")).expect("the word is an id");
        let opened = |id: &RepositoryId| {
            open_graph_and_repository(&store, &context.identity, id)
                .map_err(|error| context.store_error(&error))
        };
        let (graph, declarations) = opened(&asked)?;
        let id = repository_of(&graph, place)?;
        let (graph, declarations) = if id == asked { (graph, declarations) } else { opened(&id)? };
        let graph = std::mem::ManuallyDrop::new(graph);
        Ok(Self { graph, store: Some(store), id, declarations })
    }

    /// Gives a change what the catalog knows of the repository's commits, where only a graph holds it.
    fn add_history(&self, change: &mut RepositoryChange) {
        if self.declarations.is_some() {
            return;
        }
        let known = self.graph.repository(&self.id).and_then(RepositoryView::history);
        for side in [&mut change.before, &mut change.after] {
            side.history = known.cloned().map(Box::new);
        }
    }

    /// The graph in which the repository says something else.
    fn with(
        &self,
        context: &Context,
        said: &RepositoryDeclarations,
    ) -> Result<std::mem::ManuallyDrop<CatalogGraph>, CommandError> {
        let store = self.store.as_ref().map(|store| (store, &context.identity));
        let graph = graph_with(&self.graph, store, said).map_err(|error| match error {
            ChangedGraphError::Store(error) => context.store_error(&error),
            ChangedGraphError::Meanwhile { .. } => {
                CommandError::undecided(error.to_string()).hint("run it again")
            }
            ChangedGraphError::NeedsStore(_) => CommandError::undecided(error.to_string())
                .hint("name the store itself with `--store FILE` or CATALOG_STORE, where it lies"),
        })?;
        Ok(std::mem::ManuallyDrop::new(graph))
    }
}

/// The repository in the catalog.
fn repository_of(graph: &CatalogGraph, place: &Place) -> Result<RepositoryId, CommandError> {
    if let Some(named) = &place.named {
        return Ok(find_repository(graph, named)?.id().clone());
    }
    let id = place.id.as_ref().expect("a place without a name has an id");
    if graph.repository(id).is_some() {
        return Ok(id.clone());
    }
    let folder = place.folder.display();
    let mut error = CommandError::undecided(format!(
        "the catalog has not read the repository `{id}`, so that nothing tells what a change of it can break"
    ))
    .hint(format!("read it with `catalog crawl {folder}`"));
    let last = id.as_str().rsplit('/').next().unwrap_or_default();
    let likely: Vec<String> = graph
        .repositories()
        .filter(|known| known.id().as_str().rsplit('/').next() == Some(last))
        .take(3)
        .map(|known| format!("`--repository {}`", known.id()))
        .collect();
    if !likely.is_empty() {
        error = error.hint(format!("or say which it is: {}", likely.join(" or ")));
    }
    Err(error)
}

/// Reads a list of files, of at most the bytes that the limits of trees allow.
fn read_list(path: &Path, context: &Context) -> Result<Vec<u8>, CommandError> {
    let limits = context.settings.crawl_limits().tree;
    let bytes_max = u64::try_from(limits.entries_max.saturating_mul(256)).unwrap_or(u64::MAX);
    let is_input = path == Path::new("-");
    let shown = if is_input { "standard input".to_owned() } else { format!("`{}`", path.display()) };
    let failed = |error: std::io::Error| {
        CommandError::undecided(format!("the list of files in {shown} could not be read: {error}"))
    };
    let mut list = Vec::new();
    let from: Box<dyn Read> =
        if is_input { Box::new(std::io::stdin()) } else { Box::new(File::open(path).map_err(failed)?) };
    from.take(bytes_max.saturating_add(1)).read_to_end(&mut list).map_err(failed)?;
    if list.len() as u64 > bytes_max {
        let entries = limits.entries_max;
        return Err(CommandError::undecided(format!(
            "the list of files in {shown} is longer than the limit `tree.entries_max` of {entries} allows"
        )));
    }
    Ok(list)
}

/// Who has agreed; says which words do not count.
fn approvals(graph: &CatalogGraph, written: &[String]) -> Vec<EntityRef> {
    let (found, passed_over) = approving(graph, written);
    for text in passed_over {
        say(&format!(
            "warning: `{text}` of `--approved-by` is no group or person of the catalog, and does not count"
        ));
    }
    found
}

/// Tells why it cannot be told what a change is, and what to do about it.
fn change_error(error: &ChangeError) -> CommandError {
    let said = CommandError::undecided(error.to_string());
    match error {
        ChangeError::Revision { source, .. } => match source {
            RevisionError::Unknown { is_shallow: true, .. } | RevisionError::Beyond { is_shallow: true, .. } => {
                said.hint("this copy is shallow: fetch the commit with `git fetch --deepen=100`, or check out with `fetch-depth: 0`")
            }
            RevisionError::Unknown { .. } => {
                said.hint("fetch it first, or name another with `--base`; `git branch --all` lists the branches")
            }
            RevisionError::Form { .. } => {
                said.hint("name two revisions: `--base main --head topic` is what `main...topic` means to git")
            }
            _ => said,
        },
        ChangeError::Unrelated { .. } => said.hint("name a base of the same history"),
        ChangeError::NotGit { .. } => said.hint("name the changed files with `--files -` instead"),
        ChangeError::NoBase { .. } => said.hint("read it with `catalog crawl` first"),
        ChangeError::ListedPath { .. } => {
            said.hint("`git diff --name-only -z` writes such a list")
        }
        ChangeError::Unread { .. } => {
            said.hint("fetch what is missing: a copy made with `--filter=blob:none` does not hold all files")
        }
        ChangeError::Repository(RepositoryError::Corrupt { .. }) => said.hint("run `git fsck`"),
        ChangeError::ListTooLong { .. } | ChangeError::Repository(_) => said,
    }
}
