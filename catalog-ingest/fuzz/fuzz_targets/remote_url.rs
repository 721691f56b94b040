//! Words as addresses of repositories: one shown form, and a login in none.
#![no_main]

use std::path::Path;

use catalog_ingest::repository::{RemoteUrl, RepositoryAddress};
use libfuzzer_sys::fuzz_target;

fn check(word: &str) {
    let secret = "hunter2";
    let shows_secret = |shown: &str| shown.contains(secret);
    let outside = word.rsplit('@').next().unwrap_or_default().contains(secret)
        || word.split("://").next().unwrap_or_default().contains(secret);
    match RemoteUrl::parse(word) {
        Ok(url) => {
            let shown = url.to_string();
            assert!(!shown.chars().any(|c| c.is_control() || c.is_whitespace()), "{shown:?}");
            let again = RemoteUrl::parse(&shown).expect("what is shown can be written");
            assert_eq!(again.to_string(), shown);
            assert_eq!(again.host_and_port(), url.host_and_port());
            assert!(!url.host_and_port().starts_with('-'));
        }
        Err(error) => {
            let shown = error.to_string();
            assert!(!shown.chars().any(char::is_control), "{shown:?}");
            assert!(outside || !shows_secret(&shown), "{shown}");
        }
    }
    match RepositoryAddress::parse(word, Path::new("/srv")) {
        Ok(address) => assert!(address.id().is_none_or(|id| !id.as_str().is_empty())),
        Err(error) => assert!(!error.to_string().chars().any(char::is_control), "{error}"),
    }
    let _says_what_it_is_meant_as = RemoteUrl::looks_like(word);
}

fuzz_target!(|word: &str| {
    check(word);
    check(&format!("https://ada:hunter2@{word}"));
    check(&format!("ssh://ada:hunter2@{word}"));
});
