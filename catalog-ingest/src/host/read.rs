//! One source, asked once.

use std::collections::BTreeMap;

use catalog_core::model::{
    Diagnostic, DiagnosticCode, Manifest, RepositoryDeclarations, RepositoryHead, RepositoryId,
    RepositoryStatus, Severity, Timestamp, Visit, grouped,
};

use super::{
    HostClock, HostKind, HostSource, Token,
    client::HostClient,
    declare::{MEMBERS_PATH, PeopledTeam, TEAMS_PATH, declare, manifest},
    encoded::encoded,
    error::HostError,
    gitea::Gitea,
    github::Github,
    gitlab::Gitlab,
    known_list::KnownList,
    listed::{Host, ListedRepository},
    source::{Skipped, authority_of},
};
use crate::{
    assemble::{keep_unread, tombstones},
    crawl::{Known, says_the_same},
    limits::HostLimits,
    repository::{RemoteUrl, RepositoryAddress, content_id},
};

/// Raised whenever the same answers would be read as something else than before.
const READER_VERSION: u64 = 1;
/// How many refused addresses are told one by one.
const ADDRESSES_MAX: usize = 20;

/// What a host is told of who asks.
#[derive(Clone, Debug)]
pub enum HostAccess {
    /// Nothing; teams are then not asked for.
    Anonymous,
    /// A token.
    Token(Token),
    /// A token was to be in this environment variable, and is not.
    TokenMissing {
        /// The name of the variable.
        variable: String,
    },
}

/// How a source is asked.
pub struct HostOptions<'a> {
    /// The bounds.
    pub limits: &'a HostLimits,
    /// The time, and the passing of it.
    pub clock: &'a dyn HostClock,
    /// The time of the crawl: the visit has this time.
    pub now: Timestamp,
}

/// What a source gave.
#[derive(Debug)]
pub struct SourceReading {
    /// What is to be kept of the source itself: teams, members, and the list of its repositories.
    pub visit: Visit,
    /// The repositories to crawl, each once, with a login where a token is known. Where the list broke off,
    /// those that were known before are among them.
    pub repositories: Vec<RemoteUrl>,
    /// That the host does not list these any more: what they said is kept, and is stale. Of no meaning
    /// for those that are crawled for another reason.
    pub unlisted: Vec<Visit>,
    /// Whether the list could be read to its end.
    pub is_whole: bool,
}

/// Asks a host for the repositories, teams and members of one source.
///
/// Nothing that a host answers ends the crawl: what goes wrong is a [`Visit::Unreadable`] or a
/// diagnostic, and what was known before stays.
pub fn read_source(
    source: &HostSource,
    access: &HostAccess,
    known: &dyn Known,
    options: &HostOptions<'_>,
) -> SourceReading {
    let head = known.head(source.id());
    let previous = head.and_then(|_| known.declarations(source.id()));
    let token = match access {
        HostAccess::Anonymous => None,
        HostAccess::Token(token) => Some(token),
        HostAccess::TokenMissing { variable } => {
            let message = format!(
                "the token of `{}` is missing: the environment variable `{variable}` is not set, or holds no token",
                source.id()
            );
            return SourceReading {
                visit: unreadable(source, message, options.now),
                repositories: Vec::new(),
                unlisted: Vec::new(),
                is_whole: false,
            };
        }
    };
    let client = HostClient::new(source.subject(), token, options.limits, options.clock);
    let host: &dyn Host = match source.kind {
        HostKind::Github => &Github,
        HostKind::Gitlab => &Gitlab,
        HostKind::Gitea => &Gitea,
    };
    let before = previous.as_ref().map_or(&[][..], |previous| &previous.manifests);
    Asking { source, token, host, client, known, options, before, listing: Listing::default() }
        .read(previous.as_ref())
}

struct Asking<'a> {
    source: &'a HostSource,
    token: Option<&'a Token>,
    host: &'a dyn Host,
    client: HostClient<'a>,
    known: &'a dyn Known,
    options: &'a HostOptions<'a>,
    /// What the visit before left.
    before: &'a [Manifest],
    listing: Listing,
}

/// What the list of repositories comes to.
#[derive(Default)]
struct Listing {
    /// By id, so that a repository that two pages list is crawled once.
    wanted: BTreeMap<RepositoryId, RemoteUrl>,
    known_list: KnownList,
    skipped: BTreeMap<Skipped, usize>,
    diagnostics: Vec<Diagnostic>,
    addresses_refused: usize,
}

impl Asking<'_> {
    fn read(mut self, previous: Option<&RepositoryDeclarations>) -> SourceReading {
        let mut listed = Vec::new();
        let outcome = self.host.repositories(&mut self.client, &mut |repository| listed.push(repository));
        let is_some = !listed.is_empty();
        listed.into_iter().for_each(|repository| self.take(&repository));
        match outcome {
            Ok(is_organisation) => self.whole(previous, is_organisation),
            Err(error) => self.broken(&error, is_some),
        }
    }

    /// Takes one repository of the list.
    fn take(&mut self, repository: &ListedRepository) {
        let url = match clone_url(self.source, &repository.clone_url, self.token) {
            Ok(url) => url,
            Err(reason) => return self.refuse(&repository.name, &reason),
        };
        let Some(id) = RepositoryAddress::Remote(url.clone()).id() else {
            return self.refuse(&repository.name, "its address names no repository");
        };
        self.listing.known_list.note(&id, repository.number);
        match self.source.skips(repository) {
            Some(reason) => *self.listing.skipped.entry(reason).or_default() += 1,
            None => {
                self.listing.wanted.insert(id, url);
            }
        }
    }

    fn refuse(&mut self, name: &str, reason: &str) {
        self.listing.addresses_refused += 1;
        if self.listing.addresses_refused <= ADDRESSES_MAX {
            let name: String =
                name.chars().take(100).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
            let message = format!("the repository `{name}` is not visited: {reason}");
            self.listing.diagnostics.push(Diagnostic::new(DiagnosticCode::SourceAddress, message));
        }
    }

    /// The list broke off: whatever is known stays as it is, and what was listed so far is read.
    fn broken(mut self, error: &HostError, was_alive: bool) -> SourceReading {
        let message = format!(
            "the repositories of `{}` could not be listed{}: {error}; nothing that was known is dropped",
            self.source.id(),
            if was_alive { " to the end" } else { "" },
        );
        if was_alive {
            // The host answers, so what it did not come to say need not wait for the next crawl.
            for id in KnownList::of(self.before).listed() {
                let Some(id) = RepositoryId::new(id) else { continue };
                let address = self.known.head(&id).map(|head| head.address);
                if let Some(address) = address
                    && let Ok(url) = clone_url(self.source, &address, self.token)
                {
                    self.listing.wanted.entry(id).or_insert(url);
                }
            }
        }
        SourceReading {
            visit: unreadable(self.source, message, self.options.now),
            repositories: self.listing.wanted.into_values().collect(),
            unlisted: Vec::new(),
            is_whole: false,
        }
    }

    fn whole(mut self, previous: Option<&RepositoryDeclarations>, is_organisation: bool) -> SourceReading {
        let compared = self.listing.known_list.compare(&KnownList::of(self.before));
        let mut diagnostics = compared.diagnostics;
        diagnostics.append(&mut self.listing.diagnostics);
        diagnostics.extend(self.summary());
        let unlisted = compared.unlisted.iter().filter_map(|(id, new_id)| {
            let head = self.known.head(&RepositoryId::new(id)?)?;
            head.status.is_read().then(|| unlisted(self.source, head, new_id.as_deref(), self.options.now))
        });
        let unlisted = unlisted.collect();
        let mut manifests = self.teams(is_organisation, &mut diagnostics);
        manifests.push(std::mem::take(&mut self.listing.known_list).into_manifest());
        manifests.sort_by(|left, right| left.path.cmp(&right.path));
        let tombstones = tombstones(&manifests, previous, None, self.options.now);
        let declarations = RepositoryDeclarations {
            head: RepositoryHead {
                id: self.source.id().clone(),
                address: self.source.address().into(),
                commit: None,
                committed_at: None,
                observed_at: Some(self.options.now),
                status: RepositoryStatus::Read,
                reader: READER_VERSION,
            },
            manifests,
            diagnostics,
            tombstones,
            history: None,
        };
        let visit = if previous.is_some_and(|previous| says_the_same(previous, &declarations)) {
            Visit::Unchanged { id: self.source.id().clone(), observed_at: self.options.now }
        } else {
            Visit::Read(Box::new(declarations))
        };
        let repositories = self.listing.wanted.into_values().collect();
        SourceReading { visit, repositories, unlisted, is_whole: true }
    }

    /// Remarks on what is left out of the crawl.
    fn summary(&self) -> Vec<Diagnostic> {
        let mut diagnostics = Vec::new();
        if let Some(more) = self.listing.addresses_refused.checked_sub(ADDRESSES_MAX).filter(|more| *more > 0)
        {
            let message = format!("{} more repositories are not visited for such reasons", grouped(more));
            diagnostics.push(Diagnostic::new(DiagnosticCode::SourceAddress, message));
        }
        if !self.listing.skipped.is_empty() {
            let counts: Vec<String> = self
                .listing
                .skipped
                .iter()
                .map(|(reason, count)| format!("{} {}", grouped(*count as u64), reason.words()))
                .collect();
            let message = format!("repositories are left out: {}", counts.join(", "));
            diagnostics.push(Diagnostic::new(DiagnosticCode::SourceSkipped, message));
        }
        diagnostics
    }

    /// The manifests of teams and members. There is always one of teams, by which the catalog tells that
    /// this is no repository.
    fn teams(&mut self, is_organisation: bool, diagnostics: &mut Vec<Diagnostic>) -> Vec<Manifest> {
        let had_teams = self.before.iter().any(|old| &*old.path == TEAMS_PATH && !old.documents.is_empty());
        if !self.source.teams || !(is_organisation || had_teams) {
            return vec![manifest(TEAMS_PATH, content_id(b""))];
        }
        let unread = if !is_organisation {
            let message = "the host shows no organisation of this name any more, only a user".to_owned();
            Diagnostic::new(DiagnosticCode::TeamsUnread, message)
        } else if self.token.is_some() {
            match self.host.teams(&mut self.client) {
                Ok(teams) => {
                    let teams = self.peopled(teams);
                    return declare(self.source, teams, self.before, self.options.now).into();
                }
                Err(error) => {
                    let message = format!("the teams of `{}` could not be read: {error}", self.source.id());
                    Diagnostic::new(DiagnosticCode::TeamsUnread, message)
                }
            }
        } else {
            let message = "teams and members are not read, since hosts show them to nobody without a token";
            let mut note = Diagnostic::new(DiagnosticCode::TeamsUnread, message);
            note.severity = Severity::Note;
            note
        };
        diagnostics.push(unread);
        let kept = self.before.iter().filter(|old| [TEAMS_PATH, MEMBERS_PATH].contains(&&*old.path));
        let kept: Vec<Manifest> = kept.map(|old| keep_unread(old, None, self.options.now)).collect();
        if kept.is_empty() { vec![manifest(TEAMS_PATH, content_id(b""))] } else { kept }
    }

    /// Everybody in each team. Once the host wants to be left alone, nothing more is asked.
    fn peopled(&mut self, teams: Vec<super::listed::ListedTeam>) -> Vec<PeopledTeam> {
        let mut ended: Option<HostError> = None;
        let mut peopled = Vec::with_capacity(teams.len());
        for team in teams {
            let members = match &ended {
                Some(error) => Err(error.clone()),
                None => self.host.members(&mut self.client, &team),
            };
            if let Err(error) = &members
                && error.ends_all()
            {
                ended = Some(error.clone());
            }
            peopled.push((team, members));
        }
        peopled
    }
}

/// Where a repository is fetched from, with the token as a login. Only addresses of the source's own host
/// are: a list leads nowhere else, neither to this machine's files nor to its network.
fn clone_url(source: &HostSource, address: &str, token: Option<&Token>) -> Result<RemoteUrl, String> {
    let url = RemoteUrl::parse(address).map_err(|error| error.to_string())?;
    let shown = url.to_string();
    let (scheme, rest) = shown.split_once("://").unwrap_or(("ssh", &shown));
    let is_web = matches!(scheme, "https" | "http");
    if !is_web || authority_of(&shown) != source.clone_host {
        return Err(format!(
            "its address is on another host or of another kind, expected `https://{}/…`; name the host in `clone_host`",
            source.clone_host
        ));
    }
    let Some(token) = token else {
        // A login that a host writes into its list is none of ours.
        return RemoteUrl::parse(&shown).map_err(|error| error.to_string());
    };
    let user = if source.kind == HostKind::Github { "x-access-token" } else { "oauth2" };
    RemoteUrl::parse(&format!("{scheme}://{user}:{}@{rest}", encoded(token.secret())))
        .map_err(|error| error.to_string())
}

/// The address of one repository of a source as it is fetched: with the token as a login. `None` where the
/// repository is none of the source's, or lies elsewhere than its host says.
pub fn address_with_login(
    source: &HostSource,
    access: &HostAccess,
    id: &RepositoryId,
    address: &RemoteUrl,
) -> Option<RemoteUrl> {
    let HostAccess::Token(token) = access else { return None };
    let below = id.as_str().strip_prefix(source.id().as_str())?;
    below.starts_with('/').then(|| clone_url(source, &address.to_string(), Some(token)).ok())?
}

fn unreadable(source: &HostSource, message: String, now: Timestamp) -> Visit {
    Visit::Unreadable {
        id: source.id().clone(),
        address: source.address().into(),
        observed_at: now,
        diagnostic: Diagnostic::new(DiagnosticCode::SourceUnreadable, message),
    }
}

fn unlisted(source: &HostSource, head: RepositoryHead, new_id: Option<&str>, now: Timestamp) -> Visit {
    let why = match new_id {
        Some(new_id) => format!("it is called `{new_id}` there now"),
        None => format!("it is deleted or renamed, or the token of `{}` may not see it", source.id()),
    };
    let message =
        format!("the host does not list the repository any more: {why}; what it said before is kept");
    Visit::Unreadable {
        diagnostic: Diagnostic::new(DiagnosticCode::RepositoryUnlisted, message),
        id: head.id,
        address: head.address,
        observed_at: now,
    }
}
