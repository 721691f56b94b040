//! Deliveries as hosts send them, and as others would like to.

use super::*;

const NOW: Timestamp = Timestamp(1_614_265_330);
const PUSH: &str =
    r#"{"ref": "refs/heads/main", "repository": {"full_name": "Acme/Shop", "default_branch": "main"}}"#;

fn hooks(dialect: Dialect, host: &str, secrets: &[&str]) -> Hooks {
    let secrets = secrets.iter().map(|text| HookSecret::new(text).expect("a secret")).collect();
    Hooks::new(vec![Hook { dialect, hosts: vec![host.into()], below: Vec::new(), secrets }])
}

fn judge(
    hooks: &Hooks,
    dialect: Dialect,
    headers: &[(&str, &str)],
    body: &str,
) -> Result<Heard, HookRefusal> {
    let header =
        |name: &str| headers.iter().find(|(of, _)| *of == name).map(|(_, value)| (*value).to_owned());
    hooks.judge(dialect, &header, body.as_bytes(), NOW)
}

fn hex_signature(secret: &str, body: &str) -> String {
    use hmac::{Hmac, KeyInit, Mac};
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(secret.as_bytes()).expect("any key will do");
    mac.update(body.as_bytes());
    mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn is_heard(heard: &Result<Heard, HookRefusal>) -> bool {
    matches!(heard, Ok(Heard::Repository { .. }))
}

/// The example of GitHub's documentation.
#[test]
fn githubs_own_example_is_signed() {
    let secrets = [HookSecret::new("It's a Secret to Everybody").expect("a secret")];
    let signature = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
    let check = |value: &str, body: &[u8]| {
        let header = |name: &str| (name == "x-hub-signature-256").then(|| value.to_owned());
        signature::is_signed(Dialect::Github, &secrets, &header, body, NOW)
    };
    assert!(check(signature, b"Hello, World!"));
    assert!(!check(signature, b"Hello, World"));
    assert!(!check(&signature.replace('7', "8"), b"Hello, World!"));
    assert!(!check(&signature.replace("sha256=", ""), b"Hello, World!"));
    assert!(!check("sha256=", b"Hello, World!"));
}

/// Test case 2 of RFC 4231, which is what Gitea's bare form comes to.
#[test]
fn gitea_and_forgejo_sign_without_a_prefix() {
    let secrets = [HookSecret::new("Jefe").expect("a secret")];
    let good = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
    let bad = good.replace('5', "6");
    let check = |headers: &[(&str, &str)]| {
        let header = |name: &str| headers.iter().find(|(of, _)| *of == name).map(|of| of.1.to_owned());
        let body = b"what do ya want for nothing?";
        signature::is_signed(Dialect::Gitea, &secrets, &header, body, NOW)
    };
    assert!(check(&[("x-gitea-signature", good)]));
    assert!(check(&[("x-forgejo-signature", good), ("x-gitea-signature", good)]));
    assert!(!check(&[("x-forgejo-signature", &bad), ("x-gitea-signature", good)]));
    assert!(!check(&[("x-hub-signature", good)]));
}

/// The example of the Standard Webhooks specification's libraries.
#[test]
fn gitlab_signs_as_standard_webhooks_has_it() {
    let secrets = [HookSecret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").expect("a secret")];
    let signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
    let sent = |signature: &str, time: &str, now: i64| {
        let header = |name: &str| {
            let value = match name {
                "webhook-id" => "msg_p5jXN8AQM9LWM0D4loKWxJek",
                "webhook-timestamp" => time,
                "webhook-signature" => signature,
                _ => return None,
            };
            Some(value.to_owned())
        };
        let body = br#"{"test": 2432232314}"#;
        signature::is_signed(Dialect::Gitlab, &secrets, &header, body, Timestamp(now))
    };
    let time = "1614265330";
    assert!(sent(signature, time, NOW.0));
    assert!(sent(&format!("v1,AAAA {signature}"), time, NOW.0 + 600));
    assert!(!sent(signature, time, NOW.0 + 601));
    assert!(!sent(signature, time, NOW.0 - 601));
    assert!(!sent(signature, "1614265331", NOW.0));
    assert!(!sent(&signature.replace("v1,", "v2,"), time, NOW.0));
}

#[test]
fn what_is_not_signed_is_not_even_read() {
    let hooks = hooks(Dialect::Github, "github.com", &["new", "old"]);
    let event = ("x-github-event", "push");
    for secret in ["new", "old"] {
        let body = PUSH.replace("Shop", secret);
        let signature = format!("sha256={}", hex_signature(secret, &body));
        let heard = judge(&hooks, Dialect::Github, &[event, ("x-hub-signature-256", &signature)], &body);
        assert!(is_heard(&heard), "{heard:?}");
    }
    let right = format!("sha256={}", hex_signature("new", PUSH));
    let unsigned = Err(HookRefusal::Unsigned);
    // None, SHA-1 alone, another secret, and right over the same JSON written otherwise.
    assert_eq!(judge(&hooks, Dialect::Github, &[event], PUSH), unsigned);
    assert_eq!(judge(&hooks, Dialect::Github, &[event, ("x-hub-signature", &right)], PUSH), unsigned);
    let other = format!("sha256={}", hex_signature("other", PUSH));
    assert_eq!(judge(&hooks, Dialect::Github, &[event, ("x-hub-signature-256", &other)], PUSH), unsigned);
    let rewritten = PUSH.replace(": ", ":");
    assert_eq!(
        judge(&hooks, Dialect::Github, &[event, ("x-hub-signature-256", &right)], &rewritten),
        unsigned
    );
    // What no secret signs says nothing of its own faults.
    assert_eq!(judge(&hooks, Dialect::Github, &[event, ("x-hub-signature-256", &right)], "{"), unsigned);
    // A secret of one dialect opens no door of another.
    assert_eq!(judge(&hooks, Dialect::Gitlab, &[("x-gitlab-token", "new")], PUSH), unsigned);
}

#[test]
fn a_token_of_gitlab_is_compared_whole() {
    let hooks = hooks(Dialect::Gitlab, "gitlab.com", &["a token"]);
    let body = r#"{"ref": "refs/heads/main", "project": {"path_with_namespace": "acme/shop"}}"#;
    let with = |token: &str| {
        let headers = [("x-gitlab-event", "Push Hook"), ("x-gitlab-token", token)];
        is_heard(&judge(&hooks, Dialect::Gitlab, &headers, body))
    };
    for token in ["", "a toke", "a token ", "A token", "a token\0"] {
        assert!(!with(token), "{token:?}");
    }
    assert!(with("a token"));
}

#[test]
fn a_delivery_is_heard_once_and_again_where_it_came_to_nothing() {
    let hooks = hooks(Dialect::Github, "github.com", &["secret"]);
    let signature = format!("sha256={}", hex_signature("secret", PUSH));
    let send = |number: &str| {
        let headers = [
            ("x-github-event", "push"),
            ("x-hub-signature-256", signature.as_str()),
            ("x-github-delivery", number),
        ];
        judge(&hooks, Dialect::Github, &headers, PUSH)
    };
    let Ok(Heard::Repository { ids, delivery }) = send("1") else { panic!("it is heard") };
    assert_eq!(ids, ["github.com/Acme/Shop"]);
    assert_eq!(send("1"), Ok(Heard::Repeated));
    assert_eq!(send("2"), Ok(Heard::Repeated));
    hooks.forget(&delivery);
    assert!(is_heard(&send("1")));
}

#[test]
fn a_hook_speaks_of_no_others_repositories() {
    let hook = Hook {
        dialect: Dialect::Github,
        hosts: vec!["github.com".into()],
        below: vec!["github.com/acme".into()],
        secrets: Vec::new(),
    };
    assert!(hook.may_name("github.com/acme/shop") && hook.may_name("github.com/Acme/shop"));
    for id in ["github.com/acmes/shop", "github.com/other/shop", "github.com/acme", "gitlab.com/acme/shop"] {
        assert!(!hook.may_name(id), "{id}");
    }
}

#[test]
fn a_secret_that_is_none_is_refused_and_one_is_never_shown() {
    assert_eq!(HookSecret::new(" ").err(), Some(HookSecretError::Empty));
    assert_eq!(HookSecret::new("whsec_").err(), Some(HookSecretError::Empty));
    assert_eq!(HookSecret::new("whsec_*").err(), Some(HookSecretError::NotBase64));
    assert_eq!(format!("{:?}", HookSecret::new("hunter2")), "Ok(HookSecret(***))");
}
