//! `catalog comment`: keeps one comment on a merge request true.

use std::{
    io::Read,
    path::{Path, PathBuf},
};

use catalog_ingest::host::{
    COMMENT_BYTES_MAX, Comment, CommentError, CommentKey, CommentOptions, CommentTarget, HostKind, Token,
    post_comment,
};

use super::{
    CommandError, ExitStatus,
    context::{Context, say},
    crawl_job::say_pause,
};
use crate::{crawling::SystemClock, report::CommentReport};

/// The most bytes that are read of a text, so that one that is too long is told from one without an end.
const TEXT_BYTES_MAX: usize = 16 * COMMENT_BYTES_MAX;

/// What to say, and where.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Arguments {
    /// The address of the merge request [default: the one that the job of GitHub, GitLab or Gitea runs for]
    #[arg(value_name = "URL")]
    request: Option<String>,
    /// The file that holds the text, as Markdown; `-` for standard input
    #[arg(long, value_name = "FILE", default_value = "-")]
    body: PathBuf,
    /// The name of the variable that holds the token [default: CATALOG_COMMENT_TOKEN, else the host's own:
    /// GITHUB_TOKEN, GITLAB_TOKEN, GITEA_TOKEN]
    #[arg(long, value_name = "VARIABLE")]
    token_env: Option<String>,
    /// The number of this run, which grows: an older run does not overwrite what a newer one wrote
    /// [default: that of the job]
    #[arg(long, value_name = "NUMBER")]
    run: Option<u64>,
    /// The commit that the text is about: nothing is written where the merge request has another one by now
    #[arg(long, value_name = "COMMIT")]
    head: Option<String>,
    /// Which comment it is, where several checks leave one each
    #[arg(long, value_name = "KEY", default_value = "default")]
    key: String,
    /// The account that the token is of, where the host does not tell
    #[arg(long, value_name = "NAME")]
    author: Option<String>,
    /// The address of the host's first page, for a GitLab that is served below a path
    #[arg(long, value_name = "URL")]
    host_url: Option<String>,
    /// What to end with where the host does not do it: exit code 2, or 0 with a warning
    #[arg(long, value_enum, value_name = "OUTCOME", default_value_t)]
    on_error: OnError,
}

const AFTER_HELP: &str = "\
The comment is found again by a hidden tag in its first line, as long as the same account wrote it, and is
brought up to date in place; where it says the same already, nothing is written. The token needs to read
and write comments: `pull-requests: write` for a workflow of GitHub, the scope `api` at GitLab, `write:issue`
and `read:user` at Gitea and Forgejo. It is sent to the host of the address only, and never shown.

  catalog check --base origin/main --format markdown | catalog comment
  catalog comment https://git.example.com/acme/shop/pulls/7 --body check.md --token-env BOT_TOKEN

Exit codes: 0 the comment is as it should be, 2 it could not be posted, 64 wrong usage.";

/// What to end with where something could not be done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
enum OnError {
    /// Exit code 2.
    #[default]
    Fail,
    /// Exit code 0, and a warning.
    Pass,
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<ExitStatus, CommandError> {
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let surroundings = Surroundings { variable: &variable };
    let target = target(arguments, &surroundings)?;
    let wrong = |error: catalog_ingest::host::CommentTargetError| CommandError::usage(error.to_string());
    let key = CommentKey::new(&arguments.key).map_err(wrong)?;
    let token = token(arguments, &surroundings, &target)?;
    let text = text(&arguments.body)?;
    let run = arguments.run.or_else(|| surroundings.run()).unwrap_or(0);
    let comment = Comment { text: &text, key, run, head: arguments.head.as_deref() };
    let limits = context.settings.crawl_limits().host;
    let options = CommentOptions {
        token: &token,
        author: arguments.author.as_deref(),
        limits: &limits,
        clock: &SystemClock(&say_pause),
    };
    match post_comment(&target, &comment, &options) {
        Ok(posted) => {
            context.write(&CommentReport::new(&target, &posted), None)?;
            Ok(ExitStatus::Fine)
        }
        Err(error) => {
            let error = explained(&target, &error);
            if arguments.on_error == OnError::Fail {
                return Err(error);
            }
            say(&format!("warning: {}; passed over because of `--on-error pass`", error.message));
            Ok(ExitStatus::Fine)
        }
    }
}

/// What kept a comment from being posted, and what can be done about it.
fn explained(target: &CommentTarget, error: &CommentError) -> CommandError {
    let said = CommandError::undecided(format!("no comment on `{target}`: {error}"));
    match error {
        CommentError::Empty => said.hint("give the text with `--body FILE` or on standard input"),
        CommentError::TooLong { .. } => {
            said.hint("`catalog check --format markdown` keeps within the limit by itself")
        }
        CommentError::Unauthorized => said.hint("name the variable of a valid token with `--token-env`"),
        CommentError::Forbidden => said
            .hint(match target.kind() {
                HostKind::Github => {
                    "give the job `permissions: { pull-requests: write }`; for a request from a fork the token only reads"
                }
                HostKind::Gitlab => "give the token the scope `api`; a job token may not comment",
                HostKind::Gitea => "give the token the scope `write:issue`",
            })
            .hint("where that is expected, `--on-error pass` lets the job pass"),
        CommentError::Nameless => {
            said.hint("let the token read its own account (`read:user`), or name that with `--author`")
        }
        CommentError::TooOften { .. } => said.hint("do it again then"),
        _ => said,
    }
}

fn target(arguments: &Arguments, surroundings: &Surroundings<'_>) -> Result<CommentTarget, CommandError> {
    let address = match &arguments.request {
        Some(address) => address.clone(),
        None => surroundings.request().ok_or_else(|| {
            CommandError::usage("no merge request is named, and this is no job of one")
                .hint("name it, as in `catalog comment https://github.com/acme/shop/pull/7`")
        })?,
    };
    let root = arguments.host_url.clone().or_else(|| surroundings.gitlab_root(&address));
    CommentTarget::parse(&address, root.as_deref())
        .map_err(|error| CommandError::usage(format!("the merge request is not understood: {error}")))
}

fn token(
    arguments: &Arguments,
    surroundings: &Surroundings<'_>,
    target: &CommentTarget,
) -> Result<Token, CommandError> {
    let (name, value) = match &arguments.token_env {
        Some(name) => (name.as_str(), (surroundings.variable)(name)),
        None => surroundings.token(target),
    };
    value.as_deref().and_then(Token::new).ok_or_else(|| {
        CommandError::undecided(format!("the variable `{name}` holds no token"))
            .hint("put the token into it, or name another with `--token-env VARIABLE`")
    })
}

fn text(body: &Path) -> Result<String, CommandError> {
    let unread = |error: std::io::Error| {
        CommandError::undecided(format!("the text `{}` could not be read: {error}", body.display()))
    };
    let from: Box<dyn Read> = if body == Path::new("-") {
        Box::new(std::io::stdin())
    } else {
        Box::new(std::fs::File::open(body).map_err(unread)?)
    };
    let mut bytes = Vec::new();
    from.take(TEXT_BYTES_MAX as u64).read_to_end(&mut bytes).map_err(unread)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// What a job of GitHub, GitLab, Gitea or Forgejo knows of itself, by the variables that they document.
struct Surroundings<'v> {
    variable: &'v dyn Fn(&str) -> Option<String>,
}

impl Surroundings<'_> {
    fn get(&self, name: &str) -> Option<String> {
        (self.variable)(name)
    }

    /// The address of the merge request that a job runs for.
    fn request(&self) -> Option<String> {
        if let Some(number) = self.get("CI_MERGE_REQUEST_IID") {
            let project = self.get("CI_MERGE_REQUEST_PROJECT_URL")?;
            return Some(format!("{}/-/merge_requests/{number}", project.trim_end_matches('/')));
        }
        let server = self.get("GITHUB_SERVER_URL")?;
        let repository = self.get("GITHUB_REPOSITORY")?;
        let reference = self.get("GITHUB_REF")?;
        let number = reference.strip_prefix("refs/pull/")?.split('/').next()?.to_owned();
        let is_gitea = ["GITEA_ACTIONS", "FORGEJO_ACTIONS"].iter().any(|name| self.get(name).is_some());
        let word = if is_gitea { "pulls" } else { "pull" };
        Some(format!("{}/{repository}/{word}/{number}", server.trim_end_matches('/')))
    }

    /// The first page of the GitLab of the job, if the address is below it.
    fn gitlab_root(&self, address: &str) -> Option<String> {
        self.get("CI_SERVER_URL").filter(|root| is_below(address, root))
    }

    fn run(&self) -> Option<u64> {
        ["CI_PIPELINE_IID", "GITHUB_RUN_NUMBER"].iter().find_map(|name| self.get(name)?.parse().ok())
    }

    /// The variable of the token, and what it holds. A token that a job was given for its own host is not
    /// sent to another one.
    fn token(&self, target: &CommentTarget) -> (&'static str, Option<String>) {
        const OWN: &str = "CATALOG_COMMENT_TOKEN";
        if let Some(token) = self.get(OWN) {
            return (OWN, Some(token));
        }
        let candidates: &[(&'static str, &str)] = match target.kind() {
            HostKind::Github => &[("GITHUB_TOKEN", "GITHUB_SERVER_URL")],
            HostKind::Gitlab => &[("GITLAB_TOKEN", "CI_SERVER_URL")],
            HostKind::Gitea => &[("GITEA_TOKEN", "GITHUB_SERVER_URL"), ("GITHUB_TOKEN", "GITHUB_SERVER_URL")],
        };
        let is_meant = |server: &str| self.get(server).is_none_or(|root| is_below(target.address(), &root));
        let meant = candidates.iter().filter(|(_, server)| is_meant(server));
        meant.filter_map(|(name, _)| Some((*name, Some(self.get(name)?)))).next().unwrap_or((OWN, None))
    }
}

/// Whether an address lies below another one.
fn is_below(address: &str, root: &str) -> bool {
    address.strip_prefix(root.trim_end_matches('/')).is_some_and(|rest| rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with<T>(variables: &[(&str, &str)], ask: impl Fn(&Surroundings<'_>) -> T) -> T {
        let variable = |name: &str| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        };
        ask(&Surroundings { variable: &variable })
    }

    #[test]
    fn jobs_know_their_merge_request() {
        let check = |variables: &[(&str, &str)], expected: Option<&str>, run: Option<u64>| {
            let found = with(variables, |of| (of.request(), of.run()));
            assert_eq!((found.0.as_deref(), found.1), (expected, run));
        };
        let github = [
            ("GITHUB_SERVER_URL", "https://github.com"),
            ("GITHUB_REPOSITORY", "acme/shop"),
            ("GITHUB_REF", "refs/pull/7/merge"),
            ("GITHUB_RUN_NUMBER", "12"),
        ];
        check(&github, Some("https://github.com/acme/shop/pull/7"), Some(12));
        let gitea: Vec<_> = github.into_iter().chain([("GITEA_ACTIONS", "true")]).collect();
        check(&gitea, Some("https://github.com/acme/shop/pulls/7"), Some(12));
        let gitlab = [
            ("CI_MERGE_REQUEST_PROJECT_URL", "https://gitlab.com/acme/shop"),
            ("CI_MERGE_REQUEST_IID", "7"),
            ("CI_PIPELINE_IID", "3"),
        ];
        check(&gitlab, Some("https://gitlab.com/acme/shop/-/merge_requests/7"), Some(3));
        let push = [github[0], github[1], ("GITHUB_REF", "refs/heads/main")];
        check(&push, None, None);
        check(&[], None, None);
    }

    #[test]
    fn a_token_of_a_job_is_for_its_own_host() {
        let here = CommentTarget::parse("https://github.com/acme/shop/pull/7", None).expect("an address");
        let elsewhere = CommentTarget::parse("https://github.com.evil.org/a/b/pull/7", None).expect("one");
        let variables = [("GITHUB_TOKEN", "s3cret"), ("GITHUB_SERVER_URL", "https://github.com")];
        assert_eq!(with(&variables, |of| of.token(&here)), ("GITHUB_TOKEN", Some("s3cret".to_owned())));
        assert_eq!(with(&variables, |of| of.token(&elsewhere)), ("CATALOG_COMMENT_TOKEN", None));
    }
}
