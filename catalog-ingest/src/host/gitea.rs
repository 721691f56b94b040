//! The REST interface of Gitea and Forgejo, version 1.
//!
//! Lists of teams and members carry `X-Total-Count` and no `Link`, so pages are counted.

use serde::Deserialize;

use super::{
    client::HostClient,
    encoded::encoded,
    error::HostError,
    listed::{Host, ListedPerson, ListedRepository, ListedTeam, filled},
    paging::{ItemsMax, Paging},
    repository_body::RepositoryBody,
};

/// A server gives at most 50 items a page unless it is set up otherwise.
const PAGES: Paging = Paging::Numbers { size: 50 };

pub(super) struct Gitea;

#[derive(Deserialize)]
struct TeamBody {
    id: u64,
    name: String,
    description: Option<String>,
}

#[derive(Deserialize)]
struct UserBody {
    login: String,
    full_name: Option<String>,
    email: Option<String>,
}

impl Host for Gitea {
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
        match client.list(&format!("/orgs/{name}/repos?limit=50"), PAGES, max, &mut take) {
            Err(HostError::NotFound) => {
                let path = format!("/users/{name}/repos?limit=50");
                client.list(&path, PAGES, max, &mut take).map(|()| false)
            }
            outcome => outcome.map(|()| true),
        }
    }

    fn teams(&self, client: &mut HostClient<'_>) -> Result<Vec<ListedTeam>, HostError> {
        let name = client.subject().name;
        let max = ItemsMax { name: "host.teams_max", what: "teams", value: client.limits().teams_max };
        let mut teams = Vec::new();
        client.list(
            &format!("/orgs/{}/teams?limit=50", encoded(name)),
            PAGES,
            max,
            &mut |body: TeamBody| {
                teams.push(ListedTeam {
                    members_path: format!("/teams/{}/members?limit=50", body.id),
                    slug: format!("{name}/{}", body.name),
                    title: None,
                    description: filled(body.description),
                    parent: None,
                    name: body.name,
                });
            },
        )?;
        Ok(teams)
    }

    fn members(
        &self,
        client: &mut HostClient<'_>,
        team: &ListedTeam,
    ) -> Result<Vec<ListedPerson>, HostError> {
        let max = ItemsMax { name: "host.members_max", what: "members", value: client.limits().members_max };
        let mut members = Vec::new();
        client.list(&team.members_path, PAGES, max, &mut |body: UserBody| {
            // Whoever hides the address has one under `noreply.` in its place, which reaches nobody.
            let email = filled(body.email).filter(|email| !email.contains("@noreply."));
            members.push(ListedPerson { login: body.login, title: filled(body.full_name), email });
        })?;
        Ok(members)
    }
}
