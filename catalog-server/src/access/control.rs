//! Who somebody is, from what they send.

use std::{
    fmt,
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
};

use arc_swap::ArcSwap;
use catalog_core::model::Timestamp;

use super::{
    AuditEvent, AuditLog, Caller, Groups, Identity, Oidc, RequestId, Scope, Scopes, TokenFile,
    TokenFileError, TokenList, TokenText, failures::Failures, oidc::Verdict, token_file::Stamp,
};

/// What is decided about access before anybody asks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccessRules {
    /// Whether others than this machine can reach the server.
    pub beyond_loopback: bool,
    /// Whether whoever asks needs a token; where nothing is said, as soon as there is anything to tell
    /// callers apart by.
    pub require_token: Option<bool>,
    /// What those may do who send no token.
    pub anonymous: Scopes,
    /// Which scopes may ask for the shape of the schema; where none is said, whoever may read.
    pub introspection: Option<Scopes>,
    /// The names by which the server may be addressed, beside addresses and those of this machine.
    pub hosts: Vec<String>,
}

/// What somebody sends to say who they are.
#[derive(Clone, Copy, Debug)]
pub enum Credentials<'a> {
    /// Nothing.
    None,
    /// A token.
    Bearer(&'a str),
    /// Something that is not one token.
    Malformed,
}

/// Why somebody is not let in. It does not tell what is wrong with a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// No token came, or one that is not good.
    Unauthenticated,
    /// The same, and too often from one address.
    TooOften,
    /// It is known who it is, and nothing says that they may do anything.
    NothingAllowed,
    /// The token names a key of the identity provider that is not known yet: after
    /// [`Oidc::fetch_for_unknown_key`] it may be.
    UnknownKey,
}

/// Tells who asks. Shared by all requests.
pub struct AccessControl {
    rules: AccessRules,
    tokens: ArcSwap<TokenList>,
    file: Option<WatchedFile>,
    failures: Failures,
    audit: Option<AuditLog>,
    oidc: Option<Oidc>,
}

struct WatchedFile {
    file: TokenFile,
    seen: Mutex<Stamp>,
}

impl AccessControl {
    /// Only this machine asks, and it may do everything.
    pub fn local() -> Self {
        Self::new(AccessRules::default())
    }

    /// Access by rules, without tokens.
    pub fn new(rules: AccessRules) -> Self {
        Self {
            rules,
            tokens: ArcSwap::default(),
            file: None,
            failures: Failures::new(),
            audit: None,
            oidc: None,
        }
    }

    /// The same with the tokens of a file, which may come to be later.
    ///
    /// # Errors
    ///
    /// The file is there and cannot be read: nobody begins with doors of which it is not known who may pass.
    pub fn with_tokens(mut self, file: TokenFile) -> Result<Self, TokenFileError> {
        let seen = file.stamp();
        self.tokens = ArcSwap::from_pointee(file.read()?);
        self.file = Some(WatchedFile { file, seen: Mutex::new(seen) });
        Ok(self)
    }

    /// The same with a log of what is changed and refused.
    #[must_use]
    pub fn with_audit(mut self, log: AuditLog) -> Self {
        self.audit = Some(log);
        self
    }

    /// The same with an identity provider.
    #[must_use]
    pub fn with_oidc(mut self, oidc: Oidc) -> Self {
        self.oidc = Some(oidc);
        self
    }

    /// The identity provider, where there is one.
    pub fn oidc(&self) -> Option<&Oidc> {
        self.oidc.as_ref()
    }

    /// The log of what is changed and refused, where there is one.
    pub fn audit(&self) -> Option<&AuditLog> {
        self.audit.as_ref()
    }

    /// Writes down that somebody was refused. May wait for the disk.
    pub fn note_refusal(&self, event: &AuditEvent<'_>, now: Timestamp) {
        if let Some(log) = &self.audit {
            log.write_refusal(event, now);
        }
    }

    /// The rules.
    pub fn rules(&self) -> &AccessRules {
        &self.rules
    }

    /// Whether anything is known by which callers can be told apart.
    pub fn knows_callers(&self) -> bool {
        self.oidc.is_some() || !self.tokens.load().is_empty()
    }

    /// Whether whoever can reach the server may do everything. That is so only on the machine itself, and only
    /// as long as nothing was said about who may do what: a token that was made once, and be it revoked, ends it.
    pub fn trusts_whoever_reaches_it(&self) -> bool {
        let rules = &self.rules;
        !rules.beyond_loopback
            && match rules.require_token {
                Some(required) => !required,
                None => rules.anonymous == Scopes::NONE && !self.knows_callers(),
            }
    }

    /// Whether those who send no token are refused everything.
    pub fn wants_token(&self) -> bool {
        !self.trusts_whoever_reaches_it() && self.rules.anonymous == Scopes::NONE
    }

    /// Who sends these credentials.
    pub fn caller(
        &self,
        credentials: Credentials<'_>,
        address: Option<IpAddr>,
        request: RequestId,
        now: Timestamp,
    ) -> Result<Caller, Refused> {
        match self.holder(credentials, now) {
            Verdict::Holder(identity, scopes, groups) => {
                Ok(Caller { identity, scopes, groups, address, request })
            }
            Verdict::UnknownKey => Err(Refused::UnknownKey),
            Verdict::Refused if self.failures.is_one_too_many(address) => Err(Refused::TooOften),
            Verdict::Refused => Err(Refused::Unauthenticated),
        }
    }

    fn holder(&self, credentials: Credentials<'_>, now: Timestamp) -> Verdict {
        let verdict = match credentials {
            Credentials::Bearer(text) => self.holder_of(text, now),
            Credentials::None | Credentials::Malformed => Verdict::Refused,
        };
        match credentials {
            _ if matches!(verdict, Verdict::Holder(..)) => verdict,
            _ if self.trusts_whoever_reaches_it() => {
                Verdict::Holder(Identity::Local, Scopes::NONE.with(Scope::Admin), Groups::default())
            }
            // Whoever shows a token wants to be somebody: a wrong one is told, not passed over.
            Credentials::None => {
                Verdict::Holder(Identity::Anonymous, self.rules.anonymous, Groups::default())
            }
            Credentials::Bearer(_) | Credentials::Malformed => verdict,
        }
    }

    /// Who holds a token of ours, or one of the identity provider.
    fn holder_of(&self, text: &str, now: Timestamp) -> Verdict {
        let own = TokenText::parse(text).map(|token| self.tokens.load().holder(&token, now));
        match (own, &self.oidc) {
            (Some(Some((identity, scopes))), _) => Verdict::Holder(identity, scopes, Groups::default()),
            (None, Some(oidc)) => oidc.holder(text, now),
            (Some(None), _) | (None, None) => Verdict::Refused,
        }
    }

    /// Whether somebody may ask for the shape of the schema.
    pub fn may_introspect(&self, caller: &Caller) -> bool {
        match self.rules.introspection {
            None => caller.may(Scope::Read),
            Some(scopes) => scopes.iter().any(|scope| caller.may(scope)),
        }
    }

    /// Reads the file of tokens again if it has changed. Where it cannot be read, or is gone, those that were
    /// known last stay known. Says whether the tokens are others now.
    pub fn refresh(&self) -> bool {
        let Some(watched) = &self.file else { return false };
        let mut seen = watched.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let now = watched.file.stamp();
        if *seen == now {
            return false;
        }
        *seen = now;
        let path = watched.file.path().display();
        if now.is_none() {
            tracing::error!(%path, "the file of tokens is gone; those that were known stay known");
            return false;
        }
        match watched.file.read() {
            Ok(tokens) => {
                tracing::info!(%path, tokens = tokens.records().len(), "the tokens were read again");
                self.tokens.store(Arc::new(tokens));
                true
            }
            Err(error) => {
                tracing::error!(%path, %error, "the file of tokens cannot be read; those that were known stay known");
                false
            }
        }
    }
}

impl fmt::Debug for AccessControl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessControl").field("rules", &self.rules).finish_non_exhaustive()
    }
}
