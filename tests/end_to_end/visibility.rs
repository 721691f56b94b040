//! What is hidden from some: no door tells them of it, and what they see follows the store.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::support::{EventSource, Server, World};

const SETTINGS: &str = r#"
[[server.visibility]]
repositories = ["hr-*"]
seen_by = ["admin", "token:dashboard"]
"#;
const SHOP: &str = "
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: web}
spec: {type: service, lifecycle: production, owner: shopkeepers}
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: shopkeepers}
spec: {type: team, children: []}
";
/// Everything that only this repository says has one of [`HIDDEN`] in its name.
const PAYROLL: &str = "
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: wages}
spec: {type: service, lifecycle: production, owner: wagepeople, dependsOn: [component:web, wage what]}
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: wagepeople}
spec: {type: team, children: []}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: wage-orphan}
spec: {type: service, lifecycle: production}
";
const HIDDEN: [&str; 2] = ["wage", "hr-payroll"];
/// How long a view may lag behind the store.
const SEEN_MAX: Duration = Duration::from_secs(30);

struct Office {
    world: World,
    server: Server,
    reader: String,
    admin: String,
    dashboard: String,
}

impl Office {
    fn open() -> Self {
        Self::open_with(SETTINGS)
    }

    fn open_with(settings: &str) -> Self {
        let world = World::new();
        world.commit("shop", [("catalog-info.yaml", SHOP)]);
        world.commit("hr-payroll", [("catalog-info.yaml", PAYROLL)]);
        world.write("catalog.toml", settings);
        world.run("crawl shop hr-payroll").ends_with(0);
        let token = |words: &str| {
            let made = world.run(&format!("token create {words}")).ends_with(0);
            format!("Authorization: Bearer {}\r\n", made.stdout.trim_end())
        };
        let reader = token("--scope read --scope review --scope crawl --name web");
        let admin = token("--scope admin --name boss");
        let dashboard = token("--scope read --name dashboard");
        let server = Server::serve(&world, ["--listen", "127.0.0.1:0", "--config", "catalog.toml"]);
        Self { world, server, reader, admin, dashboard }
    }

    fn body(&self, token: &str, body: &Value) -> (u16, String) {
        self.server.request_with("POST", "/graphql", token, &body.to_string())
    }

    fn ask(&self, token: &str, query: &str) -> Value {
        let (status, answer) = self.body(token, &json!({ "query": query }));
        assert_eq!(status, 200, "{answer}");
        let answer: Value = serde_json::from_str(&answer).expect("JSON");
        assert!(answer["errors"].is_null(), "{query}: {answer}");
        answer["data"].clone()
    }

    fn get(&self, token: &str, path: &str) -> (u16, String) {
        self.server.request_with("GET", path, token, "")
    }
}

#[track_caller]
fn tells_nothing(answer: &str) {
    for word in HIDDEN {
        assert!(!answer.contains(word), "`{word}` in {answer}");
    }
}

#[test]
fn no_answer_to_who_is_not_to_see_a_repository_tells_of_it() {
    let office = Office::open();
    let queries = [
        "{ catalog { revision counts { repositories entities relations } } }",
        "{ entities(first: 100) { totalCount nodes { ref relations(first: 9) { nodes { name entity { ref } } } } } }",
        "{ repositories(first: 100) { totalCount nodes { name } } }",
        "{ owner(ref: \"web\") { ... on EntityOwnership { owner { ref } } } }",
        "{ blastRadius(refs: [\"component:web\"]) { total owners { nodes { owner { ref } affected } } } }",
        "{ ownershipGaps(first: 100) { totalCount nodes { code subject repository message } } }",
        "{ diagnostics(first: 100) { totalCount nodes { code repository path message } } }",
        "{ search(text: \"wages\") { totalCount nodes { entity { ref } } } }",
        "{ search(text: \"web\") { totalCount nodes { entity { ref } } } }",
        "{ removals(first: 100) { totalCount } }",
    ];
    for query in queries {
        let seen = office.ask(&office.reader, query).to_string();
        tells_nothing(&seen);
        let whole = office.ask(&office.admin, query).to_string();
        assert_eq!(whole, office.ask(&office.dashboard, query).to_string(), "{query}");
        if !query.contains("owner(") && !query.contains("web\"") && !query.contains("removals") {
            assert_ne!(seen, whole, "{query}");
        }
    }
    let counts = |token: &str| office.ask(token, queries[0])["catalog"]["counts"].clone();
    assert_eq!(counts(&office.reader), json!({"repositories": 1, "entities": 2, "relations": 1}));
    assert_eq!(counts(&office.admin)["repositories"], 2);
    let radius = |token: &str| office.ask(token, queries[4])["blastRadius"]["total"].clone();
    assert_eq!((radius(&office.reader), radius(&office.admin)), (json!(0), json!(1)));
    let named = "{ entity(ref: \"component:wages\") { ref } }";
    assert_eq!(office.ask(&office.reader, named), json!({ "entity": null }));
    assert_eq!(office.ask(&office.admin, named)["entity"]["ref"], "component:default/wages");
    // A hidden name is told of as any other that there is not, in every answer that names it.
    for query in [
        "{ owner(ref: \"component:NAME\") { __typename ... on EntityNotFound { message candidates removal { removedAt } } } }",
        "{ blastRadius(refs: [\"component:NAME\"]) { total } }",
        "{ search(text: \"NAME\") { totalCount nodes { entity { ref } } } }",
        "{ entities(refs: [\"component:NAME\"]) { __typename } }",
    ] {
        let [hidden, none] = ["wages", "qqqqq"].map(|name| {
            let asked = json!({ "query": query.replace("NAME", name) });
            let (status, answer) = office.body(&office.reader, &asked);
            (status, answer.replace(name, "NAME"))
        });
        let without_id = |answer: &(u16, String)| {
            let mut body: Value = serde_json::from_str(&answer.1).expect("JSON");
            if let Some(error) = body["errors"].get_mut(0) {
                error["extensions"]["requestId"] = Value::Null;
            }
            (answer.0, body)
        };
        assert_eq!(without_id(&hidden), without_id(&none), "{query}");
    }
    let id = "{ entity(ref: \"component:wages\") { id } }";
    let id = office.ask(&office.admin, id)["entity"]["id"].as_str().expect("an id").to_owned();
    let node = format!("{{ node(id: \"{id}\") {{ __typename }} }}");
    assert_eq!(office.ask(&office.reader, &node), json!({ "node": null }));
}

#[test]
fn other_doors_tell_as_little() {
    let office = Office::open();
    let paths = ["/export", "/api/catalog/entities", "/api/catalog/entity-facets?facet=kind", "/"];
    for path in paths {
        let (status, seen) = office.get(&office.reader, path);
        assert_eq!(status, 200, "{path}: {seen}");
        tells_nothing(&seen);
        let (status, whole) = office.get(&office.admin, path);
        assert!(status == 200 && whole != seen, "{path}: {whole}");
    }
    assert_eq!(office.get(&office.reader, "/api/catalog/entities/by-name/component/default/wages").0, 404);
    assert_eq!(office.get(&office.admin, "/api/catalog/entities/by-name/component/default/wages").0, 200);
    let (status, refused) = office.get(&office.reader, "/metrics");
    assert_eq!(status, 403, "{refused}");
    assert!(refused.contains("hidden from whoever asks"), "{refused}");
    for path in ["/export/graph", "/export/measures", "/metrics"] {
        let status = office.server.exchange(&format!(
            "HEAD {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{}\r\n",
            office.dashboard
        ));
        assert!(status.starts_with("HTTP/1.1 200"), "{path}");
    }
    for query in [
        "{ crawls { __typename } }",
        "{ crawlJob(id: \"1\") { id } }",
        "mutation { crawl(repositories: [\"hr-payroll\"]) { userErrors { message } } }",
        "query { ...all } fragment all on Query { crawls { __typename } }",
    ] {
        let (status, refused) = office.body(&office.reader, &json!({ "query": query }));
        assert!(status == 403 && refused.contains("FORBIDDEN"), "{status} {refused}");
        tells_nothing(&refused);
    }
}

/// The tag of what a path answers, if it may be had, and its bytes.
fn download(office: &Office, token: &str, path: &str, known: &str) -> (u16, String, Vec<u8>) {
    let mut stream = TcpStream::connect(office.server.address()).expect("the server listens");
    stream.set_read_timeout(Some(SEEN_MAX)).expect("a time limit");
    let unless = if known.is_empty() { String::new() } else { format!("If-None-Match: {known}\r\n") };
    write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{token}{unless}\r\n")
        .expect("it is sent");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("an answer");
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n").expect("a head") + 4;
    let head = String::from_utf8(answer[..end].to_vec()).expect("text");
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
    let tag = head.lines().find_map(|line| line.strip_prefix("etag: ")).unwrap_or_default().to_owned();
    (status, tag, answer.split_off(end))
}

#[track_caller]
fn holds_nothing(bytes: &[u8]) {
    for word in HIDDEN.iter().chain(&["WAGE", "payroll"]) {
        assert!(!bytes.windows(word.len()).any(|part| part == word.as_bytes()), "`{word}` is in it");
    }
}

#[test]
fn the_graph_that_is_handed_out_is_that_of_what_one_sees() {
    let office = Office::open_with(&format!("{SETTINGS}{MEASURES}"));
    for path in ["/export/graph", "/export/measures"] {
        let (status, tag, bytes) = download(&office, &office.reader, path, "");
        assert_eq!(status, 200, "{path}");
        holds_nothing(&bytes);
        let (_, of_whole, whole) = download(&office, &office.admin, path, "");
        assert!(whole.windows(4).any(|part| part == b"wage"), "{path}");
        assert_eq!(download(&office, &office.dashboard, path, "").2, whole, "{path}");
        // A tag is good for who sees the same alone.
        for (token, known, expected) in [
            (&office.reader, &tag, 304),
            (&office.admin, &of_whole, 304),
            (&office.dashboard, &of_whole, 304),
            (&office.reader, &of_whole, 200),
            (&office.admin, &tag, 200),
        ] {
            let (status, _, again) = download(&office, token, path, known);
            assert_eq!((status, again.is_empty()), (expected, expected == 304), "{path}");
            if token == &office.reader {
                holds_nothing(&again);
            }
        }
    }
    // Nobody else is let in by it.
    for path in ["/export/graph", "/export/measures"] {
        assert_eq!(download(&office, "", path, "").0, 401, "{path}");
    }
    // What changes in what is hidden changes nothing in it but the revision; what is seen is followed.
    office.world.commit("hr-payroll", [("catalog-info.yaml", PAYROLL.replace("wages", "wages2").as_str())]);
    office.world.commit("shop", [("catalog-info.yaml", SHOP.replace("name: web", "name: store").as_str())]);
    office.world.run("crawl shop hr-payroll").ends_with(0);
    let started = Instant::now();
    loop {
        let bytes = download(&office, &office.reader, "/export/graph", "").2;
        holds_nothing(&bytes);
        if bytes.windows(5).any(|part| part == b"store") {
            break;
        }
        assert!(started.elapsed() < SEEN_MAX, "it is not seen");
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// What an organisation measures by, a part of which names what is hidden.
const MEASURES: &str = "
[gaps]
departed_days = 7
[[gaps.exemption]]
entity = 'component:wage-orphan'
code = 'unowned'
owner = 'group:wagepeople'
reason = 'everybody knows of the wages'
until = '2099-12-31'
[[journey]]
name = 'being paid a wage'
hops = ['component:web', 'component:wages']
";

#[test]
fn what_the_settings_say_of_the_hidden_is_hidden_too() {
    let seen = "[[journey]]\nname = 'buying'\nhops = ['component:web', 'group:shopkeepers']\n";
    let office = Office::open_with(&format!("{SETTINGS}{MEASURES}{seen}"));
    let query = "{ journeys(first: 9) { totalCount nodes { name ref } }
        declaredJourney(name: \"being paid a wage\") { name }
        ownershipGaps(first: 99, includeExempted: true) { nodes { code subject message exemption { reason } } } }";
    let seen = office.ask(&office.reader, query);
    tells_nothing(&seen.to_string());
    assert_eq!((&seen["journeys"]["totalCount"], &seen["declaredJourney"]), (&json!(1), &Value::Null));
    let whole = office.ask(&office.admin, query);
    assert_eq!(whole["journeys"]["totalCount"], 2);
    assert_eq!(whole["declaredJourney"]["name"], "being paid a wage");
    assert!(whole.to_string().contains("everybody knows of the wages"), "{whole}");
}

#[test]
fn commands_that_ask_the_server_answer_of_what_one_sees() {
    let office = Office::open_with(&format!("{SETTINGS}{MEASURES}"));
    let url = office.server.url();
    let ask = |token: &str, home: &str, words: &str| {
        let mut command = office.world.command(words.split(' ').chain(["--server", &url]));
        let token = token.trim_end().strip_prefix("Authorization: Bearer ").expect("a token");
        // What stands in the settings here is not what counts.
        let folder = office.world.path("elsewhere");
        std::fs::create_dir_all(&folder).expect("a folder");
        command.current_dir(folder).env("HOME", office.world.path(home)).env("CATALOG_TOKEN", token);
        office.world.finish(&mut command)
    };
    let owner = ask(&office.reader, "reader", "owner component:web --format json").ends_with(0);
    assert!(owner.stdout.contains("group:default/shopkeepers"), "{owner}");
    tells_nothing(&owner.stdout);
    for words in [
        "owner component:web",
        "blast-radius component:web",
        "list --format json",
        "gaps --format json",
        "gaps --exempted",
        "journey",
        "search wage",
        "show component:web",
        "status",
        "diagnostics --format json",
        "export",
        "structure --format json",
    ] {
        let seen = ask(&office.reader, "reader", words);
        assert!(seen.code().is_some_and(|code| code < 2) || words == "search wage", "{words}: {seen}");
        if words == "search wage" {
            continue;
        }
        tells_nothing(&seen.stdout);
        tells_nothing(&seen.stderr);
    }
    let radius = |token: &str, home: &str| {
        let json = ask(token, home, "blast-radius component:web --format json").json();
        json["affected"].as_array().map(Vec::len)
    };
    assert_eq!((radius(&office.reader, "reader"), radius(&office.admin, "boss")), (Some(0), Some(1)));
    let hidden = ask(&office.reader, "reader", "owner component:wages");
    let none = ask(&office.reader, "reader", "owner component:qqqqq");
    assert_eq!(hidden.stderr.replace("wages", "qqqqq"), none.stderr);
    assert_eq!((hidden.code(), hidden.stdout.is_empty()), (none.code(), true));
    ask(&office.admin, "boss", "owner component:wages").ends_with(0);
    // Of two people at one machine, each has what they see.
    let shared = |token: &str| ask(token, "shared", "list --format json").ends_with(0).stdout;
    assert!(shared(&office.admin).contains("wages"));
    tells_nothing(&shared(&office.reader));
    assert!(shared(&office.dashboard).contains("wages"));
    ask(&office.reader, "reader", "crawl").ends_with(2).says(&["a part of the catalog is hidden"]);
}

#[test]
fn a_state_of_the_catalog_is_one_for_who_sees_the_same() {
    let office = Office::open();
    let query =
        "{ catalog { revision } entities(first: 1) { totalCount nodes { ref } pageInfo { endCursor } } }";
    let first = office.ask(&office.admin, query);
    let seen = office.ask(&office.reader, query);
    let revision = first["catalog"]["revision"].as_u64().expect("a number");
    let cursor = first["entities"]["pageInfo"]["endCursor"].as_str().expect("a cursor");
    // The reader goes on with the cursor and the state of who sees more.
    let page = json!({
        "query": format!("{{ entities(first: 100, after: {}) {{ totalCount nodes {{ ref }} }} }}", json!(cursor)),
        "extensions": {"revision": revision},
    });
    tells_nothing(&office.body(&office.reader, &page).1);
    office.world.commit(
        "hr-payroll",
        [("more.txt", "x"), ("catalog-info.yaml", PAYROLL.replace("wages", "wages2").as_str())],
    );
    office
        .world
        .commit("shop", [("catalog-info.yaml", SHOP.replace("{name: web}", "{name: store}").as_str())]);
    office.world.run("crawl shop hr-payroll").ends_with(0);
    let started = Instant::now();
    let entities = "{ entities(first: 100) { nodes { ref } } }";
    for (token, named) in [(&office.reader, "component:default/store"), (&office.admin, "wages2")] {
        loop {
            let answer = office.ask(token, entities).to_string();
            if *token == office.reader {
                tells_nothing(&answer);
            }
            if answer.contains(named) {
                break;
            }
            assert!(started.elapsed() < SEEN_MAX, "{answer}");
            std::thread::sleep(Duration::from_millis(100));
        }
    }
    let pinned = json!({ "query": "{ entities(first: 100) { totalCount nodes { ref } } }", "extensions": {"revision": revision}});
    let (status, then) = office.body(&office.reader, &pinned);
    tells_nothing(&then);
    assert!(status == 200 && then.contains("component:default/web"), "{then}");
    let then: Value = serde_json::from_str(&then).expect("JSON");
    assert_eq!(then["data"]["entities"]["totalCount"], seen["entities"]["totalCount"]);
    assert!(office.body(&office.admin, &pinned).1.contains("component:default/wages\""));
}

#[test]
fn changes_are_told_of_what_one_sees() {
    let office = Office::open();
    let query =
        "subscription { catalogChanged { added { ref } removed { ref } changed { ref } addedCount } }";
    let path = "/graphql";
    let body = json!({ "query": query }).to_string();
    let mut events = EventSource::open_with(office.server.address(), path, &office.reader, &body);
    events.next().expect("where it begins");
    office.world.commit("hr-payroll", [("catalog-info.yaml", PAYROLL.replace("wages", "wages2").as_str())]);
    office.world.run("crawl hr-payroll").ends_with(0);
    office
        .world
        .commit("shop", [("catalog-info.yaml", SHOP.replace("{name: web}", "{name: store}").as_str())]);
    office.world.run("crawl shop").ends_with(0);
    loop {
        let (_, change) = events.next().expect("a change");
        tells_nothing(&change);
        if change.contains("component:default/store") {
            break;
        }
    }
    let progress = json!({ "query": "subscription { crawlProgress { targets } }" });
    let mut refused =
        EventSource::open_with(office.server.address(), path, &office.reader, &progress.to_string());
    let (_, refused) = refused.next().expect("a refusal");
    assert!(refused.contains("FORBIDDEN"), "{refused}");
}

#[test]
fn where_nothing_can_be_hidden_the_server_does_not_start() {
    let world = World::new();
    world.commit("shop", [("catalog-info.yaml", SHOP)]);
    world.run("crawl shop").ends_with(0);
    world.run("export --graph all.graph").ends_with(0);
    let serve = |settings: &str, words: &str| {
        world.write("catalog.toml", settings);
        world.run(&format!("serve --listen 127.0.0.1:0 {words}")).ends_with(64)
    };
    serve(SETTINGS, "--store all.graph").says(&["`[[server.visibility]]`", "a graph file is whole"]);
    serve("[[server.visibility]]\nseen_by = [\"admin\"]\n", "").says(&["section 1", "hides nothing"]);
    serve("[[server.visibility]]\nnamespaces = [\"x\"]\nseen_by = [\"write\"]\n", "")
        .says(&["`write`", "is nobody"]);
}

#[test]
fn who_would_see_one_part_too_many_is_refused_and_all_others_are_answered() {
    let two_rules = "
[server]
views_max = 1
[[server.visibility]]
repositories = ['hr-*']
seen_by = ['admin', 'token:dashboard']
[[server.visibility]]
repositories = ['shop']
seen_by = ['admin', 'token:web']
";
    let office = Office::open_with(two_rules);
    // The part of those who may only read is opened at the start.
    let query = json!({ "query": "{ catalog { counts { repositories } } }" });
    for token in [&office.reader, &office.dashboard] {
        let (status, refused) = office.body(token, &query);
        assert!(refused.contains("`server.views_max` of 1"), "{status} {refused}");
        tells_nothing(&refused);
    }
    assert_eq!(office.body(&office.admin, &query).0, 200);
}
