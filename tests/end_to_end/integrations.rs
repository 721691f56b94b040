//! What pipelines and hooks run, run as they do.

use std::{
    io::Write as _,
    path::Path,
    process::{Command, Stdio},
    sync::{Arc, Mutex},
};

use crate::support::{
    Commit, LEDGER, Run, World, stand_in::StandIn, stand_in_discussion::Discussion, workspace,
};

/// `ledger` and what needs it, read, and a commit that removes `ledger`, which blocks.
fn blocked() -> World {
    let world = World::new();
    world.commit("acme/ledger", [("catalog-info.yaml", LEDGER)]);
    let shop = LEDGER.replace("name: ledger", "name: shop") + "  dependsOn: [component:ledger]\n";
    world.commit("acme/shop", [("catalog-info.yaml", shop.as_str())]);
    world.run("crawl acme").ends_with(0);
    world.write("catalog.toml", "[check.effect]\nentity-removed-in-use = 'block'\n");
    Commit::default().remove("catalog-info.yaml").write(&world.path("acme/ledger"));
    world
}

/// A script of the repository, in the folder of `ledger`, with the program on its path.
fn script(world: &World, shell: &str, name: &str) -> Command {
    let mut command = Command::new(shell);
    let binary = Path::new(env!("CARGO_BIN_EXE_catalog")).parent().expect("the binary lies in a folder");
    let path = format!("{}:{}", binary.display(), std::env::var("PATH").unwrap_or_default());
    command
        .arg(workspace().join("integrations").join(name))
        .current_dir(world.path("acme/ledger"))
        .env_clear()
        .env("PATH", path)
        .env("CATALOG_STORE", world.text("catalog.redb"))
        .env("CATALOG_CONFIG", world.text("catalog.toml"))
        .stdin(Stdio::null());
    command
}

fn head(world: &World) -> String {
    let repository = git2::Repository::open(world.path("acme/ledger")).expect("the repository opens");
    let id = repository.head().expect("a branch").target().expect("a commit");
    id.to_string()
}

#[test]
fn the_step_of_github_annotates_sums_up_and_comments() {
    let world = blocked();
    let mut discussion = Discussion::new("github");
    discussion.head = head(&world);
    discussion.account.clear();
    let discussion = Arc::new(Mutex::new(discussion));
    let there = Arc::clone(&discussion);
    let host =
        StandIn::start(Box::new(move |request| there.lock().expect("no test panicked").answer(request)));
    let step = |token: &str, more: &[(&str, &str)]| -> Run {
        let mut command = script(&world, "bash", "github-check.sh");
        command
            .env("CHECK_BASE", "HEAD^1")
            .env("CHECK_FAIL_ON", "block")
            .env("CHECK_ON_ERROR", "fail")
            .env("CHECK_COMMENT", "true")
            .env("CHECK_COMMENT_ON_ERROR", "fail")
            .env("CHECK_REQUEST", format!("{}/acme/shop/pull/7", host.origin))
            .env("CHECK_HEAD", head(&world))
            .env("CATALOG_COMMENT_TOKEN", token)
            .env("RUNNER_TEMP", world.text("."))
            .env("GITHUB_STEP_SUMMARY", world.text("summary.md"))
            .env("GITHUB_OUTPUT", world.text("output"))
            .envs(more.iter().copied());
        world.finish(&mut command)
    };
    let run = step("s3cret", &[]).ends_with(1);
    assert!(run.stdout.starts_with("::error file=catalog-info.yaml,"), "{run}");
    assert!(!format!("{run}").contains("s3cret"), "{run}");
    let read = |name: &str| std::fs::read_to_string(world.path(name)).expect("it is written");
    assert!(read("summary.md").starts_with("### catalog check: blocked"));
    assert_eq!(read("output"), "exit-code=1\n");
    let bodies = || -> Vec<String> {
        discussion.lock().expect("no test panicked").said.iter().map(|said| said.body.clone()).collect()
    };
    let first = bodies().concat();
    assert!(first.starts_with("<!-- catalog:check key=default run=0 -->\n### catalog check: blocked"));
    step("s3cret", &[("CHECK_FAIL_ON", "never")]).ends_with(0);
    assert_eq!(bodies(), [first.as_str()], "what says the same is not written again");
    // A check that fails to decide leaves no old comment standing as if it were true.
    step("s3cret", &[("CHECK_BASE", "nothing")]).ends_with(2);
    assert!(bodies().concat().contains("could not decide"), "{:?}", bodies());
    step("wrong", &[("CHECK_FAIL_ON", "never")]).ends_with(2);
    let passed = [("CHECK_FAIL_ON", "never"), ("CHECK_COMMENT_ON_ERROR", "pass")];
    step("wrong", &passed).ends_with(0);
}

#[test]
fn a_push_is_held_back_by_what_blocks() {
    let world = blocked();
    let none = "0".repeat(40);
    let push = |lines: &str, more: &[(&str, &str)]| -> i32 {
        let mut command = script(&world, "sh", "pre-push");
        command.args(["origin", "url"]).envs(more.iter().copied()).stdin(Stdio::piped());
        let mut child = command.stderr(Stdio::null()).spawn().expect("the hook runs");
        child.stdin.take().expect("it reads").write_all(lines.as_bytes()).expect("it takes it");
        child.wait().expect("it ends").code().expect("it ends by itself")
    };
    let head = head(&world);
    let repository = git2::Repository::open(world.path("acme/ledger")).expect("the repository opens");
    let base = repository.revparse_single("HEAD~1").expect("a commit").id().to_string();
    let line = |head: &str, reference: &str, base: &str| format!("refs/heads/x {head} {reference} {base}\n");
    assert_eq!(push(&line(&head, "refs/heads/x", &base), &[]), 1);
    assert_eq!(push(&line(&base, "refs/heads/x", &base), &[]), 0);
    assert_eq!(push(&line(&none, "refs/heads/x", &base), &[]), 0, "a branch that goes away");
    assert_eq!(push(&line(&head, "refs/tags/x", &none), &[]), 0, "a tag");
    assert_eq!(push(&line(&head, "refs/heads/new", &none), &[]), 2, "nothing to hold it against");
    assert_eq!(push(&line(&head, "refs/heads/new", &none), &[("CATALOG_ON_ERROR", "pass")]), 0);
    repository
        .reference("refs/remotes/origin/HEAD", git2::Oid::from_str(&base).expect("an id"), true, "test")
        .expect("a reference");
    assert_eq!(push(&line(&head, "refs/heads/new", &none), &[]), 1);
    assert_eq!(push("", &[]), 0);
}
