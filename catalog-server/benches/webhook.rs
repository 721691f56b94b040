//! From a webhook to the answer that shows the change, in a catalog of 100,000 entities, over loopback.
//!
//! A server of its own serves the catalog and reads one repository of `git` again and again. Each time a manifest
//! of the repository is changed and committed, a push is told as GitLab tells it, and it is asked every
//! millisecond for what the manifest now says. `git` has to be there. `-- --changes N` is how often (50),
//! `-- --binary FILE` measures another build of the program than that of the bench.

#![expect(clippy::print_stdout, reason = "a bench tells its numbers to whoever runs it")]

#[path = "../../catalog-core/benches/services/mod.rs"]
mod services;

mod loopback;

use std::{
    fs,
    path::Path,
    process::Command,
    thread::sleep,
    time::{Duration, Instant},
};

use catalog_core::{
    model::{CatalogChange, Visit},
    sketch,
    store::Store,
};
use loopback::{
    Connection, Milliseconds, Serving, Times, free_address, graphql, machine_load, number_after, program,
};
use services::{S100K, Services, name, repositories};

/// How long it may take until a change is visible.
const ASKED: Duration = Duration::from_millis(250);
/// How long a bench waits for a change before it takes it for lost.
const LOST: Duration = Duration::from_secs(10);
const SECRET: &str = "a secret of some length";
const SETTINGS: &str = r#"
[crawl]
repositories = ["shop"]

[[server.webhook]]
dialect = "gitlab"
hosts = ["git.example.com"]
secret_env = "HOOK_SECRET"
"#;

fn main() {
    println!("load average {}", machine_load());
    let changes = number_after("--changes", 50);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (folder, store) = (folder.path(), folder.path().join("catalog.redb"));
    let services = Services::draw(S100K);
    let visits = repositories(&services).map(|repository| Visit::Read(Box::new(repository)));
    let change = CatalogChange { visits: visits.collect() };
    Store::at(&store).apply(&change, sketch::READ_AT).expect("the store is written");
    let shop = folder.join("shop");
    fs::create_dir(&shop).expect("a folder");
    git(&shop, &["init", "--quiet", "--initial-branch=main"]);
    git(&shop, &["remote", "add", "origin", "https://git.example.com/acme/shop.git"]);
    commit(&shop, 0);
    fs::write(folder.join("catalog.toml"), SETTINGS).expect("the settings are written");
    let mut crawl = Command::new(program());
    crawl.args(["crawl", "shop"]).current_dir(folder).env("CATALOG_STORE", &store);
    assert!(crawl.status().expect("the program starts").success(), "the crawl failed");

    let address = free_address();
    let mut serve = Command::new(program());
    serve.current_dir(folder).env("CATALOG_STORE", &store).env("HOOK_SECRET", SECRET);
    let _serving = Serving::start(serve, address);
    let mut times = Times::default();
    // The first one warms up.
    for number in 0..=changes {
        commit(&shop, number + 1);
        let start = Instant::now();
        let (status, answer) = Connection::open(address).ask(&push(number)).expect("an answer");
        assert_eq!(status, 202, "{}", String::from_utf8_lossy(&answer));
        wait_until_visible(&mut Connection::open(address), number + 1, start);
        if number > 0 {
            times.add(start.elapsed());
        }
    }
    let [middle, p99, max] = [5_000, 9_900, 10_000].map(|part| times.quantile(part));
    println!(
        "{changes} changes of 100,000 entities, from the webhook until they are visible: p50 {} ms, p99 {} ms, max {} ms of at most {}: {}",
        Milliseconds(middle),
        Milliseconds(p99),
        Milliseconds(max),
        ASKED.as_millis(),
        if max < ASKED { "as asked" } else { "NOT AS ASKED" }
    );
}

fn git(folder: &Path, arguments: &[&str]) {
    let identity = ["-c", "user.name=Ada Berg", "-c", "user.email=ada.berg@example.com"];
    let status = Command::new("git").arg("-C").arg(folder).args(identity).args(arguments).status();
    assert!(status.expect("git starts").success(), "git {arguments:?} failed");
}

/// Commits a manifest that says a number, and needs something else each time.
fn commit(shop: &Path, number: u64) {
    let needed = name(u32::try_from(number * 7_919 % u64::from(S100K.entities)).expect("it is a number"));
    let manifest = format!(
        "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: shop-web\n  description: number {number}\nspec:\n  type: service\n  lifecycle: production\n  owner: team-000001\n  dependsOn:\n    - {needed}\n"
    );
    fs::write(shop.join("catalog-info.yaml"), manifest).expect("the manifest is written");
    git(shop, &["add", "catalog-info.yaml"]);
    git(shop, &["commit", "--quiet", "--message", "Change"]);
}

fn push(number: u64) -> Vec<u8> {
    let body = serde_json::json!({
        "object_kind": "push", "ref": "refs/heads/main", "after": format!("{number:040}"),
        "project": { "path_with_namespace": "acme/shop", "default_branch": "main" },
    })
    .to_string();
    format!(
        "POST /webhooks/gitlab HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\nx-gitlab-event: Push Hook\r\nx-gitlab-token: {SECRET}\r\nx-gitlab-event-uuid: {number}\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

fn wait_until_visible(connection: &mut Connection, number: u64, start: Instant) {
    let question = graphql("{ entity(ref: \"component:shop-web\") { description } }");
    let expected = format!("\"number {number}\"");
    loop {
        let (status, answer) = connection.ask(&question).expect("an answer");
        let answer = String::from_utf8_lossy(&answer);
        assert_eq!(status, 200, "{answer}");
        if answer.contains(&expected) {
            return;
        }
        assert!(start.elapsed() < LOST, "the change was never visible: {answer}");
        sleep(Duration::from_millis(1));
    }
}
