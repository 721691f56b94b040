//! Who may ask a server: where it starts at all, and tokens from their making to their end.

use std::{
    fs,
    io::Read,
    process::Stdio,
    time::{Duration, Instant},
};

use serde_json::json;

use crate::support::{Run, Server, World, rows, text};

/// Within what time a running server knows of a token that was made or revoked.
const KNOWN_MAX: Duration = Duration::from_secs(5);
/// How long the machine may take on top where much else is going on.
const PATIENCE: Duration = Duration::from_secs(5);

const SHOP: &str = "
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: web}
spec: {type: service, lifecycle: production, owner: team}
";

fn shop() -> World {
    let world = World::new();
    world.commit("shop", [("catalog-info.yaml", SHOP)]);
    world.run("crawl shop").ends_with(0);
    world
}

/// Makes a token, of which nothing but itself is on standard output.
fn token(world: &World, words: &str) -> String {
    let run = world.run(&format!("token create {words}")).ends_with(0);
    let token = run.stdout.trim_end().to_owned();
    assert_eq!(run.stdout, format!("{token}\n"));
    assert!(token.starts_with("catalog_") && token.len() == 89, "{token}");
    assert!(!run.stderr.contains(&token), "{run}");
    token
}

fn id(token: &str) -> &str {
    &token[8..16]
}

fn question() -> String {
    json!({"query": "{ entity(ref: \"web\") { ref } }"}).to_string()
}

fn status(server: &Server, token: &str) -> u16 {
    let header = format!("Authorization: Bearer {token}\r\n");
    server.request_with("POST", "/graphql", &header, &question()).0
}

/// Asks until the answer has a status, and gives how long that took.
#[track_caller]
fn wait_for(server: &Server, token: &str, expected: u16) {
    let started = Instant::now();
    loop {
        let met = status(server, token);
        // Too many wrong tokens are refused in other words.
        if met == expected || (expected, met) == (401, 429) {
            return;
        }
        assert!(started.elapsed() < KNOWN_MAX + PATIENCE, "still {met}, not {expected}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// Tries to serve where that is to be refused.
fn refused(world: &World, words: &str) -> Run {
    world.run(&format!("serve {words}"))
}

#[test]
fn beyond_this_machine_a_server_starts_only_where_it_is_said_who_may_ask() {
    let world = shop();
    let everywhere = "--listen 0.0.0.0:0";
    refused(&world, everywhere).ends_with(2).says(&[
        "`0.0.0.0:0` can be reached from elsewhere, and nothing says who may ask",
        "catalog token create --scope read",
        "--allow-anonymous-read",
        "--listen 127.0.0.1:8080",
    ]);
    refused(&world, "--listen 0.0.0.0:0 --plain-http").ends_with(2).says(&["nothing says who may ask"]);
    refused(&world, "--listen [::]:0 --plain-http").ends_with(2).says(&["nothing says who may ask"]);
    let without_tls = refused(&world, "--listen 0.0.0.0:0 --allow-anonymous-read");
    without_tls.ends_with(2).says(&["in plain text", "--plain-http"]);

    let anonymous =
        Server::serve(&world, ["--listen", "0.0.0.0:0", "--plain-http", "--allow-anonymous-read"]);
    assert_eq!(anonymous.request("POST", "/graphql", &question()).0, 200);
    let mutation = json!({"query": "mutation { closeReview(review: \"1\", person: \"a@b.c\") { userErrors { code } } }"});
    assert_eq!(anonymous.request("POST", "/graphql", &mutation.to_string()).0, 401);
    let foreign = anonymous.request_as("catalog.example.com", "POST", "/graphql", "", &question());
    assert_eq!(foreign.0, 421);

    let token = token(&world, "--scope read --name test");
    refused(&world, everywhere).ends_with(2).says(&["in plain text"]);
    let guarded = Server::serve(&world, ["--listen", "0.0.0.0:0", "--plain-http"]);
    assert_eq!(guarded.request("POST", "/graphql", &question()).0, 401);
    assert_eq!(status(&guarded, &token), 200);
    let header = format!("Authorization: Bearer {token}\r\n");
    let by_name = guarded.request_as("catalog.example.com", "POST", "/graphql", &header, &question());
    assert_eq!(by_name.0, 200, "who has a token may call the server whatever they like");
    world.write("open.toml", "[server.access]\nrequire_token = false\n");
    refused(&world, "--listen 0.0.0.0:0 --config open.toml").ends_with(64).says(&["require_token = false"]);
}

#[test]
fn a_token_is_made_used_revoked_and_refused() {
    let world = shop();
    let server = Server::serve(&world, ["--listen", "127.0.0.1:0"]);
    assert_eq!(server.request("POST", "/graphql", &question()).0, 200, "nobody said who may ask");
    let reader = token(&world, "--scope read --name grafana --expires 30d");
    let crawler = token(&world, "--scope crawl --name pipeline --expires 30d");
    wait_for(&server, "", 401);
    wait_for(&server, &crawler, 403);
    assert_eq!(status(&server, &reader), 200);
    for path in ["/", "/healthz", "/readyz"] {
        assert_eq!(server.request("GET", path, "").0, 200, "{path}");
    }

    let list = world.json("token list");
    let shown: Vec<_> = rows(&list, "tokens")
        .iter()
        .map(|row| {
            format!("{} {} {} {}", text(row, "id"), text(row, "name"), text(row, "state"), row["scopes"])
        })
        .collect();
    let expected = [
        format!("{} grafana good [\"read\"]", id(&reader)),
        format!("{} pipeline good [\"crawl\"]", id(&crawler)),
    ];
    assert_eq!(shown, expected);

    world.run(&format!("token revoke {}", id(&reader))).ends_with(0).says(&["grafana", "is revoked"]);
    wait_for(&server, &reader, 401);
    assert_eq!(status(&server, &crawler), 403);
    world.run(&format!("token revoke {}", id(&reader))).ends_with(0).says(&["was revoked before"]);
    world.run("token revoke 00000000").ends_with(2).says(&["there is no token"]);
    // That the last one is revoked does not open the doors again.
    world.run(&format!("token revoke {}", id(&crawler))).ends_with(0);
    wait_for(&server, &crawler, 401);
    assert_eq!(server.request("POST", "/graphql", &question()).0, 401);

    let (ended, said) = server.stop();
    assert!(ended.success());
    for token in [&reader, &crawler] {
        let secret = &token[17..];
        assert!(!said.contains(secret), "{said}");
        for file in
            fs::read_dir(world.path("")).expect("a folder").flatten().filter(|file| file.path().is_file())
        {
            let mut bytes = Vec::new();
            fs::File::open(file.path())
                .and_then(|mut file| file.read_to_end(&mut bytes))
                .expect("it is read");
            let holds = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
            assert!(!holds, "{} holds a token", file.path().display());
        }
    }
}

#[test]
fn a_token_is_in_no_log_no_figure_and_no_image_of_the_memory() {
    let world = shop();
    let [good, revoked] =
        ["good", "revoked"].map(|name| token(&world, &format!("--scope read --name {name}")));
    world.run(&format!("token revoke {}", id(&revoked))).ends_with(0);
    let server = Server::start_with(&world, "catalog.redb", &["-vv", "--log-format", "json"]);
    assert_eq!(status(&server, &good), 200);
    assert_eq!(status(&server, &revoked), 401);
    // Where it does not belong: in an address, a query, a name of a request, another header.
    let in_address = format!("/graphql?access_token={good}");
    assert_eq!(server.request("GET", &in_address, "").0, 401);
    let with = format!("Authorization: Bearer {good}\r\nX-Request-Id: {good}\r\nX-Token: {good}\r\n");
    let query = json!({"query": format!("{{ entity(ref: \"{good}\") {{ ref }} }}")}).to_string();
    server.request_with("POST", "/graphql", &with, &query);
    let header = format!("Authorization: Bearer {good}\r\n");
    let (met, figures) = server.request_with("GET", "/metrics", &header, "");
    assert_eq!(met, 200);
    for path in ["/debug", "/debug/pprof", "/debug/vars"] {
        assert_eq!(server.request_with("GET", path, &header, "").0, 404, "{path}");
    }
    if cfg!(target_os = "linux") {
        let limits = fs::read_to_string(format!("/proc/{}/limits", server.id())).expect("the system tells");
        let of_images = limits.lines().find_map(|line| line.strip_prefix("Max core file size"));
        assert!(of_images.is_some_and(|limit| limit.trim_start().starts_with("0 ")), "{limits}");
    }
    let (_, said) = server.stop();
    let audit = fs::read_to_string(world.path("catalog.audit.ndjson")).expect("text");
    for token in [&good, &revoked] {
        let secret = &token[17..];
        for (what, text) in [("the log", &said), ("the figures", &figures), ("the audit log", &audit)] {
            assert!(!text.contains(secret), "a token is in {what}: {text}");
        }
    }
}

#[test]
fn wrong_words_make_no_token() {
    let world = World::new();
    for words in [
        "--scope write --name x",
        "--name x",
        "--scope read",
        "--scope read --name x --expires never",
        "--scope read --name x --expires 2020-01-01",
    ] {
        let run = world.run(&format!("token create {words}")).ends_with(64);
        assert_eq!(run.stdout, "");
    }
    assert!(!world.path("catalog.tokens").exists());
}

#[cfg(unix)]
#[test]
fn a_file_of_tokens_that_others_can_read_is_not_read() {
    use std::os::unix::fs::PermissionsExt;
    let world = shop();
    token(&world, "--scope read --name test");
    let path = world.path("catalog.tokens");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("a mode");
    for words in ["serve --listen 127.0.0.1:0", "token list", "token create --scope read --name other"] {
        world.run(words).ends_with(2).says(&["its mode is 0644", "chmod 600 catalog.tokens"]);
    }
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("a mode");
    fs::write(&path, "{}").expect("it is written");
    world.run("serve --listen 127.0.0.1:0").ends_with(2).says(&["it is not understood"]);
}

#[test]
fn the_audit_log_tells_which_line_was_changed_or_taken_out() {
    let world = shop();
    let reader = token(&world, "--scope read --name grafana");
    let server = Server::serve(&world, ["--listen", "127.0.0.1:0"]);
    let mutation = json!({"query": "mutation { closeReview(review: \"1\", person: \"a@b.c\") { userErrors { code } } }"});
    let header = format!("Authorization: Bearer {reader}\r\n");
    for _ in 0..3 {
        assert_eq!(server.request_with("POST", "/graphql", &header, &mutation.to_string()).0, 403);
        assert_eq!(server.request("POST", "/graphql", &question()).0, 401);
    }
    drop(server);
    let log = world.json("audit show");
    let events: Vec<_> = rows(&log, "entries")
        .iter()
        .map(|entry| format!("{} {} {}", text(entry, "event"), text(entry, "code"), text(entry, "scope")))
        .collect();
    let pair = ["refused FORBIDDEN review", "refused UNAUTHENTICATED "];
    assert_eq!(events, [&["token-created  "], &pair[..], &pair[..], &pair[..]].concat());
    let verdict = world.json("audit verify");
    assert_eq!((&verdict["entries"], rows(&verdict, "findings").len()), (&json!(7), 0));
    let last = text(&verdict, "lastHash").to_owned();
    world.run(&format!("audit verify --last {last}")).ends_with(0);

    let written = fs::read_to_string(world.path("catalog.audit.ndjson")).expect("text");
    let lines: Vec<&str> = written.lines().collect();
    let check = |lines: &[&str], expected: (u64, &str)| {
        world.write("changed.ndjson", lines.join("\n") + "\n");
        let verdict = world.run("audit verify changed.ndjson --format json").ends_with(1).json();
        let finding = &rows(&verdict, "findings")[0];
        assert_eq!(finding["line"], expected.0);
        assert!(text(finding, "message").contains(expected.1), "{finding}");
    };
    let edited = lines[2].replace("UNAUTHENTICATED", "FORBIDDEN");
    check(&[&lines[..2], &[edited.as_str()], &lines[3..]].concat(), (3, "was changed"));
    check(&[&lines[..3], &lines[4..]].concat(), (4, "entry 4 is missing"));
    world.write("shorter.ndjson", lines[..5].join("\n") + "\n");
    world.run("audit verify shorter.ndjson").ends_with(0);
    let shorter = world.run(&format!("audit verify shorter.ndjson --last {last}"));
    shorter.ends_with(1).says(&["no line has the hash"]);
}

#[test]
fn a_server_starts_while_the_identity_provider_is_away() {
    let world = shop();
    let own = token(&world, "--scope read --name own");
    world.write(
        "catalog.toml",
        "[server.access.oidc]\nissuer = \"http://127.0.0.1:1\"\naudience = \"catalog\"\neverybody = [\"read\"]\n",
    );
    let server = Server::serve(&world, ["--listen", "127.0.0.1:0"]);
    assert_eq!(status(&server, &own), 200);
    // A good form, and a signature that nobody can check.
    let of_provider = "eyJhbGciOiJFZERTQSIsImtpZCI6IngifQ.eyJzdWIiOiJhbm4ifQ.AAAA";
    assert_eq!(status(&server, of_provider), 401);
    drop(server);

    // The provider alone is enough for a server that others can reach.
    fs::remove_file(world.path("catalog.tokens")).expect("it is there");
    let open = Server::serve(&world, ["--listen", "0.0.0.0:0", "--plain-http"]);
    assert_eq!(open.request("POST", "/graphql", &question()).0, 401);
    drop(open);
    world.write(
        "broken.toml",
        "[server.access.oidc]\nissuer = \"x\"\naudience = \"y\"\nalgorithms = [\"HS256\"]\n",
    );
    let broken = world.command(["serve", "--config", "broken.toml"]).stdout(Stdio::null()).output();
    assert_eq!(broken.expect("it ends").status.code(), Some(64));
}
