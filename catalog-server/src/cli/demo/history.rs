//! The repositories of the example, with the commits that `HISTORY` tells of.

use std::path::Path;

use catalog_core::model::Timestamp;
use catalog_ingest::repository::{CommitWords, check_out, commit_files};
use include_dir::Dir;

use super::{ALDERSOUND, CommandError, days_before, lines_of, name_of};

/// How long before its present the example's repositories were begun.
const FIRST_COMMIT_DAYS: i64 = 300;

/// Makes a git repository of each folder of the example, with the commits that `HISTORY` tells of. Those
/// that are there already are made anew, so that the answers are those of the documentation.
pub(super) fn write_repositories(folder: &Path, present: Timestamp) -> Result<(), CommandError> {
    let failed = |error: &dyn std::fmt::Display| {
        CommandError::undecided(format!(
            "the example could not be written to `{}`: {error}",
            folder.display()
        ))
        .hint("choose another place with `--folder FOLDER`")
    };
    for repository in ALDERSOUND.dirs() {
        let target = folder.join(repository.path());
        if target.join(".git").is_dir() {
            std::fs::remove_dir_all(&target).map_err(|error| failed(&error))?;
        }
        let changes = changes_of(&repository.path().to_string_lossy());
        // A file that is changed later begins with an empty line at its end for each time.
        let left =
            |path: &str, done: usize| changes[done..].iter().filter(|change| change.path == path).count();
        let content = |path: &str, content: &[u8], done: usize| {
            [content, "\n".repeat(left(path, done)).as_bytes()].concat()
        };
        let files = files_below(repository);
        let files: Vec<(&str, &[u8])> = files
            .iter()
            .filter_map(|file| {
                Some((file.path().strip_prefix(repository.path()).ok()?.to_str()?, file.contents()))
            })
            .collect();
        let first: Vec<(&str, Vec<u8>)> =
            files.iter().map(|(path, bytes)| (*path, content(path, bytes, 0))).collect();
        let words = CommitWords {
            name: "Marit Solberg",
            email: "marit.solberg@example.com",
            at: days_before(present, FIRST_COMMIT_DAYS),
            message: "Say what is here and whose it is",
        };
        let first = first.iter().map(|(path, bytes)| (*path, bytes.as_slice()));
        commit_files(&target, false, first, words).map_err(|error| failed(&error))?;
        for (number, change) in changes.iter().enumerate() {
            let file = files.iter().find(|(path, _)| *path == change.path);
            let (path, bytes) = file.expect("the history of the example names its files");
            let words = CommitWords {
                name: &name_of(change.who),
                email: &format!("{}@example.com", change.who),
                at: days_before(present, change.days),
                message: &format!("Change {path}"),
            };
            let bytes = content(path, bytes, number + 1);
            commit_files(&target, false, [(*path, bytes.as_slice())], words)
                .map_err(|error| failed(&error))?;
        }
        check_out(&target).map_err(|error| failed(&error))?;
    }
    Ok(())
}

/// One line of the example's history.
struct Change {
    days: i64,
    who: &'static str,
    path: &'static str,
}

/// What was changed in a repository of the example, oldest first.
fn changes_of(repository: &str) -> Vec<Change> {
    let change = |words: Vec<&'static str>| match *words {
        [of, days, who, path] if of == repository => {
            Some(Change { days: days.parse().expect("the history of the example counts days"), who, path })
        }
        _ => None,
    };
    lines_of("HISTORY").filter_map(change).collect()
}

fn files_below<'d>(folder: &'d Dir<'d>) -> Vec<&'d include_dir::File<'d>> {
    let mut files = Vec::new();
    let mut open = vec![folder];
    while let Some(folder) = open.pop() {
        files.extend(folder.files());
        open.extend(folder.dirs());
    }
    files.sort_by_key(|file| file.path());
    files
}
