//! `catalog review import`: reviews from an export of another store.

use std::{
    fs::File,
    io::{BufReader, stdin},
    path::PathBuf,
};

use catalog_core::model::{Review, ReviewChange, grouped};

use super::{CommandError, ExitStatus};
use crate::{
    cli::context::{Context, say},
    clock,
    report::{ReviewLineError, ReviewsReport, read_review_lines},
};

/// Where the reviews are.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// What `catalog export` wrote; `-` for standard input
    file: PathBuf,
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<ExitStatus, CommandError> {
    let reviews = read(arguments).map_err(|error| {
        let mut message = format!("`{}`: {error}", arguments.file.display());
        if let Some(source) = std::error::Error::source(&error) {
            message = format!("{message}: {source}");
        }
        CommandError::undecided(message).hint("write the file with `catalog export > FILE`")
    })?;
    if context.server.is_some() {
        return Err(CommandError::usage("reviews are brought in on the server itself")
            .hint("run `catalog review import` where the store is"));
    }
    let (store, mut new, mut known) = (context.store()?, 0, 0);
    for review in reviews {
        let import = ReviewChange::Import(Box::new(review));
        let changed =
            store.change_reviews(&import, clock::now()).map_err(|error| context.store_error(&error))?;
        *(if changed?.changed { &mut new } else { &mut known }) += 1;
    }
    let graph = context.graph()?;
    context.write(&ReviewsReport::new(&graph, clock::now()), None)?;
    say(&format!("{} brought in or gone on with, {} known already", grouped(new), grouped(known)));
    Ok(ExitStatus::Fine)
}

fn read(arguments: &Arguments) -> Result<Vec<Review>, ReviewLineError> {
    if arguments.file.as_os_str() == "-" {
        read_review_lines(stdin().lock())
    } else {
        read_review_lines(BufReader::new(File::open(&arguments.file)?))
    }
}
