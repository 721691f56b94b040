//! Tokens that are good, and every way to forge one that is known here.

use std::{
    io::{BufRead, BufReader, Write},
    net::TcpListener,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use ring::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair},
};
use serde_json::{Value, json};
use sha2::Sha256;

use super::*;
use crate::access::Scope;

const NOW: Timestamp = Timestamp(1_793_523_600);
const ISSUER: &str = "https://id.example.com/realms/acme";

/// A provider with a key on each curve.
struct Provider {
    edwards: Ed25519KeyPair,
    curve: EcdsaKeyPair,
}

impl Provider {
    fn new() -> Self {
        let random = SystemRandom::new();
        let edwards = Ed25519KeyPair::generate_pkcs8(&random).expect("a key");
        let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let curve = EcdsaKeyPair::generate_pkcs8(algorithm, &random).expect("a key");
        Self {
            edwards: Ed25519KeyPair::from_pkcs8(edwards.as_ref()).expect("a key"),
            curve: EcdsaKeyPair::from_pkcs8(algorithm, curve.as_ref(), &random).expect("a key"),
        }
    }

    fn keys(&self) -> Value {
        let point = self.curve.public_key().as_ref();
        json!({"keys": [
            {"kty": "OKP", "crv": "Ed25519", "kid": "ed", "use": "sig", "alg": "EdDSA", "x": base64(self.edwards.public_key().as_ref())},
            {"kty": "EC", "crv": "P-256", "kid": "ec", "x": base64(&point[1..33]), "y": base64(&point[33..])},
            {"kty": "oct", "kid": "shared", "k": base64(b"a secret that should not be here")},
            {"kty": "RSA", "kid": "enc", "use": "enc", "n": "AQAB", "e": "AQAB"},
            {"kty": "a kind of the future", "kid": "future"},
        ]})
    }

    /// A token signed by the key on the Edwards curve.
    fn token(&self, header: &Value, claims: &Value) -> String {
        signed(header, claims, |message| self.edwards.sign(message).as_ref().to_vec())
    }
}

fn base64(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn signed(header: &Value, claims: &Value, sign: impl FnOnce(&[u8]) -> Vec<u8>) -> String {
    let message =
        format!("{}.{}", base64(header.to_string().as_bytes()), base64(claims.to_string().as_bytes()));
    let signature = sign(message.as_bytes());
    format!("{message}.{}", base64(&signature))
}

fn rules() -> OidcRules {
    let set = |scopes: &[Scope]| scopes.iter().copied().collect::<Scopes>();
    OidcRules {
        issuer: ISSUER.into(),
        audience: "catalog".into(),
        jwks_url: Some("keys".into()),
        algorithms: vec![SignatureAlgorithm::EdDsa, SignatureAlgorithm::Es256, SignatureAlgorithm::Rs256],
        subject_claim: "sub".into(),
        groups_claim: "realm.groups".into(),
        groups: [("owners".into(), set(&[Scope::Review])), ("platform".into(), set(&[Scope::Crawl]))].into(),
        everybody: set(&[Scope::Read]),
        authorities: None,
    }
}

fn claims() -> Value {
    json!({"iss": ISSUER, "aud": ["catalog", "other"], "sub": "ann", "exp": NOW.0 + 300, "nbf": NOW.0,
           "realm": {"groups": ["owners", "cooks"]}})
}

fn header() -> Value {
    json!({"alg": "EdDSA", "typ": "JWT", "kid": "ed"})
}

/// The claims with one of them changed, or taken out.
fn with(of: &Value, name: &str, value: Value) -> Value {
    let mut changed = of.clone();
    match value {
        Value::Null => drop(changed.as_object_mut().and_then(|claims| claims.remove(name))),
        value => changed[name] = value,
    }
    changed
}

/// Somebody who believes a provider whose keys were fetched a moment ago.
fn believer(provider: &Provider, rules: OidcRules) -> Oidc {
    let keys = provider.keys().to_string().into_bytes();
    let oidc = Oidc::with_fetch(rules, Box::new(move |_| Ok(keys.clone())));
    oidc.refresh_by_age(NOW);
    oidc
}

/// Somebody with the groups of [`claims`].
fn person(subject: &str, scopes: &[Scope]) -> Verdict {
    person_in(subject, scopes, &["cooks", "owners"])
}

fn person_in(subject: &str, scopes: &[Scope], groups: &[&str]) -> Verdict {
    let identity = Identity::Person { subject: subject.into() };
    Verdict::Holder(identity, scopes.iter().copied().collect(), Groups::new(groups.iter().copied()))
}

#[test]
fn a_good_token_is_believed_and_groups_have_their_scopes() {
    let provider = Provider::new();
    let oidc = believer(&provider, rules());
    let check = |header: &Value, claims: &Value, expected: Verdict| {
        assert_eq!(oidc.holder(&provider.token(header, claims), NOW), expected, "{claims}");
    };
    check(&header(), &claims(), person("ann", &[Scope::Read, Scope::Review]));
    let both = with(&claims(), "realm", json!({"groups": ["platform", "owners"]}));
    check(
        &header(),
        &both,
        person_in("ann", &[Scope::Read, Scope::Review, Scope::Crawl], &["platform", "owners"]),
    );
    check(&header(), &with(&claims(), "realm", Value::Null), person_in("ann", &[Scope::Read], &[]));
    check(&header(), &with(&claims(), "realm", json!({"groups": 7})), person_in("ann", &[Scope::Read], &[]));
    let many: Vec<String> = (0..2_000).map(|number| format!("g{number:04}")).collect();
    let kept: Vec<&str> = many.iter().map(String::as_str).take(256).collect();
    let groups = with(&claims(), "realm", json!({"groups": many}));
    check(&header(), &groups, person_in("ann", &[Scope::Read], &kept));
    check(&header(), &with(&claims(), "aud", json!("catalog")), person("ann", &[Scope::Read, Scope::Review]));
    check(&header(), &with(&claims(), "nbf", Value::Null), person("ann", &[Scope::Read, Scope::Review]));
    // Clocks that differ by less than a minute.
    check(
        &header(),
        &with(&claims(), "exp", json!(NOW.0 - 59)),
        person("ann", &[Scope::Read, Scope::Review]),
    );
    check(
        &header(),
        &with(&claims(), "nbf", json!(NOW.0 + 59)),
        person("ann", &[Scope::Read, Scope::Review]),
    );
    // The only key of its kind need not be named.
    check(&json!({"alg": "EdDSA"}), &claims(), person("ann", &[Scope::Read, Scope::Review]));

    let random = SystemRandom::new();
    let on_curve = signed(&json!({"alg": "ES256", "kid": "ec"}), &claims(), |message| {
        provider.curve.sign(&random, message).expect("a signature").as_ref().to_vec()
    });
    assert_eq!(oidc.holder(&on_curve, NOW), person("ann", &[Scope::Read, Scope::Review]));
}

#[test]
fn a_forged_token_is_refused() {
    let provider = Provider::new();
    let oidc = believer(&provider, rules());
    let other = Provider::new();
    let good = provider.token(&header(), &claims());
    let (message, signature) = good.rsplit_once('.').expect("three parts");
    let with_secret = |secret: &[u8], kid: &str| {
        signed(&json!({"alg": "HS256", "kid": kid}), &claims(), |message| {
            let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("any secret will do");
            mac.update(message);
            mac.finalize().into_bytes().to_vec()
        })
    };
    let claim = |name: &str, value: Value| provider.token(&header(), &with(&claims(), name, value));
    let head = |name: &str, value: Value| provider.token(&with(&header(), name, value), &claims());
    let own_key = other.keys()["keys"][0].clone();
    let cases = [
        ("no algorithm", signed(&json!({"alg": "none"}), &claims(), |_| Vec::new())),
        (
            "no algorithm, written otherwise",
            signed(&json!({"alg": "nOnE", "kid": "ed"}), &claims(), |_| Vec::new()),
        ),
        ("no algorithm, and a signature", head("alg", json!("none"))),
        ("no signature", format!("{message}.")),
        ("two parts", message.to_owned()),
        ("four parts", format!("{good}.{signature}")),
        ("the wrong key", other.token(&header(), &claims())),
        ("a key of its own", other.token(&with(&header(), "jwk", own_key), &claims())),
        (
            "keys from elsewhere",
            other.token(&with(&header(), "jku", json!("https://evil.example.com")), &claims()),
        ),
        ("a changed signature", format!("{message}.{}", base64(&[0_u8; 64]))),
        (
            "other claims",
            format!(
                "{}.{}.{signature}",
                base64(header().to_string().as_bytes()),
                base64(with(&claims(), "sub", json!("root")).to_string().as_bytes())
            ),
        ),
        ("too old", claim("exp", json!(NOW.0 - 60))),
        ("no end", claim("exp", Value::Null)),
        ("an end that is none", claim("exp", json!("tomorrow"))),
        ("not good yet", claim("nbf", json!(NOW.0 + 61))),
        ("a start that is none", claim("nbf", json!("now"))),
        ("for others", claim("aud", json!("catalog2"))),
        ("for several others", claim("aud", json!(["x", "y"]))),
        ("for nobody", claim("aud", Value::Null)),
        ("of another issuer", claim("iss", json!("https://id.example.com/realms/other"))),
        ("of no issuer", claim("iss", Value::Null)),
        ("of several issuers", claim("iss", json!([ISSUER]))),
        ("of nobody", claim("sub", Value::Null)),
        ("of nobody in particular", claim("sub", json!(""))),
        ("of a very long name", claim("sub", json!("x".repeat(501)))),
        ("the public key as a secret", with_secret(provider.edwards.public_key().as_ref(), "ed")),
        ("the keys as a secret", with_secret(provider.keys().to_string().as_bytes(), "ed")),
        ("the shared secret", with_secret(b"a secret that should not be here", "shared")),
        ("an algorithm for another key", head("alg", json!("ES256"))),
        ("an algorithm that is not listed", head("alg", json!("ES384"))),
        ("an extension that must be understood", head("crit", json!(["b64"]))),
        ("nothing", String::new()),
        ("dots", "..".into()),
        ("no base64", "a.b.c".into()),
    ];
    assert_eq!(oidc.holder(&good, NOW), person("ann", &[Scope::Read, Scope::Review]));
    for (what, token) in cases {
        assert_eq!(oidc.holder(&token, NOW), Verdict::Refused, "{what}");
    }
}

#[test]
fn an_unknown_key_is_asked_for_once_in_a_while() {
    let (old, new) = (Provider::new(), Provider::new());
    let shown = Arc::new(Mutex::new(old.keys()));
    let asked = Arc::new(AtomicUsize::new(0));
    let (of_shown, of_asked) = (Arc::clone(&shown), Arc::clone(&asked));
    let fetch = move |_: &str| {
        of_asked.fetch_add(1, Ordering::Relaxed);
        match &*of_shown.lock().expect("no test panics with it") {
            Value::Null => Err("it is away".into()),
            keys => Ok(keys.to_string().into_bytes()),
        }
    };
    let oidc = Oidc::with_fetch(rules(), Box::new(fetch));
    let show = |keys: Value| *shown.lock().expect("no test panics with it") = keys;
    let after = |seconds: i64| Timestamp(NOW.0 + seconds);
    let claims = with(&claims(), "exp", json!(NOW.0 + 100_000));
    let of_old = old.token(&header(), &claims);
    let of_new = new.token(&with(&header(), "kid", json!("newer")), &claims);

    assert_eq!(oidc.holder(&of_old, after(0)), Verdict::UnknownKey, "no key is known yet");
    oidc.refresh_by_age(after(0));
    let is_good = |token: &str, at: i64| matches!(oidc.holder(token, after(at)), Verdict::Holder(..));
    assert!(is_good(&of_old, 0));
    assert_eq!(oidc.holder(&of_new, after(1)), Verdict::Refused, "it was asked a second ago");
    assert_eq!(oidc.holder(&of_new, after(30)), Verdict::UnknownKey);
    let mut keys = new.keys();
    keys["keys"][0]["kid"] = json!("newer");
    show(keys);
    for _ in 0..5 {
        oidc.fetch_for_unknown_key(after(30));
    }
    assert_eq!(asked.load(Ordering::Relaxed), 2);
    assert!(is_good(&of_new, 30) && !is_good(&of_old, 30));

    // Keys stay known while the provider is away, or says what makes no sense.
    for broken in [Value::Null, json!({}), json!({"keys": []}), json!("x")] {
        show(broken);
        let at = 30 + 1_000 * i64::try_from(asked.load(Ordering::Relaxed)).expect("a few");
        oidc.refresh_by_age(after(at));
        assert!(is_good(&of_new, at));
    }
    assert_eq!(asked.load(Ordering::Relaxed), 6);
}

/// A token and a key of RFC 7515, A.2.
#[test]
fn a_signature_by_rsa_is_checked() {
    let keys = json!({"keys": [{"kty": "RSA", "e": "AQAB", "n":
        "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ"}]});
    let token = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";
    signature::install();
    let keys = KeySet::read(keys.to_string().as_bytes()).expect("a key");
    let algorithm = SignatureAlgorithm::Rs256;
    let key = keys.key(None, algorithm).expect("the only one");
    let claims: Value = signature::verified(token, key, algorithm).expect("it is signed");
    assert_eq!(claims["iss"], "joe");
    let changed = token.replacen(".cC4", ".cC5", 1);
    assert_eq!(signature::verified::<Value>(&changed, key, algorithm), None);
    assert_eq!(signature::verified::<Value>(token, key, SignatureAlgorithm::Ps256), None);
}

/// Answers a few requests by their paths, on a port of its own.
fn stand_in(answers: impl Fn(&str, &str) -> String + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    let own = base.clone();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let mut lines = BufReader::new(stream.try_clone().expect("a stream")).lines();
            let first = lines.next().and_then(Result::ok).unwrap_or_default();
            // The rest of the head, up to the empty line.
            let _head = lines.by_ref().map_while(Result::ok).find(String::is_empty);
            let path = first.split(' ').nth(1).unwrap_or_default();
            let body = answers(&own, path);
            let head =
                format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
            let _gone = stream.write_all((head + &body).as_bytes());
        }
    });
    base
}

#[test]
fn the_provider_says_where_its_keys_are() {
    let provider = Provider::new();
    let keys = provider.keys().to_string();
    let base = stand_in(move |base, path| match path {
        "/.well-known/openid-configuration" => {
            json!({"issuer": base, "jwks_uri": format!("{base}/keys")}).to_string()
        }
        "/keys" => keys.clone(),
        "/other/.well-known/openid-configuration" => {
            json!({"issuer": base, "jwks_uri": format!("{base}/keys")}).to_string()
        }
        "/endless/.well-known/openid-configuration" => "x".repeat(1 << 20),
        "/plain/.well-known/openid-configuration" => {
            json!({"issuer": format!("{base}/plain"), "jwks_uri": "http://192.0.2.1/keys"}).to_string()
        }
        _ => String::new(),
    });
    let of = |issuer: String| Oidc::new(OidcRules { issuer, jwks_url: None, ..rules() });
    let oidc = of(base.clone());
    oidc.refresh_by_age(NOW);
    let token = provider.token(&header(), &with(&claims(), "iss", json!(base)));
    assert!(matches!(oidc.holder(&token, NOW), Verdict::Holder(..)));
    for (path, expected) in [
        ("other", "speaks for another issuer"),
        ("endless", "more than 262144 bytes"),
        ("plain", "expected `https://…`"),
        ("empty", "EOF"),
    ] {
        let error = of(format!("{base}/{path}")).fetched().expect_err("it makes no sense");
        assert!(error.contains(expected), "{error}");
    }
}
