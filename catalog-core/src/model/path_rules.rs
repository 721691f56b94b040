//! Who owns which paths of a repository, as an ownership file says it.

use super::{ManifestFormat, OwnerName, Position};

/// The rules of one ownership file, in the order of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathRules {
    /// How the patterns are read and which rules decide.
    pub dialect: PathDialect,
    /// The folder that the file speaks about, without a `/` at its end; empty for the whole repository.
    pub folder: Box<str>,
    /// Whether the files of the folders above are not asked: `no_parent_owners` of Prow, which holds where
    /// this file names somebody, and `set noparent` of Gerrit, which holds always.
    pub no_parent_owners: bool,
    /// The sections of a GitLab file in the order of their first header; empty in other dialects.
    pub sections: Vec<PathSection>,
    /// The rules, first line first.
    pub rules: Vec<PathRule>,
}

impl PathRules {
    /// Rules about a whole repository, without sections.
    pub fn new(dialect: PathDialect, rules: Vec<PathRule>) -> Self {
        Self { dialect, folder: "".into(), no_parent_owners: false, sections: Vec::new(), rules }
    }
}

/// Whose rules an ownership file follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum PathDialect {
    /// GitHub's CODEOWNERS: the last rule that matches decides, also one without owners.
    Github = 0,
    /// GitLab's CODEOWNERS: in each section the last rule that matches, unless the section excludes the path.
    Gitlab = 1,
    /// Gitea's and Forgejo's CODEOWNERS: regular expressions, of which every one that matches adds owners.
    Gitea = 2,
    /// Bitbucket's CODEOWNERS: GitHub's patterns; the last rule that matches decides.
    Bitbucket = 3,
    /// Prow's OWNERS: approvers of a folder and of all folders above it.
    Prow = 4,
    /// Gerrit's, Chromium's and Android's OWNERS: addresses for a folder, and for single files of it.
    Gerrit = 5,
}

impl PathDialect {
    /// All dialects, in the order of their numbers.
    pub const ALL: [Self; 6] =
        [Self::Github, Self::Gitlab, Self::Gitea, Self::Bitbucket, Self::Prow, Self::Gerrit];

    /// The dialect's name, as JSON and settings show it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Github => "github",
            Self::Gitlab => "gitlab",
            Self::Gitea => "gitea",
            Self::Bitbucket => "bitbucket",
            Self::Prow => "prow",
            Self::Gerrit => "gerrit",
        }
    }

    /// The dialect with this name; `forgejo` is `gitea`.
    pub fn from_name(name: &str) -> Option<Self> {
        let name = if name == "forgejo" { "gitea" } else { name };
        Self::ALL.into_iter().find(|dialect| dialect.name() == name)
    }

    /// The format of the files that are written in it.
    pub fn format(self) -> ManifestFormat {
        match self {
            Self::Github | Self::Gitlab | Self::Gitea | Self::Bitbucket => ManifestFormat::Codeowners,
            Self::Prow | Self::Gerrit => ManifestFormat::Owners,
        }
    }

    /// Whether each folder may have a file of its own, and those above it speak as well.
    pub fn is_by_folder(self) -> bool {
        self.format() == ManifestFormat::Owners
    }
}

/// A section of a GitLab file: its rules are decided apart from those of other sections.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathSection {
    /// The name as its first header spells it; empty for the rules before any header.
    pub name: Box<str>,
    /// Whether a review is asked for but not required.
    pub optional: bool,
    /// How many approvals are required, at least 1.
    pub approvals: u16,
}

/// One rule: the paths that match `pattern` belong to `owners`; to nobody where there are none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathRule {
    /// The pattern as written; `*` or `.*` for a rule about a whole folder.
    pub pattern: Box<str>,
    /// The owners as written, in the order of the line; the default owners of its section where it has none.
    pub owners: Vec<OwnerName>,
    /// Where the rule stands.
    pub position: Position,
    /// What the rule does to the paths that match.
    pub effect: RuleEffect,
    /// The section it belongs to, by index; 0 in dialects without sections.
    pub section: u32,
    /// Who reviews without owning.
    pub reviewers: Option<Box<Reviewers>>,
}

impl PathRule {
    /// A rule that gives paths to owners.
    pub fn new(pattern: impl Into<Box<str>>, owners: Vec<OwnerName>, position: Position) -> Self {
        Self {
            pattern: pattern.into(),
            owners,
            position,
            effect: RuleEffect::Grant,
            section: 0,
            reviewers: None,
        }
    }
}

/// What a rule does to the paths that match it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum RuleEffect {
    /// It gives them to its owners, or to nobody.
    Grant = 0,
    /// It takes them out of its section, whatever else the section says: GitLab's `!`.
    Exclusion = 1,
    /// It lets only rules with a pattern of their own speak about them: Gerrit's `per-file … = set noparent`.
    NoParent = 2,
}

/// Who reviews the paths of a rule without owning them, as Prow tells approvers and reviewers apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reviewers {
    /// Who is asked for a review.
    pub asked: Vec<OwnerName>,
    /// Who must have reviewed.
    pub required: Vec<OwnerName>,
}
