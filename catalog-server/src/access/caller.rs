//! Who asks.

use std::{fmt, net::IpAddr};

use super::{Groups, RequestId, Scope, Scopes, TokenId};

/// Somebody who asks, with what they may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// Who it is.
    pub identity: Identity,
    /// What they may do.
    pub scopes: Scopes,
    /// The groups in which the identity provider has them; of whoever else, none.
    pub groups: Groups,
    /// Where the connection comes from, as far as it is known.
    pub address: Option<IpAddr>,
    /// The name of the request.
    pub request: RequestId,
}

/// Who somebody is, as far as it is known.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Identity {
    /// Whoever can reach a server that listens on its own machine only and asks for no token.
    Local,
    /// Nobody in particular: no token came with the request.
    Anonymous,
    /// Whoever holds a token of ours.
    Token {
        /// Which one.
        id: TokenId,
        /// What it was called when it was made.
        name: String,
    },
    /// Somebody whom the identity provider vouches for.
    Person {
        /// Who, as the provider names them.
        subject: String,
    },
}

impl Caller {
    /// Whoever works on the machine itself: they could as well open the store.
    pub fn local() -> Self {
        Self::new(Identity::Local, Scopes::NONE.with(Scope::Admin))
    }

    /// Somebody with scopes, who asks from nowhere in particular.
    pub fn new(identity: Identity, scopes: Scopes) -> Self {
        Self { identity, scopes, groups: Groups::default(), address: None, request: RequestId::next() }
    }

    /// The same in groups of the identity provider.
    #[must_use]
    pub fn in_groups(self, groups: Groups) -> Self {
        Self { groups, ..self }
    }

    /// Whether they may do what a scope stands for.
    pub fn may(&self, scope: Scope) -> bool {
        self.scopes.allow(scope)
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Local => f.write_str("local"),
            Self::Anonymous => f.write_str("anonymous"),
            Self::Token { id, .. } => write!(f, "token:{id}"),
            Self::Person { subject } => write!(f, "person:{subject}"),
        }
    }
}
