//! The shape of a document.

use catalog_core::model::DiagnosticCode;

use crate::manifest::{
    reading::{
        Remark, Remarks,
        schema::{FILLED_TEXT, FieldRule, Judge, MAPPING, Rule, TEXT, may, must},
    },
    yaml::Node,
};

/// The kinds of OpenSLO as far as they matter here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Slo,
    Service,
    Other,
}

/// The kind of a document in whatever case it is written; `None` where it has none that can be read.
pub(super) fn kind_of(root: Node<'_>) -> Option<Kind> {
    let kind = root.get("kind")?.text()?;
    Some(match kind {
        _ if kind.eq_ignore_ascii_case("SLO") => Kind::Slo,
        _ if kind.eq_ignore_ascii_case("Service") => Kind::Service,
        _ => Kind::Other,
    })
}

const ROOT: [FieldRule; 3] =
    [may("apiVersion", &Rule::Any), must("kind", &KIND), must("metadata", &METADATA)];
static ANY_KIND: Rule = Rule::Open(&ROOT);
static KIND: Rule = Rule::Word(&[
    "DataSource",
    "SLO",
    "SLI",
    "AlertPolicy",
    "AlertCondition",
    "AlertNotificationTarget",
    "Service",
]);
static METADATA: Rule = Rule::Open(&[
    must("name", &FILLED_TEXT),
    may("displayName", &TEXT),
    may("labels", &MAPPING),
    may("annotations", &MAPPING),
]);

static SLO: Rule = Rule::Open(&[
    must("service", &FILLED_TEXT),
    may("description", &TEXT),
    may("indicator", &MAPPING),
    may("indicatorRef", &FILLED_TEXT),
    may("timeWindow", &Rule::List(&MAPPING)),
    must("budgetingMethod", &Rule::Word(&["Occurrences", "Timeslices", "RatioTimeslices"])),
    must("objectives", &Rule::ListOf(1, &OBJECTIVE)),
]);
/// What an SLO of another version than v1 shares with it.
static OTHER_SLO: Rule =
    Rule::Open(&[must("service", &FILLED_TEXT), must("objectives", &Rule::List(&OBJECTIVE))]);
static OBJECTIVE: Rule = Rule::Open(&[
    may("displayName", &TEXT),
    may("op", &Rule::Word(&["lte", "gte", "lt", "gt"])),
    may("value", &Rule::Number),
    may("target", &Rule::Number),
    may("targetPercent", &Rule::Number),
    may("timeSliceTarget", &Rule::Number),
    may("indicator", &MAPPING),
    may("indicatorRef", &FILLED_TEXT),
    may("compositeWeight", &Rule::Number),
]);
static SERVICE: Rule = Rule::Open(&[may("description", &TEXT)]);

/// Judges a document with an `apiVersion` of OpenSLO.
pub(super) fn judge(root: Node<'_>, kind: Option<Kind>, remarks: &mut Remarks<'_>) {
    let is_v1 = root.get("apiVersion").and_then(Node::text) == Some("openslo/v1");
    Judge { remarks, null_is_absent: false }.judge(root, &ANY_KIND, "");
    let rule = match kind {
        Some(Kind::Slo) if is_v1 => &SLO,
        Some(Kind::Slo) => &OTHER_SLO,
        Some(Kind::Service) => &SERVICE,
        Some(Kind::Other) | None => return,
    };
    match root.get("spec") {
        Some(spec) => Judge { remarks, null_is_absent: false }.judge(spec, rule, "spec"),
        None if kind == Some(Kind::Slo) => {
            let remark = Remark::missing(root, "spec");
            remarks.push(remark);
        }
        None => {}
    }
    if let Some(spec) = root.get("spec").filter(|_| is_v1 && kind == Some(Kind::Slo)) {
        judge_indicators(spec, remarks);
    }
}

/// An SLO has one indicator, or each of its objectives has one.
fn judge_indicators(spec: Node<'_>, remarks: &mut Remarks<'_>) {
    if !has_indicator(spec) {
        let objectives = spec.get("objectives").into_iter().flat_map(Node::items);
        if !objectives.into_iter().all(has_indicator) {
            let message = "the SLO has neither `indicator` nor `indicatorRef`";
            let remark = Remark::new(DiagnosticCode::MissingField, spec, message);
            remarks.push(remark.problem("spec.indicator is missing"));
        }
    }
}

/// Whether an SLO or an objective states an indicator, in the words of any version.
pub(super) fn has_indicator(node: Node<'_>) -> bool {
    ["indicator", "indicatorRef", "sli", "sliRef"].iter().any(|name| node.get(name).is_some())
}
