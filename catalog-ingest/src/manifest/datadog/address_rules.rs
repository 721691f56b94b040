//! The formats of addresses in Datadog's schemas, which are regular expressions there.

use catalog_core::model::DiagnosticCode;

use crate::manifest::reading::{
    is_email,
    schema::{Format, Rule},
};

pub(super) static EMAIL: Rule = Rule::Formatted(&Format {
    is_valid: is_email,
    expected: "an e-mail address",
    code: DiagnosticCode::FieldFormat,
});
pub(super) static HTTPS_URL: Rule = Rule::Formatted(&Format {
    is_valid: |text| text.strip_prefix("https://").is_some_and(|rest| !rest.is_empty()),
    expected: "a URL that begins with `https://`",
    code: DiagnosticCode::LinkFormat,
});
pub(super) static PAGERDUTY_URL_V1: Rule = Rule::Formatted(&Format {
    is_valid: |text| {
        text.find("https://").is_some_and(|start| {
            is_service_url(&text[start..], "pagerduty.com", "service-directory/P", is_prefix)
        })
    },
    expected: "the URL of a service, as in `https://acme.pagerduty.com/service-directory/PABC123`",
    code: DiagnosticCode::LinkFormat,
});
pub(super) static PAGERDUTY_URL: Rule = Rule::Formatted(&Format {
    is_valid: |text| is_service_url(text, "pagerduty.com", "service-directory/P", is_whole),
    expected: "the URL of a service, as in `https://acme.pagerduty.com/service-directory/PABC123`",
    code: DiagnosticCode::LinkFormat,
});
pub(super) static OPSGENIE_URL: Rule = Rule::Formatted(&Format {
    is_valid: |text| is_service_url(text, "opsgenie.com", "service/", is_whole),
    expected: "the URL of a service, as in `https://acme.opsgenie.com/service/4a1b`",
    code: DiagnosticCode::LinkFormat,
});
pub(super) static TEAM_HANDLE: Rule = Rule::Formatted(&Format {
    is_valid: |text| text.contains(|c: char| !c.is_ascii_uppercase() && c != ' '),
    expected: "the handle of a team, in lower case",
    code: DiagnosticCode::FieldFormat,
});
pub(super) static WORKSPACE: Rule = Rule::Formatted(&Format {
    is_valid: |text| {
        text.strip_prefix("ws-")
            .is_some_and(|id| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric()))
    },
    expected: "the id of a workspace, as in `ws-4a1b`",
    code: DiagnosticCode::FieldFormat,
});
pub(super) static KIND: Rule = Rule::Formatted(&Format {
    is_valid: is_kind,
    expected: "lower-case words with single `-` between them",
    code: DiagnosticCode::FieldFormat,
});

/// Whether a text is a kind of v3: lower-case words with single `-` between them.
pub(super) fn is_kind(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.split('-').all(|part| {
            !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        })
}

fn is_id(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}

fn is_whole(id: &str) -> bool {
    is_id(id.strip_suffix('/').unwrap_or(id))
}

fn is_prefix(id: &str) -> bool {
    id.starts_with(|c: char| is_id(c.encode_utf8(&mut [0; 4])))
}

/// Whether a text is `[https://]host.domain/path…`, where the rest is the id of a service.
fn is_service_url(text: &str, domain: &str, path: &str, is_rest: fn(&str) -> bool) -> bool {
    let text = text.strip_prefix("https://").or(text.strip_prefix("http://")).unwrap_or(text);
    let Some((host, rest)) = text.split_once('/') else { return false };
    let account = host.strip_suffix(domain).and_then(|host| host.strip_suffix('.'));
    account.is_some_and(|account| {
        !account.is_empty() && account.split('.').all(|part| part.is_empty() || is_id(part))
    }) && rest.strip_prefix(path).is_some_and(is_rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(rule: &Rule, valid: &[&str], invalid: &[&str]) {
        let Rule::Formatted(format) = rule else { panic!("a rule about texts") };
        for text in valid {
            assert!((format.is_valid)(text), "{text}");
        }
        for text in invalid {
            assert!(!(format.is_valid)(text), "{text}");
        }
    }

    #[test]
    fn services_are_named_by_their_urls() {
        check(
            &PAGERDUTY_URL,
            &[
                "https://acme.pagerduty.com/service-directory/PABC",
                "a.b.pagerduty.com/service-directory/PA-1/",
            ],
            &[
                "https://pagerduty.com/service-directory/PABC",
                "https://acme.pagerduty.com/service-directory/P",
                "https://acme.pagerduty.com/services/PABC",
                "https://acme.pagerduty.com/service-directory/PABC?x=1",
                "ftp://acme.pagerduty.com/service-directory/PABC",
                "PABC",
            ],
        );
        check(
            &PAGERDUTY_URL_V1,
            &["https://acme.pagerduty.com/service-directory/PABC/activity"],
            &["http://acme.pagerduty.com/service-directory/PABC", "https://acme.pagerduty.com/"],
        );
        check(
            &OPSGENIE_URL,
            &["https://acme.opsgenie.com/service/4a-1b"],
            &["https://opsgenie.com/service/4a"],
        );
    }

    #[test]
    fn kinds_are_words() {
        assert!(is_kind("service") && is_kind("data-pipeline2"));
        for text in ["", "Service", "a--b", "-a", "a-", "a_b", "2a"] {
            assert!(!is_kind(text), "{text}");
        }
    }
}
