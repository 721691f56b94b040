//! What every command shares: settings, store, output.

use std::{
    cell::RefCell,
    io::{IsTerminal, Write},
    mem::ManuallyDrop,
    path::{Path, PathBuf},
    time::Duration,
};

use catalog_core::{
    catalog::{ExportError, open_graph},
    gaps::{GapQuestion, GapSettings},
    graph::{CatalogGraph, GraphFile, GraphFileError},
    model::IdentityTable,
    store::{Holder, Store, StoreError},
};

use super::{Command, CommandError, asked_server, review};
use crate::{
    client::{ServerClient, ServerUrl},
    clock,
    document::DocumentFormat,
    picture::{Picture, PictureFormat, write_picture},
    report::{FindingsFormat, Format, Output, Report, write},
    settings::Settings,
};

/// How many rows a table shows where nothing else is asked for.
const TABLE_ROWS: usize = 100;

/// What every command shares.
pub(super) struct Context {
    pub(super) settings: Settings,
    pub(super) identity: IdentityTable,
    pub(super) store_path: PathBuf,
    /// Whether the command line itself names the store.
    pub(super) store_is_named: bool,
    pub(super) format: Format,
    /// Whether the command line itself names the format.
    pub(super) format_is_named: bool,
    /// The format of findings for another program, where one was asked for.
    pub(super) findings_format: Option<FindingsFormat>,
    /// The format of a picture, where one was asked for.
    pub(super) picture_format: Option<PictureFormat>,
    /// The format of a document, where one was asked for.
    pub(super) document_format: Option<DocumentFormat>,
    pub(super) gap_settings: GapSettings,
    /// The settings file that the command line names, if it does.
    pub(super) config: Option<PathBuf>,
    /// How many names the identity table unites by which the graph was made.
    pub(super) identities: usize,
    /// The server that is asked, where one is.
    pub(super) server: Option<ServerUrl>,
    /// Who asks it, once it was asked.
    pub(super) client: Option<ServerClient>,
    /// The graph that it gave, until somebody takes it.
    brought: RefCell<Option<ManuallyDrop<CatalogGraph>>>,
    fresh: bool,
    wait: Duration,
}

impl Context {
    pub(super) fn new(arguments: &super::Arguments) -> Result<Self, CommandError> {
        let (settings, identity) = read_settings(arguments.config.as_deref())?;
        let server = asked_server::chosen(arguments, &settings)?;
        let store_path = arguments.store.clone().unwrap_or_else(|| store_path_of(&settings));
        let gap_settings = settings.gap_settings();
        Ok(Self {
            settings,
            identities: identity.entries.len(),
            server,
            client: None,
            brought: RefCell::new(None),
            fresh: arguments.fresh,
            identity,
            store_path,
            store_is_named: arguments.store_is_named,
            format: arguments.format.format(),
            format_is_named: arguments.format_is_named,
            findings_format: arguments.format.findings_format(),
            picture_format: arguments.format.picture_format(),
            document_format: arguments.format.document_format(),
            gap_settings,
            config: arguments.config.clone(),
            wait: Duration::from_secs(arguments.wait.into()),
        })
    }

    /// The same with other settings, and the store that these name.
    pub(super) fn with_settings(&self, path: &Path) -> Result<Self, CommandError> {
        let (settings, identity) = read_settings(Some(path))?;
        let (store_path, gap_settings) = (store_path_of(&settings), settings.gap_settings());
        let identities = identity.entries.len();
        let config = Some(path.to_owned());
        let (server, client, brought) = (None, None, RefCell::default());
        Ok(Self {
            settings,
            identity,
            store_path,
            gap_settings,
            config,
            identities,
            server,
            client,
            brought,
            ..*self
        })
    }

    /// Where a server is named, answers from its graph and by its measures from now on.
    ///
    /// # Errors
    ///
    /// The server gives no answer, and no copy may stand in for it.
    pub(super) fn ask_server(&mut self, command: &Command) -> Result<(), CommandError> {
        let Some(url) = &self.server else { return Ok(()) };
        let needs_now = match command {
            // What a server reads is not asked of what it has read.
            Command::Login(_) | Command::Logout(_) | Command::Crawl(_) => return Ok(()),
            // What is said to the server is said of what it has now.
            Command::Review(arguments) => review::is_change(arguments),
            _ => false,
        };
        let client = asked_server::client(&self.settings, url.clone())?;
        let brought = asked_server::brought(&client, self.fresh || needs_now)?;
        if let Some(text) = asked_server::outdated_text(&client, &brought, clock::now()) {
            say(&text);
        }
        let measured = self.settings.measure_by(&brought.measures);
        self.identities = measured.map_err(|error| {
            CommandError::undecided(format!("the server `{url}`: {error}"))
                .hint("use the version of `catalog` that the server has")
        })?;
        self.gap_settings = self.settings.gap_settings();
        self.store_path = brought.path;
        self.brought = RefCell::new(Some(ManuallyDrop::new(brought.graph)));
        self.client = Some(client);
        Ok(())
    }

    /// The store, whether or not its file is there.
    ///
    /// # Errors
    ///
    /// The file is a graph file, which answers and takes nothing in.
    pub(super) fn store(&self) -> Result<Store, CommandError> {
        if let Some(server) = &self.server {
            return Err(CommandError::usage(format!(
                "the server `{server}` answers questions, and takes nothing in"
            ))
            .hint("do it on the server, or name a store with `--store FILE`"));
        }
        if self.is_graph_file() {
            let path = self.store_path.display();
            return Err(CommandError::usage(format!(
                "`{path}` is a graph file: it answers questions, and holds no store to work on"
            ))
            .hint("name the store itself with `--store FILE` or CATALOG_STORE"));
        }
        Ok(self.store_at(&self.store_path))
    }

    /// Whether a graph file stands where the store is named.
    pub(super) fn is_graph_file(&self) -> bool {
        GraphFile::is_at(&self.store_path)
    }

    pub(super) fn store_at(&self, path: &Path) -> Store {
        let shown = path.display().to_string();
        let wait = self.wait;
        Store::at(path).wait_up_to(wait).on_wait(move |holder: Option<&Holder>| {
            let holder = holder.map_or_else(|| "another process".to_owned(), Holder::to_string);
            say(&format!(
                "waiting up to {} s for store `{shown}`, which is held by {holder}",
                wait.as_secs()
            ));
        })
    }

    /// Where copies of repositories of other machines are kept, unless a flag says otherwise.
    pub(super) fn cache_folder(&self) -> PathBuf {
        self.settings.crawl.cache.clone().unwrap_or_else(|| self.store_path.with_extension("cache"))
    }

    /// The graph of the store. A command ends with its answer, so that taking the graph apart piece by piece
    /// would only keep who asks waiting.
    pub(super) fn graph(&self) -> Result<ManuallyDrop<CatalogGraph>, CommandError> {
        match self.brought.take() {
            Some(graph) => Ok(graph),
            None => self.graph_at(&self.store_path),
        }
    }

    /// The graph of the store, or of the graph file, at a path.
    pub(super) fn graph_at(&self, path: &Path) -> Result<ManuallyDrop<CatalogGraph>, CommandError> {
        let graph = if GraphFile::is_at(path) {
            let graph = GraphFile::open(path).and_then(|file| file.read());
            graph.map_err(|error| graph_file_error(path, &error))
        } else {
            open_graph(&self.store_at(path), &self.identity).map_err(|error| store_error(path, &error))
        };
        graph.map(ManuallyDrop::new)
    }

    /// Tells what kept a graph from being exported to a path.
    pub(super) fn export_error(&self, to: &Path, error: &ExportError) -> CommandError {
        match error {
            ExportError::Store(error) => self.store_error(error),
            ExportError::File(error) => graph_file_error(to, error),
        }
    }

    /// The question for the gaps of a graph, now and by the measures of the settings.
    pub(super) fn gap_question<'g>(&'g self, graph: &'g CatalogGraph) -> GapQuestion<'g> {
        GapQuestion { graph, now: clock::now(), settings: &self.gap_settings }
    }

    /// The measures by which gaps are found.
    pub(super) fn gap_settings(&self) -> &GapSettings {
        &self.gap_settings
    }

    /// Tells what is wrong with the store, and what to do about it.
    pub(super) fn store_error(&self, error: &StoreError) -> CommandError {
        store_error(&self.store_path, error)
    }

    /// Writes an answer to standard output. `limit` is how many rows a table shows: 0 for all.
    pub(super) fn write(&self, report: &impl Report, limit: Option<usize>) -> Result<(), CommandError> {
        let table_rows_max = match limit {
            Some(0) => None,
            Some(limit) => Some(limit),
            None => Some(TABLE_ROWS),
        };
        let width = std::io::stdout().is_terminal().then(terminal_width).flatten();
        let mut to = stdout();
        write(report, Output { format: self.format, table_rows_max, width }, &mut to)?;
        Ok(to.flush()?)
    }
}

fn read_settings(path: Option<&Path>) -> Result<(Settings, IdentityTable), CommandError> {
    let wrong = |error: &dyn std::error::Error| CommandError {
        status: super::ExitStatus::Usage,
        ..CommandError::undecided(error.to_string())
    };
    let settings = Settings::read(path).map_err(|error| {
        wrong(&error).hint("the JSON Schema of the settings is in `schema/settings.schema.json`")
    })?;
    let identity = settings.identity_table().map_err(|error| wrong(&error))?;
    Ok((settings, identity))
}

/// The store that the settings name, else the usual one.
fn store_path_of(settings: &Settings) -> PathBuf {
    settings.store.path.clone().unwrap_or_else(|| PathBuf::from("catalog.redb"))
}

/// Writes a picture to standard output.
pub(super) fn write_drawn(picture: &Picture, format: PictureFormat) -> Result<(), CommandError> {
    let mut to = stdout();
    write_picture(picture, format, &mut to)?;
    Ok(to.flush()?)
}

/// Standard output, buffered, without colour where it is no terminal.
pub(super) fn stdout() -> impl Write {
    std::io::BufWriter::with_capacity(1 << 16, anstream::stdout())
}

/// Tells a person something beside the answer.
pub(super) fn say(text: &str) {
    let _unwritable = writeln!(anstream::stderr(), "{text}");
}

/// How wide the terminal is, in characters.
fn terminal_width() -> Option<u16> {
    let (width, _height) = terminal_size::terminal_size()?;
    Some(width.0.max(40))
}

/// Tells what is wrong with a graph file, and what to do about it.
pub(super) fn graph_file_error(path: &Path, error: &GraphFileError) -> CommandError {
    let mut message = format!("graph file `{}`: {error}", path.display());
    if let Some(source) = std::error::Error::source(error) {
        message = format!("{message}: {source}");
    }
    let said = CommandError::undecided(message);
    match error {
        GraphFileError::OtherFormat { .. } => {
            said.hint("use the version of `catalog` that wrote it, or write it again with this one")
        }
        GraphFileError::Foreign
        | GraphFileError::Truncated { .. }
        | GraphFileError::Damaged { .. }
        | GraphFileError::Senseless { .. } => {
            said.hint("copy it again, or write it again with `catalog export --graph FILE`")
        }
        GraphFileError::TooLarge { .. } | GraphFileError::Io(_) => said,
    }
}

/// Tells what is wrong with a store, and what to do about it.
pub(super) fn store_error(path: &Path, error: &StoreError) -> CommandError {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty() && !folder.is_dir());
    if let (StoreError::NotFound, Some(folder)) = (error, folder) {
        let folder = folder.display();
        return CommandError::undecided(format!(
            "store `{}`: the folder `{folder}` does not exist",
            path.display()
        ))
        .hint(format!("make it with `mkdir -p {folder}`, or name another place with `--store FILE`"));
    }
    let path = path.display();
    let mut message = format!("store `{path}`: {error}");
    if let Some(source) = std::error::Error::source(error) {
        message = format!("{message}: {source}");
    }
    let said = CommandError::undecided(message);
    match error {
        StoreError::NotFound => said
            .hint("make one with `catalog crawl FOLDER`, or try `catalog demo`")
            .hint("name another with `--store FILE` or CATALOG_STORE"),
        StoreError::Newer { .. } => said.hint("use the version of `catalog` that wrote it, or a newer one"),
        StoreError::Older { found, .. } => said.hint(format!(
            "set it aside (`mv {path} {path}.format-{found}`) and crawl again: everything in it comes from git"
        )),
        StoreError::Foreign { .. } => {
            said.hint("name another file with `--store FILE`; this one is left as it is")
        }
        StoreError::Corrupt { .. } => said
            .hint(format!(
                "set it aside (`mv {path} {path}.damaged`) and crawl again: everything in it but reviews comes from git"
            ))
            .hint("bring reviews in from the last export with `catalog review import FILE`"),
        StoreError::Held { .. } => said.hint("wait for it to end, or wait longer with `--wait SECONDS`"),
        StoreError::ReadOnly(_) | StoreError::NeedsRepair => {
            said.hint("copy the store to a place that can be written to, and name it with `--store FILE`")
        }
        StoreError::Full(_) => said.hint("make room, then do it again: nothing was changed"),
        StoreError::Io(_) => said,
    }
}
