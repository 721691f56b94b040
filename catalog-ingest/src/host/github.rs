//! GitHub's REST interface, version 2022-11-28.

use serde::Deserialize;

use super::{
    client::HostClient,
    encoded::encoded,
    error::HostError,
    listed::{Host, ListedPerson, ListedRepository, ListedTeam, filled},
    paging::{ItemsMax, Paging},
    repository_body::RepositoryBody,
};

pub(super) struct Github;

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
        let name = encoded(client.subject().name);
        let limits = client.limits();
        let max =
            ItemsMax { name: "host.repositories_max", what: "repositories", value: limits.repositories_max };
        let mut take = |body: RepositoryBody| take(body.into());
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
        let name = client.subject().name;
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
