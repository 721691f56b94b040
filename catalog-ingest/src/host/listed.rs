//! What hosts list, in one form for all of them.

use super::{client::HostClient, error::HostError};

/// A repository as a host lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ListedRepository {
    /// The host's own number of it, which stays when it is renamed.
    pub(super) number: u64,
    /// Its name, below a group of GitLab with the path from there, as in `core/ledger`.
    pub(super) name: String,
    /// Where the host says that it is cloned from.
    pub(super) clone_url: String,
    pub(super) default_branch: Option<String>,
    pub(super) archived: bool,
    pub(super) fork: bool,
}

/// A team as a host lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ListedTeam {
    /// The path of its members, below the base of the interface.
    pub(super) members_path: String,
    /// What its group is called in the catalog.
    pub(super) name: String,
    /// What ownership files call it: `organisation/team`, or the full path of a group.
    pub(super) slug: String,
    pub(super) title: Option<String>,
    pub(super) description: Option<String>,
    /// The `slug` of the team that it lies below.
    pub(super) parent: Option<String>,
}

/// A person as a host lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ListedPerson {
    pub(super) login: String,
    pub(super) title: Option<String>,
    pub(super) email: Option<String>,
}

/// What one kind of host has to be asked for, and how.
pub(super) trait Host {
    /// Hands on every repository, page by page; those before a failure count.
    ///
    /// Gives whether the name is an organisation's, so that there are teams.
    fn repositories(
        &self,
        client: &mut HostClient<'_>,
        take: &mut dyn FnMut(ListedRepository),
    ) -> Result<bool, HostError>;

    /// Every team.
    fn teams(&self, client: &mut HostClient<'_>) -> Result<Vec<ListedTeam>, HostError>;

    /// Everybody in a team.
    fn members(&self, client: &mut HostClient<'_>, team: &ListedTeam)
    -> Result<Vec<ListedPerson>, HostError>;
}

/// A text that says something.
pub(super) fn filled(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.trim().is_empty())
}
