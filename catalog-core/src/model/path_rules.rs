//! Who owns which paths of a repository, as a CODEOWNERS file says it.

use super::Position;

/// The rules of one ownership file, in the order of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathRules {
    /// How the patterns are read and which rule decides.
    pub dialect: PathDialect,
    /// The rules, first line first.
    pub rules: Vec<PathRule>,
}

/// Whose rules an ownership file follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum PathDialect {
    /// GitHub's CODEOWNERS: the last rule that matches decides, also one without owners.
    Github = 0,
}

impl PathDialect {
    /// The dialect in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Github => "github",
        }
    }
}

/// One rule: the paths that match `pattern` belong to `owners`; to nobody where there are none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathRule {
    /// The pattern as written.
    pub pattern: Box<str>,
    /// The owners as written, in the order of the line.
    pub owners: Vec<OwnerName>,
    /// Where the rule stands.
    pub position: Position,
}

/// An owner as an ownership file writes it: `@login`, `@organisation/team` or an e-mail address.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OwnerName(Box<str>);

/// What an [`OwnerName`] says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OwnerShape<'a> {
    /// A person or an organisation by login, without the `@`.
    Login(&'a str),
    /// A team of an organisation.
    Team {
        /// The organisation's login.
        organisation: &'a str,
        /// The team's slug.
        team: &'a str,
    },
    /// An e-mail address.
    Email(&'a str),
}

impl OwnerName {
    /// Takes an owner as written; `None` unless it has one of the three shapes.
    pub fn new(text: &str) -> Option<Self> {
        let valid = match text.strip_prefix('@') {
            Some(name) => match name.split_once('/') {
                Some((organisation, team)) => is_slug(organisation) && is_slug(team),
                None => is_slug(name),
            },
            None => match text.split_once('@') {
                Some((local, host)) => {
                    !local.is_empty() && host.contains('.') && !host.contains('@') && is_printable(text)
                }
                None => false,
            },
        };
        valid.then(|| Self(text.into()))
    }

    /// The owner as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What it says.
    pub fn shape(&self) -> OwnerShape<'_> {
        match self.0.strip_prefix('@') {
            Some(name) => match name.split_once('/') {
                Some((organisation, team)) => OwnerShape::Team { organisation, team },
                None => OwnerShape::Login(name),
            },
            None => OwnerShape::Email(&self.0),
        }
    }
}

fn is_slug(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'))
}

fn is_printable(text: &str) -> bool {
    text.chars().all(|c| !c.is_control() && !c.is_whitespace())
}

impl std::fmt::Debug for OwnerName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::fmt::Display for OwnerName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}
