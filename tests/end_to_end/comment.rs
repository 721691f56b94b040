//! `catalog comment` against a host on loopback.

use std::{
    io::Write as _,
    process::Stdio,
    sync::{Arc, Mutex},
};

use crate::support::{
    Run, World, schema,
    stand_in::{Answer, StandIn},
    stand_in_discussion::Discussion,
};

const TOKEN: &str = "s3cret";

/// A host with a merge request, and a folder to comment from.
struct Place {
    world: World,
    host: StandIn,
    discussion: Arc<Mutex<Discussion>>,
}

impl Place {
    fn new(kind: &'static str) -> Self {
        let discussion = Arc::new(Mutex::new(Discussion::new(kind)));
        let there = Arc::clone(&discussion);
        let host =
            StandIn::start(Box::new(move |request| there.lock().expect("no test panicked").answer(request)));
        Self { world: World::new(), host, discussion }
    }

    fn comment(&self, words: &str, variables: &[(&str, &str)]) -> Run {
        let words = std::iter::once("comment").chain(words.split_whitespace());
        let mut command = self.world.command(words);
        let run = self.world.finish(command.envs(variables.iter().copied()));
        assert!(!format!("{run}").contains(TOKEN), "{run}");
        run
    }

    fn bodies(&self) -> Vec<String> {
        let discussion = self.discussion.lock().expect("no test panicked");
        discussion.said.iter().map(|said| said.body.clone()).collect()
    }
}

#[test]
fn a_job_of_a_merge_request_comments_once() {
    let place = Place::new("gitlab");
    let project = format!("{}/acme/shop", place.host.origin);
    let job = |run: &'static str| {
        vec![
            ("CI_SERVER_URL", place.host.origin.as_str()),
            ("CI_MERGE_REQUEST_PROJECT_URL", project.as_str()),
            ("CI_MERGE_REQUEST_IID", "7"),
            ("CI_PIPELINE_IID", run),
            ("GITLAB_TOKEN", TOKEN),
        ]
    };
    place.world.write("check.md", "### one\n");
    let run = place.comment("--body check.md", &job("5")).ends_with(0);
    assert_eq!(
        run.stdout.replace(&place.host.origin, "HOST"),
        "the comment is posted: HOST/acme/shop/-/merge_requests/7#note_101\n"
    );
    place.comment("--body check.md", &job("6")).ends_with(0).says(&[]);
    place.world.write("check.md", "### two\n");
    let document = place.comment("--body check.md --format json", &job("6")).ends_with(0).json();
    assert_eq!(schema::breaches("comment", &document), [""; 0]);
    assert_eq!(document["outcome"], "updated");
    place.world.write("check.md", "### old\n");
    let run = place.comment("--body check.md", &job("4")).ends_with(0);
    assert!(run.stdout.starts_with("a later run or a later commit has spoken"), "{run}");
    assert_eq!(place.bodies(), ["<!-- catalog:check key=default run=6 -->\n### two"]);
}

#[test]
fn a_text_comes_from_standard_input_and_goes_where_it_is_told() {
    let place = Place::new("gitea");
    let address = format!("{}/acme/shop/pulls/7", place.host.origin);
    let words = ["comment", address.as_str(), "--token-env", "BOT", "--key", "nightly", "--head", "c0ffee"];
    let mut command = place.world.command(words);
    let mut child = command
        .env("BOT", TOKEN)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program runs");
    child.stdin.take().expect("it reads").write_all(b"hello\n").expect("it takes it");
    assert!(child.wait_with_output().expect("it ends").status.success());
    assert_eq!(place.bodies(), ["<!-- catalog:check key=nightly run=0 -->\nhello"]);
}

#[test]
fn what_goes_wrong_is_told_with_what_to_do() {
    let place = Place::new("github");
    let address = format!("{}/acme/shop/pull/7", place.host.origin);
    place.world.write("check.md", "hello");
    let words = format!("{address} --body check.md");
    place.comment(&words, &[]).ends_with(2).says(&["holds no token", "--token-env VARIABLE"]);
    place
        .comment(&words, &[("GITHUB_TOKEN", "wrong")])
        .ends_with(2)
        .says(&["the token is wrong or has expired", "hint: name the variable of a valid token"]);
    let elsewhere = [("GITHUB_TOKEN", TOKEN), ("GITHUB_SERVER_URL", "https://github.com")];
    place.comment(&words, &elsewhere).ends_with(2).says(&["holds no token"]);
    place.comment("--body check.md", &[]).ends_with(64).says(&["no merge request is named"]);
    place
        .comment("https://github.com/acme/shop", &[("GITHUB_TOKEN", TOKEN)])
        .ends_with(64)
        .says(&["it is no address of a merge request"]);
    place.comment(&format!("{words} --key a--b"), &[("GITHUB_TOKEN", TOKEN)]).ends_with(64);
    place
        .comment(&format!("{address} --body gone.md"), &[("GITHUB_TOKEN", TOKEN)])
        .ends_with(2)
        .says(&["`gone.md` could not be read"]);
    let refusing = StandIn::start(Box::new(|_| Answer::status(403, &[])));
    let words = format!("{}/acme/shop/pull/7 --body check.md", refusing.origin);
    let run = place.comment(&words, &[("GITHUB_TOKEN", TOKEN)]).ends_with(2);
    run.says(&["(status 403)", "pull-requests: write", "--on-error pass"]);
    let run = place.comment(&format!("{words} --on-error pass"), &[("GITHUB_TOKEN", TOKEN)]).ends_with(0);
    run.says(&["warning: no comment on", "passed over because of `--on-error pass`"]);
}
