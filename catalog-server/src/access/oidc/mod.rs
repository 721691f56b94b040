//! Tokens of an identity provider (OpenID Connect): who holds one, and what their groups may do.
//!
//! A token is believed only if one of the provider's keys signed it, by an algorithm that the settings list,
//! and if it names this issuer and this audience, and is neither too old nor too young. The keys are fetched
//! by [`Oidc::refresh_by_age`] and, for a key that is not known yet, by [`Oidc::fetch_for_unknown_key`]; while
//! the provider is away those that were fetched last stay.

mod claims;
mod keys;
mod signature;

use std::{
    collections::BTreeMap,
    fmt,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use arc_swap::ArcSwap;
use catalog_core::model::Timestamp;
use jsonwebtoken::decode_header;
use serde::Deserialize;

pub use signature::SignatureAlgorithm;

use super::{Groups, Identity, Scopes};
use claims::Claims;
use keys::KeySet;

/// How old keys may be before they are fetched again, in seconds.
const KEYS_AGE_MAX: i64 = 15 * 60;
/// How long the provider is left alone after it was asked, in seconds.
const ASK_PAUSE: i64 = 30;
/// The most bytes that an answer of the provider may have.
const ANSWER_BYTES_MAX: u64 = 256 << 10;
/// How long the provider may take to answer.
const ANSWER_TIME_MAX: Duration = Duration::from_secs(10);

/// Whose tokens are believed, and what they allow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OidcRules {
    /// The provider, as its tokens name it in `iss`.
    pub issuer: String,
    /// This server, as tokens name it in `aud`.
    pub audience: String,
    /// Where the keys are; where nothing is said the provider is asked.
    pub jwks_url: Option<String>,
    /// By which algorithms tokens may be signed.
    pub algorithms: Vec<SignatureAlgorithm>,
    /// The claim that says who somebody is.
    pub subject_claim: String,
    /// The claim that lists somebody's groups; with dots for a claim within a claim.
    pub groups_claim: String,
    /// What each group may do.
    pub groups: BTreeMap<String, Scopes>,
    /// What everybody may do whom the provider vouches for.
    pub everybody: Scopes,
    /// Certificates in PEM that are trusted beside the usual ones.
    pub authorities: Option<PathBuf>,
}

/// What became of a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is good.
    Holder(Identity, Scopes, Groups),
    /// It is not.
    Refused,
    /// It may be: it names a key that is not known, and the provider may be asked for it.
    UnknownKey,
}

/// Fetches a document; what went wrong is told in words.
type Fetch = Box<dyn Fn(&str) -> Result<Vec<u8>, String> + Send + Sync>;

/// Believes the tokens of one provider.
pub struct Oidc {
    rules: OidcRules,
    keys: ArcSwap<KeySet>,
    asked: Mutex<Asked>,
    fetch: Fetch,
}

/// When the provider was asked, and when it answered last.
#[derive(Clone, Copy, Debug, Default)]
struct Asked {
    last: Option<Timestamp>,
    answered: Option<Timestamp>,
}

impl Oidc {
    /// The provider of these rules. Nothing is fetched yet.
    pub fn new(rules: OidcRules) -> Self {
        let authorities = rules.authorities.clone();
        let fetch = move |url: &str| {
            catalog_ingest::host::fetch_document(
                url,
                authorities.as_deref(),
                ANSWER_BYTES_MAX,
                ANSWER_TIME_MAX,
            )
        };
        Self::with_fetch(rules, Box::new(fetch))
    }

    fn with_fetch(rules: OidcRules, fetch: Fetch) -> Self {
        signature::install();
        Self { rules, keys: ArcSwap::default(), asked: Mutex::default(), fetch }
    }

    /// Who holds a token.
    pub(super) fn holder(&self, token: &str, now: Timestamp) -> Verdict {
        let Ok(header) = decode_header(token) else { return Verdict::Refused };
        let Some(algorithm) = self.rules.algorithms.iter().find(|of| of.is(header.alg)) else {
            return Verdict::Refused;
        };
        // What must be understood is not: no extension is known here.
        if header.crit.is_some() || header.enc.is_some() || header.zip.is_some() {
            return Verdict::Refused;
        }
        let keys = self.keys.load();
        let Some(key) = keys.key(header.kid.as_deref(), *algorithm) else {
            return if self.may_ask(now) { Verdict::UnknownKey } else { Verdict::Refused };
        };
        let Some(claims) = signature::verified::<Claims>(token, key, *algorithm) else {
            return Verdict::Refused;
        };
        if !claims.are_good(&self.rules.issuer, &self.rules.audience, now) {
            return Verdict::Refused;
        }
        let Some(subject) = claims.text(&self.rules.subject_claim) else { return Verdict::Refused };
        let groups = claims.texts(&self.rules.groups_claim);
        let of_groups = groups.iter().filter_map(|group| self.rules.groups.get(*group));
        let scopes = of_groups.flat_map(|scopes| scopes.iter()).chain(self.rules.everybody.iter()).collect();
        let groups = Groups::new(groups);
        Verdict::Holder(Identity::Person { subject: subject.to_owned() }, scopes, groups)
    }

    /// Fetches the keys if they are old. Blocks while it does.
    pub fn refresh_by_age(&self, now: Timestamp) {
        let answered = self.asked.lock().unwrap_or_else(PoisonError::into_inner).answered;
        if answered.is_none_or(|at| now.seconds() - at.seconds() >= KEYS_AGE_MAX) {
            self.fetch_for_unknown_key(now);
        }
    }

    /// Fetches the keys, unless the provider was asked a moment ago. Blocks while it does.
    pub fn fetch_for_unknown_key(&self, now: Timestamp) {
        {
            let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
            if !may_ask_after(asked.last, now) {
                return;
            }
            asked.last = Some(now);
        }
        let issuer = &self.rules.issuer;
        match self.fetched() {
            Ok(keys) => {
                tracing::info!(%issuer, keys = keys.len(), "the keys of the identity provider were read");
                self.keys.store(Arc::new(keys));
                self.asked.lock().unwrap_or_else(PoisonError::into_inner).answered = Some(now);
            }
            Err(error) => {
                tracing::error!(%issuer, %error, "the keys of the identity provider could not be read; those that were known stay known");
            }
        }
    }

    fn may_ask(&self, now: Timestamp) -> bool {
        may_ask_after(self.asked.lock().unwrap_or_else(PoisonError::into_inner).last, now)
    }

    fn fetched(&self) -> Result<KeySet, String> {
        let url = match &self.rules.jwks_url {
            Some(url) => url.clone(),
            None => self.discovered()?,
        };
        KeySet::read(&(self.fetch)(&url)?).map_err(|error| format!("`{url}`: {error}"))
    }

    /// Where the provider says that its keys are.
    fn discovered(&self) -> Result<String, String> {
        /// What is read of the provider's description of itself.
        #[derive(Deserialize)]
        struct Provider {
            issuer: String,
            jwks_uri: String,
        }
        let url = format!("{}/.well-known/openid-configuration", self.rules.issuer.trim_end_matches('/'));
        let provider: Provider =
            serde_json::from_slice(&(self.fetch)(&url)?).map_err(|error| format!("`{url}`: {error}"))?;
        if provider.issuer != self.rules.issuer {
            return Err(format!("`{url}` speaks for another issuer, `{}`", provider.issuer));
        }
        Ok(provider.jwks_uri)
    }
}

fn may_ask_after(last: Option<Timestamp>, now: Timestamp) -> bool {
    last.is_none_or(|last| now.seconds() - last.seconds() >= ASK_PAUSE)
}

impl fmt::Debug for Oidc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Oidc").field("issuer", &self.rules.issuer).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
