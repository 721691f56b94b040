//! Reviews of ownership, as those who start one, answer in one and read one go through it.

use std::{io::Write as _, process::Stdio, thread};

use expect_test::expect;
use serde_json::{Value, json};

use crate::support::{Run, Server, World, rows, text};

const PEOPLE: &str = "\
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: { name: shop }
spec: { type: team, children: [], members: [ann] }
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: { name: pay }
spec: { type: team, children: [], members: [cid] }
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: { name: data }
spec: { type: team, children: [], members: [dan] }
---
apiVersion: backstage.io/v1alpha1
kind: User
metadata: { name: ann }
spec: { profile: { email: ann@example.com } }
---
apiVersion: backstage.io/v1alpha1
kind: User
metadata: { name: cid }
spec: { profile: { email: cid@example.com } }
---
apiVersion: backstage.io/v1alpha1
kind: User
metadata: { name: dan }
spec: { profile: { email: dan@example.com } }
";

fn component(name: &str, owner: &str) -> String {
    format!(
        "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {{ name: {name} }}\n\
         spec:\n  type: service\n  lifecycle: production\n  owner: {owner}\n"
    )
}

/// A company with three teams and six services.
fn company() -> World {
    let world = World::new();
    world.commit("acme/people.git", [("catalog-info.yaml", PEOPLE)]);
    for (name, owner) in [
        ("web", "shop"),
        ("cart", "shop"),
        ("ledger", "pay"),
        ("fx", "pay"),
        ("lake", "data"),
        ("feed", "data"),
    ] {
        world.commit(&format!("acme/{name}.git"), [("catalog-info.yaml", component(name, owner).as_str())]);
    }
    world.run("crawl acme").ends_with(0);
    world
}

fn start(world: &World) {
    world.run("review start --all --due 2099-12-31 --id q4 --title Q4 --as dan").ends_with(0);
}

/// Runs a command with a reason, which holds blanks.
fn because(world: &World, words: &str, reason: &str) -> Run {
    let words = words.split_whitespace().chain(["--reason", reason]);
    world.run_with(words)
}

/// Puts other moments into an export: as it would be had everything happened long ago.
fn long_ago(export: &str) -> String {
    let mut lines = String::new();
    for line in export.lines() {
        let mut value: Value = serde_json::from_str(line).expect("a line is JSON");
        match text(&value, "type") {
            "review" => {
                value["startedAt"] = "2026-01-01T08:00:00Z".into();
                value["due"] = "2026-01-31T23:59:59Z".into();
            }
            "review-answer" if value["by"]["user"] == "user:default/cid" => {
                value["at"] = "2026-02-03T12:00:00Z".into();
            }
            "review-answer" => value["at"] = "2026-01-15T12:00:00Z".into(),
            _ => continue,
        }
        lines += &format!("{value}\n");
    }
    lines
}

/// The number of days that depends on when the test runs is shown as N.
fn without_days(text: &str) -> String {
    let words: Vec<&str> = text.split(' ').collect();
    let mut shown = Vec::new();
    for (position, word) in words.iter().enumerate() {
        let is_days = words.get(position + 1).is_some_and(|next| next.starts_with("days"));
        shown.push(if is_days && word.chars().next().is_some_and(|c| c.is_ascii_digit()) {
            "N"
        } else {
            word
        });
    }
    shown.join(" ")
}

#[test]
fn a_review_is_read_as_the_platform_lead_would() {
    let world = company();
    start(&world);
    world.run("review confirm web cart --as ann@example.com").ends_with(0);
    because(&world, "review hand-over ledger --to data --as cid@example.com", "they keep the books")
        .ends_with(0);
    world.run("review correct fx --field spec.owner --value shop --as cid").ends_with(0);
    world.run("review confirm feed --exists --as dan").ends_with(0);
    let exported = world.run("export").ends_with(0).stdout;

    // The same in another store, as if it had happened long ago.
    let later = company();
    later.write("reviews.ndjson", long_ago(&exported));
    later
        .run("review import reviews.ndjson")
        .ends_with(0)
        .says(&["1 brought in or gone on with, 0 known already"]);
    later
        .run("review import reviews.ndjson")
        .ends_with(0)
        .says(&["0 brought in or gone on with, 1 known already"]);
    let shown = later.run("review show").ends_with(0);
    expect![[r#"
        Q4 (q4): 3 of 6 entities answered, overdue for N days

          scope    everything that must be owned
          started  2026-01-01 by user:dan
          due      2026-01-31

          2 answers after the due date

          TEAM        ANSWERED  OF  TO ANSWER  OVERDUE
          group:data  0         3   3          3
          group:pay   1         1   0          0
          group:shop  2         2   0          0

          ENTITY            STATE                       ASKED       ANSWERED BY  REMARK
          component:cart    confirmed                   group:shop  user:ann     it exists and is right
          component:feed    partly-confirmed, overdue   group:data  user:dan     it exists
          component:fx      corrected                   group:pay   user:cid     `spec.owner` should be `shop`; late
          component:lake    open, overdue               group:data  –            –
          component:ledger  hand-over-pending, overdue  group:data  user:cid     to group:data: they keep the books; late
          component:web     confirmed                   group:shop  user:ann     it exists and is right
    "#]]
    .assert_eq(&without_days(&shown.stdout));
    later.run("review show q4 --fail-on-overdue").ends_with(1);
    let of_data = later.json("review show q4 --team data --overdue");
    let refs: Vec<&str> = rows(&of_data, "items").iter().map(|item| text(item, "ref")).collect();
    assert_eq!(refs, ["component:default/feed", "component:default/lake", "component:default/ledger"]);
    let gaps = later.json("gaps --code review-stale");
    let messages: Vec<String> =
        rows(&gaps, "gaps").iter().map(|gap| without_days(text(gap, "message"))).collect();
    assert_eq!(
        messages,
        [
            "`component:feed` is not answered in review `q4`, which has been due for N days",
            "`component:lake` is not answered in review `q4`, which has been due for N days",
            "`component:ledger` was handed over, which is not confirmed, in review `q4`, which has been due for N days",
        ]
    );

    // The receiver takes over, the rest is answered at once, late as it is.
    let taken = later.run("review confirm --all-of data --as dan").ends_with(0);
    assert!(taken.stdout.contains("component:ledger: late"), "{taken}");
    let after = later.json("review show");
    assert_eq!((&after["review"]["done"], &after["review"]["daysOverdue"]), (&json!(6), &Value::Null));
    later.run("review confirm --all-of data --as dan").ends_with(2).says(&["has nothing left to answer"]);
    because(&later, "review close q4 --as dan", "all is said").ends_with(0);
    later.run("review confirm web --review q4 --as ann").ends_with(2).says(&["review `q4` is closed"]);
    later.run("review confirm web --as ann").ends_with(2).says(&["no review takes answers"]);
    let list = later.json("review list");
    assert_eq!(list["reviews"][0]["closedReason"], "all is said");
}

#[test]
fn an_export_carries_reviews_over_byte_for_byte() {
    let world = company();
    start(&world);
    because(&world, "review reject lake --does-not-exist --as ann", "=cmd|' /C calc'!A0").ends_with(0);
    world.run("review correct web --value <script> --as x@example.com").ends_with(0);
    let reviews = |world: &World| {
        let exported = world.run("export").ends_with(0).stdout;
        exported.lines().filter(|line| line.contains("\"type\":\"review")).collect::<Vec<_>>().join("\n")
    };
    let other = company();
    other.write("reviews.ndjson", reviews(&world));
    other.run("review import reviews.ndjson").ends_with(0);
    assert_eq!(reviews(&other), reviews(&world));
    // What somebody wrote is harmless wherever it is shown.
    let csv = other.run("review show --format csv").ends_with(0).stdout;
    assert!(!csv.lines().any(|line| line.contains(",=cmd")), "{csv}");
    let markdown = other.run("review show --format markdown").ends_with(0).stdout;
    assert!(!markdown.contains("<script>"), "{markdown}");
    other.run("crawl acme").ends_with(0);
    assert_eq!(reviews(&other), reviews(&world), "a crawl keeps reviews");
}

#[test]
fn what_cannot_be_answered_is_told_with_a_way_out() {
    let world = company();
    world.run("review list").ends_with(0);
    world.run("review show").ends_with(2).says(&["no review takes answers", "catalog review start"]);
    world.run("review show nowhere").ends_with(2).says(&["there is no review `nowhere`"]);
    world.run("review start --due 2099-12-31 --as ann").ends_with(64);
    world.run("review start --all --due yesterday --as ann").ends_with(64).says(&["`yesterday` is no date"]);
    world.run("review start --all --due 2020-01-01 --as ann").ends_with(64).says(&["has passed already"]);
    world
        .run("review start --all --due 2099-12-31 --id A_B --as ann")
        .ends_with(64)
        .says(&["cannot be the id"]);
    world
        .run("review start --kind nothing --due 2099-12-31 --as ann")
        .ends_with(2)
        .says(&["holds no entity"]);
    world
        .run("review start --owner shp --due 2099-12-31 --as ann")
        .ends_with(2)
        .says(&["did you mean `group:shop`"]);
    start(&world);
    world
        .run("review start --all --due 2099-12-31 --id q4 --as ann")
        .ends_with(2)
        .says(&["a review `q4` already"]);

    world.run("review confirm web").ends_with(64).says(&["not said who does this", "--as"]);
    world.run("review confirm nowhere --as ann").ends_with(2).says(&["not in the catalog"]);
    world
        .run("review confirm group:shop --as ann")
        .ends_with(2)
        .says(&["review `q4` is not about `group:shop`"]);
    world.run("review confirm web --review q9 --as ann").ends_with(2).says(&["the latest are: `q4`"]);
    world.run("review reject web --as ann").ends_with(64).says(&["a rejection needs a reason", "--reason"]);
    world.run("review hand-over web --to nobody --as ann").ends_with(2).says(&["`group:nobody`"]);
    world
        .run("review hand-over web --to shop --as ann")
        .ends_with(2)
        .says(&["owned by `group:shop` already"]);
    world.run("review show --team nobody").ends_with(2).says(&["does not ask `group:nobody`"]);
    world.run("review show --state done").ends_with(64).says(&["the states are: open"]);
    world.run("review import nowhere.ndjson").ends_with(2).says(&["nowhere.ndjson"]);
    let bad = |content: &str, said: &str| {
        world.write("bad.ndjson", content);
        world.run("review import bad.ndjson").ends_with(2).says(&[said]);
    };
    bad("{", "line 1: is no JSON");
    bad("[]", "line 1: is no line of an export");
    bad("{\"type\":\"review\",\"id\":\"../x\"}", "line 1: is no review");
    bad("{\"type\":\"review-answer\"}", "line 1: is no answer");
    let unfit = world.run("export").ends_with(0).stdout.replace("\"id\":\"q4\"", "\"id\":\"q5\"");
    let unfit = unfit.replace("component:default/cart\"}", "component:default/zzz\"}");
    bad(&unfit, "review `q5` does not fit together: its items are not in the order");
    // Of several, none is taken where one is refused.
    world.run("review confirm web nowhere --as ann").ends_with(2);
    assert_eq!(world.json("review show")["review"]["answers"], 0);
}

#[test]
fn an_answer_by_somebody_else_is_marked_or_refused() {
    let world = company();
    start(&world);
    world
        .run("review confirm web --as cid --strict")
        .ends_with(2)
        .says(&["user:cid is not known to own `component:web`", "without `--strict`"]);
    let taken = world.run("review confirm web --as cid").ends_with(0);
    assert!(taken.stdout.contains("component:web: by a non-owner, not in group:shop"), "{taken}");
    let taken = world.run("review confirm cart --as stranger@example.com").ends_with(0);
    assert!(taken.stdout.contains("component:cart: not known whether in group:shop"), "{taken}");
    let shown = world.json("review show");
    assert_eq!((&shown["review"]["byNonOwners"], &shown["review"]["done"]), (&json!(1), &json!(2)));
}

#[test]
fn a_second_answer_keeps_the_first_and_stands() {
    let world = company();
    start(&world);
    world.run("review confirm web --as ann --if-last 0").ends_with(0);
    world
        .run("review confirm web --as ann --if-last 0")
        .ends_with(2)
        .says(&["was answered meanwhile: its last answer has number 1, not 0", "--if-last 1"]);
    let second = because(&world, "review reject web --as ann --if-last 1", "it went").ends_with(0);
    assert!(second.stdout.contains("answer 1 of user:ann is kept, and this answer stands now"), "{second}");
    let web = world.json("review show --state rejected");
    assert_eq!(
        (&web["items"][0]["stands"], &web["items"][0]["answers"][0]["number"]),
        (&json!(2), &json!(1))
    );
}

#[test]
fn what_has_vanished_is_marked_and_not_answered() {
    let world = company();
    start(&world);
    world.commit("acme/lake.git", [("catalog-info.yaml", component("pond", "data").as_str())]);
    world.run("crawl acme").ends_with(0);
    world.run("review confirm lake --as dan").ends_with(2);
    world
        .run("review confirm component:lake --as dan")
        .ends_with(2)
        .says(&["`component:lake` is no longer in the catalog", "marks it as vanished"]);
    world
        .run("review confirm pond --as dan")
        .ends_with(2)
        .says(&["review `q4` is not about `component:pond`"]);
    let shown = world.json("review show");
    assert_eq!(
        (&shown["review"]["items"], &shown["review"]["states"]["vanished"], &shown["added"]),
        (&json!(6), &json!(1), &json!(["component:default/pond"]))
    );
}

#[test]
fn who_answers_comes_from_git_and_names_from_a_list() {
    let world = company();
    start(&world);
    world.write("home/.gitconfig", "[user]\n\temail = ann@example.com\n");
    let mut command = world.command(["review", "confirm", "-"]);
    let mut process = command
        .env("HOME", world.path("home"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut input = process.stdin.take().expect("a pipe");
    input.write_all(b"# mine\nweb\n\ncomponent:cart\nweb\n").expect("it is read");
    drop(input);
    let ended = process.wait_with_output().expect("it ends");
    let said = String::from_utf8_lossy(&ended.stderr);
    assert!(said.contains("answering as `user:ann` (ann@example.com, from git's user.email)"), "{said}");
    let shown = world.json("review show --team shop");
    assert_eq!(
        (&shown["review"]["answers"], &shown["review"]["states"]["confirmed"]),
        (&json!(2), &json!(2))
    );
}

#[test]
fn answers_of_several_processes_at_the_same_moment_are_all_kept() {
    let world = company();
    start(&world);
    let answering: Vec<_> = (0..6)
        .map(|number| {
            let who = format!("p{number}@example.com");
            let mut command =
                world.command(["--wait", "60", "review", "confirm", "web", "--as", who.as_str()]);
            command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the program starts")
        })
        .collect();
    for mut process in answering {
        assert!(process.wait().expect("it ends").success());
    }
    let shown = world.json("review show --state confirmed");
    let numbers: Vec<u64> =
        rows(&shown["items"][0], "answers").iter().filter_map(|answer| answer["number"].as_u64()).collect();
    assert_eq!(numbers, [1, 2, 3, 4, 5, 6]);
}

/// Runs a mutation and gives its payload.
fn mutate(server: &Server, field: &str) -> Value {
    server.ask(&format!("mutation {{ it: {field} }}"))["it"].take()
}

const ITEM: &str = "{ answer { number standing late } item { ref state last asked stands { number } }
    place { path line } userErrors { code message field } }";

#[test]
fn everything_can_be_answered_over_graphql_and_is_visible_at_once() {
    let world = company();
    let server = Server::start(&world, "catalog.redb");
    let started = mutate(
        &server,
        "startReview(title: \"Q4\", scope: { owners: [\"shop\", \"pay\"] }, due: \"2099-12-31\", person: \"dan\")
         { review { id scope progress { total toAnswer } } userErrors { code } }",
    );
    assert_eq!(
        started,
        json!({"review": {"id": "q4", "scope": "owned by group:shop or group:pay",
                          "progress": {"total": 4, "toAnswer": 4}}, "userErrors": []})
    );
    let confirmed = mutate(
        &server,
        &format!(
            "confirmOwnership(about: {{ review: \"q4\", ref: \"web\", person: \"ann@example.com\", ifLast: 0 }}) {ITEM}"
        ),
    );
    assert_eq!(
        confirmed,
        json!({"answer": {"number": 1, "standing": "OWNER", "late": false},
               "item": {"ref": "component:default/web", "state": "CONFIRMED", "last": 1,
                        "asked": "group:default/shop", "stands": {"number": 1}},
               "place": null, "userErrors": []})
    );
    let corrected = mutate(
        &server,
        &format!(
            "correctOwnership(about: {{ review: \"q4\", ref: \"cart\", person: \"cid\" }}, field: \"spec.owner\", value: \"pay\") {ITEM}"
        ),
    );
    assert_eq!(
        (&corrected["item"]["state"], &corrected["answer"]["standing"], &corrected["place"]),
        (&json!("CORRECTED"), &json!("NON_OWNER"), &json!({"path": "catalog-info.yaml", "line": 7}))
    );
    let handed = mutate(
        &server,
        &format!(
            "handOverOwnership(about: {{ review: \"q4\", ref: \"fx\", person: \"cid\" }}, to: \"data\") {ITEM}"
        ),
    );
    assert_eq!(handed["item"]["state"], "HAND_OVER_PENDING");
    let rejected = mutate(
        &server,
        &format!(
            "rejectOwnership(about: {{ review: \"q4\", ref: \"ledger\", person: \"cid\", reason: \"no\" }}, rejection: NOT_OURS) {ITEM}"
        ),
    );
    assert_eq!(rejected["item"]["state"], "REJECTED");

    // Questions see it right after, and so does the terminal.
    let asked = server.ask(
        "{ reviews { totalCount nodes { id } }
           review(id: \"q4\") { progress { done states { confirmed handOverPending } }
             teams { nodes { owner total toAnswer } }
             items(filter: { team: \"data\" }) { totalCount nodes { ref entity { ref } answers { nodes { kind to } } } }
             answers(first: 2) { totalCount nodes { number } } added { totalCount } }
           nothing: review(id: \"q9\") { id } }",
    );
    assert_eq!(
        asked,
        json!({"reviews": {"totalCount": 1, "nodes": [{"id": "q4"}]},
               "review": {"progress": {"done": 3, "states": {"confirmed": 1, "handOverPending": 1}},
                 "teams": {"nodes": [{"owner": "group:default/data", "total": 1, "toAnswer": 1},
                                     {"owner": "group:default/pay", "total": 1, "toAnswer": 0},
                                     {"owner": "group:default/shop", "total": 2, "toAnswer": 0}]},
                 "items": {"totalCount": 1, "nodes": [{"ref": "component:default/fx",
                    "entity": {"ref": "component:default/fx"},
                    "answers": {"nodes": [{"kind": "HAND_OVER", "to": "group:default/data"}]}}]},
                 "answers": {"totalCount": 4, "nodes": [{"number": 1}, {"number": 2}]},
                 "added": {"totalCount": 0}},
               "nothing": null})
    );
    assert_eq!(world.json("review show q4")["review"]["done"], 3);
    let closed = mutate(
        &server,
        "closeReview(review: \"q4\", person: \"dan\") { review { closedBy { user } } userErrors { code } }",
    );
    assert_eq!(closed, json!({"review": {"closedBy": {"user": "user:default/dan"}}, "userErrors": []}));

    // What a caller can expect is data.
    let code = |field: &str| {
        let payload = mutate(&server, &format!("{field} {{ userErrors {{ code field }} }}"));
        format!("{} {}", text(&payload["userErrors"][0], "code"), text(&payload["userErrors"][0], "field"))
    };
    let start = |rest: &str| format!("startReview(title: \"x\", person: \"dan\", {rest})");
    assert_eq!(code("closeReview(review: \"q4\", person: \"dan\")"), "REVIEW_CLOSED review");
    assert_eq!(code(&start("scope: {}, due: \"soon\"")), "ARGUMENT_INVALID due");
    assert_eq!(code(&start("scope: {}, due: \"2020-01-01\"")), "REVIEW_DUE_PAST due");
    assert_eq!(code(&start("scope: { owners: [\"nobody\"] }, due: \"2099-12-31\"")), "ENTITY_UNKNOWN scope");
    assert_eq!(code(&start("scope: {}, due: \"2099-12-31\", id: \"q4\"")), "REVIEW_EXISTS id");
    let mut started =
        mutate(&server, &format!("{} {{ review {{ id }} }}", start("scope: {}, due: \"2099-12-31\"")));
    assert_eq!(started["review"].take(), json!({"id": "x"}));
    let about = |rest: &str| format!("confirmOwnership(about: {{ {rest} }})");
    assert_eq!(code(&about("review: \"q9\", ref: \"web\", person: \"ann\"")), "REVIEW_UNKNOWN review");
    assert_eq!(code(&about("review: \"x\", ref: \"nowhere\", person: \"ann\"")), "ENTITY_UNKNOWN ref");
    assert_eq!(
        code(&about("review: \"x\", ref: \"group:shop\", person: \"ann\"")),
        "ENTITY_NOT_IN_SCOPE ref"
    );
    assert_eq!(code(&about("review: \"x\", ref: \"web\", person: \" \"")), "PERSON_MISSING person");
    assert_eq!(
        code(&about("review: \"x\", ref: \"web\", person: \"ann\", ifLast: 3")),
        "ANSWERED_MEANWHILE ifLast"
    );
    assert_eq!(
        code(&about("review: \"x\", ref: \"web\", person: \"cid\", onlyOwners: true")),
        "NOT_OWNER person"
    );
}

#[test]
fn fields_of_one_mutation_build_on_each_other_and_too_many_are_refused() {
    let world = company();
    start(&world);
    let server = Server::start(&world, "catalog.redb");
    let one = |alias: &str, if_last: u32| {
        format!(
            "{alias}: confirmOwnership(about: {{ review: \"q4\", ref: \"web\", person: \"ann\", ifLast: {if_last} }}) {{ item {{ last }} userErrors {{ code }} }}"
        )
    };
    let answer = server.ask(&format!("mutation {{ {} {} {} }}", one("a", 0), one("b", 1), one("c", 1)));
    assert_eq!((&answer["a"]["item"]["last"], &answer["b"]["item"]["last"]), (&json!(1), &json!(2)));
    assert_eq!(text(&answer["c"]["userErrors"][0], "code"), "ANSWERED_MEANWHILE");
    let many: Vec<String> = (0..60).map(|number| one(&format!("m{number}"), 0)).collect();
    let body = json!({ "query": format!("mutation {{ {} }}", many.join(" ")) }).to_string();
    let (status, refused) = server.request("POST", "/graphql", &body);
    // Plain JSON says by its status only that this server has answered.
    assert!(status == 200 && refused.contains("graphql.cost_max"), "{status} {refused}");
    // A link cannot answer: only POST does anything.
    let (status, _) = server.request("GET", "/graphql?query=mutation%7B__typename%7D", "");
    assert_eq!(status, 405);
    assert_eq!(world.json("review show")["review"]["answers"], 2);
}

#[test]
fn two_servers_and_a_terminal_on_one_store_lose_no_answer() {
    let world = company();
    start(&world);
    let servers = [Server::start(&world, "catalog.redb"), Server::start(&world, "catalog.redb")];
    // Each tries until its answer is taken: that another process holds the store is told as such.
    let answer = |server: &Server, who: &str| {
        let field = format!(
            "confirmOwnership(about: {{ review: \"q4\", ref: \"web\", person: \"{who}\" }}) {{ answer {{ number }} userErrors {{ code }} }}"
        );
        for _ in 0..50 {
            let payload = mutate(server, &field);
            if payload["answer"]["number"].is_u64() {
                return;
            }
            assert_eq!(payload["userErrors"][0]["code"], "STORE_HELD", "{payload}");
        }
        panic!("the store is never free");
    };
    thread::scope(|scope| {
        for (number, server) in servers.iter().enumerate() {
            scope.spawn(move || {
                (0..4).for_each(|turn| answer(server, &format!("s{number}-{turn}@example.com")));
            });
        }
        scope.spawn(|| {
            for turn in 0..4 {
                let who = format!("t{turn}@example.com");
                world.run(&format!("--wait 60 review confirm web --as {who}")).ends_with(0);
            }
        });
    });
    let shown = world.json("review show --state confirmed");
    let answers = rows(&shown["items"][0], "answers");
    let numbers: Vec<u64> = answers.iter().filter_map(|answer| answer["number"].as_u64()).collect();
    assert_eq!(numbers, (1..=12).collect::<Vec<u64>>());
}

#[test]
fn a_store_that_cannot_be_written_to_is_told_as_data() {
    let world = company();
    start(&world);
    let server = Server::start(&world, "catalog.redb");
    let hold = redb_lock(&world);
    let payload = mutate(
        &server,
        "confirmOwnership(about: { review: \"q4\", ref: \"web\", person: \"ann\" }) { item { ref } userErrors { code field } }",
    );
    assert_eq!(payload, json!({"item": null, "userErrors": [{"code": "STORE_HELD", "field": null}]}));
    drop(hold);
}

/// Holds the store as a crawl does while it writes.
fn redb_lock(world: &World) -> std::fs::File {
    let file =
        std::fs::File::options().read(true).write(true).open(world.path("catalog.redb")).expect("the store");
    file.lock().expect("nobody else writes");
    file
}
