//! What a server offers beside GraphQL by POST: questions in addresses, kept documents, the export; and that
//! `check` says over GraphQL what the terminal says.

use std::{
    io::{Read, Write},
    net::TcpStream,
};

use serde_json::{Value, json};

use crate::support::{Server, World, rows, text};

const OWNER_CARD: &str =
    "query ($ref: String!) {\n  entity(ref: $ref) {\n    ref\n    owner {\n      ref\n    }\n  }\n}\n";

fn escaped(text: &str) -> String {
    let escape = |byte: u8| match byte {
        byte if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    text.bytes().map(escape).collect()
}

#[test]
fn a_question_in_an_address_is_answered_as_one_in_a_body() {
    let world = World::new();
    world.run("demo --no-serve --folder demo").ends_with(0);
    let server = Server::start(&world, "demo/catalog.redb");
    let query = r#"{ owner(ref: "payment-service") { ... on EntityOwnership { owner { ref } } } catalog { revision stale } }"#;
    let (status, body) = server.request("GET", &format!("/graphql?query={}", escaped(query)), "");
    assert_eq!(status, 200, "{body}");
    let answer: Value = serde_json::from_str(&body).expect("an answer is JSON");
    assert_eq!(answer["data"], server.ask(query));
    let close = r#"mutation { closeReview(review: "a", person: "b") { userErrors { code } } }"#;
    let (status, body) = server.request("GET", &format!("/graphql?query={}", escaped(close)), "");
    assert_eq!(status, 405, "{body}");
}

#[test]
fn only_the_documents_of_the_folder_are_answered_where_that_is_set() {
    let world = World::new();
    world.run("demo --no-serve --folder demo").ends_with(0);
    world.write("queries/owner-card.graphql", OWNER_CARD);
    world.write("queries/broken.graphql", "{ entity(ref: 1) { nobody } }");
    world.write("catalog.toml", "[server.documents]\nfolder = \"queries\"\nonly = true\n");
    let server = Server::start(&world, "demo/catalog.redb");
    let ask = |body: &Value| server.request("POST", "/graphql", &body.to_string());
    let variables = json!({"ref": "payment-service"});
    for request in [
        json!({"documentId": "owner-card", "variables": variables}),
        json!({"query": OWNER_CARD, "variables": variables}),
    ] {
        let (status, body) = ask(&request);
        assert!(status == 200 && body.contains(r#""owner":{"ref":"group:default/"#), "{status} {body}");
    }
    let address = format!("/graphql?documentId=owner-card&variables={}", escaped(&variables.to_string()));
    assert_eq!(server.request("GET", &address, "").0, 200);
    let (status, body) = ask(&json!({"query": "{ __typename }"}));
    assert!(status == 403 && body.contains("DOCUMENT_NOT_ALLOWED"), "{status} {body}");
    let (status, body) = ask(&json!({"documentId": "broken"}));
    assert!(status == 404 && body.contains("DOCUMENT_UNKNOWN"), "{status} {body}");

    world.write("catalog.toml", "[server.documents]\nonly = true\n");
    world
        .run("serve --listen 127.0.0.1:0 --store demo/catalog.redb")
        .ends_with(2)
        .says(&["server.documents.folder"]);
}

#[test]
fn the_export_of_a_server_is_that_of_the_terminal() {
    let world = World::new();
    world.run("demo --no-serve --folder demo").ends_with(0);
    // The terminal's output is shown without the place of the test, which addresses hold.
    let placeless = |mut line: Value| {
        if let Value::Object(fields) = &mut line {
            fields.remove("address");
        }
        line
    };
    let told = world.run("export --store demo/catalog.redb").ends_with(0).json_lines();
    let told: Vec<Value> = told.into_iter().map(placeless).collect();
    let server = Server::start(&world, "demo/catalog.redb");
    let lines = |path: &str| -> Vec<Value> {
        let (status, body) = server.request("GET", path, "");
        assert_eq!(status, 200, "{body}");
        let read = |line: &str| placeless(serde_json::from_str(line).expect("a line is JSON"));
        dechunked(&body).lines().map(read).collect()
    };
    assert_eq!(lines("/export"), told);
    let of = |kind: &str| told.iter().filter(|line| line["type"] == kind).cloned().collect::<Vec<_>>();
    assert_eq!(lines("/export?type=entity"), of("entity"));
    assert_eq!(lines("/export?type=relation"), of("relation"));
}

/// The content of an answer that comes in chunks.
fn dechunked(body: &str) -> String {
    let (mut rest, mut content) = (body, String::new());
    while let Some((length, behind)) = rest.split_once("\r\n") {
        let length = usize::from_str_radix(length, 16).expect("a chunk begins with its length");
        content.push_str(&behind[..length]);
        rest = behind[length..].trim_start_matches("\r\n");
        if length == 0 {
            break;
        }
    }
    content
}

#[test]
fn who_leaves_an_export_keeps_nobody_else_waiting() {
    let world = World::new();
    world.run("demo --no-serve --folder demo").ends_with(0);
    let server = Server::start(&world, "demo/catalog.redb");
    for _ in 0..20 {
        let mut stream = TcpStream::connect(server.address()).expect("the server listens");
        let head = format!("GET /export HTTP/1.1\r\nHost: {}\r\n\r\n", server.address());
        stream.write_all(head.as_bytes()).expect("the request is sent");
        let mut first = [0_u8; 12];
        stream.read_exact(&mut first).expect("an answer begins");
    }
    assert_eq!(server.ask("{ __typename }")["__typename"], "Query");
    let (status, _) = server.request("GET", "/export?type=catalog", "");
    assert!(matches!(status, 200 | 503), "{status}");
}

#[test]
fn a_change_is_checked_as_in_the_terminal() {
    let ledger = "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: ledger}\nspec: {type: service, lifecycle: production, owner: group:books, tier: 1}\n";
    let shop = "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: shop}\nspec: {type: website, lifecycle: production, owner: group:books, dependsOn: [component:ledger]}\n";
    let changed = ledger.replace("name: ledger", "name: general-ledger");
    let world = World::new();
    world.commit("acme/ledger", [("catalog-info.yaml", ledger)]);
    world.commit("acme/shop", [("catalog-info.yaml", shop)]);
    world.run("crawl acme").ends_with(0);
    world.write("acme/ledger/catalog-info.yaml", &changed);
    let store = world.text("catalog.redb");
    let mut command =
        world.command("check --base HEAD --working-tree --fail-on never --format json".split(' '));
    let told = world
        .finish(command.current_dir(world.path("acme/ledger")).env("CATALOG_STORE", store))
        .ends_with(0)
        .json();

    let server = Server::start(&world, "catalog.redb");
    let query = "query ($text: String!) { check(repository: \"ledger\",
        paths: [{path: \"catalog-info.yaml\", status: MODIFIED}], manifests: [{path: \"catalog-info.yaml\", text: $text}]) {
        ... on ChangeCheck { verdict notes
          findings { nodes { rule effect subject message fingerprint } }
          changed { nodes { entity { ref } } }
          facts { added { nodes { ref } } removed { nodes { ref } } }
          inform { nodes { owner { ref } changed affected } } } } }";
    let (status, body) = server.request(
        "POST",
        "/graphql",
        &json!({"query": query, "variables": {"text": changed}}).to_string(),
    );
    assert_eq!(status, 200, "{body}");
    let answer: Value = serde_json::from_str(&body).expect("an answer is JSON");
    let check = &answer["data"]["check"];
    assert_eq!(check["notes"], json!([]), "{answer:#}");
    assert_eq!(text(check, "verdict").to_lowercase().replace('_', "-"), text(&told, "verdict"));
    let findings = rows(&check["findings"], "nodes").iter().map(|of| {
        json!([
            of["rule"],
            text(of, "effect").to_lowercase(),
            of["subject"],
            of["message"],
            of["fingerprint"]
        ])
    });
    let expected = rows(&told, "findings")
        .iter()
        .map(|of| json!([of["rule"], of["effect"], of["subject"], of["message"], of["fingerprint"]]));
    assert_eq!(findings.collect::<Value>(), expected.collect::<Value>());
    let refs = |of: &Value| {
        of["nodes"].as_array().into_iter().flatten().map(|row| row["ref"].clone()).collect::<Value>()
    };
    let told_refs =
        |of: &Value| of.as_array().into_iter().flatten().map(|row| row["ref"].clone()).collect::<Value>();
    for side in ["added", "removed"] {
        assert_eq!(refs(&check["facts"][side]), told_refs(&told["facts"]["entities"][side]), "{side}");
    }
    let changed = rows(&check["changed"], "nodes").iter().map(|of| of["entity"]["ref"].clone());
    assert_eq!(changed.collect::<Value>(), told_refs(&told["changed"]));
    let inform = rows(&check["inform"], "nodes")
        .iter()
        .map(|of| json!([of["owner"]["ref"], of["changed"], of["affected"]]));
    let expected = rows(&told, "inform").iter().map(|of| json!([of["ref"], of["changed"], of["affected"]]));
    assert_eq!(inform.collect::<Value>(), expected.collect::<Value>());
}
