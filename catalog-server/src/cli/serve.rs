//! `catalog serve`: GraphQL and a page, from one store, until it is told to stop.

use std::{net::SocketAddr, sync::Arc};

use catalog_core::catalog::Catalog;

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
    serve(context, context.store(), address)
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
    let limits = &context.settings.limits;
    let state = ServerState::with_limits(
        catalog.current(),
        Arc::new(Readiness::ready()),
        limits.http_limits(),
        limits.graphql_limits(),
    )
    .writing_to(Arc::clone(&catalog));
    let shown = catalog.store().path().display().to_string();
    let listening = |address: SocketAddr| {
        say(&format!(
            "serving store `{shown}`, revision {}\n\n  page      http://{address}/\n  GraphQL   http://{address}/graphql\n\nstop with Ctrl-C",
            catalog.graph().revision()
        ));
    };
    crate::http::run(address, state, listening, stop_signal())
        .map_err(|error| serve_error(address, &error))?;
    say("stopped");
    Ok(ExitStatus::Fine)
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
