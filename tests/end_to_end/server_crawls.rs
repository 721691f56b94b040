//! A server that reads repositories by itself: a push is heard of, read, served and told.

use std::{fs, process::Stdio};

use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::support::{EventSource, Server, WebSocket, World, text};

const SECRET: &str = "a secret of some length";
const SETTINGS: &str = r#"
[crawl]
repositories = ["shop"]

[[server.webhook]]
dialect = "gitea"
hosts = ["git.example.com"]
secret_env = ["HOOK_NEW", "HOOK_OLD"]
"#;
const VARIABLES: [(&str, &str); 2] = [("HOOK_NEW", "another secret, not used yet"), ("HOOK_OLD", SECRET)];

/// A manifest of one component, which a team owns.
pub(crate) fn manifest(owner: &str) -> String {
    format!(
        "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: web\nspec:\n  type: service\n  \
         lifecycle: production\n  owner: group:{owner}\n"
    )
}

/// A world with one repository of a host, that was read once.
fn world(settings: &str) -> World {
    let world = World::new();
    world.commit("shop", [("catalog-info.yaml", manifest("first").as_str())]);
    let config = world.path("shop/.git/config");
    let mut text = fs::read_to_string(&config).expect("a config");
    text += "[remote \"origin\"]\n\turl = https://git.example.com/acme/shop.git\n";
    fs::write(config, text).expect("a config");
    world.write("catalog.toml", settings);
    world.run("crawl shop").ends_with(0);
    world
}

fn push(number: usize) -> String {
    json!({"ref": "refs/heads/main", "after": format!("{number:040}"), "repository": {
        "full_name": "acme/shop", "default_branch": "main",
        "clone_url": "https://evil.example.com/acme/shop.git"}})
    .to_string()
}

fn signature(secret: &str, body: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("any key will do");
    mac.update(body.as_bytes());
    mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn deliver(server: &Server, number: usize, body: &str) -> (u16, Value) {
    let headers = format!(
        "X-Gitea-Event: push\r\nX-Gitea-Delivery: {number}\r\nX-Gitea-Signature: {}\r\n",
        signature(SECRET, body)
    );
    let (status, answer) = server.request_with("POST", "/webhooks/gitea", &headers, body);
    (status, serde_json::from_str(&answer).unwrap_or_default())
}

fn owner(server: &Server) -> String {
    let answer = server.ask("{ entity(ref: \"component:web\") { owner { ref } } }");
    text(&answer["entity"]["owner"], "ref").to_owned()
}

fn subscription(query: &str) -> String {
    json!({ "query": query }).to_string()
}

/// Waits for a job to end, and gives it as it ended.
fn ended(server: &Server, job: &str) -> Value {
    let query = format!(
        "subscription {{ crawlProgress(job: \"{job}\") {{ state error reason askedBy targets revision
           progress {{ repositories read unchanged unreadable manifests }} }} }}"
    );
    let mut events = EventSource::open(server.address(), "/graphql", &subscription(&query));
    let mut last = Value::Null;
    while let Some((event, data)) = events.next() {
        if event == "complete" {
            break;
        }
        last = serde_json::from_str::<Value>(&data).expect("JSON")["data"]["crawlProgress"].take();
    }
    last
}

#[test]
fn a_push_is_heard_read_served_and_told() {
    let world = world(SETTINGS);
    let server = Server::start_among(&world, "catalog.redb", &[], &VARIABLES);
    assert_eq!(owner(&server), "group:default/first");
    let changed =
        "subscription { catalogChanged(filter: {refs: [\"component:web\"]}) { revision previousRevision
                     changed { ref owner ownerBefore repository } } }";
    let mut events = EventSource::open(server.address(), "/graphql", &subscription(changed));
    assert!(events.next().is_some_and(|(_, data)| data.contains("\"revision\":1")));
    let mut socket = WebSocket::begun(server.address());
    socket.send(&json!({"type": "subscribe", "id": "a", "payload": {"query": changed}}).to_string());
    assert!(socket.text().contains("\"revision\":1"));

    world.commit("shop", [("catalog-info.yaml", manifest("second").as_str())]);
    let (status, answer) = deliver(&server, 1, &push(1));
    assert_eq!(status, 202, "{answer}");
    let job = ended(&server, text(&answer, "job"));
    assert_eq!((text(&job, "state"), text(&job, "reason")), ("DONE", "WEBHOOK"), "{job:#}");
    assert_eq!(job["targets"], json!(["git.example.com/acme/shop"]));
    assert_eq!((&job["progress"]["read"], &job["progress"]["manifests"]), (&json!(1), &json!(1)));
    assert_eq!(owner(&server), "group:default/second");

    let expected = json!({"revision": 2, "previousRevision": 1, "changed": [{"ref": "component:default/web",
        "owner": "group:default/second", "ownerBefore": "group:default/first",
        "repository": "git.example.com/acme/shop"}]});
    let (event, data) = events.next().expect("an event");
    let told: Value = serde_json::from_str(&data).expect("JSON");
    assert_eq!((event.as_str(), &told["data"]["catalogChanged"]), ("next", &expected));
    let told: Value = serde_json::from_str(&socket.text()).expect("JSON");
    assert_eq!(told["payload"]["data"]["catalogChanged"], expected);

    // The same delivery again, and under another number.
    assert_eq!(deliver(&server, 1, &push(1)), (200, json!({"repeated": true})));
    assert_eq!(deliver(&server, 2, &push(1)), (200, json!({"repeated": true})));
    let (status, said) = server.stop();
    assert!(status.success(), "{said}");
    assert!(matches!(events.next(), Some((event, _)) if event == "complete"));
}

#[test]
fn what_is_not_signed_or_not_crawled_is_refused() {
    let world = world(SETTINGS);
    let server = Server::start_among(&world, "catalog.redb", &[], &VARIABLES);
    let body = push(1);
    let event = "X-Gitea-Event: push\r\n";
    let wrong = format!("{event}X-Gitea-Signature: {}\r\n", signature("wrong", &body));
    let sent = |path: &str, headers: &str, body: &str| server.request_with("POST", path, headers, body).0;
    assert_eq!(sent("/webhooks/gitea", event, &body), 401);
    assert_eq!(sent("/webhooks/gitea", &wrong, &body), 401);
    assert_eq!(sent("/webhooks/gitea", &format!("{event}X-Gitlab-Token: {SECRET}\r\n"), &body), 401);
    // No such webhooks are set up, or are there at all.
    assert_eq!(sent("/webhooks/github", &wrong, &body), 404);
    assert_eq!(sent("/webhooks/other", &wrong, &body), 404);
    assert_eq!(server.request("GET", "/webhooks/gitea", "").0, 405);
    let other = body.replace("acme/shop", "acme/unknown");
    assert_eq!(deliver(&server, 2, &other).0, 404);
    assert_eq!(deliver(&server, 3, &"[".repeat(100_000)).0, 400);
    assert_eq!(deliver(&server, 4, &body.replace("heads/main", "heads/topic")), (204, Value::Null));
    let large = " ".repeat(5 * 1024 * 1024);
    let (head, _) = {
        use std::{io::Read, io::Write, net::TcpStream};
        let mut stream = TcpStream::connect(server.address()).expect("the server listens");
        let announced = format!(
            "POST /webhooks/gitea HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
             Connection: close\r\nContent-Length: {}\r\n\r\n",
            large.len()
        );
        stream.write_all(announced.as_bytes()).expect("it is sent");
        let mut answer = String::new();
        let length = stream.read_to_string(&mut answer).expect("an answer");
        (answer, length)
    };
    assert!(head.starts_with("HTTP/1.1 413 "), "{head}");
    let answer =
        server.ask("{ crawls { queued { id } running { id } ended { id } schedules { everySeconds } } }");
    assert_eq!(answer["crawls"], json!({"queued": [], "running": [], "ended": [], "schedules": []}));
}

#[test]
fn many_pushes_are_read_together() {
    let world = world(SETTINGS);
    let server = Server::start_among(&world, "catalog.redb", &[], &VARIABLES);
    let mut last = String::new();
    for number in 1..=100 {
        let (status, answer) = deliver(&server, number, &push(number));
        assert_eq!(status, 202);
        text(&answer, "job").clone_into(&mut last);
    }
    assert_eq!(text(&ended(&server, &last), "state"), "DONE");
    let answer = server.ask("{ crawls { queued { id } ended { asked } } }");
    let ended = answer["crawls"]["ended"].as_array().expect("a list");
    let asked: u64 = ended.iter().filter_map(|job| job["asked"].as_u64()).sum();
    assert_eq!((&answer["crawls"]["queued"], asked), (&json!([]), 100));
}

#[test]
fn somebody_asks_for_a_crawl() {
    let world = world("[crawl]\nrepositories = ['shop']");
    let server = Server::start_among(&world, "catalog.redb", &["--crawl"], &[]);
    world.commit("shop", [("catalog-info.yaml", manifest("second").as_str())]);
    let crawl = |arguments: &str| {
        server.ask(&format!(
            "mutation {{ crawl{arguments} {{ job {{ id state }} userErrors {{ code field }} }} }}"
        ))["crawl"]
            .take()
    };
    let answer = crawl("(repositories: [\"acme/shop\"])");
    let job = ended(&server, text(&answer["job"], "id"));
    assert_eq!((text(&job, "state"), text(&job, "askedBy")), ("DONE", "local"), "{job:#}");
    assert_eq!(owner(&server), "group:default/second");
    world.commit("shop", [("catalog-info.yaml", manifest("third").as_str())]);
    let job = ended(&server, text(&crawl("")["job"], "id"));
    assert_eq!((&job["targets"], &job["revision"]), (&json!(["everything"]), &json!(3)), "{job:#}");
    assert_eq!(owner(&server), "group:default/third");
    let unknown = crawl("(repositories: [\"acme/nothing\"])");
    assert_eq!(unknown["userErrors"], json!([{"code": "REPOSITORY_UNKNOWN", "field": "repositories"}]));
    let unknown = crawl("(sources: [\"acme\"])");
    assert_eq!(unknown["userErrors"], json!([{"code": "ARGUMENT_INVALID", "field": "sources"}]));
    // A repository that is gone is one that could not be read, and what it said stays.
    fs::remove_dir_all(world.path("shop")).expect("it is there");
    let job = ended(&server, text(&crawl("(repositories: [\"acme/shop\"])")["job"], "id"));
    assert_eq!((text(&job, "state"), &job["progress"]["unreadable"]), ("FAILED", &json!(1)), "{job:#}");
    assert_eq!(owner(&server), "group:default/third");
}

#[test]
fn a_server_that_reads_nothing_says_so() {
    let world = world("");
    let server = Server::start(&world, "catalog.redb");
    let answer = server.ask("mutation { crawl { job { id } userErrors { code } } }");
    assert_eq!(answer["crawl"], json!({"job": null, "userErrors": [{"code": "CRAWLING_OFF"}]}));
    assert_eq!(server.ask("{ crawls { queued { id } } }"), json!({"crawls": null}));
    assert_eq!(server.request("POST", "/webhooks/github", "{}").0, 404);
}

#[test]
fn what_is_due_is_read_again_and_again() {
    let settings = "[[server.schedule]]\nrepositories = ['shop']\nevery = '1s'\njitter = '0s'";
    let world = world(&format!("[crawl]\nrepositories = ['shop']\n{settings}"));
    let server = Server::start_among(&world, "catalog.redb", &[], &[]);
    for owner_now in ["second", "third"] {
        let changed =
            "subscription { catalogChanged(filter: {refs: [\"component:web\"]}) { changed { owner } } }";
        let mut events = EventSource::open(server.address(), "/graphql", &subscription(changed));
        assert!(events.next().is_some());
        world.commit("shop", [("catalog-info.yaml", manifest(owner_now).as_str())]);
        let (_, data) = events.next().expect("an event");
        assert!(data.contains(&format!("group:default/{owner_now}")), "{data}");
    }
    let answer =
        server.ask("{ crawls { schedules { targets everySeconds failures } ended { reason state } } }");
    let crawls = &answer["crawls"];
    assert_eq!(
        (&crawls["schedules"][0]["everySeconds"], &crawls["schedules"][0]["failures"]),
        (&json!(1), &json!(0))
    );
    assert_eq!(crawls["ended"][0], json!({"reason": "SCHEDULE", "state": "DONE"}));
}

#[test]
fn a_webhook_without_a_secret_keeps_the_server_from_starting() {
    let world = world(SETTINGS);
    for (variables, expected) in [
        (&[("HOOK_NEW", SECRET)][..], "`HOOK_OLD`, which is not set"),
        (&[("HOOK_NEW", ""), ("HOOK_OLD", SECRET)], "no secret in the variable `HOOK_NEW`: it is empty"),
    ] {
        let mut command = world.command(["serve", "--listen", "127.0.0.1:0"]);
        command.envs(variables.iter().copied()).stdout(Stdio::null());
        world.finish(&mut command).says(&[expected]).ends_with(64);
    }
}
