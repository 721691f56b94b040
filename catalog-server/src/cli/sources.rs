//! The sources of `catalog.toml` in a crawl: which are meant, and what they are asked with.

use std::time::Duration;

use catalog_core::model::Timestamp;
use catalog_ingest::host::{HostAccess, HostClock, HostSource, Token};

use super::{CommandError, ExitStatus, context::say};
use crate::{clock::now, settings::Settings};

/// The word that means every source.
const ALL: &str = "all";

/// A source with what its host is told of who asks.
pub(super) struct ConfiguredSource {
    pub(super) source: HostSource,
    pub(super) access: HostAccess,
}

/// Every source of the settings.
pub(super) fn configured(settings: &Settings) -> Result<Vec<ConfiguredSource>, CommandError> {
    let mut configured: Vec<ConfiguredSource> = Vec::with_capacity(settings.source.len());
    for (index, section) in settings.source.iter().enumerate() {
        let number = index + 1;
        let wrong =
            |message: String| CommandError { status: ExitStatus::Usage, ..CommandError::undecided(message) };
        let source = section
            .source()
            .map_err(|error| wrong(format!("section {number} of `[[source]]` is not understood: {error}")))?;
        if configured.iter().any(|known| known.source.id() == source.id()) {
            let message = format!("`{}` is a `[[source]]` twice", source.id());
            return Err(wrong(message).hint("leave one of the two out"));
        }
        let access = match &section.token_env {
            None => HostAccess::Anonymous,
            Some(variable) => match std::env::var(variable).ok().as_deref().and_then(Token::new) {
                Some(token) => HostAccess::Token(token),
                None => HostAccess::TokenMissing { variable: variable.clone() },
            },
        };
        configured.push(ConfiguredSource { source, access });
    }
    Ok(configured)
}

/// The sources that these words mean.
pub(super) fn chosen(settings: &Settings, words: &[String]) -> Result<Vec<ConfiguredSource>, CommandError> {
    let mut configured = configured(settings)?;
    let is_meant = |of: &ConfiguredSource, word: &str| word == ALL || of.source.is_called(word);
    for word in words {
        if !configured.iter().any(|of| is_meant(of, word)) {
            let names: Vec<String> = configured.iter().map(|of| format!("`{}`", of.source.id())).collect();
            let error = CommandError::usage(format!("`{word}` is no `[[source]]` of the settings"));
            return Err(if names.is_empty() {
                error.hint("name one in `catalog.toml`, as in `[[source]]` and `github = \"acme\"`")
            } else {
                error.hint(format!("there is {}", names.join(", ")))
            });
        }
    }
    configured.retain(|of| words.iter().any(|word| is_meant(of, word)));
    Ok(configured)
}

/// The time of this machine.
pub(super) struct SystemClock;

impl HostClock for SystemClock {
    fn now(&self) -> Timestamp {
        now()
    }

    fn pause(&self, id: &str, time: Duration) {
        if time > Duration::from_secs(10) {
            say(&format!("waiting {} s before `{id}` is asked again, as its host wants", time.as_secs()));
        }
        std::thread::sleep(time);
    }
}
