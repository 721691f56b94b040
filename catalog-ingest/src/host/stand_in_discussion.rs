//! The discussion of one merge request on loopback, as GitHub, GitLab and Gitea document it, for tests of
//! every crate.

use serde_json::{Value, json};

use super::stand_in::{Answer, Request};

/// A comment of the stand-in.
#[derive(Clone, Debug)]
pub(crate) struct Said {
    pub(crate) id: u64,
    pub(crate) author: String,
    pub(crate) body: String,
}

/// What was said about merge request 7 of the repository `acme/shop`.
#[derive(Clone, Debug)]
pub(crate) struct Discussion {
    /// `github`, `gitlab` or `gitea`.
    pub(crate) kind: &'static str,
    pub(crate) said: Vec<Said>,
    /// The commit at the head of the merge request.
    pub(crate) head: String,
    /// Whose the token is; empty where the host does not tell.
    pub(crate) account: String,
    /// What was changed, as in `PATCH 3`.
    pub(crate) writes: Vec<String>,
}

impl Discussion {
    /// A discussion without comments; the token is that of the account `robot`.
    pub(crate) fn new(kind: &'static str) -> Self {
        let (head, account) = ("c0ffee".to_owned(), "robot".to_owned());
        Self { kind, said: Vec::new(), head, account, writes: Vec::new() }
    }

    /// Adds a comment of somebody's.
    pub(crate) fn say(&mut self, author: &str, body: &str) {
        let id = self.said.iter().map(|said| said.id).max().unwrap_or(100) + 1;
        self.said.push(Said { id, author: author.to_owned(), body: body.to_owned() });
    }

    fn shown(&self, said: &Said, request: &Request) -> Value {
        // Hosts keep texts with the ends of lines of HTTP forms.
        let body = said.body.replace('\n', "\r\n");
        let is_bot = said.author.ends_with("[bot]");
        match self.kind {
            "gitlab" => json!({
                "id": said.id, "body": body, "system": said.author == "system",
                "author": {"id": 1, "username": said.author, "state": "active"},
            }),
            _ => json!({
                "id": said.id, "body": body,
                "user": {"id": 1, "login": said.author, "type": if is_bot { "Bot" } else { "User" }},
                "html_url": format!("{}/acme/shop/pull/7#issuecomment-{}", request.origin, said.id),
            }),
        }
    }

    /// Answers as the host does that has the discussion.
    pub(crate) fn answer(&mut self, request: &Request) -> Answer {
        let (base, repository, comments, comment, request_path) = match self.kind {
            "github" => {
                ("/api/v3", "/repos/acme/shop", "/issues/7/comments", "/issues/comments/", "/pulls/7")
            }
            "gitea" => ("/api/v1", "/repos/acme/shop", "/issues/7/comments", "/issues/comments/", "/pulls/7"),
            _ => (
                "/api/v4",
                "/projects/acme%2Fshop",
                "/merge_requests/7/notes",
                "/merge_requests/7/notes/",
                "/merge_requests/7",
            ),
        };
        let scheme = if self.kind == "gitea" { "token" } else { "bearer" };
        if !request.headers.contains(&format!("authorization: {scheme} s3cret\r\n")) {
            return Answer::status(401, &[]);
        }
        let Some(path) = request.path.strip_prefix(base) else { return Answer::status(404, &[]) };
        if path == "/user" {
            let name = if self.kind == "gitlab" { "username" } else { "login" };
            return match self.account.as_str() {
                "" => Answer::status(403, &[]),
                login => Answer::json(&json!({"id": 1, name: login})),
            };
        }
        let Some(path) = path.strip_prefix(repository) else { return Answer::status(404, &[]) };
        let method = request.method.as_str();
        let sent = || {
            let body: Value = serde_json::from_slice(&request.body).expect("what is sent is JSON");
            body["body"].as_str().expect("a text").to_owned()
        };
        let id = path.strip_prefix(comment).and_then(|id| id.parse::<u64>().ok());
        let edit = if self.kind == "gitlab" { "PUT" } else { "PATCH" };
        match (method, id) {
            ("GET", None) if path == request_path && self.kind == "gitlab" => {
                Answer::json(&json!({"iid": 7, "sha": self.head}))
            }
            ("GET", None) if path == request_path => {
                Answer::json(&json!({"number": 7, "head": {"sha": self.head}}))
            }
            ("GET", None) if path == comments => self.page(request),
            ("POST", None) if path == comments => {
                let author =
                    if self.account.is_empty() { "github-actions[bot]".into() } else { self.account.clone() };
                self.writes.push("POST".to_owned());
                self.say(&author, &sent());
                let said = self.said.last().expect("it was just said");
                Answer::Whole(201, Vec::new(), self.shown(said, request).to_string().into_bytes())
            }
            (method, Some(id)) if method == edit => {
                self.writes.push(format!("{method} {id}"));
                let Some(place) = self.said.iter().position(|said| said.id == id) else {
                    return Answer::status(404, &[]);
                };
                self.said[place].body = sent();
                Answer::json(&self.shown(&self.said[place], request))
            }
            ("DELETE", Some(id)) => {
                self.writes.push(format!("DELETE {id}"));
                self.said.retain(|said| said.id != id);
                Answer::Whole(204, Vec::new(), Vec::new())
            }
            _ => Answer::status(404, &[]),
        }
    }

    fn page(&self, request: &Request) -> Answer {
        let number = |name: &str, default: usize| {
            request.query.get(name).and_then(|text| text.parse().ok()).unwrap_or(default)
        };
        let all: Vec<Value> = self.said.iter().map(|said| self.shown(said, request)).collect();
        let (size, page) = (number("per_page", 30), number("page", 1));
        let part: Vec<Value> = match self.kind {
            "gitea" => all.clone(),
            _ => all.iter().skip((page - 1) * size).take(size).cloned().collect(),
        };
        let more = page * size < all.len();
        let headers = match self.kind {
            "gitea" => vec![("X-Total-Count", all.len().to_string())],
            "gitlab" => vec![("X-Next-Page", if more { (page + 1).to_string() } else { String::new() })],
            _ if more => {
                let url = format!("{}{}?per_page={size}&page={}", request.origin, request.path, page + 1);
                vec![("Link", format!("<{url}>; rel=\"next\""))]
            }
            _ => Vec::new(),
        };
        Answer::Whole(200, headers, Value::from(part).to_string().into_bytes())
    }
}
