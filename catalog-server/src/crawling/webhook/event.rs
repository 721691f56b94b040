//! Which repository an event is about.
//!
//! Only its name is taken out of a body. Pushes to other branches than the default one change nothing here.

use serde::Deserialize;

use super::Dialect;

/// How much of the reader's explanation is passed on, in characters.
const EXPLANATION_CHARS_MAX: usize = 200;
/// The longest name of a repository with its owners, in bytes.
const NAME_BYTES_MAX: usize = 512;

/// What a host tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Event {
    /// The repository with this name, as in `acme/shop`, may have changed.
    Repository(String),
    /// Something else.
    Other,
}

/// What is read of a body; everything else in it is passed over.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Body {
    /// The branch or tag that was pushed to, in full.
    #[serde(rename = "ref")]
    reference: Option<String>,
    repository: Option<Repository>,
    project: Option<Project>,
    event_name: Option<String>,
    path_with_namespace: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Repository {
    full_name: Option<String>,
    default_branch: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Project {
    path_with_namespace: Option<String>,
    default_branch: Option<String>,
}

/// Reads an event; an error says in words what is wrong with it.
pub(super) fn read_event(
    dialect: Dialect,
    header: &dyn Fn(&str) -> Option<String>,
    body: &[u8],
) -> Result<Event, String> {
    let kind = match dialect {
        Dialect::Github => header("x-github-event"),
        Dialect::Gitlab => header("x-gitlab-event"),
        Dialect::Gitea => header("x-forgejo-event").or_else(|| header("x-gitea-event")),
    };
    let kind = kind.ok_or("the header that names the event is missing")?;
    let is_wanted = match dialect {
        Dialect::Github | Dialect::Gitea => ["push", "repository"].contains(&kind.as_str()),
        Dialect::Gitlab => ["Push Hook", "Project Hook", "System Hook"].contains(&kind.as_str()),
    };
    if !is_wanted {
        return Ok(Event::Other);
    }
    let body: Body = serde_json::from_slice(body).map_err(|fault| {
        let fault: String = fault.to_string().chars().take(EXPLANATION_CHARS_MAX).collect();
        format!("it is not the JSON that was expected: {fault}")
    })?;
    if kind == "System Hook" && !body.event_name.as_deref().is_some_and(is_of_repository) {
        return Ok(Event::Other);
    }
    let (name, default_branch) = match dialect {
        Dialect::Github | Dialect::Gitea => {
            let repository = body.repository.unwrap_or_default();
            (repository.full_name, repository.default_branch)
        }
        Dialect::Gitlab => {
            let project = body.project.unwrap_or_default();
            (project.path_with_namespace.or(body.path_with_namespace), project.default_branch)
        }
    };
    if let (Some(reference), Some(branch)) = (&body.reference, &default_branch)
        && reference.strip_prefix("refs/heads/") != Some(branch)
    {
        return Ok(Event::Other);
    }
    let name = name.ok_or("it names no repository")?;
    if !is_name(&name) {
        return Err("it names no repository as `owner/name`".to_owned());
    }
    Ok(Event::Repository(name))
}

fn is_of_repository(event: &str) -> bool {
    event == "push" || event.starts_with("project_") || event == "repository_update"
}

fn is_name(name: &str) -> bool {
    let is_part = |part: &str| {
        let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '~' | '+');
        !part.is_empty() && part != "." && part != ".." && part.chars().all(is_plain)
    };
    name.len() <= NAME_BYTES_MAX && name.contains('/') && name.split('/').all(is_part)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(dialect: Dialect, kind: &str, body: &str, expected: Result<Option<&str>, &str>) {
        let header = |name: &str| name.ends_with("-event").then(|| kind.to_owned());
        let found = read_event(dialect, &header, body.as_bytes());
        match (&found, expected) {
            (Ok(Event::Repository(name)), Ok(Some(expected))) => assert_eq!(name, expected),
            (Ok(Event::Other), Ok(None)) => {}
            (Err(message), Err(expected)) => assert!(message.contains(expected), "{message}"),
            _ => panic!("{kind} {body}: {found:?}"),
        }
    }

    #[test]
    fn a_push_to_the_default_branch_names_its_repository() {
        let of = r#"{"ref": "refs/heads/main", "repository": {"full_name": "acme/shop", "default_branch": "main",
                    "clone_url": "https://evil.example/x"}}"#;
        check(Dialect::Github, "push", of, Ok(Some("acme/shop")));
        check(Dialect::Gitea, "push", of, Ok(Some("acme/shop")));
        check(Dialect::Github, "push", &of.replace("heads/main", "heads/topic"), Ok(None));
        check(Dialect::Github, "push", &of.replace("heads/main", "tags/main"), Ok(None));
        let repository = r#"{"action": "renamed", "repository": {"full_name": "acme/shop"}}"#;
        check(Dialect::Github, "repository", repository, Ok(Some("acme/shop")));
        check(Dialect::Github, "ping", r#"{"zen": "Keep it simple"}"#, Ok(None));
        check(Dialect::Github, "issues", "no json at all", Ok(None));
    }

    #[test]
    fn gitlab_names_projects() {
        let of = r#"{"object_kind": "push", "ref": "refs/heads/main",
                    "project": {"path_with_namespace": "acme/shop/web", "default_branch": "main"}}"#;
        check(Dialect::Gitlab, "Push Hook", of, Ok(Some("acme/shop/web")));
        check(Dialect::Gitlab, "Push Hook", &of.replace("heads/main", "heads/x"), Ok(None));
        check(Dialect::Gitlab, "Note Hook", of, Ok(None));
        let system = r#"{"event_name": "project_rename", "path_with_namespace": "acme/shop"}"#;
        check(Dialect::Gitlab, "System Hook", system, Ok(Some("acme/shop")));
        check(Dialect::Gitlab, "System Hook", r#"{"event_name": "user_create"}"#, Ok(None));
    }

    #[test]
    fn what_is_no_event_says_why() {
        check(Dialect::Github, "push", "{", Err("not the JSON"));
        check(Dialect::Github, "push", "{}", Err("names no repository"));
        check(Dialect::Github, "push", &"[".repeat(200_000), Err("not the JSON"));
        let deep = format!("{{\"x\": {}1{}}}", "[".repeat(200_000), "]".repeat(200_000));
        check(Dialect::Github, "push", &deep, Err(""));
        for name in ["shop", "a//b", "../etc", "a/../b", "a/b c", "-/\\u0000", "https://x/y", ""] {
            let body = format!(r#"{{"repository": {{"full_name": "{name}"}}}}"#);
            check(Dialect::Github, "push", &body, Err("names no repository"));
        }
        let missing = read_event(Dialect::Github, &|_| None, b"{}");
        assert!(missing.is_err_and(|message| message.contains("header")));
    }
}
