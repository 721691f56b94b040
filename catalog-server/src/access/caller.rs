//! Who asks.

use std::fmt;

use super::{Scope, Scopes};

/// Somebody who asks, with what they may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// Who it is.
    pub identity: Identity,
    /// What they may do.
    pub scopes: Scopes,
}

/// Who somebody is, as far as it is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Identity {
    /// Whoever can reach a server that listens on its own machine only and asks for no token.
    Local,
    /// Nobody in particular: no token came with the request.
    Anonymous,
}

impl Caller {
    /// Whoever works on the machine itself: they could as well open the store.
    pub fn local() -> Self {
        Self { identity: Identity::Local, scopes: Scopes::NONE.with(Scope::Admin) }
    }

    /// Whether they may do what a scope stands for.
    pub fn may(&self, scope: Scope) -> bool {
        self.scopes.allow(scope)
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Local => "local",
            Self::Anonymous => "anonymous",
        })
    }
}
