//! The server: the terminal's answers over GraphQL, always of one revision, while others crawl.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::support::{Server, World, rows, text};

/// How long the server may take to see what another process has committed.
const SEEN_MAX: Duration = Duration::from_secs(30);

const ORIGIN: &str = "origin { repository commit path document line column format }";
const CONTACT: &str = "kind value source origin { repository commit path document line column format }";

fn example() -> (World, Server) {
    let world = World::new();
    world.run("demo --no-serve --folder demo").ends_with(0);
    let server = Server::start(&world, "demo/catalog.redb");
    (world, server)
}

/// An enum of GraphQL as the terminal writes it.
fn word(value: &Value) -> Value {
    value.as_str().map_or(Value::Null, |text| text.to_lowercase().replace('_', "-").into())
}

/// The terminal's place: 0 where GraphQL says that there is no line or column.
fn place(origin: &Value) -> Value {
    let mut place = origin.clone();
    if let Value::Object(fields) = &mut place {
        for field in ["line", "column"] {
            if fields[field].is_null() {
                fields.insert(field.to_owned(), 0.into());
            }
        }
    }
    place
}

fn claims(of: &Value) -> Value {
    let claim = |claim: &Value| {
        json!({"owner": claim["owner"], "written": claim["written"], "ground": word(&claim["ground"]),
               "origin": place(&claim["origin"]), "committedAt": claim["committedAt"],
               "observedAt": claim["observedAt"]})
    };
    rows(of, "claims").iter().map(claim).collect()
}

fn contact(of: &Value) -> Value {
    json!({"kind": word(&of["kind"]), "value": of["value"], "source": of["source"], "origin": place(&of["origin"])})
}

fn row(entity: &Value) -> Value {
    json!({"ref": entity["ref"], "kind": entity["kind"], "name": entity["name"], "title": entity["title"],
           "type": entity["type"], "lifecycle": entity["lifecycle"], "tier": entity["tier"],
           "owner": entity["owner"]["ref"], "repository": entity["repository"]["name"],
           "standing": word(&entity["standing"]), "stale": !entity["stale"].is_null()})
}

const ROW: &str =
    "ref kind name title type lifecycle tier owner { ref } repository { name } standing stale { reason }";

#[test]
fn an_entity_is_what_the_terminal_shows() {
    let (world, server) = example();
    for entity in
        ["component:payment-service", "api:sailings-api", "component:freight/customs-bridge", "group:kiosk"]
    {
        let shown = world.json(&format!("show {entity} --store demo/catalog.redb"));
        let answer = server.ask(&format!(
            "{{ entity(ref: \"{entity}\") {{ {ROW} description tags labels {{ key value }} annotations {{ key value }}
               {ORIGIN} relations(first: 100) {{ nodes {{ name entity {{ ref }} }} }} }} }}"
        ));
        let asked = &answer["entity"];
        for (field, value) in row(asked).as_object().expect("an object") {
            assert_eq!(value, &shown[field], "{field} of {entity}");
        }
        for field in ["description", "tags", "labels", "annotations"] {
            assert_eq!(asked[field], shown[field], "{field} of {entity}");
        }
        assert_eq!(place(&asked["origin"]), shown["origin"], "{entity}");
        let mut relations: Vec<(&str, &str)> = rows(&asked["relations"], "nodes")
            .iter()
            .map(|relation| (text(relation, "name"), text(&relation["entity"], "ref")))
            .collect();
        relations.sort_unstable();
        let shown: Vec<(&str, &str)> =
            rows(&shown, "relations").iter().map(|row| (text(row, "relation"), text(row, "ref"))).collect();
        assert_eq!(relations, shown, "{entity}");
    }
    assert_eq!(server.ask("{ entity(ref: \"component:nothing\") { ref } }"), json!({"entity": null}));
}

#[test]
fn an_owner_is_whom_the_terminal_names() {
    let (world, server) = example();
    for entity in ["loyalty-service", "tide-tables", "lounge-menu", "component:freight/portal"] {
        let told = world.json(&format!("owner {entity} --store demo/catalog.redb"));
        let answer = server.ask(&format!(
            "{{ owner(ref: \"{entity}\") {{ ... on EntityOwnership {{ revision entity {{ ref tier
                 responsibilities {{ responsibility ground reason contacts {{ {CONTACT} }}
                   holders {{ entity {{ ref standing }} {ORIGIN} }} }} }} owner {{ ref standing }}
               readFrom claims {{ owner written ground {ORIGIN} committedAt observedAt }}
               escalation {{ entity {{ ref }} reason obstacle fallback {{ ref }} contacts {{ {CONTACT} }}
                 members {{ entity {{ ref }} contact {{ {CONTACT} }} }} }} escalationLeftOut
               contradictions {{ entity {{ ref }} contact {{ {CONTACT} }} }} guides {{ entity {{ ref }} contact {{ {CONTACT} }} }}
               dependentsInBrief {{ total critical first {{ ref tier owner {{ ref }} }} teamCount
                 teams {{ affected owner {{ ref }} }} unowned }}
               lastChange {{ repository path own commit subject name email person {{ ref }} at since extent }}
               gaps {{ code message }} gapsExempted }} }} }}"
        ));
        let owner = &answer["owner"];
        let escalation = rows(owner, "escalation").iter().map(|step| {
            let members = rows(step, "members").iter();
            let members = members.map(|of| json!({"ref": of["entity"]["ref"], "contact": contact(&of["contact"])}));
            json!({"ref": step["entity"]["ref"], "reason": step["reason"], "obstacle": word(&step["obstacle"]),
                   "fallback": step["fallback"]["ref"], "members": members.collect::<Value>(),
                   "contacts": rows(step, "contacts").iter().map(contact).collect::<Value>()})
        });
        let guides = |list: &str| -> Value {
            let of = |guide: &Value| {
                let mut row = contact(&guide["contact"]);
                row["ref"] = guide["entity"]["ref"].clone();
                row
            };
            rows(owner, list).iter().map(of).collect()
        };
        let brief = &owner["dependentsInBrief"];
        let first = rows(brief, "first").iter();
        let first =
            first.map(|of| json!({"ref": of["ref"], "tier": of["tier"], "owner": of["owner"]["ref"]}));
        let teams = rows(brief, "teams").iter();
        let teams = teams.map(|of| json!({"ref": of["owner"]["ref"], "affected": of["affected"]}));
        let dependents = json!({"total": brief["total"], "critical": brief["critical"],
            "first": first.collect::<Value>(), "teamCount": brief["teamCount"],
            "teams": teams.collect::<Value>(), "unowned": brief["unowned"]});
        let mut change = owner["lastChange"].clone();
        change["person"] = change["person"]["ref"].clone();
        change["extent"] = word(&change["extent"]);
        let told_gaps = rows(&told, "gaps").iter();
        let told_gaps = told_gaps.map(|gap| json!({"code": gap["code"], "message": gap["message"]}));
        assert_eq!(owner["gaps"], told_gaps.collect::<Value>(), "{entity}");
        let responsibilities = rows(&owner["entity"], "responsibilities").iter().map(|of| {
            let contacts = rows(of, "contacts").iter().map(contact);
            let holders = rows(of, "holders").iter().map(|holder| {
                let declared = holder["entity"]["standing"] != "PLACEHOLDER";
                json!({"ref": holder["entity"]["ref"], "declared": declared, "origin": place(&holder["origin"])})
            });
            json!({"responsibility": word(&of["responsibility"]), "ground": word(&of["ground"]),
                   "reason": of["reason"], "holders": holders.collect::<Value>(),
                   "contacts": contacts.collect::<Value>()})
        });
        let declared = owner["owner"]["standing"].as_str().map(|standing| standing != "PLACEHOLDER");
        assert_eq!(
            json!({"schemaVersion": 1, "revision": owner["revision"], "ref": owner["entity"]["ref"],
                   "readFrom": owner["readFrom"], "tier": owner["entity"]["tier"],
                   "owner": owner["owner"]["ref"], "ownerDeclared": declared, "claims": claims(owner),
                   "escalation": escalation.collect::<Value>(), "escalationLeftOut": owner["escalationLeftOut"],
                   "contradictions": guides("contradictions"), "guides": guides("guides"),
                   "dependents": dependents, "gaps": told["gaps"], "gapsExempted": owner["gapsExempted"],
                   "responsibilities": responsibilities.collect::<Value>(), "lastChange": change, "staleness": null}),
            told,
            "{entity}"
        );
    }
    let answer = server
        .ask("{ owner(subject: \"loyalty-servce\") { ... on EntityOwnership { readFrom entity { ref } } } }");
    let read = json!({"readFrom": "loyalty-servce", "entity": {"ref": "component:default/loyalty-service"}});
    assert_eq!(answer["owner"], read);
}

#[test]
fn a_paths_owner_is_whom_the_terminal_names() {
    let (world, server) = example();
    for (repository, path) in [
        ("aldersound/booking", "services/booking/schema/bookings.sql"),
        ("aldersound/port-operations", "tide-tables/harmonics.f90"),
        ("aldersound/pier-cam", "count.py"),
    ] {
        let told = world.json(&format!("owner --repository {repository} {path} --store demo/catalog.redb"));
        let answer = server.ask(&format!(
            "{{ owner(repository: \"{repository}\", path: \"{path}\") {{ ... on PathOwnership {{ revision path file
               rule {{ pattern origin {{ path line }} }} claims {{ owner written ground {ORIGIN} committedAt observedAt }}
               nearestEntity {{ ref owner {{ ref }} }} }} }} }}"
        ));
        let owner = &answer["owner"];
        assert_eq!(
            (&owner["revision"], &owner["path"], &owner["file"]),
            (&told["revision"], &told["path"], &told["file"])
        );
        assert_eq!(claims(owner), told["claims"], "{path}");
        assert_eq!(owner["rule"]["pattern"], told["rule"]["pattern"], "{path}");
        assert_eq!(owner["rule"]["origin"]["line"], told["rule"]["line"], "{path}");
        assert_eq!(owner["nearestEntity"]["ref"], told["entity"], "{path}");
        assert_eq!(owner["nearestEntity"]["owner"]["ref"], told["entityOwner"], "{path}");
    }
}

#[test]
fn a_blast_radius_is_the_terminals() {
    let (world, server) = example();
    for (roots, direction, flags) in [
        (vec!["resource:identity-db"], "DEPENDENTS", ""),
        (vec!["component:tide-tables", "resource:paywharf"], "DEPENDENTS", "--max-depth 3"),
        (vec!["component:freight/portal"], "DEPENDENCIES", "--direction dependencies"),
    ] {
        let told = world.json(&format!("blast-radius {} {flags} --store demo/catalog.redb", roots.join(" ")));
        let depth = if flags.contains("max-depth") { ", maxDepth: 3" } else { "" };
        let answer = server.ask(&format!(
            "{{ blastRadius(refs: {roots:?}, direction: {direction}{depth}) {{ revision direction roots {{ ref }} total
               truncated truncatedReason unowned critical
               affected(first: 100) {{ nodes {{ ref distance strength via {{ ref }}
                 entity {{ kind type tier owner {{ ref }} stale {{ reason }} }} }} }}
               owners(first: 100) {{ nodes {{ affected owner {{ ref }} }} }}
               systems(first: 100) {{ nodes {{ affected system {{ ref }} }} }} notShown
               notKnown {{ undeclared {{ nodes {{ ref }} }} stale {{ nodes {{ ref }} }}
                 withoutManifests {{ nodes {{ ref }} }} repositoriesWithoutManifests }} }} }}"
        ));
        let asked = &answer["blastRadius"];
        let not_known = &asked["notKnown"];
        let names = |list: &str| -> Value {
            rows(&not_known[list], "nodes").iter().map(|entity| entity["ref"].clone()).collect()
        };
        let systems = rows(&asked["systems"], "nodes").iter();
        let systems =
            systems.map(|share| json!({"ref": share["system"]["ref"], "affected": share["affected"]}));
        let affected = rows(&asked["affected"], "nodes").iter().map(|row| {
            let entity = &row["entity"];
            json!({"ref": row["ref"], "distance": row["distance"], "via": row["via"]["ref"], "kind": entity["kind"],
                   "type": entity["type"], "tier": entity["tier"], "owner": entity["owner"]["ref"],
                   "strength": word(&row["strength"]), "stale": !entity["stale"].is_null()})
        });
        let owners = rows(&asked["owners"], "nodes").iter();
        let owners = owners.map(|share| json!({"ref": share["owner"]["ref"], "affected": share["affected"]}));
        let roots: Value = rows(asked, "roots").iter().map(|root| root["ref"].clone()).collect();
        let asked = json!({"schemaVersion": 1, "revision": asked["revision"], "roots": roots,
            "direction": word(&asked["direction"]), "total": asked["total"], "truncated": asked["truncated"],
            "truncatedReason": word(&asked["truncatedReason"]), "affected": affected.collect::<Value>(),
            "systems": systems.collect::<Value>(), "notShown": asked["notShown"],
            "unknown": {"undeclared": names("undeclared"), "stale": names("stale"),
                "withoutManifests": names("withoutManifests"), "unreadableRepositories": [],
                "repositoriesWithoutManifests": not_known["repositoriesWithoutManifests"]},
            "owners": owners.collect::<Value>(), "unowned": asked["unowned"], "critical": asked["critical"],
            // Counts that a client takes from the rows.
            "undeclared": told["undeclared"], "stale": told["stale"]});
        assert_eq!(asked, told);
    }
}

#[test]
fn gaps_diagnostics_and_hits_are_the_terminals() {
    let (world, server) = example();
    let origins = ORIGIN.replace("origin", "origins");
    let answer = server.ask(&format!(
        "{{ ownershipGaps(first: 100) {{ totalCount nodes {{ code severity subject repository message {origins} related stale }} }}
           diagnostics(first: 100) {{ totalCount nodes {{ code severity repository path document line column message suggestion }} }}
           search(text: \"booking\", first: 100) {{ totalCount nodes {{ score matched entity {{ {ROW} }} }} }}
           catalog {{ revision coverage {{ repositories readable unreadable withManifests withoutManifests unknown entities
             entitiesOwnable entitiesOwned entitiesOwnedByKnown entitiesUnknown entitiesStale placeholders }} }} }}"
    ));
    let told = world.json("gaps --store demo/catalog.redb");
    let gaps = rows(&answer["ownershipGaps"], "nodes").iter().map(|gap| {
        json!({"code": gap["code"], "severity": word(&gap["severity"]), "ref": gap["subject"],
               "repository": gap["repository"], "message": gap["message"],
               "origins": rows(gap, "origins").iter().map(place).collect::<Value>(), "related": gap["related"],
               "stale": gap["stale"]})
    });
    let mut shown = told["gaps"].clone();
    for gap in shown.as_array_mut().expect("a list") {
        gap.as_object_mut().expect("an object").remove("remedy");
    }
    assert_eq!(gaps.collect::<Value>(), shown);
    assert_eq!(answer["ownershipGaps"]["totalCount"], told["total"]);
    assert_eq!(answer["catalog"]["coverage"], told["coverage"]);
    assert_eq!(answer["catalog"]["revision"], told["revision"]);

    let answer_suggested = server.ask(
        "{ ownershipGaps(first: 100) { nodes { suggestedOwner { commits extent since
           candidates { owner confidence confidencePercent sharePercent commits last
             people { name email person knownBy commits sharePercent last } }
           others { name email person knownBy commits sharePercent last }
           places { repository path line action text words } } } } }",
    );
    let told = world.json("gaps --suggest --store demo/catalog.redb");
    for (asked, shown) in rows(&answer_suggested["ownershipGaps"], "nodes").iter().zip(rows(&told, "gaps")) {
        let (asked, shown) = (&asked["suggestedOwner"], &shown["suggestedOwner"]);
        for field in ["commits", "extent", "since", "places"] {
            assert_eq!(asked[field], shown[field], "{field}");
        }
        let renamed = |value: &Value, from: &str| {
            let mut text = value.to_string();
            text = text.replace(&format!("\"{from}\":"), "\"ref\":");
            text
        };
        let sorted = |text: String| -> Value { serde_json::from_str(&text).expect("it is JSON") };
        assert_eq!(sorted(renamed(&asked["others"], "person")), sorted(shown["others"].to_string()));
        let candidates = renamed(&asked["candidates"], "person").replace("\"owner\":", "\"ref\":");
        assert_eq!(sorted(candidates), sorted(shown["candidates"].to_string()));
    }

    let told = world.json("diagnostics --store demo/catalog.redb");
    let diagnostics = rows(&answer["diagnostics"], "nodes").iter().map(|of| {
        let mut of = place(of);
        of["severity"] = word(&of["severity"]);
        of
    });
    assert_eq!(diagnostics.collect::<Value>(), told["diagnostics"]);

    let told = world.json("search booking --limit 0 --store demo/catalog.redb");
    let hits = rows(&answer["search"], "nodes").iter().map(|hit| {
        let mut shown = row(&hit["entity"]);
        shown["score"] = hit["score"].clone();
        shown["matched"] = word(&hit["matched"]);
        shown
    });
    assert_eq!(hits.collect::<Value>(), told["hits"]);
    assert_eq!(answer["search"]["totalCount"], told["total"]);
}

#[test]
fn health_and_a_graceful_end() {
    let (_world, server) = example();
    assert_eq!(server.request("GET", "/healthz", "").0, 200);
    assert_eq!(server.request("GET", "/readyz", "").0, 200);
    assert_eq!(server.request("GET", "/", "").0, 200);
    assert_eq!(server.request("GET", "/no-such-page", "").0, 404);
    let (status, said) = server.stop();
    assert_eq!(status.code(), Some(0), "{said}");
    assert!(said.contains("stopped"), "{said}");
}

#[test]
fn an_address_that_is_taken_or_not_ones_own_is_told() {
    let (world, _server) = example();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let taken = listener.local_addr().expect("an address").to_string();
    let store = "demo/catalog.redb";
    world.run_with(["serve", "--store", store, "--listen", &taken]).ends_with(2).says(&[&taken, "hint: "]);
    world
        .run_with(["serve", "--store", store, "--listen", "0.0.0.0:0"])
        .says(&["listen on this machine only"]);
    world.run_with(["serve", "--store", store, "--listen", "here"]).ends_with(64);
}

#[test]
fn a_crawl_becomes_visible_and_no_answer_mixes_revisions() {
    const COMMITS: u64 = 5;
    let world = World::new();
    let commit = |number: u64| {
        let manifest = format!(
            "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: c{number}\n\
             spec:\n  type: service\n  lifecycle: production\n  dependsOn: [resource:hub]\n"
        );
        world.commit("acme/all.git", [(&*format!("c{number}/catalog-info.yaml"), &*manifest)]);
        world.run("crawl acme").ends_with(0);
    };
    commit(1);
    let server = Server::start(&world, "catalog.redb");
    let seen = || {
        let answer = server.ask(
            "{ catalog { revision } entities(filter: {kinds: [\"component\"]}) { totalCount revision }
               blastRadius(refs: [\"resource:hub\"]) { revision total }
               ownershipGaps(filter: {codes: [\"unowned\"]}) { totalCount revision } }",
        );
        let revision = answer["catalog"]["revision"].as_u64().expect("a number");
        // Each revision has one component more, which needs the hub and has no owner.
        for (field, count) in
            [("entities", "totalCount"), ("blastRadius", "total"), ("ownershipGaps", "totalCount")]
        {
            assert_eq!(
                (&answer[field]["revision"], &answer[field][count]),
                (&revision.into(), &revision.into()),
                "{answer:#}"
            );
        }
        revision
    };
    let crawled = AtomicBool::new(false);
    thread::scope(|scope| {
        let watching = scope.spawn(|| {
            let mut last = 0;
            let mut since_crawled = None;
            while last < COMMITS {
                let revision = seen();
                assert!(revision >= last, "revision {revision} after {last}");
                last = revision;
                if crawled.load(Ordering::SeqCst) {
                    let since = *since_crawled.get_or_insert_with(Instant::now);
                    assert!(since.elapsed() < SEEN_MAX, "the crawl is not seen");
                }
            }
        });
        (2..=COMMITS).for_each(commit);
        crawled.store(true, Ordering::SeqCst);
        watching.join().expect("the answers are good");
    });
    assert_eq!(seen(), COMMITS);
}
