//! One small document of another machine, such as the keys of an identity provider.

use std::{io::Read, path::Path, time::Duration};

use ureq::{Agent, tls::TlsConfig, unversioned::transport::DefaultConnector};

use super::{resolver::HostResolver, source::is_loopback};
use crate::repository::trusted;

/// Fetches a document by https, or by http from this machine itself. Redirects are not followed.
///
/// # Errors
///
/// Why there is no such document, in words for a log: it could not be fetched, is larger than `bytes_max`, or
/// took longer than `time_max`.
pub fn fetch_document(
    url: &str,
    authorities: Option<&Path>,
    bytes_max: u64,
    time_max: Duration,
) -> Result<Vec<u8>, String> {
    let is_loopback = is_loopback(url);
    let is_allowed = url.starts_with("https://") || (is_loopback && url.starts_with("http://"));
    if !is_allowed {
        return Err(format!("`{url}` is not fetched: expected `https://…`"));
    }
    let tls = TlsConfig::builder().root_certs(trusted(authorities)?).build();
    let mut config = Agent::config_builder()
        .tls_config(tls)
        .timeout_global(Some(time_max))
        .max_redirects(0)
        .max_redirects_will_error(false)
        .http_status_as_error(false)
        .user_agent(concat!("catalog/", env!("CARGO_PKG_VERSION")));
    if is_loopback {
        config = config.proxy(None);
    }
    let agent =
        Agent::with_parts(config.build(), DefaultConnector::default(), HostResolver::new(is_loopback));
    let answer = agent.get(url).header("Accept", "application/json").call();
    let mut answer = answer.map_err(|error| format!("`{url}` could not be fetched: {error}"))?;
    if answer.status().as_u16() != 200 {
        return Err(format!("`{url}` answered {}; expected 200", answer.status().as_u16()));
    }
    let mut bytes = Vec::new();
    let read = answer.body_mut().as_reader().take(bytes_max + 1).read_to_end(&mut bytes);
    read.map_err(|error| format!("`{url}` could not be read: {error}"))?;
    if bytes.len() as u64 > bytes_max {
        return Err(format!("`{url}` has more than {bytes_max} bytes"));
    }
    Ok(bytes)
}
