//! Whom https trusts: the authorities of the machine, those of the browsers, and those that one names.

use std::{fs, io::Read, path::Path, sync::LazyLock};

use ureq::tls::{Certificate, PemItem, RootCerts, parse_pem};

/// The most that is read of a file of certificates.
const FILE_BYTES_MAX: u64 = 16 << 20;

/// The authorities of the machine (or of `SSL_CERT_FILE` and `SSL_CERT_DIR`), and those of the browsers,
/// which are there where the machine has none. What cannot be read is left out, as browsers do.
static USUAL: LazyLock<Vec<Certificate<'static>>> = LazyLock::new(|| {
    let machine = rustls_native_certs::load_native_certs().certs;
    let machine = machine.iter().map(|certificate| Certificate::from_der(certificate).to_owned());
    let browsers = webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter();
    machine.chain(browsers.map(|certificate| Certificate::from_der(certificate).to_owned())).collect()
});

/// The authorities that are trusted, with those of a file in PEM.
///
/// # Errors
///
/// The file cannot be read, or holds no certificate: going on without it would fail with words that
/// do not say why.
pub fn trusted(further: Option<&Path>) -> Result<RootCerts, String> {
    let Some(path) = further else { return Ok(USUAL.iter().cloned().into()) };
    let shown = path.display();
    let mut pem = Vec::new();
    fs::File::open(path)
        .and_then(|file| file.take(FILE_BYTES_MAX).read_to_end(&mut pem))
        .map_err(|error| format!("the certificates of `{shown}` could not be read: {error}"))?;
    let named: Vec<_> = parse_pem(&pem)
        .filter_map(|item| match item {
            Ok(PemItem::Certificate(certificate)) => Some(certificate),
            _ => None,
        })
        .collect();
    if named.is_empty() {
        return Err(format!("`{shown}` holds no certificate; expected `-----BEGIN CERTIFICATE-----`"));
    }
    Ok(USUAL.iter().cloned().chain(named).into())
}
