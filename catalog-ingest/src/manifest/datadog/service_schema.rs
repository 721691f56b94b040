//! The published schemas of v1, v2, v2.1 and v2.2 as tables; only that an empty name is none is added.

use super::{
    address_rules::{EMAIL, HTTPS_URL, OPSGENIE_URL, PAGERDUTY_URL, PAGERDUTY_URL_V1, TEAM_HANDLE},
    version::Version,
};
use crate::manifest::{
    reading::schema::{FILLED_TEXT, Judge, MAPPING, Rule, TEXT, TEXTS, URI, may, must},
    yaml::Node,
};

static V1: Rule = Rule::Closed(&[
    may("schema-version", &Rule::Word(&["v1"])),
    must(
        "info",
        &Rule::Closed(&[
            must("dd-service", &FILLED_TEXT),
            may("display-name", &TEXT),
            may("description", &TEXT),
            may("service-tier", &TEXT),
        ]),
    ),
    may("org", &Rule::Closed(&[may("team", &TEXT), may("application", &TEXT)])),
    may("contact", &Rule::Closed(&[may("email", &EMAIL), may("slack", &HTTPS_URL)])),
    may(
        "external-resources",
        &Rule::List(&Rule::Closed(&[must("name", &TEXT), must("type", &RESOURCE_TYPE), must("url", &URI)])),
    ),
    may("tags", &TEXTS),
    may("integrations", &Rule::Closed(&[may("pagerduty", &PAGERDUTY_URL_V1), may("github", &URI)])),
    may("extensions", &MAPPING),
]);

static V2: Rule = Rule::Closed(&[
    must("schema-version", &Rule::Word(&["v2"])),
    must("dd-service", &FILLED_TEXT),
    may("team", &FILLED_TEXT),
    may("dd-team", &TEAM_HANDLE),
    may("contacts", &STRICT_CONTACTS),
    may(
        "links",
        &Rule::List(&Rule::Closed(&[
            must("name", &FILLED_TEXT),
            must("type", &RESOURCE_TYPE),
            must("url", &URI),
        ])),
    ),
    may("repos", &PLACES),
    may("docs", &PLACES),
    may("tags", &TEXTS),
    may("integrations", &Rule::Closed(&[may("pagerduty", &PAGERDUTY_URL), may("opsgenie", &OPSGENIE)])),
    may("extensions", &MAPPING),
]);

static V2_1: Rule = Rule::Closed(&[
    must("schema-version", &Rule::Word(&["v2.1"])),
    must("dd-service", &FILLED_TEXT),
    may("team", &TEXT),
    may("application", &TEXT),
    may("description", &TEXT),
    may("tier", &TEXT),
    may("lifecycle", &TEXT),
    may("contacts", &STRICT_CONTACTS),
    may(
        "links",
        &Rule::List(&Rule::Closed(&[
            must("name", &TEXT),
            must("type", &Rule::Word(&["doc", "runbook", "repo", "dashboard", "other"])),
            must("url", &URI),
            may("provider", &TEXT),
        ])),
    ),
    may("tags", &TEXTS),
    may("integrations", &INTEGRATIONS),
    may("extensions", &MAPPING),
]);

static V2_2: Rule = Rule::Closed(&[
    must("schema-version", &Rule::Word(&["v2.2"])),
    must("dd-service", &FILLED_TEXT),
    may("team", &TEXT),
    may("application", &TEXT),
    may("description", &TEXT),
    may("tier", &TEXT),
    may("lifecycle", &TEXT),
    may("type", &Rule::Word(&["web", "db", "cache", "function", "browser", "mobile", "custom"])),
    may("languages", &TEXTS),
    may("contacts", &CONTACTS),
    may("links", &LINKS),
    may("tags", &TEXTS),
    may("integrations", &INTEGRATIONS),
    may("extensions", &MAPPING),
    may("ci-pipeline-fingerprints", &TEXTS),
]);

static RESOURCE_TYPE: Rule =
    Rule::Word(&["doc", "wiki", "runbook", "url", "repo", "dashboard", "oncall", "code", "link"]);
static STRICT_CONTACTS: Rule = Rule::List(&Rule::Closed(&[
    may("name", &Rule::Text(2)),
    must("type", &Rule::Word(&["email", "slack", "microsoft-teams"])),
    must("contact", &TEXT),
]));
/// Contacts from v2.2 on, whose type is free.
pub(super) static CONTACTS: Rule =
    Rule::List(&Rule::Closed(&[may("name", &Rule::Text(2)), must("type", &TEXT), must("contact", &TEXT)]));
/// Links from v2.2 on, whose type is free.
pub(super) static LINKS: Rule = Rule::List(&Rule::Closed(&[
    must("name", &TEXT),
    must("type", &TEXT),
    must("url", &URI),
    may("provider", &TEXT),
]));
static PLACES: Rule = Rule::List(&Rule::Closed(&[
    must("name", &FILLED_TEXT),
    may("provider", &FILLED_TEXT),
    must("url", &URI),
]));
static OPSGENIE: Rule =
    Rule::Closed(&[must("service-url", &OPSGENIE_URL), may("region", &Rule::Word(&["US", "EU"]))]);
static INTEGRATIONS: Rule = Rule::Closed(&[
    may("pagerduty", &Rule::Closed(&[must("service-url", &PAGERDUTY_URL)])),
    may("opsgenie", &OPSGENIE),
]);

/// Judges a document of v1 to v2.2.
pub(super) fn judge(root: Node<'_>, version: Version, judge: &mut Judge<'_, '_>) {
    let rule = match version {
        Version::V1 => &V1,
        Version::V2 => &V2,
        Version::V2_1 => &V2_1,
        Version::V2_2 | Version::V3 => &V2_2,
    };
    // The version itself was judged when it was read.
    judge.judge_but(root, rule, "", &["schema-version"]);
    let by_type: &[(&str, &'static Rule)] = match version {
        Version::V1 => return,
        Version::V2 | Version::V2_1 => &[("email", &EMAIL), ("slack", &HTTPS_URL)],
        Version::V2_2 | Version::V3 => &[("email", &EMAIL), ("", &URI)],
    };
    judge_contacts(root, "contacts", by_type, judge);
}

/// Judges the addresses of contacts, whose format depends on their type; an empty type stands for all others.
pub(super) fn judge_contacts(
    parent: Node<'_>,
    name: &str,
    by_type: &[(&str, &'static Rule)],
    judge: &mut Judge<'_, '_>,
) {
    let items = parent.get("contacts").into_iter().flat_map(Node::items);
    for (index, item) in items.enumerate() {
        let Some(address) = item.get("contact").filter(|address| address.text().is_some()) else { continue };
        let Some(contact_type) = item.get("type").and_then(Node::text) else { continue };
        let rule = by_type.iter().find(|(known, _)| *known == contact_type || known.is_empty());
        if let Some((_, rule)) = rule {
            judge.judge(address, rule, &format!("{name}[{index}].contact"));
        }
    }
}
