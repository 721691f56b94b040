//! Fetching by https from a server of this machine, whose certificate nobody but the test knows.

use std::{fs, path::Path, time::Duration};

use catalog_core::model::{CommitId, Timestamp};
use rcgen::{CertificateParams, KeyPair};

use super::{
    loopback::{git_server, serve_tls},
    *,
};
use crate::limits::{CrawlLimits, FetchLimits};

/// A certificate in PEM, and the server that has it.
fn server(origin: &Path, host: &str, is_expired: bool) -> (String, RemoteUrl) {
    let mut params = CertificateParams::new(vec![host.to_owned()]).expect("the host is a name");
    if is_expired {
        params.not_after = rcgen::date_time_ymd(2001, 2, 3);
    }
    let key = KeyPair::generate().expect("a key");
    let certificate = params.self_signed(&key).expect("a certificate");
    let port = serve_tls(git_server(origin.to_owned()), certificate.der(), &key.serialize_der());
    let url = RemoteUrl::parse(&format!("https://127.0.0.1:{port}/acme/shop.git")).expect("the URL is taken");
    (certificate.pem(), url)
}

fn origin(world: &Path) -> CommitId {
    let words = CommitWords { name: "Ada", email: "a@b.c", at: Timestamp(1), message: "m" };
    commit_files(&world.join("origin.git"), true, [("a", &b"1"[..])], words).expect("the commit is written")
}

/// Fetches from a server with the certificate of a host, trusting what a file holds.
fn fetched(host: &str, is_expired: bool, trusted: impl FnOnce(String) -> Option<String>) -> String {
    let world = tempfile::tempdir().expect("a temporary folder");
    let id = origin(world.path());
    let (pem, url) = server(&world.path().join("origin.git"), host, is_expired);
    let limits = FetchLimits { total_max: Duration::from_secs(20), ..CrawlLimits::default().fetch };
    let authorities = trusted(pem).map(|text| {
        let path = world.path().join("trusted.pem");
        fs::write(&path, text).expect("a file");
        path
    });
    match fetch(&url, &world.path().join("cache"), &limits, authorities.as_deref(), &|_| {}) {
        Ok(folder) if head_of(&folder) == Some(id) => "fetched".to_owned(),
        Ok(_) => "something else was fetched".to_owned(),
        Err(RepositoryError::Unreachable { reason, trouble: FetchTrouble::Lasting, .. }) => reason,
        Err(error) => format!("{error:?}"),
    }
}

#[test]
fn a_certificate_of_a_named_authority_is_trusted() {
    assert_eq!(fetched("127.0.0.1", false, Some), "fetched");
    assert_eq!(fetched("127.0.0.1", false, |pem| Some(format!("# ours\n{pem}"))), "fetched");
}

#[test]
fn a_certificate_that_nobody_vouches_for_is_refused() {
    for (host, is_expired, is_named, expected) in [
        ("127.0.0.1", false, false, "UnknownIssuer; name whom to trust with `[fetch] ca_file`"),
        ("git.example.com", false, true, "not valid for name"),
        ("127.0.0.1", true, true, "expired"),
    ] {
        let reason = fetched(host, is_expired, |pem| is_named.then_some(pem));
        assert!(reason.contains("invalid peer certificate") && reason.contains(expected), "{reason}");
    }
}

#[test]
fn a_file_without_certificates_is_named() {
    let reason = fetched("127.0.0.1", false, |_| Some("no certificate".to_owned()));
    assert!(reason.contains("trusted.pem` holds no certificate"), "{reason}");
}
