//! How much one may ask: who asks too much is told when there is more, and nobody else notices.

use serde_json::Value;

use crate::support::{Server, World};

const SHOP: &str = "
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: web}
spec: {type: service, lifecycle: production, owner: team}
";
const QUESTION: &str = r#"{"query": "{ entity(ref: \"web\") { ref } }"}"#;

/// A server whose settings give each token so much a minute, and two tokens.
fn limited(settings: &str) -> (World, Server, [String; 2]) {
    let world = World::new();
    world.commit("shop", [("catalog-info.yaml", SHOP)]);
    world.run("crawl shop").ends_with(0);
    world.write("catalog.toml", settings);
    let tokens = ["greedy", "modest"].map(|name| {
        let made = world.run(&format!("token create --scope read --name {name}")).ends_with(0);
        format!("Authorization: Bearer {}\r\n", made.stdout.trim_end())
    });
    let server = Server::serve(&world, ["--listen", "127.0.0.1:0"]);
    (world, server, tokens)
}

fn ask(server: &Server, headers: &str, body: &str) -> String {
    server.exchange(&format!(
        "POST /graphql HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n\
         {headers}Content-Length: {}\r\n\r\n{body}",
        body.len()
    ))
}

fn header<'a>(answer: &'a str, name: &str) -> Option<&'a str> {
    let head = answer.split("\r\n\r\n").next()?;
    head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
}

/// A number out of a field such as `"cost";r=7;t=2`.
fn part(field: &str, name: &str) -> u64 {
    let part = field.split(';').find_map(|part| part.strip_prefix(name)?.strip_prefix('='));
    part.and_then(|number| number.parse().ok()).unwrap_or_else(|| panic!("{name} in {field}"))
}

#[track_caller]
fn check_refused(answer: &str) {
    assert!(answer.starts_with("HTTP/1.1 429 "), "{answer}");
    let wait = header(answer, "retry-after").and_then(|wait| wait.parse::<u64>().ok());
    let left = header(answer, "ratelimit").expect("a field");
    assert!(wait.is_some_and(|wait| (1..=60).contains(&wait)), "{answer}");
    assert_eq!((part(left, "r"), Some(part(left, "t"))), (0, wait), "{answer}");
    assert_eq!(header(answer, "ratelimit-policy"), Some("\"cost\";q=20;w=60"), "{answer}");
    let (_, body) = answer.split_once("\r\n\r\n").expect("a body");
    let body: Value = serde_json::from_str(body).expect("JSON");
    let error = &body["errors"][0];
    assert_eq!(error["extensions"]["code"], "RATE_LIMITED", "{body}");
    assert!(
        error["message"].as_str().is_some_and(|text| text.contains("rate.token_cost_per_minute")),
        "{body}"
    );
}

#[test]
fn who_asks_too_much_is_told_when_there_is_more_and_others_are_answered() {
    let (_world, server, [greedy, modest]) = limited("[limits.rate]\ntoken_cost_per_minute = 20\n");
    let first = ask(&server, &greedy, QUESTION);
    assert!(first.starts_with("HTTP/1.1 200 "), "{first}");
    assert_eq!(header(&first, "ratelimit-policy"), Some("\"cost\";q=20;w=60"));
    let mut left = part(header(&first, "ratelimit").expect("a field"), "r");
    assert!(left < 20, "{first}");
    // The budget fills up by one in three seconds meanwhile, so that a busy machine asks a little more often.
    let refused = loop {
        let answer = ask(&server, &greedy, QUESTION);
        if !answer.starts_with("HTTP/1.1 200 ") {
            break answer;
        }
        let now_left = part(header(&answer, "ratelimit").expect("a field"), "r");
        assert!(now_left <= left, "{left}, then {answer}");
        left = now_left;
    };
    check_refused(&refused);
    assert!(ask(&server, &modest, QUESTION).starts_with("HTTP/1.1 200 "), "another token has its own budget");
    // Whoever watches the server is never refused.
    assert_eq!(server.request_with("GET", "/healthz", &greedy, "").0, 200);
    let (status, figures) = server.request_with("GET", "/metrics", &modest, "");
    assert_eq!(status, 200, "{figures}");
    assert!(figures.contains("catalog_http_rate_limited_total 1\n"), "{figures}");
}

#[test]
fn a_query_is_charged_with_what_it_costs() {
    let (_world, server, [greedy, _]) = limited("[limits.rate]\ntoken_cost_per_minute = 20\n");
    let dear = r#"{"query": "{ entities(first: 100) { nodes { ref name kind title owner { ref } } } }"}"#;
    let answer = ask(&server, &greedy, dear);
    // What costs more than there ever is takes all that there is.
    assert!(answer.starts_with("HTTP/1.1 "), "{answer}");
    check_refused(&ask(&server, &greedy, dear));
}

#[test]
fn tokens_of_this_machine_alone_have_no_budget_where_none_is_wanted() {
    let (_world, server, [greedy, _]) = limited("[limits.rate]\ntoken_cost_per_minute = 0\n");
    for _ in 0..50 {
        let answer = ask(&server, &greedy, QUESTION);
        assert!(answer.starts_with("HTTP/1.1 200 ") && header(&answer, "ratelimit").is_none(), "{answer}");
    }
}
