//! The formats of names, labels and tags. Every rule admits ASCII only, so bytes are characters.

/// The longest name, namespace, kind or tag, in characters.
const NAME_MAX: usize = 63;

/// The rule of names in words, for messages.
pub(super) const NAME_RULE: &str =
    "1 to 63 of `a-z A-Z 0-9 - _ .`, beginning and ending with a letter or digit";
/// The rule of namespaces in words.
pub(super) const NAMESPACE_RULE: &str = "1 to 63 of `a-z 0-9 -`, beginning and ending with a letter or digit";
/// The rule of kinds in words.
pub(super) const KIND_RULE: &str = "1 to 63 letters and digits, beginning with a letter";
/// The rule of `apiVersion` in words.
pub(super) const API_VERSION_RULE: &str = "`[prefix/]version` as in `backstage.io/v1alpha1`";
/// The rule of the keys of labels and annotations in words.
pub(super) const KEY_RULE: &str = "`[prefix/]name` as in `example.com/name`, with a lower-case prefix";
/// The rule of tags in words.
pub(super) const TAG_RULE: &str = "1 to 63 of `a-z 0-9 : + #`, with single `-` between them";

/// `metadata.name`, and the name part of keys.
pub(super) fn is_name(text: &str) -> bool {
    let is_end = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    let bytes = text.as_bytes();
    bytes.len() <= NAME_MAX
        && is_end(bytes.first())
        && is_end(bytes.last())
        && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
}

/// `metadata.namespace`: a DNS label, lower case only.
pub(super) fn is_namespace(text: &str) -> bool {
    let is_inner = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let bytes = text.as_bytes();
    bytes.len() <= NAME_MAX
        && bytes.first().is_some_and(is_inner)
        && bytes.last().is_some_and(is_inner)
        && bytes.iter().all(|byte| is_inner(byte) || *byte == b'-')
}

/// `kind`.
pub(super) fn is_kind(text: &str) -> bool {
    text.len() <= NAME_MAX
        && text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// `apiVersion`.
pub(super) fn is_api_version(text: &str) -> bool {
    is_prefixed(text, |version| {
        (1..=NAME_MAX).contains(&version.len()) && version.bytes().all(|byte| byte.is_ascii_alphanumeric())
    })
}

/// The key of a label or an annotation.
pub(super) fn is_key(text: &str) -> bool {
    is_prefixed(text, is_name)
}

/// The value of a label.
pub(super) fn is_label_value(text: &str) -> bool {
    text.is_empty() || is_name(text)
}

/// One of `metadata.tags`.
pub(super) fn is_tag(text: &str) -> bool {
    (1..=NAME_MAX).contains(&text.len())
        && text.split('-').all(|part| {
            !part.is_empty()
                && part.bytes().all(|byte| {
                    byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b':' | b'+' | b'#')
                })
        })
}

fn is_prefixed(text: &str, is_suffix: impl Fn(&str) -> bool) -> bool {
    match text.split_once('/') {
        Some((prefix, suffix)) => is_dns_subdomain(prefix) && is_suffix(suffix),
        None => is_suffix(text),
    }
}

fn is_dns_subdomain(text: &str) -> bool {
    (1..=253).contains(&text.len()) && text.split('.').all(is_namespace)
}

/// The nearest valid name, to be suggested.
pub(super) fn as_name(text: &str) -> Option<String> {
    // A text that would be cut or lose letters is no near miss, and neither is an address.
    if text.len() > NAME_MAX || !text.is_ascii() || text.contains("://") {
        return None;
    }
    let replaced: String = text
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.') { c } else { '-' })
        .collect();
    let trimmed = replaced.trim_matches(|c: char| !c.is_ascii_alphanumeric());
    is_name(trimmed).then(|| trimmed.to_owned())
}

/// The nearest valid tag, to be suggested.
pub(super) fn as_tag(text: &str) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    let parts: Vec<&str> = lower
        .split(|c: char| !(c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, ':' | '+' | '#')))
        .filter(|part| !part.is_empty())
        .collect();
    let tag = parts.join("-");
    is_tag(&tag).then_some(tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(is_valid: fn(&str) -> bool, valid: &[&str], invalid: &[&str]) {
        for text in valid {
            assert!(is_valid(text), "{text:?} is valid");
        }
        for text in invalid {
            assert!(!is_valid(text), "{text:?} is not valid");
        }
    }

    #[test]
    fn names_end_with_letters_or_digits() {
        let (longest, longer) = ("n".repeat(63), "n".repeat(64));
        check(
            is_name,
            &["a", "A_b", "a--b", "a..b", "0", &longest],
            &["", "-a", "a.", "a b", "a/b", "a:b", "\u{430}", "a\n", &longer],
        );
    }

    #[test]
    fn namespaces_are_lower_case() {
        check(is_namespace, &["default", "a--b", "0a"], &["", "Prod", "-a", "a-", "a.b", "a_b"]);
    }

    #[test]
    fn kinds_and_versions() {
        check(is_kind, &["API", "Component", "a1"], &["", "1a", "a-b", "My Kind"]);
        check(
            is_api_version,
            &["v1", "backstage.io/v1alpha1", "a-b.c/V1"],
            &["", "Backstage.io/v1", "a/b/c", "/v1", "a/", "a/v.1"],
        );
    }

    #[test]
    fn keys_labels_and_tags() {
        check(
            is_key,
            &["a", "example.com/a_b", "a.b/C.d"],
            &["", "a/b/c", "Example.com/a", "a/", "/a", "a b"],
        );
        check(is_label_value, &["", "a"], &["a b", "-"]);
        check(is_tag, &["java", "c++", "a:b", "c#-x"], &["", "Java", "a--b", "-a", "a b", "a_b"]);
    }

    #[test]
    fn near_misses_have_a_suggestion() {
        assert_eq!(as_name("My Service!").as_deref(), Some("My-Service"));
        assert_eq!(as_name("!"), None);
        assert_eq!(as_name("\u{430}dmin"), None);
        assert_eq!(as_tag("Spring Boot").as_deref(), Some("spring-boot"));
    }
}
