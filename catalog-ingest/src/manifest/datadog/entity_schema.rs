//! The published schemas of v3 as tables, one for each kind.

use catalog_core::model::DiagnosticCode;

use super::{
    address_rules::{EMAIL, KIND, WORKSPACE},
    service_schema::{CONTACTS, LINKS, judge_contacts},
};
use crate::manifest::{
    reading::{
        Remark,
        schema::{FILLED_TEXT, FieldRule, Judge, MAPPING, Rule, TEXT, TEXTS, URI, may, must},
    },
    yaml::Node,
};

/// The fields of every document; `spec` and `datadog` depend on its kind.
static ROOT: Rule = Rule::Closed(&[
    may("apiVersion", &Rule::Any),
    must("kind", &KIND),
    must("metadata", &METADATA),
    may("spec", &Rule::Any),
    may("integrations", &INTEGRATIONS),
    may("datadog", &Rule::Any),
    may("extensions", &MAPPING),
]);

static METADATA: Rule = Rule::Closed(&[
    may("id", &FILLED_TEXT),
    may("inheritFrom", &TEXT),
    may("managed", &MAPPING),
    may("owner", &TEXT),
    may("additionalOwners", &Rule::List(&Rule::Closed(&[must("name", &TEXT), may("type", &TEXT)]))),
    must("name", &FILLED_TEXT),
    may("description", &TEXT),
    may("displayName", &TEXT),
    may("tags", &TEXTS),
    may("contacts", &CONTACTS),
    may("links", &LINKS),
]);

const LIFECYCLE: FieldRule = may("lifecycle", &FILLED_TEXT);
const TIER: FieldRule = may("tier", &FILLED_TEXT);
const TYPE: FieldRule = may("type", &TEXT);
const DEPENDS_ON: FieldRule = may("dependsOn", &TEXTS);
const COMPONENT_OF: FieldRule = may("componentOf", &TEXTS);

static SERVICE: Rule =
    Rule::Closed(&[LIFECYCLE, TIER, TYPE, may("languages", &TEXTS), DEPENDS_ON, COMPONENT_OF]);
static SYSTEM: Rule = Rule::Closed(&[LIFECYCLE, TIER, TYPE, may("components", &TEXTS), COMPONENT_OF]);
static APPLICATION: Rule = Rule::Closed(&[LIFECYCLE, TIER, may("components", &TEXTS)]);
static API: Rule = Rule::Closed(&[
    LIFECYCLE,
    TIER,
    TYPE,
    may("interface", &Rule::Closed(&[may("fileRef", &URI), may("definition", &MAPPING)])),
    may("implementedBy", &TEXTS),
    COMPONENT_OF,
]);
/// Datastores, queues, repositories and kinds of one's own.
static OTHER: Rule =
    Rule::Closed(&[LIFECYCLE, TIER, TYPE, DEPENDS_ON, COMPONENT_OF, may("dependencyOf", &TEXTS)]);

static FINGERPRINTS: Rule = Rule::Closed(&[may("fingerprints", &TEXTS)]);
const PIPELINES: FieldRule = may("pipelines", &FINGERPRINTS);
const EVENTS: FieldRule = may("events", &QUERIES);
const LOGS: FieldRule = may("logs", &QUERIES);
static QUERIES: Rule = Rule::List(&Rule::Any);
static DATADOG: Rule = Rule::Closed(&[
    PIPELINES,
    EVENTS,
    LOGS,
    // What its items are is in the schema, but in a place where it has no force.
    may("codeLocations", &Rule::List(&Rule::Any)),
]);
static DATADOG_OF_APPLICATION: Rule = Rule::Closed(&[PIPELINES, EVENTS, LOGS]);
static DATADOG_OF_REPOSITORY: Rule = Rule::Closed(&[
    PIPELINES,
    EVENTS,
    LOGS,
    may("codeLocations", &Rule::List(&Rule::Any)),
    may("performanceData", &Rule::Any),
]);

static INTEGRATIONS: Rule = Rule::Closed(&[
    may("pagerduty", &Rule::Closed(&[must("serviceURL", &FILLED_TEXT)])),
    may("opsgenie", &Rule::Closed(&[must("serviceURL", &FILLED_TEXT), may("region", &FILLED_TEXT)])),
    may("jiraServiceManagementOps", &Rule::Closed(&[must("teamURL", &FILLED_TEXT)])),
    may("sentry", &Rule::Closed(&[must("projectSlugs", &Rule::ListOf(1, &FILLED_TEXT))])),
    may("terraform", &Rule::Closed(&[must("workspaceIds", &Rule::ListOf(1, &WORKSPACE))])),
]);

/// Judges a document of v3.
pub(super) fn judge(root: Node<'_>, judge: &mut Judge<'_, '_>) {
    judge.judge(root, &ROOT, "");
    let kind = root.get("kind").and_then(Node::scalar).unwrap_or_default();
    let (spec, datadog) = match kind {
        "service" => (&SERVICE, &DATADOG),
        "system" => (&SYSTEM, &DATADOG),
        "application" => (&APPLICATION, &DATADOG_OF_APPLICATION),
        "api" => (&API, &DATADOG),
        "repository" => (&OTHER, &DATADOG_OF_REPOSITORY),
        _ => (&OTHER, &DATADOG),
    };
    if let Some(node) = root.get("spec") {
        judge.judge(node, spec, "spec");
    }
    if let Some(node) = root.get("datadog") {
        judge.judge(node, datadog, "datadog");
    }
    if let Some(metadata) = root.get("metadata") {
        judge_contacts(metadata, "metadata.contacts", &[("email", &EMAIL)], judge);
    }
    let interface = root.get("spec").filter(|_| kind == "api").and_then(|spec| spec.get("interface"));
    if let Some(interface) = interface.filter(|interface| interface.is_mapping()) {
        let count = ["fileRef", "definition"].iter().filter(|name| interface.get(name).is_some()).count();
        if count != 1 {
            let found = if count == 0 {
                "neither `fileRef` nor `definition`"
            } else {
                "both `fileRef` and `definition`"
            };
            let message = format!("`spec.interface` has {found}, expected one of them");
            let remark = Remark::new(DiagnosticCode::FieldFormat, interface, message);
            judge.remarks.push(remark.problem("spec.interface is not valid"));
        }
    }
}
