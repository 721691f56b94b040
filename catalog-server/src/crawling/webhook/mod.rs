//! What a host says by itself: that something was pushed, or that a repository is another one now.
//!
//! [`Hooks::judge`] takes the raw body with its headers. First the `signature` has to be right, whatever the
//! body holds; then a `delivery` that was heard before is none; then the `event` tells which repository is
//! meant, by its name alone: where it is read is what the catalog and the settings know of it, never what a
//! body says.

mod delivery;
mod event;
mod signature;

use std::{
    sync::{Mutex, PoisonError},
    time::Instant,
};

use catalog_core::model::Timestamp;

pub use self::{
    delivery::DeliveryKey,
    signature::{HookSecret, HookSecretError},
};
use self::{
    delivery::DeliveryMemory,
    event::{Event, read_event},
};

/// What a host's webhooks look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// As GitHub sends them.
    Github,
    /// As GitLab sends them.
    Gitlab,
    /// As Gitea and Forgejo send them.
    Gitea,
}

impl Dialect {
    /// The word for it in addresses and settings.
    pub fn name(self) -> &'static str {
        match self {
            Self::Github => "github",
            Self::Gitlab => "gitlab",
            Self::Gitea => "gitea",
        }
    }

    /// The dialect of a word.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Github, Self::Gitlab, Self::Gitea].into_iter().find(|dialect| dialect.name() == name)
    }
}

/// Webhooks that are heard, with what they may speak of.
#[derive(Debug)]
pub struct Hook {
    /// What they look like.
    pub dialect: Dialect,
    /// The hosts whose repositories they may name, with ports where those are unusual.
    pub hosts: Vec<Box<str>>,
    /// What the ids of those repositories begin with, as in `github.com/acme`; any where empty.
    pub below: Vec<Box<str>>,
    /// Secrets of which any one is right, so that one can be exchanged.
    pub secrets: Vec<HookSecret>,
}

/// What was heard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// A repository may have changed.
    Repository {
        /// The ids that it can have, one for each host.
        ids: Vec<String>,
        /// What tells the delivery from others.
        delivery: DeliveryKey,
    },
    /// Something that changes nothing in the catalog.
    Ignored,
    /// Something that was heard before.
    Repeated,
}

/// Why something was not heard.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HookRefusal {
    /// No signature, or none that one of the secrets makes.
    #[error("the signature is missing or wrong")]
    Unsigned,
    /// The body is not what a host sends.
    #[error("the body is no event: {0}")]
    Malformed(String),
}

/// All webhooks of a server.
#[derive(Debug)]
pub struct Hooks {
    hooks: Vec<Hook>,
    began: Instant,
    deliveries: Mutex<DeliveryMemory>,
}

impl Hooks {
    /// Hears these.
    pub fn new(hooks: Vec<Hook>) -> Self {
        Self { hooks, began: Instant::now(), deliveries: Mutex::default() }
    }

    /// Whether any of a dialect are heard.
    pub fn hear(&self, dialect: Dialect) -> bool {
        self.hooks.iter().any(|hook| hook.dialect == dialect)
    }

    /// Judges what came to the address of a dialect. `header` gives the value of a header by its name in
    /// lower case, where it came exactly once.
    pub fn judge(
        &self,
        dialect: Dialect,
        header: &dyn Fn(&str) -> Option<String>,
        body: &[u8],
        now: Timestamp,
    ) -> Result<Heard, HookRefusal> {
        let mut hooks = self.hooks.iter().filter(|hook| hook.dialect == dialect);
        let hook = hooks.find(|hook| signature::is_signed(dialect, &hook.secrets, header, body, now));
        let hook = hook.ok_or(HookRefusal::Unsigned)?;
        let name = match read_event(dialect, header, body).map_err(HookRefusal::Malformed)? {
            Event::Repository(name) => name,
            Event::Other => return Ok(Heard::Ignored),
        };
        let ids = hook.hosts.iter().map(|host| format!("{host}/{name}")).filter(|id| hook.may_name(id));
        let ids: Vec<String> = ids.collect();
        let delivery = DeliveryKey::of(dialect, header, body);
        let mut deliveries = self.deliveries.lock().unwrap_or_else(PoisonError::into_inner);
        if !deliveries.is_new(&delivery, self.began.elapsed()) {
            return Ok(Heard::Repeated);
        }
        Ok(Heard::Repository { ids, delivery })
    }

    /// Takes a delivery for unheard: it came to nothing, and its host may send it again.
    pub fn forget(&self, delivery: &DeliveryKey) {
        self.deliveries.lock().unwrap_or_else(PoisonError::into_inner).forget(delivery);
    }
}

impl Hook {
    /// Whether it may name the repository with this id.
    fn may_name(&self, id: &str) -> bool {
        let is_below = |above: &str| {
            let beginning = id.get(..above.len());
            beginning.is_some_and(|beginning| beginning.eq_ignore_ascii_case(above))
                && id[above.len()..].starts_with('/')
        };
        self.below.is_empty() || self.below.iter().any(|above| is_below(above))
    }
}

#[cfg(test)]
mod tests;
