//! Organisations of hosts, from `catalog.toml` to answers.

use std::sync::{Arc, Mutex};

use serde_json::Value;

use crate::support::{
    Run, World, git_answer, rows,
    stand_in::{Answer, Organisation, Repo, StandIn, Team},
    text,
};

const TOKEN: &str = "s3cret";

/// An organisation on a host of this machine, and a catalog that names it.
struct Hosted {
    world: World,
    host: StandIn,
    organisation: Arc<Mutex<Organisation>>,
}

fn component(name: &str, owner: &str) -> String {
    format!(
        "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: {name}\n\
         spec:\n  type: service\n  lifecycle: production\n  owner: {owner}\n"
    )
}

impl Hosted {
    /// Three repositories of which one is archived, and three teams of which one hides its members.
    fn new(kind: &'static str) -> Self {
        let world = World::new();
        world.commit("hosted/acme/shop.git", [("catalog-info.yaml", &*component("shop", "pay"))]);
        world.commit(
            "hosted/acme/web.git",
            [
                ("catalog-info.yaml", &*component("web", "none")),
                ("svc/catalog-info.yaml", &*component("svc", "closed")),
            ],
        );
        world.commit("hosted/acme/docs.git", [("CODEOWNERS", "* @acme/pay\n")]);
        let mut old = Repo::new(4, "old");
        old.archived = true;
        let mut closed = Team::new("closed", &[]);
        closed.members = None;
        let organisation = Organisation {
            repositories: vec![Repo::new(1, "shop"), Repo::new(2, "web"), Repo::new(3, "docs"), old],
            teams: vec![
                Team::new("pay", &["Ann", "bob"]),
                Team::new("none", &[]),
                closed,
                Team::new("", &["root"]),
            ],
        };
        let organisation = Arc::new(Mutex::new(organisation));
        let (folder, there) = (world.path("hosted"), Arc::clone(&organisation));
        let host = StandIn::start(Box::new(move |request| {
            if let Some(answer) = git_answer(&folder, request) {
                // Private repositories: only who has the token may fetch.
                let is_let_in = request.headers.contains("authorization: basic ");
                return if is_let_in { answer } else { Answer::status(401, &[]) };
            }
            let organisation = there.lock().expect("no test panicked");
            match kind {
                "github" => organisation.github(request),
                "gitlab" => organisation.gitlab(request),
                _ => organisation.gitea(request),
            }
        }));
        let url = &host.origin;
        let settings =
            format!("[[source]]\n{kind} = \"acme\"\nurl = \"{url}\"\ntoken_env = \"ACME_TOKEN\"\n");
        world.write("catalog.toml", settings);
        Self { world, host, organisation }
    }

    fn crawl(&self, words: &str) -> Run {
        let mut command = self.world.command(words.split_whitespace());
        let run = self.world.finish(command.env("ACME_TOKEN", TOKEN));
        assert!(!format!("{run}").contains(TOKEN), "{run}");
        run
    }

    /// The ids of the repositories, free of the port.
    fn repositories(&self) -> Vec<String> {
        let status = self.world.json("status");
        let host = self.host.origin.trim_start_matches("http://");
        let shown = |row: &Value| {
            let stale = if row["status"] == "read" { "" } else { " unreadable" };
            text(row, "id").replace(host, "HOST") + stale
        };
        rows(&status, "repositories").iter().map(shown).collect()
    }

    fn gaps(&self) -> Vec<String> {
        let gaps = self.world.json("gaps");
        rows(&gaps, "gaps").iter().map(|gap| format!("{} {}", text(gap, "code"), text(gap, "ref"))).collect()
    }
}

fn check(kind: &'static str) {
    let hosted = Hosted::new(kind);
    hosted.crawl("crawl").ends_with(0).says(&["the members of `acme/closed` could not be read"]);
    assert_eq!(hosted.repositories(), ["HOST/acme", "HOST/acme/docs", "HOST/acme/shop", "HOST/acme/web"]);
    assert_eq!(hosted.gaps(), ["owner-empty group:default/none"], "{kind}");
    let shop = hosted.world.json("owner component:shop");
    assert!(shop.to_string().contains("group:default/pay"), "{shop:#}");
    let docs = hosted.world.json(&format!(
        "owner resource:repository/{}/acme/docs",
        hosted.host.origin.trim_start_matches("http://")
    ));
    assert!(docs.to_string().contains("group:default/pay"), "{docs:#}");
    let pay = hosted.world.run("show group:pay").ends_with(0).stdout;
    assert!(pay.contains("user:ann") && pay.contains("user:bob"), "{pay}");

    hosted.organisation.lock().expect("no test panicked").teams[1].members = Some(vec!["cy".to_owned()]);
    hosted.crawl("crawl").ends_with(0);
    assert_eq!(hosted.gaps(), Vec::<String>::new(), "{kind}");
}

#[test]
fn an_organisation_of_github() {
    check("github");
}

#[test]
fn a_group_of_gitlab() {
    check("gitlab");
}

#[test]
fn an_organisation_of_gitea() {
    check("gitea");
}

#[test]
fn a_second_crawl_finds_nothing_new() {
    let hosted = Hosted::new("github");
    hosted.crawl("crawl").ends_with(0);
    let before = hosted.world.json("status")["revision"].clone();
    let again = hosted.crawl("crawl --format json").ends_with(0).json();
    assert_eq!(
        (&again["repositoriesUnchanged"], &again["revision"]),
        (&Value::from(3), &before),
        "{again:#}"
    );
}

#[test]
fn sources_are_chosen_by_name_and_left_out_where_repositories_are_named() {
    let hosted = Hosted::new("github");
    hosted.world.commit("mine/api.git", [("catalog-info.yaml", &*component("api", "pay"))]);
    hosted.crawl("crawl mine").ends_with(0);
    assert_eq!(hosted.host.seen(), Vec::<String>::new());
    hosted
        .crawl("crawl --source nobody")
        .ends_with(64)
        .says(&["`nobody` is no `[[source]]`", "there is `127.0.0.1:"]);
    hosted.crawl("crawl --source ACME").ends_with(0);
    hosted.crawl("crawl --source all mine").ends_with(0);
    assert_eq!(hosted.repositories().len(), 5);
}

#[test]
fn a_repository_that_is_named_beside_its_organisation_is_read_once() {
    let hosted = Hosted::new("github");
    let list = format!(
        "{}/acme/docs.git\n{} acme/other\n",
        hosted.host.origin,
        hosted.world.text("hosted/acme/web.git")
    );
    hosted.world.write("list", list.replace("http://", "http://me:login@"));
    hosted.crawl("crawl --repositories list --source acme").ends_with(0);
    assert_eq!(
        hosted.repositories(),
        ["HOST/acme", "HOST/acme/docs", "HOST/acme/shop", "HOST/acme/web", "acme/other"]
    );
}

#[test]
fn settings_that_name_no_source_are_wrong_usage() {
    let world = World::new();
    for (source, said) in [
        ("github = \"a/b\"", "`a/b` is no name of an organisation or a user"),
        ("gitea = \"acme\"", "`url` is missing"),
        ("gitea = \"acme\"\nurl = \"http://git.example.com\"", "its transport is not allowed"),
        ("github = \"acme\"\ninclude = [\"[\"]", "`[` is no pattern"),
        ("github = \"acme\"\nnamespace = \"a b\"", "`a b` is no namespace"),
        ("github = \"acme\"\n[[source]]\ngithub = \"acme\"", "`github.com/acme` is a `[[source]]` twice"),
        ("github = \"acme\"\norg = 1", "unknown field `org`"),
    ] {
        world.write("catalog.toml", format!("[[source]]\n{source}\n"));
        world.run("crawl").ends_with(64).says(&[said]);
    }
}

#[test]
fn a_missing_token_and_a_wrong_one_keep_what_was_read() {
    let hosted = Hosted::new("github");
    hosted.crawl("crawl").ends_with(0);
    hosted.world.run("crawl").ends_with(2).says(&["source-unreadable", "`ACME_TOKEN` is not set"]);
    let mut command = hosted.world.command(["crawl"]);
    let wrong = hosted.world.finish(command.env("ACME_TOKEN", "wrong"));
    wrong.ends_with(2).says(&["the token is wrong or has expired"]);
    let mut command = hosted.world.command(["crawl"]);
    let weak = hosted.world.finish(command.env("ACME_TOKEN", "weak"));
    weak.ends_with(0).says(&["the teams of `127.0.0.1:", "(status 403): the token may not read it"]);
    assert_eq!(hosted.gaps(), ["owner-empty group:default/none"]);
    hosted.crawl("crawl").ends_with(0);
}

#[test]
fn a_list_without_most_repositories_drops_none_of_them() {
    let hosted = Hosted::new("github");
    hosted.crawl("crawl").ends_with(0);
    hosted.organisation.lock().expect("no test panicked").repositories.clear();
    let run = hosted.crawl("crawl").ends_with(0);
    run.says(&["source-shrunk", "lists 0 repositories, where it listed 4", "repository-unlisted"]);
    assert_eq!(
        hosted.repositories(),
        ["HOST/acme", "HOST/acme/docs unreadable", "HOST/acme/shop unreadable", "HOST/acme/web unreadable"]
    );
    assert_eq!(rows(&hosted.world.json("list --kind component"), "entities").len(), 3);
}

#[test]
fn a_team_that_git_declares_gets_its_members_from_the_host() {
    let hosted = Hosted::new("github");
    let group = "apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata:\n  name: team-payments\n  annotations:\n    \
                 github.com/team-slug: acme/pay\nspec:\n  type: team\n  children: []\n";
    hosted.world.commit("hosted/acme/docs.git", [("catalog-info.yaml", group)]);
    hosted.crawl("crawl").ends_with(0);
    let docs = hosted.world.run("show group:team-payments").ends_with(0).stdout;
    assert!(docs.contains("user:ann"), "{docs}");
    let owner = hosted.world.json(&format!(
        "owner resource:repository/{}/acme/docs",
        hosted.host.origin.trim_start_matches("http://")
    ));
    assert!(owner.to_string().contains("group:default/team-payments"), "{owner:#}");
}
