//! GitHub's REST interface, version 2022-11-28.

use serde::Deserialize;

use super::{
    client::HostClient,
    error::HostError,
    listed::{Host, ListedPerson, ListedRepository, ListedTeam, filled},
    paging::{ItemsMax, Paging},
};

pub(super) struct Github;

#[derive(Deserialize)]
struct RepositoryBody {
    id: u64,
    name: String,
    clone_url: Option<String>,
    default_branch: Option<String>,
    archived: Option<bool>,
    fork: Option<bool>,
}

#[derive(Deserialize)]
struct TeamBody {
    slug: String,
    name: Option<String>,
    description: Option<String>,
    parent: Option<ParentBody>,
}

#[derive(Deserialize)]
struct ParentBody {
    slug: String,
}

#[derive(Deserialize)]
struct UserBody {
    login: String,
}

impl Host for Github {
    fn repositories(
        &self,
        client: &mut HostClient<'_>,
        take: &mut dyn FnMut(ListedRepository),
    ) -> Result<bool, HostError> {
        let name = encoded(&client.source().name);
        let limits = client.limits();
        let max =
            ItemsMax { name: "host.repositories_max", what: "repositories", value: limits.repositories_max };
        let mut take = |body: RepositoryBody| {
            take(ListedRepository {
                number: body.id,
                clone_url: body.clone_url.unwrap_or_default(),
                default_branch: filled(body.default_branch),
                archived: body.archived.unwrap_or(false),
                fork: body.fork.unwrap_or(false),
                name: body.name,
            });
        };
        // In the order of their making: what is made meanwhile comes at the end and moves nothing.
        let order = "per_page=100&sort=created&direction=asc";
        let path = format!("/orgs/{name}/repos?type=all&{order}");
        match client.list(&path, Paging::Link, max, &mut take) {
            Err(HostError::NotFound) => {
                let path = format!("/users/{name}/repos?type=owner&{order}");
                client.list(&path, Paging::Link, max, &mut take).map(|()| false)
            }
            outcome => outcome.map(|()| true),
        }
    }

    fn teams(&self, client: &mut HostClient<'_>) -> Result<Vec<ListedTeam>, HostError> {
        let name = &client.source().name;
        let max = ItemsMax { name: "host.teams_max", what: "teams", value: client.limits().teams_max };
        let mut teams = Vec::new();
        let path = format!("/orgs/{}/teams?per_page=100", encoded(name));
        client.list(&path, Paging::Link, max, &mut |body: TeamBody| {
            teams.push(ListedTeam {
                members_path: format!(
                    "/orgs/{}/teams/{}/members?per_page=100",
                    encoded(name),
                    encoded(&body.slug)
                ),
                slug: format!("{name}/{}", body.slug),
                title: filled(body.name),
                description: filled(body.description),
                parent: body.parent.map(|parent| format!("{name}/{}", parent.slug)),
                name: body.slug,
            });
        })?;
        Ok(teams)
    }

    fn members(
        &self,
        client: &mut HostClient<'_>,
        team: &ListedTeam,
    ) -> Result<Vec<ListedPerson>, HostError> {
        let max = ItemsMax { name: "host.members_max", what: "members", value: client.limits().members_max };
        let mut members = Vec::new();
        client.list(&team.members_path, Paging::Link, max, &mut |body: UserBody| {
            members.push(ListedPerson { login: body.login, title: None, email: None });
        })?;
        Ok(members)
    }
}

/// A text as one part of a path: everything but letters, digits, `-`, `_` and `.` as `%xx`.
pub(super) fn encoded(text: &str) -> String {
    use std::fmt::Write as _;
    let mut path = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.') {
            path.push(char::from(byte));
        } else {
            let _infallible = write!(path, "%{byte:02X}");
        }
    }
    path
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_name_stays_one_part_of_a_path() {
        assert_eq!(super::encoded("a/../b?c ü"), "a%2F..%2Fb%3Fc%20%C3%BC");
    }
}
