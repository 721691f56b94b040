//! Who may do what, at a real server: tokens, scopes, strangers, and what is written down of them.

use catalog_core::model::Timestamp;

use super::tests::{TestServer, check_status};
use crate::access::{
    AccessControl, AccessRules, AuditEntry, AuditLog, FAILURES_PER_MINUTE, Scope, Scopes, TokenFile,
    TokenFileError, TokenRecord, TokenText, verify_audit,
};

/// A server with a good token for each of some sets of scopes.
pub(super) fn guarded_server(
    rules: AccessRules,
    holders: &[&[Scope]],
) -> (TestServer, Vec<String>, tempfile::TempDir) {
    let (access, texts, folder) = guarded_access(rules, holders);
    (TestServer::start_guarded(access), texts, folder)
}

/// Rules of access with the tokens of such a server, which are in the file `catalog.tokens` of the folder.
pub(super) fn guarded_access(
    rules: AccessRules,
    holders: &[&[Scope]],
) -> (AccessControl, Vec<String>, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = TokenFile::at(folder.path().join("catalog.tokens"));
    let mut texts = Vec::new();
    let change = file.change(|records| {
        for scopes in holders {
            let token = TokenText::random().expect("random");
            texts.push(token.reveal().to_owned());
            records.push(TokenRecord {
                id: token.id(),
                name: "test".into(),
                scopes: scopes.iter().copied().collect(),
                hash: token.hash(),
                created: Timestamp(0),
                expires: Timestamp(i64::from(u32::MAX)),
                revoked: None,
            });
        }
    });
    change.expect("the tokens are written");
    let access = AccessControl::new(rules).with_tokens(file).expect("the tokens are read");
    (access, texts, folder)
}

pub(super) fn bearer(token: &str) -> String {
    format!("Content-Type: application/json\r\nAuthorization: Bearer {token}\r\n")
}

const QUESTION: &str = r#"{"query":"{ catalog { revision } }"}"#;

#[test]
fn whoever_is_not_let_in_learns_nothing_but_that() {
    let (server, tokens, folder) = guarded_server(AccessRules::default(), &[&[Scope::Read], &[Scope::Read]]);
    check_status(&server.post(&bearer(&tokens[0]), QUESTION), 200);
    let file = TokenFile::at(folder.path().join("catalog.tokens"));
    let change = file.change(|records| {
        records[0].revoked = Some(Timestamp(1));
        records[1].expires = Timestamp(1);
    });
    change.expect("the tokens are written");
    assert!(server.access.refresh());
    let unknown = TokenText::random().expect("random").reveal().to_owned();
    let json = "Content-Type: application/json\r\n";
    let cases = [
        json.to_owned(),
        bearer(&tokens[0]),
        bearer(&tokens[1]),
        bearer(&unknown),
        bearer("x"),
        bearer(""),
        bearer(&format!("{unknown} {unknown}")),
        format!("{json}Authorization: Basic {unknown}\r\n"),
        format!("{json}Authorization: {unknown}\r\n"),
    ];
    // But for the name of the request, which is another one each time.
    let body = |answer: &str| {
        let body = answer.split("\r\n\r\n").nth(1).unwrap_or_default();
        let (head, rest) = body.split_once(r#""requestId":""#).expect("a refusal names its request");
        format!("{head}{}", rest.split_once('"').expect("the name ends").1)
    };
    let mut bodies = std::collections::BTreeSet::new();
    for case in cases {
        let answer = server.post(&case, QUESTION);
        check_status(&answer, 401);
        assert!(answer.to_lowercase().contains("\r\nwww-authenticate: bearer\r\n"), "{answer}");
        assert!(answer.contains("UNAUTHENTICATED"), "{answer}");
        bodies.insert(body(&answer));
    }
    assert_eq!(bodies.len(), 1, "{bodies:?}");
}

#[test]
fn several_tokens_and_tokens_in_the_address_are_none() {
    let (server, tokens, _folder) = guarded_server(AccessRules::default(), &[&[Scope::Read]]);
    let twice = format!("{}Authorization: Bearer {}\r\n", bearer(&tokens[0]), tokens[0]);
    check_status(&server.post(&twice, QUESTION), 401);
    check_status(&server.get(&format!("/graphql?access_token={}", tokens[0])), 401);
}

#[test]
fn without_a_token_only_what_says_nothing_of_the_catalog_answers() {
    let (server, tokens, _folder) = guarded_server(AccessRules::default(), &[&[Scope::Read]]);
    for path in ["/healthz", "/readyz", "/"] {
        check_status(&server.get(path), 200);
    }
    let webhook =
        "POST /webhooks/github HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
    let answer = server.exchange(webhook.as_bytes());
    check_status(&answer, 404);
    assert!(answer.contains("no webhooks are heard here"), "{answer}");
    let page = server.get("/");
    assert!(!page.contains("Revision") && !page.contains("component:api"), "{page}");
    for path in ["/graphql", "/nowhere", "/graphql/", "/healthz/", "//"] {
        check_status(&server.get(path), 401);
    }
    let editor = "GET /graphql HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAccept: text/html\r\n";
    check_status(&server.exchange(format!("{editor}\r\n").as_bytes()), 200);
    check_status(&server.exchange(format!("{editor}Upgrade: websocket\r\n\r\n").as_bytes()), 401);
    let get = |path: &str| {
        let head = "Host: localhost\r\nConnection: close";
        server.exchange(
            format!("GET {path} HTTP/1.1\r\n{head}\r\nAuthorization: Bearer {}\r\n\r\n", tokens[0])
                .as_bytes(),
        )
    };
    check_status(&get("/nowhere"), 404);
    assert!(get("/").contains("Revision 1."));
}

#[test]
fn a_scope_that_is_missing_is_named() {
    let holders: [&[Scope]; 2] = [&[Scope::Read], &[Scope::Crawl]];
    let (server, tokens, _folder) = guarded_server(AccessRules::default(), &holders);
    let mutation = r#"{"query":"mutation { closeReview(review: \"1\", person: \"ann@example.com\") { userErrors { message } } }"}"#;
    let refused = server.post(&bearer(&tokens[0]), mutation);
    check_status(&refused, 403);
    assert!(refused.contains(r#""code":"FORBIDDEN""#), "{refused}");
    assert!(refused.contains(r#""scope":"review""#), "{refused}");
    let refused = server.post(&bearer(&tokens[1]), QUESTION);
    check_status(&refused, 403);
    assert!(refused.contains(r#""scope":"read""#), "{refused}");
}

#[test]
fn strangers_may_do_what_is_said_of_them_and_no_more() {
    let rules = AccessRules { anonymous: Scopes::NONE.with(Scope::Read), ..AccessRules::default() };
    let server = TestServer::start_guarded(AccessControl::new(rules));
    check_status(&server.ask("{ catalog { revision } }"), 200);
    let refused = server.ask(
        "mutation { closeReview(review: \"1\", person: \"ann@example.com\") { userErrors { message } } }",
    );
    check_status(&refused, 401);
    assert!(refused.contains(r#""scope":"review""#), "{refused}");
    check_status(&server.post(&bearer("wrong"), QUESTION), 401);
}

#[test]
fn the_schema_is_shown_to_those_for_whom_it_is() {
    let rules =
        AccessRules { introspection: Some(Scopes::NONE.with(Scope::Crawl)), ..AccessRules::default() };
    let (server, tokens, _folder) =
        guarded_server(rules, &[&[Scope::Read], &[Scope::Read, Scope::Crawl], &[Scope::Admin]]);
    let introspection = r#"{"query":"{ __schema { queryType { name } } }"}"#;
    let misspelt = r#"{"query":"{ catalg { revision } }"}"#;
    check_status(&server.post(&bearer(&tokens[0]), introspection), 403);
    check_status(&server.post(&bearer(&tokens[1]), introspection), 200);
    check_status(&server.post(&bearer(&tokens[2]), introspection), 200);
    assert!(server.post(&bearer(&tokens[1]), misspelt).contains("Did you mean"));
    assert!(!server.post(&bearer(&tokens[0]), misspelt).contains("Did you mean"));
}

#[test]
fn too_many_wrong_tokens_are_refused_and_a_right_one_never() {
    let (server, tokens, _folder) = guarded_server(AccessRules::default(), &[&[Scope::Read]]);
    let guess = || server.post(&bearer(TokenText::random().expect("random").reveal()), QUESTION);
    for _ in 0..FAILURES_PER_MINUTE.get() {
        check_status(&guess(), 401);
    }
    let refused = guess();
    check_status(&refused, 429);
    assert!(refused.contains("RATE_LIMITED"), "{refused}");
    assert!(refused.to_lowercase().contains("\r\nretry-after: 60\r\n"), "{refused}");
    check_status(&server.post(&bearer(&tokens[0]), QUESTION), 200);
    check_status(&server.post("Content-Type: application/json\r\n", QUESTION), 401);
    check_status(&server.get("/healthz"), 200);
}

#[test]
fn a_broken_file_of_tokens_leaves_those_that_were_known() {
    let (server, tokens, folder) = guarded_server(AccessRules::default(), &[&[Scope::Read]]);
    let path = folder.path().join("catalog.tokens");
    for broken in ["", "{}", "{\"version\": 2, \"tokens\": []}"] {
        std::fs::write(&path, broken).expect("the file is written");
        assert!(!server.access.refresh());
        check_status(&server.post(&bearer(&tokens[0]), QUESTION), 200);
        check_status(&server.ask("{ catalog { revision } }"), 401);
        let start = AccessControl::local().with_tokens(TokenFile::at(&path));
        assert!(matches!(start, Err(TokenFileError::Senseless(_) | TokenFileError::OtherVersion { .. })));
    }
    std::fs::remove_file(&path).expect("the file is there");
    assert!(!server.access.refresh());
    check_status(&server.post(&bearer(&tokens[0]), QUESTION), 200);
    check_status(&server.ask("{ catalog { revision } }"), 401);
}

#[test]
fn what_a_client_says_of_where_it_comes_from_is_not_believed() {
    let (server, _tokens, _folder) = guarded_server(AccessRules::default(), &[&[Scope::Read]]);
    for number in 0..=FAILURES_PER_MINUTE.get() {
        let wrong = format!("{}X-Forwarded-For: 192.0.2.{number}\r\nX-Forwarded-User: ann\r\n", bearer("x"));
        let expected = if number < FAILURES_PER_MINUTE.get() { 401 } else { 429 };
        check_status(&server.post(&wrong, QUESTION), expected);
    }
}

#[test]
fn every_change_and_every_refusal_is_written_down_without_secrets() {
    let (_unused, tokens, folder) =
        guarded_server(AccessRules::default(), &[&[Scope::Read], &[Scope::Admin]]);
    let file = TokenFile::at(folder.path().join("catalog.tokens"));
    let path = folder.path().join("audit.ndjson");
    let access = AccessControl::local().with_audit(AuditLog::at(&path)).with_tokens(file).expect("tokens");
    let server = TestServer::start_guarded(access);
    let mutation = r#"{"query":"mutation M($n: String!) { other: closeReview(review: $n, person: \"ann@example.com\") { userErrors { message } } }","variables":{"n":"hidden-argument"}}"#;
    check_status(&server.ask("{ catalog { revision } }"), 401);
    check_status(&server.post(&bearer(&tokens[0]), mutation), 403);
    check_status(&server.post(&bearer(&tokens[0]), QUESTION), 200);
    check_status(&server.post(&bearer(&tokens[1]), mutation), 200);
    let text = std::fs::read_to_string(&path).expect("it was written");
    let told: Vec<String> = text
        .lines()
        .map(|line| {
            let entry: AuditEntry = serde_json::from_str(line).expect("an entry");
            assert_eq!(entry.address.as_deref(), Some("127.0.0.1"));
            let who = entry.who.split(':').next().unwrap_or_default().to_owned();
            let code = entry.code.or(entry.result).unwrap_or_default();
            format!("{} {who} {:?} {code} {}", entry.event, entry.fields, entry.query.is_some())
        })
        .collect();
    assert_eq!(
        told,
        [
            "refused anonymous [] UNAUTHENTICATED false",
            "refused token [] FORBIDDEN true",
            "mutation-asked token [\"closeReview\"]  true",
            "mutation-answered token [\"closeReview\"] user-errors true",
        ]
    );
    assert!(!text.contains("hidden-argument"), "{text}");
    for token in &tokens {
        assert!(!text.contains(&token[20..60]), "{text}");
    }
    let file = std::fs::File::open(&path).expect("it is there");
    assert!(verify_audit([file]).expect("it is read").findings.is_empty());
}

#[cfg(target_os = "linux")]
#[test]
fn where_nothing_can_be_written_down_nothing_is_changed_and_questions_are_answered() {
    let access = AccessControl::local().with_audit(AuditLog::at("/dev/full"));
    let server = TestServer::start_guarded(access);
    check_status(&server.ask("{ catalog { revision } }"), 200);
    let refused = server.ask(
        "mutation { closeReview(review: \"1\", person: \"ann@example.com\") { userErrors { message } } }",
    );
    check_status(&refused, 503);
    assert!(refused.contains("AUDIT_UNAVAILABLE"), "{refused}");
}
