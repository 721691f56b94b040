//! What somebody may do.

use std::fmt;

/// One thing that one may do. Only [`Scope::Admin`] includes others: all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// Asking.
    Read,
    /// Answering reviews, starting and closing them.
    Review,
    /// Having repositories read again.
    Crawl,
    /// Everything.
    Admin,
}

impl Scope {
    /// All scopes, from the least to the greatest.
    pub const ALL: [Self; 4] = [Self::Read, Self::Review, Self::Crawl, Self::Admin];

    /// The word for it in tokens, settings and messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Review => "review",
            Self::Crawl => "crawl",
            Self::Admin => "admin",
        }
    }

    /// The scope of a word.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.name() == name)
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A set of scopes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Scopes(u8);

impl Scopes {
    /// None at all.
    pub const NONE: Self = Self(0);

    /// The set with one more.
    #[must_use]
    pub fn with(self, scope: Scope) -> Self {
        Self(self.0 | 1 << scope as u8)
    }

    /// Whether the set allows what the scope stands for.
    pub fn allow(self, scope: Scope) -> bool {
        let admin = 1 << Scope::Admin as u8;
        self.0 & (1 << scope as u8 | admin) != 0
    }

    /// The scopes that are in the set by name, in order.
    pub fn iter(self) -> impl Iterator<Item = Scope> {
        Scope::ALL.into_iter().filter(move |&scope| self.0 & (1 << scope as u8) != 0)
    }
}

impl FromIterator<Scope> for Scopes {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        scopes.into_iter().fold(Self::NONE, Self::with)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_admin_includes_others() {
        let reviewer = Scopes::NONE.with(Scope::Review);
        assert!(reviewer.allow(Scope::Review) && !reviewer.allow(Scope::Read));
        let admin = Scopes::NONE.with(Scope::Admin);
        assert!(Scope::ALL.into_iter().all(|scope| admin.allow(scope)));
        assert_eq!(admin.iter().collect::<Vec<_>>(), [Scope::Admin]);
        assert!(!Scope::ALL.into_iter().any(|scope| Scopes::NONE.allow(scope)));
    }

    #[test]
    fn a_word_names_its_scope() {
        for scope in Scope::ALL {
            assert_eq!(Scope::named(scope.name()), Some(scope));
        }
        assert_eq!(Scope::named("write"), None);
    }
}
