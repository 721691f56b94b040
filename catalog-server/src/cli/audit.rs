//! `catalog audit`: what was changed and refused, and whether the log of it is what was written.

use std::{
    collections::VecDeque,
    fs::File,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
};

use super::{CommandError, ExitStatus, access::audit_log, context::Context};
use crate::{
    access::{AuditEntry, verify_audit},
    report::{AuditReport, AuditVerdictReport},
};

/// How many entries are shown where nothing else is asked for.
const ENTRIES_SHOWN: usize = 100;

/// What to do.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    step: Step,
}

#[derive(Debug, clap::Subcommand)]
enum Step {
    /// Say whether the log is what was written: which line was changed, and where lines are missing
    ///
    /// Each line carries the hash of the one before it. What was taken off the end shows only against a hash
    /// that was kept elsewhere: give it with `--last`. Ends with 1 where anything is wrong.
    Verify(VerifyArguments),
    /// Show the last entries
    Show(ShowArguments),
}

#[derive(Debug, clap::Args)]
struct VerifyArguments {
    /// The log; where it was moved away in between, all its files in their order [default: beside the store]
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The last hash as it was once told; the log must hold it
    #[arg(long, value_name = "HASH")]
    last: Option<String>,
}

#[derive(Debug, clap::Args)]
struct ShowArguments {
    /// The log [default: beside the store]
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
    /// How many of the last entries; 0 for all
    #[arg(long, value_name = "ROWS", default_value_t = ENTRIES_SHOWN)]
    limit: usize,
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<ExitStatus, CommandError> {
    match &arguments.step {
        Step::Verify(arguments) => verify(context, arguments),
        Step::Show(arguments) => show(context, arguments),
    }
}

fn verify(context: &Context, arguments: &VerifyArguments) -> Result<ExitStatus, CommandError> {
    let mut paths = arguments.files.clone();
    if paths.is_empty() {
        paths.push(audit_log(context, &context.store_path).path().to_owned());
    }
    let files: Vec<File> = paths.iter().map(|path| open(path)).collect::<Result<_, _>>()?;
    let verdict = verify_audit(files)
        .map_err(|error| CommandError::undecided(format!("the audit log could not be read: {error}")))?;
    let names: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
    context.write(&AuditVerdictReport::new(&verdict, &names), Some(0))?;
    if let Some(last) = &arguments.last
        && !holds(&paths, last)?
    {
        return Err(CommandError {
            status: ExitStatus::Findings,
            ..CommandError::undecided(format!(
                "no line has the hash `{last}`: what was last then was changed or taken off"
            ))
        });
    }
    Ok(if verdict.findings.is_empty() { ExitStatus::Fine } else { ExitStatus::Findings })
}

/// Whether any line has a hash.
fn holds(paths: &[PathBuf], hash: &str) -> Result<bool, CommandError> {
    for path in paths {
        let verdict = crate::access::find_audit_line(open(path)?, hash)
            .map_err(|error| CommandError::undecided(format!("the audit log could not be read: {error}")))?;
        if verdict {
            return Ok(true);
        }
    }
    Ok(false)
}

fn show(context: &Context, arguments: &ShowArguments) -> Result<ExitStatus, CommandError> {
    let path =
        arguments.file.clone().unwrap_or_else(|| audit_log(context, &context.store_path).path().to_owned());
    let mut last: VecDeque<AuditEntry> = VecDeque::new();
    for (number, line) in BufReader::new(open(&path)?).lines().enumerate() {
        let line = line.map_err(|error| {
            CommandError::undecided(format!("`{}` could not be read: {error}", path.display()))
        })?;
        let Ok(entry) = serde_json::from_str(&line) else {
            return Err(CommandError::undecided(format!(
                "line {} of `{}` is no entry of an audit log",
                number + 1,
                path.display()
            ))
            .hint("`catalog audit verify` says which lines were changed"));
        };
        last.push_back(entry);
        if arguments.limit > 0 && last.len() > arguments.limit {
            last.pop_front();
        }
    }
    context.write(&AuditReport::new(last.into()), Some(0))?;
    Ok(ExitStatus::Fine)
}

fn open(path: &Path) -> Result<File, CommandError> {
    File::open(path).map_err(|error| {
        CommandError::undecided(format!("audit log `{}` could not be read: {error}", path.display()))
            .hint("a server begins it with the first change or refusal; name it with `[server.access] audit`")
    })
}
