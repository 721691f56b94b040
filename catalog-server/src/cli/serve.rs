//! `catalog serve`: GraphQL and a page, from one store or graph file, until it is told to stop.

use std::{
    net::SocketAddr,
    panic::{AssertUnwindSafe, catch_unwind},
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    thread,
};

use catalog_core::{
    catalog::{Catalog, CurrentGraph},
    graph::{CatalogGraph, GraphFile},
    store::Store,
};

use super::{
    CommandError, ExitStatus,
    access::{AccessWatch, access_control},
    context::{Context, graph_file_error, say, store_error},
    graph_file_watch::GraphFileWatch,
    graph_file_writer::GraphFileWriter,
    serve_reload::{keep_documents, measures, reload_hook, told_measures, warn},
    server_crawls::{self, PreparedCrawls},
    service_manager::notify,
    store_watch::{StoreWatch, stamp},
};
use crate::{
    access::{AccessControl, Scope, Visibility},
    crawling::CrawlerStopped,
    http::{Readiness, ServeError, ServerState, TlsIdentity, Transport, stop_signal},
    settings::{LogFormatSetting, visibility},
    telemetry::{self, LogFormat, SpanOutcome, TraceEndpoint, TracesEnded},
};

/// How to serve.
#[derive(Debug, Default, clap::Args)]
pub(super) struct Arguments {
    /// The address and port to listen on [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDRESS:PORT", env = "CATALOG_LISTEN")]
    listen: Option<String>,
    /// The certificate to encrypt connections with, in PEM, with those that vouch for it; read again when it
    /// changes
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    tls_certificate: Option<PathBuf>,
    /// The private key of the certificate, in PEM
    #[arg(long, value_name = "FILE", requires = "tls_certificate")]
    tls_key: Option<PathBuf>,
    /// Let whoever reaches the server ask, without a token
    #[arg(long)]
    allow_anonymous_read: bool,
    /// Listen beyond this machine without TLS, because something in front of the server has it
    #[arg(long)]
    plain_http: bool,
    /// How to write the log: `text` or `json`
    #[arg(long, value_name = "FORMAT", value_enum)]
    log_format: Option<LogFormatArgument>,
    /// The collector that gets traces, by OTLP over HTTP, as in `http://127.0.0.1:4318`
    #[arg(long, value_name = "URL")]
    otlp_endpoint: Option<String>,
    /// Read repositories, too: when `[[server.schedule]]` says so, a webhook comes, or somebody asks for it
    #[arg(long)]
    crawl: bool,
}

/// The form of a line of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum LogFormatArgument {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// The address that is listened on where nothing else is asked for.
const DEFAULT_LISTEN: &str = "127.0.0.1:8080";

/// Loads what is answered from, while the server already listens.
type Load = Box<dyn FnOnce(&ServerState) -> Result<Loaded, CommandError> + Send>;

/// What is answered from, loaded.
struct Loaded {
    /// What it is, for people.
    shown: String,
    /// Follows what other processes commit, for as long as it is kept.
    _watch: Option<StoreWatch>,
    _crawls: Option<CrawlerStopped>,
    _writer: Option<GraphFileWriter>,
    _file_watch: Option<GraphFileWatch>,
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<ExitStatus, CommandError> {
    let listen =
        arguments.listen.as_deref().or(context.settings.server.listen.as_deref()).unwrap_or(DEFAULT_LISTEN);
    let address = listen_address(listen)?;
    let load = if context.is_graph_file() {
        if arguments.crawl {
            return Err(CommandError::usage(
                "a graph file takes nothing in, so that `--crawl` has no effect",
            )
            .hint("name a store with `--store FILE`"));
        }
        if !context.settings.server.visibility.is_empty() {
            return Err(CommandError::usage(
                "`[[server.visibility]]` hides a part of a store, and a graph file is whole",
            )
            .hint("name a store with `--store FILE`, or leave the rules out"));
        }
        load_graph_file(context)
    } else {
        load_store(context, context.store()?, server_crawls::prepare(context, arguments.crawl)?)
    };
    serve_loaded(context, arguments, address, load)
}

pub(super) fn listen_address(text: &str) -> Result<SocketAddr, CommandError> {
    let text = text.replacen("localhost:", "127.0.0.1:", 1);
    text.parse().map_err(|_| {
        CommandError::usage(format!("`{text}` is no address to listen on"))
            .hint("write an address and a port, as in `127.0.0.1:8080`")
    })
}

/// Serves a store. Whatever another process commits to it is served as soon as it is seen.
pub(super) fn serve(
    context: &Context,
    store: Store,
    address: SocketAddr,
) -> Result<ExitStatus, CommandError> {
    serve_loaded(context, &Arguments::default(), address, load_store(context, store, None))
}

fn load_store(context: &Context, store: Store, crawls: Option<PreparedCrawls>) -> Load {
    let identity = context.identity.clone();
    let graph_file = context.settings.server.graph_file.clone();
    Box::new(move |state| {
        let path = store.path().to_owned();
        let (of_views, identity_of_views) = (store.clone(), identity.clone());
        let catalog = Catalog::open_into(store, identity, state.current())
            .map_err(|error| store_error(&path, &error))?;
        let catalog = Arc::new(catalog);
        let shown = format!("store `{}`, revision {}", path.display(), catalog.graph().revision());
        let watch = StoreWatch::start(Arc::clone(&catalog), state.views());
        state.views().begin(of_views, identity_of_views);
        let crawls = crawls.map(|crawls| crawls.begin(&catalog, state));
        let writer = GraphFileWriter::start(&graph_file, catalog.current());
        state.set_ready(Some(catalog));
        Ok(Loaded { shown, _watch: Some(watch), _crawls: crawls, _writer: writer, _file_watch: None })
    })
}

/// Another graph file that is put in the place of this one is served as soon as it is seen.
fn load_graph_file(context: &Context) -> Load {
    let path = context.store_path.clone();
    Box::new(move |state| {
        // Before it is read, so that one that is put in its place meanwhile is seen.
        let served = stamp(&path);
        let graph = GraphFile::open(&path).and_then(|file| file.read());
        let graph = graph.map_err(|error| graph_file_error(&path, &error))?;
        let shown = format!("graph file `{}`, revision {}", path.display(), graph.revision());
        state.current().replace(graph);
        let watch = GraphFileWatch::start(&path, served, state.current());
        state.set_ready(None);
        Ok(Loaded { shown, _watch: None, _crawls: None, _writer: None, _file_watch: Some(watch) })
    })
}

/// What answers are made from, before there is a graph.
fn server_state(
    context: &Context,
    arguments: &Arguments,
    access: Arc<AccessControl>,
    address: SocketAddr,
) -> Result<ServerState, CommandError> {
    let limits = &context.settings.limits;
    let current = Arc::new(CurrentGraph::new(CatalogGraph::empty()));
    let readiness = Arc::new(Readiness::not_yet("the catalog is being read"));
    let state = ServerState::with_limits(current, readiness, limits.http_limits(), limits.graphql_limits())
        .with_backstage_limits(limits.backstage_limits())
        .with_access(access)
        .visible_by(visible(context)?, context.settings.server.views_max());
    let is_plain_on_purpose = arguments.plain_http || context.settings.server.plain_http;
    let state = if is_plain_on_purpose { state.plain_on_purpose() } else { state };
    state.limit_rates(&limits.rate_limits());
    let settings = &context.settings;
    state.measure_by(measures(settings, &warn), told_measures(settings, &warn));
    let server = &context.settings.server;
    state
        .share_with(&server.cors.origins)
        .map_err(|error| CommandError::usage(format!("`[server.cors] origins`: {error}")))?;
    let mut state = state.with_editor(server.graphiql.unwrap_or(address.ip().is_loopback()));
    if let Some(listen) = &server.metrics.listen {
        state = state.with_metrics_at(listen_address(listen)?);
    }
    if let Some(identity) = tls_identity(context, arguments)? {
        state = state.encrypted_by(identity);
    }
    let documents = &server.documents;
    if documents.only && documents.folder.is_none() {
        return Err(CommandError::undecided(
            "`server.documents.only` is set, and no `server.documents.folder`",
        )
        .hint("name the folder of the queries that are allowed"));
    }
    keep_documents(documents, &state, &warn).map_err(|error| CommandError::undecided(error.to_string()))?;
    let hook = reload_hook(context.config.clone(), context.settings.clone(), state.clone());
    Ok(state.on_reload(hook))
}

/// The state of a server that sends traces where a collector is named, and what ends that.
fn traced(
    context: &Context,
    arguments: &Arguments,
    state: ServerState,
) -> Result<(ServerState, Option<TracesEnded>), CommandError> {
    let settings = &context.settings.server.traces;
    let endpoint = arguments.otlp_endpoint.as_ref().or(settings.otlp_endpoint.as_ref());
    let Some(endpoint) = endpoint.filter(|endpoint| !endpoint.is_empty()) else { return Ok((state, None)) };
    let headers = std::env::var(settings.headers_variable()).unwrap_or_default();
    let authorities = context.settings.fetch.ca_file.as_deref();
    let endpoint = TraceEndpoint::new(endpoint, &headers, authorities)
        .map_err(|error| CommandError::usage(format!("the collector of traces: {error}")))?;
    let metrics = state.metrics();
    let tell = move |outcome, count| metrics.spans_end(outcome == SpanOutcome::Exported, count);
    Ok((state.traced(), telemetry::export_spans(endpoint, Arc::new(tell))))
}

/// What is hidden, and from whom.
fn visible(context: &Context) -> Result<Visibility, CommandError> {
    visibility(&context.settings.server.visibility).map_err(|(number, error)| {
        CommandError::usage(match number {
            0 => format!("`[[server.visibility]]`: {error}"),
            number => format!("section {number} of `[[server.visibility]]`: {error}"),
        })
    })
}

fn tls_identity(context: &Context, arguments: &Arguments) -> Result<Option<TlsIdentity>, CommandError> {
    let set = &context.settings.server.tls;
    let certificate = arguments.tls_certificate.as_ref().or(set.certificate.as_ref());
    let key = arguments.tls_key.as_ref().or(set.key.as_ref());
    match (certificate, key) {
        (None, None) => Ok(None),
        (Some(certificate), Some(key)) => {
            let identity = TlsIdentity::load(certificate, key);
            identity.map(Some).map_err(|error| CommandError::undecided(error.to_string()))
        }
        (Some(_), None) | (None, Some(_)) => {
            Err(CommandError::usage("`[server.tls]` names one of `certificate` and `key`; expected both"))
        }
    }
}

fn serve_loaded(
    context: &Context,
    arguments: &Arguments,
    address: SocketAddr,
    load: Load,
) -> Result<ExitStatus, CommandError> {
    let access =
        Arc::new(access_control(context, &context.store_path, address, arguments.allow_anonymous_read)?);
    let who = who_may_ask(&access);
    let _watch = AccessWatch::start(Arc::clone(&access));
    let log_format = match (arguments.log_format, context.settings.server.log.format) {
        (Some(LogFormatArgument::Json), _) | (None, Some(LogFormatSetting::Json)) => LogFormat::Json,
        _ => LogFormat::Text,
    };
    telemetry::write_as(log_format);
    leave_no_dump();
    let state = server_state(context, arguments, access, address)?;
    let (state, _traces) = traced(context, arguments, state)?;
    let scheme = if state.transport() == Transport::Tls { "https" } else { "http" };
    let (stop, stopped) = stop_signal();
    let outcome: Arc<Mutex<Option<Result<Loaded, CommandError>>>> = Arc::default();
    let listening = {
        let (state, outcome) = (state.clone(), Arc::clone(&outcome));
        move |address: SocketAddr| {
            // A thread of its own, left to itself: who stops the server does not wait for a long load.
            thread::spawn(move || {
                let loaded = catch_unwind(AssertUnwindSafe(|| load(&state))).unwrap_or_else(|_| {
                    Err(CommandError::undecided("reading the catalog ended in a panic, which is a bug"))
                });
                let has_failed = loaded.is_err();
                if let Ok(loaded) = &loaded {
                    say(&format!(
                        "serving {}\n\n  page      {scheme}://{address}/\n  GraphQL   {scheme}://{address}/graphql\n\n{who}; stop with Ctrl-C",
                        loaded.shown
                    ));
                    notify("READY=1");
                }
                *outcome.lock().unwrap_or_else(PoisonError::into_inner) = Some(loaded);
                if has_failed {
                    stop.stop();
                }
            });
        }
    };
    let served = crate::http::run(address, state, listening, stopped);
    notify("STOPPING=1");
    served.map_err(|error| serve_error(address, &error))?;
    let loaded = outcome.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some(Err(error)) = loaded {
        return Err(error);
    }
    say("stopped");
    Ok(ExitStatus::Fine)
}

/// Keeps the tokens of whoever asks off the disk: a server that crashes leaves no image of its memory. Whoever
/// wants one can raise the limit while it runs.
#[cfg(unix)]
fn leave_no_dump() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

    let Rlimit { maximum, .. } = getrlimit(Resource::Core);
    if let Err(error) = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum }) {
        tracing::warn!(%error, "a crash may leave tokens in an image of the server's memory");
    }
}

#[cfg(not(unix))]
fn leave_no_dump() {}

/// Who may ask, for whoever started the server.
fn who_may_ask(access: &AccessControl) -> String {
    if access.trusts_whoever_reaches_it() {
        return "everybody on this machine may do everything".into();
    }
    let allowed: Vec<_> = access.rules().anonymous.iter().map(Scope::name).collect();
    match allowed.as_slice() {
        [] => "whoever asks needs a token".into(),
        allowed => format!("without a token one may: {}", allowed.join(", ")),
    }
}

fn serve_error(address: SocketAddr, error: &ServeError) -> CommandError {
    let mut message = error.to_string();
    if let Some(source) = std::error::Error::source(error) {
        message = format!("{message}: {source}");
    }
    let said = CommandError::undecided(message);
    match error {
        ServeError::Unprotected(_) => said
            .hint("make a token with `catalog token create --scope read --name NAME`, or name an identity provider in `[server.access.oidc]`")
            .hint("let whoever reaches it read, with `--allow-anonymous-read` or `anonymous = [\"read\"]` in `[server.access]`")
            .hint("or listen on this machine only, as in `--listen 127.0.0.1:8080`"),
        ServeError::PlainHttp(_) => said
            .hint("where something in front of the server has TLS, say so with `--plain-http` or `plain_http = true` in `[server]`")
            .hint("or listen on this machine only, as in `--listen 127.0.0.1:8080`"),
        ServeError::Bind { .. } => said.hint(format!(
            "another program may use port {}: choose one with `--listen 127.0.0.1:PORT`",
            address.port()
        )),
        _ => said,
    }
}
