//! Who may ask the server: what the settings and the file of tokens say, and what watches that file.

use std::{
    net::SocketAddr,
    path::Path,
    sync::{
        Arc,
        mpsc::{self, RecvTimeoutError, Sender},
    },
    thread::JoinHandle,
    time::Duration,
};

use super::{CommandError, context::Context};
use crate::{
    access::{AccessControl, AccessRules, AuditError, AuditLog, Oidc, Scope, TokenFile, TokenFileError},
    clock,
    settings::scopes,
};

/// How often the file of tokens is looked at. What is revoked is refused within five seconds.
const INTERVAL: Duration = Duration::from_secs(1);

/// The file of tokens: that of the settings, else beside the store.
pub(super) fn token_file(context: &Context, store: &Path) -> TokenFile {
    let named = context.settings.server.access.tokens.clone();
    TokenFile::at(named.unwrap_or_else(|| store.with_extension("tokens")))
}

/// The audit log: that of the settings, else beside the store.
pub(super) fn audit_log(context: &Context, store: &Path) -> AuditLog {
    let named = context.settings.server.access.audit.clone();
    AuditLog::at(named.unwrap_or_else(|| store.with_extension("audit.ndjson")))
}

/// Tells what is wrong with the audit log, and what to do about it.
pub(super) fn audit_error(log: &AuditLog, error: &AuditError) -> CommandError {
    let path = log.path().display();
    let said = CommandError::undecided(format!("audit log `{path}`: {error}"));
    match error {
        AuditError::Foreign => said
            .hint(format!("set it aside (`mv {path} {path}.damaged`); a new one is begun"))
            .hint("name another file with `[server.access] audit`"),
        AuditError::Io(_) => said,
    }
}

/// Who may ask a server that answers from a store, or a graph file, and listens on an address.
pub(super) fn access_control(
    context: &Context,
    store: &Path,
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
    let file = token_file(context, store);
    let log = audit_log(context, store);
    match log.check() {
        // Where nothing can be written nothing is changed either; questions are answered all the same.
        Ok(()) | Err(AuditError::Io(_)) => {}
        Err(error) => return Err(audit_error(&log, &error)),
    }
    let mut access = AccessControl::new(rules).with_audit(log);
    if let Some(oidc) = &server.access.oidc {
        if oidc.audience.is_empty() || oidc.algorithms.is_empty() {
            return Err(CommandError::usage(
                "`[server.access.oidc]` wants an `audience` and at least one of `algorithms`",
            ));
        }
        access = access.with_oidc(Oidc::new(oidc.rules(context.settings.fetch.ca_file.clone())));
    }
    access.with_tokens(file.clone()).map_err(|error| token_file_error(&file, &error))
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
        if access.oidc().is_some() {
            watch_keys(&access);
        }
        let (stop, stopped) = mpsc::channel();
        let thread = std::thread::spawn(move || {
            while stopped.recv_timeout(INTERVAL) == Err(RecvTimeoutError::Timeout) {
                access.refresh();
            }
        });
        Self { stop: Some(stop), thread: Some(thread) }
    }
}

/// Keeps the keys of the identity provider fresh for as long as the server is there. A thread of its own, for
/// which nobody waits: the provider may take its time, and revoked tokens may not.
fn watch_keys(access: &Arc<AccessControl>) {
    let access = Arc::downgrade(access);
    std::thread::spawn(move || {
        while let Some(access) = access.upgrade() {
            if let Some(oidc) = access.oidc() {
                oidc.refresh_by_age(clock::now());
            }
            drop(access);
            std::thread::sleep(INTERVAL);
        }
    });
}

impl Drop for AccessWatch {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _panicked = thread.join();
        }
    }
}
