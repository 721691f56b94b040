//! Which of Datadog's schemas a document follows.

use catalog_core::model::DiagnosticCode;

use crate::manifest::{
    reading::{Remark, Remarks, quoted},
    yaml::Node,
};

/// A version of Datadog's schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Version {
    V1,
    V2,
    V2_1,
    V2_2,
    V3,
}

/// The version of a document, with what is wrong about it; `None` where it is something else altogether.
///
/// A document without a version is read as the one whose fields it has: only v1 may leave it out.
pub(super) fn version_of(root: Node<'_>, remarks: &mut Remarks<'_>) -> Option<Version> {
    if let Some(node) = root.get("apiVersion") {
        let text = node.scalar().unwrap_or_default();
        if text == "v3" {
            return Some(Version::V3);
        }
        let message = format!("`apiVersion` is {}, expected `v3`", shown(node));
        let remark = Remark::new(DiagnosticCode::UnknownApiVersion, node, message);
        remarks.push(remark.problem("apiVersion is not known").suggest("write `apiVersion: v3`"));
        // A version with a prefix is that of another format, as in `backstage.io/v1alpha1`.
        return (!text.contains('/')).then_some(Version::V3);
    }
    let Some(node) = root.get("schema-version") else {
        if root.get("info").is_some() {
            return Some(Version::V1);
        }
        let (version, suggestion) = if root.get("dd-service").is_some() {
            (Some(Version::V2_2), "add `schema-version: v2.2`")
        } else {
            let is_entity = root.get("kind").is_some() || root.get("metadata").is_some();
            (is_entity.then_some(Version::V3), "add `apiVersion: v3`")
        };
        let message = "the document has neither `apiVersion` nor `schema-version`";
        let remark = Remark::new(DiagnosticCode::MissingField, root, message);
        remarks.push(remark.problem("apiVersion is missing").suggest(suggestion));
        return version;
    };
    let text = node.scalar().unwrap_or_default();
    let known = |text: &str| {
        Some(match text {
            "v1" => Version::V1,
            "v2" => Version::V2,
            "v2.1" => Version::V2_1,
            "v2.2" => Version::V2_2,
            _ => return None,
        })
    };
    if let Some(version) = known(text) {
        return Some(version);
    }
    // `2.2` and `V2.2` are near enough to know what is meant.
    let near = format!("v{}", text.trim_start_matches(['v', 'V']));
    let message = format!("`schema-version` is {}, expected `v1`, `v2`, `v2.1` or `v2.2`", shown(node));
    let remark = Remark::new(DiagnosticCode::UnknownApiVersion, node, message)
        .problem("schema-version is not known")
        .suggest_maybe(known(&near).map(|_| format!("write `schema-version: {near}`")));
    remarks.push(remark);
    Some(known(&near).unwrap_or(if root.get("info").is_some() { Version::V1 } else { Version::V2_2 }))
}

fn shown(node: Node<'_>) -> String {
    node.scalar().filter(|_| !node.is_null()).map_or_else(|| node.described().to_owned(), quoted)
}
