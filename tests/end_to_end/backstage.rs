//! Backstage's catalog API: Backstage's own client, and what it cannot ask.

use std::{
    io::Write as _,
    process::{Command, Stdio},
};

use serde_json::Value;

use crate::support::{Server, World, workspace};

fn example() -> (World, Server) {
    let world = World::new();
    world.run("demo --no-serve --folder demo").ends_with(0);
    let server = Server::start(&world, "demo/catalog.redb");
    (world, server)
}

fn has_node() -> bool {
    let mut version = Command::new("node");
    version.arg("--version").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    version.status().is_ok_and(|status| status.success())
}

#[test]
fn backstages_own_client_reads_the_catalog() {
    let folder = workspace().join("tests/backstage-client");
    if !has_node() || !folder.join("node_modules/@backstage/catalog-client/package.json").is_file() {
        let why = "node and `npm ci --prefix tests/backstage-client` are wanted";
        writeln!(std::io::stderr(), "skipped: {why}").expect("somebody listens");
        return;
    }
    let (_world, server) = example();
    let checked = Command::new("node")
        .args(["check.mjs", &format!("http://{}", server.address())])
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .expect("node starts");
    let said = String::from_utf8_lossy(&checked.stdout);
    assert!(checked.status.success(), "{said}\n{}", String::from_utf8_lossy(&checked.stderr));
}

#[track_caller]
fn refused(server: &Server, method: &str, path: &str, body: &str, status: u16) -> Value {
    let (met, body) = server.request(method, path, body);
    assert_eq!(met, status, "{method} {path}: {body}");
    let body: Value = serde_json::from_str(&body).expect("a refusal is JSON");
    assert_eq!(body["response"]["statusCode"], status);
    assert_eq!((&body["request"]["method"], &body["request"]["url"]), (&method.into(), &path.into()));
    body["error"].clone()
}

#[test]
fn an_entity_is_the_one_that_the_terminal_shows() {
    let (world, server) = example();
    let shown = world.json("show component:payment-service --store demo/catalog.redb");
    let (status, body) =
        server.request("GET", "/api/catalog/entities/by-name/component/default/payment-service", "");
    let entity: Value = serde_json::from_str(&body).expect("an entity is JSON");
    assert_eq!(status, 200);
    for (ours, theirs) in [
        (&shown["name"], &entity["metadata"]["name"]),
        (&shown["description"], &entity["metadata"]["description"]),
        (&shown["tags"], &entity["metadata"]["tags"]),
        (&shown["type"], &entity["spec"]["type"]),
        (&shown["owner"], &entity["spec"]["owner"]),
        (&shown["tier"], &entity["spec"]["tier"]),
    ] {
        assert_eq!(ours, theirs, "{entity:#}");
    }
    let pairs = |rows: &Value, name: &str, target: &str| -> Vec<(Value, Value)> {
        let rows = rows.as_array().expect("relations").iter();
        rows.map(|row| (row[name].clone(), row[target].clone())).collect()
    };
    assert_eq!(
        pairs(&shown["relations"], "relation", "ref"),
        pairs(&entity["relations"], "type", "targetRef")
    );
}

#[test]
fn names_with_a_slash_are_found() {
    let (_world, server) = example();
    let path = "/api/catalog/entities/by-name/resource/repository/aldersound%2Fpier-cam";
    let (status, body) = server.request("GET", path, "");
    assert_eq!(status, 200, "{body}");
    assert!(body.contains("\"name\":\"aldersound/pier-cam\""), "{body}");
}

#[test]
fn what_is_not_answered_says_why_in_backstages_words() {
    let (_world, server) = example();
    let by_name = "/api/catalog/entities/by-name/component/default/nothing";
    assert_eq!(refused(&server, "GET", by_name, "", 404)["name"], "NotFoundError");
    assert_eq!(refused(&server, "GET", "/api/catalog/nothing?a=b", "", 404)["name"], "NotFoundError");
    assert_eq!(refused(&server, "PUT", "/api/catalog/entities", "", 405)["name"], "MethodNotAllowedError");
    assert_eq!(refused(&server, "POST", "/api/catalog/locations", "{}", 403)["name"], "NotAllowedError");
    assert_eq!(
        refused(&server, "DELETE", "/api/catalog/entities/by-uid/a", "", 403)["name"],
        "NotAllowedError"
    );
    assert_eq!(refused(&server, "POST", "/api/catalog/refresh", "{}", 403)["name"], "NotAllowedError");
    assert_eq!(
        refused(&server, "POST", "/api/catalog/validate-entity", "{}", 501)["name"],
        "NotImplementedError"
    );
    assert_eq!(refused(&server, "POST", "/api/catalog/entities/by-refs", "[", 400)["name"], "InputError");
    assert_eq!(
        refused(&server, "GET", "/api/catalog/entities/by-name/a/b/%FF", "", 400)["name"],
        "InputError"
    );
    let large = format!("{{\"entityRefs\": [\"{}\"]}}", "x".repeat(1024 * 1024));
    let error = refused(&server, "POST", "/api/catalog/entities/by-refs", &large, 413);
    assert_eq!(error["name"], "PayloadTooLargeError");
}

#[test]
fn who_is_not_let_in_is_told_in_backstages_words_and_who_is_need_not_be_told_twice() {
    let world = World::new();
    let web = "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: web}\n\
               spec: {type: service, lifecycle: production, owner: team}\n";
    world.commit("shop", [("catalog-info.yaml", web)]);
    world.run("crawl shop").ends_with(0);
    let made = world.run("token create --scope read --name portal").ends_with(0);
    let token = format!("Authorization: Bearer {}\r\n", made.stdout.trim_end());
    let server = Server::serve(&world, ["--listen", "127.0.0.1:0"]);
    let path = "/api/catalog/entities?filter=kind=component";
    let error = refused(&server, "GET", path, "", 401);
    assert_eq!((&error["name"], &error["code"]), (&"AuthenticationError".into(), &"UNAUTHENTICATED".into()));
    let ask = |headers: &str| {
        server.exchange(&format!(
            "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{token}{headers}\r\n"
        ))
    };
    let first = ask("");
    assert!(first.starts_with("HTTP/1.1 200 ") && first.contains("\"name\":\"web\""), "{first}");
    let tag = first.lines().find_map(|line| line.strip_prefix("etag: ")).expect("a tag").to_owned();
    let again = ask(&format!("If-None-Match: {tag}\r\n"));
    assert!(again.starts_with("HTTP/1.1 304 ") && again.ends_with("\r\n\r\n"), "{again}");
}
