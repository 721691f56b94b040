//! Remarks on input. A diagnostic is data, never a failure.

use super::Position;

/// A remark on something that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// What kind of remark this is.
    pub code: DiagnosticCode,
    /// How much it matters; as a rule the code's own.
    pub severity: Severity,
    /// The file, as a path in its repository; `None` for the repository as a whole.
    pub path: Option<Box<str>>,
    /// The document in the file, from 0.
    pub document: Option<u32>,
    /// The place in the file; its line is 0 where the whole file is meant.
    pub position: Position,
    /// What was found and what was expected: one lower-case sentence without a period.
    pub message: Box<str>,
    /// What to write or do instead.
    pub suggestion: Option<Box<str>>,
    /// The line of the file that is meant.
    pub excerpt: Option<Excerpt>,
}

/// A line of a file, with the part that a diagnostic is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt {
    /// The line without its end, cut at [`Excerpt::CHARS_MAX`].
    pub text: Box<str>,
    /// How many characters are meant, from the diagnostic's column on; at least 1.
    pub length: u32,
}

impl Excerpt {
    /// How much of a line is kept, in characters.
    pub const CHARS_MAX: usize = 200;

    /// Cuts the excerpt of `position` out of the text of a file; `None` where the line is not there.
    pub fn of(text: &str, position: Position, length: u32) -> Option<Self> {
        let index = usize::try_from(position.line).ok()?.checked_sub(1)?;
        let line = text.lines().nth(index)?;
        let text: String = line.chars().take(Self::CHARS_MAX).collect();
        Some(Self { text: text.into(), length: length.max(1) })
    }
}

impl Diagnostic {
    /// A diagnostic with the severity of its code, about a repository as a whole.
    pub fn new(code: DiagnosticCode, message: impl Into<Box<str>>) -> Self {
        Self {
            code,
            severity: code.severity(),
            path: None,
            document: None,
            position: Position::default(),
            message: message.into(),
            suggestion: None,
            excerpt: None,
        }
    }

    /// The same about a file.
    #[must_use]
    pub fn at(mut self, path: &str, position: Position) -> Self {
        self.path = Some(path.into());
        self.position = position;
        self
    }

    /// The same about a document of its file.
    #[must_use]
    pub fn in_document(mut self, index: u32) -> Self {
        self.document = Some(index);
        self
    }

    /// The same with advice.
    #[must_use]
    pub fn suggest(mut self, suggestion: impl Into<Box<str>>) -> Self {
        self.suggestion = Some(suggestion.into());
        self
    }

    /// What to do: advice of its own, else that of its code.
    pub fn advice(&self) -> Option<&str> {
        self.suggestion.as_deref().or_else(|| self.code.remedy())
    }

    /// The same with the line that is meant.
    #[must_use]
    pub fn with_excerpt(mut self, excerpt: Option<Excerpt>) -> Self {
        self.excerpt = excerpt;
        self
    }
}

/// How much a diagnostic or a gap matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Severity {
    /// Worth knowing; nothing is wrong.
    Note = 0,
    /// Something is doubtful, and an assumption was made or a part left out.
    Warning = 1,
    /// Something could not be read or is broken.
    Error = 2,
}

impl Severity {
    /// All severities, least first.
    pub const ALL: [Self; 3] = [Self::Note, Self::Warning, Self::Error];

    /// The severity in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

macro_rules! diagnostic_codes {
    ($($variant:ident = $number:literal, $name:literal, $severity:ident, $summary:literal;)*) => {
        /// The kind of a diagnostic. Names are stable; `schema/codes.md` lists them.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u16)]
        pub enum DiagnosticCode {
            $(#[doc = $summary] $variant = $number,)*
        }

        impl DiagnosticCode {
            /// All codes, in the order of their numbers.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The stable name, as in `yaml-syntax`.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The severity unless a place has a reason for another one.
            pub fn severity(self) -> Severity {
                match self { $(Self::$variant => Severity::$severity,)* }
            }

            /// What it means, in one sentence.
            pub fn summary(self) -> &'static str {
                match self { $(Self::$variant => $summary,)* }
            }
        }
    };
}

// Numbers are stored: a code that is given up leaves its number unused.
diagnostic_codes! {
    YamlSyntax = 1, "yaml-syntax", Error, "A document is not valid YAML; the other documents of the file are read.";
    YamlLimit = 2, "yaml-limit", Error, "A document is deeper, larger or more entangled than the limits on YAML allow.";
    NotUtf8 = 3, "not-utf8", Error, "A file is not UTF-8 text.";
    DocumentNotMapping = 4, "document-not-mapping", Error, "A document is a list or a single value where a mapping is expected.";
    EmptyManifest = 5, "empty-manifest", Note, "A manifest holds no document.";
    ManifestTooLarge = 6, "manifest-too-large", Error, "A manifest is larger than its limit and was not read.";
    ManifestIsLink = 7, "manifest-is-link", Warning, "A manifest is a symbolic link or a submodule, which are never followed.";
    ManifestIsPointer = 8, "manifest-is-pointer", Error, "A manifest is a Git LFS pointer instead of its content.";
    MergeConflict = 9, "merge-conflict", Error, "A manifest holds the markers of an unresolved merge.";
    TemplateSkeleton = 10, "template-skeleton", Note, "A file holds template markup and is a skeleton of manifests, not a manifest.";
    UnknownApiVersion = 11, "unknown-api-version", Warning, "A document has an `apiVersion` that this reader does not know.";
    UnknownKind = 12, "unknown-kind", Note, "An entity is of a kind that is not built in; it is kept as it is.";
    MissingField = 13, "missing-field", Error, "A required field is missing.";
    WrongType = 14, "wrong-type", Error, "A field holds another type of value than its format wants.";
    FieldFormat = 15, "field-format", Error, "A name, namespace, label, tag or other value breaks the rule of its format.";
    UnknownRootField = 16, "unknown-root-field", Warning, "A document has a root field that its format does not know.";
    RefSyntax = 17, "ref-syntax", Error, "A text that should name an entity cannot be read as a reference.";
    AssumedKind = 18, "assumed-kind", Warning, "A reference leaves out its kind where its format wants one; a component is assumed.";
    LinkFormat = 19, "link-format", Warning, "A link has no URL, or one that is not absolute.";
    ValueUnknown = 20, "value-unknown", Warning, "A value is none of those that the catalog understands; it is kept out.";
    DuplicateEntity = 21, "duplicate-entity", Error, "Two manifests declare one entity; the first by repository, path and document stands.";
    LocationMissing = 22, "location-missing", Warning, "A `Location` names a file that is not there.";
    LocationElsewhere = 23, "location-elsewhere", Note, "A `Location` leads out of its repository; it is noted, never fetched.";
    PlaceholderUnresolved = 24, "placeholder-unresolved", Warning, "A `$text`, `$json` or `$yaml` names a file that could not be read here.";
    ListTooLong = 25, "list-too-long", Error, "A document states more relations, labels or other items than the limits allow.";
    CodeownersPattern = 26, "codeowners-pattern", Error, "A rule has a pattern that its host does not accept; the line is skipped.";
    CodeownersOwner = 27, "codeowners-owner", Error, "A rule names an owner that is neither `@user`, `@organisation/team` nor an e-mail address.";
    CodeownersNoOwner = 28, "codeowners-no-owner", Note, "A rule has no owner: what it matches belongs to nobody.";
    CodeownersShadowed = 29, "codeowners-shadowed", Warning, "A CODEOWNERS file is not read by its host, because another place comes first.";
    RepositoryUnreadable = 30, "repository-unreadable", Error, "A repository could not be opened, fetched or read.";
    RepositoryEmpty = 31, "repository-empty", Warning, "A repository has no commits.";
    BranchMissing = 32, "branch-missing", Error, "The HEAD of a repository names a branch that is not there.";
    TreeEntryRefused = 33, "tree-entry-refused", Warning, "A path in a tree is not one that a file can have, and was left out.";
    TreeLimit = 34, "tree-limit", Error, "A tree is deeper or has more entries than the limits allow.";
    ManifestsLimit = 35, "manifests-limit", Error, "A repository has more manifests than the limit allows.";
    ManifestStale = 36, "manifest-stale", Warning, "A manifest cannot be read any more; what it said before is kept and marked stale.";
    UnknownRef = 37, "unknown-ref", Warning, "A reference names an entity that no manifest declares.";
    SelfReference = 38, "self-reference", Note, "An entity names itself in a relation.";
    ContradictoryNeed = 39, "contradictory-need", Warning, "Two places state different strengths for one need; the harder one stands.";
    Secret = 40, "secret", Warning, "A value holds credentials, in a URL or as the token of a host; they were left out.";
    PathNotUtf8 = 41, "path-not-utf8", Note, "A path is not UTF-8; it is shown with replacement marks.";
    AliasConflict = 200, "alias-conflict", Warning, "Another name of an entity is that of a second entity which the same format declares; the two stay apart.";
    DuplicateRepository = 60, "duplicate-repository", Error, "Two addresses have one repository id; only the first one is visited.";
    SourceUnreadable = 70, "source-unreadable", Error, "The list of repositories of a host could not be read, or not whole; nothing that was known is dropped.";
    SourceShrunk = 71, "source-shrunk", Warning, "A host lists far fewer repositories than before; nothing that was known is dropped.";
    SourceSkipped = 72, "source-skipped", Note, "Repositories that a host lists are left out: archived ones, forks, or by name.";
    SourceAddress = 73, "source-address", Warning, "A host lists a repository under an address that is not visited.";
    TeamsUnread = 74, "teams-unread", Warning, "The teams of a host, or the members of one, could not be read; what was known of them is kept.";
    RepositoryUnlisted = 75, "repository-unlisted", Warning, "A host does not list a repository any more; what it said before is kept and is stale.";
    RepositoryMoved = 76, "repository-moved", Note, "A host lists a repository under another name than before.";
    UnknownField = 80, "unknown-field", Warning, "A part of a document has a field that its format does not know.";
    ManifestShadowed = 90, "manifest-shadowed", Warning, "A file is not read by its own tool, because another one of its format comes first.";
    ManifestMisnamed = 93, "manifest-misnamed", Warning, "A file has nearly the name under which its format is read, and is not read.";
    CodeownersUnused = 100, "codeowners-unused", Warning, "A rule matches no file of the repository.";
    CodeownersOverridden = 101, "codeowners-overridden", Warning, "Every file that a rule matches is decided by a later rule.";
    CodeownersMisspelt = 102, "codeowners-misspelt", Warning, "A file would be an ownership file but for the case of its name, which every host minds.";
    RefusedByFormat = 104, "refused-by-format", Error, "The format's own reference reader refuses the document; only said with `--strict`.";
    CodeownersDialect = 110, "codeowners-dialect", Warning, "A CODEOWNERS file, or a line of it, is written in the dialect of another host than the one that reads it.";
    CodeownersPlace = 111, "codeowners-place", Warning, "A CODEOWNERS file lies where its host does not read it; its rules count for nothing.";
    CodeownersAutoApproved = 112, "codeowners-auto-approved", Warning, "A GitLab rule ends up without an owner: what it matches counts as approved.";
    CodeownersSection = 113, "codeowners-section", Warning, "A section header of a GitLab file is none, or states what GitLab does not take.";
    CodeownersComment = 114, "codeowners-comment", Warning, "A comment stands behind a rule on a host that knows none there: who is named in it owns.";
    OwnersDialect = 115, "owners-dialect", Warning, "An OWNERS file, or a line of it, is neither in the form of Prow nor in that of Gerrit.";
    OwnersFilter = 116, "owners-filter", Error, "A filter of an OWNERS file is no regular expression that Prow takes; it is left out.";
    OwnersFiltersIgnored = 117, "owners-filters-ignored", Warning, "The filters of an OWNERS file count for nothing, because names stand beside them.";
    OwnersAlias = 118, "owners-alias", Warning, "An alias of OWNERS_ALIASES is empty, cannot be read, or stands in another alias, where it is not resolved.";
    OwnersInclude = 119, "owners-include", Warning, "An OWNERS file includes a file that is not there, lies elsewhere, or may not be read.";
    HistoryLimit = 120, "history-limit", Note, "The commits of a repository are more entangled than the limits on its history allow; what is known of them is less than all.";
    HistoryUnreadable = 121, "history-unreadable", Warning, "An earlier commit of a repository, or the tree of one, cannot be read: who works on what is known in part only.";
    AvailabilityDoubtful = 130, "availability-doubtful", Warning, "An availability is 100 percent, which cannot be kept, or so low that a share of one was likely meant.";
    DefinitionSyntax = 140, "definition-syntax", Error, "A description of an interface cannot be taken apart; nothing is known of what it describes.";
    DefinitionLimit = 141, "definition-limit", Warning, "A description of an interface is larger or more entangled than its limits allow; a part of it is not compared.";
    DefinitionReference = 142, "definition-reference", Warning, "A description of an interface refers to something that could not be read; what stands there is not compared.";
}

impl DiagnosticCode {
    /// The code with this number, as stored.
    pub fn from_number(number: u16) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| *code as u16 == number)
    }

    /// What helps against it wherever it turns up; `None` where that depends on the place, or where
    /// the message says what is expected.
    pub fn remedy(self) -> Option<&'static str> {
        Some(match self {
            Self::YamlSyntax => {
                "mend the YAML in this line or the one before: check the indentation, and quote a value that holds `: `, ` #` or a bracket"
            }
            Self::YamlLimit => "simplify the document, or raise the limit in `catalog.toml`",
            Self::NotUtf8 => "save the file as UTF-8",
            Self::DocumentNotMapping => {
                "write `key: value` pairs, beginning with `apiVersion`, `kind` and `metadata`"
            }
            Self::EmptyManifest => "declare an entity in it, or delete the file",
            Self::ManifestTooLarge => "split the file, or raise the limit in `catalog.toml`",
            Self::ManifestIsLink => "put the file itself in the place of the link",
            Self::ManifestIsPointer => "keep the file in git itself, not in Git LFS",
            Self::MergeConflict => "resolve the merge, and commit the outcome",
            Self::WrongType => "write a value of the expected type",
            Self::RefSyntax => "write `kind:namespace/name`, `kind:name` or just the name",
            Self::DuplicateEntity => "delete one of the two, or give it another name",
            Self::LocationMissing => "name a file of the repository, or leave the target out",
            Self::ListTooLong => "split the list, or raise the limit in `catalog.toml`",
            Self::CodeownersOwner => "write `@user`, `@organisation/team` or an e-mail address",
            Self::CodeownersNoOwner => "name an owner after the pattern, unless nobody is meant",
            Self::OwnersFiltersIgnored => "move the names into a filter `.*`, or the filters into folders",
            Self::OwnersDialect => {
                "write `approvers:` and `reviewers:` with lists of logins, or one address on a line"
            }
            Self::ManifestStale => "mend the file and crawl again",
            Self::UnknownRef => "declare the entity, or name one that is declared",
            Self::SourceUnreadable => {
                "check `[[source]]` in `catalog.toml` and the token that it names, and crawl again"
            }
            Self::SourceShrunk => "check that the token may still see every repository",
            Self::TeamsUnread => {
                "name a token in `token_env` that may read teams and members, or set `teams = false`"
            }
            Self::CodeownersUnused => "correct the pattern, or delete the line",
            Self::CodeownersOverridden => "move the line below those that decide in its place, or delete it",
            Self::CodeownersMisspelt => "rename the file to `CODEOWNERS`",
            _ => return None,
        })
    }

    /// The code with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_and_numbers_are_distinct() {
        let names: BTreeSet<_> = DiagnosticCode::ALL.iter().map(|code| code.name()).collect();
        let numbers: BTreeSet<_> = DiagnosticCode::ALL.iter().map(|code| *code as u16).collect();
        assert_eq!(names.len(), DiagnosticCode::ALL.len());
        assert_eq!(numbers.len(), DiagnosticCode::ALL.len());
    }
}
