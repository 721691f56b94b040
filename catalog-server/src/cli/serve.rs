//! `catalog serve`: GraphQL and a page, from one store or graph file, until it is told to stop.

use std::{mem::ManuallyDrop, net::SocketAddr, path::Path, sync::Arc};

use catalog_core::{
    catalog::{Catalog, CurrentGraph},
    readiness::PolicySet,
};

use super::{
    CommandError, ExitStatus,
    access::{AccessWatch, access_control},
    context::{Context, say},
    store_watch::StoreWatch,
};
use crate::{
    access::{AccessControl, Scope},
    http::{Readiness, ServeError, ServerState, Transport, stop_signal},
};

/// How to serve.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The address and port to listen on [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDRESS:PORT", env = "CATALOG_LISTEN")]
    listen: Option<String>,
    /// Let whoever reaches the server ask, without a token
    #[arg(long)]
    allow_anonymous_read: bool,
    /// Listen beyond this machine without TLS, because something in front of the server has it
    #[arg(long)]
    plain_http: bool,
}

/// Where to listen, and who may ask there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Door {
    address: SocketAddr,
    allow_anonymous_read: bool,
    plain_http: bool,
}

impl Door {
    /// A door at an address, as the settings have it.
    pub(super) fn at(address: SocketAddr) -> Self {
        Self { address, allow_anonymous_read: false, plain_http: false }
    }
}

/// The address that is listened on where nothing else is asked for.
const DEFAULT_LISTEN: &str = "127.0.0.1:8080";

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<ExitStatus, CommandError> {
    let listen =
        arguments.listen.as_deref().or(context.settings.server.listen.as_deref()).unwrap_or(DEFAULT_LISTEN);
    let door = Door {
        allow_anonymous_read: arguments.allow_anonymous_read,
        plain_http: arguments.plain_http,
        ..Door::at(listen_address(listen)?)
    };
    if context.is_graph_file() {
        return serve_graph_file(context, door);
    }
    serve(context, context.store()?, door)
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
    store: catalog_core::store::Store,
    door: Door,
) -> Result<ExitStatus, CommandError> {
    let catalog =
        Catalog::open(store, context.identity.clone()).map_err(|error| context.store_error(&error))?;
    let catalog = Arc::new(catalog);
    let _watch = StoreWatch::start(Arc::clone(&catalog));
    let shown = catalog.store().path().display();
    let state = server_state(context, catalog.current()).writing_to(Arc::clone(&catalog));
    serve_state(context, catalog.store().path(), state, door, &|| {
        format!("store `{shown}`, revision {}", catalog.graph().revision())
    })
}

/// Serves what is in a graph file, which does not change.
fn serve_graph_file(context: &Context, door: Door) -> Result<ExitStatus, CommandError> {
    let graph = context.graph()?;
    let shown = format!("graph file `{}`, revision {}", context.store_path.display(), graph.revision());
    let current = Arc::new(CurrentGraph::new(ManuallyDrop::into_inner(graph)));
    serve_state(context, &context.store_path, server_state(context, current), door, &|| shown.clone())
}

/// What answers are made from: a graph, and what it is exchanged for.
fn server_state(context: &Context, current: Arc<CurrentGraph>) -> ServerState {
    let limits = &context.settings.limits;
    let readiness = Arc::new(Readiness::ready());
    ServerState::with_limits(current, readiness, limits.http_limits(), limits.graphql_limits())
        .with_measures(context.gap_settings().clone(), policies(context))
}

fn serve_state(
    context: &Context,
    store: &Path,
    state: ServerState,
    door: Door,
    shown: &dyn Fn() -> String,
) -> Result<ExitStatus, CommandError> {
    let address = door.address;
    let access = Arc::new(access_control(context, store, address, door.allow_anonymous_read)?);
    let is_plain_on_purpose = door.plain_http || context.settings.server.plain_http;
    let transport = if is_plain_on_purpose { Transport::PlainOnPurpose } else { Transport::Plain };
    let who = who_may_ask(&access);
    let _watch = AccessWatch::start(Arc::clone(&access));
    let state = state.with_access(access).with_transport(transport);
    let listening = |address: SocketAddr| {
        say(&format!(
            "serving {}\n\n  page      http://{address}/\n  GraphQL   http://{address}/graphql\n\n{who}; stop with Ctrl-C",
            shown()
        ));
    };
    crate::http::run(address, state, listening, stop_signal())
        .map_err(|error| serve_error(address, &error))?;
    say("stopped");
    Ok(ExitStatus::Fine)
}

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

/// The policies of the settings; what is wrong with them is said, and does not keep the others from serving.
fn policies(context: &Context) -> PolicySet {
    let policies = context.settings.policies();
    for fault in &policies.faults {
        let place = if fault.line > 0 { format!(":{}:{}", fault.line, fault.column) } else { String::new() };
        say(&format!("warning: {}{place}: {}", fault.file, fault.message));
    }
    policies
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
