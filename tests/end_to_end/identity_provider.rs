//! Tokens of an identity provider: a server asks a stand-in for its keys, and lets in whom it vouches for.

use std::time::{Duration, Instant, SystemTime};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair},
};
use serde_json::{Value, json};

use crate::support::{
    Server, World,
    stand_in::{Answer, Request, StandIn},
};

/// How long a server may take to have asked for the keys.
const KEYS_KNOWN_MAX: Duration = Duration::from_secs(30);
const QUESTION: &str = r#"{"query": "{ entity(ref: \"web\") { ref } }"}"#;
const MUTATION: &str =
    r#"{"query": "mutation { closeReview(review: \"1\", person: \"a@b.c\") { userErrors { code } } }"}"#;
const SHOP: &str = "
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: web}
spec: {type: service, lifecycle: production, owner: team}
";

const WAGES: &str = "
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: wages}
spec: {type: service, lifecycle: production, owner: team}
";

/// A provider on a port of its own, with one key.
struct Provider {
    host: StandIn,
    key: EcdsaKeyPair,
}

fn new_key() -> EcdsaKeyPair {
    let (algorithm, random) = (&ECDSA_P256_SHA256_FIXED_SIGNING, SystemRandom::new());
    let key = EcdsaKeyPair::generate_pkcs8(algorithm, &random).expect("a key");
    EcdsaKeyPair::from_pkcs8(algorithm, key.as_ref(), &random).expect("a key")
}

fn base64(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn now() -> u64 {
    SystemTime::UNIX_EPOCH.elapsed().expect("a year after 1970").as_secs()
}

impl Provider {
    fn start() -> Self {
        let key = new_key();
        let point = key.public_key().as_ref().to_vec();
        let keys = json!({"keys": [
            {"kty": "EC", "crv": "P-256", "kid": "first", "use": "sig", "alg": "ES256",
             "x": base64(&point[1..33]), "y": base64(&point[33..])},
        ]});
        let host = StandIn::start(Box::new(move |request: &Request| match request.path.as_str() {
            "/.well-known/openid-configuration" => Answer::json(
                &json!({"issuer": request.origin, "jwks_uri": format!("{}/keys", request.origin)}),
            ),
            "/keys" => Answer::json(&keys),
            _ => Answer::status(404, &[]),
        }));
        Self { host, key }
    }

    fn claims(&self, groups: &[&str]) -> Value {
        let now = now();
        json!({"iss": self.host.origin, "aud": "catalog", "sub": "ann", "iat": now, "exp": now + 300, "groups": groups})
    }

    fn token(&self, kid: &str, claims: &Value) -> String {
        signed(&self.key, kid, claims)
    }

    fn times_asked_for_keys(&self) -> usize {
        self.host.seen().iter().filter(|path| *path == "/keys").count()
    }

    /// A server that believes this provider.
    fn believed_by(&self, world: &World) -> Server {
        self.believed_with(world, "")
    }

    /// A server that believes this provider, with further settings.
    fn believed_with(&self, world: &World, settings: &str) -> Server {
        world.commit("shop", [("catalog-info.yaml", SHOP)]);
        world.commit("hr-wages", [("catalog-info.yaml", WAGES)]);
        world.run("crawl shop hr-wages").ends_with(0);
        world.write(
            "catalog.toml",
            format!(
                "[server.access.oidc]\nissuer = '{}'\naudience = 'catalog'\neverybody = ['read']\n\
                 [server.access.oidc.groups]\nowners = ['review']\n{settings}",
                self.host.origin
            ),
        );
        let server = Server::serve(world, ["--listen", "127.0.0.1:0"]);
        let (good, begun) = (self.token("first", &self.claims(&[])), Instant::now());
        while ask(&server, &good, QUESTION) != 200 {
            assert!(begun.elapsed() < KEYS_KNOWN_MAX, "a good token is not believed");
            std::thread::yield_now();
        }
        server
    }
}

fn signed(key: &EcdsaKeyPair, kid: &str, claims: &Value) -> String {
    let header = json!({"alg": "ES256", "typ": "JWT", "kid": kid});
    let message = format!("{}.{}", base64(header.to_string()), base64(claims.to_string()));
    let signature = key.sign(&SystemRandom::new(), message.as_bytes()).expect("a signature");
    format!("{message}.{}", base64(signature))
}

fn ask(server: &Server, token: &str, body: &str) -> u16 {
    let header = format!("Authorization: Bearer {token}\r\n");
    server.request_with("POST", "/graphql", &header, body).0
}

#[test]
fn whom_the_provider_vouches_for_may_do_what_their_groups_may() {
    let (world, provider) = (World::new(), Provider::start());
    let server = provider.believed_by(&world);
    let check = |groups: &[&str], body: &str, expected: u16| {
        let token = provider.token("first", &provider.claims(groups));
        assert_eq!(ask(&server, &token, body), expected, "{groups:?} {body}");
    };
    check(&[], QUESTION, 200);
    check(&["cooks"], MUTATION, 403);
    check(&["cooks", "owners"], MUTATION, 200);
    assert_eq!(server.request("POST", "/graphql", QUESTION).0, 401, "nobody is let in without a token");
    let (_, said) = server.stop();
    let secret = provider.token("first", &provider.claims(&[]));
    let message = secret.rsplit_once('.').expect("three parts").0;
    assert!(!said.contains(message), "{said}");
}

#[test]
fn tokens_for_others_too_old_or_of_other_hands_are_refused() {
    let (world, provider) = (World::new(), Provider::start());
    let server = provider.believed_by(&world);
    let mut cases = Vec::new();
    for (what, claim, value) in [
        ("for others", "aud", json!("billing")),
        ("of another issuer", "iss", json!("https://id.example.com")),
        ("expired", "exp", json!(now() - 120)),
        ("without an end", "exp", Value::Null),
        ("not good yet", "nbf", json!(now() + 600)),
    ] {
        let mut claims = provider.claims(&["owners"]);
        claims[claim] = value;
        cases.push((what, provider.token("first", &claims)));
    }
    let good = provider.claims(&["owners"]);
    cases.push(("of another key", signed(&new_key(), "first", &good)));
    let unsigned = format!("{}.{}.", base64(r#"{"alg":"none"}"#), base64(good.to_string()));
    cases.push(("of no key", unsigned));
    for (what, token) in &cases {
        // Who sends too many wrong ones is refused in other words.
        assert!([401, 429].contains(&ask(&server, token, QUESTION)), "{what}");
    }
    assert_eq!(ask(&server, &cases[0].1, MUTATION), 401);
    assert_eq!(ask(&server, &provider.token("first", &good), QUESTION), 200);
}

#[test]
fn keys_that_nobody_knows_make_nobody_ask_the_provider_again_and_again() {
    let (world, provider) = (World::new(), Provider::start());
    let server = provider.believed_by(&world);
    assert_eq!(provider.times_asked_for_keys(), 1);
    let stranger = new_key();
    std::thread::scope(|threads| {
        for number in 0..20 {
            let token = signed(&stranger, &format!("unknown-{number}"), &provider.claims(&["owners"]));
            let server = &server;
            threads.spawn(move || assert!([401, 429].contains(&ask(server, &token, QUESTION))));
        }
    });
    assert_eq!(provider.times_asked_for_keys(), 1);
    assert_eq!(ask(&server, &provider.token("first", &provider.claims(&[])), QUESTION), 200);
}

#[test]
fn groups_of_the_provider_see_what_is_theirs_and_share_no_answer_with_others() {
    let (world, provider) = (World::new(), Provider::start());
    let hidden =
        "[[server.visibility]]\nrepositories = ['hr-*']\nseen_by = ['group:payments', 'group:/hr']\n";
    let server = provider.believed_with(&world, hidden);
    let body =
        r#"{"query": "{ entity(ref: \"component:wages\") { ref } entities(first: 9) { totalCount } }"}"#;
    let exchange = |groups: &[&str], headers: &str| {
        let token = provider.token("first", &provider.claims(groups));
        let answer = server.exchange(&format!(
            "POST /graphql HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n\
             Authorization: Bearer {token}\r\n{headers}Content-Length: {}\r\n\r\n{body}",
            body.len()
        ));
        let tag = answer.lines().find_map(|line| line.strip_prefix("etag: ")).unwrap_or_default().to_owned();
        (answer, tag)
    };
    let check = |groups: &[&str], sees: bool| {
        // Twice, so that what was kept is given, too.
        for _ in 0..2 {
            let (answer, tag) = exchange(groups, "");
            assert!(answer.starts_with("HTTP/1.1 200 ") && !tag.is_empty(), "{groups:?}: {answer}");
            assert_eq!(answer.contains("component:default/wages"), sees, "{groups:?}: {answer}");
            assert_eq!(answer.contains("\"totalCount\":4"), sees, "{groups:?}: {answer}");
        }
        exchange(groups, "").1
    };
    let sets: [(&[&str], bool); 8] = [
        (&["payments"], true),
        (&[], false),
        (&["payments", "cooks"], true),
        (&["cooks"], false),
        (&["Payments", "hr", "group:payments", "paym", "payments "], false),
        (&["/hr"], true),
        (&["owners"], false),
        (&["owners", "payments"], true),
    ];
    let tags = sets.map(|(groups, sees)| (groups, sees, check(groups, sees)));
    for (groups, _, tag) in &tags {
        let again = exchange(groups, &format!("If-None-Match: {tag}\r\n")).0;
        assert!(again.starts_with("HTTP/1.1 304 "), "{groups:?}: {again}");
        for (others, sees, _) in tags.iter().filter(|(others, ..)| others != groups) {
            let of_others = exchange(others, &format!("If-None-Match: {tag}\r\n")).0;
            assert!(of_others.starts_with("HTTP/1.1 200 "), "{groups:?} {others:?}: {of_others}");
            assert_eq!(of_others.contains("component:default/wages"), *sees, "{groups:?} {others:?}");
        }
    }
}
