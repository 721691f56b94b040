//! `catalog visit-child`: the process in which a crawl has repositories read. It is no command for people.
//!
//! It knows no settings and no store: what it needs, the crawl tells it.

use std::path::PathBuf;

use catalog_ingest::crawl::{Isolation, read_for_crawl};

use super::{CommandError, ExitStatus};

/// The name of the command.
pub(super) const NAME: &str = "visit-child";

pub(super) fn run() -> ExitStatus {
    match read_for_crawl() {
        Ok(()) => ExitStatus::Fine,
        Err(_crawl_is_gone) => ExitStatus::Undecided,
    }
}

/// Processes of this very program.
pub(super) fn isolation() -> Result<Isolation, CommandError> {
    let program: PathBuf = std::env::current_exe().map_err(|error| {
        CommandError::undecided(format!("the path of this program cannot be told: {error}"))
            .hint("read in this process with `[crawl] isolation = \"none\"`, if you trust the repositories")
    })?;
    Ok(Isolation::Children { program, arguments: vec![NAME.into()] })
}
