//! `catalog export`: everything that is known, one JSON object a line, or as a graph file.

use std::{
    io::Write,
    path::{Path, PathBuf},
};

use catalog_core::{
    catalog::{ExportedGraph, export_graph},
    graph::GraphFile,
    model::grouped,
};

use super::{
    CommandError, ExitStatus,
    context::{Context, graph_file_error, say, stdout},
};
use crate::report::{Format, export_lines};

/// How to export.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Write a graph file: everything that every other command needs to answer, in one file that can be
    /// copied to where there is no store; name it with `--store`
    #[arg(long, value_name = "FILE")]
    graph: Option<PathBuf>,
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<ExitStatus, CommandError> {
    if let Some(to) = &arguments.graph {
        return write_graph(context, to);
    }
    if !matches!(context.format, Format::Ndjson | Format::Table) {
        return Err(CommandError::usage("an export is written as NDJSON only")
            .hint("leave `--format` out, or say `--format ndjson`"));
    }
    let graph = context.graph()?;
    let mut to = stdout();
    export_lines(&graph, &mut to)?;
    to.flush()?;
    Ok(ExitStatus::Fine)
}

fn write_graph(context: &Context, to: &Path) -> Result<ExitStatus, CommandError> {
    // The store itself, or somebody's text, is not written over.
    if to.exists() && !GraphFile::is_at(to) {
        return Err(CommandError::usage(format!(
            "there is something at `{}` that is no graph file, and it is left as it is",
            to.display()
        ))
        .hint("name another file, or remove that one"));
    }
    let exported = if context.is_graph_file() {
        copy(&context.store_path, to)?
    } else {
        let exported = export_graph(&context.store()?, &context.identity, to);
        exported.map_err(|error| context.export_error(to, &error))?
    };
    say(&format!(
        "wrote `{}`: {} bytes, revision {}",
        to.display(),
        grouped(exported.bytes),
        exported.revision
    ));
    Ok(ExitStatus::Fine)
}

/// Writes a graph file that was read whole to another place.
fn copy(from: &Path, to: &Path) -> Result<ExportedGraph, CommandError> {
    let file = GraphFile::open(from).map_err(|error| graph_file_error(from, &error))?;
    let graph = file.read().map_err(|error| graph_file_error(from, &error))?;
    let bytes = GraphFile::write(to, &graph, file.origin()).map_err(|error| graph_file_error(to, &error))?;
    Ok(ExportedGraph { bytes, revision: graph.revision() })
}
