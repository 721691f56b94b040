//! Which host, which organisation, and what of it.

use std::fmt;

use catalog_core::model::RepositoryId;
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use super::{SourceError, client::Subject, listed::ListedRepository};
use crate::repository::RemoteUrl;

/// The most characters of a pattern on names.
const PATTERN_CHARS_MAX: usize = 256;
/// The public hosts.
const GITHUB_URL: &str = "https://api.github.com";
const GITLAB_URL: &str = "https://gitlab.com";

/// What software a host runs, which decides how it is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HostKind {
    /// GitHub, its Enterprise Server, and what speaks the same REST interface.
    Github,
    /// GitLab, public or one's own.
    Gitlab,
    /// Gitea or Forgejo.
    Gitea,
}

/// What the settings say of a source.
#[derive(Clone, Debug)]
pub struct SourceDescription {
    /// The software of the host.
    pub kind: HostKind,
    /// An organisation or a user; with GitLab a group, as in `acme/platform`.
    pub name: String,
    /// The host's address, with or without the path of its REST interface; the public one where left out.
    pub url: Option<String>,
    /// The host that repositories are cloned from, where it is another one.
    pub clone_host: Option<String>,
    /// Whether archived repositories are crawled.
    pub archived: bool,
    /// Whether forks are crawled.
    pub forks: bool,
    /// Patterns on names, of which one must match; all names where empty.
    pub include: Vec<String>,
    /// Patterns on names, of which none may match.
    pub exclude: Vec<String>,
    /// Whether teams and their members are read.
    pub teams: bool,
    /// The namespace of the groups.
    pub namespace: String,
}

/// An organisation of a host, as a source of repositories, teams and members.
#[derive(Clone)]
pub struct HostSource {
    pub(super) kind: HostKind,
    pub(super) name: String,
    /// Scheme, host, port and path of the interface, without a `/` at the end.
    pub(super) base: String,
    /// Host and port that repositories are cloned from.
    pub(super) clone_host: String,
    pub(super) teams: bool,
    pub(super) namespace: String,
    id: RepositoryId,
    archived: bool,
    forks: bool,
    include: Option<GlobSet>,
    exclude: GlobSet,
}

/// Why a repository of a source is not crawled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Skipped {
    Archived,
    Fork,
    ByName,
}

impl HostSource {
    /// Takes a description.
    ///
    /// # Errors
    ///
    /// The name, the URL, a pattern or the namespace is not one.
    pub fn new(description: SourceDescription) -> Result<Self, SourceError> {
        let SourceDescription { kind, name, namespace, .. } = description;
        check_name(kind, &name)?;
        // Namespaces that entities of other manifests can name, too.
        let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        if namespace.is_empty() || !namespace.chars().all(is_plain) {
            return Err(SourceError::Namespace(namespace));
        }
        let base = match (&description.url, kind) {
            (Some(url), _) => base_of(url, kind)?,
            (None, HostKind::Github) => base_of(GITHUB_URL, kind)?,
            (None, HostKind::Gitlab) => base_of(GITLAB_URL, kind)?,
            (None, HostKind::Gitea) => return Err(SourceError::UrlMissing),
        };
        let authority = authority_of(&base);
        // The interface of GitHub's cloud has a host of its own, beside that of the repositories.
        let web_host = match kind {
            HostKind::Github => authority.strip_prefix("api.").unwrap_or(authority),
            HostKind::Gitlab | HostKind::Gitea => authority,
        };
        let clone_host = description.clone_host.as_deref().unwrap_or(web_host).to_ascii_lowercase();
        if RemoteUrl::parse(&format!("https://{clone_host}/x")).is_err() || clone_host.contains(['/', '@']) {
            let reason = "expected a host, as in `git.example.com`".to_owned();
            return Err(SourceError::Url { key: "`clone_host`", reason });
        }
        let id = RepositoryId::new(&format!("{web_host}/{name}")).ok_or_else(|| wrong_name(kind, &name))?;
        let include = Some(&description.include).filter(|patterns| !patterns.is_empty());
        Ok(Self {
            kind,
            id,
            clone_host,
            teams: description.teams,
            namespace: namespace.to_ascii_lowercase(),
            archived: description.archived,
            forks: description.forks,
            include: include.map(|patterns| globs(patterns)).transpose()?,
            exclude: globs(&description.exclude)?,
            base,
            name,
        })
    }

    /// The id under which the catalog keeps what the host says of it, as in `github.com/acme`.
    pub fn id(&self) -> &RepositoryId {
        &self.id
    }

    /// Whether a person means this source by a word: its name or its id.
    pub fn is_called(&self, word: &str) -> bool {
        word.eq_ignore_ascii_case(&self.name) || word.eq_ignore_ascii_case(self.id.as_str())
    }

    /// The page of it that people look at.
    pub(super) fn address(&self) -> String {
        let scheme = self.base.split("://").next().unwrap_or("https");
        format!("{scheme}://{}", self.id)
    }

    /// What a client asks about.
    pub(super) fn subject(&self) -> Subject<'_> {
        Subject { kind: self.kind, base: &self.base, name: &self.name, id: self.id.as_str() }
    }

    /// Why a repository is not crawled, if it is not.
    pub(super) fn skips(&self, repository: &ListedRepository) -> Option<Skipped> {
        let last = repository.name.rsplit('/').next().unwrap_or_default();
        let matches = |set: &GlobSet| set.is_match(&repository.name) || set.is_match(last);
        if matches(&self.exclude) || self.include.as_ref().is_some_and(|include| !matches(include)) {
            return Some(Skipped::ByName);
        }
        if repository.archived && !self.archived {
            return Some(Skipped::Archived);
        }
        (repository.fork && !self.forks).then_some(Skipped::Fork)
    }
}

impl fmt::Debug for HostSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {}", self.kind, self.id)
    }
}

impl Skipped {
    /// The reason in the words of a message, after a number.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Archived => "archived",
            Self::Fork => "of forks",
            Self::ByName => "by their names",
        }
    }
}

fn wrong_name(kind: HostKind, name: &str) -> SourceError {
    let (what, example) = match kind {
        HostKind::Github => ("an organisation or a user", "`acme`"),
        HostKind::Gitlab => ("a group", "`acme` or `acme/platform`"),
        HostKind::Gitea => ("an organisation or a user", "`acme`"),
    };
    SourceError::Name { name: name.to_owned(), what, example }
}

fn check_name(kind: HostKind, name: &str) -> Result<(), SourceError> {
    let is_good = |part: &str| {
        !part.is_empty()
            && !part.starts_with(['.', '-'])
            && part.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'))
    };
    let parts_max = if kind == HostKind::Gitlab { 20 } else { 1 };
    let is_good = name.len() <= 512 && name.split('/').count() <= parts_max && name.split('/').all(is_good);
    is_good.then_some(()).ok_or_else(|| wrong_name(kind, name))
}

/// The base of the REST interface, whether or not the URL has its path.
pub(super) fn base_of(url: &str, kind: HostKind) -> Result<String, SourceError> {
    let refuse = |reason: String| SourceError::Url { key: "`url`", reason };
    let url = url.trim_end_matches('/');
    // An address of a repository below it must be one that is visited: https, or http to this machine.
    let checked = RemoteUrl::parse(&format!("{url}/x")).map_err(|error| refuse(error.to_string()))?;
    if url.contains('@') {
        return Err(refuse("it holds a login; name the variable of a token in `token_env`".to_owned()));
    }
    let shown = checked.to_string();
    let base = shown.strip_suffix("/x").filter(|base| base.starts_with("http"));
    let base = base.ok_or_else(|| refuse("expected `https://` and a host".to_owned()))?;
    let interface = match kind {
        HostKind::Github if authority_of(base).starts_with("api.") => "",
        HostKind::Github => "/api/v3",
        HostKind::Gitlab => "/api/v4",
        HostKind::Gitea => "/api/v1",
    };
    Ok(if base.ends_with(interface) { base.to_owned() } else { format!("{base}{interface}") })
}

/// Whether the host of a URL is this machine itself, by the name that is written there.
pub(super) fn is_loopback(url: &str) -> bool {
    let authority = authority_of(url);
    ["localhost", "127.0.0.1", "[::1]"]
        .iter()
        .any(|name| authority.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with(':')))
}

/// Host and port of a URL.
pub(super) fn authority_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split('/').next().unwrap_or_default()
}

fn globs(patterns: &[String]) -> Result<GlobSet, SourceError> {
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        let refuse = |reason: String| SourceError::Pattern { pattern: pattern.clone(), reason };
        if pattern.is_empty() || pattern.chars().count() > PATTERN_CHARS_MAX {
            return Err(refuse(format!("expected 1 to {PATTERN_CHARS_MAX} characters")));
        }
        let glob = GlobBuilder::new(pattern).literal_separator(true).case_insensitive(true).build();
        set.add(glob.map_err(|error| refuse(error.kind().to_string()))?);
    }
    set.build().map_err(|error| SourceError::Pattern {
        pattern: patterns.join(", "),
        reason: error.kind().to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn described(kind: HostKind, name: &str, url: Option<&str>) -> SourceDescription {
        SourceDescription {
            kind,
            name: name.to_owned(),
            url: url.map(str::to_owned),
            clone_host: None,
            archived: false,
            forks: false,
            include: Vec::new(),
            exclude: Vec::new(),
            teams: true,
            namespace: "default".to_owned(),
        }
    }

    fn check(kind: HostKind, name: &str, url: Option<&str>, expected: [&str; 3]) {
        let source = HostSource::new(described(kind, name, url)).expect("the source is taken");
        assert_eq!([source.base.as_str(), source.clone_host.as_str(), source.id.as_str()], expected);
    }

    #[test]
    fn hosts_are_found_with_and_without_the_path_of_their_interface() {
        use HostKind::{Gitea, Github, Gitlab};
        check(Github, "acme", None, ["https://api.github.com", "github.com", "github.com/acme"]);
        let enterprise = ["https://gh.acme.org/api/v3", "gh.acme.org", "gh.acme.org/acme"];
        check(Github, "acme", Some("https://gh.acme.org/api/v3/"), enterprise);
        check(Github, "acme", Some("https://gh.acme.org"), enterprise);
        let cloud = ["https://api.acme.ghe.com", "acme.ghe.com", "acme.ghe.com/acme"];
        check(Github, "acme", Some("https://api.acme.ghe.com"), cloud);
        check(Gitlab, "a/b", None, ["https://gitlab.com/api/v4", "gitlab.com", "gitlab.com/a/b"]);
        let own = ["https://h.org:8443/git/api/v4", "h.org:8443", "h.org:8443/acme"];
        check(Gitlab, "acme", Some("https://H.org:8443/git"), own);
        check(Gitea, "acme", Some("https://h.org"), ["https://h.org/api/v1", "h.org", "h.org/acme"]);
        let loopback = ["http://127.0.0.1:3000/api/v1", "127.0.0.1:3000", "127.0.0.1:3000/acme"];
        check(Gitea, "acme", Some("http://127.0.0.1:3000"), loopback);
    }

    #[test]
    fn what_is_no_host_or_no_name_is_refused() {
        for url in [
            "http://git.example.com",
            "https://me:secret@git.example.com",
            "https://169.254.169.254",
            "https://2130706433",
            "https://[::ffff:169.254.169.254]",
            "file:///etc",
            "ssh://git.example.com",
            "git.example.com",
            "https://h.org/?token=secret",
            "https://h.org/a/../b",
            "",
        ] {
            let error = HostSource::new(described(HostKind::Gitea, "acme", Some(url))).expect_err(url);
            assert!(!error.to_string().contains("secret"), "{error}");
        }
        for name in ["", "a/b", "..", "a b", "a?b", "a\nb", "-a", "a%2fb", "a#"] {
            assert!(HostSource::new(described(HostKind::Github, name, None)).is_err(), "{name}");
        }
        for name in ["/a", "a//b", "a/../b"] {
            assert!(HostSource::new(described(HostKind::Gitlab, name, None)).is_err(), "{name}");
        }
        assert_eq!(
            HostSource::new(described(HostKind::Gitea, "acme", None)).map(|_| ()),
            Err(SourceError::UrlMissing)
        );
    }

    #[test]
    fn only_this_machine_by_name_is_this_machine() {
        for (url, expected) in
            [("http://127.0.0.1:9", true), ("https://localhost", true), ("https://localhost.evil.org", false)]
        {
            let source = HostSource::new(described(HostKind::Gitea, "a", Some(url))).expect("taken");
            assert_eq!(is_loopback(&source.base), expected, "{url}");
        }
    }

    #[test]
    fn patterns_choose_by_name_and_by_path() {
        let mut description = described(HostKind::Gitlab, "acme", None);
        description.include = vec!["service-*".to_owned(), "core/*".to_owned()];
        description.exclude = vec!["*-{old,dead}".to_owned()];
        let source = HostSource::new(description).expect("the source is taken");
        let skipped = |name: &str| {
            source.skips(&ListedRepository {
                number: 1,
                name: name.to_owned(),
                clone_url: String::new(),
                default_branch: None,
                archived: false,
                fork: false,
            })
        };
        assert_eq!(["service-a", "x/Service-b", "core/ledger"].map(skipped), [None; 3]);
        assert_eq!(["web", "service-old", "core/x-dead"].map(skipped), [Some(Skipped::ByName); 3]);
        let mut wrong = described(HostKind::Gitlab, "acme", None);
        wrong.include = vec!["[a".to_owned()];
        assert!(HostSource::new(wrong).is_err());
    }
}
