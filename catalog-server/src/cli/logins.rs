//! Logins for git hosts: from the environment, by the settings, and from git's own helpers.

use std::collections::BTreeMap;

use catalog_ingest::{crawl::LoginSources, repository::Secret};

use super::context::say;
use crate::settings::Settings;

/// A token for the host that [`HOST_VARIABLE`] names.
const TOKEN_VARIABLE: &str = "CATALOG_GIT_TOKEN";
/// The host that the token is for: without it nobody gets the token, since any host may ask.
const HOST_VARIABLE: &str = "CATALOG_GIT_HOST";
/// Who logs in with a token where nothing else is said. Most hosts look at the token alone.
const USER_DEFAULT: &str = "x-access-token";

/// Where logins come from. What is missing is said, and the crawl goes on without it.
pub(super) fn login_sources(
    settings: &Settings,
    environment: &dyn Fn(&str) -> Option<String>,
) -> LoginSources {
    let mut by_host = BTreeMap::new();
    let mut put = |host: &str, user: &str, token: String| {
        by_host.insert(host.to_ascii_lowercase(), Secret::new(format!("{user}:{token}")));
    };
    let set = |name: &str| environment(name).filter(|value| !value.is_empty());
    match (set(HOST_VARIABLE), set(TOKEN_VARIABLE)) {
        (Some(host), Some(token)) => put(&host, USER_DEFAULT, token),
        (None, Some(_)) => say(&format!(
            "warning: {TOKEN_VARIABLE} is not used, because {HOST_VARIABLE} does not say which host it is for"
        )),
        _ => {}
    }
    for (host, login) in &settings.credentials {
        match set(&login.token_env) {
            Some(token) => put(host, login.user.as_deref().unwrap_or(USER_DEFAULT), token),
            None => say(&format!(
                "warning: the variable {} of `[credentials.\"{host}\"]` is not set; its repositories are fetched \
                 without a login",
                login.token_env
            )),
        }
    }
    let asks_helpers = settings.fetch.credential_helpers.unwrap_or(true);
    let git = if asks_helpers { vec!["git".into()] } else { Vec::new() };
    LoginSources { by_host, git }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(settings: &str, environment: &[(&str, &str)], expected: &[(&str, &str)]) {
        let settings: Settings = toml::from_str(settings).expect("the settings are sound");
        let value = |name: &str| {
            let found = environment.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        let sources = login_sources(&settings, &value);
        let found: Vec<_> = sources.by_host.iter().map(|(host, login)| (&**host, login.reveal())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_token_of_the_environment_is_for_one_host() {
        let token = ("CATALOG_GIT_TOKEN", "t");
        check("", &[token], &[]);
        check(
            "",
            &[token, ("CATALOG_GIT_HOST", "Git.Example.com")],
            &[("git.example.com", "x-access-token:t")],
        );
    }

    #[test]
    fn the_settings_name_variables_by_host() {
        let settings = "[credentials.\"a.example.com\"]\ntoken_env = \"A\"\n\
                        [credentials.\"b.example.com:8443\"]\ntoken_env = \"B\"\nuser = \"oauth2\"\n";
        let expected = [("a.example.com", "x-access-token:1"), ("b.example.com:8443", "oauth2:2")];
        check(settings, &[("A", "1"), ("B", "2")], &expected);
        check(settings, &[("B", "2"), ("A", "")], &expected[1..]);
    }

    #[test]
    fn helpers_are_asked_unless_the_settings_say_no() {
        let git = |settings: &str| {
            let settings: Settings = toml::from_str(settings).expect("the settings are sound");
            login_sources(&settings, &|_| None).git
        };
        assert_eq!(git(""), ["git"]);
        assert!(git("[fetch]\ncredential_helpers = false").is_empty());
    }
}
