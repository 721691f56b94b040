//! `catalog token`: who may ask a server, and what.

use std::io::Write;

use catalog_core::model::Timestamp;

use super::{
    CommandError, ExitStatus,
    access::{audit_error, audit_log, token_file, token_file_error},
    context::{Context, say, stdout},
};
use crate::{
    access::{AuditEvent, Caller, Scope, Scopes, TokenId, TokenRecord, TokenText},
    clock,
    report::TokensReport,
};

/// How long the name of a token may be, in characters.
const NAME_CHARS_MAX: usize = 100;
/// How long a token is good at most, in days.
const EXPIRY_DAYS_MAX: i64 = 3_660;

/// What to do.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    step: Step,
}

#[derive(Debug, clap::Subcommand)]
enum Step {
    /// Make a token, and write it to standard output: this once, and never again
    ///
    /// A client sends it as `Authorization: Bearer TOKEN`. Only its hash is kept, in a file beside the store that
    /// nobody else can read. A running server knows it within five seconds.
    Create(CreateArguments),
    /// List the tokens that were made, without the tokens themselves
    List,
    /// Make a token worthless; a running server refuses it within five seconds
    Revoke(RevokeArguments),
}

#[derive(Debug, clap::Args)]
struct CreateArguments {
    /// What whoever holds it may do; may be given several times
    #[arg(long = "scope", value_name = "SCOPE", required = true, value_enum)]
    scopes: Vec<ScopeArgument>,
    /// What it is for, as `grafana` or `release pipeline`
    #[arg(long, value_name = "TEXT")]
    name: String,
    /// When it ends: after so many days, or at the end of a day
    #[arg(long, value_name = "DAYSd|DATE", default_value = "90d")]
    expires: String,
}

#[derive(Debug, clap::Args)]
struct RevokeArguments {
    /// Which one, as `catalog token list` names it; the whole token will do, too
    #[arg(value_name = "ID")]
    id: String,
}

/// One thing that one may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum ScopeArgument {
    /// Ask.
    Read,
    /// Answer reviews, start and close them; what they say of the catalog is shown to `read`.
    Review,
    /// Have repositories read again.
    Crawl,
    /// Everything.
    Admin,
}

impl From<ScopeArgument> for Scope {
    fn from(argument: ScopeArgument) -> Self {
        match argument {
            ScopeArgument::Read => Self::Read,
            ScopeArgument::Review => Self::Review,
            ScopeArgument::Crawl => Self::Crawl,
            ScopeArgument::Admin => Self::Admin,
        }
    }
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<ExitStatus, CommandError> {
    match &arguments.step {
        Step::Create(arguments) => create(context, arguments),
        Step::List => list(context),
        Step::Revoke(arguments) => revoke(context, arguments),
    }
}

fn create(context: &Context, arguments: &CreateArguments) -> Result<ExitStatus, CommandError> {
    let name = arguments.name.trim();
    if name.is_empty() || name.chars().count() > NAME_CHARS_MAX || name.chars().any(char::is_control) {
        return Err(CommandError::usage(format!(
            "a token's name has one to {NAME_CHARS_MAX} characters, all of which can be printed"
        )));
    }
    let now = clock::now();
    let expires = expiry(&arguments.expires, now)?;
    let scopes: Scopes = arguments.scopes.iter().copied().map(Scope::from).collect();
    let file = token_file(context, &context.store_path);
    let made = file.change(|records| {
        // Eight digits are few enough that two tokens could begin alike.
        let is_new = |token: &TokenText| records.iter().all(|record| record.id != token.id());
        let mut tokens = std::iter::repeat_with(TokenText::random).take(10);
        let token = tokens.find(|token| token.as_ref().map_or(true, is_new))?.ok()?;
        let (id, hash) = (token.id(), token.hash());
        let name = name.to_owned();
        records.push(TokenRecord { id, name, scopes, hash, created: now, expires, revoked: None });
        Some(token)
    });
    let token = made
        .map_err(|error| token_file_error(&file, &error))?
        .ok_or_else(|| CommandError::undecided("the system gives no random numbers"))?;
    note(context, "token-created", &token.id())?;
    let allowed: Vec<_> = scopes.iter().map(Scope::name).collect();
    say(&format!(
        "token {} for `{name}` ({}), good until {}; it is shown this once:",
        token.id(),
        allowed.join(", "),
        clock::rfc3339(expires)
    ));
    let mut to = stdout();
    writeln!(to, "{}", token.reveal())?;
    to.flush()?;
    Ok(ExitStatus::Fine)
}

fn list(context: &Context) -> Result<ExitStatus, CommandError> {
    let file = token_file(context, &context.store_path);
    let tokens = file.read().map_err(|error| token_file_error(&file, &error))?;
    context.write(&TokensReport::new(&tokens, clock::now()), Some(0))?;
    Ok(ExitStatus::Fine)
}

fn revoke(context: &Context, arguments: &RevokeArguments) -> Result<ExitStatus, CommandError> {
    let text = arguments.id.trim();
    let of_token = TokenText::parse(text).map(|token| token.id());
    let Some(id) = of_token.or_else(|| text.parse::<TokenId>().ok()) else {
        return Err(CommandError::usage("what is to be revoked is no id of a token")
            .hint("`catalog token list` has the ids, eight digits each"));
    };
    let file = token_file(context, &context.store_path);
    let now = clock::now();
    let revoked = file.change(|records| {
        let record = records.iter_mut().find(|record| record.id == id)?;
        let before = record.revoked.replace(record.revoked.unwrap_or(now));
        Some((record.name.clone(), before))
    });
    match revoked.map_err(|error| token_file_error(&file, &error))? {
        Some((name, None)) => {
            note(context, "token-revoked", &id)?;
            say(&format!("token {id} for `{name}` is revoked"));
        }
        Some((name, Some(before))) => {
            say(&format!("token {id} for `{name}` was revoked before, at {}", clock::rfc3339(before)));
        }
        None => {
            return Err(CommandError::undecided(format!("there is no token {id}"))
                .hint("`catalog token list` has those that were made"));
        }
    }
    Ok(ExitStatus::Fine)
}

/// Writes to the audit log what became of a token.
fn note(context: &Context, event: &'static str, id: &TokenId) -> Result<(), CommandError> {
    let log = audit_log(context, &context.store_path);
    let caller = Caller::local();
    let event = AuditEvent { token: Some(id.to_string()), ..AuditEvent::new(event, &caller) };
    log.write(&event, clock::now()).map_err(|error| {
        audit_error(&log, &error).hint(format!("what was asked for is done all the same: see token {id}"))
    })
}

/// The moment that `90d` or `2027-03-31` means.
fn expiry(text: &str, now: Timestamp) -> Result<Timestamp, CommandError> {
    let after_days = text.trim().strip_suffix('d').and_then(|days| days.parse::<i64>().ok());
    let moment = match after_days {
        Some(days) => days.checked_mul(86_400).and_then(|seconds| now.seconds().checked_add(seconds)),
        None => clock::until(text).map(Timestamp::seconds),
    };
    let Some(moment) = moment else {
        return Err(CommandError::usage(format!("`{text}` is no end of a token"))
            .hint("write a number of days, as in `--expires 90d`, or a day, as in `--expires 2027-03-31`"));
    };
    if moment <= now.seconds() || moment > now.seconds() + EXPIRY_DAYS_MAX * 86_400 {
        return Err(CommandError::usage(format!(
            "`{text}` is not between now and {EXPIRY_DAYS_MAX} days from now"
        )));
    }
    Ok(Timestamp(moment))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_is_a_number_of_days_or_a_day() {
        let now = Timestamp(1_793_523_600);
        let check = |text: &str, expected: Option<&str>| {
            let found = expiry(text, now).ok().map(clock::rfc3339);
            assert_eq!(found.as_deref(), expected, "{text}");
        };
        check("1d", Some("2026-11-02T09:00:00Z"));
        check("2026-12-31", Some("2026-12-31T23:59:59Z"));
        for text in [
            "",
            "d",
            "0d",
            "-1d",
            "9999999999999999999d",
            "9223372036854775807d",
            "90",
            "2026-10-31",
            "4000d",
            "never",
        ] {
            check(text, None);
        }
    }
}
