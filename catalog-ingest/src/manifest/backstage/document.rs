//! The shape of a document: everything that Backstage's schemas and field rules ask of it.
//!
//! What is found to be wrong here is a problem, so that the document is not strict; what can be read
//! in spite of it is read by [`declare`](super::declare).

use catalog_core::model::{DiagnosticCode, Severity};

use super::{
    field_format::{API_VERSION_RULE, KIND_RULE, is_api_version, is_kind},
    kind::{KnownKind, SpecField, SpecShape},
    metadata::judge_metadata,
    placeholder::is_placeholder,
};
use crate::manifest::{
    reading::{Place, Remark, Remarks, quoted},
    yaml::{Entry, Node, Shape},
};

/// The parts of a document that could be told apart.
#[derive(Clone, Copy)]
pub(super) struct Envelope<'d> {
    /// `kind` as written, where it is a valid one.
    pub(super) kind: Option<&'d str>,
    /// The built-in kind that it is, in whatever case it is written.
    pub(super) known_kind: Option<KnownKind>,
    /// `metadata`, where it is a mapping.
    pub(super) metadata: Option<Node<'d>>,
    /// `spec`, where it is a mapping.
    pub(super) spec: Option<Node<'d>>,
}

/// Whether a mapping has neither `apiVersion` nor `kind`, and so is something else altogether.
pub(super) fn is_no_catalog_document(root: Node<'_>) -> bool {
    root.entry("apiVersion").is_none() && root.entry("kind").is_none()
}

/// Judges a document whose root is a mapping.
pub(super) fn judge<'d>(root: Node<'d>, remarks: &mut Remarks<'_>) -> Envelope<'d> {
    for entry in root.entries() {
        let key = entry.key.scalar().unwrap_or("?");
        if !matches!(key, "apiVersion" | "kind" | "metadata" | "spec") {
            let message = format!("the root field {} is not one of an entity's", quoted(key));
            let remark = Remark::new(DiagnosticCode::UnknownRootField, entry.key, message)
                .problem(format!("unknown root field {key}"))
                .suggest("move it into `spec`, or remove it");
            remarks.push(remark);
        }
    }
    for part in [Some(root), root.get("metadata"), root.get("spec")].into_iter().flatten() {
        if let Some(merge) = part.entry("<<") {
            let message = "`<<` is an ordinary key here, and merges nothing";
            let remark = Remark::new(DiagnosticCode::ValueUnknown, merge.key, message);
            remarks.push(remark.suggest("write the fields out"));
        }
    }
    let start = Place::from(root);
    let api_version = word(root, "apiVersion", is_api_version, API_VERSION_RULE, remarks);
    let kind = word(root, "kind", is_kind, KIND_RULE, remarks);
    let metadata = match root.get("metadata") {
        Some(metadata) if metadata.is_mapping() => {
            judge_metadata(metadata, remarks);
            Some(metadata)
        }
        Some(other) => {
            let message = format!("`metadata` is {}, expected a mapping", other.described());
            let remark = Remark::new(DiagnosticCode::WrongType, other, message);
            remarks.push(remark.problem("metadata is not an object"));
            None
        }
        None => {
            let remark = Remark::new(DiagnosticCode::MissingField, start, "`metadata` is missing");
            remarks.push(remark.problem("metadata is not an object").suggest("add `metadata: { name: … }`"));
            None
        }
    };
    let known_kind = kind.and_then(|kind| KnownKind::from_any_case(kind.scalar()?));
    judge_kind(kind, known_kind, api_version, remarks);
    let spec = judge_spec(root, known_kind, remarks);
    Envelope { kind: kind.and_then(Node::scalar), known_kind, metadata, spec }
}

/// Reads `apiVersion` or `kind`.
fn word<'d>(
    root: Node<'d>,
    name: &str,
    is_valid: fn(&str) -> bool,
    rule: &str,
    remarks: &mut Remarks<'_>,
) -> Option<Node<'d>> {
    let Some(node) = root.get(name) else {
        let remark = Remark::missing(root, name);
        remarks.push(remark);
        return None;
    };
    let remark = match node.text() {
        Some(text) if is_valid(text) => return Some(node),
        Some(text) => {
            let message = format!("`{name}` is {}, expected {rule}", quoted(text));
            Remark::new(DiagnosticCode::FieldFormat, node, message)
        }
        None => {
            let message = format!("`{name}` is {}, expected a text", node.described());
            Remark::new(DiagnosticCode::WrongType, node, message)
        }
    };
    remarks.push(remark.problem(format!("{name} is not valid")));
    None
}

/// Judges whether anything in Backstage recognises the kind under its version.
fn judge_kind(
    kind: Option<Node<'_>>,
    known_kind: Option<KnownKind>,
    api_version: Option<Node<'_>>,
    remarks: &mut Remarks<'_>,
) {
    let Some((kind_node, kind)) = kind.and_then(|node| Some((node, node.scalar()?))) else { return };
    let Some(known) = known_kind.filter(|known| known.name() == kind) else {
        let message = format!("the kind {} is not a built-in one", quoted(kind));
        let remark = Remark::new(DiagnosticCode::UnknownKind, kind_node, message)
            .problem(format!("kind {kind} is not known"))
            .suggest_maybe(known_kind.map(|near| format!("write `kind: {}`", near.name())));
        remarks.push(remark);
        return;
    };
    let Some((version_node, version)) = api_version.and_then(|node| Some((node, node.scalar()?))) else {
        return;
    };
    if !known.api_versions().contains(&version) {
        let expected = known.api_versions().iter().map(|version| format!("`{version}`")).collect::<Vec<_>>();
        let message = format!(
            "{} is not a version of kind `{kind}`, expected {}",
            quoted(version),
            expected.join(" or ")
        );
        let remark = Remark::new(DiagnosticCode::UnknownApiVersion, version_node, message)
            .problem(format!("apiVersion {version} is not known for {kind}"))
            .suggest(format!("write `apiVersion: {}`", known.api_versions()[0]));
        remarks.push(remark);
    }
}

fn judge_spec<'d>(
    root: Node<'d>,
    known_kind: Option<KnownKind>,
    remarks: &mut Remarks<'_>,
) -> Option<Node<'d>> {
    let Some(entry) = root.entry("spec") else {
        if known_kind.is_some() {
            let remark = Remark::missing(root, "spec");
            remarks.push(remark);
        }
        return None;
    };
    let spec = entry.value;
    if !spec.is_mapping() {
        let message = format!("`spec` is {}, expected a mapping", spec.described());
        remarks.push(Remark::new(DiagnosticCode::WrongType, spec, message).problem("spec is not an object"));
        return None;
    }
    for field in known_kind.map_or(&[][..], KnownKind::spec_fields) {
        judge_spec_field(entry, field, remarks);
    }
    Some(spec)
}

fn judge_spec_field(spec: Entry<'_>, field: &SpecField, remarks: &mut Remarks<'_>) {
    let name = format!("spec.{}", field.name);
    let Some(node) = spec.value.get(field.name) else {
        if field.required {
            let remark = Remark::missing(spec.key, &name);
            remarks.push(remark.suggest(match field.shape {
                SpecShape::Texts => format!("add `{}: []`", field.name),
                _ => format!("add `{}: …`", field.name),
            }));
        }
        return;
    };
    match field.shape {
        SpecShape::Text => judge_text(node, &name, 1, remarks),
        SpecShape::Texts => judge_texts(node, &name, remarks),
        SpecShape::Profile => {
            if expect_shape(node, Shape::Mapping, &name, remarks) {
                for part in ["displayName", "email", "picture"] {
                    if let Some(value) = node.get(part) {
                        judge_text(value, &format!("{name}.{part}"), 1, remarks);
                    }
                }
            }
        }
        SpecShape::Presence => {
            if !matches!(node.text(), Some("required" | "optional")) && !is_placeholder(node) {
                let found = node.scalar().map_or_else(|| node.described().to_owned(), quoted);
                let message = format!("`{name}` is {found}, expected `required` or `optional`");
                let remark = Remark::new(DiagnosticCode::ValueUnknown, node, message);
                remarks.push(remark.problem(format!("{name} is not valid")));
            }
        }
        SpecShape::Steps => {
            if !expect_shape(node, Shape::Sequence, &name, remarks) {
                return;
            }
            for (index, step) in node.items().enumerate() {
                let name = format!("{name}[{index}]");
                if !expect_shape(step, Shape::Mapping, &name, remarks) {
                    continue;
                }
                match step.get("action") {
                    Some(action) => judge_text(action, &format!("{name}.action"), 0, remarks),
                    None => {
                        let remark = Remark::missing(step, &format!("{name}.action"));
                        remarks.push(remark);
                    }
                }
            }
        }
    }
}

/// Expects a text of at least `chars_min` characters, or a placeholder for one.
pub(super) fn judge_text(node: Node<'_>, name: &str, chars_min: usize, remarks: &mut Remarks<'_>) {
    let problem = format!("{name} is not valid");
    match node.text() {
        Some(text) if text.len() >= chars_min => {}
        Some(_) => {
            let remark =
                Remark::new(DiagnosticCode::FieldFormat, node, format!("`{name}` is empty, expected a text"));
            remarks.push(remark.problem(problem));
        }
        None if is_placeholder(node) => {}
        None => {
            let message = format!("`{name}` is {}, expected a text", node.described());
            let remark = Remark::new(DiagnosticCode::WrongType, node, message).problem(problem);
            let key = name.rsplit('.').next().filter(|key| !key.ends_with(']'));
            remarks.push(match (node.scalar(), key) {
                (Some(_), _) if node.is_null() => {
                    remark.severity(Severity::Warning).suggest("give it a value, or remove it")
                }
                (Some(text), Some(key)) => remark.suggest(format!("put it in quotes: `{key}: \"{text}\"`")),
                (Some(text), None) => remark.suggest(format!("put it in quotes: `\"{text}\"`")),
                (None, _) => remark,
            });
        }
    }
}

fn judge_texts(node: Node<'_>, name: &str, remarks: &mut Remarks<'_>) {
    if expect_shape(node, Shape::Sequence, name, remarks) {
        for (index, item) in node.items().enumerate() {
            judge_text(item, &format!("{name}[{index}]"), 1, remarks);
        }
    }
}

/// Expects a list or a mapping; says whether it is one.
pub(super) fn expect_shape(node: Node<'_>, shape: Shape, name: &str, remarks: &mut Remarks<'_>) -> bool {
    if node.shape() == shape && !is_placeholder(node) {
        return true;
    }
    let expected = if shape == Shape::Sequence { "a list" } else { "a mapping" };
    let message = format!("`{name}` is {}, expected {expected}", node.described());
    let mut remark =
        Remark::new(DiagnosticCode::WrongType, node, message).problem(format!("{name} is not valid"));
    if node.is_null() {
        remark = remark.severity(Severity::Warning).suggest("give it a value, or remove it");
    } else if shape == Shape::Sequence
        && let Some(text) = node.scalar()
    {
        remark = remark.suggest(format!("write `{}: [{text}]`", name.rsplit('.').next().unwrap_or(name)));
    }
    remarks.push(remark);
    false
}
