//! GitLab's REST interface, version 4. A group's teams are the group itself and all groups below it.

use serde::{Deserialize, de::IgnoredAny};

use super::{
    client::HostClient,
    encoded::encoded,
    error::HostError,
    listed::{Host, ListedPerson, ListedRepository, ListedTeam, filled},
    paging::{ItemsMax, Paging},
};

const PAGES: Paging = Paging::Numbers { size: 100 };

pub(super) struct Gitlab;

#[derive(Deserialize)]
struct ProjectBody {
    id: u64,
    path: String,
    path_with_namespace: Option<String>,
    http_url_to_repo: Option<String>,
    default_branch: Option<String>,
    archived: Option<bool>,
    forked_from_project: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct GroupBody {
    id: u64,
    name: Option<String>,
    full_path: String,
    description: Option<String>,
}

#[derive(Deserialize)]
struct MemberBody {
    username: String,
    name: Option<String>,
    email: Option<String>,
    state: Option<String>,
}

impl Host for Gitlab {
    fn repositories(
        &self,
        client: &mut HostClient<'_>,
        take: &mut dyn FnMut(ListedRepository),
    ) -> Result<bool, HostError> {
        let name = client.subject().name;
        let limits = client.limits();
        let max =
            ItemsMax { name: "host.repositories_max", what: "repositories", value: limits.repositories_max };
        let mut take = |body: ProjectBody| {
            let below = body.path_with_namespace.as_deref().and_then(|path| below(path, name));
            take(ListedRepository {
                number: body.id,
                clone_url: body.http_url_to_repo.unwrap_or_default(),
                default_branch: filled(body.default_branch),
                archived: body.archived.unwrap_or(false),
                fork: body.forked_from_project.is_some(),
                name: below.map_or(body.path, str::to_owned),
            });
        };
        let order = "per_page=100&order_by=id&sort=asc";
        let path =
            format!("/groups/{}/projects?include_subgroups=true&with_shared=false&{order}", encoded(name));
        match client.list(&path, PAGES, max, &mut take) {
            Err(HostError::NotFound) if !name.contains('/') => {
                let path = format!("/users/{}/projects?{order}", encoded(name));
                client.list(&path, PAGES, max, &mut take).map(|()| false)
            }
            outcome => outcome.map(|()| true),
        }
    }

    fn teams(&self, client: &mut HostClient<'_>) -> Result<Vec<ListedTeam>, HostError> {
        let name = client.subject().name;
        let max = ItemsMax { name: "host.teams_max", what: "groups", value: client.limits().teams_max };
        let top: GroupBody = client.one(&format!("/groups/{}?with_projects=false", encoded(name)))?;
        let mut groups = vec![top];
        let path = format!("/groups/{}/descendant_groups?per_page=100&order_by=id&sort=asc", encoded(name));
        client.list(&path, PAGES, max, &mut |body: GroupBody| groups.push(body))?;
        let team = |(index, body): (usize, GroupBody)| {
            // The names that Backstage gives to the groups of an organisation.
            let named = match below(&body.full_path, name) {
                Some(below) if index > 0 => below.replace('/', "-"),
                _ => body.full_path.rsplit('/').next().unwrap_or_default().to_owned(),
            };
            let parent = body.full_path.rsplit_once('/').filter(|_| index > 0);
            ListedTeam {
                members_path: format!("/groups/{}/members/all?per_page=100", body.id),
                name: named,
                title: filled(body.name),
                description: filled(body.description),
                parent: parent.map(|(parent, _)| parent.to_owned()),
                slug: body.full_path,
            }
        };
        Ok(groups.into_iter().enumerate().map(team).collect())
    }

    fn members(
        &self,
        client: &mut HostClient<'_>,
        team: &ListedTeam,
    ) -> Result<Vec<ListedPerson>, HostError> {
        let max = ItemsMax { name: "host.members_max", what: "members", value: client.limits().members_max };
        let mut members = Vec::new();
        client.list(&team.members_path, PAGES, max, &mut |body: MemberBody| {
            // Who is blocked, or was asked and has not come yet, answers for nothing.
            if body.state.as_deref().is_none_or(|state| state == "active") {
                members.push(ListedPerson {
                    login: body.username,
                    title: filled(body.name),
                    email: filled(body.email),
                });
            }
        })?;
        Ok(members)
    }
}

/// The path below a group; `None` where it is not below it.
fn below<'p>(path: &'p str, group: &str) -> Option<&'p str> {
    let head = path.get(..group.len()).filter(|head| head.eq_ignore_ascii_case(group))?;
    path[head.len()..].strip_prefix('/').filter(|below| !below.is_empty())
}
