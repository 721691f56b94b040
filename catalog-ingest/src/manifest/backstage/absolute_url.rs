//! Whether a text is an absolute URL as the WHATWG URL Standard parses one without a base.
//!
//! Only the verdict is made, not the URL. Hosts beyond ASCII are taken as valid without running
//! IDNA's tables, which is the one known difference.

use std::net::Ipv6Addr;

/// Whether the URL parser of the web takes a text without a base URL.
pub(super) fn is_absolute_url(text: &str) -> bool {
    let trimmed = text.trim_matches(|c: char| c <= ' ');
    let cleaned: String = trimmed.chars().filter(|c| !matches!(c, '\t' | '\n' | '\r')).collect();
    let Some((scheme, rest)) = cleaned.split_once(':') else { return false };
    let scheme_is_valid = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    if !scheme_is_valid {
        return false;
    }
    match scheme.to_ascii_lowercase().as_str() {
        "http" | "https" | "ws" | "wss" | "ftp" => is_special_authority(rest.trim_start_matches(['/', '\\'])),
        "file" => is_file_rest(rest),
        _ => rest.strip_prefix("//").is_none_or(is_other_authority),
    }
}

fn is_special_authority(rest: &str) -> bool {
    let authority = rest.split(['/', '\\', '?', '#']).next().unwrap_or_default();
    let host_and_port = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let Some((host, port)) = split_port(host_and_port) else { return false };
    !host.is_empty() && is_port(port) && is_domain_or_address(host)
}

fn is_other_authority(rest: &str) -> bool {
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let (has_credentials, host_and_port) = match authority.rsplit_once('@') {
        Some((_, host)) => (true, host),
        None => (false, authority),
    };
    let Some((host, port)) = split_port(host_and_port) else { return false };
    if host.is_empty() {
        return !has_credentials && port.is_none();
    }
    is_port(port) && if host.starts_with('[') { is_ipv6(host) } else { !host.contains(is_forbidden_in_host) }
}

fn is_file_rest(rest: &str) -> bool {
    let normal = rest.replace('\\', "/");
    let Some(after) = normal.strip_prefix("//") else { return true };
    let host = after.split(['/', '?', '#']).next().unwrap_or_default();
    let is_drive =
        host.len() == 2 && host.starts_with(|c: char| c.is_ascii_alphabetic()) && host.ends_with([':', '|']);
    host.is_empty() || is_drive || is_domain_or_address(host)
}

/// Host and port of an authority; `None` where a bracket is left open.
fn split_port(text: &str) -> Option<(&str, Option<&str>)> {
    let from = if text.starts_with('[') { text.find(']')? } else { 0 };
    Some(match text[from..].find(':') {
        Some(colon) => (&text[..from + colon], Some(&text[from + colon + 1..])),
        None => (text, None),
    })
}

fn is_port(port: Option<&str>) -> bool {
    port.is_none_or(|digits| {
        let significant = digits.trim_start_matches('0');
        digits.bytes().all(|byte| byte.is_ascii_digit())
            && (significant.is_empty() || significant.parse::<u16>().is_ok())
    })
}

fn is_domain_or_address(host: &str) -> bool {
    if host.starts_with('[') {
        return is_ipv6(host);
    }
    let Some(domain) = percent_decoded(host) else { return false };
    if domain.is_empty() || domain.contains(|c: char| is_forbidden_in_host(c) || is_forbidden_in_domain(c)) {
        return false;
    }
    let without_root = domain.strip_suffix('.').unwrap_or(&domain);
    let last = without_root.rsplit('.').next().unwrap_or_default();
    let ends_in_number =
        !last.is_empty() && last.bytes().all(|byte| byte.is_ascii_digit()) || ipv4_number(last).is_some();
    !ends_in_number || is_ipv4(without_root)
}

fn is_forbidden_in_host(c: char) -> bool {
    matches!(
        c,
        '\0' | '\t'
            | '\n'
            | '\r'
            | ' '
            | '#'
            | '/'
            | ':'
            | '<'
            | '>'
            | '?'
            | '@'
            | '['
            | '\\'
            | ']'
            | '^'
            | '|'
    )
}

fn is_forbidden_in_domain(c: char) -> bool {
    c <= '\u{1f}' || c == '%' || c == '\u{7f}'
}

fn is_ipv6(host: &str) -> bool {
    host.strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'))
        .is_some_and(|address| address.parse::<Ipv6Addr>().is_ok())
}

fn is_ipv4(text: &str) -> bool {
    let parts: Vec<&str> = text.split('.').collect();
    let Some(numbers) = parts.iter().map(|part| ipv4_number(part)).collect::<Option<Vec<u64>>>() else {
        return false;
    };
    let Some((last, others)) = numbers.split_last() else { return false };
    let bits_left = match others.len() {
        0 => 32,
        1 => 24,
        2 => 16,
        3 => 8,
        _ => return false,
    };
    others.iter().all(|number| *number < 256) && *last < (1_u64 << bits_left)
}

/// A part of an IPv4 address: decimal, octal with a leading `0`, or hexadecimal with `0x`.
fn ipv4_number(text: &str) -> Option<u64> {
    if text.is_empty() {
        return None;
    }
    let (digits, radix) = match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(digits) => (digits, 16),
        None if text.len() > 1 && text.starts_with('0') => (&text[1..], 8),
        None => (text, 10),
    };
    if digits.is_empty() {
        return Some(0);
    }
    if !digits.chars().all(|c| c.is_digit(radix)) {
        return None;
    }
    Some(u64::from_str_radix(digits, radix).unwrap_or(u64::MAX))
}

/// The host with its percent escapes replaced; `None` where they do not make UTF-8.
fn percent_decoded(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut index = 0;
    while let Some(byte) = bytes.get(index) {
        let digit = |offset: usize| {
            bytes
                .get(index + offset)
                .and_then(|byte| char::from(*byte).to_digit(16))
                .and_then(|digit| u8::try_from(digit).ok())
        };
        match (byte, digit(1), digit(2)) {
            (b'%', Some(high), Some(low)) => {
                decoded.push(high * 16 + low);
                index += 3;
            }
            _ => {
                decoded.push(*byte);
                index += 1;
            }
        }
    }
    String::from_utf8(decoded).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(expected: bool, texts: &[&str]) {
        for text in texts {
            assert_eq!(is_absolute_url(text), expected, "{text:?}");
        }
    }

    #[test]
    fn any_scheme_is_taken() {
        check(
            true,
            &["https://example.com", "javascript:alert(1)", "mailto:a@example.com", "a:b", "a:", "slack://x"],
        );
        check(
            true,
            &["http:example.com", "https:/example.com", " https://example.com/a b\n", "file:///a", "file:a"],
        );
    }

    #[test]
    fn what_is_relative_or_empty_is_not() {
        check(
            false,
            &["", "example.com", "/a", "./a", "//example.com", "#a", "1a:b", "${{ values.url }}", ":a"],
        );
    }

    #[test]
    fn hosts_are_checked() {
        check(
            true,
            &[
                "https://a{b}/",
                "https://[::1]:80/",
                "https://127.1/",
                "https://0x7f.1",
                "https://b\u{fc}cher.example/",
            ],
        );
        check(
            false,
            &[
                "https://",
                "https:///?a",
                "https://a b/",
                "https://${{ host }}/",
                "https://[::1/",
                "https://1.2.3.4.5",
            ],
        );
        check(false, &["https://256.256.256.256", "https://a.1b.09", "https://a%20b/", "https://a|b"]);
    }

    #[test]
    fn ports_are_numbers() {
        check(
            true,
            &["https://example.com:/", "https://example.com:65535", "foo://a:1", "foo:///a", "foo://"],
        );
        check(
            false,
            &["https://example.com:65536", "https://example.com:a", "foo://:1", "foo://user@", "foo://a b"],
        );
    }
}
