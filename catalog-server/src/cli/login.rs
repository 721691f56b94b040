//! `catalog login` and `catalog logout`: the token by which a server knows one.

use std::io::{IsTerminal as _, Read as _};

use catalog_ingest::repository::Secret;

use super::{
    CommandError, ExitStatus,
    asked_server::{ask_error, client_with, config_folder, tokens, tokens_error},
    context::{Context, say},
};
use crate::client::{ServerUrl, Tokens};

/// The most that is read of standard input, in bytes.
const INPUT_BYTES_MAX: u64 = 64 << 10;

/// How to log in.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct LoginArguments {}

const AFTER_HELP: &str = "\
Reads the token from standard input, asks the server whether it takes it, and keeps it in
`~/.config/catalog/tokens.toml`, which nobody else can read. It is sent to that server alone, and never shown.

  catalog login --server https://catalog.example.com
  pass show catalog | catalog login --server https://catalog.example.com

CATALOG_TOKEN does the same for one run, as in a pipeline.";

/// How to log out.
#[derive(Debug, clap::Args)]
pub(super) struct LogoutArguments {}

pub(super) fn login(context: &Context, _arguments: &LoginArguments) -> Result<ExitStatus, CommandError> {
    let url = server(context)?;
    if !url.takes_token() {
        return Err(CommandError::usage(format!("a token is sent by https alone, and `{url}` is not"))
            .hint("name the server with `https://`"));
    }
    let folder = config_folder()?;
    let mut known = tokens(&folder)?;
    let token = token()?;
    let client = client_with(&context.settings, url.clone(), Some(token.clone()))?;
    client.check().map_err(|error| ask_error(url, &error))?;
    known.keep(url, token).map_err(|error| tokens_error(&error))?;
    say(&format!("logged in to `{url}`; the token is in `{}`", known.path().display()));
    Ok(ExitStatus::Fine)
}

pub(super) fn logout(context: &Context, _arguments: &LogoutArguments) -> Result<ExitStatus, CommandError> {
    let url = server(context)?;
    let folder = config_folder()?;
    let was_known = tokens(&folder)?.forget(url).map_err(|error| tokens_error(&error))?;
    if was_known {
        say(&format!("logged out of `{url}`; the server still takes the token until it is revoked there"));
    } else {
        say(&format!("there was no token for `{url}`"));
    }
    Ok(ExitStatus::Fine)
}

fn server(context: &Context) -> Result<&ServerUrl, CommandError> {
    context
        .server
        .as_ref()
        .ok_or_else(|| CommandError::usage("it is not said which server").hint("name it with `--server URL`"))
}

/// The token: one line of standard input.
fn token() -> Result<Secret, CommandError> {
    let input = std::io::stdin();
    let mut text = String::new();
    let read = if input.is_terminal() {
        say("the token (it is shown as it is typed):");
        input.read_line(&mut text).map(drop)
    } else {
        input.lock().take(INPUT_BYTES_MAX).read_to_string(&mut text).map(drop)
    };
    read.map_err(|error| CommandError::undecided(format!("standard input could not be read: {error}")))?;
    Tokens::token(&text).ok_or_else(|| {
        CommandError::usage("what was given is no token: expected one word of ASCII")
            .hint("`catalog token create` on the server shows one, once")
    })
}
