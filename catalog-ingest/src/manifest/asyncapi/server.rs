//! Servers: which namespace the channels of a host live in.

use std::net::IpAddr;

use crate::manifest::yaml::Node;

/// The host of a server, of version 2 (`url`) or 3 (`host`), where everyone means the same by it.
pub(super) fn shared_host(server: Node<'_>) -> Option<String> {
    let address = server.get("host").or_else(|| server.get("url"))?.scalar()?;
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?;
    let host = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next()?,
        None => host.split(':').next()?,
    };
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    is_shared(&host).then_some(host)
}

/// Whether a host is the same machine for everyone who names it.
fn is_shared(host: &str) -> bool {
    if let Ok(address) = host.parse::<IpAddr>() {
        return !address.is_loopback() && !address.is_unspecified() && address.is_ipv4();
    }
    let is_word = |part: &str| {
        !part.is_empty()
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    let is_local = ["localhost", "local", "internal", "svc", "test", "invalid", "localdomain"];
    let mut parts = host.split('.');
    host.contains('.')
        && host.len() <= 253
        && host.split('.').all(is_word)
        && !parts.next_back().is_some_and(|last| is_local.contains(&last))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{limits::ManifestLimits, manifest::yaml::read_yaml};

    #[test]
    fn hosts_are_shared_where_everyone_means_the_same() {
        let check = |text: &str, expected: Option<&str>| {
            let documents = read_yaml(text, &ManifestLimits::default());
            let document = documents[0].as_ref().expect("the text is YAML");
            assert_eq!(shared_host(document.root()).as_deref(), expected, "{text}");
        };
        check("host: Kafka.acme.example:9092", Some("kafka.acme.example"));
        check("url: mqtts://user:pw@mq.acme.example:8883/path", Some("mq.acme.example"));
        check("url: mq.acme.example", Some("mq.acme.example"));
        check("host: 10.0.0.7:9092", Some("10.0.0.7"));
        check("host: localhost:9092", None);
        check("host: 127.0.0.1", None);
        check("host: kafka:9092", None);
        check("host: '{stage}.acme.example'", None);
        check("url: '{host}:{port}'", None);
        check("host: '[::1]:5672'", None);
        check("host: kafka.shop.svc", None);
        check("host: [a]", None);
        check("protocol: kafka", None);
    }
}
