//! The shape of a document.

use catalog_core::model::DiagnosticCode;

use super::COMPONENT_ARI;
use crate::manifest::{
    reading::{
        Remark, Remarks, quoted,
        schema::{FILLED_TEXT, Format, Judge, Rule, TEXT, TEXTS, URI, may, must},
    },
    yaml::Node,
};

static ROOT: Rule = Rule::Open(&[
    may("configVersion", &Rule::Number),
    must("name", &FILLED_TEXT),
    may("id", &ARI),
    may("immutableLocalKey", &FILLED_TEXT),
    may("description", &TEXT),
    may("typeId", &FILLED_TEXT),
    may("ownerId", &TEXT),
    may(
        "fields",
        &Rule::Open(&[
            may("tier", &Rule::NumberOrText),
            may("lifecycle", &TEXT),
            may("isMonorepoProject", &Rule::Boolean),
        ]),
    ),
    may(
        "links",
        &Rule::List(&Rule::Open(&[must("type", &FILLED_TEXT), must("url", &URI), may("name", &TEXT)])),
    ),
    may("relationships", &Rule::Open(&[may("DEPENDS_ON", &TEXTS)])),
    may("labels", &TEXTS),
    may(
        "customFields",
        &Rule::List(&Rule::Open(&[must("name", &FILLED_TEXT), must("type", &CUSTOM_FIELD_TYPE)])),
    ),
]);

static ARI: Rule = Rule::Formatted(&Format {
    is_valid: |text| {
        text.strip_prefix(COMPONENT_ARI).is_some_and(|rest| {
            rest.split_once(":component/").is_some_and(|(_, component)| !component.is_empty())
        })
    },
    expected: "the identifier of a component, as in `ari:cloud:compass:…:component/…`",
    code: DiagnosticCode::FieldFormat,
});
static CUSTOM_FIELD_TYPE: Rule =
    Rule::Word(&["boolean", "multi_select", "number", "single_select", "text", "user"]);

/// The fields of a document, and the place of our additions.
const KNOWN: [&str; 13] = [
    "configVersion",
    "name",
    "id",
    "immutableLocalKey",
    "description",
    "typeId",
    "ownerId",
    "fields",
    "links",
    "relationships",
    "labels",
    "customFields",
    "catalog",
];

/// Judges a document whose root is a mapping.
pub(super) fn judge(root: Node<'_>, remarks: &mut Remarks<'_>) {
    Judge { remarks, null_is_absent: true }.judge(root, &ROOT, "");
    let is_there = |name| root.stated(name).is_some();
    if !is_there("id") && !is_there("immutableLocalKey") {
        let remark = Remark::missing(root, "id");
        remarks.push(remark.suggest("add the `id` that Compass shows for the component"));
    }
    if let Some(version) = root.stated("configVersion")
        && version.scalar() != Some("1")
    {
        let found = version.scalar().map_or_else(|| version.described().to_owned(), quoted);
        let message = format!("`configVersion` is {found}, expected `1`");
        let remark = Remark::new(DiagnosticCode::UnknownApiVersion, version, message);
        remarks.push(remark.problem("configVersion is not known"));
    }
    for entry in root.entries() {
        let key = entry.key.scalar().unwrap_or("?");
        if !KNOWN.contains(&key) {
            let message = format!("the root field {} is none of Compass's", quoted(key));
            remarks.push(Remark::new(DiagnosticCode::UnknownRootField, entry.key, message));
        }
    }
    if let Some(tier) = root.get("fields").and_then(|fields| fields.get("tier"))
        && let Some(text) = tier.scalar().filter(|_| !tier.is_null())
        && !matches!(text, "1" | "2" | "3" | "4")
    {
        let message = format!("`fields.tier` is {}, expected 1 to 4", quoted(text));
        remarks.push(
            Remark::new(DiagnosticCode::ValueUnknown, tier, message).problem("fields.tier is not valid"),
        );
    }
    let custom_fields = root.get("customFields").into_iter().flat_map(Node::items);
    for (index, field) in custom_fields.enumerate().filter(|(_, field)| field.is_mapping()) {
        if field.get("value").is_none() {
            let remark = Remark::missing(field, &format!("customFields[{index}].value"))
                .suggest("add `value: …`, or `value: null` where there is none");
            remarks.push(remark);
        }
    }
}
