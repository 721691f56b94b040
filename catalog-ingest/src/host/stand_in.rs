//! A host on loopback that answers as GitHub, GitLab and Gitea document, for tests of every crate.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex, PoisonError},
    thread,
};

use serde_json::{Value, json};

/// What a host is asked.
pub(crate) struct Request {
    /// As in `GET`.
    pub(crate) method: String,
    /// Without the query.
    pub(crate) path: String,
    pub(crate) query: BTreeMap<String, String>,
    /// In lower case.
    pub(crate) headers: String,
    /// Of what is sent.
    pub(crate) body: Vec<u8>,
    /// `http://127.0.0.1:PORT`.
    pub(crate) origin: String,
}

/// What a host answers.
pub(crate) enum Answer {
    /// A status, further headers, and a body.
    Whole(u16, Vec<(&'static str, String)>, Vec<u8>),
    /// Nothing, until the client goes away.
    Silence,
    /// The beginning of an answer, then nothing, until the client goes away.
    Stall,
    /// The beginning of an answer, then the end of the connection.
    Cut,
}

impl Answer {
    pub(crate) fn json(value: &Value) -> Self {
        Self::Whole(200, Vec::new(), value.to_string().into_bytes())
    }

    pub(crate) fn status(status: u16, headers: &[(&'static str, &str)]) -> Self {
        let headers = headers.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        Self::Whole(status, headers, b"{\"message\":\"no\"}".to_vec())
    }
}

/// Decides on the answer to a request.
pub(crate) type Route = Box<dyn Fn(&Request) -> Answer + Send + Sync>;

/// A host that runs until the test ends.
pub(crate) struct StandIn {
    pub(crate) origin: String,
    seen: Arc<Mutex<Vec<String>>>,
}

impl StandIn {
    pub(crate) fn start(route: Route) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let origin = format!("http://{}", listener.local_addr().expect("an address"));
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (route, seen_there, origin_there) = (Arc::new(route), Arc::clone(&seen), origin.clone());
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (route, seen, origin) =
                    (Arc::clone(&route), Arc::clone(&seen_there), origin_there.clone());
                thread::spawn(move || {
                    let _gone = serve_one(&stream, &route, &seen, origin);
                });
            }
        });
        Self { origin, seen }
    }

    /// What was asked so far, with queries.
    pub(crate) fn seen(&self) -> Vec<String> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// An answer that promises more than it has.
const BEGINNING: &[u8] = b"HTTP/1.1 200 X\r\nContent-Length: 99\r\n\r\n[";

fn serve_one(
    stream: &TcpStream,
    route: &Route,
    seen: &Mutex<Vec<String>>,
    origin: String,
) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let (mut first, mut headers, mut length) = (String::new(), String::new(), 0);
    reader.read_line(&mut first)?;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap_or(0);
        }
        if line.trim().is_empty() {
            break;
        }
        headers += &line.to_ascii_lowercase();
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let mut words = first.split(' ').map(str::to_owned);
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    seen.lock().unwrap_or_else(PoisonError::into_inner).push(target.clone());
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    let pair = |text: &str| {
        let (name, value) = text.split_once('=').unwrap_or((text, ""));
        (name.to_owned(), value.to_owned())
    };
    let query = query.split('&').map(pair).collect();
    let mut stream = stream.try_clone()?;
    let request = Request { method, path: path.to_owned(), query, headers, body, origin };
    assert!(request.method != "GET" || request.body.is_empty(), "a question has no body");
    match route(&request) {
        Answer::Whole(status, headers, body) => {
            let mut head =
                format!("HTTP/1.1 {status} X\r\nContent-Length: {}\r\nConnection: close\r\n", body.len());
            if !headers.iter().any(|(name, _)| *name == "Content-Type") {
                head += "Content-Type: application/json\r\n";
            }
            for (name, value) in headers {
                head += &format!("{name}: {value}\r\n");
            }
            stream.write_all(format!("{head}\r\n").as_bytes())?;
            stream.write_all(&body)
        }
        Answer::Silence => reader.read_to_end(&mut Vec::new()).map(|_| ()),
        Answer::Stall => {
            stream.write_all(BEGINNING)?;
            reader.read_to_end(&mut Vec::new()).map(|_| ())
        }
        Answer::Cut => stream.write_all(BEGINNING),
    }
}

/// A repository of the stand-in.
#[derive(Clone)]
pub(crate) struct Repo {
    pub(crate) number: u64,
    pub(crate) name: String,
    pub(crate) archived: bool,
    pub(crate) fork: bool,
}

impl Repo {
    pub(crate) fn new(number: u64, name: &str) -> Self {
        Self { number, name: name.to_owned(), archived: false, fork: false }
    }
}

/// A team of the stand-in, with the logins in it; `None` where they are hidden.
#[derive(Clone)]
pub(crate) struct Team {
    pub(crate) slug: String,
    pub(crate) parent: Option<String>,
    pub(crate) members: Option<Vec<String>>,
}

impl Team {
    pub(crate) fn new(slug: &str, members: &[&str]) -> Self {
        let members = members.iter().map(|login| (*login).to_owned()).collect();
        Self { slug: slug.to_owned(), parent: None, members: Some(members) }
    }
}

/// What an organisation named `acme` has.
#[derive(Clone, Default)]
pub(crate) struct Organisation {
    pub(crate) repositories: Vec<Repo>,
    pub(crate) teams: Vec<Team>,
}

/// One page of a list and where the next is, as GitHub says it: with `Link` alone.
fn page(items: &[Value], request: &Request, size: &str) -> (Vec<Value>, Option<usize>) {
    let number = |name: &str, default: usize| {
        request.query.get(name).and_then(|text| text.parse().ok()).unwrap_or(default)
    };
    let (size, page) = (number(size, 30), number("page", 1));
    let part: Vec<Value> = items.iter().skip((page - 1) * size).take(size).cloned().collect();
    (part, (page * size < items.len()).then_some(page + 1))
}

impl Organisation {
    fn find(&self, slug: &str) -> Option<(usize, &Team)> {
        self.teams.iter().enumerate().find(|(_, team)| team.slug == slug)
    }

    /// Answers below `/api/v3` as GitHub's Enterprise Server does.
    pub(crate) fn github(&self, request: &Request) -> Answer {
        let Some(path) = request.path.strip_prefix("/api/v3") else { return Answer::status(404, &[]) };
        let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
        let has_token = request.headers.contains("authorization: bearer s3cret\r\n");
        // A token that may read repositories and nothing of the organisation; every other one is unknown.
        let is_weak = request.headers.contains("authorization: bearer weak\r\n");
        if request.headers.contains("authorization: ") && !has_token && !is_weak {
            return Answer::status(401, &[]);
        }
        let team = |index: usize, team: &Team| {
            json!({
                "id": index, "slug": team.slug, "name": format!("Team {}", team.slug), "description": null,
                "privacy": "closed",
                "parent": team.parent.as_ref().map(|parent| json!({"id": 9, "slug": parent, "name": parent})),
            })
        };
        let items: Vec<Value> = match parts.as_slice() {
            ["orgs", "acme", "repos"] => {
                self.repositories.iter().map(|of| github_repository(of, request)).collect()
            }
            ["orgs", "acme", "teams"] if has_token => {
                self.teams.iter().enumerate().map(|(index, of)| team(index, of)).collect()
            }
            ["orgs", "acme", "teams", ..] if is_weak => return Answer::status(403, &[]),
            ["orgs", "acme", "teams", ..] if !has_token => return Answer::status(401, &[]),
            ["orgs", "acme", "teams", slug, "members"] => match self.find(slug) {
                Some((_, Team { members: Some(members), .. })) => members
                    .iter()
                    .map(|login| json!({"login": login, "id": 1, "type": "User", "site_admin": false}))
                    .collect(),
                Some(_) => return Answer::status(403, &[("x-ratelimit-remaining", "4000")]),
                None => return Answer::status(404, &[]),
            },
            _ => return Answer::status(404, &[]),
        };
        let (items, next) = page(&items, request, "per_page");
        let mut headers =
            vec![("X-RateLimit-Limit", "5000".to_owned()), ("X-RateLimit-Remaining", "4990".to_owned())];
        if let Some(next) = next {
            let query: Vec<String> = request
                .query
                .iter()
                .filter(|(name, _)| *name != "page")
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            let url = format!("{}{}?{}&page", request.origin, request.path, query.join("&"));
            headers.push(("Link", format!("<{url}={next}>; rel=\"next\", <{url}=9>; rel=\"last\"")));
        }
        Answer::Whole(200, headers, Value::from(items).to_string().into_bytes())
    }

    /// Answers below `/api/v4` as GitLab does; a `/` in a name is a group in the group.
    pub(crate) fn gitlab(&self, request: &Request) -> Answer {
        let Some(path) = request.path.strip_prefix("/api/v4/") else { return Answer::status(404, &[]) };
        let has_token = request.headers.contains("authorization: bearer s3cret\r\n");
        let full = |slug: &str| if slug.is_empty() { "acme".to_owned() } else { format!("acme/{slug}") };
        let group = |(index, team): (usize, &Team)| {
            let last = team.slug.rsplit('/').next().unwrap_or_default();
            json!({
                "id": 100 + index, "name": format!("Group {last}"), "path": last, "full_path": full(&team.slug),
                "description": "", "visibility": "private", "parent_id": 100,
            })
        };
        let groups = self.teams.iter().enumerate();
        let items: Vec<Value> = match path.split('/').collect::<Vec<_>>().as_slice() {
            ["groups", "acme", "projects"] => {
                let project = |of: &Repo| {
                    let mut project = json!({
                        "id": of.number, "name": of.name, "path": of.name.rsplit('/').next(),
                        "path_with_namespace": format!("acme/{}", of.name), "default_branch": "main",
                        "http_url_to_repo": format!("{}/acme/{}.git", request.origin, of.name),
                        "ssh_url_to_repo": format!("git@127.0.0.1:acme/{}.git", of.name), "archived": of.archived,
                    });
                    if of.fork {
                        project["forked_from_project"] = json!({"id": 1});
                    }
                    project
                };
                self.repositories.iter().map(project).collect()
            }
            ["groups", "acme"] => {
                return groups
                    .clone()
                    .find(|(_, team)| team.slug.is_empty())
                    .map(group)
                    .map_or_else(|| Answer::status(404, &[]), |group| Answer::json(&group));
            }
            ["groups", "acme", "descendant_groups"] => {
                groups.filter(|(_, team)| !team.slug.is_empty()).map(group).collect()
            }
            ["groups", _, "members", "all"] if !has_token => return Answer::status(401, &[]),
            ["groups", id, "members", "all"] => {
                let index = id.parse::<usize>().ok().and_then(|id| id.checked_sub(100));
                match index.and_then(|index| self.teams.get(index)) {
                    Some(Team { members: Some(members), .. }) => members
                        .iter()
                        .map(|login| {
                            let state = if login.starts_with("gone") { "blocked" } else { "active" };
                            json!({"id": 1, "username": login, "name": format!("Name of {login}"), "state": state, "access_level": 30})
                        })
                        .collect(),
                    _ => return Answer::status(403, &[]),
                }
            }
            _ => return Answer::status(404, &[]),
        };
        let (items, next) = page(&items, request, "per_page");
        let next = next.map(|next| next.to_string()).unwrap_or_default();
        let headers = vec![
            ("X-Next-Page", next),
            ("X-Per-Page", "100".to_owned()),
            ("RateLimit-Remaining", "1999".to_owned()),
        ];
        Answer::Whole(200, headers, Value::from(items).to_string().into_bytes())
    }

    /// Answers below `/api/v1` as Gitea does.
    pub(crate) fn gitea(&self, request: &Request) -> Answer {
        let Some(path) = request.path.strip_prefix("/api/v1/") else { return Answer::status(404, &[]) };
        let has_token = request.headers.contains("authorization: token s3cret\r\n");
        let items: Vec<Value> = match path.split('/').collect::<Vec<_>>().as_slice() {
            ["orgs", "acme", "repos"] => self.repositories.iter().map(|of| github_repository(of, request)).collect(),
            ["orgs", "acme", "teams"] if has_token => self
                .teams
                .iter()
                .enumerate()
                .map(|(index, team)| json!({"id": index, "name": team.slug, "description": "", "permission": "read"}))
                .collect(),
            ["teams", id, "members"] if has_token => {
                match id.parse::<usize>().ok().and_then(|index| self.teams.get(index)) {
                    Some(Team { members: Some(members), .. }) => members
                        .iter()
                        .map(|login| json!({"id": 1, "login": login, "full_name": "", "email": format!("{login}@noreply.example.org")}))
                        .collect(),
                    _ => return Answer::status(404, &[]),
                }
            }
            _ => return Answer::status(404, &[]),
        };
        let total = items.len();
        let (items, _) = page(&items, request, "limit");
        let headers = vec![("X-Total-Count", total.to_string())];
        Answer::Whole(200, headers, Value::from(items).to_string().into_bytes())
    }
}

fn github_repository(of: &Repo, request: &Request) -> Value {
    json!({
        "id": of.number, "name": of.name, "full_name": format!("acme/{}", of.name), "private": true,
        "fork": of.fork, "archived": of.archived, "disabled": false, "default_branch": "main",
        "html_url": format!("{}/acme/{}", request.origin, of.name),
        "clone_url": format!("{}/acme/{}.git", request.origin, of.name),
        "ssh_url": format!("git@127.0.0.1:acme/{}.git", of.name),
        "owner": {"login": "acme", "id": 1, "type": "Organization"},
    })
}
