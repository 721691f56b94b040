//! The sources of `catalog.toml` in a crawl: which are meant, and what they are asked with.

use catalog_ingest::host::{HostAccess, Token};

use super::{CommandError, ExitStatus};
use crate::{crawling::ConfiguredSource, settings::Settings};

/// The word that means every source.
const ALL: &str = "all";

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
