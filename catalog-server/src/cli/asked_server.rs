//! Which server commands ask, what they are known by there, and what is said where it gives no answer.

use std::{
    env,
    path::{Path, PathBuf},
};

use catalog_core::{graph::GraphFileError, model::Timestamp};
use catalog_ingest::repository::Secret;

use super::{Arguments, Command, CommandError};
use crate::{
    client::{
        AskError, BringError, Brought, ClientLimits, ServerClient, ServerUrl, Tokens, TokensError, bring,
        copy_folder,
    },
    clock,
    report::ago,
    settings::Settings,
};

/// Where something is named; what is nearer to the command counts more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Named {
    Nowhere,
    InSettings,
    InEnvironment,
    OnCommandLine,
}

impl Named {
    fn at(is_there: bool, is_on_command_line: bool, is_in_settings: bool) -> Self {
        match (is_on_command_line, is_there, is_in_settings) {
            (true, ..) => Self::OnCommandLine,
            (_, true, _) => Self::InEnvironment,
            (.., true) => Self::InSettings,
            _ => Self::Nowhere,
        }
    }
}

/// The server that a command asks, where it asks one.
///
/// # Errors
///
/// A server and a store are both named, the command asks no catalog, or the address is none.
pub(super) fn chosen(arguments: &Arguments, settings: &Settings) -> Result<Option<ServerUrl>, CommandError> {
    let text = arguments.server.as_deref().filter(|text| !text.trim().is_empty());
    let of_settings = settings.client.server.as_deref();
    let server = Named::at(text.is_some(), arguments.server_is_named, of_settings.is_some());
    let store = Named::at(arguments.store.is_some(), arguments.store_is_named, settings.store.path.is_some());
    if let Some(what) = own_work(&arguments.command) {
        return match server {
            Named::OnCommandLine => {
                Err(CommandError::usage(format!("{what}, and asks no server")).hint("leave `--server` out"))
            }
            _ => Ok(None),
        };
    }
    let both = match server {
        // A login is about a server, whatever else is named.
        _ if matches!(arguments.command, Command::Login(_) | Command::Logout(_)) => None,
        _ if server < store => return Ok(None),
        Named::OnCommandLine if server == store => Some("both a store and a server are named"),
        Named::InEnvironment if server == store => Some("both CATALOG_STORE and CATALOG_SERVER are set"),
        _ => None,
    };
    if let Some(both) = both {
        let hint = "ask one of them: `--store FILE` or `--server URL`";
        return Err(CommandError::usage(both).hint(hint));
    }
    let Some(text) = text.or(of_settings) else { return Ok(None) };
    let url = ServerUrl::parse(text).map_err(|error| CommandError::usage(error.to_string()))?;
    Ok(Some(url))
}

/// What a command does by itself, where it asks no catalog.
fn own_work(command: &Command) -> Option<&'static str> {
    Some(match command {
        Command::Crawl(_)
        | Command::Owner(_)
        | Command::BlastRadius(_)
        | Command::Simulate(_)
        | Command::Slo(_)
        | Command::Diff(_)
        | Command::DataReach(_)
        | Command::Rank(_)
        | Command::Rollout(_)
        | Command::Journey(_)
        | Command::Gaps(_)
        | Command::Report(_)
        | Command::Review(_)
        | Command::Gate(_)
        | Command::Structure(_)
        | Command::Show(_)
        | Command::List(_)
        | Command::Search(_)
        | Command::Check(_)
        | Command::Diagnostics(_)
        | Command::Status(_)
        | Command::Export(_)
        | Command::Login(_)
        | Command::Logout(_) => return None,
        Command::Serve(_) => "`catalog serve` is a server itself",
        Command::Demo(_) => "`catalog demo` makes a store of its own",
        Command::Lint(_) => "`catalog lint` looks at manifests here",
        Command::Init(_) => "`catalog init` looks at a repository here",
        Command::Comment(_) => "`catalog comment` writes what it is given",
        Command::Token(_) => "`catalog token` works on the file of tokens here",
        Command::Audit(_) => "`catalog audit` reads the log here",
        Command::Config(_) => "`catalog config` shows the settings here",
        Command::VisitChild => "this command works on this machine alone",
    })
}

/// A client of a server with the token that there is for it.
///
/// # Errors
///
/// The tokens or the authorities of https cannot be read.
pub(super) fn client(settings: &Settings, url: ServerUrl) -> Result<ServerClient, CommandError> {
    let token = match env::var("CATALOG_TOKEN") {
        Ok(text) if !text.trim().is_empty() => Some(Tokens::token(&text).ok_or_else(|| {
            CommandError::undecided("CATALOG_TOKEN holds something that is no token")
                .hint("a token is one word of ASCII, as `catalog token create` shows it")
        })?),
        _ => match config_folder() {
            Ok(folder) => tokens(&folder)?.of(&url).cloned(),
            Err(_) => None,
        },
    };
    client_with(settings, url, token)
}

/// A client of a server with this token.
pub(super) fn client_with(
    settings: &Settings,
    url: ServerUrl,
    token: Option<Secret>,
) -> Result<ServerClient, CommandError> {
    ServerClient::new(url, token, settings.client.ca_file.as_deref(), ClientLimits::default())
        .map_err(|message| CommandError::undecided(message).hint("`[client] ca_file` names that file"))
}

/// The graph of a server, and its measures.
///
/// # Errors
///
/// It gives no answer, and there is no copy that may stand in for it.
pub(super) fn brought(client: &ServerClient, fresh: bool) -> Result<Brought, CommandError> {
    let folder = copy_folder(&cache_folder()?, client.url());
    bring(client, &folder, fresh, clock::now()).map_err(|error| match error {
        BringError::Ask(error) => ask_error(client.url(), &error),
        BringError::Copy { .. } => CommandError::undecided(format!("the server `{}`: {error}", client.url()))
            .hint("name another place with XDG_CACHE_HOME, or make room"),
    })
}

/// What is said where a copy stands in for the server.
pub(super) fn outdated_text(client: &ServerClient, brought: &Brought, now: Timestamp) -> Option<String> {
    let outdated = brought.outdated.as_ref()?;
    let age = outdated.current_at.map_or_else(String::new, |at| {
        format!(", which the server had {} ({})", ago(now, at), clock::rfc3339(at))
    });
    Some(format!(
        "warning: the server `{}`: {}\nwarning: its last copy answers: revision {}{age}",
        client.url(),
        outdated.why,
        brought.graph.revision(),
    ))
}

/// Tells why a server gave no answer, and what to do about it.
pub(super) fn ask_error(url: &ServerUrl, error: &AskError) -> CommandError {
    let said = CommandError::undecided(format!("the server `{url}`: {error}"));
    match error {
        AskError::Unauthenticated { .. } if !url.takes_token() => {
            said.hint("a token is sent by https alone: name the server with `https://`")
        }
        AskError::Unauthenticated { with_token: false } => said
            .hint(format!("log in with `catalog login --server {url}`, or put a token into CATALOG_TOKEN")),
        AskError::Unauthenticated { with_token: true } => said.hint(format!(
            "it may have expired: ask for a new one, and log in with `catalog login --server {url}`"
        )),
        AskError::Forbidden(_) => {
            said.hint("ask whoever runs the server for a token with the scope that this needs")
        }
        AskError::Untrusted(_) => said.hint(
            "where its authority is the organisation's own, `[client] ca_file` names a file with that in PEM",
        ),
        AskError::Unreachable(_) => said.hint("a copy of its graph file answers without it: `--store FILE`"),
        AskError::Elsewhere(_) => said.hint("if that is the catalog, name it with `--server`"),
        AskError::Graph(GraphFileError::OtherFormat { .. }) => {
            said.hint("use the version of `catalog` that the server has")
        }
        AskError::Status { status: 404, .. } | AskError::Foreign(_) => {
            said.hint("is that the address of a `catalog serve` of this version?")
        }
        AskError::Status { .. } | AskError::TooLarge { .. } | AskError::Graph(_) | AskError::Refused(_) => {
            said
        }
    }
}

/// The tokens of this person.
pub(super) fn tokens(folder: &Path) -> Result<Tokens, CommandError> {
    Tokens::read(folder).map_err(|error| tokens_error(&error))
}

/// Tells what is wrong with the file of tokens, and what to do about it.
pub(super) fn tokens_error(error: &TokensError) -> CommandError {
    let said = CommandError::undecided(format!("tokens: {error}"));
    match error {
        TokensError::Open { path, expected, .. } => {
            said.hint(format!("close it with `chmod {expected:o} {}`", path.display()))
        }
        TokensError::Form { .. } => said.hint("`catalog login` writes it"),
        TokensError::Io { .. } => said,
    }
}

/// Where tokens are kept.
pub(super) fn config_folder() -> Result<PathBuf, CommandError> {
    personal_folder("XDG_CONFIG_HOME", ".config")
}

/// Where copies are kept.
fn cache_folder() -> Result<PathBuf, CommandError> {
    personal_folder("XDG_CACHE_HOME", ".cache")
}

/// `catalog` in a folder of the person, as the XDG base directory specification names it.
fn personal_folder(variable: &str, usual: &str) -> Result<PathBuf, CommandError> {
    let of = |name: &str| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let folder = of(variable).or_else(|| Some(of("HOME")?.join(usual)));
    let folder = folder.ok_or_else(|| {
        CommandError::undecided("it is not known where files of yours are kept")
            .hint(format!("set HOME or {variable}"))
    })?;
    Ok(folder.join("catalog"))
}
