//! `catalog serve`: GraphQL and a page, from one store or graph file, until it is told to stop.

use std::{mem::ManuallyDrop, net::SocketAddr, sync::Arc};

use catalog_core::{
    catalog::{Catalog, CurrentGraph},
    readiness::PolicySet,
};

use super::{
    CommandError, ExitStatus,
    context::{Context, say},
    store_watch::StoreWatch,
};
use crate::http::{Readiness, ServeError, ServerState, stop_signal};

/// How to serve.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The address and port to listen on [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDRESS:PORT", env = "CATALOG_LISTEN")]
    listen: Option<String>,
}

/// The address that is listened on where nothing else is asked for.
const DEFAULT_LISTEN: &str = "127.0.0.1:8080";

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<ExitStatus, CommandError> {
    let listen =
        arguments.listen.as_deref().or(context.settings.server.listen.as_deref()).unwrap_or(DEFAULT_LISTEN);
    let address = listen_address(listen)?;
    if context.is_graph_file() {
        return serve_graph_file(context, address);
    }
    serve(context, context.store()?, address)
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
    address: SocketAddr,
) -> Result<ExitStatus, CommandError> {
    let catalog =
        Catalog::open(store, context.identity.clone()).map_err(|error| context.store_error(&error))?;
    let catalog = Arc::new(catalog);
    let _watch = StoreWatch::start(Arc::clone(&catalog));
    let shown = catalog.store().path().display();
    let state = server_state(context, catalog.current()).writing_to(Arc::clone(&catalog));
    serve_state(state, address, &|| format!("store `{shown}`, revision {}", catalog.graph().revision()))
}

/// Serves what is in a graph file, which does not change.
fn serve_graph_file(context: &Context, address: SocketAddr) -> Result<ExitStatus, CommandError> {
    let graph = context.graph()?;
    let shown = format!("graph file `{}`, revision {}", context.store_path.display(), graph.revision());
    serve_state(
        server_state(context, Arc::new(CurrentGraph::new(ManuallyDrop::into_inner(graph)))),
        address,
        &|| shown.clone(),
    )
}

/// What answers are made from: a graph, and what it is exchanged for.
fn server_state(context: &Context, current: Arc<CurrentGraph>) -> ServerState {
    let limits = &context.settings.limits;
    let readiness = Arc::new(Readiness::ready());
    ServerState::with_limits(current, readiness, limits.http_limits(), limits.graphql_limits())
        .with_backstage_limits(limits.backstage_limits())
        .with_measures(context.gap_settings().clone(), policies(context))
}

fn serve_state(
    state: ServerState,
    address: SocketAddr,
    shown: &dyn Fn() -> String,
) -> Result<ExitStatus, CommandError> {
    let listening = |address: SocketAddr| {
        say(&format!(
            "serving {}\n\n  page      http://{address}/\n  GraphQL   http://{address}/graphql\n\nstop with Ctrl-C",
            shown()
        ));
    };
    crate::http::run(address, state, listening, stop_signal())
        .map_err(|error| serve_error(address, &error))?;
    say("stopped");
    Ok(ExitStatus::Fine)
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
        ServeError::NotLoopback { .. } => {
            said.hint("listen on this machine only, as in `--listen 127.0.0.1:8080`")
        }
        ServeError::Bind { .. } => said.hint(format!(
            "another program may use port {}: choose one with `--listen 127.0.0.1:PORT`",
            address.port()
        )),
        _ => said,
    }
}
