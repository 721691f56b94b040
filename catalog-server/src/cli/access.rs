//! Who may ask the server: what the settings and the file of tokens say, and what watches that file.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        mpsc::{self, RecvTimeoutError, Sender},
    },
    thread::JoinHandle,
    time::Duration,
};

use super::{CommandError, context::Context};
use crate::{
    access::{AccessControl, AccessRules, Scope, TokenFile, TokenFileError},
    settings::scopes,
};

/// How often the file of tokens is looked at. What is revoked is refused within five seconds.
const INTERVAL: Duration = Duration::from_secs(1);

/// The file of tokens: that of the settings, else beside the store.
pub(super) fn token_file(context: &Context) -> TokenFile {
    let named = context.settings.server.access.tokens.clone();
    TokenFile::at(named.unwrap_or_else(|| context.store_path.with_extension("tokens")))
}

/// Who may ask a server that listens on an address.
pub(super) fn access_control(
    context: &Context,
    address: SocketAddr,
    allow_anonymous_read: bool,
) -> Result<AccessControl, CommandError> {
    let server = &context.settings.server;
    let beyond_loopback = !address.ip().is_loopback();
    if beyond_loopback && server.access.require_token == Some(false) {
        return Err(CommandError::usage(format!(
            "`require_token = false` is for this machine alone, and `{address}` can be reached from elsewhere"
        ))
        .hint("let others ask without a token by `anonymous = [\"read\"]` in `[server.access]`"));
    }
    let mut anonymous = scopes(&server.access.anonymous);
    if allow_anonymous_read {
        anonymous = anonymous.with(Scope::Read);
    }
    let rules = AccessRules {
        beyond_loopback,
        require_token: server.access.require_token,
        anonymous,
        introspection: server.access.introspection.as_deref().map(scopes),
        hosts: server.hosts.clone(),
    };
    let file = token_file(context);
    AccessControl::new(rules).with_tokens(file.clone()).map_err(|error| token_file_error(&file, &error))
}

/// Tells what is wrong with the file of tokens, and what to do about it.
pub(super) fn token_file_error(file: &TokenFile, error: &TokenFileError) -> CommandError {
    let path = file.path().display();
    let said = CommandError::undecided(format!("tokens `{path}`: {error}"));
    match error {
        TokenFileError::Exposed { .. } => said
            .hint(format!("keep it to yourself: `chmod 600 {path}`"))
            .hint("revoke its tokens if somebody else may have changed it"),
        TokenFileError::OtherVersion { .. } => said.hint("use the version of `catalog` that wrote it"),
        TokenFileError::Senseless(_) | TokenFileError::NoFile => said.hint(format!(
            "set it aside (`mv {path} {path}.damaged`) and make new tokens with `catalog token create`"
        )),
        TokenFileError::TooMany | TokenFileError::Held | TokenFileError::Io(_) => said,
    }
}

/// A thread that watches what decides who may ask. Ends when it is dropped.
pub(super) struct AccessWatch {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl AccessWatch {
    /// Begins to watch.
    pub(super) fn start(access: Arc<AccessControl>) -> Self {
        let (stop, stopped) = mpsc::channel();
        let thread = std::thread::spawn(move || {
            while stopped.recv_timeout(INTERVAL) == Err(RecvTimeoutError::Timeout) {
                access.refresh();
            }
        });
        Self { stop: Some(stop), thread: Some(thread) }
    }
}

impl Drop for AccessWatch {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _panicked = thread.join();
        }
    }
}
